"""What an XMP packet says of a photo, from the tags that exiv2 reads in it."""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from photoscribe.core.facts import Camera, Fact, PersonNamed, Place, Position, Rating, Tagging, TagPath, Text
from photoscribe.core.precedence import merged_tags
from photoscribe.metadata import parsing
from photoscribe.metadata.dates import CREATED, DIGITIZED, ORIGINAL_XMP, Dated
from photoscribe.metadata.exiv2_access import RawTag, plain_key
from photoscribe.metadata.slogans import is_slogan

GROUPS = frozenset((
    "dc", "xmp", "exif", "exifEX", "tiff", "aux", "photoshop", "iptc", "iptcExt", "lr", "digiKam", "MicrosoftPhoto",
    "MP", "mwg-rs", "mediapro", "acdsee", "xmpNote",
))  # fmt: skip
"""The groups, as exiv2 names them, that are read here and for regions."""


class XmpTags:
    """The tags of one packet by their plain keys, such as "Xmp.mwg-rs.Regions/RegionList[1]/Name"."""

    def __init__(self, tags: Iterable[RawTag]) -> None:
        self._tags = {plain_key(tag.key): tag for tag in tags}

    def __bool__(self) -> bool:
        return bool(self._tags)

    def __contains__(self, key: str) -> bool:
        return key in self._tags

    def text(self, *keys: str) -> str:
        """The first of the properties that has text: as it stands, or in its default language."""
        return next(filter(None, (self._text(key) for key in keys)), "")

    def _text(self, key: str) -> str:
        tag = self._tags.get(key)
        if tag is None or tag.text.startswith('type="'):
            return ""
        if tag.items:
            return next(filter(None, map(parsing.clean, tag.items)), "")
        return "" if tag.type == "LangAlt" else parsing.clean(tag.text)

    def items(self, key: str) -> tuple[str, ...]:
        """The values of an array; a simple value counts as an array of one."""
        tag = self._tags.get(key)
        if tag is None or tag.text.startswith('type="'):
            return ()
        if tag.type in {"XmpBag", "XmpSeq", "XmpAlt", "LangAlt"}:
            return tag.items
        return (tag.text,) if tag.text else ()

    def elements(self, key: str) -> Iterator[str]:
        """The keys of the structures in an array: key[1], key[2] ..."""
        place = 1
        while (element := f"{key}[{place}]") in self._tags:
            yield element
            place += 1


def facts_of(xmp: XmpTags, problems: list[str]) -> list[Fact]:
    """All but dates and regions."""
    found: list[Fact] = []
    title, caption = xmp.text("Xmp.dc.title"), _caption(xmp)
    if title:
        found.append(Text("title", title))
    if caption:
        found.append(Text("caption", caption))
    stars = rating_of(xmp.text("Xmp.xmp.Rating", "Xmp.acdsee.rating"), xmp.text("Xmp.MicrosoftPhoto.Rating"), problems)
    if stars is not None:
        found.append(stars)
    camera = Camera(
        xmp.text("Xmp.tiff.Make"),
        xmp.text("Xmp.tiff.Model"),
        xmp.text("Xmp.exifEX.LensModel", "Xmp.aux.Lens"),
    )
    where = _position(xmp, problems)
    if where is not None:
        found.append(where)
    place = _place(xmp)
    found += [fact for fact in (camera, place) if fact not in (Camera(), Place())]
    found += [Tagging(tag) for tag in tags_of(xmp)]
    found += [PersonNamed(name) for name in _people(xmp)]
    return found


def _caption(xmp: XmpTags) -> str:
    make = xmp.text("Xmp.tiff.Make")
    for key in ("Xmp.dc.description", "Xmp.tiff.ImageDescription", "Xmp.exif.UserComment"):
        text = xmp.text(key)
        if text and not is_slogan(text, make):
            return text
    return ""


def _position(xmp: XmpTags, problems: list[str]) -> Position | None:
    degrees = []
    for name, negative in (("Latitude", "S"), ("Longitude", "W")):
        text = xmp.text(f"Xmp.exif.GPS{name}")
        value = parsing.xmp_degrees(text)
        if text and value is None:
            problems.append(f"The GPS {name.lower()} {text[:60]!r} cannot be understood, so it is not used.")
        # Some write a bare number and, as in EXIF, its half of the world apart.
        turned = value is not None and value > 0 and text[-1:].isdigit()
        reference = xmp.text(f"Xmp.exif.GPS{name}Ref").upper()
        degrees.append(-value if value is not None and turned and reference[:1] == negative else value)
    altitude = parsing.number(xmp.text("Xmp.exif.GPSAltitude"))
    if altitude is not None and xmp.text("Xmp.exif.GPSAltitudeRef") == "1":
        altitude = -altitude
    return parsing.position(degrees[0], degrees[1], altitude, problems)


