"""JPEG 2000: metadata in boxes at the end. Source: ISO 15444-1 annex I; XMP part 3."""

from collections.abc import Collection
from dataclasses import dataclass

from photoscribe.core.errors import WriteRefused
from photoscribe.core.photo import Size
from photoscribe.metadata.bytes_of_file import Piece, View, broken, number, pieces
from photoscribe.metadata.carriers.blocks import BlockName, Blocks, NewBlocks, TiffChanges, changed_exif

_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IPTC = bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38")
_EXIF = bytes.fromhex("4a706754696666457869662d3e4a5032")
_BLOCKS: dict[bytes, BlockName] = {_XMP: "xmp", _IPTC: "iptc", _EXIF: "exif"}

# Boxes that hold places in the file, which would no longer be true.
_INDEXES = {b"cidx", b"fidx", b"ftbl", b"flst"}


@dataclass(frozen=True, slots=True)
class _Box:
    """payload: behind its header. open: it reaches to the end of the file without saying where that is."""

    kind: bytes
    start: int
    payload: int
    end: int
    open: bool


class Jpeg2000:
    name = "JPEG 2000"

    def read(self, view: View) -> Blocks:
        boxes = _boxes(view, 0, len(view))
        found: dict[BlockName, bytes] = {}
        for box in boxes:
            block = _block_in(view, box)
            if block is not None and block not in found:
                found[block] = view[box.payload + 16 : box.end]
        # IPTC and Exif are kept in step where they stand, and never begun: few programs look for them here.
        return Blocks(
            found.get("xmp"), found.get("iptc"), found.get("exif"), _size(view, boxes), frozenset({"xmp", *found})
        )

    def rewritten(self, data: View, new: NewBlocks, exif: TiffChanges | None = None) -> list[Piece]:
        boxes = _boxes(data, 0, len(data))
        blocks: dict[BlockName, bytes | None] = {**new}
        if exif is not None:
            blocks["exif"] = changed_exif(self.read(data).exif, exif)
        if any(box.kind in _INDEXES for box in boxes):
            raise WriteRefused("it holds an index of its own places. Write to a sidecar.")
        at = boxes[-1].start if boxes[-1].open else boxes[-1].end
        changes = []
        added = b""
        for block, content in blocks.items():
            uuid = next(uuid for uuid, name in _BLOCKS.items() if name == block)
            made = b"" if content is None else (24 + len(content)).to_bytes(4, "big") + b"uuid" + uuid + content
            old = [box for box in boxes if _block_in(data, box) == block]
            if old and not old[0].open:
                changes.append((old[0].start, old[0].end, made))
            elif old:
                raise broken("a box without an end")
            else:
                added += made
        return pieces(len(data), [*changes, *([(at, at, added)] if added else [])])

    def others(self, data: bytes, new: Collection[BlockName]) -> list[tuple[str, bytes]]:
        return [
            (f"box {box.kind.decode('latin-1')}", data[box.start : box.end])
            for box in _boxes(data, 0, len(data))
            if _block_in(data, box) not in set(new)
        ]


def _boxes(view: View, start: int, end: int) -> list[_Box]:
    found = []
    at = start
    while at < end:
        size, header = number(view, at, 4), 8
        if size == 1:
            size, header = number(view, at + 8, 8), 16
        is_open = size == 0
        stop = end if is_open else at + size
        if stop > end or stop < at + header:
            raise broken("a box is cut off")
        found.append(_Box(view[at + 4 : at + 8], at, at + header, stop, is_open))
        at = stop
    if not found:
        raise broken("no boxes in it")
    return found


def _block_in(view: View, box: _Box) -> BlockName | None:
    return _BLOCKS.get(view[box.payload : box.payload + 16]) if box.kind == b"uuid" else None


def _size(view: View, boxes: list[_Box]) -> Size | None:
    for box in boxes:
        if box.kind == b"jp2h":
            for inner in _boxes(view, box.payload, box.end):
                if inner.kind == b"ihdr":
                    height, width = number(view, inner.payload, 4), number(view, inner.payload + 4, 4)
                    return Size(width, height) if width and height else None
    return None
