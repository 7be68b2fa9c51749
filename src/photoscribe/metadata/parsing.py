"""Text, numbers, dates and coordinates as metadata writes them, read forgivingly."""

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta

from photoscribe.core.facts import Position, Taken

# What neither XML nor a database can hold: control characters but tab and line breaks, surrogates, non-characters.
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_MOMENT = re.compile(
    r"(\d{4})(?:[-:/.](\d{1,2})(?:[-:/.](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?\s*(Z|[+-]\d{1,2}:?\d{2})?)?)?)?(?:[\s,].*)?",
    re.DOTALL,
)
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})")
_BLANK_MOMENT = re.compile(r"[\s:0TZ.+-]*")
_XMP_COORDINATE = re.compile(
    r"\s*(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?(?:,(\d+(?:\.\d+)?))?\s*([NSEW])\s*", re.IGNORECASE
)

# The zero of clocks that were never set: QuickTime, Unix, FAT. A photo of that very second does not exist.
_ZEROS = frozenset({datetime(1904, 1, 1), datetime(1970, 1, 1), datetime(1980, 1, 1)})  # noqa: DTZ001 -- local clocks
_FIRST_YEAR = 1800  # the oldest photograph is of 1826


def decoded(data: bytes) -> str:
    """UTF-8; else the 8-bit code of Windows (Latin-1 and more), in which programs wrote before.

    Text that a field's limit cut in the middle of a UTF-8 character loses that character only.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        whole = data[: error.start]
        if error.reason == "unexpected end of data" and not whole.isascii():
            return whole.decode("utf-8")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def clean(text: str) -> str:
    """Text as a person means it: decoded where exiv2 could not, without what cannot be held, trimmed."""
    if not text.isascii() and any("\udc80" <= character <= "\udcff" for character in text):
        text = decoded(text.encode("utf-8", "surrogateescape"))
    return _UNHOLDABLE.sub("", text).strip()


def clean_name(text: str) -> str:
    """A name or a keyword: on one line, in composed characters, so that equal names are equal."""
    return unicodedata.normalize("NFC", " ".join(clean(text).split()))


def number(text: str) -> float | None:
    """A finite number: "0.5", "0,5" or "1/2"; None for anything else."""
    over, _, under = text.strip().partition("/")
    try:
        value = float(over.replace(",", ".")) / (float(under) if under else 1.0)
    except (ValueError, ZeroDivisionError):
        return None
    return value if math.isfinite(value) else None


def offset_minutes(text: str) -> int | None:
    """Minutes from UTC of "+09:00", "-0330" or "Z"; None when it says nothing."""
    text = text.strip()
    if text == "Z":
        return 0
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    return None if minutes > 15 * 60 else -minutes if match[1] == "-" else minutes


def taken(text: str, now: datetime, problems: list[str], *, offset: str = "", subsecond: str = "") -> Taken | None:
    """A date of EXIF ("2014:07:11 13:01:11") or XMP (ISO 8601, also without time, day or month).

    None for a date that is not there or cannot be; what cannot be is added to problems.
    now: an aware datetime; what lies more than a day after it cannot be.
    """
    text = clean(text)
    if not text or _BLANK_MOMENT.fullmatch(text):
        if text.strip(": "):
            problems.append(f"The date {text!r} says nothing, so it is not used.")
        return None
    match = _MOMENT.fullmatch(text)
    if match is None:
        problems.append(f"The date {text[:60]!r} cannot be understood, so it is not used.")
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    digits = (fraction or (subsecond.strip() if subsecond.strip().isascii() else ""))[:6]
    try:
        # "00" stands for an unknown month or day in IPTC; a leap second is folded into the one before.
        local = datetime(  # noqa: DTZ001 -- the clock of the place, its zone apart
            int(year), int(month or 1) or 1, int(day or 1) or 1, int(hour or 0), int(minute or 0),
            min(59, int(second or 0)), int(digits.ljust(6, "0")) if digits.isdigit() else 0,
        )  # fmt: skip
    except ValueError:
        problems.append(f"The date {text[:60]!r} is not in the calendar, so it is not used.")
        return None
    result = Taken(local, offset_minutes(zone or offset))
    if local.year < _FIRST_YEAR or local.replace(microsecond=0) in _ZEROS:
        problems.append(f"The date {text[:60]!r} is that of a clock never set, so it is not used.")
        return None
    if local.year < 9999 and result.utc <= now.astimezone(UTC) + timedelta(days=1):
        return result
    problems.append(f"The date {text[:60]!r} lies in the future, so it is not used.")
    return None


def exif_degrees(text: str, reference: str, negative: str) -> float | None:
    """Degrees of "54/1 59/1 2280/100"; minus where the reference is `negative` ("S" or "W").

    None unless every part is a number; 0/0, which some write for absent minutes and seconds, counts as 0 there.
    """
    parts = text.split()
    if not 1 <= len(parts) <= 3:
        return None
    values = [0.0 if part == "0/0" and place else number(part) for place, part in enumerate(parts)]
    if any(value is None for value in values):
        return None
    degrees = sum(value / (1, 60, 3600)[place] for place, value in enumerate(values) if value is not None)
    return -degrees if reference.strip().upper().startswith(negative) else degrees


def xmp_degrees(text: str) -> float | None:
    """Degrees of "40,14.07N" or "40,14,4.7W"; also a bare signed number, which is not XMP but is written."""
    match = _XMP_COORDINATE.fullmatch(text)
    if match is None:
        return number(text) if "," not in text else None
    degrees, minutes, seconds, reference = match.groups()
    value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -value if reference.upper() in "SW" else value


def position(
    latitude: float | None, longitude: float | None, altitude_m: float | None, problems: list[str]
) -> Position | None:
    """A place on Earth. None for a missing half, and for 0, 0, which receivers without a fix write."""
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        problems.append(f"The position {latitude:g}, {longitude:g} is not on Earth, so it is not used.")
        return None
    sane = altitude_m is not None and -12_000 <= altitude_m <= 100_000
    return Position(latitude, longitude, altitude_m if sane else None)
