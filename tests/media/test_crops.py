"""Faces cut out: from the kept preview, from the photo when that is gone, and together on a sheet."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoscribe.core.errors import Unavailable
from photoscribe.core.geometry import Box
from photoscribe.media.crops import CROP_SIDE, GRID_SIDE, Crops, contact_sheet, keep_previews, preview_key
from photoscribe.media.previews import PreviewCache, encode_preview


def picture() -> np.ndarray:
    pixels = np.zeros((600, 800, 3), np.uint8)
    pixels[150:300, 200:400] = (200, 30, 30)
    return pixels


@pytest.fixture
def cache(tmp_path: Path) -> PreviewCache:
    return PreviewCache(tmp_path / "cache", 10_000_000)


def middle(jpeg: bytes) -> tuple[int, ...]:
    with Image.open(BytesIO(jpeg)) as opened:
        red, green, blue = np.asarray(opened.convert("RGB"))[opened.height // 2, opened.width // 2]
    return int(red), int(green), int(blue)


FACE = Box(0.25, 0.25, 0.25, 0.25)


def test_a_face_is_cut_from_the_kept_preview_without_the_photo(cache: PreviewCache, tmp_path: Path) -> None:
    cache.put(preview_key("abc"), encode_preview(picture()))
    crop = Crops(cache).crop(tmp_path / "unplugged.jpg", "abc", FACE)
    assert middle(crop) == pytest.approx((200, 30, 30), abs=8)


def test_a_lost_preview_is_made_again_from_the_photo(cache: PreviewCache, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(picture()).save(path)
    crop = Crops(cache).crop(path, "abc", FACE)
    assert middle(crop) == pytest.approx((200, 30, 30), abs=8)
    path.unlink()
    assert Crops(cache).crop(path, "abc", Box(0, 0, 0.2, 0.2))
    assert Crops(cache).crop(path, "abc", FACE) == crop


def test_a_photo_out_of_reach_says_so(cache: PreviewCache, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Is its disk there"):
        Crops(cache).crop(tmp_path / "gone.jpg", "abc", FACE)


def test_a_sheet_has_eight_in_a_row(cache: PreviewCache, tmp_path: Path) -> None:
    cache.put(preview_key("abc"), encode_preview(picture()))
    crop = Crops(cache).crop(tmp_path / "a.jpg", "abc", FACE)
    with Image.open(BytesIO(contact_sheet([crop] * 10))) as sheet:
        assert sheet.width > 8 * CROP_SIDE
        assert 2 * CROP_SIDE < sheet.height < 3 * CROP_SIDE


def test_a_picture_is_kept_for_the_screen_and_for_the_grid(cache: PreviewCache) -> None:
    small = keep_previews(cache, "abc", np.tile(picture(), (5, 5, 1)))
    assert small.shape == (240, 320, 3)
    for side in (1440, GRID_SIDE):
        kept = cache.get(preview_key("abc", side))
        assert kept is not None
        with Image.open(BytesIO(kept)) as level:
            assert max(level.size) == side


def test_a_small_picture_is_not_enlarged_for_the_grid(cache: PreviewCache) -> None:
    assert keep_previews(cache, "abc", picture()[:30, :40]).shape == (30, 40, 3)
