"""The photo, its files, and its decoded picture."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NewType

import numpy as np
from numpy.typing import NDArray

from photoscribe.core.geometry import Box

PhotoId = NewType("PhotoId", int)
Pixels = NDArray[np.uint8]
MediaKind = Literal["image", "raw", "video", "dicom"]


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels, of the upright picture unless the name says otherwise."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"not a size: {self}")

    @property
    def turned(self) -> "Size":
        return Size(self.height, self.width)


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo of the library. `id` outlives moves, and edits to the file's metadata.

    path: the file its picture comes from. sidecars: XMP files beside it, most specific first.
    """

    id: PhotoId
    path: Path
    sidecars: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Decoded once, used by every step.

    pixels: (height, width, 3) uint8 RGB in sRGB, upright, reduced to no less than the decoder's side.
    full_size: the upright picture in full resolution.
    """

    photo: PhotoId
    pixels: Pixels
    full_size: Size

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ValueError(f"not RGB pixels: {self.pixels.dtype} {self.pixels.shape}")


def version_of(picture_hash: str) -> str:
    """12 characters that change with the picture, for addresses that may be cached for ever; "" of no picture yet."""
    return hashlib.sha256(picture_hash.encode()).hexdigest()[:12] if picture_hash else ""


def face_version_of(picture_hash: str, box: Box) -> str:
    """As version_of, for a face cut out of the picture."""
    return version_of(f"{picture_hash} {box.x:.4f} {box.y:.4f} {box.w:.4f} {box.h:.4f}")
