"""The fields of an XMP packet after an edit: names, tags, texts, date and place; regions are in xmp_regions."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from photoscribe.core.edits import Clearable, Edit, ListEdit, TagEdit, TagLists, same, tag_edit
from photoscribe.core.errors import WriteRefused
from photoscribe.core.facts import Position, Taken
from photoscribe.metadata import xmp_regions
from photoscribe.metadata.exiv2_access import read_raw
from photoscribe.metadata.namespaces import (
    ACDSEE,
    DIGIKAM,
    IPTC_CORE,
    IPTC_EXTENSION,
    LIGHTROOM,
    MEDIAPRO,
    MICROSOFT_PHOTO,
)
from photoscribe.metadata.regions import Frame, entries_of
from photoscribe.metadata.xmp_facts import XmpTags
from photoscribe.metadata.xmp_serializing import serialized
from photoscribe.metadata.xmp_tree import LANG, Array, Node, Packet, Struct, Text, name_of

_DC = "http://purl.org/dc/elements/1.1/"
_XMP = "http://ns.adobe.com/xap/1.0/"
_EXIF = "http://ns.adobe.com/exif/1.0/"
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"

PEOPLE = name_of(IPTC_EXTENSION, "PersonInImage")
SUBJECT = name_of(_DC, "subject")
TAGS_LIST = name_of(DIGIKAM, "TagsList")
HIERARCHY = name_of(LIGHTROOM, "hierarchicalSubject")
TITLE = name_of(_DC, "title")
CAPTION = name_of(_DC, "description")
RATING = name_of(_XMP, "Rating")

_MORE_PEOPLE = name_of(MEDIAPRO, "People")
_PEOPLE_DETAILS = name_of(IPTC_EXTENSION, "PersonInImageWDetails")
_PERSON_NAME = name_of(IPTC_EXTENSION, "PersonName")
_LAST_KEYWORDS = name_of(MICROSOFT_PHOTO, "LastKeywordXMP")
_CATALOG_SETS = name_of(MEDIAPRO, "CatalogSets")
_CATEGORIES = name_of(ACDSEE, "categories")

PLACE = {
    "location": name_of(IPTC_CORE, "Location"),
    "city": name_of(_PHOTOSHOP, "City"),
    "state": name_of(_PHOTOSHOP, "State"),
    "country": name_of(_PHOTOSHOP, "Country"),
}
_GPS = ("GPSLatitude", "GPSLongitude", "GPSAltitude", "GPSAltitudeRef")
_TAKEN = (name_of(_EXIF, "DateTimeOriginal"), name_of(_PHOTOSHOP, "DateCreated"))
_CLEARED: Mapping[Clearable, Sequence[str]] = {
    "rating": (RATING,),
    "taken": _TAKEN,
    "position": tuple(name_of(_EXIF, name) for name in _GPS),
}

FIELDS = {
    "XMP-iptcExt:PersonInImage": PEOPLE,
    "XMP-dc:Subject": SUBJECT,
    "XMP-digiKam:TagsList": TAGS_LIST,
    "XMP-lr:HierarchicalSubject": HIERARCHY,
    "XMP-mediapro:People": _MORE_PEOPLE,
    "XMP-mediapro:CatalogSets": _CATALOG_SETS,
    "XMP-microsoft:LastKeywordXMP": _LAST_KEYWORDS,
    "XMP-acdsee:Categories": _CATEGORIES,
    "XMP-dc:Title": TITLE,
    "XMP-dc:Description": CAPTION,
    "XMP-xmp:Rating": RATING,
    "XMP-iptcCore:Location": PLACE["location"],
    "XMP-photoshop:City": PLACE["city"],
    "XMP-photoshop:State": PLACE["state"],
    "XMP-photoshop:Country": PLACE["country"],
    "XMP-exif:DateTimeOriginal": _TAKEN[0],
    "XMP-photoshop:DateCreated": _TAKEN[1],
    **{f"XMP-exif:{name}": name_of(_EXIF, name) for name in _GPS},
}
"""The simple values and lists that an edit may touch, by the name that ExifTool has for them."""


@dataclass(frozen=True, slots=True)
class Edited:
    """keywords: what the edit means for the keywords in IPTC."""

    packet: Packet
    keywords: ListEdit


def edited(packet: Packet, edit: Edit, frame: Frame, iptc_keywords: tuple[str, ...] = ()) -> Edited:
    """The packet after the edit; equal to the one before where nothing needs to change.

    Raises WriteRefused when what is there cannot be joined safely.
    """
    names: tuple[str, ...] = ()
    has_regions = any(packet.get(top) is not None for top in _REGIONS)
    if has_regions or edit.name_regions:
        tags = XmpTags(read_raw(serialized(packet)).xmp) if has_regions else XmpTags(())
        packet, names = xmp_regions.with_regions(packet, edit, entries_of(tags, frame), frame)
    subject, paths, hierarchy = (texts_of(packet.get(name)) for name in (SUBJECT, TAGS_LIST, HIERARCHY))
    change = tag_edit(edit, names, TagLists(subject, iptc_keywords, paths, hierarchy))
    return Edited(_with_values(_with_lists(packet, change), edit), change.iptc)


_REGIONS = (xmp_regions.MWG, xmp_regions.MICROSOFT, xmp_regions.IMAGE_REGION)
STRUCTURES = (*_REGIONS, _PEOPLE_DETAILS)
"""The structures that an edit may touch."""


def _with_lists(packet: Packet, tags: TagEdit) -> Packet:
    packet = _with_list(packet, PEOPLE, tags.people)
    packet = _with_list(packet, SUBJECT, tags.subject)
    packet = _with_list(packet, TAGS_LIST, tags.paths)
    packet = _with_list(packet, HIERARCHY, tags.lightroom_paths)
    # Lists that other programs fill with the same: not begun, not added to, but nothing gone may come back from them.
    packet = _with_list(packet, _MORE_PEOPLE, ListEdit(drop=tags.people.drop))
    packet = _with_list(packet, _LAST_KEYWORDS, ListEdit(drop=tags.paths.drop))
    packet = _with_list(packet, _CATALOG_SETS, ListEdit(drop=tags.lightroom_paths.drop))
    packet = _without_details(packet, tags.people.drop)
    categories = packet.get(_CATEGORIES)
    if isinstance(categories, Text):
        text = without_categories(categories.text, tags.lightroom_paths.drop)
        if text != categories.text:
            packet = packet.with_property(_CATEGORIES, replace(categories, text=text))
    return packet


def _with_list(packet: Packet, name: str, change: ListEdit) -> Packet:
    """A list with values added and dropped; items that are no simple text stay, an empty list goes."""
    node = packet.get(name)
    if isinstance(node, Struct):
        raise WriteRefused(f"its {name.rsplit(' ', maxsplit=1)[-1]} is no list. Write to a sidecar.")
    old = node if isinstance(node, Array) else Array("Bag", () if node is None else (node,))
    gone = {same(text) for text in change.drop}
    kept = tuple(item for item in old.items if not (isinstance(item, Text) and same(item.text) in gone))
    present = {same(item.text) for item in kept if isinstance(item, Text)}
    new = tuple(Text(text) for text in change.add if same(text) not in present)
    if kept == old.items and not new:
        return packet
    items = (*kept, *new)
    return packet.with_property(name, replace(old, items=items) if items else None)


def _without_details(packet: Packet, gone: Iterable[str]) -> Packet:
    node = packet.get(_PEOPLE_DETAILS)
    if not isinstance(node, Array):
        return packet
    unwanted = {same(name) for name in gone}
    kept = tuple(item for item in node.items if same(_first_text(item, _PERSON_NAME)) not in unwanted)
    if kept == node.items:
        return packet
    return packet.with_property(_PEOPLE_DETAILS, replace(node, items=kept) if kept else None)


def _first_text(node: Node | None, field: str) -> str:
    found = node.get(field) if isinstance(node, Struct) else None
    return next(iter(texts_of(found)), "")


_CATEGORY = re.compile(r"<Category\b[^>]*?(/?)>|</Category\s*>|<[^>]*>|[^<]+")


def without_categories(text: str, gone: Sequence[str]) -> str:
    """ACDSee's categories, XML in a text, with those paths (parts joined by "|") no longer assigned."""
    unwanted = {same(path) for path in gone}
    made: list[str] = []
    stack: list[tuple[str, int]] = []
    for match in _CATEGORY.finditer(text):
        part = match[0]
        if part.startswith("</Category"):
            stack = stack[:-1]
        elif part.startswith("<Category") and not match[1]:
            stack.append(("", len(made)))
        elif not part.startswith("<") and stack and not stack[-1][0]:
            stack[-1] = (" ".join(html.unescape(part).split()), stack[-1][1])
            if same("|".join(name for name, _ in stack if name)) in unwanted:
                opening = stack[-1][1]
                made[opening] = re.sub(r"""(Assigned\s*=\s*["'])1""", r"\g<1>0", made[opening])
        made.append(part)
    return "".join(made)


