"""A re-tagged photo has the same picture hash; a changed pixel has another one."""

import io
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import exiv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from photoscribe.media import fingerprint
from photoscribe.media.colour import adobe_rgb_profile
from photoscribe.media.fingerprint import content_hash, content_hash_of_file, picture_hash, picture_hash_of_file
from photoscribe.media.png import SIGNATURE, chunks
from tests.media.films import film
from tests.media.negatives import negative
from tests.media.pictures import encoded, exif_of, noise, quarters, tiff, with_app
from tests.media.test_boxes import box

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _animated(name: str) -> bytes:
    return encoded(noise(64, 48), name, save_all=True, append_images=[noise(64, 48, 2), noise(64, 48, 3)])


def _film(container: str) -> bytes:
    return film([noise(96, 64, seed) for seed in range(4)], container=container)


# Every structure that is walked, by the suffix with which other programs know it.
FILES: dict[str, Callable[[], bytes]] = {
    "plain.jpg": lambda: encoded(noise(320, 200), "JPEG"),
    "progressive.jpg": lambda: encoded(noise(320, 200), "JPEG", progressive=True, icc_profile=SRGB),
    "restarts.jpg": lambda: encoded(noise(320, 200), "JPEG", restart_marker_rows=1),
    "ink.jpg": lambda: encoded(noise(320, 200).convert("CMYK"), "JPEG"),
    "with-exif.jpg": lambda: encoded(noise(320, 200), "JPEG", exif=exif_of(6)),
    "plain.png": lambda: encoded(noise(320, 200), "PNG"),
    "profile.png": lambda: encoded(noise(320, 200), "PNG", icc_profile=SRGB),
    "palette.png": lambda: encoded(noise(64, 48).quantize(16), "PNG", transparency=3),
    "animated.png": lambda: _animated("PNG"),
    "lossy.webp": lambda: encoded(noise(320, 200), "WEBP"),
    "lossless.webp": lambda: encoded(noise(64, 48).convert("RGBA"), "WEBP", lossless=True),
    "animated.webp": lambda: _animated("WEBP"),
    "plain.tif": lambda: encoded(noise(320, 200), "TIFF"),
    "pages.tif": lambda: encoded(
        noise(64, 48), "TIFF", compression="tiff_lzw", save_all=True, append_images=[noise(64, 48, 2)]
    ),
    "plain.gif": lambda: encoded(noise(64, 48), "GIF"),
    "animated.gif": lambda: _animated("GIF"),
    "photo.heic": lambda: encoded(noise(64, 48), "HEIF", exif=exif_of(6), thumbnails=[32]),
    "photo.avif": lambda: encoded(noise(64, 48), "AVIF"),
    "photo.jp2": lambda: encoded(noise(64, 48), "JPEG2000"),
    "photo.dng": lambda: negative(noise(96, 64), preview=encoded(noise(48, 32), "JPEG"), preview_size=(48, 32)),
    "film.mp4": lambda: _film("mp4"),
    "film.mov": lambda: _film("mov"),
}
BY_EXIV2 = [name for name in FILES if Path(name).suffix in {".jpg", ".png", ".webp", ".tif", ".jp2", ".dng"}]


def _tag_with_exiv2(path: Path, text: str) -> None:
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    exif, xmp, iptc = image.exifData(), image.xmpData(), image.iptcData()
    exif["Exif.Image.ImageDescription"] = text
    exif["Exif.Photo.UserComment"] = text
    xmp["Xmp.dc.subject"] = text
    xmp["Xmp.dc.description"] = text * 50
    image.setExifData(exif)
    image.setXmpData(xmp)
    if path.suffix not in {".webp", ".png"}:
        iptc["Iptc.Application2.Keywords"] = text
        image.setIptcData(iptc)
    image.writeMetadata()


