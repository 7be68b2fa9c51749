"""Names beside photos: which sidecar, what it begins with, and that none is left behind saying something else."""

from pathlib import Path

import pytest

from photoscribe.core.edits import Edit
from photoscribe.core.errors import WriteRefused
from photoscribe.core.facts import Region
from photoscribe.core.geometry import iou
from photoscribe.media.fingerprint import content_hash, picture_hash
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.writing import Writer
from tests.metadata.samples import bag, jpeg, mwg, mwg_region, packet, written
from tests.metadata.written_photos import ANN, HERE, NAME_ANN, by_exiftool, names_in, plan, read, undo, write

DROP = Edit(drop_regions=(ANN,))


def test_a_sidecar_bears_the_whole_name_of_its_photo(writer: Writer, tmp_path: Path) -> None:
    data = jpeg((400, 300), orientation=6)
    path = written(tmp_path, data)
    write(writer, path, target="sidecar")
    assert names_in(tmp_path) == ["photo.jpg", "photo.jpg.xmp"]
    assert path.read_bytes() == data
    (region,) = read(path).regions
    assert iou(region.box, HERE) > 0.999
    found = by_exiftool(tmp_path / "photo.jpg.xmp")
    size = found["XMP-mwg-rs:RegionInfo"]["AppliedToDimensions"]
    assert (size["W"], size["H"]) == (400, 300)
    assert found["XMP-digiKam:TagsList"] == ["People/Ann"]
    assert plan(writer, path, target="sidecar").changes == ()


