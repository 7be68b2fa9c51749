"""How large a picture may be. Known from the header, before a byte of it is decoded."""

from dataclasses import dataclass

from photoscribe.core.errors import Undecodable


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may ask for.

    max_pixels: of the full resolution. max_bytes: peak memory for one file, its own bytes included; 800 MB
    leaves the interpreter and its libraries 200 MB of the gigabyte a file may cost.
    """

    max_pixels: int = 500_000_000
    max_bytes: int = 800_000_000

    def check(self, width: int, height: int, needed_bytes: float) -> None:
        """Raises Undecodable when the picture has too many pixels, or decoding would need too much memory."""
        if width < 1 or height < 1:
            raise Undecodable(f"no picture inside: its size is {width} x {height}")
        if width * height > self.max_pixels:
            raise Undecodable(
                f"too large: {width} x {height} is {width * height / 1e6:,.0f} megapixels, "
                f"more than the {self.max_pixels / 1e6:,.0f} accepted. Try: a smaller copy"
            )
        if needed_bytes > self.max_bytes:
            raise Undecodable(
                f"too large: {width} x {height} needs {needed_bytes / 1e9:,.1f} GB to decode, "
                f"more than the {self.max_bytes / 1e9:,.1f} GB allowed. Try: a smaller copy, or a baseline JPEG"
            )
