"""Formats that need a way of their own: HEIF, GIF, films, DICOM, and what only ExifTool reads."""

import io
import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photoscribe.core.errors import PhotoError
from photoscribe.core.facts import Camera, Origin, PersonNamed, Position, Tagging, Taken, Text
from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import Size
from photoscribe.core.precedence import choose
from photoscribe.metadata import dicom, exiftool_reading, film, heif
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.exiv2_access import read_raw
from photoscribe.metadata.reading import read
from tests.metadata.samples import NOW, bag, jpeg, local, mwg, mwg_region, packet, words, written

NO_EXIFTOOL = ExifTool("no such program")


# HEIF


def heic(size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    import pillow_heif  # noqa: PLC0415 -- slow to import, for these tests alone

    target = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, "grey")).save(target, quality=30, **options)
    return target.getvalue()


@pytest.mark.parametrize(
    ("irot", "imir", "expected"),
    [
        (None, None, 1), (1, None, 8), (2, None, 3), (3, None, 6), (None, 1, 2), (None, 0, 4), (1, 1, 7), (3, 1, 5),
    ],
)  # fmt: skip
def test_heif_is_turned_by_its_own_boxes(irot: int | None, imir: int | None, expected: int) -> None:
    boxes = b""
    if irot is not None:
        boxes += _box(b"irot", bytes([irot]))
    if imir is not None:
        boxes += _box(b"imir", bytes([imir]))
    assert heif.layout(_heif(boxes)) == (Size(64, 48), Orientation(expected))


def _box(kind: bytes, body: bytes) -> bytes:
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def _heif(boxes: bytes, *, item: int = 7) -> bytes:
    """The least that a reader needs: a primary item with an ispe and more properties."""
    size = _box(b"ispe", b"\0\0\0\0" + (64).to_bytes(4, "big") + (48).to_bytes(4, "big"))
    count = 1 + boxes.count(b"irot") + boxes.count(b"imir") + boxes.count(b"clap")
    associated = b"\0\0\0\0" + (1).to_bytes(4, "big") + item.to_bytes(2, "big") + bytes([count, *range(1, count + 1)])
    properties = _box(b"iprp", _box(b"ipco", size + boxes) + _box(b"ipma", associated))
    meta = b"\0\0\0\0" + _box(b"pitm", b"\0\0\0\0" + item.to_bytes(2, "big")) + properties
    return _box(b"ftyp", b"heic\0\0\0\0mif1heic") + _box(b"meta", meta)


def test_heif_that_is_cropped_has_the_size_of_what_is_left() -> None:
    clap = _box(b"clap", b"".join(n.to_bytes(4, "big") for n in (60, 2, 40, 1, 0, 1, 0, 1)))
    assert heif.layout(_heif(clap)) == (Size(30, 40), Orientation.TOP_LEFT)


def test_every_real_heif_has_the_size_that_its_decoder_sees(shared: Path) -> None:
    import pillow_heif  # noqa: PLC0415 -- slow to import, for these tests alone

    seen = 0
    for path in sorted((shared / "metadata/pillow-heif").rglob("*.hei[cf]")):
        data = path.read_bytes()
        try:
            decoded = Size(*pillow_heif.open_heif(data, convert_hdr_to_8bit=False).size)
        except (ValueError, OSError, EOFError, RuntimeError):
            continue
        size, orientation = heif.layout(data)
        assert size is not None, path.name
        assert (size.turned if orientation.swaps_sides else size) == decoded, path.name
        seen += 1
    assert seen >= 15


def test_the_metadata_of_heif_is_read_and_its_regions_turned() -> None:
    exif = Image.Exif()
    exif[0x010F] = "ACME"
    data = heic(
        exif=exif.tobytes(),
        xmp=packet(words("dc:title", default="Sea") + mwg(mwg_region("Ann", x=0.5, y=0.5, w=0.2, h=0.1))),
    )
    chosen = choose(read(Path("IMG.heic"), data).statements)
    assert (chosen.title, chosen.camera.make, chosen.regions[0].name) == ("Sea", "ACME", "Ann")