@pytest.mark.parametrize("name", BY_EXIV2)
def test_exiv2_may_write_what_it_likes(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    before, hash_before = path.read_bytes(), picture_hash(path.read_bytes())
    for text in ("Ann at the sea", "Ann", "x" * 500):
        _tag_with_exiv2(path, text)
        assert path.read_bytes() != before
        assert picture_hash(path.read_bytes()) == hash_before
    assert hash_before != content_hash(before)


@pytest.fixture(scope="module")
def by_exiftool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `before`, `tagged` and `untagged` of the same files; one process each, since one starts in 0.4 s."""
    if shutil.which("exiftool") is None:
        pytest.skip("ExifTool is not installed")
    folder = tmp_path_factory.mktemp("exiftool")
    (folder / "before").mkdir()
    for name, build in FILES.items():
        (folder / "before" / name).write_bytes(build())
    xmp = ["-XMP-dc:Subject=Ann", "-XMP-dc:Description=" + "sea " * 300, "-XMP:PersonInImage=Ann", "-Comment=hello"]
    exif = ["-EXIF:ImageDescription=Ann", "-EXIF:GPSLatitude=42", "-EXIF:Orientation#=3"]
    for source, target, tags in (("before", "tagged", xmp + exif), ("tagged", "untagged", ["-XMP:all=", "-Comment="])):
        shutil.copytree(folder / source, folder / target)
        command = ["exiftool", "-q", "-m", "-overwrite_original", *tags, str(folder / target)]
        subprocess.run(command, check=False, capture_output=True)  # GIF and films take no EXIF, which is an error
    return folder


@pytest.mark.parametrize("name", FILES)
def test_exiftool_may_write_what_it_likes_and_take_it_out_again(by_exiftool: Path, name: str) -> None:
    before, tagged, untagged = ((by_exiftool / stage / name).read_bytes() for stage in ("before", "tagged", "untagged"))
    assert before != tagged != untagged
    assert b"sea sea" in tagged or b"PersonInImage" in tagged or name.endswith(".png")
    assert picture_hash(before) == picture_hash(tagged) == picture_hash(untagged) != content_hash(before)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_of_the_picture_is_noticed_wherever_it_is(name: str) -> None:
    """Bytes whose change leaves the hash as it was must be metadata: the picture decodes the same, or the file was
    not walked at all and every byte counts."""
    data = FILES[name]()
    whole = picture_hash(data)
    random = np.random.default_rng(3)
    coded = (900, 1100) if name.endswith((".dng", ".tif", ".gif")) else _longest_coded_part(data)
    for _ in range(25):
        changed = bytearray(data)
        changed[int(random.integers(*coded))] ^= int(random.integers(1, 256))
        assert picture_hash(bytes(changed)) != whole


def _longest_coded_part(data: bytes) -> tuple[int, int]:
    """Where in the file the longest run of bytes lies that no metadata can be in: found by its own decoder's marks."""
    for mark, skip in ((b"IDAT", 8), (b"\xff\xda", 20), (b"VP8 ", 20), (b"VP8L", 20), (b"jp2c", 60), (b"mdat", 8)):
        at = data.find(mark)
        if at > 0:
            return at + skip, min(at + skip + 200, len(data) - 20)
    raise AssertionError("a format that this test does not know")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (encoded(noise(64, 48), "JPEG"), encoded(noise(64, 48), "JPEG", icc_profile=adobe_rgb_profile())),
        (encoded(noise(64, 48), "PNG"), encoded(noise(64, 48), "PNG", icc_profile=adobe_rgb_profile())),
        (encoded(noise(64, 48), "WEBP"), encoded(noise(64, 48), "WEBP", icc_profile=adobe_rgb_profile())),
        (encoded(noise(64, 48), "TIFF"), encoded(noise(64, 48), "TIFF", icc_profile=adobe_rgb_profile())),
        (encoded(noise(64, 48), "HEIF"), encoded(noise(64, 48), "HEIF", icc_profile=adobe_rgb_profile())),
        (
            encoded(noise(64, 48).quantize(16), "PNG", transparency=3),
            encoded(noise(64, 48).quantize(16), "PNG", transparency=4),
        ),
        (encoded(noise(64, 48), "JPEG", quality=80), encoded(noise(64, 48), "JPEG", quality=81)),
        (
            encoded(noise(64, 48), "TIFF"),
            encoded(Image.frombytes("RGB", (48, 64), noise(64, 48).tobytes()), "TIFF"),
        ),
    ],
    ids=["jpeg", "png", "webp", "tiff", "heif", "transparency", "quality", "same bytes, other width"],
)
def test_what_changes_the_colours_changes_the_hash(one: bytes, other: bytes) -> None:
    assert picture_hash(one) != picture_hash(other)


def _png(parts: list[tuple[bytes, bytes]]) -> bytes:
    packed = (
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))
        for kind, content in parts
    )
    return SIGNATURE + b"".join(packed)


