"""What the IPTC-IIM records of a file say of a photo. Source: IPTC-NAA Information Interchange Model 4.2."""

from collections.abc import Collection, Iterable
from datetime import datetime

from photoscribe.core.facts import Fact, Place, Tagging, TagPath, Text
from photoscribe.core.precedence import merged_tags
from photoscribe.metadata import parsing
from photoscribe.metadata.dates import IPTC, Dated
from photoscribe.metadata.exiv2_access import RawTag, bytes_of
from photoscribe.metadata.slogans import is_slogan

_LATIN_1 = "\x1b.A"  # ISO 2022 for "ISO 8859-1 as the upper half"
_KEYWORD_LIMIT = 64  # bytes


class IptcTags:
    """The datasets by name ("Keywords"), as text.

    The character set is UTF-8 where the bytes are, whether 1:90 declares it or not; else Latin-1.
    """

    def __init__(self, tags: Iterable[RawTag]) -> None:
        self._values: dict[str, list[str]] = {}
        tags = tuple(tags)
        is_latin = any(tag.key == "Iptc.Envelope.CharacterSet" and tag.text == _LATIN_1 for tag in tags)
        for tag in tags:
            text = tag.text
            if is_latin and not text.isascii():
                text = bytes_of(tag).decode("latin-1")
            self._values.setdefault(tag.key.rpartition(".")[2], []).append(text)

    def __bool__(self) -> bool:
        return bool(self._values)

    def text(self, name: str) -> str:
        return parsing.clean(self._values.get(name, [""])[0])

    def items(self, name: str) -> list[str]:
        return self._values.get(name, [])


def facts_of(iptc: IptcTags, longer_tags: Collection[TagPath]) -> list[Fact]:
    """All but the date. longer_tags: those of the XMP beside it, whose cut versions are not told again."""
    found: list[Fact] = []
    title = iptc.text("ObjectName") or iptc.text("Headline")
    caption = iptc.text("Caption")
    if title:
        found.append(Text("title", title))
    if caption and not is_slogan(caption):
        found.append(Text("caption", caption))
    place = Place(
        location=iptc.text("SubLocation"),
        city=iptc.text("City"),
        state=iptc.text("ProvinceState"),
        country=iptc.text("CountryName"),
    )
    if place != Place():
        found.append(place)
    keywords = [parsing.clean_name(item) for item in iptc.items("Keywords")]
    flat = merged_tags((keyword,) for keyword in keywords if keyword)
    found += [Tagging(tag) for tag in flat if not _is_cut(tag[0], longer_tags)]
    return found


def _is_cut(keyword: str, longer_tags: Collection[TagPath]) -> bool:
    """Whether it is a longer keyword that did not fit: IPTC ends them at 64 bytes, or a character earlier."""
    if len(keyword.encode()) < _KEYWORD_LIMIT - 4:
        return False
    return any(tag[-1].startswith(keyword) and tag[-1] != keyword for tag in longer_tags)


def dates_of(iptc: IptcTags, now: datetime, problems: list[str]) -> list[Dated]:
    day, time = iptc.text("DateCreated"), iptc.text("TimeCreated")
    if not day:
        return []
    if time.endswith(("+00:00", "-00:00")):
        # The field demands an offset, and writers that know none write zero.
        time = time[:-6]
    taken = parsing.taken(f"{day} {time}".strip(), now, problems)
    return [Dated(IPTC, taken)] if taken else []
