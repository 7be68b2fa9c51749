"""What ExifTool reads of a file that exiv2 cannot, in the terms of exiv2, and what it reads of films."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from photoscribe.core.errors import Undecodable
from photoscribe.core.facts import Camera, Fact, Text
from photoscribe.metadata import parsing, sidecars
from photoscribe.metadata.dates import CREATED, ORIGINAL_EXIF, Dated
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.exiv2_access import RawTag, RawTags

_EXIF = {
    "IFD0:Make": "Image.Make",
    "IFD0:Model": "Image.Model",
    "IFD0:Orientation": "Image.Orientation",
    "IFD0:ImageDescription": "Image.ImageDescription",
    "IFD0:Rating": "Image.Rating",
    "IFD0:DateTimeOriginal": "Image.DateTimeOriginal",
    "ExifIFD:DateTimeOriginal": "Photo.DateTimeOriginal",
    "ExifIFD:CreateDate": "Photo.DateTimeDigitized",
    "ExifIFD:SubSecTimeOriginal": "Photo.SubSecTimeOriginal",
    "ExifIFD:SubSecTimeDigitized": "Photo.SubSecTimeDigitized",
    "ExifIFD:OffsetTime": "Photo.OffsetTime",
    "ExifIFD:OffsetTimeOriginal": "Photo.OffsetTimeOriginal",
    "ExifIFD:OffsetTimeDigitized": "Photo.OffsetTimeDigitized",
    "ExifIFD:LensModel": "Photo.LensModel",
    "ExifIFD:UserComment": "Photo.UserComment",
    "GPS:GPSLatitude": "GPSInfo.GPSLatitude",
    "GPS:GPSLatitudeRef": "GPSInfo.GPSLatitudeRef",
    "GPS:GPSLongitude": "GPSInfo.GPSLongitude",
    "GPS:GPSLongitudeRef": "GPSInfo.GPSLongitudeRef",
    "GPS:GPSAltitude": "GPSInfo.GPSAltitude",
    "GPS:GPSAltitudeRef": "GPSInfo.GPSAltitudeRef",
}
_IPTC = {
    "IPTC:Keywords": "Keywords",
    "IPTC:ObjectName": "ObjectName",
    "IPTC:Headline": "Headline",
    "IPTC:Caption-Abstract": "Caption",
    "IPTC:Sub-location": "SubLocation",
    "IPTC:City": "City",
    "IPTC:Province-State": "ProvinceState",
    "IPTC:Country-PrimaryLocationName": "CountryName",
    "IPTC:DateCreated": "DateCreated",
    "IPTC:TimeCreated": "TimeCreated",
}
_APPLE_DATES = ("Keys:CreationDate", "ItemList:ContentCreateDate", "UserData:DateTimeOriginal", "RIFF:DateTimeOriginal")
_FILM = (
    *_APPLE_DATES, "QuickTime:CreateDate", "Matroska:DateTimeOriginal", "Keys:Make", "Keys:Model", "UserData:Make",
    "UserData:Model", "Keys:Title", "ItemList:Title", "Keys:Description", "ItemList:Description", "ItemList:Comment",
)  # fmt: skip
_PLACES = tuple(f"Composite:GPS{name}" for name in ("Latitude", "Longitude", "Altitude"))
_OPTIONS = ("-n", "-b", "-G1", "-api", "LargeFileSupport=1")
_COMMON = ("-XMP:XMP", "-File:MIMEType", "-ImageWidth", "-ImageHeight")


def read_image(exiftool: ExifTool, path: Path) -> RawTags:
    """As exiv2 would. Raises PhotoError when ExifTool cannot read the file either, Unavailable when it is not there."""
    wanted = [f"-{name}" for name in (*_EXIF, *_IPTC)]
    found = exiftool.read_json(path, *_OPTIONS, *_COMMON, *wanted)
    exif = tuple(RawTag(f"Exif.{key}", "Ascii", _text(found, name)) for name, key in _EXIF.items() if name in found)
    iptc = tuple(
        RawTag(f"Iptc.Application2.{key}", "String", text)
        for name, key in _IPTC.items()
        if name in found
        for text in _texts(found[name])
    )
    return replace(_packet(found), exif=exif, iptc=iptc)


def read_film(
    exiftool: ExifTool, path: Path, now: datetime, problems: list[str]
) -> tuple[RawTags, list[Fact], list[Dated]]:
    """The XMP of a film, and the facts and dates of its container. Raises as read_image does."""
    wanted = [f"-{name}" for name in (*_FILM, *_PLACES)]
    found = exiftool.read_json(path, *_OPTIONS, *_COMMON, *wanted)
    return _packet(found), _film_facts(found, problems), _film_dates(found, now, problems)


def _packet(found: Mapping[str, Any]) -> RawTags:
    width, height = (_whole(found, ("ImageWidth", "ImageHeight")[place]) for place in (0, 1))
    empty = RawTags(_text(found, "File:MIMEType"), width, height, (), (), ())
    packet = next((_text(found, name) for name in found if name.startswith("XMP") and name.endswith(":XMP")), "")
    if not packet:
        return empty
    try:
        return replace(empty, xmp=sidecars.read_xmp(packet.encode()).xmp, xmp_packet=packet)
    except Undecodable:
        return replace(empty, xmp_packet=packet)


def _film_facts(found: Mapping[str, Any], problems: list[str]) -> list[Fact]:
    facts: list[Fact] = []
    camera = Camera(_text(found, "Keys:Make", "UserData:Make"), _text(found, "Keys:Model", "UserData:Model"))
    if camera != Camera():
        facts.append(camera)
    degrees = [parsing.number(_text(found, name)) for name in _PLACES]
    place = parsing.position(degrees[0], degrees[1], degrees[2], problems)
    if place is not None:
        facts.append(place)
    title = _text(found, "Keys:Title", "ItemList:Title")
    caption = _text(found, "Keys:Description", "ItemList:Description", "ItemList:Comment")
    facts += [Text("title", title)] if title else []
    return facts + ([Text("caption", caption)] if caption else [])


def _film_dates(found: Mapping[str, Any], now: datetime, problems: list[str]) -> list[Dated]:
    dates = []
    for name in (*_APPLE_DATES, "Matroska:DateTimeOriginal", "QuickTime:CreateDate"):
        local = name in _APPLE_DATES
        taken = parsing.taken(_text(found, name), now, problems, offset="" if local else "Z")
        if taken is not None:
            dates.append(Dated(ORIGINAL_EXIF if local else CREATED, taken))
    return dates


def _text(found: Mapping[str, Any], *names: str) -> str:
    return next(filter(None, (_texts(found[name])[0] for name in names if name in found)), "")


def _texts(value: Any) -> list[str]:
    """A value, or each of a list, as text: the keyword "true" comes as JSON's truth."""
    values = value if isinstance(value, list) else [value]
    return [parsing.clean(str(one).lower() if isinstance(one, bool) else str(one)) for one in values] or [""]


def _whole(found: Mapping[str, Any], ending: str) -> int:
    value = next((_text(found, name) for name in found if name.partition(":")[2] == ending), "")
    return int(value) if value.isdecimal() else 0