def _with_values(packet: Packet, edit: Edit) -> Packet:
    if edit.title is not None:
        packet = _with_language_text(packet, TITLE, edit.title)
    if edit.caption is not None:
        packet = _with_language_text(packet, CAPTION, edit.caption)
    if edit.rating is not None:
        packet = _with_text(packet, RATING, str(edit.rating))
    if edit.place is not None:
        for field, name in PLACE.items():
            packet = _with_text(packet, name, getattr(edit.place, field))
    if edit.taken is not None:
        for name in _TAKEN:
            packet = _with_text(packet, name, iso_text(edit.taken))
    if edit.position is not None:
        for local, text in gps_texts(edit.position).items():
            packet = _with_text(packet, name_of(_EXIF, local), text)
    return _cleared(packet, edit.clear)


def _cleared(packet: Packet, fields: Iterable[Clearable]) -> Packet:
    for field in fields:
        for name in _CLEARED[field]:
            packet = _with_text(packet, name, "")
    return packet


def _with_text(packet: Packet, name: str, text: str) -> Packet:
    old = packet.get(name)
    if not text:
        return packet if old is None else packet.with_property(name, None)
    if isinstance(old, Text):
        return packet if old.text == text else packet.with_property(name, replace(old, text=text))
    return packet.with_property(name, Text(text))


