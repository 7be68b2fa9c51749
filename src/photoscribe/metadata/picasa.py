"""What Picasa kept in the .picasa.ini of a folder. The file's form was found out by others; there is no standard."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from photoscribe.core.facts import Fact, Rating, Tagging, Text
from photoscribe.core.precedence import merged_tags
from photoscribe.metadata import parsing
from photoscribe.metadata.xmp_facts import tag_path

NAMES = frozenset({".picasa.ini", "picasa.ini"})  # the second until about 2005; compared in lower case

LARGEST_BYTES = 32 << 20

_FACE = re.compile(r"rect64\(([0-9a-f]{1,16})\),([0-9a-f]{1,16})", re.IGNORECASE)
# An entry of [Contacts], of the time of web albums, that names an account instead of a person: "joe_lh,cb989580bc".
_ACCOUNT = re.compile(r"\w*_lh,|,?[0-9a-f]{8,}$")


@dataclass(frozen=True, slots=True)
class PicasaPhoto:
    """faces: (name, (left, top, right, bottom)) as fractions; the name is "" for a face that nobody named."""

    faces: tuple[tuple[str, tuple[float, float, float, float]], ...] = ()
    star: bool = False
    caption: str = ""
    keywords: tuple[str, ...] = ()


def photo(path: Path, name: str) -> PicasaPhoto:
    """What the file says of the photo of that name. Raises OSError."""
    status = path.stat()
    photos = _photos_of(path, status.st_mtime_ns, status.st_size)
    return photos.get(name) or photos.get(name.casefold()) or PicasaPhoto()


@lru_cache(maxsize=16)
def _photos_of(path: Path, _mtime_ns: int, size_bytes: int) -> Mapping[str, PicasaPhoto]:
    """Kept, since every photo of the folder asks; modification time and size tell when it is old."""
    return parse(path.read_bytes()) if size_bytes <= LARGEST_BYTES else {}


def parse(data: bytes) -> dict[str, PicasaPhoto]:
    """By file name as written, and in lower case, since it comes from Windows."""
    sections = _sections(parsing.decoded(data.removeprefix(b"\xef\xbb\xbf")))
    people = _people(sections)
    found = {}
    for name, entries in sections.items():
        one = PicasaPhoto(
            faces=tuple(
                (people.get(_id(contact), ""), _rectangle(rectangle))
                for rectangle, contact in _FACE.findall(entries.get("faces", ""))
            ),
            star=entries.get("star", "").lower() == "yes",
            caption=parsing.clean(entries.get("caption", "")),
            keywords=tuple(filter(None, map(parsing.clean_name, entries.get("keywords", "").split(",")))),
        )
        if one != PicasaPhoto():
            found[name] = found[name.casefold()] = one
    return found


def _sections(text: str) -> dict[str, dict[str, str]]:
    sections: dict[str, dict[str, str]] = {}
    entries: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("[") and line.rstrip().endswith("]"):
            entries = sections.setdefault(line.rstrip()[1:-1], {})
        elif "=" in line:
            key, _, value = line.partition("=")
            entries[key.strip().lower()] = value.strip()
    return sections


def _people(sections: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    people = {}
    for section in ("Contacts", "Contacts2"):
        for contact, value in sections.get(section, {}).items():
            if section == "Contacts" and _ACCOUNT.search(value):
                continue
            name = parsing.clean_name(value.partition(";")[0])
            if name:
                people[_id(contact)] = name
    return people


def _id(contact: str) -> str:
    return contact.lower().lstrip("0")


def _rectangle(digits: str) -> tuple[float, float, float, float]:
    """Four numbers of 16 bits; Picasa leaves out leading zeros."""
    whole = digits.zfill(16)
    left, top, right, bottom = (int(whole[start : start + 4], 16) / 65535 for start in (0, 4, 8, 12))
    return left, top, right, bottom


def facts_of(one: PicasaPhoto) -> list[Fact]:
    """All but the faces. A star, the only mark that Picasa has, counts as five."""
    found: list[Fact] = [Rating(5)] if one.star else []
    if one.caption:
        found.append(Text("caption", one.caption))
    return found + [Tagging(tag) for tag in merged_tags(tag_path([keyword]) for keyword in one.keywords)]
