"""Photoshop files: metadata as image resources. Source: Photoshop file formats (Adobe 2019)."""

from collections.abc import Collection

from photoscribe.core.photo import Size
from photoscribe.metadata import iptc
from photoscribe.metadata.bytes_of_file import Piece, View, broken, number, pieces
from photoscribe.metadata.carriers.blocks import BlockName, Blocks, NewBlocks, TiffChanges, changed_exif

_NUMBERS: dict[BlockName, int] = {"xmp": iptc.XMP_RESOURCE, "iptc": iptc.IPTC_RESOURCE, "exif": iptc.EXIF_RESOURCE}


class Photoshop:
    name = "Photoshop"

    def read(self, view: View) -> Blocks:
        start, end = _section(view)
        found = iptc.resources(view[start:end])
        height, width = number(view, 14, 4), number(view, 18, 4)
        return Blocks(
            xmp=iptc.resource_data(found, iptc.XMP_RESOURCE),
            iptc=iptc.resource_data(found, iptc.IPTC_RESOURCE),
            exif=iptc.resource_data(found, iptc.EXIF_RESOURCE),
            stored_size=Size(width, height) if width and height else None,
            takes=frozenset(_NUMBERS),
        )

    def rewritten(self, data: View, new: NewBlocks, exif: TiffChanges | None = None) -> list[Piece]:
        start, end = _section(data)
        found = iptc.resources(data[start:end])
        blocks: dict[BlockName, bytes | None] = {**new}
        if exif is not None:
            blocks["exif"] = changed_exif(self.read(data).exif, exif)
        for block, content in blocks.items():
            found = iptc.with_resource(found, _NUMBERS[block], content)
        made = iptc.serialized_resources(found)
        return pieces(len(data), [(start - 4, end, len(made).to_bytes(4, "big") + made)])

    def others(self, data: bytes, new: Collection[BlockName]) -> list[tuple[str, bytes]]:
        start, end = _section(data)
        mine = {_NUMBERS[block] for block in new if block in _NUMBERS} | {iptc.DIGEST}
        found = [
            (f"resource {one.number}", one.head + one.data)
            for one in iptc.resources(data[start:end])
            if one.number not in mine
        ]
        return [("header", data[: start - 4]), *found, ("picture data", data[end:])]


def _section(view: View) -> tuple[int, int]:
    """Start and end of the image resources."""
    start = 30 + number(view, 26, 4) + 4
    end = start + number(view, start - 4, 4)
    if end > len(view):
        raise broken("its resources are cut off")
    return start, end
