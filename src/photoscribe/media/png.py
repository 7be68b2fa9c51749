"""The chunks of a PNG file."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    """kind: four letters, the first of them a capital when decoding needs it. whole: with length and checksum."""

    kind: bytes
    content: memoryview
    whole: memoryview

    @property
    def is_critical(self) -> bool:
        return self.kind[:1].isupper()

    @property
    def is_sound(self) -> bool:
        return zlib.crc32(self.content, zlib.crc32(self.kind)).to_bytes(4, "big") == self.whole[-4:]


def chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks in order; stops after IEND, or before a chunk that is cut off."""
    view, at = memoryview(data), len(SIGNATURE)
    while at + 12 <= len(data):
        size = int.from_bytes(view[at : at + 4], "big")
        end = at + 12 + size
        if end > len(data):
            return
        chunk = Chunk(bytes(view[at + 4 : at + 8]), view[at + 8 : end - 4], view[at:end])
        yield chunk
        if chunk.kind == b"IEND":
            return
        at = end


def without_metadata(data: bytes) -> bytes:
    """The same picture without texts, times, profiles, and without ancillary chunks whose checksum is wrong."""
    kept = [
        chunk.whole
        for chunk in chunks(data)
        if chunk.is_critical or (chunk.kind in {b"tRNS", b"eXIf"} and chunk.is_sound)
    ]
    return b"".join([SIGNATURE, *kept])
