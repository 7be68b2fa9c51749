"""The tags of a picture's file, by whichever reader can: exiv2, exiv2 on the parts of the file, ExifTool."""

import contextlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from photoscribe.core.errors import PhotoError, Unavailable, Undecodable
from photoscribe.metadata import exif_facts, exiftool_reading, exiv2_access, heif, sidecars, xmp_facts
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.exiv2_access import RawTag, RawTags
from photoscribe.metadata.jpeg_segments import extended_packet, metadata_alone

NOTHING = RawTags("", 0, 0, (), (), ())


def read(path: Path, data: bytes, exiftool: ExifTool | None, problems: list[str]) -> RawTags:
    """The tags that are used here, nothing where no reader finds any; problems tells what could not be read."""
    try:
        tags = _by_exiv2(data)
    except Undecodable as error:
        return _otherwise(path, data, exiftool, error, problems)
    if heif.is_heif(data) and not _holds_any(tags):
        return _of_heif(data)
    if tags.xmp_packet.strip() and not tags.xmp:
        problems.append("Its XMP cannot be parsed, so it is not used.")
    return replace(tags, xmp=tags.xmp + _more_xmp(tags, data, problems))


def sentence(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]


def _by_exiv2(data: bytes) -> RawTags:
    return exiv2_access.read_raw(data, exif_keys=exif_facts.KEYS, xmp_groups=xmp_facts.GROUPS)


def _holds_any(tags: RawTags) -> bool:
    return bool(tags.exif or tags.xmp or tags.iptc)


def _otherwise(path: Path, data: bytes, exiftool: ExifTool | None, error: Undecodable, problems: list[str]) -> RawTags:
    """Where exiv2 cannot read the whole file."""
    tags = _of_heif(data) if heif.is_heif(data) else _of_jpeg(data)
    if _holds_any(tags):
        problems.append(f"Some of its metadata may be missing: {error}")
        return tags
    if exiftool is None or not exiftool.available():
        problems.append(sentence(error))
        return NOTHING
    try:
        tags = exiftool_reading.read_image(exiftool, path)
    except (PhotoError, Unavailable) as failure:
        problems.append(sentence(failure))
        return NOTHING
    if not _holds_any(tags) and exiv2_access.is_known(data):
        problems.append(sentence(error))
    return tags


def _of_jpeg(data: bytes) -> RawTags:
    """What the parts of a JPEG hold that exiv2 rejects as a whole, for a broken colour profile or EXIF block."""
    if data[:2] != b"\xff\xd8":
        return NOTHING
    together, apart = metadata_alone(data)
    found = _joined([together])
    return found if _holds_any(found) else _joined(apart)


def _joined(parts: Iterable[bytes]) -> RawTags:
    found = NOTHING
    for part in parts:
        with contextlib.suppress(Undecodable):
            tags = _by_exiv2(part)
            found = replace(tags, exif=found.exif + tags.exif, iptc=found.iptc + tags.iptc, xmp=found.xmp + tags.xmp)
    return found


def _of_heif(data: bytes) -> RawTags:
    """EXIF and XMP that exiv2 does not find, but can read when they are found."""
    block, packet = heif.metadata_items(data)
    found = NOTHING
    with contextlib.suppress(Undecodable):
        found = replace(found, exif=_by_exiv2(block).exif)
    with contextlib.suppress(Undecodable):
        found = replace(found, xmp=sidecars.read_xmp(packet, xmp_groups=xmp_facts.GROUPS).xmp)
    return found


def _more_xmp(tags: RawTags, data: bytes, problems: list[str]) -> tuple[RawTag, ...]:
    """XMP where exiv2 does not look: the second part of a JPEG's, and that of a GIF."""
    guid = next((tag.text for tag in tags.xmp if tag.key == "Xmp.xmpNote.HasExtendedXMP"), "")
    if guid:
        packet = extended_packet(data, guid)
    elif tags.mime == "image/gif":
        packet = _gif_packet(data)
        if not packet:
            return ()
    else:
        return ()
    try:
        return sidecars.read_xmp(packet, xmp_groups=xmp_facts.GROUPS).xmp
    except Undecodable:
        which = "The second part of its XMP" if guid else "Its XMP"
        problems.append(f"{which} is missing or cannot be parsed, so it is not used.")
        return ()


def _gif_packet(data: bytes) -> bytes:
    """The packet stands as it is in an application extension, before a trailer. Source: XMP part 3, 1.1.2."""
    return data.partition(b"\x21\xff\x0bXMP DataXMP")[2].partition(b"\x01\xff\xfe")[0]
