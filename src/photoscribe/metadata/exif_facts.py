"""What the EXIF block of a file says of a photo. Source: CIPA DC-008-2019 (Exif 2.32)."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from photoscribe.core.facts import Camera, Exposure, Fact, Position, Tagging, Text
from photoscribe.core.geometry import Orientation
from photoscribe.core.precedence import merged_tags
from photoscribe.metadata import parsing
from photoscribe.metadata.dates import DIGITIZED, ORIGINAL_EXIF, Dated
from photoscribe.metadata.exiv2_access import RawTag, bytes_of
from photoscribe.metadata.slogans import is_machine_text
from photoscribe.metadata.xmp_facts import rating_of, tag_path

_GPS = "Exif.GPSInfo.GPS"
_IMAGE = "Exif.Image."
_PHOTO = "Exif.Photo."
LENSES = (f"{_PHOTO}LensModel", "Exif.Canon.LensModel", "Exif.OlympusEq.LensModel")

KEYS = frozenset(
    [_IMAGE + name for name in (
        "Make", "Model", "Orientation", "ImageDescription", "Rating", "RatingPercent", "DateTimeOriginal",
        "XPTitle", "XPComment", "XPKeywords", "XPSubject",
    )]
    + [_PHOTO + name for name in (
        "DateTimeOriginal", "DateTimeDigitized", "SubSecTimeOriginal", "SubSecTimeDigitized",
        "OffsetTimeOriginal", "OffsetTimeDigitized", "OffsetTime", "UserComment",
        "FNumber", "ExposureTime", "ISOSpeedRatings", "FocalLength",
    )]
    + [_GPS + name for name in (
        "LatitudeRef", "Latitude", "LongitudeRef", "Longitude", "AltitudeRef", "Altitude",
    )]
    + list(LENSES)
)  # fmt: skip
"""The tags that are read here: to ask exiv2 for no others is twice as fast."""

_CHARSET = re.compile(r'charset="?(\w+)"? ?')

ExifTags = Mapping[str, RawTag]


def by_key(tags: Iterable[RawTag]) -> ExifTags:
    """The first of each key: a second image of the file repeats them."""
    found: dict[str, RawTag] = {}
    for tag in tags:
        found.setdefault(tag.key, tag)
    return found


def text(exif: ExifTags, *keys: str) -> str:
    for key in keys:
        tag = exif.get(key)
        if tag is not None and (found := parsing.clean(tag.text)):
            return found
    return ""


def orientation(exif: ExifTags) -> Orientation:
    """As the tag says; upright where it says nothing or nonsense (some cameras write 0)."""
    value = text(exif, f"{_IMAGE}Orientation")
    return Orientation(int(value)) if value in {"1", "2", "3", "4", "5", "6", "7", "8"} else Orientation.TOP_LEFT


def facts_of(exif: ExifTags, problems: list[str]) -> list[Fact]:
    """All but dates."""
    found: list[Fact] = []
    camera = Camera(text(exif, f"{_IMAGE}Make"), text(exif, f"{_IMAGE}Model"), text(exif, *LENSES))
    if camera != Camera():
        found.append(camera)
    taken_with = exposure(exif)
    if taken_with != Exposure():
        found.append(taken_with)
    place = position(exif, problems)
    if place is not None:
        found.append(place)
    title = _wide(exif, "XPTitle") or _wide(exif, "XPSubject")
    if title:
        found.append(Text("title", title))
    for caption in (text(exif, f"{_IMAGE}ImageDescription"), _comment(exif), _wide(exif, "XPComment")):
        if caption and not is_machine_text(caption, camera.make):
            found.append(Text("caption", caption))
            break
    stars = rating_of(text(exif, f"{_IMAGE}Rating"), text(exif, f"{_IMAGE}RatingPercent"), problems)
    if stars is not None:
        found.append(stars)
    keywords = [tag_path([keyword]) for keyword in _wide(exif, "XPKeywords").split(";")]
    found += [Tagging(tag) for tag in merged_tags(tag for tag in keywords if tag)]
    return found


def dates_of(exif: ExifTags, now: datetime, problems: list[str]) -> list[Dated]:
    found = []
    for keys, name, strength in (
        ((f"{_PHOTO}DateTimeOriginal", f"{_IMAGE}DateTimeOriginal"), "Original", ORIGINAL_EXIF),
        ((f"{_PHOTO}DateTimeDigitized",), "Digitized", DIGITIZED),
    ):
        taken = parsing.taken(
            text(exif, *keys),
            now,
            problems,
            offset=text(exif, f"{_PHOTO}OffsetTime{name}", f"{_PHOTO}OffsetTime"),
            subsecond=text(exif, f"{_PHOTO}SubSecTime{name}"),
        )
        if taken is not None:
            found.append(Dated(strength, taken))
    return found


def position(exif: ExifTags, problems: list[str]) -> Position | None:
    """From the GPS directory; never without its N, S, E and W, which decide on the half of the world."""
    degrees = []
    for name, positive, negative in (("Latitude", "N", "S"), ("Longitude", "E", "W")):
        value, reference = text(exif, _GPS + name), text(exif, f"{_GPS}{name}Ref").upper()
        if not value:
            return None
        angle = parsing.exif_degrees(value, reference, negative) if reference[:1] in (positive, negative) else None
        if reference[:1] not in (positive, negative) or angle is None:
            problems.append(
                f"The GPS {name.lower()} {value[:60]!r} {reference[:8]!r} is incomplete, so it is not used."
            )
            return None
        degrees.append(angle)
    altitude = parsing.number(text(exif, f"{_GPS}Altitude"))
    if altitude is not None and text(exif, f"{_GPS}AltitudeRef") in {"1", "3", "49"}:  # 49: written as the digit "1"
        altitude = -altitude
    return parsing.position(degrees[0], degrees[1], altitude, problems)


def exposure(exif: ExifTags) -> Exposure:
    """Cameras write 0 or an endless value for what they do not know: the aperture of a lens without contacts."""

    def above_0(name: str) -> float | None:
        value = parsing.number(text(exif, _PHOTO + name).split(" ")[0])
        return value if value is not None and value > 0 else None

    iso = above_0("ISOSpeedRatings")
    return Exposure(
        above_0("FNumber"), above_0("ExposureTime"), round(iso) or None if iso else None, above_0("FocalLength")
    )


def _comment(exif: ExifTags) -> str:
    """UserComment without the name of its character code: exiv2 has applied that, but not JIS and not to bytes."""
    tag = exif.get(f"{_PHOTO}UserComment")
    if tag is None:
        return ""
    if tag.type == "Byte":  # a wrong type, but common
        return parsing.clean(_coded(bytes_of(tag)))
    match = _CHARSET.match(tag.text)
    body = tag.text[match.end() :] if match else tag.text
    if match and match[1] == "Jis":
        body = body.encode("utf-8", "surrogateescape").decode("iso2022_jp", "ignore")
    elif match and match[1] == "Unicode":
        body = _coded(b"UNICODE\0" + body.encode("utf-16-le", "surrogatepass"))
    return parsing.clean(body)


def _coded(data: bytes) -> str:
    code, body = data[:8].rstrip(b"\0 "), data[8:]
    if code == b"UNICODE":
        # The order of bytes is that of the block, which exiv2 assumes, or not: the zeros of Latin letters tell.
        return body.decode("utf-16-le" if body[1::2].count(0) >= body[::2].count(0) else "utf-16-be", "ignore")
    if code == b"JIS":
        return body.decode("iso2022_jp", "ignore")
    return parsing.decoded(body if code in {b"ASCII", b""} else data)


def _wide(exif: ExifTags, name: str) -> str:
    """Text of Windows, in UTF-16."""
    tag = exif.get(_IMAGE + name)
    return parsing.clean(bytes_of(tag).decode("utf-16-le", "ignore")) if tag is not None else ""
