"""RAW files: the camera's preview where it serves, the sensor where it does not."""

import sys
from pathlib import Path

import pytest
from PIL import Image

from photoscribe.core.errors import Undecodable
from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import Size
from photoscribe.media.decoding import Limits, decode
from tests.media.negatives import negative
from tests.media.pictures import Pixels, encoded, exif_of, is_upright, quarters, stored

pytest.importorskip("rawpy")

PLACE = Path("photo.dng")
DEVELOPED = 45  # how far LibRaw's rendering of the quarters may lie from their colours


def preview(picture: Image.Image, side: int, **options: bytes) -> tuple[bytes, tuple[int, int]]:
    share = side / max(picture.size)
    small = picture.resize((round(picture.width * share), round(picture.height * share)))
    return encoded(small, "JPEG", quality=95, **options), small.size


def is_preview(pixels: Pixels) -> bool:
    """Its colours are those that were drawn; developed ones are off by more."""
    return is_upright(pixels, tolerance=4)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_negative_without_preview_is_developed_at_half_size_and_turned_once(orientation: int) -> None:
    decoded = decode(PLACE, negative(stored(quarters(960, 640), orientation), orientation=orientation), min_side=400)
    assert decoded.pixels.shape == (320, 480, 3)
    assert is_upright(decoded.pixels, DEVELOPED)
    assert (decoded.full_size, decoded.kind, decoded.problems) == (Size(960, 640), "raw", ())
    assert decoded.orientation == orientation


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_preview_that_is_large_enough_is_shown_turned_once(orientation: int) -> None:
    picture = stored(quarters(960, 640), orientation)
    jpeg, size = preview(picture, 480)
    data = negative(picture, orientation=orientation, preview=jpeg, preview_size=size)
    decoded = decode(PLACE, data, min_side=400)
    assert decoded.pixels.shape == (320, 480, 3)
    assert is_preview(decoded.pixels)
    assert (decoded.full_size, decoded.kind, decoded.orientation) == (Size(960, 640), "raw", orientation)


def test_a_preview_that_brings_the_same_orientation_along_is_turned_once() -> None:
    picture = stored(quarters(960, 640), 6)
    jpeg, size = preview(picture, 480, exif=exif_of(6))
    data = negative(picture, orientation=6, preview=jpeg, preview_size=size)
    assert is_preview(decode(PLACE, data, min_side=400).pixels)


def test_a_preview_that_the_camera_turned_already_is_left_alone() -> None:
    jpeg, size = preview(quarters(960, 640), 480)
    data = negative(stored(quarters(960, 640), 6), orientation=6, preview=jpeg, preview_size=size)
    decoded = decode(PLACE, data, min_side=400)
    assert is_preview(decoded.pixels)
    assert decoded.orientation is Orientation.RIGHT_TOP


def test_a_preview_that_is_not_coded_is_shown_too() -> None:
    picture = stored(quarters(960, 640), 6)
    small = picture.resize((picture.width // 2, picture.height // 2))
    data = negative(picture, orientation=6, preview=small.tobytes(), preview_size=small.size)
    decoded = decode(PLACE, data, min_side=400)
    assert decoded.pixels.shape == (320, 480, 3)
    assert is_preview(decoded.pixels)


def test_a_broken_preview_gives_way_to_the_sensor() -> None:
    jpeg, size = preview(quarters(960, 640), 480)
    data = negative(quarters(960, 640), preview=jpeg[:40] + bytes(len(jpeg) - 40), preview_size=size)
    decoded = decode(PLACE, data, min_side=400)
    assert is_upright(decoded.pixels, DEVELOPED)
    assert not is_preview(decoded.pixels)


def test_a_small_preview_gives_way_to_the_sensor() -> None:
    jpeg, size = preview(quarters(960, 640), 160)
    decoded = decode(PLACE, negative(quarters(960, 640), preview=jpeg, preview_size=size), min_side=400)
    assert decoded.pixels.shape == (320, 480, 3)
    assert not is_preview(decoded.pixels)


def test_a_sensor_smaller_than_asked_is_developed_in_full() -> None:
    decoded = decode(PLACE, negative(quarters(960, 640)), min_side=900)
    assert decoded.pixels.shape == (640, 960, 3)
    assert is_upright(decoded.pixels, DEVELOPED)


def test_a_large_sensor_is_reduced_beyond_half() -> None:
    assert decode(PLACE, negative(quarters(960, 640)), min_side=150).pixels.shape == (107, 160, 3)


def test_a_negative_whose_sensor_is_lost_shows_its_small_preview_and_says_so() -> None:
    jpeg, size = preview(quarters(960, 640), 160)
    data = bytearray(negative(quarters(960, 640), preview=jpeg, preview_size=size))
    data[8 : 8 + 960 * 640 * 2] = bytes(960 * 640 * 2)
    decoded = decode(PLACE, bytes(data), min_side=400)
    assert decoded.pixels.shape == (107, 160, 3)
    assert decoded.problems == ("only the small preview inside could be read",)
    assert decoded.full_size == Size(960, 640)


def test_a_negative_without_its_sensor_and_without_preview_is_refused() -> None:
    data = bytearray(negative(quarters(960, 640)))
    data[8 : 8 + 960 * 640 * 2] = bytes(960 * 640 * 2)
    with pytest.raises(Undecodable, match="lost its sensor data"):
        decode(PLACE, bytes(data))


def test_a_negative_whose_lower_part_is_missing_says_so() -> None:
    data = bytearray(negative(quarters(960, 640)))
    data[8 + 960 * 400 * 2 : 8 + 960 * 640 * 2] = bytes(960 * 240 * 2)
    assert "cut off" in decode(PLACE, bytes(data), min_side=400).problems[0]


def test_a_negative_under_the_suffix_of_a_picture_is_a_negative() -> None:
    data = negative(quarters(960, 640))
    for name in ("photo.tif", "photo.jpg", "photo.NEF"):
        assert decode(Path(name), data, min_side=400).kind == "raw"


def test_a_negative_too_large_to_develop_is_refused_before_it_is_read() -> None:
    with pytest.raises(Undecodable, match="too large"):
        decode(PLACE, negative(quarters(960, 640)), limits=Limits(max_bytes=2_000_000))


@pytest.mark.parametrize("data", [b"II*\0" + bytes(100), b"FUJIFILMCCD-RAW" + bytes(200), bytes(500)])
def test_a_broken_negative_is_a_sentence(data: bytes) -> None:
    with pytest.raises(Undecodable, match="broken RAW"):
        decode(Path("photo.nef"), data)


def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rawpy", None)
    with pytest.raises(Undecodable, match=r"pip install 'photoscribe\[raw\]'"):
        decode(PLACE, negative(quarters()))
