"""JPEG, PNG, WebP, TIFF, GIF, BMP, HEIF, AVIF and JPEG 2000, from memory, through Pillow.

Pillow's openers are called by name after our own look at the bytes, never through Image.open: a suffix
cannot mislead, no other of its formats (one of them runs Ghostscript) can be reached, and its limit on
pixels, which is the process's and warns, gives way to ours. Decoding itself runs without the GIL.

Measured 2026-11-20, one thread, 24 megapixels at 1/4: Pillow's draft 57.7 ms, cv2.imdecode reduced 58.4,
simplejpeg 56.6; 12 megapixels at 1/2: 32.3, 31.2, 31.2. A second JPEG decoder would buy 3 percent at best.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.ImageFile import ImageFile

from photoscribe.core.errors import Undecodable
from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import Pixels, Size
from photoscribe.media.boxes import container_orientation
from photoscribe.media.colour import adobe_rgb_profile, to_srgb
from photoscribe.media.decoded import Decoded
from photoscribe.media.foreign import foreign
from photoscribe.media.limits import Limits
from photoscribe.media.orienting import as_orientation, exif_orientation, says_adobe_rgb, upright
from photoscribe.media.png import without_metadata

_ORIENTATION = 0x0112
_BITS_PER_SAMPLE = 0x0102
_BYTES_OF_MODE = {"1": 1, "L": 1, "P": 1, "LA": 4, "I;16": 2, "I;16B": 2}  # Pillow keeps every other mode in 4

# Peak bytes for each pixel of the full size beyond the file's own, measured with VmHWM (2026-11-20; Pillow 13.0,
# pillow-heif 1.8.1): WebP 16.0, AVIF 9.5 to 12.0 (8 bits, alpha the higher), JPEG 2000 19.2 for three components,
# HEIF 7.8 to 8.5. Rounded up where chroma or depth can be larger than in the samples.
_BYTES_OF_FORMAT = {"webp": 16.0, "avif": 16.0, "jp2": 20.0, "heif": 9.0}
_BYTES_OF_DEEP_HEIF = 16.0
_LEAST_SHOWN = 0.01  # of the pixels; libjpeg makes up the block at which the data ends
_DECODED_IN_ROWS = frozenset({"jpeg", "png", "tiff", "gif", "bmp"})

# Work, in scans x pixels, above which a progressive JPEG is refused. Cameras and optimisers write 10 scans or so;
# a few hundred kilobytes can hold thousands of empty ones, each as slow to walk as the whole picture.
_MAX_SCANNED_PIXELS = 10_000_000_000


class _Jpeg(JpegImagePlugin.JpegImageFile):
    """Ends a file that was cut off, as Pillow does behind a switch of the whole process, but for this file alone."""

    cut_off = False

    def load_read(self, read_bytes: int) -> bytes:
        data = super().load_read(read_bytes)
        if data or self.cut_off:
            return data
        self.cut_off = True
        return b"\xff\xd9"


_OPENERS: dict[str, Callable[[BytesIO], ImageFile]] = {
    "jpeg": _Jpeg,
    "png": PngImagePlugin.PngImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "jp2": Jpeg2KImagePlugin.Jpeg2KImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
    "heif": pillow_heif.HeifImageFile,
}

FORMAT_NAMES = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WebP",
    "tiff": "TIFF",
    "gif": "GIF",
    "bmp": "BMP",
    "jp2": "JPEG 2000",
    "avif": "AVIF",
    "heif": "HEIF",
}


@dataclass(frozen=True, slots=True)
class _Stored:
    """A decoded picture before it is turned."""

    pixels: Pixels
    full_size: Size
    problems: tuple[str, ...]
    turn: Orientation  # still to be applied
    turned: Orientation  # already applied by the decoder


def decode_image(
    data: bytes, name: str, *, min_side: int, limits: Limits, orientation: Orientation | None = None
) -> Decoded:
    """The first, or the primary, picture in the bytes of one of IMAGE_FORMATS.

    orientation: instead of what the file says, for a preview inside another file. Raises Undecodable.
    """
    with foreign(FORMAT_NAMES[name]):
        try:
            stored = _stored(data, name, min_side, limits)
        except Image.DecompressionBombError as error:
            raise Undecodable("too large: more than 178 megapixels in this format. Try: a smaller copy") from error
        except (ValueError, SyntaxError):
            # Pillow gives up a sound PNG for a text of over a megabyte or a wrong checksum in its metadata.
            if name != "png":
                raise
            stored = _stored(without_metadata(data), name, min_side, limits)
    turn = stored.turn if orientation is None else orientation
    return Decoded(
        pixels=upright(stored.pixels, turn),
        full_size=stored.full_size.turned if turn.swaps_sides else stored.full_size,
        kind="image",
        orientation=turn if stored.turned is Orientation.TOP_LEFT else stored.turned,
        problems=stored.problems,
    )


def _stored(data: bytes, name: str, min_side: int, limits: Limits) -> _Stored:
    picture = _OPENERS[name](BytesIO(data))
    limits.check(*picture.size, len(data) + _needed_bytes(picture, name, data, min_side))
    full_size = Size(*picture.size)
    turn, turned = _orientations(picture, name, data)
    _reduce_while_decoding(picture, name, data, min_side)
    problems = _load(picture, name)
    profile = picture.info.get("icc_profile")
    if not profile and name == "jpeg" and says_adobe_rgb(picture.info.get("exif") or b""):
        profile = adobe_rgb_profile()
    if name == "png":  # its EXIF may follow the pixels
        turn = exif_orientation(_png_exif(picture))
    pixels, colour_problems = to_srgb(
        picture, factor=max(1, max(picture.size) // min_side), bits=_bits(picture), profile=profile or None
    )
    return _Stored(pixels, full_size, problems + colour_problems, turn, turned)


def _needed_bytes(picture: ImageFile, name: str, data: bytes, min_side: int) -> float:
    """An estimate of the peak memory for decoding, the file's own bytes not counted."""
    pixels = picture.size[0] * picture.size[1]
    if isinstance(picture, _Jpeg):
        return _jpeg_bytes(picture, data, min_side)
    if name == "heif" and picture.info.get("bit_depth", 8) > 8:
        return pixels * _BYTES_OF_DEEP_HEIF
    if name == "jp2":
        return pixels * _BYTES_OF_FORMAT[name] / (1 << 2 * _resolutions_to_drop(picture, data, min_side))
    each = _BYTES_OF_FORMAT.get(name) or _BYTES_OF_MODE.get(picture.mode, 4)
    if name == "tiff" and _tiff_orientation(picture) is not Orientation.TOP_LEFT:
        each *= 2  # Pillow turns it while it holds the picture it turns
    return pixels * each


