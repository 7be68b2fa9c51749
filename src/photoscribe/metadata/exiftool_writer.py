"""Writing by ExifTool, for the kinds of files that are not rewritten here: HEIF, AVIF, GIF, films and RAW.

ExifTool gets the finished XMP packet and puts it in as it is, so one merging of names and regions serves all files.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from photoscribe.core.edits import Edit, FieldChange, same
from photoscribe.core.errors import PhotoError, Undecodable, WriteRefused
from photoscribe.metadata import parsing, xmp_tree
from photoscribe.metadata.carriers.blocks import Blocks
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.exiv2_access import RawTags, read_raw
from photoscribe.metadata.regions import Frame
from photoscribe.metadata.rewriting import Rewriting, rewriting
from photoscribe.metadata.sidecars import read_xmp
from photoscribe.metadata.verification import check_tags, check_values
from photoscribe.metadata.xmp_fields import offset_text
from photoscribe.metadata.xmp_tree import Packet

# What says of the file itself, is derived from the rest, or is compared as a packet.
_PASSING = ("SourceFile", "System:", "ExifTool:", "Composite:", "XMP", "File:XMP")
# Places in the file, which may move; what stands there is compared by the picture's hash and by its own tags.
_PLACE = re.compile(r"(Offsets?|Start|Position|Pointer)$")
# GIF87a becomes GIF89a, which alone can hold XMP; in HEIF the XMP is an item of the media data.
_MAY_CHANGE = re.compile(r"GIF:GIFVersion|QuickTime:(Copy\d+:)?MediaData(Size)?")
# ExifTool adds what the standard demands of the directories in which it sets something.
_MANDATORY = ("IFD0:", "ExifIFD:", "GPS:", "File:ExifByteOrder")
# What exiv2 shows of places: pointers to directories, and blocks that hold such pointers beside their decoded tags.
_EXIV2_PLACES = re.compile(
    r"(Offsets?|Start|Position|Pointer|\.Offset|ExifTag|GPSTag|InteroperabilityTag|SubIFDs|JPEGInterchangeFormat"
    r"|Photo\.MakerNote|XMLPacket)$"
)

_KEYWORDS, _XP_KEYWORDS = "IPTC:Keywords", "IFD0:XPKeywords"
_DATES = ("ExifIFD:DateTimeOriginal", "ExifIFD:OffsetTimeOriginal", "ExifIFD:SubSecTimeOriginal")
_PLACES = tuple(
    f"GPS:GPS{name}" for name in ("Latitude", "LatitudeRef", "Longitude", "LongitudeRef", "Altitude", "AltitudeRef")
)
_NEAR_ENOUGH = 1e-7


@dataclass(frozen=True, slots=True)
class ExifToolWork:
    """packet: what is to change in XMP. arguments: for the other blocks, and the changes that they make."""

    packet: Rewriting
    arguments: tuple[str, ...]
    other_changes: tuple[FieldChange, ...]

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        return (*self.packet.changes, *self.other_changes)


def work_for(exiftool: ExifTool, path: Path, edit: Edit, frame: Frame, *, has_exif: bool) -> ExifToolWork:
    """Raises WriteRefused where the XMP cannot be joined, PhotoError and Unavailable as ExifTool.run does."""
    reply = exiftool.run("-b", "-XMP", path=path)
    blocks = Blocks(xmp=reply.stdout or None, takes=frozenset({"xmp"}))
    found = exiftool.read_json(
        path, "-G1", "-n", *(f"-{name}" for name in (_KEYWORDS, _XP_KEYWORDS, *_DATES, *_PLACES))
    )
    keywords = _texts(found.get(_KEYWORDS, []))
    packet = rewriting(blocks, edit, frame, iptc_keywords=keywords)
    arguments: list[str] = []
    changes: list[FieldChange] = []
    gone = {same(word) for word in packet.keywords.drop}
    for name, words, joint in (
        (_KEYWORDS, keywords, ""),
        (_XP_KEYWORDS, tuple(filter(None, str(found.get(_XP_KEYWORDS, "")).split(";"))), ";"),
    ):
        kept = tuple(word for word in words if same(word.strip()) not in gone)
        if kept != words:
            changes.append(FieldChange(name, words, kept))
            arguments += [f"-{name}={joint.join(kept)}"] if joint else [f"-{name}-={w}" for w in words if w not in kept]
    for name, wanted in (_exif_values(edit) if has_exif else {}).items():
        now = _texts(found.get(name, []))
        after = (wanted,) if wanted else ()
        if now != after and not (now and _is_near(now[0], wanted)):
            changes.append(FieldChange(name, now, after))
            arguments.append(f"-{name}={wanted}")
    return ExifToolWork(packet, tuple(arguments), tuple(changes))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in (value if isinstance(value, list) else [value]))


def _is_near(a: str, b: str) -> bool:
    first, second = parsing.number(a), parsing.number(b)
    return first is not None and second is not None and abs(first - second) <= _NEAR_ENOUGH


def _exif_values(edit: Edit) -> dict[str, str]:
    wanted: dict[str, str] = {}
    if edit.taken is not None:
        local, offset = edit.taken.local, edit.taken.offset_minutes
        texts = (
            local.strftime("%Y:%m:%d %H:%M:%S"),
            "" if offset is None else offset_text(offset),
            f"{local.microsecond:06d}".rstrip("0"),
        )
        wanted |= dict(zip(_DATES, texts, strict=True))
    if edit.position is not None:
        here = edit.position
        height = here.altitude_m
        places = (
            f"{abs(here.latitude):.9f}",
            "S" if here.latitude < 0 else "N",
            f"{abs(here.longitude):.9f}",
            "W" if here.longitude < 0 else "E",
            "" if height is None else f"{abs(height):.2f}",
            "" if height is None else "1" if height < 0 else "0",
        )
        wanted |= dict(zip(_PLACES, places, strict=True))
    cleared = {"rating": (), "taken": _DATES, "position": _PLACES}
    return wanted | {name: "" for field in edit.clear for name in cleared[field]}


def write(exiftool: ExifTool, path: Path, work: ExifToolWork) -> None:
    """Changes a file in its place: a copy that nobody needs. Raises WriteRefused when ExifTool does."""
    with tempfile.NamedTemporaryFile(suffix=".xmp") as packet:
        options = ["-overwrite_original", "-n", "-q", "-q", "-charset", "UTF8", *work.arguments]
        if "xmp" in work.packet.new:
            packet.write(work.packet.new["xmp"] or b"")
            packet.flush()
            options.append("-XMP=" if work.packet.new["xmp"] is None else f"-XMP<={packet.name}")
        try:
            reply = exiftool.run(*options, path=path)
        except PhotoError as error:
            raise WriteRefused(str(error)) from error
    problems = [line for line in reply.errors if not line.startswith("Warning: [minor]")]
    if reply.status or problems:
        fact = problems[0] if problems else "it gave no reason"
        raise WriteRefused(f"ExifTool does not write it ({fact}). Write to a sidecar.")


def verify(
    exiftool: ExifTool,
    before: Path,
    after: Path,
    work: ExifToolWork,
    *,
    edit: Edit,
    frame: Frame,
) -> None:
    """Raises WriteRefused, naming the first thing but the picture that is not as it must be."""
    written = exiftool.run("-b", "-XMP", path=after).stdout
    packet = xmp_tree.parse(written) if written else Packet()
    if packet.properties != (work.packet.packet or Packet()).properties:
        raise WriteRefused("its XMP would not be what was planned, so it was left as it is. Write to a sidecar.")
    _check_dumps(_dump(exiftool, before), _dump(exiftool, after), work.other_changes)
    old, new = _exiv2_tags(before), _exiv2_tags(after)
    if old is not None and not work.arguments:
        if new is None:
            raise WriteRefused("exiv2 could no longer read it, so it was left as it is. Write to a sidecar.")
        check_tags(old, new, xmp=work.packet.touched)
    check_values(read_xmp(written) if written else RawTags("", 0, 0, (), (), ()), packet, edit, frame)


def _dump(exiftool: ExifTool, path: Path) -> dict[str, Any]:
    """All that ExifTool reads, maker notes and unknown tags too, but what the file system says and XMP."""
    found = exiftool.read_json(path, "-G1:4", "-a", "-u", "-n")
    return {
        key: value for key, value in found.items() if not key.startswith(_PASSING) and not _MAY_CHANGE.fullmatch(key)
    }


def _check_dumps(before: Mapping[str, Any], after: Mapping[str, Any], meant: Sequence[FieldChange]) -> None:
    fields = {change.field for change in meant}
    for key in dict.fromkeys([*before, *after]):
        plain = _plain(key)
        if plain in fields or (key in before and key in after and _PLACE.search(key)):
            continue
        if fields and key not in before and plain.startswith(_MANDATORY):
            continue
        if before.get(key) != after.get(key):
            raise WriteRefused(f"{key} would not be the same, so the file was left as it is. Write to a sidecar.")
    now = {_plain(key): value for key, value in after.items()}
    for change in meant:
        if _texts(now.get(change.field, [])) != change.after and not _are_near(now.get(change.field), change.after):
            raise WriteRefused(
                f"{change.field} would not read back, so the file was left as it is. Write to a sidecar."
            )


def _plain(key: str) -> str:
    return re.sub(r":Copy\d+:", ":", key)


def _are_near(value: Any, wanted: Sequence[str]) -> bool:
    return len(wanted) == 1 and value is not None and _is_near(str(value), wanted[0])


def _exiv2_tags(path: Path) -> RawTags | None:
    try:
        tags = read_raw(path.read_bytes())
    except Undecodable:
        return None
    return replace(tags, exif=tuple(tag for tag in tags.exif if not _EXIV2_PLACES.search(tag.key)))
