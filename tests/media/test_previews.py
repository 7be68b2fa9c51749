"""Previews and faces cut out, and the folder that keeps them."""

import io
import logging
import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.JpegImagePlugin import get_sampling

from photoscribe.core.geometry import Box
from photoscribe.media.previews import PreviewCache, encode_preview, face_crop, reduced
from tests.media.pictures import Pixels, is_upright, noise, quarters


def opened(data: bytes) -> Pixels:
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    return np.asarray(picture)


@pytest.mark.parametrize(
    ("size", "shape"),
    [((3000, 2000), (960, 1440)), ((2000, 3000), (1440, 960)), ((600, 400), (400, 600)), ((20000, 3), (1, 1440))],
)
def test_a_preview_has_the_side_asked_for_and_is_never_enlarged(size: tuple[int, int], shape: tuple[int, int]) -> None:
    pixels = np.full((size[1], size[0], 3), 90, np.uint8)
    assert opened(encode_preview(pixels)).shape[:2] == shape


def test_a_preview_shows_its_picture() -> None:
    preview = opened(encode_preview(np.asarray(quarters(960, 640)), side=200))
    assert is_upright(preview)
    assert preview.shape == (133, 200, 3)


def test_a_preview_is_an_average_not_a_choice_of_pixels() -> None:
    pixels = np.zeros((400, 400, 3), np.uint8)
    pixels[::2, ::2] = pixels[1::2, 1::2] = 255
    assert abs(opened(encode_preview(pixels, side=200)).astype(int) - 128).max() < 6


def test_a_preview_is_small_its_colours_at_half_resolution() -> None:
    preview = encode_preview(np.asarray(noise(1440, 960)))
    assert len(preview) < 250_000
    assert get_sampling(Image.open(io.BytesIO(preview))) == 2  # Pillow's number for 4:2:0


def test_a_face_is_cut_out_as_a_square_around_it() -> None:
    pixels = np.zeros((600, 900, 3), np.uint8)
    pixels[200:300, 400:480] = 255
    crop = opened(face_crop(pixels, Box(400 / 900, 200 / 600, 80 / 900, 100 / 600), 160, 0.3))
    assert crop.shape == (160, 160, 3)
    assert crop[80, 80].min() > 240
    assert crop[5, 5].max() < 15
    white = (crop[..., 0] > 128).mean()
    assert white == pytest.approx(0.8 / 1.6**2, abs=0.03)


@settings(max_examples=80)
@given(
    st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.001, 1), st.floats(0.001, 1), st.floats(0, 2), st.integers(1, 300)
)
def test_every_box_gives_a_square_inside_the_picture(  # noqa: PLR0917  drawn by name
    x: float, y: float, w: float, h: float, margin: float, side: int
) -> None:
    pixels = np.full((70, 110, 3), 77, np.uint8)
    crop = opened(face_crop(pixels, Box(x, y, min(w, 1 - x), min(h, 1 - y)), side, margin))
    assert crop.shape[0] == crop.shape[1] <= min(side, 70)
    assert abs(crop.astype(int) - 77).max() <= 3


def test_a_face_at_the_edge_is_whole() -> None:
    pixels = np.zeros((100, 100, 3), np.uint8)
    pixels[:20, :20] = 255
    crop = opened(face_crop(pixels, Box(0, 0, 0.2, 0.2), 100, 0.5))
    assert crop.shape == (40, 40, 3)
    assert (crop[:19, :19] > 128).all()
    assert crop[30, 30].max() < 15


def test_what_is_put_can_be_got(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path / "previews", 10_000_000)
    data = encode_preview(np.asarray(quarters()))
    assert cache.get("abc-6-1440") is None
    assert cache.put("abc-6-1440", data)
    assert cache.get("abc-6-1440") == data
    assert cache.get("ABC-6-1440") == data
    assert cache.get("abc-1-1440") is None
    assert PreviewCache(tmp_path / "previews", 10_000_000).get("abc-6-1440") == data


@pytest.mark.parametrize("key", ["", "../etc/passwd", ".hidden", "a/b", "a\0b", "a b"])
def test_a_key_is_no_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        PreviewCache(tmp_path, 1000).get(key)


def picture_of(size: int) -> bytes:
    return b"\xff\xd8" + bytes(size - 4) + b"\xff\xd9"


def used_at(folder: Path, key: str, seconds_ago: float) -> None:
    (path,) = folder.rglob(f"{key}.jpg")
    os.utime(path, (time.time() - seconds_ago,) * 2)


def test_the_least_recently_used_goes_first_and_the_limit_is_kept(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, 100_000)
    for number in range(9):
        cache.put(f"{number}x", picture_of(10_000))
        used_at(tmp_path, f"{number}x", 10_000 - number)
    assert cache.get("0x") is not None  # now the most recently used
    for number in range(9, 14):
        cache.put(f"{number}x", picture_of(10_000))
    kept = {path.stem for path in tmp_path.rglob("*.jpg")}
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.jpg")) <= 100_000
    assert "0x" in kept
    assert "1x" not in kept
    assert "13x" in kept


