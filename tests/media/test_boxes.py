"""The structure of HEIF files, in the forms that the encoders at hand do not write."""

import struct

import pytest

from photoscribe.core.geometry import Orientation
from photoscribe.media.boxes import Item, boxes, container_orientation, items
from photoscribe.media.fingerprint import content_hash, picture_hash


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind: bytes, version: int, *content: bytes, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def heif(*meta: bytes, data: bytes = b"") -> bytes:
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + full(b"meta", 0, *meta) + data


def entry(id_: int, kind: bytes, version: int = 2) -> bytes:
    return full(b"infe", version, struct.pack(">HH" if version == 2 else ">IH", id_, 0), kind, b"\0")


HIDDEN_TILES = heif(
    full(b"pitm", 1, struct.pack(">I", 70000)),
    full(b"iinf", 1, struct.pack(">I", 2), entry(70000, b"grid", 3), entry(70001, b"hvc1", 3)),
    # Version 2: 32-bit ids, two parts for the tile with an index each, the grid in idat (method 1).
    full(
        b"iloc",
        2,
        struct.pack(">BBI", 0x44, 0x44, 2),
        struct.pack(">IHHIHIII", 70000, 1, 0, 0, 1, 1, 4, 8),
        struct.pack(">IHHIHIIIIII", 70001, 0, 0, 24, 2, 1, 0, 4, 2, 8, 4),
    ),
    box(b"idat", b"....GRIDGRID...."),
    box(
        b"iprp",
        box(b"ipco", box(b"irot", b"\3"), box(b"imir", b"\1")),
        full(b"ipma", 1, struct.pack(">IIBH", 1, 1, 1, 1), flags=1),
        full(b"ipma", 1, struct.pack(">I", 1), struct.pack(">IBHH", 70000, 2, 0x8001, 2), flags=1),
    ),
)


def test_items_in_pieces_and_inside_the_metadata_are_found() -> None:
    assert b"GRIDGRID" in HIDDEN_TILES
    grid, tile = items(HIDDEN_TILES)
    assert grid.kind == b"grid"
    assert [HIDDEN_TILES[start:end] for start, end in grid.parts] == [b"GRIDGRID"]
    assert tile == Item(70001, b"hvc1", ((24, 28), (32, 36)))


def test_rotation_and_mirror_with_wide_numbers_are_read() -> None:
    assert container_orientation(HIDDEN_TILES) is Orientation.LEFT_TOP


def test_every_part_of_every_item_counts() -> None:
    for at in (24, 33, HIDDEN_TILES.index(b"GRIDGRID") + 5):
        changed = bytearray(HIDDEN_TILES)
        changed[at] ^= 1
        assert picture_hash(bytes(changed)) != picture_hash(HIDDEN_TILES)
    assert picture_hash(HIDDEN_TILES.replace(b"...." + b"GRID", b"!!!!" + b"GRID")) == picture_hash(HIDDEN_TILES)
    assert picture_hash(HIDDEN_TILES.replace(b"irot" + b"\3", b"irot" + b"\1")) == picture_hash(HIDDEN_TILES)


@pytest.mark.parametrize(
    "data",
    [
        heif(),
        heif(full(b"iinf", 0, b"\0\0")),
        heif(full(b"iinf", 0, b"\0\0"), full(b"iloc", 0, b"\x44\0\xff\xff")),
        heif(full(b"iinf", 0, b"\0\0"), full(b"iloc", 2, b"\x44\0\xff\xff\xff\xff")),
        heif(full(b"iinf", 0, b"\0\0"), full(b"iloc", 0, struct.pack(">BBHHHHII", 0x44, 0, 1, 1, 0, 1, 9, 99999))),
        heif(full(b"iinf", 0, b"\0\0"), full(b"iloc", 0, struct.pack(">BBH", 0x44, 0, 0))),
        heif(b"\0\0\0\4bad!"),
    ],
    ids=["no items", "no places", "cut off", "too many", "beyond the end", "none", "impossible size"],
)
def test_what_cannot_be_walked_has_its_content_hash_and_stands_as_it_is(data: bytes) -> None:
    assert picture_hash(data) == content_hash(data)
    assert container_orientation(data) is Orientation.TOP_LEFT


def test_boxes_of_64_bits_and_to_the_end_are_read() -> None:
    data = struct.pack(">I4sQ", 1, b"free", 20) + b"1234" + struct.pack(">I4s", 0, b"mdat") + b"the rest"
    assert [(found.kind, data[found.start : found.end]) for found in boxes(data)] == [
        (b"free", b"1234"),
        (b"mdat", b"the rest"),
    ]


def test_millions_of_empty_boxes_are_not_walked() -> None:
    with pytest.raises(ValueError, match="too many"):
        list(boxes(box(b"free") * 100_001))
