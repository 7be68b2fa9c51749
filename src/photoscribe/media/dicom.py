"""The first frame of a DICOM file, through pydicom (the extra `dicom`)."""

import zlib
from importlib import import_module
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoscribe.core.errors import Undecodable
from photoscribe.core.photo import Pixels, Size
from photoscribe.media.decoded import Decoded
from photoscribe.media.foreign import foreign
from photoscribe.media.limits import Limits

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_DEFLATED = b"1.2.840.10008.1.2.1.99"
_BYTES_OF_A_SAMPLE = 14.0  # as stored, as float64 after the modality table, and as float32 while it is windowed

Values = NDArray[np.float32]


def decode_dicom(data: bytes, *, min_side: int, limits: Limits) -> Decoded:
    """The picture as a viewer opens it: the file's own window, MONOCHROME1 inverted. Raises Undecodable."""
    library, processing = _library("pydicom"), _library("pydicom.pixels")
    with foreign("DICOM"):
        _refuse_inflated(data, limits)
        dataset = library.dcmread(BytesIO(data), force=True)
        if "PixelData" not in dataset:
            raise Undecodable("no picture in this DICOM file: it holds a report, a directory or measurements")
        height, width = int(dataset.Rows), int(dataset.Columns)
        samples = int(dataset.get("SamplesPerPixel", 1))
        limits.check(width, height, len(data) + width * height * samples * _BYTES_OF_A_SAMPLE)
        stored = _first_frame(dataset, processing)
        pixels = _grey(stored, dataset, processing) if stored.ndim == 2 else _colour(stored, dataset)
        factor = max(width, height) // min_side
        picture = Image.fromarray(pixels)
        small = picture.reduce(factor) if factor > 1 else picture
        return Decoded(np.asarray(small.convert("RGB")), Size(width, height), "dicom")


def _library(name: str) -> ModuleType:
    try:
        return import_module(name)  # an extra, and 0.9 s to import
    except ImportError as error:
        raise Undecodable(
            "a DICOM picture, and its decoder is not installed. Try: pip install 'photoscribe[dicom]'"
        ) from error


def _refuse_inflated(data: bytes, limits: Limits) -> None:
    """What pydicom does not ask: it inflates a whole deflated file at once: ten megabytes can become ten gigabytes."""
    group_bytes = int.from_bytes(data[140:144], "little")
    start = 144 + group_bytes
    if data[128:132] != b"DICM" or _DEFLATED not in data[132:start]:
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size, rest = 0, data[start:]
    while rest and not inflater.eof:
        size += len(inflater.decompress(rest, 16_000_000))
        rest = inflater.unconsumed_tail
        if size > limits.max_bytes // 2:
            raise Undecodable("too large: this DICOM file inflates beyond the memory allowed for one photo")


def _first_frame(dataset: "Dataset", processing: ModuleType) -> NDArray[np.generic]:
    """(height, width) or (height, width, 3), YBR already RGB, palette already applied."""
    try:
        frame: NDArray[np.generic] = processing.pixel_array(dataset, index=0)
    except (RuntimeError, NotImplementedError, AttributeError) as error:
        syntax = (
            getattr(dataset.file_meta.TransferSyntaxUID, "name", "unknown")
            if "file_meta" in dir(dataset)
            else "unknown"
        )
        raise Undecodable(
            f"this DICOM file's pixels cannot be decoded ({syntax}). Try: a copy in an uncompressed form"
        ) from error
    if dataset.get("PhotometricInterpretation") == "PALETTE COLOR":
        frame = processing.apply_color_lut(frame, dataset)
    return frame


def _colour(stored: NDArray[np.generic], dataset: "Dataset") -> Pixels:
    """Samples of any depth to 8 bits."""
    most = 255.0
    if stored.dtype != np.uint8:
        palette = dataset.get("PhotometricInterpretation") == "PALETTE COLOR"
        most = float(np.iinfo(np.uint16).max if palette else (1 << int(dataset.BitsStored)) - 1)
    return _eight_bits(stored[..., :3].astype(np.float32) / most)


def _grey(stored: NDArray[np.generic], dataset: "Dataset", processing: ModuleType) -> Pixels:
    """Values of the modality through the file's window or table, or stretched from least to most."""
    values = np.asarray(processing.apply_modality_lut(stored, dataset), dtype=np.float32)
    window = _window(dataset)
    if window is not None:
        shown = _windowed(values, *window, str(dataset.get("VOILUTFunction", "LINEAR")))
    elif dataset.get("VOILUTSequence"):
        shown = _stretched(np.asarray(processing.apply_voi(values.astype(np.int64), dataset), dtype=np.float32), None)
    else:
        padding = dataset.get("PixelPaddingValue")
        visible = None if padding is None else stored != padding
        shown = _stretched(values, visible)
    if dataset.get("PhotometricInterpretation") == "MONOCHROME1":
        shown = 1 - shown
    return _eight_bits(shown)


def _window(dataset: "Dataset") -> tuple[float, float] | None:
    """Centre and width of the first window; None when there is none that can be used."""
    found = []
    for name in ("WindowCenter", "WindowWidth"):
        value = dataset.get(name)
        if value is None or value == "":
            return None
        found.append(float(value if isinstance(value, (int, float, str)) else value[0]))
    centre, width = found
    return (centre, width) if width > 0 and np.isfinite(found).all() else None


def _windowed(values: Values, centre: float, width: float, function: str) -> Values:
    """In [0, 1]. Source: DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3."""
    if function == "SIGMOID":
        return np.asarray(1 / (1 + np.exp(np.clip(-4 * (values - centre) / width, -80, 80))), dtype=np.float32)
    if function == "LINEAR_EXACT":
        shares = (values - centre) / width + 0.5
    else:
        shares = (values - (centre - 0.5)) / max(width - 1, 1e-6) + 0.5
    return np.asarray(np.clip(shares, 0, 1), dtype=np.float32)


def _stretched(values: Values, visible: NDArray[np.bool_] | None) -> Values:
    counted = values[np.isfinite(values) if visible is None else np.isfinite(values) & visible]
    if not counted.size:
        return np.zeros_like(values)
    low, high = float(counted.min()), float(counted.max())
    return np.clip((np.nan_to_num(values) - low) / (high - low), 0, 1) if high > low else np.zeros_like(values)


def _eight_bits(shares: Values) -> Pixels:
    return np.rint(np.clip(shares, 0, 1) * 255).astype(np.uint8)
