"""Facts as rows: a kind, plain data, and a text to find them by."""

from datetime import datetime
from typing import Any

from photoscribe.core.facts import (
    Camera,
    Exposure,
    Face,
    Fact,
    PersonNamed,
    Place,
    Position,
    Rating,
    Region,
    Tagging,
    Taken,
    Text,
)
from photoscribe.core.geometry import Box
from photoscribe.core.stated import FIELDS, fact_of
from photoscribe.core.tags import tag_key


def to_row(fact: Fact) -> tuple[str, Any, str]:  # noqa: C901, PLR0911 one case for each kind of fact
    """(kind, value as JSON data, text to search by)."""
    match fact:
        case Taken():
            return "taken", iso(fact), ""
        case Position():
            return "position", [fact.latitude, fact.longitude, fact.altitude_m], ""
        case Place():
            value = {"location": fact.location, "city": fact.city, "state": fact.state, "country": fact.country}
            return "place", value, " ".join(part for part in value.values() if part).casefold()
        case Text():
            return fact.kind, fact.text, fact.text.casefold()
        case Rating():
            return "rating", fact.stars, ""
        case Camera():
            return "camera", {"make": fact.make, "model": fact.model, "lens": fact.lens}, ""
        case Exposure():
            said = {"f": fact.f_number, "seconds": fact.seconds, "iso": fact.iso, "mm": fact.focal_length_mm}
            return "exposure", {name: one for name, one in said.items() if one is not None}, ""
        case Tagging():
            return "tag", list(fact.tag), tag_key(fact.tag)
        case PersonNamed():
            return "person", fact.name, fact.name.casefold()
        case Region():
            return "region", {**box_to_json(fact.box), "name": fact.name, "type": fact.kind}, fact.name.casefold()
        case Face():
            return "face", {**box_to_json(fact.box), "score": fact.score}, ""


def field_from_row(kind: str, value: Any) -> Fact | None:
    """The fact of a field that the user can state too; None for the other kinds."""
    if kind not in FIELDS:
        return None
    try:
        return fact_of(kind, value)
    except (TypeError, ValueError):  # a year that no calendar has, kept by a reader of another version
        return None


def region_from_json(value: dict[str, Any]) -> Region:
    return Region(box_from_json(value), value["name"], value["type"])


def region_to_json(region: Region) -> dict[str, Any]:
    return {**box_to_json(region.box), "name": region.name, "type": region.kind}


def box_to_json(box: Box) -> dict[str, float]:
    return {"x": box.x, "y": box.y, "w": box.w, "h": box.h}


def box_from_json(value: dict[str, Any]) -> Box:
    return Box(value["x"], value["y"], value["w"], value["h"])


def iso(taken: Taken) -> str:
    """ISO 8601, with the offset where it is known."""
    return with_offset(taken.local.isoformat(timespec="seconds"), taken.offset_minutes)


def with_offset(local: str, offset_minutes: int | None) -> str:
    if offset_minutes is None:
        return local
    sign, minutes = "-" if offset_minutes < 0 else "+", abs(offset_minutes)
    return f"{local}{sign}{minutes // 60:02}:{minutes % 60:02}"


def sortable(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
