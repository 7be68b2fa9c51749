"""Proof that a written file says what it should, and else says and shows what it did before.

By three readers that know nothing of each other: the bytes that are none of ours, exiv2's list of all tags, and the
packet parsed again. A return value of a writer proves nothing (research, 2026: MP4 and MKV).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from photoscribe.core.edits import Edit, resulting_regions, same
from photoscribe.core.errors import Undecodable, WriteRefused
from photoscribe.metadata import exif_editing, iptc, sidecars, tiff, xmp_fields, xmp_tree
from photoscribe.metadata.bytes_of_file import same_part
from photoscribe.metadata.carriers.blocks import BlockName, Carrier, TiffChanges
from photoscribe.metadata.exiv2_access import RawTag, RawTags, plain_key, read_raw
from photoscribe.metadata.regions import Frame, entries_of
from photoscribe.metadata.rewriting import IPTC_SHOWN, Rewriting
from photoscribe.metadata.xmp_facts import XmpTags
from photoscribe.metadata.xmp_tree import Packet

# exiv2's own prefixes for the namespaces that an edit may touch.
_EXIV2_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "iptc",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "iptcExt",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://ns.microsoft.com/photo/1.2/": "MP",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://ns.iview-multimedia.com/mediapro/1.0/": "mediapro",
    "http://ns.acdsee.com/iptc/1.0/": "acdsee",
}

# Of a TIFF file the blocks themselves are tags, and what points at a changed directory changes with it.
_BLOCK_TAGS: dict[BlockName, frozenset[str]] = {
    "xmp": frozenset({"Exif.Image.XMLPacket"}),
    "iptc": frozenset({"Exif.Image.IPTCNAA", "Exif.Image.ImageResources"}),
    "exif": frozenset({"Exif.Image.ExifTag", "Exif.Image.GPSTag"}),
}
_TOUCHABLE = {*xmp_fields.FIELDS.values(), *xmp_fields.STRUCTURES}
_EXIF_GROUPS = {0: "Exif.Image", tiff.EXIF: "Exif.Photo", tiff.GPS: "Exif.GPSInfo"}
_IPTC_KEPT_BY_US = {iptc.CHARSET, (1, 0), (2, 0)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the file should say, in what frame its regions stand, and how pictures are compared."""

    edit: Edit
    frame: Frame
    picture_hash: Callable[[bytes], str]


def verify(before: bytes, after: bytes, carrier: Carrier, work: Rewriting, wanted: Wanted) -> None:
    """Raises WriteRefused, naming the first thing that is not as it must be. before: b"" for a file that is new."""
    new: set[BlockName] = set(work.new)
    if work.exif is not None:
        new.add("exif")
    if not work.touched <= _TOUCHABLE:
        raise _not("properties that were not meant would change")
    if before:
        _check_others(carrier, before, after, new)
    if carrier.name == "TIFF" and wanted.picture_hash(before) != wanted.picture_hash(after):
        raise _not("its picture would not be the same")
    blocks = carrier.read(after)
    packet = Packet() if blocks.xmp is None else xmp_tree.parse(blocks.xmp)
    if packet.properties != (work.packet or Packet()).properties:
        raise _not("its XMP would not be what was planned")
    if "iptc" in work.new and iptc.serialized(iptc.parse(blocks.iptc or b"")) != (work.new["iptc"] or b""):
        raise _not("its IPTC would not be what was planned")
    # Where Exif is a block of its own, its bytes were compared, and the text of a maker note takes a millisecond.
    keys = None if carrier.name == "TIFF" or work.exif else ()
    tags = _tags(after, carrier, keys)
    if before:
        old_tags = _tags(before, carrier, keys)
        check_tags(old_tags, tags, xmp=work.touched, exif=exif_keys(work.exif), blocks=new)
        if "iptc" in work.new:
            _check_iptc(carrier.read(before).iptc, blocks.iptc, work)
    check_values(tags, packet, wanted.edit, wanted.frame)


def _not(what: str) -> WriteRefused:
    return WriteRefused(f"{what}, so the file was left as it is. Write to a sidecar.")


def _check_others(carrier: Carrier, before: bytes, after: bytes, new: Collection[BlockName]) -> None:
    old_parts, new_parts = carrier.others(before, new), carrier.others(after, new)
    for (old_name, old), (new_name, now) in zip(old_parts, new_parts, strict=False):
        if old_name != new_name or not same_part(before, old, after, now):
            raise _not(f"its {old_name} would not be the same")
    if len(old_parts) != len(new_parts):
        raise _not("parts of it would come or go")


