"""Small pictures for looking at: previews, faces cut out, and where they are kept."""

import contextlib
import logging
import os
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from photoscribe.core.geometry import Box
from photoscribe.core.photo import Pixels

_log = logging.getLogger(__name__)

# JPEG at 80 with 4:2:0: 3.4 ms for 1440 x 960 (2026-11-20); "optimize" would triple that for 3 percent of size.
_QUALITY = 80
# Above this, two neighbours are enough to make a pixel of: 1500 to 1440 px takes 1.3 ms, 8.1 as an average over its
# area; 2000 to 1440 takes 2 instead of 11.9 (2026-11-20). Below, fine patterns would turn into false ones.
_MILD = 2 / 3

_KEY_LETTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz-_.")
_LEFTOVER_SECONDS = 3600.0  # a temporary file this old was left by a process that died
_TOUCH_SECONDS = 600.0  # how stale "last used" may be: a scroll through previews shall not write to disk for each
_SMALL_BYTES = 48 * 1024  # grids and crops: a tenth of the space, missed the most, so they go last
_EVICT_TO = 0.9  # of the limit, so that the next picture does not evict again
_RECOUNT_AT = 0.05  # of the limit, written since the last count: other processes write too


def encode_preview(pixels: Pixels, side: int = 1440) -> bytes:
    """A JPEG whose long side is at most `side`; never enlarged."""
    return encode_jpeg(reduced(pixels, side))


def reduced(pixels: Pixels, side: int) -> Pixels:
    """With a long side of at most `side`; never enlarged."""
    while max(pixels.shape[:2]) >= 2 * side and min(pixels.shape[:2]) >= 2:
        pixels = _halved(pixels)
    height, width = pixels.shape[:2]
    share = side / max(height, width)
    if share >= 1:
        return pixels
    size = max(1, round(width * share)), max(1, round(height * share))
    method = cv2.INTER_LINEAR if share > _MILD else cv2.INTER_AREA
    return np.asarray(cv2.resize(pixels, size, interpolation=method), dtype=np.uint8)


def _halved(pixels: Pixels) -> Pixels:
    """Exactly by two, for which OpenCV is quick: 1440 to 320 px takes 0.5 ms so, 4.4 in one step (2026-11-20)."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    even = pixels[: 2 * height, : 2 * width]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def face_crop(pixels: Pixels, box: Box, side: int, margin: float) -> bytes:
    """A square JPEG around a face: at most `side` pixels, never enlarged; margin as face_square has it."""
    return encode_preview(face_square(pixels, box, margin), side)


def face_square(pixels: Pixels, box: Box, margin: float) -> Pixels:
    """The pixels of a square around a face.

    margin: added on each side, as a share of the box's longer side. At the picture's edge the square moves
    inwards, so that the face is whole; only where the picture itself is narrower does the square shrink.
    """
    height, width = pixels.shape[:2]
    wanted = max(box.w * width, box.h * height) * (1 + 2 * margin)
    length = max(1, min(round(wanted), width, height))
    centre_x, centre_y = box.centre
    left = min(max(0, round(centre_x * width - length / 2)), width - length)
    top = min(max(0, round(centre_y * height - length / 2)), height - length)
    return pixels[top : top + length, left : left + length]


def encode_jpeg(pixels: Pixels) -> bytes:
    stream = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "JPEG", quality=_QUALITY, subsampling="4:2:0")
    return stream.getvalue()


class PreviewCache:
    """Pictures by key in a folder, deleted beyond a size: large ones first, and of those the least recently used.

    A key is the hash of the coded picture and how it is shown: which way up, since the hash leaves EXIF's
    orientation out, and what kind of picture. Letters, digits, "-", "_" and "."; case does not count.

    Any number of threads and processes may share the folder: files appear whole, by rename, and one that
    another has deleted is merely absent. Losing it loses nothing, so nothing that goes wrong with it is an
    error: a picture that cannot be kept is made again. The limit is held to within 5 percent a process.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._bytes_counted: int | None = None  # in the folder, at the last count; None before the first
        self._bytes_since = 0
        self._has_warned = False

    def get(self, key: str) -> bytes | None:
        """The picture, or None; marks it as used."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        if not _is_whole(data):  # cut off by a crash of the machine
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _TOUCH_SECONDS:
                os.utime(path)
        return data

    def put(self, key: str, data: bytes) -> bool:
        """Keep a picture; False when it could not be, which is logged once and no error."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, data)
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                _log.warning("previews are not kept in %s: %s", self._folder, error.strerror or error)
            return False
        self._evict_after(len(data))
        return True

    def _path(self, key: str) -> Path:
        key = key.lower()
        if not key or key.startswith(".") or not set(key) <= _KEY_LETTERS:
            raise ValueError(f"not a key: {key!r}")
        return self._folder / key[:2] / f"{key}.jpg"

    def _write(self, path: Path, data: bytes) -> None:
        descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise

    def _evict_after(self, written: int) -> None:
        with self._lock:
            self._bytes_since += written
            counted = self._bytes_counted
            is_over = counted is not None and counted + self._bytes_since > self._limit_bytes
            if counted is not None and not is_over and self._bytes_since < self._limit_bytes * _RECOUNT_AT:
                return
            with contextlib.suppress(OSError):
                self._bytes_counted = self._evict()
            self._bytes_since = 0

    def _evict(self) -> int:
        """Count what is there, and delete beyond the limit, large ones and the least recently used first.

        Gives the bytes that stay.
        """
        found = self._files()
        total = sum(size for _, size, _ in found)
        if total <= self._limit_bytes:
            return total
        for _, size, path in sorted(found, key=lambda one: (one[1] <= _SMALL_BYTES, one[0])):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
                total -= size
            if total <= self._limit_bytes * _EVICT_TO:
                break
        return total

    def _files(self) -> list[tuple[float, int, Path]]:
        """(last used, bytes, path) of every picture; leftovers of dead processes are deleted on the way."""
        found = []
        oldest_leftover = time.time() - _LEFTOVER_SECONDS
        for folder in _entries(self._folder):
            for entry in _entries(Path(folder.path)) if folder.is_dir(follow_symlinks=False) else ():
                with contextlib.suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    if entry.name.endswith(".jpg"):
                        found.append((status.st_mtime, status.st_size, Path(entry.path)))
                    elif entry.name.endswith(".tmp") and status.st_mtime < oldest_leftover:
                        Path(entry.path).unlink()
        return found


def _is_whole(data: bytes) -> bool:
    """Whether a JPEG, WebP or AVIF that we wrote has its end."""
    if data.startswith(b"\xff\xd8"):
        return data.endswith(b"\xff\xd9")
    if data.startswith(b"RIFF"):
        return len(data) == int.from_bytes(data[4:8], "little") + 8
    if data[4:8] != b"ftyp":
        return False
    at = 0
    while at + 8 <= len(data):
        at += max(8, int.from_bytes(data[at : at + 4], "big"))
    return at == len(data)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
