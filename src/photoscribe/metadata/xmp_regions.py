"""Regions in an XMP packet after an edit: renamed, dropped and added in every scheme, the rest as it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from photoscribe.core.edits import FACE, Edit, resulting_regions, same
from photoscribe.core.errors import WriteRefused
from photoscribe.core.facts import Region
from photoscribe.core.photo import Size
from photoscribe.metadata import parsing
from photoscribe.metadata.namespaces import (
    AREA,
    DIMENSIONS,
    IPTC_EXTENSION,
    MP,
    MP_REGION,
    MP_REGION_INFO,
    MWG_REGIONS,
)
from photoscribe.metadata.regions import Entries, Frame, mp_rectangle, mwg_area
from photoscribe.metadata.xmp_tree import Array, Node, Packet, Struct, Text, name_of

MWG = name_of(MWG_REGIONS, "Regions")
_MWG_LIST = name_of(MWG_REGIONS, "RegionList")
_APPLIED = name_of(MWG_REGIONS, "AppliedToDimensions")
_NAME = name_of(MWG_REGIONS, "Name")
_TYPE = name_of(MWG_REGIONS, "Type")
_AREA = name_of(MWG_REGIONS, "Area")

MICROSOFT = name_of(MP, "RegionInfo")
_MP_LIST = name_of(MP_REGION_INFO, "Regions")
_MP_NAME = name_of(MP_REGION, "PersonDisplayName")
_RECTANGLE = name_of(MP_REGION, "Rectangle")
# Who the person was, in accounts of Windows Live: not true of another name.
_MP_IDENTITY = {name_of(MP_REGION, local) for local in ("PersonEmailDigest", "PersonLiveIdCID", "PersonSourceID")}

IMAGE_REGION = name_of(IPTC_EXTENSION, "ImageRegion")
_REGION_PEOPLE = name_of(IPTC_EXTENSION, "PersonInImage")
_REGION_NAME = name_of(IPTC_EXTENSION, "Name")


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How one scheme names the structure that holds its list, and the list; name and renaming of an entry."""

    top: str
    field: str
    name_in: Callable[[Struct], str]
    renamed: Callable[[Struct, str], Struct]


@dataclass(frozen=True, slots=True)
class _After:
    """entries: those that stay. added: regions that are not among them. names: that the entries bear."""

    entries: tuple[Struct, ...]
    added: tuple[Region, ...]
    names: tuple[str, ...]


def with_regions(packet: Packet, edit: Edit, entries: Entries, frame: Frame) -> tuple[Packet, tuple[str, ...]]:
    """The packet, and the names that its regions bear then.

    Raises WriteRefused where the regions in the packet cannot be joined by new ones without harm.
    """
    if edit.name_regions:
        packet = _made_ready(packet, entries, frame)
    packet, mwg = _with_scheme(packet, edit, entries.mwg, (_MWG, lambda region: _mwg_entry(region, frame)))
    packet, mp = _with_scheme(packet, edit, entries.mp, (_MICROSOFT, lambda region: _mp_entry(region, frame)))
    if packet.get(MWG) is not None and edit.name_regions:
        packet = _with_dimensions(packet, frame.size)
    packet, others = _with_image_regions(packet, edit, entries.iptc)
    return packet, (*mwg, *mp, *others)


def _unusual() -> WriteRefused:
    return WriteRefused("its face regions are written in a way that is not known. Write to a sidecar.")


def _with_scheme(
    packet: Packet, edit: Edit, regions: Sequence[Region | None], how: tuple[_Scheme, Callable[[Region], Struct]]
) -> tuple[Packet, tuple[str, ...]]:
    scheme, entry_for = how
    holder, listed = _list_in(packet, scheme)
    after = _after(listed.items, regions, edit, scheme)
    names = (*after.names, *(region.name for region in after.added))
    if after.entries == listed.items and not after.added:
        return packet, names
    items = (*after.entries, *map(entry_for, after.added))
    if items:
        return packet.with_property(scheme.top, holder.with_field(scheme.field, replace(listed, items=items))), names
    # What remains without a list says nothing: the size that it applied to, the date when it was looked at.
    rest = holder.with_field(scheme.field, None).with_field(_APPLIED, None)
    return packet.with_property(scheme.top, rest if rest.fields else None), names


