"""What decoding gives."""

from dataclasses import dataclass

import numpy as np

from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import MediaKind, Pixels, Size


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture as a person sees it.

    pixels: (height, width, 3) uint8 RGB in sRGB, upright, read-only; reduced, never enlarged.
    full_size: the upright picture in full resolution. kind: by content, whatever the suffix said.
    orientation: what was applied to the stored pixels, once (for HEIF and AVIF by their own irot and imir
    properties, which outrank EXIF there). problems: sentences on what is missing from the picture.
    """

    pixels: Pixels
    full_size: Size
    kind: MediaKind
    orientation: Orientation = Orientation.TOP_LEFT
    problems: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or not self.pixels.size:
            raise ValueError(f"not RGB pixels: {self.pixels.dtype} {self.pixels.shape}")
        self.pixels.flags.writeable = False
