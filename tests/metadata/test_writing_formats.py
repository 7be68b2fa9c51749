"""Every kind of file: names in, nothing else changed, the very bytes back."""

import io
import os
import re
import shutil
import struct
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from photoscribe.core.edits import Edit
from photoscribe.core.errors import WriteRefused
from photoscribe.core.facts import Region
from photoscribe.media.fingerprint import content_hash
from photoscribe.metadata import exiftool_writer, iptc, tiff
from photoscribe.metadata.bytes_of_file import FileView, joined, pieces
from photoscribe.metadata.carriers import Sidecar
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.formats import format_of
from photoscribe.metadata.writing import Writer
from tests.metadata.samples import bag, jpeg, packet, written
from tests.metadata.written_photos import ANN, by_exiftool, names_in, pixels, plan, read, undo, write

OURS = re.compile(
    r"(SourceFile|System:.*|ExifTool:.*|Composite:.*|XMP-(mwg-rs|MP|x):.*|XMP-iptcExt:PersonInImage|XMP-dc:Subject"
    r"|XMP-digiKam:TagsList|XMP-lr:HierarchicalSubject|IPTC:(Keywords|CodedCharacterSet|.*RecordVersion)"
    r"|.*IPTCDigest|RIFF:.*|File:FileType|GIF:GIFVersion|QuickTime:MediaData.*)"
)
PLACE = re.compile(r"(Offsets?|Start)$")

SAMPLES = [
    "exif-samples/jpg/gps/DSCN0012.jpg",
    "exif-samples/jpg/Nikon_COOLPIX_P1.jpg",
    "exif-samples/jpg/orientation/portrait_6.jpg",
    "exiftool-t/Canon1DmkIII.jpg",
    "exiftool-t/Nikon.jpg",
    "exiftool-t/ExifTool.tif",
    "exiftool-t/CanonRaw.cr2",
    "exiftool-t/DNG.dng",
    "exiftool-t/GIF.gif",
    "exiftool-t/Jpeg2000.jp2",
    "immich-test-assets/metadata/tags/picasa.jpg",
    "immich-test-assets/formats/webp/denali.webp",
    "metadata-extractor/jpg/Issue 122.jpg",
    "metadata-extractor/mp4/with-gps.mp4",
    "metadata-extractor/webp/Animation Lossless.webp",
    "metadata-extractor/webp/Photo (1).webp",
    "pillow/g4-multi.tiff",
    "pillow/hopper.psd",
    "pillow/exif.png",
    "pillow/frame_size.mpo",
    "pillow/ultrahdr.jpg",
    "pillow/avif/rot1mir1.avif",
    "pillow-heif/images/heif/zPug_3.heic",
    "pillow-heif/images/heif_other/L_exif_xmp_iptc.heic",
]


def dump(path: Path) -> Counter[tuple[str, str]]:
    found = by_exiftool(path, "-G1:4")
    plain = ((re.sub(r"Copy\d+:", "", key), repr(value)) for key, value in found.items())
    return Counter((key, "" if PLACE.search(key) else value) for key, value in plain if not OURS.fullmatch(key))


def readable(path: Path) -> list[bytes] | str:
    try:
        return pixels(path)
    except Exception as error:  # noqa: BLE001 -- a shortened sample, or a film
        return type(error).__name__


@pytest.mark.parametrize("name", SAMPLES)
def test_a_name_costs_no_pixel_and_no_tag_and_can_be_taken_back_to_the_byte(
    writer: Writer, tmp_path: Path, shared: Path, name: str
) -> None:
    source = shared / "metadata" / name
    if not source.exists():
        pytest.skip(f"no {name}")
    path = Path(shutil.copy(source, tmp_path))
    path.chmod(0o644)
    shown, said = readable(path), dump(path)
    planned = plan(writer, path)
    assert planned.path == path
    prepared = writer.prepare(planned)
    assert path.read_bytes() == source.read_bytes()
    prepared.commit()
    assert readable(path) == shown
    assert not said - dump(path)
    found = by_exiftool(path)
    assert found["XMP-mwg-rs:RegionInfo"]["RegionList"][-1]["Name"] == "Ann"
    assert found["XMP-MP:RegionInfoMP"]["Regions"][-1]["PersonDisplayName"] == "Ann"
    assert plan(writer, path).changes == ()
    undo(writer, prepared)
    assert path.read_bytes() == source.read_bytes()
    assert names_in(tmp_path) == [path.name]


