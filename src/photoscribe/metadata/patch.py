"""The way back from a file that we wrote to the one before it, small enough to keep for every write.

A patch is a list of spans of the written file to copy, and the bytes that no longer stand in it, compressed with
those that are new as the dictionary: an old packet of XMP is mostly found in the new one.
"""

import struct
from collections.abc import Iterable, Iterator

import zstandard

from photoscribe.core.errors import WriteRefused

_HEAD = struct.Struct(">4sQQII")  # magic, size before, size after, number of spans, size of the literals
_SPAN = struct.Struct(">QQQ")
_MAGIC = b"PSP1"

_ANCHOR = 48
_NEAR = 1 << 18
_MOST_SPANS = 1024
_MOST_DICTIONARY = 1 << 20

# Bytes of the old file that are passed over before it is looked for in the new one again.
_STRIDES = (0, *(64 << power for power in range(18)))

_Span = tuple[int, int, int]
"""Where it starts in the old file and in the new one, and how many bytes are the same from there."""


def make_patch(before: bytes, after: bytes) -> bytes:
    """A patch with which apply_patch makes `before` of `after`. Quick where long stretches of both are the same."""
    spans = list(_spans(before, after))
    literals = b"".join(_gaps(before, ((start, length) for start, _, length in spans)))
    head = _HEAD.pack(_MAGIC, len(before), len(after), len(spans), len(literals))
    packed = _compressor(after, spans).compress(literals)
    return head + b"".join(_SPAN.pack(*span) for span in spans) + packed


def apply_patch(after: bytes, patch: bytes) -> bytes:
    """The bytes before. Raises WriteRefused when the patch is damaged or not one for a file of this size.

    Whether it is for this very file, the hashes of both tell, which are kept beside it.
    """
    try:
        magic, size_before, size_after, count, size = _HEAD.unpack_from(patch)
        at = _HEAD.size + count * _SPAN.size
        spans = [_SPAN.unpack_from(patch, place) for place in range(_HEAD.size, at, _SPAN.size)]
        if magic != _MAGIC or size_after != len(after):
            raise WriteRefused(_NOT_FOR_THIS)
        decompressor = zstandard.ZstdDecompressor(dict_data=_dictionary(after, spans))
        literals = decompressor.decompress(patch[at:], max_output_size=size)
    except (struct.error, zstandard.ZstdError) as error:
        raise WriteRefused(_NOT_FOR_THIS) from error
    before = _woven(after, literals, spans)
    if len(before) != size_before:
        raise WriteRefused(_NOT_FOR_THIS)
    return before


_NOT_FOR_THIS = "the record of how it was before does not fit it. Restore it from a backup."


def _woven(after: bytes, literals: bytes, spans: Iterable[_Span]) -> bytes:
    parts: list[bytes | memoryview] = []
    at = used = 0
    view = memoryview(after)
    for start, elsewhere, length in spans:
        parts += [literals[used : used + start - at], view[elsewhere : elsewhere + length]]
        used += start - at
        at = start + length
    return b"".join([*parts, literals[used:]])


def _compressor(after: bytes, spans: Iterable[_Span]) -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=9, dict_data=_dictionary(after, spans), write_checksum=True)


def _dictionary(after: bytes, spans: Iterable[_Span]) -> zstandard.ZstdCompressionDict | None:
    """What is new in the file, for the literals to be told by. None for nothing."""
    fresh = b"".join(_gaps(after, ((elsewhere, length) for _, elsewhere, length in spans)))[:_MOST_DICTIONARY]
    return zstandard.ZstdCompressionDict(fresh, dict_type=zstandard.DICT_TYPE_RAWCONTENT) if len(fresh) >= 8 else None


def _gaps(data: bytes, spans: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    """What lies between spans that come in order."""
    at = 0
    for start, length in spans:
        yield data[at:start]
        at = start + length
    yield data[at:]


def _spans(before: bytes, after: bytes) -> Iterator[_Span]:
    """Stretches that both have, in order in both: the start, the end, and what is found again between."""
    at = _same_from(before, 0, after, 0)
    end = _same_until(before, after, min(len(before), len(after)) - at)
    if at:
        yield 0, 0, at
    old, new = at, at
    old_end, new_end = len(before) - end, len(after) - end
    for _ in range(_MOST_SPANS):
        found = _found_again(before, after, (old, old_end), (new, new_end))
        if found is None:
            break
        old, new = found
        length = min(_same_from(before, old, after, new), old_end - old, new_end - new)
        yield old, new, length
        old, new = old + length, new + length
    if end:
        yield old_end, new_end, end


def _found_again(before: bytes, after: bytes, old: tuple[int, int], new: tuple[int, int]) -> tuple[int, int] | None:
    """The next place in the old file, and where it is in the new one: near by first, then anywhere behind."""
    for reach in (_NEAR, len(after)):
        for stride in _STRIDES:
            start = old[0] + stride
            if start + _ANCHOR > old[1]:
                break
            stop = min(new[1], new[0] + stride + reach)
            place = after.find(before[start : start + _ANCHOR], new[0], stop)
            if place >= 0:
                back = _same_until(before[old[0] : start], after[new[0] : place], min(start - old[0], place - new[0]))
                return start - back, place - back
        if new[0] + reach >= new[1]:
            break
    return None


def _same_from(a: bytes, i: int, b: bytes, j: int) -> int:
    """How many bytes are the same from these places on."""
    most = min(len(a) - i, len(b) - j)
    same, block = 0, 1 << 12
    while same < most:
        step = min(block, most - same)
        if a[i + same : i + same + step] == b[j + same : j + same + step]:
            same += step
            block = min(block * 4, 1 << 20)
        elif step == 1:
            break
        else:
            block = max(1, step // 8)
            most = min(most, same + step)
    return same


def _same_until(a: bytes, b: bytes, most: int) -> int:
    """How many bytes are the same at the ends."""
    same, block = 0, 1 << 12
    while same < most:
        step = min(block, most - same)
        if a[len(a) - same - step : len(a) - same] == b[len(b) - same - step : len(b) - same]:
            same += step
            block = min(block * 4, 1 << 20)
        elif step == 1:
            break
        else:
            block = max(1, step // 8)
            most = min(most, same + step)
    return same
