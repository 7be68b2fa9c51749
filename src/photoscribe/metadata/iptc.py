"""IPTC data sets (IIM), raw: parsed, changed in place, and written again; and Photoshop's resources round them.

exiv2 re-encodes what it reads; here every data set that is not meant is the same bytes, unless all text is turned
into UTF-8, which is then declared. Source: IPTC IIM 4.2, chapters 3 and 5; Photoshop file formats (Adobe 2019).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from photoscribe.core.errors import WriteRefused

CHARSET = (1, 90)
KEYWORDS = (2, 25)
_VERSIONS = {(1, 0): b"\0\x04", (2, 0): b"\0\x04"}

UTF8 = b"\x1b%G"

# The longest value that IIM allows; longer ones are left out (a name cut in half would be another name).
MAX_BYTES = {(2, 5): 64, (2, 25): 64, (2, 55): 8, (2, 60): 11, (2, 90): 32, (2, 92): 32, (2, 95): 32, (2, 101): 64}
_LIMIT = 2000

# Escapes that declare what every set of record 2 is written in, as exiv2 and ExifTool take them.
_CHARSETS: dict[bytes, str] = {UTF8: "utf-8", b"\x1b.A": "latin-1", b"\x1b-A": "latin-1", b"\x1b.F": "iso8859-7"}
_CHARSETS |= {b"\x1b.B": "iso8859-2", b"\x1b-B": "iso8859-2", b"\x1b-L": "iso8859-5", b"\x1b.L": "iso8859-5"}

# Sets of record 2 that are numbers or pictures.
_BINARY = {0, 10, 125, 200, 201, 202}

DIGEST = 0x0425
"""The resource that tells Adobe's programs whether the IPTC changed behind their back: its MD5."""
IPTC_RESOURCE = 0x0404
EXIF_RESOURCE = 0x0422
XMP_RESOURCE = 0x0424


@dataclass(frozen=True, slots=True)
class DataSet:
    record: int
    number: int
    value: bytes

    @property
    def key(self) -> tuple[int, int]:
        return self.record, self.number


def parse(data: bytes) -> tuple[DataSet, ...]:
    """Raises WriteRefused for a block that is not data sets from end to end (zeros may fill it up)."""
    sets = []
    at = 0
    while data[at : at + 1] == b"\x1c":
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        start = at + 5
        if length & 0x8000:
            digits = length & 0x7FFF
            length = int.from_bytes(data[start : start + digits], "big")
            start += digits
        if start + length > len(data):
            raise _damaged()
        sets.append(DataSet(data[at + 1], data[at + 2], data[start : start + length]))
        at = start + length
    if data[at:].strip(b"\0"):
        raise _damaged()
    return tuple(sets)


def parse_text(data: bytes) -> tuple[DataSet, ...]:
    """The same; raises WriteRefused too for text in a character set that is not known."""
    sets = parse(data)
    if encoding_of(sets) is None:
        raise WriteRefused("it is in a character set that is not known. Write to a sidecar.")
    return sets


def _damaged() -> WriteRefused:
    return WriteRefused("it is damaged. Repair it or write to a sidecar.")


def serialized(sets: Sequence[DataSet]) -> bytes:
    parts = []
    for one in sets:
        size = len(one.value)
        length = size.to_bytes(2, "big") if size < 0x8000 else b"\x80\x04" + size.to_bytes(4, "big")
        parts.append(bytes((0x1C, one.record, one.number)) + length + one.value)
    return b"".join(parts)


def encoding_of(sets: Sequence[DataSet]) -> str | None:
    """The encoding of the text; where none is declared UTF-8 if it is that, else what Windows wrote.

    None for a declaration that is not known.
    """
    declared = next((one.value for one in sets if one.key == CHARSET), None)
    if declared is not None:
        return _CHARSETS.get(declared.strip(b"\0 "), None)
    try:
        b"\0".join(one.value for one in sets if _is_text(one)).decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def texts(sets: Sequence[DataSet], key: tuple[int, int]) -> tuple[str, ...]:
    """The values of a data set as text, in order."""
    encoding = encoding_of(sets) or "latin-1"
    return tuple(_decoded(one.value, encoding).rstrip("\0") for one in sets if one.key == key)


def _decoded(value: bytes, encoding: str) -> str:
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:  # the declaration is not true of this one
        return value.decode("latin-1")


def _is_text(one: DataSet) -> bool:
    return one.record == 2 and one.number not in _BINARY


