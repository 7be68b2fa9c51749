"""Kinds of files that are rewritten here, recognised by their content."""

from collections.abc import Collection

from photoscribe.metadata.bytes_of_file import Piece, View
from photoscribe.metadata.carriers.blocks import BlockName, Blocks, Carrier, NewBlocks, TiffChanges
from photoscribe.metadata.carriers.jpeg import Jpeg
from photoscribe.metadata.carriers.jpeg2000 import Jpeg2000
from photoscribe.metadata.carriers.photoshop import Photoshop
from photoscribe.metadata.carriers.png import Png
from photoscribe.metadata.carriers.tiff_file import TiffFile
from photoscribe.metadata.carriers.webp import Webp
from photoscribe.metadata.xmp_serializing import serialized
from photoscribe.metadata.xmp_tree import Packet


class Sidecar:
    """An XMP file: one packet and nothing else."""

    name = "XMP"

    def read(self, view: View) -> Blocks:
        return Blocks(xmp=view[:] or None, takes=frozenset({"xmp"}))

    def rewritten(self, data: View, new: NewBlocks, exif: TiffChanges | None = None) -> list[Piece]:
        del exif  # an XMP file has none
        # An empty file would be a broken sidecar.
        return [new["xmp"] or serialized(Packet())] if "xmp" in new else [data[:]]

    def others(self, data: bytes, new: Collection[BlockName]) -> list[tuple[str, bytes]]:
        return [] if "xmp" in new else [("packet", data)]


_TIFF = TiffFile()
_BY_MAGIC: tuple[tuple[bytes, bytes, Carrier], ...] = (
    (b"\xff\xd8\xff", b"", Jpeg()),
    (b"\x89PNG\r\n\x1a\n", b"", Png()),
    (b"RIFF", b"WEBP", Webp()),
    (b"II*\0", b"", _TIFF),
    (b"MM\0*", b"", _TIFF),
    (b"8BPS\0\1", b"", Photoshop()),
    (b"\0\0\0\x0cjP  \r\n\x87\n", b"", Jpeg2000()),
)


def carrier_of(head: bytes) -> Carrier | None:
    """By the first 16 bytes; None for a kind that is not rewritten here. RAW files are TIFF by these bytes too."""
    for start, at_eight, carrier in _BY_MAGIC:
        if head.startswith(start) and head[8:].startswith(at_eight):
            return carrier
    return None
