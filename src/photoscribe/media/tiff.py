"""The directories of a TIFF structure: TIFF and BigTIFF files, most RAW formats, and EXIF blocks."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SIZE_OF_TYPE = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_CODE_OF_TYPE = {
    1: "B",
    3: "H",
    4: "I",
    5: "I",
    6: "b",
    7: "B",
    8: "h",
    9: "i",
    10: "i",
    13: "I",
    16: "Q",
    17: "q",
    18: "Q",
}
_MAX_ENTRIES = 4096  # real directories have under 300; a broken count would make us read the whole file as tags
_MAX_DIRECTORIES = 1024

SUB_DIRECTORIES = 330


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag's value, still in the file's byte order; empty where it would lie beyond the end of the file."""

    type: int
    value: bytes


Directory = dict[int, Entry]


class Tiff:
    """Reads directories from bytes. Raises ValueError where the structure is broken."""

    def __init__(self, data: bytes) -> None:
        if data[:2] not in {b"II", b"MM"} or len(data) < 8:
            raise ValueError("no TIFF header")
        self._data = data
        self._order = "<" if data[:2] == b"II" else ">"
        (version,) = self._unpack("H", 2)
        self._big = version == 43
        (self._first,) = self._unpack("Q", 8) if self._big else self._unpack("I", 4)

    def first(self) -> Directory:
        """The directory of the main picture; of an EXIF block, the one with Orientation."""
        return self.directory(self._first)[0]

    def directories(self) -> Iterator[Directory]:
        """Every directory once: the chain of pages, each followed by its sub-directories."""
        todo, seen = [self._first], set[int]()
        while todo:
            offset = todo.pop()
            if not offset or offset in seen:
                continue
            if len(seen) >= _MAX_DIRECTORIES:
                raise ValueError("too many directories")
            seen.add(offset)
            directory, following = self.directory(offset)
            yield directory
            todo.append(following)
            todo.extend(reversed(self.integers(directory, SUB_DIRECTORIES)))

    def directory(self, offset: int) -> tuple[Directory, int]:
        """The directory at an offset, and the offset of the next page, 0 after the last."""
        count_code, entry_bytes, inline = ("Q", 20, 8) if self._big else ("H", 12, 4)
        (count,) = self._unpack(count_code, offset)
        if count > _MAX_ENTRIES:
            raise ValueError(f"a directory of {count} tags")
        at = offset + struct.calcsize(count_code)
        directory: Directory = {}
        for position in range(at, at + count * entry_bytes, entry_bytes):
            tag, kind, values = self._unpack("HHQ" if self._big else "HHI", position)
            size = _SIZE_OF_TYPE.get(kind, 0) * values
            where = position + entry_bytes - inline
            if size > inline:
                (where,) = self._unpack("Q" if self._big else "I", where)
            is_there = 0 < size <= len(self._data) - where
            directory[tag] = Entry(kind, self._data[where : where + size] if is_there else b"")
        end = at + count * entry_bytes
        # The last directory of an EXIF block often lacks the offset of the next one.
        following = self._unpack("Q" if self._big else "I", end)[0] if end + inline <= len(self._data) else 0
        return directory, following

    def integers(self, directory: Directory, tag: int) -> tuple[int, ...]:
        """A tag's values, of a fraction both parts; () when it is absent, lies beyond the end, or is no number."""
        entry = directory.get(tag)
        code = _CODE_OF_TYPE.get(entry.type) if entry else None
        if entry is None or code is None:
            return ()
        return struct.unpack(f"{self._order}{len(entry.value) // struct.calcsize('=' + code)}{code}", entry.value)

    def _unpack(self, codes: str, offset: int) -> tuple[int, ...]:
        try:
            return struct.unpack_from(self._order + codes, self._data, offset)
        except struct.error as error:
            raise ValueError("cut off") from error
