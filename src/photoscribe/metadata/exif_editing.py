"""What an edit changes in Exif: date, position, and the keywords that Windows keeps there.

Only the values that change are touched; the rest of the block, maker notes too, stays where it is. Source: CIPA
DC-008-2019 (Exif 2.32), 4.6.
"""

from collections.abc import Mapping, Sequence

from photoscribe.core.edits import Clearable, Edit, same
from photoscribe.core.errors import WriteRefused
from photoscribe.core.facts import Position, Taken
from photoscribe.metadata import tiff
from photoscribe.metadata.bytes_of_file import View
from photoscribe.metadata.carriers.blocks import TiffChanges
from photoscribe.metadata.xmp_fields import offset_text

_DATE, _OFFSET, _SUBSECOND = 0x9003, 0x9011, 0x9291
_GPS_VERSION, _LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE, _ALTITUDE_REF, _ALTITUDE = range(7)

SHOWN = {
    (tiff.EXIF, _DATE): "EXIF:DateTimeOriginal",
    (tiff.EXIF, _OFFSET): "EXIF:OffsetTimeOriginal",
    (tiff.EXIF, _SUBSECOND): "EXIF:SubSecTimeOriginal",
    (tiff.GPS, _GPS_VERSION): "GPS:GPSVersionID",
    (tiff.GPS, _LATITUDE_REF): "GPS:GPSLatitudeRef",
    (tiff.GPS, _LATITUDE): "GPS:GPSLatitude",
    (tiff.GPS, _LONGITUDE_REF): "GPS:GPSLongitudeRef",
    (tiff.GPS, _LONGITUDE): "GPS:GPSLongitude",
    (tiff.GPS, _ALTITUDE_REF): "GPS:GPSAltitudeRef",
    (tiff.GPS, _ALTITUDE): "GPS:GPSAltitude",
    (0, tiff.XP_KEYWORDS): "EXIF:XPKeywords",
}
"""The values that may change, by the tag of their directory and their own, under the name that ExifTool has."""

_CLEARED: Mapping[Clearable, Sequence[tuple[int, int]]] = {
    "rating": (),
    "taken": [key for key in SHOWN if key[0] == tiff.EXIF],
    "position": [key for key in SHOWN if key[0] == tiff.GPS],
}


def changes(view: View | None, edit: Edit, gone: Sequence[str]) -> TiffChanges | None:
    """What to set in an Exif block; None for nothing. gone: keywords that must not stand there any more."""
    if view is None and edit.taken is None and edit.position is None:
        return None
    view = tiff.EMPTY if view is None else view
    form = tiff.layout(view)
    wanted: dict[tuple[int, int], tiff.Value | None] = {}
    if edit.taken is not None:
        wanted |= {(tiff.EXIF, tag): value for tag, value in _date(edit.taken).items()}
    if edit.position is not None:
        wanted |= {(tiff.GPS, tag): value for tag, value in _gps(edit.position, form).items()}
    for field in edit.clear:
        wanted |= dict.fromkeys(_CLEARED[field])
    now = values(view)
    keywords = now.get((0, tiff.XP_KEYWORDS))
    if keywords is not None and gone:
        wanted[0, tiff.XP_KEYWORDS] = _without(keywords, gone)
    needed = {key: value for key, value in wanted.items() if now.get(key) != value}
    if not needed:
        return None
    first = {tag: value for (holder, tag), value in needed.items() if holder == 0}
    deeper = {
        holder: {tag: value for (of, tag), value in needed.items() if of == holder}
        for holder in (tiff.EXIF, tiff.GPS)
        if any(of == holder for of, _ in needed)
    }
    return TiffChanges(first, deeper)


def values(view: View) -> dict[tuple[int, int], tiff.Value]:
    """The values of SHOWN that are there."""
    form = tiff.layout(view)
    top = tiff.directory(view, form, form.first)
    holders = {0: top, tiff.EXIF: tiff.sub_directory(view, form, top, tiff.EXIF)}
    holders[tiff.GPS] = tiff.sub_directory(view, form, top, tiff.GPS)
    found = {}
    for holder, tag in SHOWN:
        directory = holders[holder]
        entry = None if directory is None else directory.get(tag)
        if entry is not None:
            found[holder, tag] = tiff.Value(entry.type, tiff.value_of(view, form, entry))
    return found


