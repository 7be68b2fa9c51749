"""A frame of a video that shows something, upright, without reading all of it."""

import io
import sys
from pathlib import Path
from typing import IO, cast

import numpy as np
import pytest
from PIL import Image

from photoscribe.core.errors import Undecodable
from photoscribe.core.photo import Size
from photoscribe.media import video
from photoscribe.media.decoding import Limits, decode, reads_whole_file
from tests.media.pictures import BLUE, RED, encoded, is_upright, noise, quarters, stored

pytest.importorskip("av")

from tests.media.films import film, sound, turned

BLACK = Image.new("RGB", (96, 64))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return tmp_path / "film.mp4"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_video_is_turned_once_as_its_track_says(saved: Path, orientation: int) -> None:
    saved.write_bytes(turned(film([stored(quarters(), orientation)] * 6), orientation))
    decoded = decode(saved, b"")
    assert decoded.pixels.shape == (64, 96, 3)
    assert is_upright(decoded.pixels, tolerance=40)
    assert (decoded.full_size, decoded.kind, decoded.orientation) == (Size(96, 64), "video", orientation)


@pytest.mark.parametrize(
    ("container", "codec"), [("mov", "mjpeg"), ("avi", "mpeg4"), ("matroska", "vp9"), ("mpegts", "mpeg2video")]
)
def test_every_container_shows_its_picture(tmp_path: Path, container: str, codec: str) -> None:
    path = tmp_path / "film.mov"
    path.write_bytes(film([quarters(192, 128)] * 5, container=container, codec=codec, rate=25))
    assert is_upright(decode(path, b"").pixels, tolerance=45)


def test_a_black_opening_is_looked_past(saved: Path) -> None:
    saved.write_bytes(film([BLACK] * 12 + [quarters()] * 12))
    assert is_upright(decode(saved, b"").pixels, tolerance=40)


def test_what_lies_between_key_frames_is_found_too(saved: Path) -> None:
    saved.write_bytes(film([BLACK] * 5 + [quarters()] * 20, gop=100))
    assert is_upright(decode(saved, b"").pixels, tolerance=40)


def test_a_video_that_is_black_all_through_is_black(saved: Path) -> None:
    saved.write_bytes(film([BLACK] * 8))
    assert decode(saved, b"").pixels.max() < 20


def test_a_large_frame_is_reduced_by_a_whole_factor(saved: Path) -> None:
    saved.write_bytes(film([quarters(960, 640)] * 3))
    decoded = decode(saved, b"", min_side=300)
    assert decoded.pixels.shape == (213, 320, 3)
    assert decoded.full_size == Size(960, 640)