def changed(sets: Sequence[DataSet], values: Mapping[tuple[int, int], Sequence[str]]) -> tuple[DataSet, ...]:
    """The data sets with the values set, all text in UTF-8 and that declared; () when nothing worth keeping is left.

    sets: as parse_text gives them. Values that are there already keep their place; one longer than IIM allows is
    left out.
    """
    encoding = encoding_of(sets) or "latin-1"
    made = [_as_utf8(one, encoding) for one in sets if one.key != CHARSET]
    for key, wanted in values.items():
        made = _with_values(made, key, [text.encode("utf-8") for text in wanted])
    if all(one.key in _VERSIONS for one in made):
        return ()
    for key, value in {**_VERSIONS, CHARSET: UTF8}.items():
        if all(one.key != key for one in made):
            made = _inserted(made, [DataSet(*key, value)])
    return tuple(made)


def fits(key: tuple[int, int], text: str) -> bool:
    return len(text.encode("utf-8")) <= MAX_BYTES.get(key, _LIMIT)


def _as_utf8(one: DataSet, encoding: str) -> DataSet:
    if not _is_text(one):
        return one
    return DataSet(one.record, one.number, _decoded(one.value, encoding).encode("utf-8"))


def _with_values(sets: list[DataSet], key: tuple[int, int], wanted: Sequence[bytes]) -> list[DataSet]:
    """Old values that are wanted stay where they are, the new ones follow the last of them."""
    waiting = [value for value in wanted if len(value) <= MAX_BYTES.get(key, _LIMIT)]
    kept = []
    for one in sets:
        if one.key == key:
            plain = one.value.rstrip(b"\0")
            if plain not in wanted and one.value not in wanted:
                continue
            if plain in waiting:
                waiting.remove(plain)
        kept.append(one)
    return _inserted(kept, [DataSet(*key, value) for value in waiting])


def _inserted(sets: list[DataSet], new: list[DataSet]) -> list[DataSet]:
    """The new sets after the last one that does not belong behind them."""
    if not new:
        return sets
    before = [index for index, one in enumerate(sets) if one.key <= new[0].key]
    at = before[-1] + 1 if before else 0
    return [*sets[:at], *new, *sets[at:]]


@dataclass(frozen=True, slots=True)
class Resource:
    """One of Photoshop's image resources. head: signature, number and name as they stand."""

    number: int
    head: bytes
    data: bytes


_SIGNATURES = {b"8BIM", b"PHUT", b"AgHg", b"DCSR", b"MeSa"}


def resources(data: bytes) -> tuple[Resource, ...]:
    """Raises WriteRefused for a block that is not resources from end to end (zeros may fill it up)."""
    found = []
    at = 0
    while at < len(data):
        name_size = data[at + 6 : at + 7]
        if data[at : at + 4] not in _SIGNATURES or not name_size:
            if data[at:].strip(b"\0"):
                raise _damaged_resources()
            break
        head_end = at + 6 + (name_size[0] + 2) // 2 * 2
        size = int.from_bytes(data[head_end : head_end + 4], "big")
        start = head_end + 4
        if start > len(data) or start + size > len(data):
            raise _damaged_resources()
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        found.append(Resource(number, data[at:head_end], data[start : start + size]))
        at = start + size + size % 2
    return tuple(found)


def resources_if_whole(data: bytes) -> tuple[Resource, ...] | None:
    """The same, None for a damaged block."""
    try:
        return resources(data)
    except WriteRefused:
        return None


def _damaged_resources() -> WriteRefused:
    return WriteRefused("its Photoshop block is damaged. Repair it or write to a sidecar.")


def serialized_resources(found: Sequence[Resource]) -> bytes:
    return b"".join(
        one.head + len(one.data).to_bytes(4, "big") + one.data + b"\0" * (len(one.data) % 2) for one in found
    )


def resource_data(found: Sequence[Resource], number: int) -> bytes | None:
    return next((one.data for one in found if one.number == number), None)


def with_resource(found: Sequence[Resource], number: int, data: bytes | None) -> tuple[Resource, ...]:
    """The resources with one set or taken away, and the digest of the IPTC kept true."""
    made = _with(list(found), number, data)
    if number == IPTC_RESOURCE and resource_data(found, DIGEST) == _digest(resource_data(found, number)):
        made = _with(made, DIGEST, _digest(data))
    return tuple(made)


def _digest(data: bytes | None) -> bytes:
    return hashlib.md5(data or b"", usedforsecurity=False).digest()


def other_resources(data: bytes) -> list[tuple[str, bytes]]:
    """All resources of a block but those that a new IPTC block changes, by name."""
    mine = {IPTC_RESOURCE, DIGEST}
    return [
        (f"Photoshop resource {one.number}", one.head + one.data) for one in resources(data) if one.number not in mine
    ]


def _with(found: list[Resource], number: int, data: bytes | None) -> list[Resource]:
    made = []
    for one in found:
        if one.number != number:
            made.append(one)
        elif data is not None:
            made.append(Resource(number, one.head, data))
            data = None
    if data is not None:
        made.append(Resource(number, b"8BIM" + number.to_bytes(2, "big") + b"\0\0", data))
    return made