def shown(view: View | None) -> dict[str, tuple[str, ...]]:
    """The values of SHOWN as text; {} for a block that cannot be read."""
    if view is None:
        return {}
    try:
        return {SHOWN[key]: (_text(key, value, tiff.layout(view)),) for key, value in values(view).items()}
    except WriteRefused:
        return {}


def shown_after(view: View | None, changed: TiffChanges) -> dict[str, tuple[str, ...]]:
    """The values that change, as text; () for one that goes."""
    form = tiff.layout(tiff.EMPTY if view is None else view)
    flat = {(0, tag): value for tag, value in changed.first.items()}
    flat |= {(holder, tag): value for holder, inner in changed.deeper.items() for tag, value in inner.items()}
    return {SHOWN[key]: () if value is None else (_text(key, value, form),) for key, value in flat.items()}


def _text(key: tuple[int, int], value: tiff.Value, form: tiff.Layout) -> str:
    if key == (0, tiff.XP_KEYWORDS):
        return value.data.decode("utf-16-le", "replace").rstrip("\0")
    if value.type == tiff.ASCII:
        return value.data.decode("ascii", "replace").rstrip("\0")
    if value.type != tiff.RATIONAL:
        return value.data.hex(" ")
    numbers = [int.from_bytes(value.data[at : at + 4], form.order) for at in range(0, len(value.data), 4)]
    return " ".join(f"{over}/{under}" for over, under in zip(numbers[::2], numbers[1::2], strict=False))


def _date(taken: Taken) -> dict[int, tiff.Value | None]:
    fraction = f"{taken.local.microsecond:06d}".rstrip("0")
    offset = taken.offset_minutes
    return {
        _DATE: _ascii(taken.local.strftime("%Y:%m:%d %H:%M:%S")),
        _OFFSET: None if offset is None else _ascii(offset_text(offset)),
        _SUBSECOND: _ascii(fraction) if fraction else None,
    }


def _gps(position: Position, form: tiff.Layout) -> dict[int, tiff.Value | None]:
    height = position.altitude_m
    return {
        _GPS_VERSION: tiff.Value(tiff.BYTE, b"\2\3\0\0"),
        _LATITUDE_REF: _ascii("S" if position.latitude < 0 else "N"),
        _LATITUDE: _degrees(position.latitude, form),
        _LONGITUDE_REF: _ascii("W" if position.longitude < 0 else "E"),
        _LONGITUDE: _degrees(position.longitude, form),
        _ALTITUDE_REF: None if height is None else tiff.Value(tiff.BYTE, b"\1" if height < 0 else b"\0"),
        _ALTITUDE: None if height is None else _rationals([(round(abs(height) * 100), 100)], form),
    }


def _degrees(angle: float, form: tiff.Layout) -> tiff.Value:
    """Degrees, minutes and seconds; a hundred-thousandth of a second is a third of a millimetre."""
    total = round(abs(angle) * 3600 * 100_000)
    minutes, seconds = divmod(total, 60 * 100_000)
    return _rationals([(minutes // 60, 1), (minutes % 60, 1), (seconds, 100_000)], form)


def _rationals(numbers: Sequence[tuple[int, int]], form: tiff.Layout) -> tiff.Value:
    data = b"".join(part.to_bytes(4, form.order) for pair in numbers for part in pair)
    return tiff.Value(tiff.RATIONAL, data)


def _ascii(text: str) -> tiff.Value:
    return tiff.Value(tiff.ASCII, text.encode("ascii") + b"\0")


def _without(keywords: tiff.Value, gone: Sequence[str]) -> tiff.Value | None:
    """Windows' keywords, joined by semicolons in UTF-16, without some; the same value where none of them is there."""
    unwanted = {same(text) for text in gone}
    old = keywords.data.decode("utf-16-le", "replace").rstrip("\0").split(";")
    kept = [text for text in old if same(text.strip()) not in unwanted]
    if kept == old:
        return keywords
    joined = ";".join(kept)
    return tiff.Value(keywords.type, (joined + "\0").encode("utf-16-le")) if joined.strip("; ") else None