def test_a_heif_whose_boxes_stand_in_a_rare_order_is_read_as_well(shared: Path) -> None:
    path = shared / "metadata/pillow-heif/images/heif_other/empty_icc.heic"
    assert read_raw(path.read_bytes()).exif == (), "exiv2 reads it now: the way around it can go"
    chosen = choose(read(path, path.read_bytes()).statements)
    assert chosen.taken == Taken(local(2021, 7, 6, 16, 8, 14, 164_000), 180)
    assert chosen.camera.model == "iPhone XS"
    assert chosen.position is not None


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(0, 400), st.integers(0, 255))
def test_no_heif_at_all_raises(junk: bytes, at: int, byte: int) -> None:
    whole = _heif(_box(b"irot", b"\1") + _box(b"imir", b"\0"))
    for data in (whole[:at] + junk, whole[:at] + bytes([byte]) + whole[at + 1 :], junk, b"\0\0\0\x18ftypheic" + junk):
        heif.layout(data)
        heif.metadata_items(data)


# GIF


def gif(content: bytes) -> bytes:
    target = io.BytesIO()
    Image.new("P", (8, 8)).save(target, "GIF")
    data = target.getvalue()
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    return data[:-1] + b"\x21\xff\x0bXMP DataXMP" + content + trailer + b"\x3b"


def test_gif_has_xmp_too(shared: Path) -> None:
    path = shared / "metadata/exiftool-t/GIF.gif"
    assert choose(read(path, path.read_bytes()).statements).title == "GIF with XMP"
    assert choose(read(Path("a.gif"), gif(packet(bag("dc:subject", "Sea")))).statements).tags == (("Sea",),)


def test_a_gif_with_broken_xmp_says_so() -> None:
    metadata = read(Path("a.gif"), gif(b"<nothing"))
    assert (metadata.statements, metadata.stored_size) == ((), Size(8, 8))
    assert "XMP" in metadata.problems[0]
    assert read(Path("a.gif"), gif(b"")[:-200]).problems == ()


# Films


@pytest.mark.parametrize("by", ["exiftool", "container"])
def test_a_film_tells_when_and_where(shared: Path, by: str, request: pytest.FixtureRequest) -> None:
    if by == "container":
        pytest.importorskip("av")
    path = shared / "metadata/metadata-extractor/mp4/with-gps.mp4"
    exiftool = request.getfixturevalue("exiftool") if by == "exiftool" else None
    metadata = read(path, b"", exiftool=exiftool)
    assert {one.origin for one in metadata.statements} == {Origin("container")}
    chosen = choose(metadata.statements)
    assert chosen.taken == Taken(local(2017, 2, 22, 8, 20, 28), 0)
    assert chosen.position == Position(51.4169, -0.0806)


def test_apples_local_time_comes_before_utc() -> None:
    tags = {
        "creation_time": "2021-05-01T08:00:00.000000Z",
        "com.apple.quicktime.creationdate": "2021-05-01T10:00:00+0200",
        "com.apple.quicktime.location.iso6709": "+37.5000-122.2500+030.100/",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 12",
        "title": "Sea",
        "comment": "Waves",
    }
    dates = film.dates_of(tags, NOW, [])
    assert min(dates, key=lambda one: one.strength).taken == Taken(local(2021, 5, 1, 10), 120)
    assert film.facts_of(tags, []) == [
        Camera("Apple", "iPhone 12"), Position(37.5, -122.25, 30.1), Text("title", "Sea"), Text("caption", "Waves")
    ]  # fmt: skip


def test_the_zero_of_a_films_clock_is_no_date() -> None:
    problems: list[str] = []
    assert film.dates_of({"creation_time": "1904-01-01T00:00:00.000000Z"}, NOW, problems) == []
    assert len(problems) == 1


@pytest.mark.parametrize("content", [b"", b"no film", jpeg()[:100]])
def test_a_film_that_is_none_says_so_and_raises_nothing(tmp_path: Path, content: bytes) -> None:
    pytest.importorskip("av")
    path = written(tmp_path, content, "a.mp4")
    metadata = read(path, b"", exiftool=NO_EXIFTOOL)
    assert metadata.statements == ()
    assert len(metadata.problems) == (0 if content[:2] == b"\xff\xd8" else 1)  # FFmpeg takes a picture for a film
    assert read(tmp_path / "gone.mp4", b"").problems