def test_small_pictures_outlast_large_ones(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, 300_000)
    cache.put("small", picture_of(5_000))
    used_at(tmp_path, "small", 100_000)
    for number in range(9):
        cache.put(f"{number}x", picture_of(100_000))
    assert cache.get("small") is not None
    assert cache.get("0x") is None


def test_a_picture_larger_than_the_limit_is_not_kept_for_long(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, 1000)
    cache.put("large", picture_of(5000))
    assert list(tmp_path.rglob("*.jpg")) == []


def test_what_other_processes_wrote_counts_too(tmp_path: Path) -> None:
    mine, theirs = PreviewCache(tmp_path, 100_000), PreviewCache(tmp_path, 100_000)
    for number in range(15):  # each alone stays under the limit
        mine.put(f"m{number}", picture_of(4_000))
        theirs.put(f"t{number}", picture_of(4_000))
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.jpg")) <= 110_000


def test_reading_does_not_write_to_disk_each_time(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, 100_000)
    cache.put("k1", picture_of(100))
    used_at(tmp_path, "k1", 60)
    (path,) = tmp_path.rglob("*.jpg")
    before = path.stat().st_mtime
    cache.get("k1")
    assert path.stat().st_mtime == before
    used_at(tmp_path, "k1", 3600)
    cache.get("k1")
    assert time.time() - path.stat().st_mtime < 60


@pytest.mark.parametrize("damaged", [b"", b"\xff\xd8\xff\xe0 cut off", b"no picture\xff\xd9"])
def test_a_picture_damaged_by_a_crash_is_absent_and_gone(tmp_path: Path, damaged: bytes) -> None:
    cache = PreviewCache(tmp_path, 100_000)
    cache.put("k1", picture_of(100))
    (path,) = tmp_path.rglob("*.jpg")
    path.write_bytes(damaged)
    assert cache.get("k1") is None
    assert not path.exists()


class _FullDisk(PreviewCache):
    def _write(self, path: Path, data: bytes) -> None:
        with path.with_suffix(".tmp").open("wb") as file:
            file.write(data[:10])
        path.with_suffix(".tmp").unlink()
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_once_and_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache = _FullDisk(tmp_path, 100_000)
    with caplog.at_level(logging.WARNING):
        assert [cache.put(f"k{number}", picture_of(100)) for number in range(3)] == [False] * 3
    assert [record.getMessage() for record in caplog.records] == [
        f"previews are not kept in {tmp_path}: No space left on device"
    ]
    assert cache.get("k1") is None


def test_a_real_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    cache = PreviewCache(tmp_path, 100_000)
    monkeypatch.setattr(Path, "replace", fail)
    assert not cache.put("k1", picture_of(100))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = PreviewCache(tmp_path / "file" / "previews", 100_000)
    assert not cache.put("k1", picture_of(100))
    assert cache.get("k1") is None


def test_leftovers_of_dead_processes_are_cleared_and_those_of_living_ones_not(tmp_path: Path) -> None:
    (tmp_path / "k1").mkdir()
    old, new, foreign = tmp_path / "k1" / ".old.tmp", tmp_path / "k1" / ".new.tmp", tmp_path / "k1" / "notes.txt"
    for path in (old, new, foreign):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 7200,) * 2)
    PreviewCache(tmp_path, 100_000).put("k1", picture_of(100))
    assert not old.exists()
    assert new.exists()
    assert foreign.exists()


def _fill(folder: Path, name: str) -> None:
    cache = PreviewCache(folder, 50_000)
    for number in range(120):
        key = f"{number % 7}k{name if number % 2 else ''}"
        cache.put(key, picture_of(1000 + number))
        data = cache.get(key)
        if data is not None and not (data.startswith(b"\xff\xd8") and data.endswith(b"\xff\xd9")):
            raise AssertionError(key)


def test_several_processes_may_share_the_folder(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_fill, args=(tmp_path, name)) for name in "ab"]
    for process in processes:
        process.start()
    _fill(tmp_path, "c")
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.jpg")) <= 60_000
    assert list(tmp_path.rglob("*.tmp")) == []


@pytest.mark.parametrize("shape", [(1500, 2000), (2000, 1501), (4, 3000), (1, 5000), (5000, 1), (321, 321)])
def test_a_picture_is_reduced_to_its_side_whatever_its_shape(shape: tuple[int, int]) -> None:
    pixels = np.full((*shape, 3), (10, 200, 30), np.uint8)
    small = reduced(pixels, 320)
    assert max(small.shape[:2]) == 320
    assert min(small.shape[:2]) >= 1
    assert small.min(axis=(0, 1)).tolist() == small.max(axis=(0, 1)).tolist() == [10, 200, 30]
