"""Between plan and commit: nothing happens too early, nothing wrong is kept, and there is always a way back."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from photoscribe.core.errors import Unavailable, WriteRefused
from photoscribe.metadata import verification, writing
from photoscribe.metadata.bytes_of_file import Piece, joined
from photoscribe.metadata.exiv2_access import RawTags
from photoscribe.metadata.writing import Writer
from tests.metadata.samples import bag, jpeg, written
from tests.metadata.written_photos import NAME_ANN, names_in, plan, undo, write


def test_undo_gives_back_the_very_same_bytes_and_can_itself_be_undone(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg(xmp=bag("dc:subject", "Sea")))
    data = path.read_bytes()
    (prepared,) = write(writer, path)
    after = path.read_bytes()
    back = writer.restore(path, prepared.patch, prepared.before_hash, prepared.after_hash)
    assert path.read_bytes() == after
    back.commit()
    assert path.read_bytes() == data
    undo(writer, back)
    assert path.read_bytes() == after


def test_undo_is_refused_when_another_program_has_written_since(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    (prepared,) = write(writer, path)
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(WriteRefused, match="another program changed it"):
        undo(writer, prepared)


def test_undo_of_what_is_undone_already_says_so(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    (prepared,) = write(writer, path)
    undo(writer, prepared)
    with pytest.raises(WriteRefused, match="already"):
        undo(writer, prepared)


def test_a_damaged_record_gives_back_the_very_bytes_or_nothing(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg(xmp=bag("dc:subject", "Sea")))
    data = path.read_bytes()
    (prepared,) = write(writer, path)
    after = path.read_bytes()
    refused = 0
    for place in range(len(prepared.patch)):
        damaged = bytearray(prepared.patch)
        damaged[place] ^= 1
        try:
            back = writer.restore(path, bytes(damaged), prepared.before_hash, prepared.after_hash)
        except WriteRefused:
            refused += 1
            continue
        assert back.temporary is not None
        assert back.temporary.read_bytes() == data
        back.abandon()
    assert refused > len(prepared.patch) * 0.8
    with pytest.raises(WriteRefused, match="record"):
        writer.restore(path, prepared.patch, "0" * 32, prepared.after_hash)
    assert path.read_bytes() == after
    assert names_in(tmp_path) == ["photo.jpg"]


def test_nothing_has_happened_before_the_commit(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    data, status = path.read_bytes(), path.stat()
    prepared = writer.prepare(plan(writer, path))
    assert path.read_bytes() == data
    assert path.stat() == status
    hidden = [name for name in names_in(tmp_path) if name != "photo.jpg"]
    assert len(hidden) == 1
    assert hidden[0].startswith(".photo.jpg.photoscribe-")
    assert hidden[0].endswith(".tmp")
    prepared.abandon()
    assert names_in(tmp_path) == ["photo.jpg"]
    prepared.abandon()
    with pytest.raises(ValueError, match="abandoned"):
        prepared.commit()
    assert path.read_bytes() == data


def test_what_a_crash_left_behind_is_used_up_by_the_next_try(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    writer.prepare(plan(writer, path))  # and then the power goes
    assert len(names_in(tmp_path)) == 2
    write(writer, path)
    assert names_in(tmp_path) == ["photo.jpg"]


def test_a_photo_that_changes_between_prepare_and_commit_is_left_to_the_other_program(
    writer: Writer, tmp_path: Path
) -> None:
    path = written(tmp_path, jpeg())
    prepared = writer.prepare(plan(writer, path))
    other = jpeg(xmp=bag("dc:subject", "Other"))
    path.write_bytes(other)
    with pytest.raises(Unavailable, match="changed while"):
        prepared.commit()
    assert path.read_bytes() == other
    assert names_in(tmp_path) == ["photo.jpg"]


def test_a_change_that_leaves_size_and_time_alone_is_noticed_too(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    prepared = writer.prepare(plan(writer, path))
    other = path.read_bytes()[:-3] + b"\x55\xff\xd9"
    assert other != path.read_bytes()
    status = path.stat()
    path.write_bytes(other)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    prepared = replace(prepared, stamp=replace(prepared.stamp, ctime_ns=path.stat().st_ctime_ns))  # type: ignore[type-var]  # the photo is there, so it has a stamp
    with pytest.raises(Unavailable, match="changed while"):
        prepared.commit()
    assert path.read_bytes() == other


def test_a_photo_that_changes_between_plan_and_prepare_is_planned_anew(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    planned = plan(writer, path)
    path.write_bytes(jpeg(xmp=bag("dc:subject", "Other")))
    with pytest.raises(Unavailable, match="after the change was planned"):
        writer.prepare(planned)
    path.unlink()
    with pytest.raises(Unavailable, match="after the change was planned"):
        writer.prepare(planned)
    assert names_in(tmp_path) == []


def test_a_missing_photo_is_an_obstacle_and_not_a_fault_of_the_photo(writer: Writer, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        writer.plan(tmp_path / "gone.jpg", NAME_ANN, "file")
    assert writer.hash_of(tmp_path / "gone.jpg") == ""


@pytest.mark.parametrize(
    ("spoil", "fact"),
    [
        (lambda data: data[:-30] + b"\x55" + data[-29:], "picture data"),
        (lambda data: data.replace(b"JFIF", b"JFIG"), "segment E0"),
        (lambda data: data.replace(b"<rdf:li>Sea</rdf:li>", b"<rdf:li>Tea</rdf:li>"), "XMP"),
        (lambda data: data.replace(b"untouched", b"un-touche"), "XMP"),
        (lambda data: data.replace(b"\x1c\x02\x19\x00\x03Ann", b"\x1c\x02\x19\x00\x03Axn"), "IPTC"),
        (lambda data: data.replace(b"Exif\0\0", b"Exof\0\0"), "Exif|segment"),
    ],
)
def test_a_writer_that_harms_anything_else_is_found_out_and_the_photo_left_alone(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], bytes], fact: str
) -> None:
    path = written(tmp_path, jpeg(xmp=bag("dc:subject", "Sea") + "<xmp:Label>untouched</xmp:Label>", orientation=3))
    data = path.read_bytes()
    planned = plan(writer, path)
    spoilt = []

    def spoiling(old: bytes, parts: list[Piece]) -> bytes:
        new = joined(old, parts)
        spoilt.append(spoil(new) != new)
        return spoil(new)

    monkeypatch.setattr(writing, "joined", spoiling)
    with pytest.raises(WriteRefused, match=fact):
        writer.prepare(planned)
    assert spoilt == [True]
    assert path.read_bytes() == data
    assert names_in(tmp_path) == ["photo.jpg"]


def test_a_value_that_does_not_read_back_is_found_out(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, jpeg())
    monkeypatch.setattr(verification, "read_raw", lambda *_, **__: RawTags("image/jpeg", 400, 300, (), (), ()))
    with pytest.raises(WriteRefused, match="would not read back"):
        writer.prepare(plan(writer, path))
    assert names_in(tmp_path) == ["photo.jpg"]