@pytest.mark.parametrize("size", [(320, 240), (1280, 720)])
def test_untagged_colours_are_read_as_players_read_them(saved: Path, size: tuple[int, int]) -> None:
    """By BT.709 from 720 lines up. The test's coder always uses BT.601, so the large one must come out different."""
    saved.write_bytes(film([quarters(*size)] * 3))
    pixels = decode(saved, b"").pixels
    assert is_upright(pixels, tolerance=40)
    green_as_601 = abs(int(pixels[size[1] // 4, size[0] * 3 // 4, 1]) - 200) < 8
    assert green_as_601 == (size[1] < 720)


def test_pixels_that_are_not_square_are_stretched(saved: Path) -> None:
    saved.write_bytes(film([quarters()] * 3, sample_aspect_ratio=2))
    assert decode(saved, b"").full_size == Size(192, 64)
    assert is_upright(decode(saved, b"").pixels, tolerance=40)


def test_a_videos_bytes_are_not_asked_for() -> None:
    assert not reads_whole_file("video")
    assert reads_whole_file("image")
    assert reads_whole_file("raw")
    assert reads_whole_file("dicom")


def test_a_video_under_a_pictures_suffix_is_decoded_from_the_bytes_at_hand() -> None:
    decoded = decode(Path("nowhere.jpg"), film([quarters()] * 3))
    assert decoded.kind == "video"
    assert is_upright(decoded.pixels, tolerance=40)


def test_a_picture_under_a_videos_suffix_is_read_from_its_path(saved: Path) -> None:
    saved.write_bytes(encoded(quarters(), "JPEG"))
    decoded = decode(saved, b"")
    assert decoded.kind == "image"
    assert is_upright(decoded.pixels)


def test_a_playlist_opens_no_other_file(tmp_path: Path, saved: Path) -> None:
    """FFmpeg would follow it to any file, and to any address."""
    (tmp_path / "secret.mp4").write_bytes(film([quarters()] * 3))
    for text in (
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsecret.mp4\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile {tmp_path / 'secret.mp4'}\n",
    ):
        saved.write_text(text)
        with pytest.raises(Undecodable, match="looks like plain text"):
            decode(saved, b"")
        with pytest.raises(Undecodable):  # and where the look at its first bytes is deceived
            video.decode_video(io.BytesIO(text.encode()), min_side=100, limits=Limits())


def test_only_containers_of_videos_are_opened() -> None:
    with pytest.raises(Undecodable, match="broken video"):
        video.decode_video(io.BytesIO(encoded(quarters(), "GIF")), min_side=100, limits=Limits())


@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_video_that_is_cut_off_is_a_frame_or_a_sentence(saved: Path, share: float) -> None:
    data = film([noise(96, 64, seed) for seed in range(20)], container="matroska")
    saved.write_bytes(data[: int(len(data) * share)])
    if share > 0.1:
        assert decode(saved, b"").pixels.shape == (64, 96, 3)
    else:
        with pytest.raises(Undecodable):
            decode(saved, b"")


def test_an_empty_video_and_one_of_nonsense_are_sentences(saved: Path) -> None:
    saved.write_bytes(b"")
    with pytest.raises(Undecodable, match="empty file"):
        decode(saved, b"")
    saved.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(Undecodable, match="broken video"):
        decode(saved, b"")


def test_a_missing_video_is_no_fault_of_the_photo(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        decode(tmp_path / "gone.mp4", b"")


class _FailingDisk(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_a_disk_that_fails_is_no_fault_of_the_photo() -> None:
    file = cast("IO[bytes]", _FailingDisk(film([noise(320, 240, seed) for seed in range(40)])))
    with pytest.raises(OSError, match="Input/output error"):
        video.decode_video(file, min_side=100, limits=Limits())


def test_a_broken_index_does_not_make_us_read_all_of_a_long_film(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "_MAX_READ_BYTES", 10_000)
    data = film([Image.effect_noise((320, 240), 90).convert("RGB") for _ in range(20)], gop=1)
    assert len(data) > 100_000
    with pytest.raises(Undecodable):
        video.decode_video(io.BytesIO(data), min_side=100, limits=Limits())


def test_a_frame_beyond_the_memory_allowed_is_refused(saved: Path) -> None:
    saved.write_bytes(film([quarters(960, 640)] * 2))
    with pytest.raises(Undecodable, match="too large"):
        decode(saved, b"", limits=Limits(max_bytes=5_000_000))


def test_sound_alone_is_no_picture(saved: Path) -> None:
    saved.write_bytes(sound())
    with pytest.raises(Undecodable, match="it holds sound only"):
        decode(saved, b"")


def test_real_films_show_a_frame(shared: Path) -> None:
    for name in ("example.mp4", "christmas.mp4"):
        decoded = decode(shared / "photos" / "photoprism-examples" / name, b"")
        assert decoded.kind == "video"
        assert np.std(decoded.pixels) > 20


def test_without_the_extra_the_remedy_is_named(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved.write_bytes(film([quarters()]))
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(Undecodable, match=r"pip install 'photoscribe\[video\]'"):
        decode(saved, b"")


def test_red_and_blue_are_not_exchanged(saved: Path) -> None:
    for colour in (RED, BLUE):
        saved.write_bytes(film([Image.new("RGB", (96, 64), colour)] * 2))
        assert np.abs(decode(saved, b"").pixels[32, 48].astype(int) - colour).max() < 30