def made(kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image = Image.new("RGB", (64, 48), "grey")
    image.save(target, kind, **options)
    return target.getvalue()


PNG_TEXT = PngImagePlugin.PngInfo()
PNG_TEXT.add_text("Comment", "kept")
PNG_TEXT.add_text("XML:com.adobe.xmp", packet(bag("dc:subject", "Sea")).decode(), zip=True)

MADE: dict[str, Callable[[], bytes]] = {
    "a.png": lambda: made("PNG", pnginfo=PNG_TEXT),
    "b.png": lambda: made("PNG"),
    "a.webp": lambda: made("WEBP", xmp=packet(bag("dc:subject", "Sea"))),
    "b.webp": lambda: made("WEBP", lossless=True),
    "a.tif": lambda: made("TIFF", tiffinfo={270: "a caption"}, compression="tiff_lzw"),
    "b.tif": lambda: made("TIFF", save_all=True, append_images=[Image.new("RGB", (8, 8)), Image.new("L", (9, 9))]),
    "a.jp2": lambda: made("JPEG2000"),
    "progressive.jpg": lambda: made("JPEG", progressive=True),
}


@pytest.mark.parametrize("name", MADE)
def test_a_file_without_metadata_takes_a_name_and_lets_go_of_it(writer: Writer, tmp_path: Path, name: str) -> None:
    path = written(tmp_path, MADE[name](), name)
    data, shown = path.read_bytes(), pixels(path)
    (prepared,) = write(writer, path)
    assert pixels(path) == shown
    assert [region.name for region in read(path).regions] == ["Ann"]
    if name.endswith(".webp"):
        head = path.read_bytes()[:30]
        assert head[12:16] == b"VP8X"
        assert head[20] & 0x04  # says that there is XMP
        assert int.from_bytes(head[4:8], "little") + 8 == path.stat().st_size
    undo(writer, prepared)
    assert path.read_bytes() == data
    write(writer, path)
    write(writer, path, Edit(drop_regions=(ANN,)))
    assert pixels(path) == shown
    found = read(path)
    assert (found.regions, found.people) == ((), ())
    assert ("People", "Ann") not in found.tags


def test_a_photo_with_a_wrong_suffix_is_what_it_is(writer: Writer, tmp_path: Path, shared: Path) -> None:
    path = written(tmp_path, jpeg(), "photo.png")
    write(writer, path)
    assert [region.name for region in read(path).regions] == ["Ann"]
    heic = (shared / "metadata" / "pillow-heif" / "images" / "heif" / "zPug_3.heic").read_bytes()
    path = written(tmp_path, heic, "pug.jpg")
    (prepared,) = write(writer, path)
    assert by_exiftool(path)["XMP-mwg-rs:RegionInfo"]["RegionList"][0]["Name"] == "Ann"
    undo(writer, prepared)
    assert path.read_bytes() == heic
    assert names_in(tmp_path) == ["photo.png", "pug.jpg"]


def test_a_tiff_does_not_grow_with_every_write(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, made("TIFF"), "scan.tif")
    write(writer, path)
    sizes = []
    for _ in range(3):
        write(writer, path, Edit(drop_regions=(ANN,)))
        write(writer, path)
        sizes.append(path.stat().st_size)
    assert len(set(sizes)) == 1


def test_a_truncated_scan_is_refused_rather_than_filled_up(writer: Writer, tmp_path: Path) -> None:
    """Its last strip would begin to hold our metadata as pixels."""
    head = b"MM\0*\0\0\0\x08"
    tags = [(256, 64), (257, 48), (258, 8), (259, 1), (262, 1), (273, 200), (277, 1), (278, 48), (279, 64 * 48)]
    directory = struct.pack(">H", len(tags)) + b"".join(struct.pack(">HHII", tag, 4, 1, value) for tag, value in tags)
    whole = (head + directory + bytes(4)).ljust(200, b"\0") + bytes(range(256)) * 12
    path = written(tmp_path, whole, "whole.tif")
    shown = pixels(path)
    write(writer, path)
    assert pixels(path) == shown
    path = written(tmp_path, whole[:-100], "cut.tif")
    with pytest.raises(WriteRefused, match="picture"):
        write(writer, path)
    assert path.read_bytes() == whole[:-100]


def test_the_pictures_behind_the_first_stay_where_their_list_says(writer: Writer, tmp_path: Path, shared: Path) -> None:
    """A list of pictures tells distances from itself; the metadata that grows may stand before it or behind it."""
    data = (shared / "metadata" / "pillow" / "frame_size.mpo").read_bytes()
    listed = data.index(b"MPF\0")
    start = data.rindex(b"\xff\xe2", 0, listed)
    behind = listed + struct.unpack(">H", data[start + 2 : start + 4])[0] - 2
    body = packet(bag("dc:subject", "Sea"))
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 31) + b"http://ns.adobe.com/xap/1.0/\0" + body
    before = data[:start] + segment + data[start:]
    for number, content in enumerate((data, before, put_behind_list(data, start, behind, segment))):
        path = written(tmp_path, content, f"{number}.mpo")
        shown = pixels(path)
        assert len(shown) == 2
        write(writer, path)
        assert pixels(path) == shown
        assert [region.name for region in read(path).regions] == ["Ann"]
    late = path.read_bytes()
    assert late.index(b"MPF\0") < late.index(b"RegionList")