def test_a_film_that_is_none_says_so_by_exiftool_as_well(tmp_path: Path, exiftool: ExifTool) -> None:
    path = written(tmp_path, b"", "a.mp4")
    assert "empty" in read(path, b"", exiftool=exiftool).problems[0]
    assert read(tmp_path / "gone.mp4", b"", exiftool=exiftool).problems


def test_xmp_and_sidecars_of_a_film_are_read(tmp_path: Path, shared: Path, exiftool: ExifTool) -> None:
    path = written(tmp_path, (shared / "metadata/metadata-extractor/mp4/with-gps.mp4").read_bytes(), "a.mp4")
    assert exiftool.run("-overwrite_original", "-XMP-dc:Title=Waves", "-XMP:Rating=4", path=path).status == 0
    sidecar = written(tmp_path, packet("<xmp:Rating>5</xmp:Rating>"), "a.mp4.xmp")
    chosen = choose(read(path, b"", sidecars=[sidecar], exiftool=exiftool).statements)
    assert (chosen.title, chosen.rating) == ("Waves", 5)


# DICOM


@pytest.fixture
def scan(shared: Path) -> Path:
    pytest.importorskip("pydicom")
    return shared / "metadata/exiftool-t/DICOM.dcm"


def test_a_scan_tells_when_and_of_what(scan: Path) -> None:
    metadata = read(scan, scan.read_bytes())
    assert {one.origin for one in metadata.statements} == {Origin("dicom")}
    facts = [one.fact for one in metadata.statements]
    assert Taken(local(2001, 3, 16, 14, 34, 15)) in facts
    assert Tagging(("DICOM", "MR")) in facts
    assert Camera("GE Medical Systems", "SIGNA") in facts
    assert metadata.stored_size == Size(256, 256)


def test_a_patient_is_never_told(shared: Path) -> None:
    pydicom = pytest.importorskip("pydicom")
    for path in sorted((shared / "metadata").rglob("*.dcm")):
        metadata = read(path, path.read_bytes())
        assert not any(isinstance(one.fact, PersonNamed) for one in metadata.statements)
        try:
            name = str(pydicom.dcmread(path, stop_before_pixels=True, force=True).get("PatientName", ""))
        except Exception:  # noqa: BLE001, S112 -- pydicom raises of all kinds on broken files
            continue
        assert not name or name not in repr(metadata.statements), path.name


def test_a_patient_named_in_a_description_is_not_told_either() -> None:
    pydicom = pytest.importorskip("pydicom")
    scan = pydicom.Dataset()
    scan.file_meta = pydicom.dataset.FileMetaDataset()
    scan.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    scan.SOPClassUID, scan.SOPInstanceUID, scan.Modality = "1.2", "1.3", "MR"
    scan.PatientName, scan.StudyDescription, scan.SeriesDescription = "Doe^Jane", "Knee", "DOE, knee left"
    target = io.BytesIO()
    scan.save_as(target, enforce_file_format=True)
    assert choose(read(Path("a.dcm"), target.getvalue()).statements).caption == "Knee"


