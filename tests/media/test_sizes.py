"""As small as can be, never smaller than asked, never larger than it was."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photoscribe.core.photo import Size
from photoscribe.media.decoding import decode
from photoscribe.media.images import _Jpeg, _jpeg_scale, _reduce_while_decoding
from tests.media.pictures import encoded, exif_of, is_upright, noise, quarters, stored

PLACE = Path("photo.jpg")


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((6000, 4000), (1000, 1500)),  # a square box would have given 2000 x 3000
        ((4000, 6000), (1500, 1000)),
        ((5760, 3840), (960, 1440)),
        ((5752, 3840), (1920, 2876)),  # a quarter would be 1438
        ((1440, 100), (100, 1440)),
        ((11520, 16), (2, 1440)),
        ((800, 600), (600, 800)),
    ],
)
def test_a_jpeg_is_decoded_at_the_smallest_scale_that_is_large_enough(
    size: tuple[int, int], shape: tuple[int, int]
) -> None:
    decoded = decode(PLACE, encoded(Image.new("RGB", size, (90, 120, 30)), "JPEG"))
    assert decoded.pixels.shape[:2] == shape
    assert decoded.full_size == Size(*size)


def test_the_scale_is_libjpegs_work_not_ours() -> None:
    """Reducing afterwards gives the same size, at twice the time."""
    data = encoded(Image.new("RGB", (6000, 4000)), "JPEG")
    picture = _Jpeg(io.BytesIO(data))
    _reduce_while_decoding(picture, "jpeg", data, 1440)
    assert picture.size == (1500, 1000)


@given(st.integers(1, 70000), st.integers(1, 70000), st.integers(1, 9000))
def test_the_scale_is_the_largest_that_keeps_the_side(width: int, height: int, min_side: int) -> None:
    scale = _jpeg_scale((width, height), min_side)
    long_side = max(width, height)
    assert scale == 1 or -(-long_side // scale) >= min_side
    assert scale == 8 or -(-long_side // (2 * scale)) < min_side


@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "HEIF", "JPEG2000"])
def test_other_formats_are_reduced_by_a_whole_factor(name: str) -> None:
    decoded = decode(PLACE, encoded(quarters(960, 640), name), min_side=300)
    assert decoded.pixels.shape == ((320, 480, 3) if name == "JPEG2000" else (214, 320, 3))
    assert is_upright(decoded.pixels, tolerance=40)
    assert decoded.full_size == Size(960, 640)


def test_a_reduced_picture_is_turned_too() -> None:
    decoded = decode(PLACE, encoded(stored(quarters(960, 640), 6), "JPEG", exif=exif_of(6)), min_side=200)
    assert decoded.pixels.shape == (160, 240, 3)
    assert is_upright(decoded.pixels)
    assert decoded.full_size == Size(960, 640)


def test_an_embedded_copy_large_enough_spares_decoding_the_whole_heic() -> None:
    data = encoded(noise(1600, 1200), "HEIF", thumbnails=[800])
    assert decode(PLACE, data, min_side=700).pixels.shape == (600, 800, 3)
    assert decode(PLACE, data, min_side=1000).pixels.shape == (1200, 1600, 3)
    assert decode(PLACE, data, min_side=700).full_size == Size(1600, 1200)


def test_pixels_are_shared_between_steps_so_nobody_may_write_on_them() -> None:
    for name in ("JPEG", "PNG"):
        pixels = decode(PLACE, encoded(quarters(), name)).pixels
        with pytest.raises(ValueError, match="read-only"):
            pixels[0, 0] = 0


def test_a_side_of_nothing_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="not a side"):
        decode(PLACE, encoded(quarters(), "PNG"), min_side=0)