def put_behind_list(data: bytes, start: int, behind: int, segment: bytes) -> bytes:
    """The same file with a packet between the list and the picture, and the list put right."""
    base = start + 8
    head = data[base:behind]
    form = tiff.layout(head)
    entry = tiff.directory(head, form, form.first).get(0xB002)
    assert entry is not None
    at, size = tiff.value_span(form, entry)
    fixed = bytearray(data)
    for place in range(base + at + 8, base + at + size, 16):
        offset = int.from_bytes(data[place : place + 4], form.order)
        if offset:
            fixed[place : place + 4] = (offset + len(segment)).to_bytes(4, form.order)
    return bytes(fixed[:behind]) + segment + data[behind:]


def test_metadata_larger_than_a_jpeg_segment_is_refused(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg(xmp=f"<xmp:Label>{'x' * 64000}</xmp:Label>"))
    data = path.read_bytes()
    with pytest.raises(WriteRefused, match="larger than one JPEG segment"):
        write(writer, path)
    assert path.read_bytes() == data


def test_a_photo_that_ends_in_a_list_of_places_gets_a_sidecar(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg() + b"AXS!" + bytes(8))
    assert plan(writer, path).path.suffix == ".xmp"


def test_a_picture_that_exiftool_changes_is_found_out(tmp_path: Path, shared: Path) -> None:
    data = (shared / "metadata" / "exiftool-t" / "GIF.gif").read_bytes()
    path = written(tmp_path, data, "a.gif")
    for picture_hash in (lambda found: str(len(found)), content_hash):
        with Writer(picture_hash=picture_hash, content_hash=content_hash) as suspicious:
            if plan(suspicious, path).tool != "exiftool":
                pytest.skip("no ExifTool is installed")
            with pytest.raises(WriteRefused, match="picture cannot be proven"):
                write(suspicious, path)
    assert path.read_bytes() == data
    assert names_in(tmp_path) == ["a.gif"]


@pytest.mark.parametrize("reader", ["ExifTool", "exiv2"])
def test_a_tag_that_exiftool_changes_beside_ours_is_found_out_by_each_reader(
    tmp_path: Path, shared: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer, reader: str
) -> None:
    data = (shared / "metadata" / "exiftool-t" / "CanonRaw.cr2").read_bytes()
    path = written(tmp_path, data, "a.cr2")
    planned = plan(writer, path)
    if planned.tool != "exiftool":
        pytest.skip("no ExifTool is installed")
    real = exiftool_writer.write

    def more(exiftool: ExifTool, path: Path, work: exiftool_writer.ExifToolWork) -> None:
        real(exiftool, path, work)
        exiftool.run("-overwrite_original", "-IFD0:Artist=Somebody", path=path)

    monkeypatch.setattr(exiftool_writer, "write", more)
    other = "_check_dumps" if reader == "exiv2" else "check_tags"
    monkeypatch.setattr(exiftool_writer, other, lambda *_, **__: None)
    with pytest.raises(WriteRefused, match="Artist would not be the same"):
        writer.prepare(planned)
    assert path.read_bytes() == data
    assert names_in(tmp_path) == ["a.cr2"]


def test_a_name_of_the_same_length_moves_the_time_where_the_size_cannot(
    writer: Writer, tmp_path: Path, shared: Path
) -> None:
    path = written(tmp_path, (shared / "metadata" / "exiftool-t" / "GIF.gif").read_bytes(), "a.gif")
    if plan(writer, path).tool != "exiftool":
        pytest.skip("no ExifTool is installed")
    write(writer, path)
    before = path.stat()
    write(writer, path, Edit(name_regions=(Region(ANN.box, "Bob"),), drop_regions=(ANN,)))
    after = path.stat()
    assert after.st_size == before.st_size
    assert after.st_mtime_ns == before.st_mtime_ns + 1_000_000_000


def test_names_in_a_second_block_of_xmp_are_not_written_past(writer: Writer, tmp_path: Path) -> None:
    data = jpeg(xmp=bag("dc:subject", "Sea"))
    body = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + bytes(8) + packet(bag("dc:subject", "More"))
    more = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    at = data.index(b"\xff\xdb")
    path = written(tmp_path, data[:at] + more + data[at:])
    assert plan(writer, path).path.suffix == ".xmp"


