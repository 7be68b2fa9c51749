"""Bytes of a file without reading all of them, and new files as pieces of old ones."""

import os
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from photoscribe.core.errors import WriteRefused

Piece = slice | bytes
"""A part of a new file: a slice of the old one, or new bytes."""

Replacement = tuple[int, int, bytes]
"""Start and end in the old file (the same where something is inserted), and what stands there instead."""

_BLOCK = 1 << 16


class View(Protocol):
    """Bytes that can be asked for by slices: `bytes`, or a file of which only the asked parts are read."""

    def __len__(self) -> int: ...
    def __getitem__(self, span: slice, /) -> bytes: ...


class FileView:
    """A View of an open file: 64 KiB blocks are read when they are asked for, and kept."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._length = os.fstat(descriptor).st_size
        self._blocks: dict[int, bytes] = {}

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, span: slice, /) -> bytes:
        start, stop, _ = span.indices(self._length)
        if stop <= start:
            return b""
        if stop - start > 16 * _BLOCK:
            return self._read(start, stop)
        first, last = start // _BLOCK, (stop - 1) // _BLOCK
        joined = b"".join(self._block(number) for number in range(first, last + 1))
        return joined[start - first * _BLOCK : stop - first * _BLOCK]

    def _block(self, number: int) -> bytes:
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._read(number * _BLOCK, min(self._length, (number + 1) * _BLOCK))
        return block

    def _read(self, start: int, stop: int) -> bytes:
        os.lseek(self._descriptor, start, os.SEEK_SET)
        parts = []
        while start < stop:
            part = os.read(self._descriptor, stop - start)
            if not part:
                raise broken("it became shorter while it was read")
            parts.append(part)
            start += len(part)
        return b"".join(parts)


def number(view: View, start: int, length: int, order: Literal["big", "little"] = "big") -> int:
    """An unsigned number at a place. Raises WriteRefused beyond the end of the file."""
    data = view[start : start + length]
    if len(data) < length or start < 0:
        raise broken("it ends too early")
    return int.from_bytes(data, order)


def broken(what: str) -> WriteRefused:
    return WriteRefused(f"its structure is damaged ({what}). Repair it or write to a sidecar.")


def pieces(length: int, replacements: Iterable[Replacement]) -> list[Piece]:
    """The new file of an old one of that length. The replacements may come in any order, but not overlap."""
    made: list[Piece] = []
    at = 0
    for start, end, new in sorted(replacements, key=lambda replacement: replacement[:2]):
        if start < at or end < start or end > length:
            raise ValueError(f"replacements overlap at {start}")
        if start > at:
            made.append(slice(at, start))
        if new:
            made.append(new)
        at = end
    if at < length:
        made.append(slice(at, length))
    return made


def joined(data: bytes, parts: Sequence[Piece]) -> bytes:
    view = memoryview(data)
    return b"".join(view[part] if isinstance(part, slice) else part for part in parts)


# Slices of this size are compared while they are in the processor's cache: 1.1 ms instead of 3.5 ms for two slices of
# 8 MB each (2026-11-20).
_COMPARED = 1 << 18


def same_part(a: bytes, of_a: slice | bytes, b: bytes, of_b: slice | bytes) -> bool:
    """Whether two parts are equal, each bytes or a slice of its own file."""
    if isinstance(of_a, bytes) or isinstance(of_b, bytes):
        return (a[of_a] if isinstance(of_a, slice) else of_a) == (b[of_b] if isinstance(of_b, slice) else of_b)
    length = of_a.stop - of_a.start
    if length != of_b.stop - of_b.start:
        return False
    return all(
        a[of_a.start + at : of_a.start + min(length, at + _COMPARED)]
        == b[of_b.start + at : of_b.start + min(length, at + _COMPARED)]
        for at in range(0, length, _COMPARED)
    )
