"""TIFF structures (files, and the Exif block): read, and changed without moving what is there.

New values and directories go to the end and the pointers to them are set, so every offset in the rest, maker notes
with their private ones included, still points at what it did. Source: TIFF 6.0, section 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from photoscribe.core.errors import WriteRefused
from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import Size
from photoscribe.metadata.bytes_of_file import Piece, View, broken, number

ORIENTATION = 0x0112
XMP = 0x02BC
IPTC = 0x83BB
PHOTOSHOP = 0x8649
EXIF = 0x8769
GPS = 0x8825
XP_KEYWORDS = 0x9C9E
EDITED = frozenset({EXIF, GPS, XP_KEYWORDS})
"""The tags of the first directory that an edit of EXIF may change."""

_WIDTH, _HEIGHT = 0x0100, 0x0101

ASCII, SHORT, LONG, RATIONAL, BYTE, UNDEFINED = 2, 3, 4, 5, 1, 7
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}

_HEADER, _ENTRY = 8, 12

EMPTY = b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
"""A structure with one empty directory."""


@dataclass(frozen=True, slots=True)
class Layout:
    """order: of the bytes. first: where the first directory stands."""

    order: Literal["big", "little"]
    first: int


@dataclass(frozen=True, slots=True)
class Entry:
    """field: the value itself where it fits, else its offset, as it stands."""

    tag: int
    type: int
    count: int
    field: bytes


@dataclass(frozen=True, slots=True)
class Directory:
    """start, end: where it stands. following: the offset of the next one in the chain, 0 at the last."""

    entries: tuple[Entry, ...]
    start: int
    end: int
    following: int

    def get(self, tag: int) -> Entry | None:
        return next((entry for entry in self.entries if entry.tag == tag), None)


@dataclass(frozen=True, slots=True)
class Value:
    """A value to set. type: TIFF's number (2 ASCII, 5 RATIONAL, 7 UNDEFINED ...); data: in the file's byte order."""

    type: int
    data: bytes


Changes = Mapping[int, Value | None]


def layout(view: View) -> Layout:
    orders: dict[bytes, Literal["big", "little"]] = {b"MM\0*": "big", b"II*\0": "little"}
    order = orders.get(view[0:4])
    if order is None:
        raise broken("no TIFF header")
    return Layout(order, number(view, 4, 4, order))


def directory(view: View, form: Layout, start: int) -> Directory:
    count = number(view, start, 2, form.order)
    end = start + 2 + count * _ENTRY
    if start < _HEADER or end > len(view):
        raise broken("a directory lies outside the file")
    entries = []
    for place in range(start + 2, end, _ENTRY):
        raw = view[place : place + _ENTRY]
        tag, kind, length = (int.from_bytes(part, form.order) for part in (raw[0:2], raw[2:4], raw[4:8]))
        entries.append(Entry(tag, kind, length, raw[8:]))
    # Exif blocks are found without the offset of the next directory at their very end.
    following = number(view, end, 4, form.order) if end + 4 <= len(view) else 0
    return Directory(tuple(entries), start, min(len(view), end + 4), following)


def value_of(view: View, form: Layout, entry: Entry) -> bytes:
    """The bytes of a value. Raises WriteRefused when they lie outside the file."""
    start, length = value_span(form, entry)
    if length <= len(entry.field):
        return entry.field[:length]
    data = view[start : start + length]
    if len(data) < length:
        raise broken("a value lies outside the file")
    return data


def value_span(form: Layout, entry: Entry) -> tuple[int, int]:
    """Where a value stands that does not fit into its entry, and how many bytes any value has."""
    return int.from_bytes(entry.field, form.order), entry.count * _SIZES.get(entry.type, 1)


def integer_of(view: View, form: Layout, entry: Entry | None) -> int | None:
    """The first number of a value of whole numbers; None for anything else."""
    if entry is None or entry.type not in {1, 3, 4, 13, 16} or entry.count < 1:
        return None
    return int.from_bytes(value_of(view, form, entry)[: _SIZES[entry.type]], form.order)


def sub_directory(view: View, form: Layout, parent: Directory, tag: int) -> Directory | None:
    """The directory that an entry points at, None without one."""
    start = integer_of(view, form, parent.get(tag))
    return directory(view, form, start) if start else None


def orientation_of(view: View | None) -> Orientation | None:
    """What tag 0x0112 says, upright where that is nonsense; None where the tag is not there."""
    if view is None:
        return None
    try:
        form = layout(view)
        entry = directory(view, form, form.first).get(ORIENTATION)
        found = integer_of(view, form, entry)
    except WriteRefused:
        return None
    if entry is None:
        return None
    return Orientation(found) if found is not None and 1 <= found <= 8 else Orientation.TOP_LEFT


def size_of(view: View, form: Layout, first: Directory) -> Size | None:
    width = integer_of(view, form, first.get(_WIDTH))
    height = integer_of(view, form, first.get(_HEIGHT))
    return Size(width, height) if width and height else None


def changed(view: View, first: Changes, deeper: Mapping[int, Changes] | None = None) -> list[Piece]:
    """The structure with values set in its first directory, and in those that its tags (EXIF, GPS) point at.

    Raises WriteRefused when the structure is damaged or would outgrow its offsets.
    """
    form = layout(view)
    top = directory(view, form, form.first)
    end = _end_of_living(view, form, top, first) if not deeper else len(view)
    tail = bytearray(b"\0" * (end % 2))
    pointers: dict[int, Value | None] = {}
    for tag, changes in (deeper or {}).items():
        below = sub_directory(view, form, top, tag)
        start = _append(tail, end, form, (below, changes))
        pointers[tag] = Value(4, start.to_bytes(4, form.order))
    start = _append(tail, end, form, (top, {**first, **pointers}))
    if end + len(tail) >= 1 << 32:
        raise WriteRefused("it is as large as a TIFF file can be. Write to a sidecar.")
    return [slice(0, 4), start.to_bytes(4, form.order), slice(_HEADER, end), bytes(tail)]


def _append(tail: bytearray, base: int, form: Layout, what: tuple[Directory | None, Changes]) -> int:
    """Adds a directory with the new values to what stands after `base`; returns its offset."""
    old, changes = what
    entries = {entry.tag: entry for entry in old.entries} if old else {}
    if old and len(entries) != len(old.entries):
        raise broken("a tag that stands twice")
    for tag, value in changes.items():
        if value is None:
            entries.pop(tag, None)
            continue
        count = len(value.data) // _SIZES[value.type]
        field = value.data.ljust(4, b"\0")
        if len(value.data) > 4:
            field = (base + len(tail)).to_bytes(4, form.order)
            tail += value.data + b"\0" * (len(value.data) % 2)
        entries[tag] = Entry(tag, value.type, count, field)
    start = base + len(tail)
    tail += len(entries).to_bytes(2, form.order)
    for _, entry in sorted(entries.items()):
        tail += entry.tag.to_bytes(2, form.order) + entry.type.to_bytes(2, form.order)
        tail += entry.count.to_bytes(4, form.order) + entry.field
    tail += (old.following if old else 0).to_bytes(4, form.order)
    return start


def _end_of_living(view: View, form: Layout, top: Directory, changes: Changes) -> int:
    """Where the file ends without the values and the directory that are to be replaced, so that it does not grow
    with every change. Only where nothing else can point into them: one picture, no other directories.
    """
    pointing = {EXIF, GPS, 0x014A}
    if top.following or any(entry.tag in pointing for entry in top.entries):
        return len(view)
    dead = [(top.start, top.end)]
    for tag in changes:
        entry = top.get(tag)
        if entry is not None:
            start, length = value_span(form, entry)
            if length > 4:
                dead.append((start, start + length))
    living = [value_span(form, entry) for entry in top.entries if entry.tag not in changes]
    ends = [start + length for start, length in living if length > 4]
    end = len(view)
    for start, stop in sorted(dead, reverse=True):
        if end - stop in {0, 1} and all(other <= start for other in ends):
            end = start
    return end if end > _HEADER else len(view)
