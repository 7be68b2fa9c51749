"""The user's own values of a photo's fields: as plain data, as facts, and checked."""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import get_args

from photoscribe.core.changes import Plain, StatedField
from photoscribe.core.errors import UsageError
from photoscribe.core.facts import Position, Rating, Taken, Text
from photoscribe.core.metadata import Metadata

FIELDS: tuple[StatedField, ...] = get_args(StatedField)

MAX_TITLE, MAX_CAPTION = 2000, 20_000

# A written position comes back from Exif within a hundred-thousandth of an arc second; a metre is 9e-6 degrees.
SAME_PLACE_DEGREES = 1e-6

Stated = Mapping[StatedField, Plain]
"""What is said of a photo's fields. Plain values: texts, stars, ISO 8601, [latitude, longitude, altitude in metres]."""


def checked(field: StatedField, value: Plain) -> Plain:
    """The value as it is kept; None stays None. Raises UsageError for one that the field cannot have."""
    if value is None:
        return None
    try:
        match field:
            case "title" | "caption":
                return _checked_text(field, value)
            case "rating":
                return Rating(_whole(value)).stars
            case "taken":
                return plain_of(_taken(value))
            case _:
                return plain_of(_position(value))
    except (ValueError, TypeError, OverflowError) as error:
        raise UsageError(f"not a {field}: {value}. {_REMEDIES[field]}") from error


_REMEDIES: Mapping[StatedField, str] = {
    "title": "Try a text",
    "caption": "Try a text",
    "rating": "Try 0 to 5, or -1 for rejected",
    "taken": "Try 2019-08-14T18:03:11+02:00, or without the offset",
    "position": "Try degrees north and east, such as 42.35 and 13.4",
}


def fact_of(field: StatedField, value: Plain) -> Text | Rating | Taken | Position:
    """The fact that a checked value states."""
    match field:
        case "title" | "caption":
            return Text(field, str(value))
        case "rating":
            return Rating(_whole(value))
        case "taken":
            return _taken(value)
        case _:
            return _position(value)


def plain_of(fact: Taken | Position) -> Plain:
    if isinstance(fact, Position):
        return [fact.latitude, fact.longitude, fact.altitude_m]
    local = fact.local
    if fact.offset_minutes is not None:
        local = local.replace(tzinfo=timezone(timedelta(minutes=fact.offset_minutes)))
    return local.isoformat(timespec="seconds")


def plain_fields(chosen: Metadata) -> dict[StatedField, Plain]:
    """The fields that have a value."""
    found: dict[StatedField, Plain] = {}
    if chosen.title:
        found["title"] = chosen.title
    if chosen.caption:
        found["caption"] = chosen.caption
    if chosen.rating is not None:
        found["rating"] = chosen.rating
    if chosen.taken is not None:
        found["taken"] = plain_of(chosen.taken)
    if chosen.position is not None:
        found["position"] = plain_of(chosen.position)
    return found


def agree(field: StatedField, a: Plain, b: Plain) -> bool:
    """Whether two values are the same once both were in a file."""
    if a is None or b is None:
        return a is b
    match field:
        case "position":
            return _near(_position(a), _position(b))
        case "title" | "caption":
            return unicodedata.normalize("NFC", str(a)).strip() == unicodedata.normalize("NFC", str(b)).strip()
        case _:
            return a == b


def _near(a: Position, b: Position) -> bool:
    here = abs(a.latitude - b.latitude) <= SAME_PLACE_DEGREES and abs(a.longitude - b.longitude) <= SAME_PLACE_DEGREES
    if a.altitude_m is None or b.altitude_m is None:
        return here and a.altitude_m is b.altitude_m
    return here and math.isclose(a.altitude_m, b.altitude_m, abs_tol=0.01)


def _checked_text(field: StatedField, value: Plain) -> str:
    if not isinstance(value, str):
        raise TypeError
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    if field == "title":
        text = " ".join(text.split())
    text = "".join(c for c in text if c in "\t\n" or unicodedata.category(c) not in {"Cc", "Cs", "Cn"}).strip()
    longest = MAX_TITLE if field == "title" else MAX_CAPTION
    if len(text) > longest:
        raise UsageError(f"that {field} is longer than {longest} characters. Try a shorter one")
    return text


def _taken(value: Plain) -> Taken:
    if not isinstance(value, str) or len(value) < len("2019-08-14T18:03"):
        raise ValueError
    moment = datetime.fromisoformat(value)
    offset = moment.utcoffset()
    minutes = None if offset is None else round(offset.total_seconds() / 60)
    local = moment.replace(tzinfo=None, microsecond=0)
    Taken(local, minutes).utc.isoformat()  # a year that cannot be told in UTC overflows here
    return Taken(local, minutes)


def _position(value: Plain) -> Position:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) not in {2, 3}:
        raise TypeError
    latitude, longitude, altitude = [*value, None][:3]
    return Position(_real(latitude), _real(longitude), None if altitude is None else _real(altitude))


def _whole(value: Plain) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise TypeError
    return int(value)


def _real(value: Plain) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError
    return float(value)
