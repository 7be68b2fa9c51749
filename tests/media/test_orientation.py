"""Every picture stands upright, turned once."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from photoscribe.core.geometry import Box, Orientation, to_upright
from photoscribe.core.photo import Size
from photoscribe.media.boxes import _MIRRORED, _TURNED_LEFT, container_orientation
from photoscribe.media.decoding import decode
from photoscribe.media.orienting import exif_orientation, upright
from tests.media.pictures import encoded, exif_of, is_upright, quarters, stored, with_app

ALL = tuple(Orientation)
PLACE = Path("photo.jpg")


def entry(value: int) -> bytes:
    """The Orientation entry of a big-endian EXIF block, as Pillow writes it."""
    return bytes.fromhex("0112000300000001") + value.to_bytes(2, "big")


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_exif_orientation_is_applied_once(name: str, orientation: Orientation) -> None:
    picture = stored(quarters(), orientation)
    decoded = decode(PLACE, encoded(picture, name, exif=exif_of(orientation)))
    assert decoded.pixels.shape == (64, 96, 3)
    assert is_upright(decoded.pixels)
    assert decoded.full_size == Size(96, 64)
    assert decoded.orientation is orientation


@pytest.mark.parametrize("orientation", ALL)
def test_a_compressed_tiff_is_turned_once(orientation: Orientation) -> None:
    picture = stored(quarters(), orientation)
    decoded = decode(PLACE, encoded(picture, "TIFF", exif=exif_of(orientation), compression="tiff_lzw"))
    assert is_upright(decoded.pixels)
    assert (decoded.full_size, decoded.orientation) == (Size(96, 64), orientation)


@pytest.mark.parametrize("orientation", ALL)
def test_heic_is_turned_by_its_container(orientation: Orientation) -> None:
    decoded = decode(PLACE, encoded(stored(quarters(), orientation), "HEIF", exif=exif_of(orientation)))
    assert is_upright(decoded.pixels)
    assert decoded.full_size == Size(96, 64)
    assert decoded.orientation is orientation


def test_a_phones_heic_that_says_it_twice_is_turned_once() -> None:
    data = encoded(stored(quarters(), 6), "HEIF", exif=exif_of(6))
    assert data.count(entry(6)) == data.count(b"irot") == 1
    decoded = decode(PLACE, data)
    assert is_upright(decoded.pixels)
    assert decoded.orientation is Orientation.RIGHT_TOP


@pytest.mark.parametrize("name", ["HEIF", "AVIF"])
def test_exif_alone_turns_no_heic_and_no_avif(name: str) -> None:
    """ISO 23008-12: the container's properties say how it is shown, EXIF does not."""
    exif = Image.Exif()
    exif[0x0113] = 6  # under a neighbouring number, since encoders make container properties of Orientation
    data = encoded(quarters(), name, exif=exif.tobytes())
    neighbour = entry(6).replace(b"\x01\x12", b"\x01\x13", 1)
    assert data.count(neighbour) == 1
    decoded = decode(PLACE, data.replace(neighbour, entry(6)))
    assert is_upright(decoded.pixels)
    assert decoded.orientation is Orientation.TOP_LEFT


@pytest.mark.parametrize("number", range(9))
def test_real_photos_of_every_orientation_look_the_same(shared: Path, number: int) -> None:
    folder = shared / "metadata" / "exif-orientation"
    first, other = (
        decode(path, path.read_bytes()) for path in (folder / "Landscape_1.jpg", folder / f"Landscape_{number}.jpg")
    )
    assert other.full_size == first.full_size == Size(1800, 1200)
    difference = np.abs(first.pixels.astype(int) - other.pixels)
    assert difference.mean() < 4, "each was coded on its own, so small differences are there"
    assert int(other.orientation) == max(1, number)


@pytest.mark.parametrize("value", [0, 9, 255, 65535])
def test_an_orientation_that_does_not_exist_is_upright(value: int) -> None:
    decoded = decode(PLACE, encoded(quarters(), "JPEG", exif=exif_of(value)))
    assert is_upright(decoded.pixels)
    assert decoded.orientation is Orientation.TOP_LEFT


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_xmp_does_not_turn_a_picture_since_other_programs_do_not_obey_it(name: str) -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF tiff:Orientation="6"/></x:xmpmeta>'
    if name == "JPEG":
        data = with_app(encoded(quarters(), name), 0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp)
    else:
        data = encoded(quarters(), name, tiffinfo={700: xmp})
    decoded = decode(PLACE, data)
    assert is_upright(decoded.pixels)
    assert decoded.full_size == Size(96, 64)


def test_a_png_with_imagemagicks_old_profile_is_turned() -> None:
    block = exif_of(6)
    text = PngInfo()
    text.add_text("Raw profile type exif", f"\nexif\n{len(block)}\n{block.hex()}\n", zip=True)
    assert is_upright(decode(PLACE, encoded(stored(quarters(), 6), "PNG", pnginfo=text)).pixels)


@pytest.mark.parametrize("block", [b"", b"Exif\0\0", b"II*\0", b"MM\0*\0\0\xff\xff", exif_of(6)[:14]])
def test_a_broken_exif_block_is_upright(block: bytes) -> None:
    assert exif_orientation(block) is Orientation.TOP_LEFT


@pytest.mark.parametrize("orientation", ALL)
def test_pixels_go_where_boxes_go(orientation: Orientation) -> None:
    """media turns pixels, core turns boxes: they agree."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[10:20, 6:18] = 255
    seen = upright(pixels, orientation)
    height, width = seen.shape[:2]
    box = to_upright(Box(6 / 60, 10 / 40, 12 / 60, 10 / 40), orientation)
    left, top = round(box.x * width), round(box.y * height)
    inside = seen[top : top + round(box.h * height), left : left + round(box.w * width)]
    assert inside.min() == 255
    assert int((seen > 0).sum()) == inside.size


@pytest.mark.parametrize("orientation", ALL)
def test_a_turn_after_a_turn_is_what_turning_pixels_twice_gives(orientation: Orientation) -> None:
    pixels = np.arange(18, dtype=np.uint8).reshape(2, 3, 3)
    seen = upright(pixels, orientation)
    assert (upright(pixels, _TURNED_LEFT[orientation]) == np.rot90(seen)).all()
    assert (upright(pixels, _MIRRORED[0][orientation]) == np.flipud(seen)).all()
    assert (upright(pixels, _MIRRORED[1][orientation]) == np.fliplr(seen)).all()


def test_a_broken_container_is_upright() -> None:
    assert container_orientation(b"\0\0\0\x18ftypheic" + bytes(64)) is Orientation.TOP_LEFT
