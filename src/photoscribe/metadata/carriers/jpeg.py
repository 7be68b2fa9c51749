"""JPEG: metadata in segments before the picture. Source: ITU T.81 annex B; XMP part 3; CIPA DC-007 (MPF)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from photoscribe.core.errors import WriteRefused
from photoscribe.core.photo import Size
from photoscribe.metadata import iptc, tiff
from photoscribe.metadata.bytes_of_file import Piece, Replacement, View, broken, number, pieces
from photoscribe.metadata.carriers.blocks import BlockName, Blocks, NewBlocks, TiffChanges, changed_exif

_APP0, _APP1, _APP2, _APP13, _SOS, _EOI = 0xE0, 0xE1, 0xE2, 0xED, 0xDA, 0xD9
_ALONE = {0x01, *range(0xD0, 0xD9)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}

_EXIF = b"Exif\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_MPF = b"MPF\0"
_MP_ENTRIES = 0xB002

_AFCP = {b"AXS!", b"AXS*"}

_LARGEST = 0xFFFF - 2


@dataclass(frozen=True, slots=True)
class _Segment:
    """start: of its marker; payload: behind its length; end: of it."""

    marker: int
    start: int
    payload: int
    end: int


class Jpeg:
    name = "JPEG"

    def read(self, view: View) -> Blocks:
        segments, _ = _segments(view)
        if view[-12:-8] in _AFCP:
            raise WriteRefused("it ends in a block that tells places in the file (AFCP). Write to a sidecar.")
        resources = iptc.resources_if_whole(b"".join(_all(view, segments, _APP13, _PHOTOSHOP)))
        xmp = _all(view, segments, _APP1, _XMP)
        exif = _all(view, segments, _APP1, _EXIF)
        more = b"".join(part[40:] for part in _all(view, segments, _APP1, _MORE_XMP))
        return Blocks(
            xmp=xmp[0] if xmp else None,
            iptc=iptc.resource_data(resources or (), iptc.IPTC_RESOURCE),
            exif=exif[0][1:] if exif else None,
            stored_size=_size(view, segments),
            takes=frozenset({"xmp", "exif", "iptc"} if resources is not None else {"xmp", "exif"}),
            more_xmp=more + b"".join(xmp[1:]),
        )

    def rewritten(self, data: View, new: NewBlocks, exif: TiffChanges | None = None) -> list[Piece]:
        segments, _ = _segments(data)
        changes: list[Replacement] = []
        at = _insertion(data, segments)
        if exif is not None:
            old = _of(data, segments, _APP1, _EXIF)[:1]
            block = changed_exif(_payload(data, old[0], _EXIF)[1:] if old else None, exif)
            changes += _placed(old, 2, _segment(_APP1, _EXIF + b"\0", block))
        if "xmp" in new:
            changes += _placed(_of(data, segments, _APP1, _XMP)[:1], at, _segment(_APP1, _XMP, new["xmp"]))
        if "iptc" in new:
            old = _of(data, segments, _APP13, _PHOTOSHOP)
            found = iptc.resources(b"".join(_payload(data, segment, _PHOTOSHOP) for segment in old))
            block = iptc.serialized_resources(iptc.with_resource(found, iptc.IPTC_RESOURCE, new["iptc"]))
            changes += _placed(old, at, _photoshop(block))
        changes = _one_insertion_each(changes)
        return pieces(len(data), [*changes, *_mp_offsets(data, segments, changes)])

    def others(self, data: bytes, new: Collection[BlockName]) -> list[tuple[str, Piece]]:
        segments, tail = _segments(data)
        photoshop = _of(data, segments, _APP13, _PHOTOSHOP) if "iptc" in new else []
        mine = list(photoshop)
        mine += _of(data, segments, _APP1, _XMP)[:1] if "xmp" in new else []
        mine += _of(data, segments, _APP1, _EXIF)[:1] if "exif" in new else []
        found: list[tuple[str, Piece]] = [("start", data[:2])]
        at = 2
        for segment in segments:
            if segment.start != at:
                found.append(("filling", data[at : segment.start]))
            at = segment.end
            if segment.marker == _APP2 and data[segment.payload : segment.payload + len(_MPF)] == _MPF:
                found.append(("list of pictures", _mp_images(data, segment)))
            elif segment not in mine:
                found.append((f"segment {segment.marker:02X}", data[segment.payload : segment.end]))
        found += iptc.other_resources(b"".join(_payload(data, segment, _PHOTOSHOP) for segment in photoshop))
        return [*found, ("picture data", slice(tail, len(data)))]


def _segments(view: View) -> tuple[list[_Segment], int]:
    """The segments before the picture, and where the first scan begins."""
    found: list[_Segment] = []
    at = 2
    while True:
        start = at
        while view[at : at + 2] == b"\xff\xff":
            at += 1
        if view[at : at + 1] != b"\xff":
            raise broken("no marker where one must be")
        marker = number(view, at + 1, 1)
        if marker == _SOS:
            return found, start
        if marker == _EOI:
            raise broken("no picture in it")
        if marker in _ALONE:
            raise broken("a marker out of place")
        size = number(view, at + 2, 2)
        end = at + 2 + size
        if size < 2 or end > len(view):
            raise broken("a segment is cut off")
        found.append(_Segment(marker, at, at + 4, end))
        at = end


def _payload(view: View, segment: _Segment, head: bytes) -> bytes:
    return view[segment.payload + len(head) : segment.end]


def _of(view: View, segments: list[_Segment], marker: int, head: bytes) -> list[_Segment]:
    return [s for s in segments if s.marker == marker and view[s.payload : s.payload + len(head)] == head]


def _all(view: View, segments: list[_Segment], marker: int, head: bytes) -> list[bytes]:
    return [_payload(view, segment, head) for segment in _of(view, segments, marker, head)]


def _size(view: View, segments: list[_Segment]) -> Size | None:
    for segment in segments:
        if segment.marker in _FRAMES:
            height, width = number(view, segment.payload + 1, 2), number(view, segment.payload + 3, 2)
            return Size(width, height) if width and height else None
    return None


def _insertion(view: View, segments: list[_Segment]) -> int:
    """Where new blocks go: behind the Exif block, or else behind the JFIF header."""
    exif = _of(view, segments, _APP1, _EXIF)
    if exif:
        return exif[-1].end
    at = 2
    for segment in segments:
        if segment.marker != _APP0:
            break
        at = segment.end
    return at


def _segment(marker: int, head: bytes, block: bytes | None) -> bytes:
    if block is None:
        return b""
    if len(head) + len(block) > _LARGEST:
        raise WriteRefused("its metadata is larger than one JPEG segment can be. Write to a sidecar.")
    return bytes((0xFF, marker)) + (len(head) + len(block) + 2).to_bytes(2, "big") + head + block


def _photoshop(block: bytes) -> bytes:
    """As many segments as it takes."""
    step = _LARGEST - len(_PHOTOSHOP)
    return b"".join(_segment(_APP13, _PHOTOSHOP, block[start : start + step]) for start in range(0, len(block), step))


def _placed(old: list[_Segment], at: int, new: bytes) -> list[Replacement]:
    """The new segments in the place of the old ones, or at `at` where there are none."""
    if not old:
        return [(at, at, new)] if new else []
    return [(old[0].start, old[0].end, new), *((segment.start, segment.end, b"") for segment in old[1:])]


def _one_insertion_each(changes: list[Replacement]) -> list[Replacement]:
    """The same with the insertions at one place joined, in their order."""
    merged: dict[tuple[int, int], bytes] = {}
    for start, end, new in changes:
        merged[start, end] = merged.get((start, end), b"") + new
    return [(start, end, new) for (start, end), new in merged.items()]


def _mp_directory(view: View, segment: _Segment) -> tuple[int, Literal["big", "little"], bytes, int]:
    """Of a multi-picture header: where offsets count from, the byte order, the list of pictures and where it is."""
    base = segment.payload + len(_MPF)
    header = view[base : segment.end]
    form = tiff.layout(header)
    entry = tiff.directory(header, form, form.first).get(_MP_ENTRIES)
    if entry is None:
        return base, form.order, b"", base
    return base, form.order, tiff.value_of(header, form, entry), base + tiff.value_span(form, entry)[0]


def _mp_offsets(view: View, segments: list[_Segment], changes: list[Replacement]) -> list[Replacement]:
    """New offsets of the further pictures behind the first, where bytes between their list and them come or go."""
    fixed: list[Replacement] = []
    for segment in _of(view, segments, _APP2, _MPF):
        moved = sum(len(new) - (end - start) for start, end, new in changes if start >= segment.end)
        if moved:
            _, order, listed, at = _mp_directory(view, segment)
            for place in range(8, len(listed), 16):
                offset = int.from_bytes(listed[place : place + 4], order)
                if offset:
                    new = (offset + moved).to_bytes(4, order)
                    fixed.append((at + place, at + place + 4, new))
    return fixed


def _mp_images(data: bytes, segment: _Segment) -> bytes:
    """What the list of pictures says and points at: the same bytes wherever they have moved to."""
    try:
        base, order, listed, at = _mp_directory(data, segment)
    except WriteRefused:  # not a list that anybody can follow
        return data[segment.payload : segment.end]
    found = [data[segment.payload : at], data[at + len(listed) : segment.end]]
    for place in range(0, len(listed), 16):
        size, offset = (int.from_bytes(listed[place + i : place + i + 4], order) for i in (4, 8))
        found += [listed[place : place + 8], listed[place + 12 : place + 16]]
        found.append(data[base + offset : base + offset + size] if offset else b"")
    return b"".join(found)
