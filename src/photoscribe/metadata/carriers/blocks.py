"""What every kind of file offers for writing: its metadata blocks out, and new ones in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from photoscribe.core.photo import Size
from photoscribe.metadata import tiff
from photoscribe.metadata.bytes_of_file import Piece, View, joined

BlockName = Literal["xmp", "iptc", "exif"]
NewBlocks = Mapping[BlockName, bytes | None]
"""Blocks to set, None to take one away; a block that is not named stays."""


@dataclass(frozen=True, slots=True)
class TiffChanges:
    """Values to set in the first directory of Exif or a TIFF file, and in those that its tags point at."""

    first: Mapping[int, tiff.Value | None]
    deeper: Mapping[int, Mapping[int, tiff.Value | None]]


def changed_exif(old: View | None, changes: TiffChanges) -> bytes:
    """An Exif block with the values set; a new one where there is none."""
    whole = tiff.EMPTY if old is None else old[:]
    return joined(whole, tiff.changed(whole, changes.first, changes.deeper))


@dataclass(frozen=True, slots=True)
class Blocks:
    """The metadata blocks of a file, None where it has none.

    xmp: the packet. iptc: the IIM data sets. exif: a TIFF structure; a TIFF file is itself one.
    stored_size: of the picture as it is coded, before rotation. takes: the blocks that may be set here even where
    the file has none. more_xmp: XMP beside the packet (ExtendedXMP), which is left alone.
    """

    xmp: bytes | None = None
    iptc: bytes | None = None
    exif: View | None = None
    stored_size: Size | None = None
    takes: frozenset[BlockName] = frozenset()
    more_xmp: bytes = b""


class Carrier(Protocol):
    """One kind of file that is rewritten here, block by block: every other byte stays what it is."""

    @property
    def name(self) -> str: ...

    def read(self, view: View) -> Blocks:
        """Raises WriteRefused when the structure is damaged."""
        ...

    def rewritten(self, data: View, new: NewBlocks, exif: TiffChanges | None = None) -> list[Piece]:
        """The new file, with values set in its Exif too. Raises WriteRefused when it cannot hold that."""
        ...

    def others(self, data: bytes, new: Collection[BlockName]) -> Sequence[tuple[str, Piece]]:
        """All but the new blocks, by name and in order: equal before and after a right rewriting.

        A slice is one of `data`, with a start and a stop.
        """
        ...