def _tags(data: bytes, carrier: Carrier, exif_keys: Collection[str] | None) -> RawTags:
    try:
        return sidecars.read_xmp(data) if carrier.name == "XMP" else read_raw(data, exif_keys=exif_keys)
    except Undecodable as error:
        raise WriteRefused(f"exiv2 cannot read it: {error}") from error


def check_tags(
    before: RawTags,
    after: RawTags,
    *,
    xmp: Collection[str],
    exif: Collection[str] = (),
    blocks: Collection[BlockName] = (),
) -> None:
    """All tags but the meant ones are the same to exiv2. xmp: names of properties that change; exif: keys."""
    for what in ("mime", "width", "height", "comment", "icc_sha256"):
        if getattr(before, what) != getattr(after, what):
            raise _not(f"its {what.partition('_')[0]} would not be the same")
    meant = {key for block in blocks for key in _BLOCK_TAGS[block]} | set(exif)
    _check_same(
        (tag for tag in before.exif if tag.key not in meant), (tag for tag in after.exif if tag.key not in meant)
    )
    if before.xmp_packet.strip() and not before.xmp:
        return  # exiv2 could not read it before, so it has nothing to compare
    prefixes = tuple(f"Xmp.{_EXIV2_PREFIXES[uri]}.{local}" for uri, local in (name.rsplit(" ", 1) for name in xmp))
    _check_same(_plain(before.xmp, prefixes), _plain(after.xmp, prefixes))


def _plain(tags: Iterable[RawTag], meant: tuple[str, ...]) -> list[RawTag]:
    plain = [tag._replace(key=plain_key(tag.key)) for tag in tags]
    return [tag for tag in plain if not tag.key.startswith(meant) or not _is_one_of(tag.key, meant)]


def _is_one_of(key: str, names: tuple[str, ...]) -> bool:
    return any(key == name or key[len(name) : len(name) + 1] in {"/", "["} for name in names if key.startswith(name))


def _check_same(before: Iterable[RawTag], after: Iterable[RawTag]) -> None:
    lost, gained = Counter(before), Counter(after)
    if lost != gained:
        different = next(iter([*(lost - gained), *(gained - lost)]))
        raise _not(f"{different.key} would not be the same")


def exif_keys(changes: TiffChanges | None) -> set[str]:
    """exiv2's keys of the values that change in Exif."""
    if changes is None:
        return set()
    numbers = [(0, tag) for tag in changes.first]
    numbers += [(holder, tag) for holder, inner in changes.deeper.items() for tag in inner]
    return {f"{_EXIF_GROUPS[holder]}.{exif_editing.SHOWN[holder, tag].partition(':')[2]}" for holder, tag in numbers}


def _check_iptc(before: bytes | None, after: bytes | None, work: Rewriting) -> None:
    """Every data set that is not meant has the same text, and what is no text the same bytes."""
    meant = {key for key, label in IPTC_SHOWN.items() if any(change.field == label for change in work.changes)}
    old, new = iptc.parse(before or b""), iptc.parse(after or b"")
    for key in {one.key for one in (*old, *new)} - meant - _IPTC_KEPT_BY_US:
        if key[0] == 2:
            same_now = iptc.texts(old, key) == iptc.texts(new, key)
        else:
            same_now = [one.value for one in old if one.key == key] == [one.value for one in new if one.key == key]
        if not same_now:
            raise _not(f"its IPTC data set {key[0]}:{key[1]:02d} would not be the same")


def check_values(tags: RawTags, packet: Packet, edit: Edit, frame: Frame) -> None:
    """What was meant is what exiv2 reads: every list as it should be, every face in its place, no dropped one left."""
    xmp = XmpTags(tags.xmp)
    for name in (xmp_fields.PEOPLE, xmp_fields.SUBJECT, xmp_fields.TAGS_LIST, xmp_fields.HIERARCHY):
        uri, local = name.rsplit(" ", 1)
        wanted = xmp_fields.texts_of(packet.get(name))
        if xmp.items(f"Xmp.{_EXIV2_PREFIXES[uri]}.{local}") != wanted:
            raise _not(f"{local} would not read back")
    if not edit.name_regions and not edit.drop_regions:
        return
    entries = entries_of(xmp, frame)
    for regions, must_hold in ((entries.mwg, True), (entries.mp, True), (entries.iptc, False)):
        after = resulting_regions(regions, edit)
        if must_hold and any(one.index is None for one in after):
            raise _not("a face region would not read back")
        kept = {one.index: one.region.name for one in after}
        for index, region in enumerate(regions):
            if region is not None and region.name and same(kept.get(index, "")) != same(region.name):
                raise _not(f"a face region would still name {region.name!r}")