def test_iptc_among_the_photoshop_resources_of_a_tiff_is_kept_in_step(writer: Writer, tmp_path: Path) -> None:
    sets = iptc.serialized(iptc.changed((), {iptc.KEYWORDS: ("Sea",)}))
    resources = iptc.serialized_resources(iptc.with_resource((), iptc.IPTC_RESOURCE, sets))
    data = made("TIFF")
    for number, tags in enumerate(({tiff.PHOTOSHOP: resources}, {tiff.PHOTOSHOP: resources, tiff.IPTC: sets})):
        values = {tag: tiff.Value(tiff.BYTE, value) for tag, value in tags.items()}
        path = written(tmp_path, joined(data, tiff.changed(data, values)), f"{number}.tif")
        write(writer, path)
        found = [value for key, value in by_exiftool(path).items() if re.fullmatch(r"IPTC2?:Keywords", key)]
        assert found == [["Sea", "Ann"]] * (number + 1)
        write(writer, path, Edit(drop_regions=(ANN,)))
        found = [value for key, value in by_exiftool(path).items() if re.fullmatch(r"IPTC2?:Keywords", key)]
        assert found == ["Sea"] * (number + 1)


def test_iptc_in_a_png_is_kept_in_step_and_never_begun(writer: Writer, tmp_path: Path) -> None:
    sets = iptc.serialized(iptc.changed((), {iptc.KEYWORDS: ("Sea",)}))
    profile = iptc.serialized_resources(iptc.with_resource((), iptc.IPTC_RESOURCE, sets))
    hexed = f"\niptc\n{len(profile):8d}\n{profile.hex()}\n".encode()
    content = b"Raw profile type iptc\0\0" + zlib.compress(hexed)
    chunk = struct.pack(">I", len(content)) + b"zTXt" + content + struct.pack(">I", zlib.crc32(b"zTXt" + content))
    data = made("PNG")
    at = data.index(b"IDAT") - 4
    path = written(tmp_path, data[:at] + chunk + data[at:], "a.png")
    write(writer, path)
    assert by_exiftool(path)["IPTC:Keywords"] == ["Sea", "Ann"]
    plain = written(tmp_path, data, "b.png")
    write(writer, plain)
    assert "IPTC:Keywords" not in by_exiftool(plain)


def test_only_the_head_of_a_photo_is_read_for_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, jpeg() + bytes(5_000_000))
    asked: list[int] = []
    real = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: asked.append(size) or real(descriptor, size))  # type: ignore[func-returns-value]  # append gives None, so the reading follows
    with path.open("rb") as file:
        view = FileView(file.fileno())
        kind = format_of(view, ".jpg")
        assert kind.carrier is not None
        kind.carrier.read(view)
        assert view[10:10] == b""
        assert len(view[0:3_000_000]) == 3_000_000
    assert sum(asked[:-1]) < 300_000


def test_replacements_that_overlap_are_a_mistake() -> None:
    assert joined(b"abcdef", pieces(6, [(4, 4, b"X"), (0, 2, b""), (2, 3, b"yy")])) == b"yydXef"
    with pytest.raises(ValueError, match="overlap"):
        pieces(6, [(0, 3, b""), (2, 4, b"")])


def test_a_sidecar_is_one_packet_and_nothing_else() -> None:
    data = packet("<xmp:Label>Red</xmp:Label>")
    assert Sidecar().others(data, ["xmp"]) == []
    assert Sidecar().others(data, []) == [("packet", data)]
    assert joined(data, Sidecar().rewritten(data, {})) == data


@pytest.mark.parametrize(
    ("head", "suffix", "name"),
    [
        (b"\0\0\0\x18ftypmif1", ".heic", "HEIF"),
        (b"\0\0\0\x18ftypavif", ".jpg", "AVIF"),
        (b"\0\0\0\x18ftypcrx ", ".cr3", "CR3"),
        (b"\0\0\0\x18ftypisom", ".mp4", "MP4"),
        (b"\0\0\0\x18ftypjpx ", ".jpf", "JPEG 2000"),
        (b"\0\0\0\x08moov\0\0\0\0", ".mov", "QuickTime"),
        (b"II*\0\x08\0\0\0\0\0", ".nef", "NEF"),
        (b"II*\0\x08\0\0\0\0\0", ".tif", "TIFF"),
        (b"II+\0\x08\0\0\0\0\0", ".tif", "BigTIFF"),
        (b"FUJIFILMCCD-RAW ", ".raf", "RAF"),
        (b"BM", ".jpg", "BMP"),
        (b"nothing known", ".jpg", "Such"),
    ],
)
def test_a_kind_is_known_by_its_content(head: bytes, suffix: str, name: str) -> None:
    assert format_of(head.ljust(32, b"\0"), suffix).name == name