def test_undo_takes_a_new_sidecar_away_and_redo_brings_it_back(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    (prepared,) = write(writer, path, target="sidecar")
    assert prepared.before_hash == ""
    made = prepared.path.read_bytes()
    back = writer.restore(prepared.path, prepared.patch, "", prepared.after_hash)
    assert back.after_hash == ""
    back.commit()
    assert names_in(tmp_path) == ["photo.jpg"]
    undo(writer, back)
    assert prepared.path.read_bytes() == made


def test_the_sidecar_that_is_there_is_used(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    other = written(tmp_path, packet("<xmp:Label>Red</xmp:Label>" + bag("dc:subject", "Sea")), "photo.xmp")
    write(writer, path, target="sidecar")
    assert names_in(tmp_path) == ["photo.jpg", "photo.xmp"]
    assert b">Red<" in other.read_bytes()
    assert by_exiftool(other)["XMP-dc:Subject"] == ["Sea", "Ann"]


def test_the_more_specific_of_two_sidecars_is_used_and_the_other_kept_in_step(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    for name in ("photo.xmp", "photo.jpg.xmp"):
        written(tmp_path, packet("<xmp:Label>Red</xmp:Label>"), name)
    assert [one.path.name for one in writer.plan(path, NAME_ANN, "sidecar")] == ["photo.jpg.xmp", "photo.xmp"]


def test_a_sidecar_that_two_photos_share_is_left_alone(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    written(tmp_path, b"raw", "photo.CR2")
    shared = written(tmp_path, packet("<xmp:Label>Red</xmp:Label>"), "photo.xmp").read_bytes()
    write(writer, path, target="sidecar")
    assert (tmp_path / "photo.xmp").read_bytes() == shared
    assert (tmp_path / "photo.jpg.xmp").exists()


def test_a_companion_that_is_no_photo_shares_no_sidecar(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    written(tmp_path, b"edits", "photo.AAE")
    written(tmp_path, packet("<xmp:Label>Red</xmp:Label>"), "photo.xmp")
    assert plan(writer, path, target="sidecar").path.name == "photo.xmp"


def test_a_sidecar_follows_what_is_written_into_the_file(writer: Writer, tmp_path: Path) -> None:
    """Programs that read the sidecar first would go on showing the old name."""
    path = written(tmp_path, jpeg())
    write(writer, path, target="both")
    assert len(read(path).regions) == 1
    assert [one.path.name for one in writer.plan(path, DROP, "file")] == ["photo.jpg", "photo.jpg.xmp"]
    write(writer, path, DROP)
    found = read(path)
    assert (found.regions, found.people, found.tags) == ((), (), ())
    assert (tmp_path / "photo.jpg.xmp").read_bytes() != b""


def test_a_new_sidecar_begins_with_the_names_and_keywords_in_the_file(writer: Writer, tmp_path: Path) -> None:
    """Immich, among others, takes a whole field from the sidecar when it has one."""
    body = mwg(mwg_region("Bob", "Face", x=0.7, y=0.6, w=0.2, h=0.2), applied=(400, 300)) + bag("dc:subject", "Sea")
    path = written(tmp_path, jpeg(xmp=body))
    write(writer, path, target="sidecar")
    found = by_exiftool(tmp_path / "photo.jpg.xmp")
    assert [one["Name"] for one in found["XMP-mwg-rs:RegionInfo"]["RegionList"]] == ["Bob", "Ann"]
    assert found["XMP-dc:Subject"] == ["Sea", "Ann"]
    assert found["XMP-digiKam:TagsList"] == ["Sea", "People/Ann"]


def test_a_photo_that_says_it_already_needs_no_sidecar(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    write(writer, path)
    assert write(writer, path, target="sidecar") == []


def test_a_name_that_the_file_still_bears_is_mentioned_when_only_the_sidecar_is_written(
    writer: Writer, tmp_path: Path
) -> None:
    path = written(tmp_path, jpeg())
    write(writer, path, target="both")
    planned = plan(writer, path, DROP, "sidecar")
    assert planned.note == "The file itself still names what goes."


def test_the_last_name_leaves_a_sidecar_that_is_still_one(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    write(writer, path, target="sidecar")
    write(writer, path, DROP, "sidecar")
    assert read(path).regions == ()
    write(writer, path, target="sidecar")
    assert len(read(path).regions) == 1


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b'<?xml version="1.0" encoding="UTF-8"?>\n'])
def test_sidecars_of_other_programs_are_understood_with_and_without_their_wrapping(
    writer: Writer, tmp_path: Path, head: bytes
) -> None:
    inner = packet("<xmp:Label>Red</xmp:Label>")
    bare = inner[inner.index(b"<x:xmpmeta") : inner.index(b"<?xpacket end")]
    path = written(tmp_path, jpeg())
    sidecar = written(tmp_path, head + bare, "photo.jpg.xmp")
    write(writer, path, target="sidecar")
    assert b">Red<" in sidecar.read_bytes()
    assert [region.name for region in read(path).regions] == ["Ann"]


@pytest.mark.parametrize(
    ("content", "mode", "fact"),
    [
        (b"<nonsense", 0o644, "not well-formed"),
        (packet("<xmp:Label>Red</xmp:Label>"), 0o444, "read-only"),
    ],
)
def test_a_sidecar_that_cannot_be_changed_is_refused_with_the_reason(
    writer: Writer, tmp_path: Path, content: bytes, mode: int, fact: str
) -> None:
    path = written(tmp_path, jpeg())
    sidecar = written(tmp_path, content, "photo.jpg.xmp")
    sidecar.chmod(mode)
    planned = plan(writer, path, target="sidecar")
    assert fact in planned.refusal
    with pytest.raises(WriteRefused, match=fact):
        writer.prepare(planned)
    assert sidecar.read_bytes() == content


def test_without_exiftool_the_kinds_that_need_it_get_sidecars(tmp_path: Path, shared: Path) -> None:
    heic = shared / "metadata" / "pillow-heif" / "images" / "heif" / "zPug_3.heic"
    path = written(tmp_path, heic.read_bytes(), "pug.heic")
    none = ExifTool("no-such-program")
    with Writer(picture_hash=picture_hash, content_hash=content_hash, exiftool=none) as bare:
        planned = plan(bare, path)
        assert planned.path.name == "pug.heic.xmp"
        assert planned.note == "HEIF files are written by ExifTool, which is not installed."
        write(bare, path)
    (region,) = read(path).regions
    assert iou(region.box, HERE) > 0.999


def test_kinds_that_can_hold_no_names_get_sidecars(writer: Writer, tmp_path: Path, shared: Path) -> None:
    for name in ("pillow/hopper.bmp", "exiftool-t/DICOM.dcm"):
        source = shared / "metadata" / name
        path = written(tmp_path, source.read_bytes(), source.name)
        planned = plan(writer, path)
        assert planned.path.name == source.name + ".xmp"
        assert "cannot hold names" in planned.note
        write(writer, path, Edit(name_regions=(Region(HERE, "Ann"),)))
        assert [region.name for region in read(path).regions] == ["Ann"]
        assert path.read_bytes() == source.read_bytes()