def test_how_a_png_is_packed_does_not_matter() -> None:
    data = encoded(noise(300, 200), "PNG", icc_profile=SRGB)
    parts = [(chunk.kind, bytes(chunk.content)) for chunk in chunks(data)]
    (header, (_, profile), *pixels, end) = parts
    assert _png(parts) == data
    joined = b"".join(content for _, content in pixels)
    pieces = [(b"IDAT", joined[at : at + 777]) for at in range(0, len(joined), 777)]
    name, _, squeezed = profile.partition(b"\0")
    again = name + b"\0\0" + zlib.compress(zlib.decompress(squeezed[1:]), 1)
    gamma = (b"gAMA", struct.pack(">I", 45455))
    assert again != profile
    one = _png([header, gamma, (b"iCCP", profile), *pixels, end])
    other = _png([header, (b"iCCP", again), gamma, (b"tEXt", b"Author\0Ann"), *pieces, end])
    assert picture_hash(one) == picture_hash(other) != picture_hash(data)


def test_which_frame_of_an_animated_png_comes_first_does_matter() -> None:
    parts = [(chunk.kind, bytes(chunk.content)) for chunk in chunks(_animated("PNG"))]
    control = next(number for number, (kind, _) in enumerate(parts) if kind == b"fcTL")
    pixels = next(number for number, (kind, _) in enumerate(parts) if kind == b"IDAT")
    swapped = parts[:control] + parts[control + 1 : pixels + 1] + [parts[control]] + parts[pixels + 1 :]
    assert picture_hash(_png(swapped)) != picture_hash(_png(parts))


def test_junk_before_a_marker_is_skipped_as_decoders_skip_it() -> None:
    data = encoded(noise(320, 200), "JPEG")
    table = data.index(b"\xff\xdb")
    assert picture_hash(data[:table] + b"junk\xff\xff" + data[table:]) == picture_hash(data)


def test_what_follows_the_picture_in_a_jpeg_does_not_matter() -> None:
    data = encoded(noise(320, 200), "JPEG")
    first_of_two = encoded(noise(320, 200), "MPO", save_all=True, append_images=[noise(320, 200, 5)])
    assert picture_hash(data + b"SEFT" * 100 + b"\xff\xd9") == picture_hash(data)
    assert picture_hash(first_of_two) == picture_hash(data)


def test_an_end_marker_inside_metadata_or_a_table_is_no_end() -> None:
    data = encoded(noise(320, 200), "JPEG", progressive=True)
    tricky = with_app(data, 0xED, b"\xff\xda\xff\xd9" * 30)
    assert picture_hash(tricky) == picture_hash(data)
    last_scan = data.rindex(b"\xff\xda")
    with_table = data[:last_scan] + b"\xff\xdb" + struct.pack(">HB", 67, 3) + b"\xff\xd9" * 32 + data[last_scan:]
    changed = bytearray(with_table)
    changed[-20] ^= 1
    assert picture_hash(with_table) != picture_hash(data)
    assert picture_hash(bytes(changed)) != picture_hash(with_table)


def test_two_cut_off_files_are_not_the_same_picture() -> None:
    for name, build in FILES.items():
        if name.endswith((".mp4", ".mov")):
            continue
        data = build()
        longer, shorter = data[:-30], data[:-60]
        assert picture_hash(longer) != picture_hash(shorter), name


def test_what_has_no_structure_has_its_content_hash() -> None:
    for data in (b"", b"\0" * 100, b"hello", encoded(quarters(), "BMP"), b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"):
        assert picture_hash(data) == content_hash(data)
    assert len(content_hash(b"")) == 32


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_garbage_never_raises(name: str, data: st.DataObject) -> None:
    whole = bytearray(FILES[name]())
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, min(len(whole) - 1, 1500)))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for part in (bytes(whole), bytes(whole[:cut])):
        assert len(picture_hash(part)) == 32


def test_a_tiff_whose_strips_are_all_the_same_does_not_take_for_ever() -> None:
    data = encoded(noise(64, 48), "TIFF")
    strips = 4000
    body = data[8:4008]
    offsets = struct.pack(f"<{strips}I", *([8] * strips))
    lengths = struct.pack(f"<{strips}I", *([4000] * strips))
    at = 8 + len(body)
    entries = struct.pack("<HHHIIHHII", 2, 273, 4, strips, at, 279, 4, strips, at + 4 * strips) + bytes(4)
    directory = at + 8 * strips
    bomb = b"II*\0" + struct.pack("<I", directory) + body + offsets + lengths + entries
    assert picture_hash(bomb) == content_hash(bomb)


@pytest.mark.parametrize("name", FILES)
def test_files_hash_as_their_bytes_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    assert picture_hash_of_file(path) == picture_hash(path.read_bytes())
    assert content_hash_of_file(path) == content_hash(path.read_bytes())


