"""WebP: metadata in chunks behind the picture. Source: RFC 9649."""

from collections.abc import Collection
from dataclasses import dataclass

from photoscribe.core.photo import Size
from photoscribe.metadata.bytes_of_file import Piece, Replacement, View, broken, number, pieces
from photoscribe.metadata.carriers.blocks import BlockName, Blocks, NewBlocks, TiffChanges, changed_exif

_KINDS: dict[bytes, BlockName] = {b"XMP ": "xmp", b"EXIF": "exif"}
_FLAGS: dict[BlockName, int] = {"xmp": 0x04, "exif": 0x08}
_ALPHA = 0x10


@dataclass(frozen=True, slots=True)
class _Chunk:
    """start: of its name; payload, stop: its content; end: behind its padding."""

    kind: bytes
    start: int
    payload: int
    stop: int
    end: int


class Webp:
    name = "WebP"

    def read(self, view: View) -> Blocks:
        chunks = _chunks(view)
        found = {_KINDS[c.kind]: view[c.payload : c.stop] for c in reversed(chunks) if c.kind in _KINDS}
        exif = found.get("exif")
        if exif is not None and exif.startswith(b"Exif\0\0"):  # against the standard, and common
            exif = exif[6:]
        extended = view[chunks[0].payload : chunks[0].stop] if chunks[0].kind == b"VP8X" else _extended(view, chunks)
        width, height = (int.from_bytes(extended[at : at + 3], "little") + 1 for at in (4, 7))
        return Blocks(found.get("xmp"), None, exif, Size(width, height), frozenset({"xmp", "exif"}))

    def rewritten(self, data: View, new: NewBlocks, exif: TiffChanges | None = None) -> list[Piece]:
        chunks = _chunks(data)
        blocks: dict[BlockName, bytes | None] = {**new}
        if exif is not None:
            blocks["exif"] = changed_exif(self.read(data).exif, exif)
        first = chunks[0]
        extended = bytearray(data[first.payload : first.stop] if first.kind == b"VP8X" else _extended(data, chunks))
        changes: list[Replacement] = []
        added = b""
        for block, content in blocks.items():
            old = [chunk for chunk in chunks if _KINDS.get(chunk.kind) == block]
            kind = next(kind for kind, name in _KINDS.items() if name == block)
            made = b"" if content is None else _chunk(kind, content)
            extended[0] = extended[0] & ~_FLAGS[block] | (_FLAGS[block] if made else 0)
            if old:
                changes.append((old[0].start, old[0].end, made))
                changes += [(chunk.start, chunk.end, b"") for chunk in old[1:]]
            else:
                added += made
        if added:
            changes.append((chunks[-1].end, chunks[-1].end, added))
        changes.append(
            (first.start, first.end if first.kind == b"VP8X" else first.start, _chunk(b"VP8X", bytes(extended)))
        )
        end = chunks[-1].end + sum(len(made) - (stop - start) for start, stop, made in changes)
        return pieces(len(data), [*changes, (4, 8, (end - 8).to_bytes(4, "little"))])

    def others(self, data: bytes, new: Collection[BlockName]) -> list[tuple[str, bytes]]:
        chunks = _chunks(data)
        found = [("start", data[:4] + data[8:12])]
        found += [
            (f"chunk {chunk.kind.decode('latin-1')}", data[chunk.start : chunk.stop])
            for chunk in chunks
            if chunk.kind != b"VP8X" and _KINDS.get(chunk.kind) not in new
        ]
        first = data[chunks[0].payload : chunks[0].stop] if chunks[0].kind == b"VP8X" else _extended(data, chunks)
        mine = sum(_FLAGS[block] for block in new if block in _FLAGS)
        found.append(("header", bytes((first[0] & ~mine,)) + first[1:]))
        return [*found, ("what follows the picture", data[chunks[-1].end :])]


def _chunks(view: View) -> list[_Chunk]:
    end = min(len(view), number(view, 4, 4, "little") + 8)
    found = []
    at = 12
    while at + 8 <= end:
        size = number(view, at + 4, 4, "little")
        stop = at + 8 + size
        if stop > len(view):
            raise broken("a chunk is cut off")
        found.append(_Chunk(view[at : at + 4], at, at + 8, stop, min(stop + size % 2, len(view))))
        at = stop + size % 2
    if not found:
        raise broken("no picture in it")
    return found


def _extended(view: View, chunks: list[_Chunk]) -> bytes:
    """The VP8X header that a simple file lacks."""
    first = chunks[0]
    head = view[first.payload : first.payload + 10]
    flags = 0
    if first.kind == b"VP8L" and head[:1] == b"\x2f" and len(head) >= 5:
        bits = int.from_bytes(head[1:5], "little")
        width, height = bits & 0x3FFF, bits >> 14 & 0x3FFF
        flags = _ALPHA if bits >> 28 & 1 else 0
    elif first.kind == b"VP8 " and head[3:6] == b"\x9d\x01\x2a" and len(head) == 10:
        width = (int.from_bytes(head[6:8], "little") & 0x3FFF) - 1
        height = (int.from_bytes(head[8:10], "little") & 0x3FFF) - 1
    else:
        raise broken("no picture header")
    if width < 0 or height < 0:
        raise broken("a picture without size")
    return bytes((flags, 0, 0, 0)) + width.to_bytes(3, "little") + height.to_bytes(3, "little")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