def test_a_scan_that_cannot_be_read_says_so_quietly(
    scan: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    data = scan.read_bytes()
    with caplog.at_level(logging.WARNING):
        for broken in (data[:200], data[:132] + b"\xff" * 300, b"no scan"):
            metadata = read(Path("a.dcm"), broken)
            assert len(metadata.problems) <= 1
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_a_scan_that_is_a_bomb_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    pydicom = pytest.importorskip("pydicom")
    scan = pydicom.Dataset()
    scan.file_meta = pydicom.dataset.FileMetaDataset()
    scan.file_meta.TransferSyntaxUID = pydicom.uid.DeflatedExplicitVRLittleEndian
    scan.SOPClassUID, scan.SOPInstanceUID, scan.Modality = "1.2", "1.3", "MR"
    scan.BitsAllocated, scan.PixelData = 8, bytes(1 << 23)
    target = io.BytesIO()
    scan.save_as(target, enforce_file_format=True)
    data = target.getvalue()
    assert len(data) < 1 << 16
    assert Tagging(("DICOM", "MR")) in [one.fact for one in read(Path("a.dcm"), data).statements]
    monkeypatch.setattr(dicom, "LARGEST_INFLATED_BYTES", 1 << 22)
    metadata = read(Path("a.dcm"), data)
    assert metadata.statements == ()
    assert "inflates" in metadata.problems[0]


# What only ExifTool reads


def test_exiftool_reads_what_exiv2_cannot(shared: Path, exiftool: ExifTool) -> None:
    path = shared / "metadata/exiftool-t/CaptureOne.eip"
    alone, together = read(path, path.read_bytes()), read(path, path.read_bytes(), exiftool=exiftool)
    assert (alone.statements, len(alone.problems)) == ((), 1)
    chosen = choose(together.statements)
    assert together.problems == ()
    assert chosen.camera == Camera("Phase One A/S", "P65+")
    assert chosen.taken == Taken(local(2009, 4, 3, 15, 15, 20))


def test_a_picture_cut_short_keeps_its_metadata_with_exiftool(tmp_path: Path, exiftool: ExifTool) -> None:
    exif = Image.Exif()
    exif[0x010F] = "ACME"
    target = io.BytesIO()
    Image.effect_noise((60, 60), 90).save(target, "PNG", exif=exif)
    path = written(tmp_path, target.getvalue()[:1500], "cut.png")
    alone, together = read(path, path.read_bytes()), read(path, path.read_bytes(), exiftool=exiftool)
    assert (alone.statements, len(alone.problems)) == ((), 1)
    assert (choose(together.statements).camera, together.problems) == (Camera("ACME"), ())


def test_exiftool_and_exiv2_read_the_same(shared: Path, exiftool: ExifTool) -> None:
    agreed = 0
    for path in sorted((shared / "metadata/exif-samples/jpg").rglob("*.jpg")):
        data = path.read_bytes()
        ours = choose(read(path, data, now=NOW).statements)
        raw = exiftool_reading.read_image(exiftool, path)
        facts = _facts(raw, path)
        assert facts.camera == ours.camera, path.name
        assert facts.taken == ours.taken, path.name
        assert facts.tags == ours.tags, path.name
        assert (facts.position is None) == (ours.position is None), path.name
        if facts.position and ours.position:
            assert np.allclose(
                [facts.position.latitude, facts.position.longitude], [ours.position.latitude, ours.position.longitude]
            )
        agreed += 1
    assert agreed > 30


def _facts(raw: object, path: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- the chosen metadata
    from photoscribe.metadata import reading  # noqa: PLC0415 -- its inside, for this comparison alone

    so_far = reading._Read()
    frame, _ = reading._frame_of(raw, b"", path)  # type: ignore[arg-type]  # raw tags
    reading._add_parts(raw, frame, NOW, so_far)  # type: ignore[arg-type]  # raw tags
    return choose(so_far.statements)


def test_keywords_that_look_like_numbers_stay_as_they_were_typed(tmp_path: Path, exiftool: ExifTool) -> None:
    path = written(tmp_path, jpeg())
    typed = ["2019", "007", "1e5", "1.50", "true"]
    assert exiftool.run("-overwrite_original", *[f"-IPTC:Keywords={word}" for word in typed], path=path).status == 0
    raw = exiftool_reading.read_image(exiftool, path)
    assert [tag.text for tag in raw.iptc] == typed


def test_what_no_program_can_read_is_told(tmp_path: Path, exiftool: ExifTool) -> None:
    path = written(tmp_path, b"\xff\xd8\xff\xe1 nothing more")
    for metadata in (read(path, path.read_bytes()), read(path, path.read_bytes(), exiftool=exiftool)):
        assert metadata.statements == ()
        assert len(metadata.problems) == 1
    with pytest.raises(PhotoError):
        exiftool_reading.read_image(exiftool, tmp_path / "gone.jpg")