def test_large_files_are_hashed_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "_BLOCK", 1000)
    for name in ("film.mp4", "film.mov"):
        path = tmp_path / name
        path.write_bytes(FILES[name]())
        assert picture_hash_of_file(path) == picture_hash(path.read_bytes())
        assert content_hash_of_file(path) == content_hash(path.read_bytes())


def test_a_film_without_frames_in_it_has_its_content_hash(tmp_path: Path) -> None:
    data = struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0) + struct.pack(">I4s", 8, b"moov")
    assert picture_hash(data) == content_hash(data)
    broken = data + struct.pack(">I4sQ", 1, b"mdat", 3)
    assert picture_hash(broken) == content_hash(broken)
    path = tmp_path / "film.mp4"
    path.write_bytes(broken)
    assert picture_hash_of_file(path) == content_hash(broken)


def test_the_sensor_data_of_a_fujifilm_raw_is_what_counts() -> None:
    head = bytearray(b"FUJIFILMCCD-RAW 0201".ljust(200, b"\0"))
    head[100:108] = struct.pack(">II", 200, 64)
    data = bytes(head) + bytes(range(64)) + b"and after it"
    tagged = data[:120] + b"tags" + data[124:]
    assert picture_hash(data) == picture_hash(tagged) != content_hash(data)
    assert picture_hash(data[:210] + b"!" + data[211:]) != picture_hash(data)
    assert picture_hash(data[:220]) == content_hash(data[:220])


def test_how_adobe_mixed_the_colours_counts() -> None:
    data = encoded(noise(320, 200), "JPEG")
    mixes = [with_app(data, 0xEE, b"Adobe\0d\0\0\0\0" + bytes([mix])) for mix in (0, 1)]
    assert len({picture_hash(data), *map(picture_hash, mixes)}) == 3


def test_the_canvas_of_an_animation_counts_and_that_of_a_still_picture_does_not() -> None:
    animated = FILES["animated.webp"]()
    assert animated[12:16] == b"VP8X"
    assert picture_hash(animated[:24] + b"\xff" + animated[25:]) != picture_hash(animated)
    still = encoded(noise(320, 200), "WEBP", exif=exif_of(6))
    assert still[12:16] == b"VP8X"
    assert picture_hash(still) == picture_hash(FILES["lossy.webp"]())


def test_where_one_strip_ends_counts() -> None:
    def tiff_of(first: int, second: int) -> bytes:
        return tiff(
            {256: ("I", (5,)), 257: ("I", (6,)), 273: ("I", (8, 8 + first)), 279: ("I", (first, second))}, bytes(30)
        )

    assert picture_hash(tiff_of(10, 20)) != picture_hash(tiff_of(20, 10))


def test_a_directory_that_leads_back_to_itself_is_read_once() -> None:
    data = tiff({256: ("I", (5,)), 257: ("I", (6,)), 273: ("I", (8,)), 279: ("I", (30,))}, bytes(30))
    start = int.from_bytes(data[4:8], "little")
    following = start + 2 + 4 * 12
    assert (
        picture_hash(data[:following] + data[4:8] + data[following + 4 :]) == picture_hash(data) != content_hash(data)
    )


def test_a_film_that_claims_to_be_endless_is_hashed_as_far_as_it_goes() -> None:
    data = box(b"ftyp", b"isom\0\0\0\0") + struct.pack(">I4sQ", 1, b"mdat", 1 << 62) + b"frames"
    assert picture_hash(data) != picture_hash(data[:-1])


def test_big_tiff_is_walked(tmp_path: Path) -> None:
    stream = io.BytesIO()
    noise(64, 48).save(stream, "TIFF", big_tiff=True)
    data = stream.getvalue()
    assert picture_hash(data) not in {content_hash(data), picture_hash(encoded(noise(64, 48, 2), "TIFF"))}
    path = tmp_path / "big.tif"
    path.write_bytes(data)
    assert picture_hash_of_file(path) == picture_hash(data)


def test_real_photos_of_one_subject_tagged_differently_share_a_hash(shared: Path) -> None:
    folder = shared / "metadata" / "exiftool-t"
    hashes = {picture_hash((folder / f"{name}.jpg").read_bytes()) for name in ("Canon", "Nikon", "Casio", "Sanyo")}
    assert len(hashes) == 1, "ExifTool's samples are one small picture with the metadata of many cameras"