def _with_image_regions(packet: Packet, edit: Edit, regions: Sequence[Region | None]) -> tuple[Packet, tuple[str, ...]]:
    """IPTC's regions are kept true, and not begun: no program is known to read faces in them (research, 2026)."""
    listed = packet.get(IMAGE_REGION)
    if listed is None:
        return packet, ()
    if not isinstance(listed, Array):
        raise _unusual()
    # A region that names nobody marks something else.
    named = [region if region is not None and region.name else None for region in regions]
    after = _after(listed.items, named, edit, _IMAGE_REGION)
    if after.entries == listed.items:
        return packet, after.names
    kept = replace(listed, items=after.entries) if after.entries else None
    return packet.with_property(IMAGE_REGION, kept), after.names


def _after(items: Sequence[Node], regions: Sequence[Region | None], edit: Edit, scheme: _Scheme) -> _After:
    structs = [item for item in items if isinstance(item, Struct)]
    if len(structs) != len(items) or len(structs) != len(regions):
        raise _unusual()
    unwanted = {same(name) for name in edit.drop_people}
    placed = resulting_regions(regions, edit)
    kept = {one.index: one.region.name for one in placed if one.index is not None}
    entries, names = [], []
    for index, (entry, region) in enumerate(zip(structs, regions, strict=True)):
        name = scheme.name_in(entry)
        if region is None:  # it has no place in the picture, so its name is all that it says
            if name and same(name) in unwanted:
                continue
        elif index not in kept:
            continue
        elif kept[index] != region.name:
            name = kept[index]
            entry = scheme.renamed(entry, name)  # noqa: PLW2901 -- the entry as it will stand
        entries.append(entry)
        names.append(name)
    added = tuple(one.region for one in placed if one.index is None)
    return _After(tuple(entries), added, tuple(filter(None, names)))


def _list_in(packet: Packet, scheme: _Scheme) -> tuple[Struct, Array]:
    """A scheme's structure and the list in it, both empty where they are not there."""
    holder = packet.get(scheme.top) or Struct()
    listed = holder.get(scheme.field) if isinstance(holder, Struct) else None
    if not isinstance(holder, Struct) or not isinstance(listed, Array | None):
        raise _unusual()
    return holder, listed or Array("Bag")


def _made_ready(packet: Packet, entries: Entries, frame: Frame) -> Packet:
    """The regions that are there as fractions of the stored picture, so that new ones can stand among them."""
    if not entries.fits:
        raise WriteRefused(
            "its face regions were drawn on a picture of another shape, among which new ones would be misread. "
            "Write to a sidecar."
        )
    if entries.upright and entries.iptc:
        raise _unusual()
    holder, listed = _list_in(packet, _MWG)
    if len(listed.items) != len(entries.mwg):
        raise _unusual()
    resized = _with_dimensions(packet, frame.size) is not packet
    pairs = zip(listed.items, entries.mwg, strict=True)
    items = tuple(_stored(i, r, frame) if entries.upright or (resized and _in_pixels(i)) else i for i, r in pairs)
    if items != listed.items:
        packet = packet.with_property(MWG, holder.with_field(_MWG_LIST, replace(listed, items=items)))
    holder, listed = _list_in(packet, _MICROSOFT)
    if not entries.upright or len(listed.items) != len(entries.mp):
        return packet
    items = tuple(
        item.with_field(_RECTANGLE, Text(mp_rectangle(region.box, frame)))
        if region and isinstance(item, Struct)
        else item
        for item, region in zip(listed.items, entries.mp, strict=True)
    )
    return packet.with_property(MICROSOFT, holder.with_field(_MP_LIST, replace(listed, items=items)))


def _in_pixels(item: Node) -> bool:
    area = item.get(_AREA) if isinstance(item, Struct) else None
    return isinstance(area, Struct) and _text(area.get(name_of(AREA, "unit"))).lower() != "normalized"


def _stored(item: Node, region: Region | None, frame: Frame) -> Node:
    """An entry whose area counted in the upright picture, or in pixels of a size that is no longer the picture's."""
    area = item.get(_AREA) if isinstance(item, Struct) else None
    if region is None or not isinstance(item, Struct) or not isinstance(area, Struct):
        return item
    for key, text in mwg_area(region.box, frame).items():
        area = area.with_field(name_of(AREA, key), Text(text))
    return item.with_field(_AREA, area.with_field(name_of(AREA, "d"), None))