def _with_language_text(packet: Packet, name: str, text: str) -> Packet:
    """A text with its default language set or taken away; other languages stay, but those that repeated it."""
    old = packet.get(name)
    items = old.items if isinstance(old, Array) else () if old is None else (old,)
    default = next((item for item in items if _language(item) == "x-default"), items[0] if items else None)
    if isinstance(default, Text):
        if default.text == text:
            return packet
        others = tuple(item for item in items if item != default and texts_of(item) != (default.text,))
    else:
        if not text:
            return packet
        others = tuple(items)
    first = (Text(text, qualifiers=((LANG, Text("x-default")),)),) if text else ()
    made = (*first, *others)
    return packet.with_property(name, Array("Alt", made) if made else None)


def _language(node: Node) -> str:
    return next((value.text for key, value in node.qualifiers if key == LANG and isinstance(value, Text)), "")


def texts_of(node: Node | None) -> tuple[str, ...]:
    """A simple value, or the simple values of a list."""
    if isinstance(node, Text):
        return (node.text,)
    return tuple(item.text for item in node.items if isinstance(item, Text)) if isinstance(node, Array) else ()


def iso_text(taken: Taken) -> str:
    """A date as XMP writes it, with the offset where it is known."""
    text = taken.local.isoformat(timespec="milliseconds" if taken.local.microsecond else "seconds")
    return text if taken.offset_minutes is None else text + offset_text(taken.offset_minutes)


def offset_text(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def gps_texts(position: Position) -> dict[str, str]:
    """XMP's GPS fields; those of a height that is not known are "", which takes them away."""
    height = position.altitude_m
    return {
        "GPSLatitude": _degrees(position.latitude, "NS"),
        "GPSLongitude": _degrees(position.longitude, "EW"),
        "GPSAltitude": "" if height is None else f"{round(abs(height) * 100)}/100",
        "GPSAltitudeRef": "" if height is None else "1" if height < 0 else "0",
    }


def _degrees(angle: float, signs: Literal["NS", "EW"]) -> str:
    minutes = round(abs(angle) * 60, 8)
    return f"{int(minutes // 60)},{minutes % 60:.8f}{signs[1] if angle < 0 else signs[0]}"


def shown(packet: Packet) -> dict[str, tuple[str, ...]]:
    """Every field that an edit may touch as text, under the name that ExifTool has for it."""
    found = {label: texts_of(packet.get(name)) for label, name in FIELDS.items()}
    details = packet.get(_PEOPLE_DETAILS)
    if isinstance(details, Array):
        found["XMP-iptcExt:PersonInImageWDetails"] = tuple(_first_text(item, _PERSON_NAME) for item in details.items)
    return {label: texts for label, texts in found.items() if texts} | xmp_regions.shown(packet)


def begun_from(packet: Packet, iptc_keywords: Sequence[str]) -> Packet:
    """What a new sidecar begins with: the lists and regions of the file itself, and its keywords of IPTC.

    Many programs take each field from the sidecar alone where it has one, so a new list must not be shorter.
    """
    lists = (PEOPLE, SUBJECT, TAGS_LIST, HIERARCHY, xmp_regions.MWG, xmp_regions.MICROSOFT)
    kept = tuple((name, node) for name, node in packet.properties if name in lists)
    begun = Packet(kept, prefixes=packet.prefixes)
    return _with_list(begun, SUBJECT, ListEdit(add=tuple(iptc_keywords)))


def without_regions(packet: Packet) -> Packet:
    return replace(packet, properties=tuple(pair for pair in packet.properties if pair[0] not in _REGIONS))
