"""From what a file's metadata blocks say, and an edit, to the blocks that it should have, and what that changes."""

from dataclasses import dataclass

from photoscribe.core.edits import Edit, FieldChange, ListEdit
from photoscribe.core.errors import WriteRefused
from photoscribe.core.geometry import Orientation
from photoscribe.metadata import exif_editing, iptc, tiff, xmp_fields, xmp_tree
from photoscribe.metadata.carriers.blocks import BlockName, Blocks, NewBlocks, TiffChanges
from photoscribe.metadata.regions import Frame
from photoscribe.metadata.xmp_fields import offset_text
from photoscribe.metadata.xmp_serializing import serialized
from photoscribe.metadata.xmp_tree import Packet, Text, name_of

_TIFF_ORIENTATION = name_of("http://ns.adobe.com/tiff/1.0/", "Orientation")

# What ExtendedXMP must not hold for the packet to be edited alone.
_OURS = (b"RegionList", b"RegionInfo", b"PersonInImage", b"TagsList", b"hierarchicalSubject", b"dc:subject")

IPTC_SHOWN = {
    iptc.KEYWORDS: "IPTC:Keywords",
    (2, 5): "IPTC:ObjectName",
    (2, 120): "IPTC:Caption-Abstract",
    (2, 92): "IPTC:Sub-location",
    (2, 90): "IPTC:City",
    (2, 95): "IPTC:Province-State",
    (2, 101): "IPTC:Country-PrimaryLocationName",
    (2, 55): "IPTC:DateCreated",
    (2, 60): "IPTC:TimeCreated",
}


