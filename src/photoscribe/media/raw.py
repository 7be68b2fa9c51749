"""RAW files of cameras, through LibRaw (the extra `raw`)."""

from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from photoscribe.core.errors import Undecodable
from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import Pixels, Size
from photoscribe.media.decoded import Decoded
from photoscribe.media.foreign import foreign
from photoscribe.media.images import decode_image
from photoscribe.media.limits import Limits
from photoscribe.media.orienting import upright

if TYPE_CHECKING:
    import rawpy

# LibRaw's flip: 1 mirrors left and right, 2 top and bottom, 4 exchanges the axes. Source: dcraw.c, "50132467".
_ORIENTATION_OF_FLIP = {0: 1, 1: 2, 2: 4, 3: 3, 4: 5, 5: 8, 6: 6, 7: 7}

# Peak bytes for each pixel of the sensor beyond the file's own, measured with VmHWM on 24 megapixels of DNG: 6.0 and
# 13.1 (2026-11-20; LibRaw 0.22.2, one thread), rounded up for sensors with other mosaics.
_BYTES_AT_HALF_SIZE = 8.0
_BYTES_AT_FULL_SIZE = 18.0

_NEARLY = 0.9  # of the sensor's long side: such a preview is the whole picture less a border


def decode_raw(data: bytes, *, min_side: int, limits: Limits) -> Decoded:
    """The camera's own preview when it is large enough, else half or all of the sensor. Raises Undecodable."""
    libraw = _library()
    with foreign("RAW"), libraw.imread(BytesIO(data)) as raw:
        sizes = raw.sizes
        orientation = Orientation(_ORIENTATION_OF_FLIP.get(sizes.flip, 1))
        stored = Size(sizes.width, sizes.height)
        limits.check(stored.width, stored.height, len(data))
        wanted = min(min_side, round(_NEARLY * max(stored.width, stored.height)))
        preview = _preview(raw, libraw, orientation, min_side=min_side, limits=limits)
        problems: tuple[str, ...] = ()
        if preview is not None and max(preview.shape[:2]) >= wanted:
            pixels = preview
        else:
            try:
                pixels, problems = _developed(raw, len(data), min_side, limits)
            except (Undecodable, libraw.LibRawError):
                if preview is None:
                    raise
                pixels, problems = preview, ("only the small preview inside could be read",)
        return Decoded(pixels, stored.turned if orientation.swaps_sides else stored, "raw", orientation, problems)


def _library() -> ModuleType:
    try:
        import rawpy  # noqa: PLC0415  an extra, and 40 ms to import
    except ImportError as error:
        raise Undecodable("a RAW picture needs its decoder. Try: pip install 'photoscribe[raw]'") from error
    module: ModuleType = rawpy
    return module


def _preview(
    raw: "rawpy.RawPy", libraw: ModuleType, orientation: Orientation, *, min_side: int, limits: Limits
) -> Pixels | None:
    """The largest embedded preview, upright; None when there is none that can be read."""
    try:
        thumbnail = raw.extract_thumb()
    except libraw.LibRawError:
        return None
    if isinstance(thumbnail.data, bytes):
        try:
            pixels = decode_image(
                thumbnail.data, "jpeg", min_side=min_side, limits=limits, orientation=Orientation.TOP_LEFT
            ).pixels
        except Undecodable:
            return None
    else:
        pixels = np.asarray(thumbnail.data, dtype=np.uint8)
        if pixels.ndim != 3 or pixels.shape[2] != 3:
            return None
    # Previews lie as the sensor does, whatever EXIF they bring along; a few cameras turn them before saving.
    sensor_is_wide = raw.sizes.width >= raw.sizes.height
    preview_is_wide = pixels.shape[1] >= pixels.shape[0]
    turned_already = orientation.swaps_sides and sensor_is_wide != preview_is_wide
    return pixels if turned_already else upright(pixels, orientation)


def _developed(raw: "rawpy.RawPy", data_bytes: int, min_side: int, limits: Limits) -> tuple[Pixels, tuple[str, ...]]:
    """From the sensor, upright and in sRGB, and its problems; at half size where that is enough, for speed."""
    sizes = raw.sizes
    half = max(sizes.width, sizes.height) // 2 >= min_side
    needed = sizes.raw_width * sizes.raw_height * (_BYTES_AT_HALF_SIZE if half else _BYTES_AT_FULL_SIZE)
    limits.check(sizes.width, sizes.height, data_bytes + needed)
    problems = _cut_off(raw)  # before developing, after which LibRaw's view of the sensor is no longer valid
    pixels = raw.postprocess(half_size=half, use_camera_wb=True, gamma=(2.4, 12.92), output_bps=8)
    if int(pixels.min()) == int(pixels.max()):
        raise Undecodable("this RAW file has lost its sensor data. Try: another copy of it")
    factor = max(pixels.shape[:2]) // min_side
    small = Image.fromarray(pixels).reduce(factor) if factor > 1 else pixels
    return np.asarray(small, dtype=np.uint8), problems


def _cut_off(raw: "rawpy.RawPy") -> tuple[str, ...]:
    """LibRaw fills what is missing and says so only on stderr. A sensor's noise is never the same over many rows."""
    if raw.raw_type.name != "Flat":
        return ()
    last = raw.raw_image_visible[-max(2, raw.sizes.height // 50) :]
    flat = last.size and int(last.min()) == int(last.max()) and int(last.min()) < (raw.white_level or 0)
    return ("the file is cut off: part of the picture may be missing",) if flat else ()