def _place(xmp: XmpTags) -> Place:
    created = next(xmp.elements("Xmp.iptcExt.LocationCreated"), "Xmp.iptcExt.LocationCreated")
    return Place(
        location=xmp.text("Xmp.iptc.Location", f"{created}/Sublocation"),
        city=xmp.text("Xmp.photoshop.City", f"{created}/City"),
        state=xmp.text("Xmp.photoshop.State", f"{created}/ProvinceState"),
        country=xmp.text("Xmp.photoshop.Country", f"{created}/CountryName"),
    )


def _people(xmp: XmpTags) -> list[str]:
    names = [*xmp.items("Xmp.iptcExt.PersonInImage"), *xmp.items("Xmp.mediapro.People")]
    names += [xmp.text(f"{one}/PersonName") for one in xmp.elements("Xmp.iptcExt.PersonInImageWDetails")]
    return list(dict.fromkeys(filter(None, map(parsing.clean_name, names))))


def rating_of(stars: str, percent: str, problems: list[str]) -> Rating | None:
    """Stars as they are, else those that Windows means by a percentage (1, 25, 50, 75, 99)."""
    if stars:
        value = parsing.number(stars)
        if value is not None and -1 <= value <= 5:
            return Rating(round(value))
        problems.append(f"The rating {stars[:40]!r} is none of -1 to 5, so it is not used.")
    value = parsing.number(percent) if percent else None
    if value is None or not 0 <= value <= 100:
        return None
    return Rating(0 if value == 0 else 1 + sum(value > limit for limit in (12, 37, 62, 87)))


def dates_of(xmp: XmpTags, now: datetime, problems: list[str]) -> list[Dated]:
    original = ("Xmp.exif.DateTimeOriginal", "Xmp.photoshop.DateCreated")
    found = []
    for keys, offset, strength in (
        (original, "Xmp.exifEX.OffsetTimeOriginal", ORIGINAL_XMP),
        (("Xmp.exif.DateTimeDigitized",), "Xmp.exifEX.OffsetTimeDigitized", DIGITIZED),
        (("Xmp.xmp.CreateDate",), "", CREATED),
    ):
        for key in keys:
            taken = parsing.taken(xmp.text(key), now, problems, offset=xmp.text(offset))
            if taken is not None:
                found.append(Dated(strength, taken))
    return found


def tags_of(xmp: XmpTags) -> tuple[TagPath, ...]:
    """All keywords of all schemes, paths first, each once."""
    found: list[TagPath] = []
    for key, separator in (
        ("Xmp.digiKam.TagsList", "/"),
        ("Xmp.lr.hierarchicalSubject", "|"),
        ("Xmp.MicrosoftPhoto.LastKeywordXMP", "/"),
        ("Xmp.mediapro.CatalogSets", "|"),
    ):
        found += [tag_path(item.split(separator)) for item in xmp.items(key)]
    found += acdsee_paths(xmp.text("Xmp.acdsee.categories"))
    found += [tag_path([item]) for item in xmp.items("Xmp.dc.subject")]
    # digiKam keeps its labels and the like as tags under names of this form.
    return merged_tags(tag for tag in found if tag and not tag[0].startswith("_Digikam"))


def tag_path(parts: Iterable[str]) -> TagPath:
    return tuple(filter(None, map(parsing.clean_name, parts)))


_CATEGORY = re.compile(r"<Category\b([^>]*?)(/?)>|</Category\s*>|<[^>]*>|([^<]+)")


def acdsee_paths(text: str) -> list[TagPath]:
    """Paths of ACDSee's categories, XML in a text: <Category Assigned="1">A<Category ...>B</Category></Category>.

    Read by its tags alone, never by an XML parser: it comes from files that anyone may have made.
    """
    found: list[TagPath] = []
    stack: list[tuple[str, bool]] = []
    for match in _CATEGORY.finditer(text):
        if match[3] is not None:
            if stack and not stack[-1][0]:
                name, assigned = parsing.clean_name(html.unescape(match[3])), stack[-1][1]
                stack[-1] = (name, assigned)
                path = tuple(part for part, _ in stack if part)
                if name and assigned:
                    found.append(path)
        elif match[1] is not None and not match[2]:
            stack.append(("", 'Assigned="1"' in match[1].replace("'", '"')))
        elif match[0].startswith("</Category") and stack:
            stack.pop()
    return found
