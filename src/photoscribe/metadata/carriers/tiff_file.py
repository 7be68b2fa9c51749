"""TIFF files: metadata as tags of the first directory. Nothing in the file moves; see tiff.py."""

from collections.abc import Collection

from photoscribe.core.errors import WriteRefused
from photoscribe.metadata import iptc, tiff
from photoscribe.metadata.bytes_of_file import Piece, View
from photoscribe.metadata.carriers.blocks import BlockName, Blocks, NewBlocks, TiffChanges

_BYTE, _LONG, _UNDEFINED = 1, 4, 7


class TiffFile:
    name = "TIFF"

    def read(self, view: View) -> Blocks:
        form = tiff.layout(view)
        top = tiff.directory(view, form, form.first)
        return Blocks(
            xmp=_value(view, form, top, tiff.XMP),
            iptc=_iptc(view, form, top),
            exif=view,
            stored_size=tiff.size_of(view, form, top),
            takes=frozenset({"xmp", "iptc", "exif"}),
        )

    def rewritten(self, data: View, new: NewBlocks, exif: TiffChanges | None = None) -> list[Piece]:
        form = tiff.layout(data)
        top = tiff.directory(data, form, form.first)
        changes: dict[int, tiff.Value | None] = {} if exif is None else dict(exif.first)
        if "xmp" in new:
            changes[tiff.XMP] = None if new["xmp"] is None else tiff.Value(_BYTE, new["xmp"])
        if "iptc" in new:
            block = new["iptc"]
            resources = _resources(data, form, top)
            in_resources = iptc.resource_data(resources, iptc.IPTC_RESOURCE) is not None
            if in_resources:
                made = iptc.serialized_resources(iptc.with_resource(resources, iptc.IPTC_RESOURCE, block))
                changes[tiff.PHOTOSHOP] = tiff.Value(_BYTE, made) if made else None
            if top.get(tiff.IPTC) is not None or not in_resources:
                changes[tiff.IPTC] = None if block is None else tiff.Value(_UNDEFINED, block)
        return tiff.changed(data, changes, None if exif is None else exif.deeper)

    def others(self, data: bytes, new: Collection[BlockName]) -> list[tuple[str, bytes]]:
        form = tiff.layout(data)
        top = tiff.directory(data, form, form.first)
        mine = {tiff.XMP} if "xmp" in new else set()
        if "exif" in new:
            mine |= tiff.EDITED
        resources: list[tuple[str, bytes]] = []
        if "iptc" in new:
            mine |= {tiff.IPTC, tiff.PHOTOSHOP}
            found = _value(data, form, top, tiff.PHOTOSHOP)
            resources = [] if found is None else iptc.other_resources(found)
        tags = [
            (f"tag {entry.tag:#06x}", entry.type.to_bytes(2, "big") + entry.count.to_bytes(8, "big") + entry.field)
            for entry in sorted(top.entries, key=lambda entry: entry.tag)  # as a directory must be, and some are not
            if entry.tag not in mine
        ]
        return [*tags, *resources, ("next picture", top.following.to_bytes(8, "big"))]


def _value(view: View, form: tiff.Layout, top: tiff.Directory, tag: int) -> bytes | None:
    entry = top.get(tag)
    return None if entry is None else tiff.value_of(view, form, entry)


def _iptc(view: View, form: tiff.Layout, top: tiff.Directory) -> bytes | None:
    entry = top.get(tiff.IPTC)
    if entry is None:
        return iptc.resource_data(_resources(view, form, top), iptc.IPTC_RESOURCE)
    data = tiff.value_of(view, form, entry)
    if entry.type == _LONG and data[:1] != b"\x1c" and data[3:4] == b"\x1c":
        raise WriteRefused("its IPTC block is in the wrong byte order. Repair it or write to a sidecar.")
    return data


def _resources(view: View, form: tiff.Layout, top: tiff.Directory) -> tuple[iptc.Resource, ...]:
    return iptc.resources(_value(view, form, top, tiff.PHOTOSHOP) or b"")
