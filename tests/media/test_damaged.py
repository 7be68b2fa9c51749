"""What is broken, hostile or no picture at all ends as a sentence, and what can be seen of a picture is seen."""

import io
import re
import struct
import subprocess
import sys
import threading
import time
import warnings
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from photoscribe.core.errors import Undecodable
from photoscribe.media import images
from photoscribe.media.decoding import Limits, decode
from photoscribe.media.foreign import foreign
from photoscribe.media.png import SIGNATURE
from tests.media.pictures import encoded, exif_of, is_upright, noise, quarters

PLACE = Path("photo.jpg")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))


def png_of(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )


def resized(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG whose frame claims another size."""
    found = re.search(rb"\xff[\xc0-\xc2]..\x08", jpeg, re.DOTALL)
    assert found
    return jpeg[: found.end()] + struct.pack(">HH", height, width) + jpeg[found.end() + 4 :]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.jpg", b"", "empty file"),
        ("a.heic", b"", "empty file"),
        ("a.nef", b"", "empty file"),
        ("a.jpg", b"dear diary,\n", "not a picture: looks like plain text"),
        ("a.jpg", b"%PDF-1.7\n", "not a picture: looks like a PDF document"),
        ("a.png", b"<!DOCTYPE html>", "not a picture: looks like a web page"),
        ("a.png", b"PK\x03\x04", "not a picture: looks like a ZIP archive or an office document"),
        ("a.jpg", bytes(1000), "not a picture: its bytes match no known format"),
        ("a.jxl", b"\xff\x0a\0\0", "a JPEG XL picture, which this build cannot read. Try: a JPEG copy"),
    ],
)
def test_what_is_no_picture_is_said_in_words(name: str, data: bytes, sentence: str) -> None:
    with pytest.raises(Undecodable, match=re.escape(sentence)):
        decode(Path(name), data)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "HEIF", "AVIF", "JPEG2000"])
def test_a_suffix_that_lies_is_seen_through(name: str) -> None:
    data = encoded(quarters(), name)
    for suffix in (".png", ".jpg", ".heic", ".nef" if name != "TIFF" else ".gif", ".dcm", ""):
        decoded = decode(Path("photo" + suffix), data)
        assert is_upright(decoded.pixels, tolerance=40)
        assert decoded.kind == "image"


def test_real_photo_under_the_wrong_suffix(shared: Path) -> None:
    path = shared / "photos" / "photoprism-examples" / "this-is-a-jpeg.png"
    assert decode(path, path.read_bytes()).pixels.shape == (180, 240, 3)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_half_a_photo_is_shown_and_told(name: str, share: float) -> None:
    data = encoded(noise(640, 480), name)
    decoded = decode(PLACE, data[: int(len(data) * share)])
    assert decoded.pixels.shape == (480, 640, 3)
    assert len(decoded.problems) == 1
    assert "part of the picture" in decoded.problems[0]
    whole = decode(PLACE, data).pixels
    top = slice(-64, None) if name == "BMP" else slice(0, 64)  # BMP begins at the bottom
    assert (decoded.pixels[top] == whole[top]).all()
    assert (decoded.pixels != whole).any()


def test_a_progressive_jpeg_that_is_cut_off_is_shown_whole_but_coarse() -> None:
    data = encoded(noise(640, 480), "JPEG", progressive=True)
    decoded = decode(PLACE, data[: len(data) // 2])
    assert abs(decoded.pixels.astype(int) - decode(PLACE, data).pixels).mean() < 40
    assert decoded.problems


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "HEIF", "AVIF", "JPEG2000"])
def test_of_a_photo_cut_off_in_its_head_nothing_is_shown(name: str) -> None:
    data = encoded(noise(320, 200), name)
    for length in (4, 12, 30):
        with pytest.raises(Undecodable):
            decode(PLACE, data[:length])


def test_a_jpeg_that_ends_where_its_picture_begins_is_not_a_grey_photo() -> None:
    data = encoded(noise(640, 480), "JPEG")
    scan = data.index(b"\xff\xda")
    with pytest.raises(Undecodable, match="cut off before its picture"):
        decode(PLACE, data[: scan + 14])


def test_a_whole_photo_has_no_problems_even_beside_broken_ones() -> None:
    """Pillow's own way is a switch for the whole process, which threads would share."""
    data = encoded(noise(640, 480), "JPEG")
    wrong: list[str] = []

    def work(number: int) -> None:
        for turn in range(10):
            is_cut = (number + turn) % 2
            problems = decode(PLACE, data[: len(data) // 2] if is_cut else data).problems
            if bool(problems) != bool(is_cut):
                wrong.append(f"{number} {turn}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_warnings_of_pillow_stay_inside_and_the_filters_are_as_before() -> None:
    plain = encoded(quarters(), "PNG")
    at = plain.index(b"IDAT") - 4
    data = plain[:at] + chunk(b"acTL", bytes(8)) + plain[at:]  # an animation of no frames
    with pytest.warns(UserWarning, match="Invalid APNG"):
        Image.open(io.BytesIO(data))
    before = list(warnings.filters)
    threads = [threading.Thread(target=lambda: [decode(PLACE, data) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert is_upright(decode(PLACE, data).pixels)
    assert list(warnings.filters) == before


def test_a_warning_that_is_not_foreign_still_reaches_us() -> None:
    with pytest.warns(UserWarning, match="ours"), foreign("JPEG"):
        warnings.warn("ours", stacklevel=1)


def test_every_error_of_a_library_becomes_a_fault_of_the_photo_in_one_line() -> None:
    said_by_libraries = [ValueError("one\ntwo"), RuntimeError(), KeyError("x"), MemoryError(), OSError(5, "z")]
    for error in said_by_libraries:
        with pytest.raises(Undecodable) as caught, foreign("JPEG"):
            raise error
        assert "JPEG" in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "data",
    [
        png_of(100_000, 100_000),
        png_of(30_000, 30_000, depth=16, colour=6),
        png_of(16_000, 16_000),
        b"GIF89a"
        + struct.pack("<HH", 65535, 65535)
        + bytes(3)
        + b",\0\0\0\0"
        + struct.pack("<HH", 65535, 65535)
        + bytes(9),
        encoded(quarters(), "BMP").replace(struct.pack("<ii", 96, 64), struct.pack("<ii", 40000, 30000)),
        resized(encoded(quarters(), "JPEG"), 60000, 60000),
        resized(encoded(quarters(), "JPEG", progressive=True), 24000, 20000),
    ],
    ids=["png", "png-deep", "png-memory", "gif", "bmp", "jpeg", "jpeg-progressive"],
)
def test_a_bomb_is_refused_by_its_header(data: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(Undecodable, match=r"too large: .* Try: a smaller copy"):
        decode(PLACE, data)
    assert time.perf_counter() - started < 0.5


def test_a_jpeg_of_a_thousand_empty_scans_is_refused() -> None:
    data = resized(encoded(quarters(), "JPEG", progressive=True), 8000, 8000)
    scan = data[data.rindex(b"\xff\xda") : -2]
    with pytest.raises(Undecodable, match=r"scans would take too long"):
        decode(PLACE, data[:-2] + scan * 1000 + b"\xff\xd9")


def test_a_jpeg_whose_colours_lie_in_scans_of_their_own_is_reckoned_in_full() -> None:
    """libjpeg then keeps every coefficient, as of a progressive one."""
    data = resized(encoded(quarters(), "JPEG"), 20000, 20000)
    scan = data.index(b"\xff\xda")
    apart = data[:scan] + bytes.fromhex("ffda0008010100003f00") + data[scan + 14 :]
    with pytest.raises(Undecodable, match="GB to decode"):
        decode(PLACE, apart)


def test_the_limits_are_the_callers() -> None:
    data = encoded(quarters(), "PNG")
    with pytest.raises(Undecodable, match="megapixels"):
        decode(PLACE, data, limits=Limits(max_pixels=96 * 64 - 1))
    with pytest.raises(Undecodable, match="GB to decode"):
        decode(PLACE, data, limits=Limits(max_bytes=96 * 64 * 3))
    assert decode(PLACE, data, limits=Limits(max_pixels=96 * 64)).full_size.width == 96


def test_a_panorama_of_200_megapixels_is_shown_when_it_is_a_baseline_jpeg() -> None:
    data = resized(encoded(Image.new("L", (2000, 1000)), "JPEG"), 20000, 10000)
    picture = images._OPENERS["jpeg"](io.BytesIO(data))
    Limits().check(*picture.size, images._needed_bytes(picture, "jpeg", data, 1440))
    assert images._needed_bytes(picture, "jpeg", data, 1440) < 30_000_000


def test_metadata_that_pillow_refuses_costs_the_metadata_only() -> None:
    text = PngInfo()
    text.add_text("history", "x" * 5_000_000, zip=True)
    before = encoded(quarters(), "PNG", pnginfo=text, exif=exif_of(1))
    end = before.index(b"IEND") - 4
    after = encoded(quarters(), "PNG")
    after = (
        after[: after.index(b"IEND") - 4] + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(5_000_000))) + before[end:]
    )
    wrong_checksum = bytearray(encoded(quarters(), "PNG", icc_profile=b"broken"))
    wrong_checksum[wrong_checksum.index(b"iCCP") + 5] ^= 1
    for data in (before, after, bytes(wrong_checksum)):
        with pytest.raises((ValueError, OSError)):  # so that this test notices when Pillow no longer minds
            Image.open(io.BytesIO(data)).load()
        decoded = decode(PLACE, data)
        assert is_upright(decoded.pixels)
        assert decoded.problems == ()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "HEIF", "AVIF", "JPEG2000"]), st.data())
def test_a_flipped_byte_never_escapes_as_anything_but_a_sentence(name: str, data: st.DataObject) -> None:
    whole = bytearray(encoded(quarters(), name))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        decoded = decode(PLACE, bytes(whole), limits=Limits(max_pixels=4_000_000))
    except Undecodable as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017  either outcome is right
    else:
        assert max(decoded.pixels.shape) <= 4_000_000


_MEASURE = """
import sys
from pathlib import Path
from photoscribe.media.decoding import decode

decoded = decode(Path("a.png"), Path(sys.argv[1]).read_bytes())
peak = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(decoded.pixels.shape[1], int(peak) * 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_a_file_of_100_megapixels_with_transparency_costs_less_than_a_gigabyte(tmp_path: Path) -> None:
    width, height = 12_000, 8_500
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes((4 * width + 1) * height), 1)
    path = tmp_path / "large.png"
    path.write_bytes(SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    done = subprocess.run([sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True)
    side, peak = map(int, done.stdout.split())
    assert side == 1500
    assert peak < 1_000_000_000