def _with_dimensions(packet: Packet, size: Size | None) -> Packet:
    """The size of the stored picture set beside the regions where it is missing or wrong."""
    holder = packet.get(MWG)
    if size is None or not isinstance(holder, Struct):
        return packet
    old = holder.get(_APPLIED)
    if isinstance(old, Struct):
        found = [parsing.number(_text(old.get(name_of(DIMENSIONS, key)))) for key in ("w", "h")]
        if found == [size.width, size.height]:
            return packet
    fields = {"w": str(size.width), "h": str(size.height), "unit": "pixel"}
    made = Struct(tuple((name_of(DIMENSIONS, key), Text(text)) for key, text in fields.items()))
    if old is not None:
        return packet.with_property(MWG, holder.with_field(_APPLIED, made))
    return packet.with_property(MWG, replace(holder, fields=((_APPLIED, made), *holder.fields)))


def _mwg_entry(region: Region, frame: Frame) -> Struct:
    area = Struct(tuple((name_of(AREA, key), Text(text)) for key, text in mwg_area(region.box, frame).items()))
    return Struct(((_NAME, Text(region.name)), (_TYPE, Text(FACE)), (_AREA, area)))


def _mp_entry(region: Region, frame: Frame) -> Struct:
    return Struct(((_RECTANGLE, Text(mp_rectangle(region.box, frame))), (_MP_NAME, Text(region.name))))


def _renamed_mwg(entry: Struct, name: str) -> Struct:
    return entry.with_field(_NAME, Text(name)).with_field(_TYPE, Text(FACE))


def _renamed_mp(entry: Struct, name: str) -> Struct:
    fields = tuple(pair for pair in entry.fields if pair[0] not in _MP_IDENTITY)
    return replace(entry, fields=fields).with_field(_MP_NAME, Text(name))


def _image_region_name(entry: Struct) -> str:
    return _text(entry.get(_REGION_PEOPLE)) or _text(entry.get(_REGION_NAME))


def _renamed_image_region(entry: Struct, name: str) -> Struct:
    for field in (_REGION_PEOPLE, _REGION_NAME):
        old = entry.get(field)
        if isinstance(old, Array) and old.items:
            items = tuple(replace(item, text=name) if isinstance(item, Text) else item for item in old.items[:1])
            entry = entry.with_field(field, replace(old, items=items))
        elif isinstance(old, Text):
            entry = entry.with_field(field, replace(old, text=name))
    return entry


def _text(node: Node | None) -> str:
    """A simple value, or the first of several."""
    if isinstance(node, Array):
        node = node.items[0] if node.items else None
    return parsing.clean_name(node.text) if isinstance(node, Text) else ""


_MWG = _Scheme(MWG, _MWG_LIST, lambda entry: _text(entry.get(_NAME)), _renamed_mwg)
_MICROSOFT = _Scheme(MICROSOFT, _MP_LIST, lambda entry: _text(entry.get(_MP_NAME)), _renamed_mp)
_IMAGE_REGION = _Scheme(IMAGE_REGION, "", _image_region_name, _renamed_image_region)


def shown(packet: Packet) -> dict[str, tuple[str, ...]]:
    """The regions of each scheme as text, under the name that ExifTool has for it."""
    found = {}
    for label, scheme in (("XMP-mwg-rs:RegionInfo", _MWG), ("XMP-MP:RegionInfoMP", _MICROSOFT)):
        _, listed = _list_in(packet, scheme)
        found[label] = tuple(_shown(item, scheme) for item in listed.items if isinstance(item, Struct))
    top, others = packet.get(MWG), packet.get(IMAGE_REGION)
    applied = top.get(_APPLIED) if isinstance(top, Struct) else None
    if isinstance(applied, Struct):
        size = " x ".join(_text(applied.get(name_of(DIMENSIONS, key))) for key in "wh")
        found["XMP-mwg-rs:AppliedToDimensions"] = (size,)
    if isinstance(others, Array):
        names = (_image_region_name(item) for item in others.items if isinstance(item, Struct))
        found["XMP-iptcExt:ImageRegion"] = tuple(names)
    return found


def _shown(entry: Struct, scheme: _Scheme) -> str:
    area = entry.get(_AREA)
    if isinstance(area, Struct):
        numbers = ", ".join(_text(area.get(name_of(AREA, key))) for key in "xywh")
    else:
        numbers = _text(entry.get(_RECTANGLE))
    return f"{scheme.name_in(entry) or '(nobody)'} at {numbers}"