def _jpeg_bytes(picture: _Jpeg, data: bytes, min_side: int) -> float:
    """One scan is decoded in rows, already reduced; for several every coefficient is kept, two bytes each."""
    width, height = picture.size
    reduced = 4 * width * height / _jpeg_scale(picture.size, min_side) ** 2
    if "progressive" not in picture.info and _is_one_scan(picture, data):
        return reduced
    scans = data.count(b"\xff\xda")
    if scans * width * height > _MAX_SCANNED_PIXELS:
        raise Undecodable(f"a JPEG in {scans} scans would take too long to decode. Try: save it again")
    if not picture.layer:
        return reduced
    densest = max(layer[1] for layer in picture.layer) * max(layer[2] for layer in picture.layer)
    samples = sum(layer[1] * layer[2] for layer in picture.layer) / max(1, densest)
    return reduced + 2 * width * height * samples


def _is_one_scan(picture: _Jpeg, data: bytes) -> bool:
    """Whether the first scan, at whose end Pillow's opener stops, holds all components."""
    end = picture.fp.tell() if picture.fp else 0
    start = end - 8 - 2 * picture.layers
    return data[max(0, start) : start + 2] == b"\xff\xda"


def _jpeg_scale(size: tuple[int, int], min_side: int) -> int:
    """The largest of libjpeg's reductions that leaves the long side at least min_side."""
    return next((scale for scale in (8, 4, 2) if -(-max(size) // scale) >= min_side), 1)


def _reduce_while_decoding(picture: ImageFile, name: str, data: bytes, min_side: int) -> None:
    width, height = picture.size
    if name == "jpeg":
        scale = _jpeg_scale(picture.size, min_side)
        # Pillow takes the scale at which *both* sides still cover the box: a square box would double it.
        picture.draft(None, (max(1, width // scale), max(1, height // scale)))
    elif name == "heif" and max(width, height) > min_side:
        # Takes an embedded copy that is large enough, as Sony and Canon write; a phone's is too small.
        share = min_side / max(width, height)
        picture.draft(None, (max(1, round(width * share)), max(1, round(height * share))))
    elif isinstance(picture, Jpeg2KImagePlugin.Jpeg2KImageFile):
        # Pillow documents setting it; its type is that of the method which the property hides.
        picture.reduce = _resolutions_to_drop(picture, data, min_side)


def _resolutions_to_drop(picture: ImageFile, data: bytes, min_side: int) -> int:
    """How often a JPEG 2000 can be halved by leaving out wavelet levels (COD marker, ISO 15444-1 A.6.1)."""
    marker = re.search(rb"\xff\x52..[\0-\x07].{4}([\0-\x20])", data[:65536], re.DOTALL)
    levels = marker[1][0] if marker else 0
    drop = 0
    while drop < min(levels, 5) and max(picture.size) >> (drop + 1) >= min_side:
        drop += 1
    return drop


def _load(picture: ImageFile, name: str) -> tuple[str, ...]:
    """Decode. What is there of a picture that was cut off is kept, and the problem told."""
    try:
        picture.load()
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        if name not in _DECODED_IN_ROWS:
            raise
        only_metadata = name == "png" and not picture.tile and "reading image" not in str(error)  # after the last row
        picture.tile = []  # without tiles to read, load() hands out the rows that were reached
        with suppress(OSError):
            picture.load()
            if only_metadata:
                return ()
            if _shows_something(picture):
                return ("the file is damaged or cut off: part of the picture is missing",)
        raise
    if isinstance(picture, _Jpeg) and picture.cut_off:
        if not _shows_something(picture):
            raise Undecodable("cut off before its picture. Try: another copy of it")
        return ("the file is cut off: part of the picture may be missing",)
    return ()


def _shows_something(picture: ImageFile) -> bool:
    """Whether enough pixels differ from the first row, and from the last: what is missing is filled evenly."""
    sample = picture.resize((min(512, picture.width), min(512, picture.height)), Image.Resampling.NEAREST)
    rows = np.asarray(sample.convert("L"))
    return min(float((rows != rows[end]).mean()) for end in (0, -1)) > _LEAST_SHOWN


def _orientations(picture: ImageFile, name: str, data: bytes) -> tuple[Orientation, Orientation]:
    """What is to be applied, and what the decoder applies itself."""
    if name == "tiff":
        # Pillow turns TIFF while loading, by tag 274 or, without it, by XMP, which other programs do not obey.
        picture.info.pop("xmp", None)
        return Orientation.TOP_LEFT, _tiff_orientation(picture)
    if name == "heif":
        return Orientation.TOP_LEFT, container_orientation(data)
    # Pillow puts what AVIF's irot and imir say into its EXIF, over what EXIF said.
    return exif_orientation(picture.info.get("exif") or b""), Orientation.TOP_LEFT


def _tiff_orientation(picture: ImageFile) -> Orientation:
    tags = picture.tag_v2 if isinstance(picture, TiffImagePlugin.TiffImageFile) else {}
    return as_orientation(tags.get(_ORIENTATION))


def _png_exif(picture: ImageFile) -> bytes:
    """The eXIf chunk, or what ImageMagick wrote before there was one: a text of hexadecimal lines."""
    exif = picture.info.get("exif")
    text = picture.info.get("Raw profile type exif")
    if exif or not isinstance(text, str):
        return exif or b""
    try:
        return bytes.fromhex("".join(text.split("\n")[3:]))
    except ValueError:
        return b""


def _bits(picture: ImageFile) -> int:
    """How many bits of a 16-bit sample are used: Pillow does not scale 12-bit TIFF up."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile) and picture.mode.startswith("I;16"):
        values = picture.tag_v2.get(_BITS_PER_SAMPLE, (16,))
        return int(values[0]) if values and 8 < values[0] <= 16 else 16
    return 16
