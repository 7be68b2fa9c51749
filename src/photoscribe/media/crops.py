"""Faces cut out of photos, kept by content, and sheets of them to look at."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from photoscribe.core.errors import Unavailable
from photoscribe.core.geometry import Box
from photoscribe.core.photo import Pixels
from photoscribe.media.decoding import decode, reads_whole_file
from photoscribe.media.kinds import media_kind
from photoscribe.media.previews import PreviewCache, encode_jpeg, face_crop, reduced

PREVIEW_SIDE, GRID_SIDE, CROP_SIDE = 1440, 320, 160
CROP_MARGIN = 0.25
_COLUMNS, _GAP, _GREY = 8, 4, 238


class Crops:
    """Cuts faces out of the kept previews; decodes the photo again only where its preview is gone."""

    def __init__(self, cache: PreviewCache) -> None:
        self._cache = cache

    def crop(self, path: Path, picture_hash: str, box: Box) -> bytes:
        """A square JPEG of at most 160 pixels. Raises Undecodable, and Unavailable when the file is out of reach."""
        key = f"{picture_hash}-face-{box.x:.4f}-{box.y:.4f}-{box.w:.4f}-{box.h:.4f}"
        kept = self._cache.get(key)
        if kept is None:
            kept = face_crop(self._preview(path, picture_hash), box, CROP_SIDE, CROP_MARGIN)
            self._cache.put(key, kept)
        return kept

    def _preview(self, path: Path, picture_hash: str) -> Pixels:
        key = preview_key(picture_hash)
        kept = self._cache.get(key)
        if kept is not None:
            return _pixels(kept)
        try:
            data = path.read_bytes() if reads_whole_file(media_kind(path) or "image") else b""
            pixels = decode(path, data, min_side=PREVIEW_SIDE).pixels
        except OSError as error:
            raise Unavailable(f"{path} cannot be read: {error.strerror or error}. Is its disk there?") from error
        keep_previews(self._cache, picture_hash, pixels)
        return pixels


def preview_key(picture_hash: str, side: int = PREVIEW_SIDE) -> str:
    """The name of a picture's preview in the cache; side: PREVIEW_SIDE or GRID_SIDE."""
    return f"{picture_hash}-{side}"


def keep_previews(cache: PreviewCache, picture_hash: str, pixels: Pixels) -> Pixels:
    """Keep both levels of a decoded picture, each made from the one above; the pixels of the small one."""
    large = reduced(pixels, PREVIEW_SIDE)
    cache.put(preview_key(picture_hash), encode_jpeg(large))
    small = reduced(large, GRID_SIDE)
    cache.put(preview_key(picture_hash, GRID_SIDE), encode_jpeg(small))
    return small


def contact_sheet(crops: Sequence[bytes]) -> bytes:
    """A JPEG of the crops, eight in a row."""
    cell = CROP_SIDE + _GAP
    columns, rows = min(_COLUMNS, len(crops)), -(-len(crops) // _COLUMNS)
    sheet = Image.new("RGB", (columns * cell + _GAP, rows * cell + _GAP), (_GREY, _GREY, _GREY))
    for at, crop in enumerate(crops):
        row, column = divmod(at, _COLUMNS)
        with Image.open(BytesIO(crop)) as picture:
            sheet.paste(picture.resize((CROP_SIDE, CROP_SIDE)), (_GAP + column * cell, _GAP + row * cell))
    stream = BytesIO()
    sheet.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def _pixels(jpeg: bytes) -> Pixels:
    with Image.open(BytesIO(jpeg)) as picture:
        return np.asarray(picture.convert("RGB"))
