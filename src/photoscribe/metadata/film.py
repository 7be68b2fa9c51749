"""What the container of a film says, by PyAV, where ExifTool is not installed."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from photoscribe.core.facts import Camera, Fact, Text
from photoscribe.metadata import parsing
from photoscribe.metadata.dates import CREATED, ORIGINAL_EXIF, Dated

_APPLE = "com.apple.quicktime."
_ISO_6709 = re.compile(r"([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")


def read(path: Path, now: datetime, problems: list[str]) -> tuple[list[Fact], list[Dated]]:
    """Facts and dates; nothing of what cannot be read, which problems tells."""
    try:
        import av  # noqa: PLC0415 -- an extra
    except ImportError:
        problems.append("Its film container is not read. Install ExifTool, or the extra photoscribe[video].")
        return [], []
    try:
        with av.open(str(path)) as container:
            tags = {key.lower(): value for key, value in container.metadata.items()}
    except Exception as error:  # noqa: BLE001 -- what FFmpeg makes of broken files
        fact = " ".join(str(error).split())[:120] or type(error).__name__
        problems.append(f"Its film container cannot be read ({fact}). Repair or convert the file.")
        return [], []
    return facts_of(tags, problems), dates_of(tags, now, problems)


def facts_of(tags: Mapping[str, str], problems: list[str]) -> list[Fact]:
    """tags: the container's, by their names in lower case."""
    found: list[Fact] = []
    camera = Camera(_first(tags, f"{_APPLE}make", "make"), _first(tags, f"{_APPLE}model", "model"))
    if camera != Camera():
        found.append(camera)
    match = _ISO_6709.match(_first(tags, f"{_APPLE}location.iso6709", "location", "location-eng"))
    if match:
        place = parsing.position(float(match[1]), float(match[2]), float(match[3]) if match[3] else None, problems)
        found += [place] if place else []
    title = _first(tags, f"{_APPLE}title", "title")
    caption = _first(tags, f"{_APPLE}description", "description", "comment")
    found += [Text("title", title)] if title else []
    found += [Text("caption", caption)] if caption else []
    return found


def dates_of(tags: Mapping[str, str], now: datetime, problems: list[str]) -> list[Dated]:
    """Apple's, on the clock of the place; else the container's, which is in UTC."""
    found = []
    for key, strength, offset in ((f"{_APPLE}creationdate", ORIGINAL_EXIF, ""), ("creation_time", CREATED, "Z")):
        taken = parsing.taken(tags.get(key, ""), now, problems, offset=offset)
        if taken is not None:
            found.append(Dated(strength, taken))
    return found


def _first(tags: Mapping[str, str], *keys: str) -> str:
    return next(filter(None, (parsing.clean(tags.get(key, "")) for key in keys)), "")
