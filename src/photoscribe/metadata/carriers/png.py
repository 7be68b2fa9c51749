"""PNG: metadata in text chunks. Source: PNG specification (third edition, 2025), XMP part 3."""

import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from photoscribe.core.errors import WriteRefused
from photoscribe.core.photo import Size
from photoscribe.metadata import iptc
from photoscribe.metadata.bytes_of_file import Piece, Replacement, View, broken, number, pieces
from photoscribe.metadata.carriers.blocks import BlockName, Blocks, NewBlocks, TiffChanges, changed_exif

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_XMP = b"XML:com.adobe.xmp\0"
# ImageMagick's way, hexadecimal in a text chunk; exiv2 and ExifTool read and write it.
_PROFILES: dict[bytes, BlockName] = {
    b"Raw profile type xmp\0": "xmp",
    b"Raw profile type iptc\0": "iptc",
    b"Raw profile type APP1\0": "exif",
    b"Raw profile type exif\0": "exif",
}
_TEXTS = {b"tEXt", b"zTXt", b"iTXt"}
_MOST_TEXT = 64 << 20


@dataclass(frozen=True, slots=True)
class _Chunk:
    """start: of its length; end: behind its checksum. block: which of ours it holds, "" for none."""

    kind: bytes
    start: int
    end: int
    block: BlockName | None


class Png:
    name = "PNG"

    def read(self, view: View) -> Blocks:
        chunks = _chunks(view)
        found: dict[BlockName, bytes] = {}
        for chunk in chunks:
            if chunk.block is not None and chunk.block not in found:
                found[chunk.block] = _content(view, chunk)
        resources = iptc.resources_if_whole(found.get("iptc", b""))
        width, height = number(view, 16, 4), number(view, 20, 4)
        return Blocks(
            xmp=found.get("xmp"),
            iptc=iptc.resource_data(resources or (), iptc.IPTC_RESOURCE),
            exif=found.get("exif"),
            stored_size=Size(width, height) if width and height else None,
            # IPTC in PNG is nobody's standard: it is kept in step where it stands, and never begun.
            takes=frozenset({"xmp", "exif", "iptc"} if resources else {"xmp", "exif"}),
        )

    def rewritten(self, data: View, new: NewBlocks, exif: TiffChanges | None = None) -> list[Piece]:
        chunks = _chunks(data)
        blocks: dict[BlockName, bytes | None] = {**new}
        if exif is not None:
            old = [chunk for chunk in chunks if chunk.block == "exif"][:1]
            blocks["exif"] = changed_exif(_content(data, old[0]) if old else None, exif)
        before = next((chunk.start for chunk in chunks if chunk.kind == b"IDAT"), None)
        if before is None:
            raise broken("no picture in it")
        changes: list[Replacement] = []
        added = b""
        for block, content in blocks.items():
            old = [chunk for chunk in chunks if chunk.block == block]
            made = b"" if content is None else _made(block, content, [_content(data, chunk) for chunk in old[:1]])
            if old:
                changes.append((old[0].start, old[0].end, made))
                changes += [(chunk.start, chunk.end, b"") for chunk in old[1:]]
            else:
                added += made
        return pieces(len(data), [*changes, *([(before, before, added)] if added else [])])

    def others(self, data: bytes, new: Collection[BlockName]) -> list[tuple[str, bytes]]:
        chunks = _chunks(data)
        found = [("start", data[:8])]
        found += [(f"chunk {c.kind.decode('latin-1')}", data[c.start : c.end]) for c in chunks if c.block not in new]
        for chunk in chunks:
            if chunk.block == "iptc" and "iptc" in new:
                found += iptc.other_resources(_content(data, chunk))
        return [*found, ("what follows the picture", data[chunks[-1].end :])]


def _chunks(view: View) -> list[_Chunk]:
    found = []
    at = 8
    while True:
        size = number(view, at, 4)
        kind = view[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(view) or not re.fullmatch(rb"[A-Za-z]{4}", kind):
            raise broken("a chunk is cut off")
        found.append(_Chunk(kind, at, end, _block_in(kind, view[at + 8 : min(end - 4, at + 40)])))
        at = end
        if kind == b"IEND":
            return found


def _block_in(kind: bytes, head: bytes) -> BlockName | None:
    if kind == b"eXIf":
        return "exif"
    if kind in _TEXTS:
        for keyword, block in {_XMP: "xmp", **_PROFILES}.items():
            if head.startswith(keyword):
                return block
    return None


def _content(view: View, chunk: _Chunk) -> bytes:
    """The block that a chunk holds: a packet, Photoshop resources, or Exif without its head."""
    data = view[chunk.start + 8 : chunk.end - 4]
    if chunk.kind == b"eXIf":
        return data
    keyword, _, rest = data.partition(b"\0")
    if chunk.kind == b"zTXt":
        text = _inflated(rest[1:])
    elif chunk.kind == b"iTXt":
        _language, _, rest2 = rest[2:].partition(b"\0")
        text = rest2.partition(b"\0")[2]
        text = _inflated(text) if rest[:1] == b"\1" else text
    else:
        text = rest
    return text if keyword + b"\0" == _XMP else _unhexed(text)


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, _MOST_TEXT)
    except zlib.error as error:
        raise broken("a compressed text") from error
    if inflater.unconsumed_tail:
        raise WriteRefused("its text unpacks to more than 64 MiB. Write to a sidecar.")
    return text


def _unhexed(text: bytes) -> bytes:
    """What ImageMagick wrote: a line with the profile's name, one with its size, and hexadecimal digits."""
    match = re.fullmatch(rb"\s*\S+\s+\d+\s+([0-9A-Fa-f\s]*)", text)
    digits = b"".join(match[1].split()) if match else b"?"
    try:
        data = bytes.fromhex(digits.decode("ascii"))
    except ValueError as error:
        raise broken("a raw profile") from error
    return data[6:] if data.startswith(b"Exif\0\0") else data


def _made(block: BlockName, content: bytes, old: list[bytes]) -> bytes:
    if block == "xmp":
        return _chunk(b"iTXt", _XMP + b"\0\0\0\0" + content)
    if block == "exif":
        return _chunk(b"eXIf", content)
    found = iptc.resources(old[0]) if old else ()
    profile = iptc.serialized_resources(iptc.with_resource(found, iptc.IPTC_RESOURCE, content))
    return _chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(b"".join(_hexed(profile))))


def _hexed(profile: bytes) -> Iterator[bytes]:
    yield b"\niptc\n%8d\n" % len(profile)
    for start in range(0, len(profile), 36):
        yield profile[start : start + 36].hex().encode("ascii") + b"\n"


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
