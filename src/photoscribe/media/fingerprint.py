"""What a file holds, as short strings to compare.

`content_hash` is of every byte. `picture_hash` is of the coded picture and what turns it into colours, with
the metadata left out. Its guarantees, on which moves, re-tagged copies and the check after writing rest:

1. Equal hashes mean the same coded pictures, bit for bit, with the same tables, palette, transparency and
   colour profile: any decoder gives the same pixels before it turns them upright. EXIF's orientation, and
   irot and imir of HEIF, are metadata here; so are the thumbnails in EXIF, and in a JPEG all that follows its
   first picture (a depth map, a gain map, a short film). Of MP4, QuickTime and CR3 the media data is hashed,
   not the tables that say where in it each frame lies.
2. Writing or removing EXIF, IPTC, XMP and comments does not change it, wherever they stand in the file.
3. It never raises. What has no structure known here (BMP, DICOM, CRW, Matroska ...), or is too broken to be
   walked, gives its content hash: there a change of metadata is a change.
"""

import hashlib
from collections.abc import Callable, Iterator
from io import SEEK_END, BytesIO
from pathlib import Path
from typing import IO

from photoscribe.media.coded import (
    coded_gif,
    coded_heif,
    coded_jp2,
    coded_jpeg,
    coded_png,
    coded_raf,
    coded_tiff,
    coded_webp,
)
from photoscribe.media.kinds import sniff

_BYTES = 16
_BLOCK = 1 << 20
_MAX_BOXES = 100_000
_STREAMED = frozenset({"mp4", "cr3"})

_CODED: dict[str, Callable[[bytes], Iterator[bytes | memoryview]]] = {
    "jpeg": coded_jpeg,
    "png": coded_png,
    "webp": coded_webp,
    "gif": coded_gif,
    "tiff": coded_tiff,
    "dng": coded_tiff,
    "cr2": coded_tiff,
    "orf": coded_tiff,
    "rw2": coded_tiff,
    "raf": coded_raf,
    "heif": coded_heif,
    "avif": coded_heif,
    "jp2": coded_jp2,
}


def content_hash(data: bytes) -> str:
    """BLAKE2b of the bytes, 16 bytes in hexadecimal. 0.7 ms for a megabyte (2026-11-20)."""
    return hashlib.blake2b(data, digest_size=_BYTES).hexdigest()


def content_hash_of_file(path: Path) -> str:
    """The same for a file too large to be held in memory. Raises OSError."""
    with path.open("rb") as file:
        return _content_hash_of(file)


def picture_hash(data: bytes) -> str:
    """The hash of the coded picture in a file's bytes; see the guarantees above. Never raises."""
    name = sniff(data)
    if name in _STREAMED:
        return _media_hash(BytesIO(data)) or content_hash(data)
    coded = _CODED.get(name or "")
    if coded is None:
        return content_hash(data)
    digest = hashlib.blake2b(name.encode() if name else b"", digest_size=_BYTES)
    try:
        for part in coded(data):
            digest.update(len(part).to_bytes(8, "big"))  # so that no two divisions into parts look alike
            digest.update(part)
    except (ValueError, IndexError, OverflowError):
        return content_hash(data)
    return digest.hexdigest()


def picture_hash_of_file(path: Path) -> str:
    """The same, in blocks for videos, which are too large to be held in memory. Raises OSError."""
    with path.open("rb") as file:
        name = sniff(file.read(1024))
        if name in _STREAMED:
            hashed = _media_hash(file)
            if hashed is not None:
                return hashed
        file.seek(0)
        return picture_hash(file.read()) if name in _CODED else _content_hash_of(file)


def _content_hash_of(file: IO[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=_BYTES)
    file.seek(0)
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _media_hash(file: IO[bytes]) -> str | None:
    """Of the mdat boxes, where the frames and the sound are; None where there are none to be found."""
    digest = hashlib.blake2b(b"mdat", digest_size=_BYTES)
    total = 0
    try:
        for start, end in _media_spans(file):
            total += end - start
            digest.update((end - start).to_bytes(8, "big"))
            file.seek(start)
            for at in range(start, end, _BLOCK):
                digest.update(file.read(min(_BLOCK, end - at)))
    except ValueError:
        return None
    return digest.hexdigest() if total else None


def _media_spans(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Content of each mdat box, the last of which may be cut off. Raises ValueError where the boxes are broken."""
    length, at = file.seek(0, SEEK_END), 0
    for _ in range(_MAX_BOXES):
        if at + 8 > length:
            return
        file.seek(at)
        head = file.read(16)
        size, header = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(head[8:16], "big"), 16
        end = at + size if size else length
        if end < at + header:
            raise ValueError("a box smaller than its head")
        if head[4:8] == b"mdat":
            yield at + header, min(end, length)
        at = end