Shown = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What is to be set in a file.

    before, packet: the XMP that it holds, and should hold then, None for none. changes: () for nothing.
    touched: names of the XMP properties that change. keywords: what the edit means for keywords that stand elsewhere.
    iptc_keywords: those that it holds.
    """

    new: NewBlocks
    exif: TiffChanges | None
    before: Packet
    packet: Packet | None
    changes: tuple[FieldChange, ...]
    touched: frozenset[str]
    keywords: ListEdit
    iptc_keywords: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def frame_of(blocks: Blocks, packet: Packet | None = None) -> Frame:
    """What the areas in a file are fractions of: by Exif's orientation, or else XMP's. packet: the XMP, if parsed."""
    orientation = tiff.orientation_of(blocks.exif)
    if orientation is None and blocks.xmp is not None:
        node = (packet or xmp_tree.parse(blocks.xmp)).get(_TIFF_ORIENTATION)
        if isinstance(node, Text) and node.text.strip() in {"1", "2", "3", "4", "5", "6", "7", "8"}:
            orientation = Orientation(int(node.text))
    return Frame(blocks.stored_size, orientation or Orientation.TOP_LEFT)


def rewriting(
    blocks: Blocks,
    edit: Edit,
    frame: Frame | None = None,
    *,
    padding: int = 0,
    iptc_keywords: tuple[str, ...] = (),
    only_changes: bool = False,
) -> Rewriting:
    """Raises WriteRefused where what is there cannot be joined safely.

    frame: of another file that this one stands beside. padding: spaces in the XMP packet. iptc_keywords: of the same
    photo, where the blocks have none. only_changes: the blocks are not needed, which saves making the packet.
    """
    if any(word in blocks.more_xmp for word in _OURS):
        raise WriteRefused("its names and tags stand in more than one block of XMP. Write to a sidecar.")
    notes: list[str] = []
    sets = _sets(blocks, notes)
    before = Packet() if blocks.xmp is None else xmp_tree.parse(blocks.xmp)
    keywords = iptc.texts(sets or (), iptc.KEYWORDS) or iptc_keywords
    result = xmp_fields.edited(before, edit, frame or frame_of(blocks, before), keywords)
    after = result.packet
    new: dict[BlockName, bytes | None] = {}
    shown_before: Shown = {}
    shown_after: Shown = {}
    if after.properties != before.properties:
        new["xmp"] = b"" if only_changes else serialized(after, padding=padding) if after.properties else None
        shown_before, shown_after = xmp_fields.shown(before), xmp_fields.shown(after)
    values = {} if sets is None else _iptc_values(sets, edit, result.keywords)
    if sets is not None and values:
        new["iptc"] = iptc.serialized(iptc.changed(sets, values)) or None
        shown_before |= {IPTC_SHOWN[key]: iptc.texts(sets, key) for key in values}
        shown_after |= {IPTC_SHOWN[key]: value for key, value in values.items()}
    exif = exif_editing.changes(blocks.exif, edit, result.keywords.drop) if "exif" in blocks.takes else None
    if exif is not None:
        shown_before |= exif_editing.shown(blocks.exif)
        shown_after = {**shown_after, **exif_editing.shown(blocks.exif), **exif_editing.shown_after(blocks.exif, exif)}
    packet = after if after.properties or (blocks.xmp is not None and "xmp" not in new) else None
    names = {name for name, _ in (*before.properties, *after.properties)}
    return Rewriting(
        new=new,
        exif=exif,
        before=before,
        packet=packet,
        changes=_changes(shown_before, shown_after),
        touched=frozenset(name for name in names if before.get(name) != after.get(name)),
        keywords=result.keywords,
        iptc_keywords=keywords,
        notes=tuple(notes),
    )


def _sets(blocks: Blocks, notes: list[str]) -> tuple[iptc.DataSet, ...] | None:
    """The IPTC data sets; None where there must be none, or those there must not be touched."""
    if "iptc" not in blocks.takes:
        return None
    try:
        return iptc.parse_text(blocks.iptc or b"")
    except WriteRefused as error:
        notes.append(f"Its IPTC block is left as it is, because {error}")
        return None


def _iptc_values(
    sets: tuple[iptc.DataSet, ...], edit: Edit, keywords: ListEdit
) -> dict[tuple[int, int], tuple[str, ...]]:
    """The data sets that are not yet as they should be."""
    cut = [_cut(word) for word in keywords.drop]
    flat = ListEdit(tuple(word for word in keywords.add if iptc.fits(iptc.KEYWORDS, word)), (*keywords.drop, *cut))
    wanted = {iptc.KEYWORDS: flat.of(iptc.texts(sets, iptc.KEYWORDS)), **_iptc_texts(edit)}
    return {key: values for key, values in wanted.items() if values != iptc.texts(sets, key)}


def _cut(word: str) -> str:
    """As other programs write a keyword that is longer than IPTC allows."""
    return word.encode("utf-8")[: iptc.MAX_BYTES[iptc.KEYWORDS]].decode("utf-8", "ignore")


def _iptc_texts(edit: Edit) -> dict[tuple[int, int], tuple[str, ...]]:
    """The single values that an edit sets; one that is too long for IPTC goes, the XMP has it whole."""
    wanted: dict[tuple[int, int], str] = {}
    if edit.title is not None:
        wanted[2, 5] = edit.title
    if edit.caption is not None:
        wanted[2, 120] = edit.caption
    if edit.place is not None:
        place = edit.place
        wanted |= {(2, 92): place.location, (2, 90): place.city, (2, 95): place.state, (2, 101): place.country}
    if edit.taken is not None:
        offset = offset_text(edit.taken.offset_minutes or 0).replace(":", "")  # the field demands one
        wanted |= {(2, 55): edit.taken.local.strftime("%Y%m%d"), (2, 60): edit.taken.local.strftime("%H%M%S") + offset}
    if "taken" in edit.clear:
        wanted |= {(2, 55): "", (2, 60): ""}
    return {key: (text,) if text and iptc.fits(key, text) else () for key, text in wanted.items()}


def _changes(before: Shown, after: Shown) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field, before.get(field, ()), after.get(field, ()))
        for field in dict.fromkeys([*before, *after])
        if before.get(field, ()) != after.get(field, ())
    )
