"""Whatever a file's depth, palette, ink, transparency or profile: pixels come out in sRGB."""

import struct
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from photoscribe.media.colour import _lab_to_srgb, _transform, adobe_rgb_profile, matrix_profile, to_srgb
from photoscribe.media.decoding import decode
from tests.media.pictures import GREY, RED, Pixels, encoded, is_upright, quarters, tiff

PLACE = Path("photo.jpg")

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# Red, green and blue of sRGB in each other's places: what is stored as red is seen as green.
TURNED_ROUND = matrix_profile(
    {b"rXYZ": (0.3851, 0.7169, 0.0971), b"gXYZ": (0.1431, 0.0606, 0.7141), b"bXYZ": (0.4361, 0.2225, 0.0139)}, gamma=2.2
)


def pixels_of(data: bytes) -> Pixels:
    decoded = decode(PLACE, data)
    assert decoded.problems == ()
    return decoded.pixels


def expected_from_adobe_rgb(colour: tuple[int, int, int]) -> NDArray[np.float64]:
    """By the published primaries, without any profile."""
    to_srgb_linear = np.array([[1.39836, -0.39836, 0], [0, 1, 0], [0, -0.04293, 1.04293]])
    linear = np.clip(to_srgb_linear @ (np.array(colour) / 255) ** 2.19921875, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def test_cmyk_jpeg_has_the_colours_of_its_picture() -> None:
    assert is_upright(pixels_of(encoded(quarters().convert("CMYK"), "JPEG", quality=95)))


def test_a_real_cmyk_jpeg_is_not_a_negative(shared: Path) -> None:
    pixels = pixels_of((shared / "metadata" / "pillow" / "pil_sample_cmyk.jpg").read_bytes())
    assert pixels[2, 2].tolist() == pytest.approx([254, 0, 0], abs=30), "red ..."
    assert pixels[-10, -10].max() < 12, "... on black"


def test_cmyk_tiff_has_the_colours_of_its_picture() -> None:
    assert is_upright(pixels_of(encoded(quarters().convert("CMYK"), "TIFF")))


def test_lab_tiff_has_the_colours_of_its_picture() -> None:
    lab = ImageCms.profileToProfile(
        quarters(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    assert is_upright(pixels_of(encoded(lab, "TIFF")))
    del lab.info["icc_profile"]
    assert is_upright(pixels_of(encoded(lab, "TIFF")))
    assert _lab_to_srgb() is _lab_to_srgb()


@pytest.mark.parametrize("mode", ["P", "RGBA", "PA", "1", "L", "LA", "RGB"])
def test_every_mode_of_png_and_tiff_shows_its_picture(mode: str) -> None:
    picture = quarters().quantize(8) if mode in {"P", "PA"} else quarters()
    expected = np.asarray(picture.convert(mode).convert("RGB")).astype(int)
    for name in ("PNG", "TIFF") if mode != "PA" else ("TIFF",):
        assert np.abs(pixels_of(encoded(picture.convert(mode), name)) - expected).max() <= 2


def ramp() -> NDArray[np.uint16]:
    return np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (4, 1))


@pytest.mark.parametrize("name", ["PNG", "TIFF", "JPEG2000"])
def test_sixteen_bit_grey_is_scaled_not_clipped(name: str) -> None:
    pixels = pixels_of(encoded(Image.fromarray(ramp()), name))
    assert pixels[0, :, 0].tolist() == list(range(256))
    assert (pixels[..., 0] == pixels[..., 2]).all()


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_sixteen_bit_colour_is_scaled_not_clipped(suffix: str) -> None:
    deep = np.stack([ramp(), ramp()[:, ::-1], np.full_like(ramp(), 32768)], axis=-1)
    data = cv2.imencode(suffix, deep)[1].tobytes()  # in cv2's order, blue first
    pixels = pixels_of(data)
    assert np.abs(pixels[0, :, 2].astype(int) - np.arange(256)).max() <= 1
    assert np.abs(pixels[0, :, 1].astype(int) - np.arange(255, -1, -1)).max() <= 1
    assert np.abs(pixels[0, :, 0].astype(int) - 128).max() <= 1


def test_twelve_bit_tiff_reaches_white() -> None:
    packed = bytes.fromhex("000fff") * 8  # black, white, black, white ...
    layout: dict[int, tuple[str, tuple[int, ...]]] = {
        256: ("I", (16,)),
        257: ("I", (1,)),
        258: ("H", (12,)),
        259: ("H", (1,)),
        262: ("H", (1,)),
        273: ("I", (8,)),
        277: ("H", (1,)),
        278: ("I", (1,)),
        279: ("I", (24,)),
    }
    assert pixels_of(tiff(layout, packed))[0, :4, 0].tolist() == [0, 255, 0, 255]


@pytest.mark.parametrize(
    ("mode", "values", "expected"),
    [
        ("F", [0.0, 0.5, 1.0], [0, 128, 255]),
        ("F", [0.0, 100.0, 255.0], [0, 100, 255]),
        ("F", [-10.0, 0.0, 10.0], [0, 128, 255]),
        ("F", [np.nan, 0.0, 1.0], [0, 0, 255]),
        ("F", [7.0, 7.0, 7.0], [7, 7, 7]),
        ("I", [0, 100, 255], [0, 100, 255]),
        ("I", [0, 32768, 65535], [0, 128, 255]),
        ("I", [-1000, 0, 1000], [0, 128, 255]),
        ("I", [70000, 70000, 70000], [0, 0, 0]),
    ],
)
def test_32_bit_pictures_are_brought_into_range(mode: str, values: list[float], expected: list[int]) -> None:
    array = np.array([values], dtype=np.float32 if mode == "F" else np.int32)
    assert pixels_of(encoded(Image.fromarray(array), "TIFF"))[0, :, 0].tolist() == expected


def test_transparency_shows_white_paper() -> None:
    picture = quarters().convert("RGBA")
    picture.putpixel((0, 0), (0, 0, 0, 0))
    picture.putpixel((1, 0), (0, 0, 0, 128))
    for name in ("PNG", "TIFF", "WEBP"):
        options = {"lossless": True, "exact": True} if name == "WEBP" else {}
        pixels = pixels_of(encoded(picture, name, **options))
        assert pixels[0, :2].tolist() == [[255] * 3, [127] * 3]
        assert is_upright(pixels)


@pytest.mark.parametrize("mode", ["P", "RGB", "L"])
def test_one_transparent_colour_shows_white_paper(mode: str) -> None:
    picture = quarters().quantize(8) if mode == "P" else quarters().convert(mode)
    corner = picture.getpixel((0, 0))
    pixels = pixels_of(encoded(picture, "PNG", transparency=corner))
    assert pixels[0, 0].tolist() == [255] * 3
    assert pixels[-1, -1].tolist() == list(GREY)


def test_premultiplied_grey_shows_white_paper() -> None:
    layout: dict[int, tuple[str, tuple[int, ...]]] = {
        256: ("I", (2,)),
        257: ("I", (1,)),
        258: ("H", (8, 8)),
        259: ("H", (1,)),
        262: ("H", (1,)),
        273: ("I", (8,)),
        277: ("H", (2,)),
        278: ("I", (1,)),
        279: ("I", (4,)),
        338: ("H", (1,)),
    }
    assert pixels_of(tiff(layout, bytes([50, 128, 0, 0])))[0, :, 0].tolist() == [pytest.approx(177, abs=1), 255]


def test_transparency_is_gone_before_it_is_reduced() -> None:
    """A clear pixel's own colour, black here, must not darken its neighbours."""
    picture = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    picture.paste((255, 255, 255, 255), (0, 0, 8, 4))
    assert decode(PLACE, encoded(picture, "PNG"), min_side=4).pixels.min() == 255


def test_a_picture_in_bands_is_the_same_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = quarters(90, 66).convert("RGBA")
    whole = to_srgb(picture, factor=3)[0]
    monkeypatch.setattr("photoscribe.media.colour._BAND_PIXELS", 1000)
    assert (to_srgb(picture, factor=3)[0] == whole).all()
    assert whole.shape == (22, 30, 3)


def test_a_profile_is_obeyed() -> None:
    for name in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
        pixels = pixels_of(encoded(quarters(), name, icc_profile=TURNED_ROUND)).astype(int)
        red, green, blue = pixels[16, 16]
        assert green > 200 > red + 100, name
        assert abs(int(blue) - red) < 60, name


@pytest.mark.parametrize("colour", [(200, 100, 50), (60, 180, 90), (128, 128, 128), (30, 30, 200)])
def test_adobe_rgb_is_converted_as_published(colour: tuple[int, int, int]) -> None:
    data = encoded(Image.new("RGB", (16, 16), colour), "PNG", icc_profile=adobe_rgb_profile())
    assert np.abs(pixels_of(data)[8, 8] - expected_from_adobe_rgb(colour)).max() <= 3


def test_a_camera_set_to_adobe_rgb_says_so_in_exif_alone() -> None:
    colour = (60, 180, 90)
    for index, expected in ((b"R03", expected_from_adobe_rgb(colour)), (b"R98", np.array(colour))):
        block = b"Exif\0\0II*\0" + struct.pack("<I", 8)
        block += struct.pack("<HHHIII", 1, 0x8769, 4, 1, 26, 0)
        block += struct.pack("<HHHIIHHIII", 2, 0xA001, 3, 1, 0xFFFF, 0xA005, 4, 1, 56, 0)
        block += struct.pack("<HHHI4sI", 1, 0x0001, 2, 4, index + b"\0", 0)
        data = encoded(Image.new("RGB", (16, 16), colour), "JPEG", quality=100, subsampling=0, exif=block)
        assert np.abs(pixels_of(data)[8, 8] - expected).max() <= 4


def test_srgb_itself_costs_nothing_and_changes_nothing() -> None:
    assert _transform(SRGB, "RGB") is None
    assert _transform(TURNED_ROUND, "RGB") is not None
    plain, marked = encoded(quarters(), "JPEG"), encoded(quarters(), "JPEG", icc_profile=SRGB)
    assert (pixels_of(plain) == pixels_of(marked)).all()


def test_grey_with_a_grey_profile_is_obeyed() -> None:
    profile = bytearray(matrix_profile({}, gamma=1.0))
    profile[16:20] = b"GRAY"
    grey = bytes(profile).replace(b"rTRC", b"kTRC")
    pixels = pixels_of(encoded(Image.new("L", (16, 16), 55), "PNG", icc_profile=grey))
    assert abs(int(pixels[8, 8, 0]) - 128) <= 2, "linear 55 of 255 is 128 in sRGB"


def test_grey_with_a_profile_for_colours_is_still_grey() -> None:
    pixels = pixels_of(encoded(Image.new("L", (16, 16), 100), "JPEG", icc_profile=adobe_rgb_profile()))
    assert np.ptp(pixels[8, 8].astype(int)) <= 2


@pytest.mark.parametrize(
    "profile",
    [b"no profile at all", SRGB[:200], SRGB.replace(b"RGB ", b"CMYK"), SRGB.replace(b"RGB ", b"GRAY")],
    ids=["none", "cut off", "for inks", "for grey"],
)
def test_a_broken_profile_is_left_out_and_told(profile: bytes) -> None:
    decoded = decode(PLACE, encoded(quarters(), "JPEG", icc_profile=profile))
    assert is_upright(decoded.pixels)
    assert decoded.problems == ("its colour profile is broken: colours may be off",)


def test_profiles_convert_in_many_threads_at_once() -> None:
    data = encoded(quarters(960, 640), "JPEG", icc_profile=TURNED_ROUND)
    expected = pixels_of(data)
    same: list[bool] = []
    threads = [
        threading.Thread(target=lambda: same.append(bool((pixels_of(data) == expected).all()))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert same == [True] * 8


def test_the_first_picture_of_several_is_shown() -> None:
    later = [Image.new("RGB", (96, 64), RED)] * 2
    for name in ("GIF", "WEBP", "PNG", "TIFF", "MPO", "AVIF"):
        data = encoded(quarters(), name, save_all=True, append_images=later)
        assert is_upright(pixels_of(data), tolerance=40), name
