"""Regions of every scheme as boxes in the upright picture: the one place where they are converted.

MWG areas are centres, Microsoft's and IPTC's rectangles are corners; all are relative to the stored pixels.
Sources: MWG Guidelines 2.0, section 5.9; Microsoft, "People Tagging Overview"; IPTC Photo Metadata 2023.1,
"Image Region"; the comparison with ExifTool's picasa_faces.config of 2016 for Picasa.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from photoscribe.core.facts import Region
from photoscribe.core.geometry import Box, Orientation, clipped, to_stored, to_upright
from photoscribe.core.photo import Size
from photoscribe.core.precedence import merged_regions
from photoscribe.metadata import parsing
from photoscribe.metadata.xmp_facts import XmpTags

# A picture that was cropped by less shifts no box by more than half of this.
SAME_ASPECT = 0.02
# A box of less than a pixel marks nothing.
LEAST_SIDE = 1e-4


@dataclass(frozen=True, slots=True)
class Frame:
    """What the areas in a file are fractions of. size: of the stored pixels, None where it is not sure (RAW)."""

    size: Size | None
    orientation: Orientation


@dataclass(frozen=True, slots=True)
class Found:
    """people: names of regions that have no usable place in the picture."""

    regions: tuple[Region, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Area:
    """corners: left, top, width, height as fractions of some picture; None when there is no usable rectangle."""

    name: str
    kind: str
    corners: "_Corners | None"


_Corners = tuple[float, float, float, float]
_Drawn = Literal["stored", "upright", "elsewhere"]


def regions_of(xmp: XmpTags, frame: Frame, problems: list[str]) -> Found:
    """The regions of one packet in all schemes, each face once; MWG's box and name first, then Microsoft's, IPTC's.

    Only MWG tells the size of the picture that it was drawn on. What that shows holds for the others too: a crop
    or a turn by a program that knows no regions leaves them all behind.
    """
    schemes = (_mwg(xmp, frame, problems), _mp(xmp), _iptc(xmp, frame))
    drawn_on = _drawn_on(_applied(xmp), frame) if schemes[0] else "stored"
    if drawn_on == "elsewhere":
        problems.append("Its regions were drawn on a picture of another shape, so only their names are used.")
    found = [_placed(areas, drawn_on, frame, problems) for areas in schemes]
    regions: tuple[Region, ...] = ()
    for one in found:
        regions = merged_regions(regions, one.regions)
    framed = {region.name for region in regions}
    people = dict.fromkeys(name for one in found for name in one.people if name not in framed)
    return Found(regions, tuple(people))


def picasa_regions(
    faces: Iterable[tuple[str, tuple[float, float, float, float]]], frame: Frame, problems: list[str], *, raw: bool
) -> Found:
    """Regions of .picasa.ini: (name, (left, top, right, bottom)).

    Relative to the stored pixels, whatever `rotate=` says; but for RAW files to the upright ones. Two converters
    made beside Picasa agree on that: ExifTool's picasa_faces.config on both, picasa2digikam on JPEG.
    """
    areas = [_Area(name, "Face", (left, top, right - left, bottom - top)) for name, (left, top, right, bottom) in faces]
    return _placed(areas, "upright" if raw else "stored", frame, problems)


def _placed(areas: Sequence[_Area], drawn_on: _Drawn, frame: Frame, problems: list[str]) -> Found:
    regions: dict[Region, None] = {}
    people = []
    for area in areas:
        box = _box(area, drawn_on, frame)
        if box is not None:
            regions[Region(box, area.name, area.kind)] = None
            continue
        if area.corners and drawn_on != "elsewhere":
            problems.append(f"The region of {area.name or 'nobody'!r} lies outside the picture, so it is not used.")
        if area.name and area.kind == "Face":
            people.append(area.name)
    return Found(tuple(regions), tuple(people))


def _box(area: _Area, drawn_on: _Drawn, frame: Frame) -> Box | None:
    """In the upright picture; None when nothing of the area lies in it."""
    box = clipped(*area.corners) if area.corners and drawn_on != "elsewhere" else None
    if box is None or min(box.w, box.h) < LEAST_SIDE:
        return None
    return box if drawn_on == "upright" else to_upright(box, frame.orientation)


def _drawn_on(applied: Size | None, frame: Frame) -> _Drawn:
    """Which picture the areas are fractions of, by the size that they came with.

    Swapped sides under an orientation that swaps them: the writer drew on the upright picture and forgot that the
    stored one is not. Without such an orientation the picture was turned later, and nothing tells which way.
    """
    if applied is None or frame.size is None or _is_alike(applied, frame.size):
        return "stored"
    return "upright" if frame.orientation.swaps_sides and _is_alike(applied, frame.size.turned) else "elsewhere"


def _mwg(xmp: XmpTags, frame: Frame, problems: list[str]) -> list[_Area]:
    size = _applied(xmp) or frame.size
    areas = []
    for key in xmp.elements("Xmp.mwg-rs.Regions/RegionList"):
        name = parsing.clean_name(xmp.text(f"{key}/Name"))
        kind = parsing.clean_name(xmp.text(f"{key}/Type")) or "Face"
        corners = _mwg_corners(xmp, f"{key}/Area", size)
        if corners is None and f"{key}/Area" in xmp:
            problems.append(f"The region of {name or 'nobody'!r} has no usable area, so it is not used.")
        areas.append(_Area(name, kind, corners))
    return areas


def _mwg_corners(xmp: XmpTags, key: str, size: Size | None) -> _Corners | None:
    x, y, w, h, d = (parsing.number(xmp.text(f"{key}/{field}")) for field in "xywhd")
    if x is None or y is None:
        return None
    in_pixels = _is_pixels(xmp.text(f"{key}/unit"), (x, y))
    if (w is None or h is None) and d is not None:
        # A circle: its diameter counts in the shorter side.
        across = down = d
        if not in_pixels:
            if size is None:
                return None
            shorter = min(size.width, size.height)
            across, down = d * shorter / size.width, d * shorter / size.height
        w, h = across, down
    if w is None or h is None or not (w > 0 and h > 0):
        return None
    corners = (x - w / 2, y - h / 2, w, h)
    return _fractions(corners, size) if in_pixels else corners


def _is_pixels(unit: str, values: Iterable[float]) -> bool:
    """By its unit; by the values where there is none: no fraction is as large as 2."""
    return unit.lower().startswith("pixel") if unit else max(values) >= 2


def _fractions(corners: _Corners, size: Size | None) -> _Corners | None:
    if size is None:
        return None
    x, y, w, h = corners
    return x / size.width, y / size.height, w / size.width, h / size.height


def _applied(xmp: XmpTags) -> Size | None:
    key = "Xmp.mwg-rs.Regions/AppliedToDimensions"
    width, height = parsing.number(xmp.text(f"{key}/w")), parsing.number(xmp.text(f"{key}/h"))
    if width is None or height is None or not (1 <= width < 1e6 and 1 <= height < 1e6):
        return None
    return Size(round(width), round(height))


def _is_alike(a: Size, b: Size) -> bool:
    """Whether they have one shape, a pixel's rounding and SAME_ASPECT apart."""
    across, down = a.width * b.height, a.height * b.width
    rounding = max(a.width, a.height, b.width, b.height)
    return abs(across - down) <= SAME_ASPECT * max(across, down) + rounding


def _mp(xmp: XmpTags) -> list[_Area]:
    areas = []
    for key in xmp.elements("Xmp.MP.RegionInfo/Regions"):
        name = parsing.clean_name(xmp.text(f"{key}/PersonDisplayName"))
        parts = xmp.text(f"{key}/Rectangle").split(",")
        if len(parts) == 8:  # "0,5, 0,25, 0,1, 0,2" of a writer with decimal commas
            parts = [".".join(pair) for pair in zip(parts[::2], map(str.strip, parts[1::2]), strict=True)]
        areas.append(_Area(name, "Face", _rectangle([parsing.number(part) for part in parts])))
    return areas


def _rectangle(values: Sequence[float | None]) -> _Corners | None:
    numbers = [value for value in values if value is not None]
    if len(numbers) != 4 or len(values) != 4 or not (numbers[2] > 0 and numbers[3] > 0):
        return None
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _iptc(xmp: XmpTags, frame: Frame) -> list[_Area]:
    areas = []
    for key in xmp.elements("Xmp.iptcExt.ImageRegion"):
        people = [parsing.clean_name(item) for item in xmp.items(f"{key}/PersonInImage")]
        label = parsing.clean_name(xmp.text(f"{key}/Name"))
        types = [word.lower() for word in _concepts(xmp, f"{key}/rCtype") + _concepts(xmp, f"{key}/rRole")]
        # Programs that mark faces alone write a name and no type.
        is_face = any(people) or any("face" in word for word in types) or (bool(label) and not types)
        name = next(filter(None, people), "") or label
        corners = _boundary(xmp, f"{key}/RegionBoundary", frame.size)
        areas.append(_Area(name, "Face" if is_face else (types or ["Region"])[0], corners))
    return areas


def _concepts(xmp: XmpTags, key: str) -> list[str]:
    """The last words of the identifiers of controlled terms, and their names."""
    words = []
    for one in xmp.elements(key):
        words += [item.rstrip("/").rpartition("/")[2] for item in xmp.items(f"{one}/Identifier")]
        words.append(xmp.text(f"{one}/Name"))
    return [word for word in words if word]


def _boundary(xmp: XmpTags, key: str, size: Size | None) -> _Corners | None:
    shape, unit = xmp.text(f"{key}/rbShape").lower(), xmp.text(f"{key}/rbUnit")
    x, y = (parsing.number(xmp.text(f"{key}/{field}")) for field in ("rbX", "rbY"))
    corners: _Corners | None = None
    if shape == "polygon":
        corners = _around(xmp, f"{key}/rbVertices")
    elif shape == "circle":
        radius = parsing.number(xmp.text(f"{key}/rbRx"))
        if x is not None and y is not None and radius is not None and radius > 0:
            # The radius counts in the width.
            stretch = 1.0 if _is_pixels(unit, (x, y)) else size.width / size.height if size else None
            if stretch is not None:
                corners = (x - radius, y - radius * stretch, 2 * radius, 2 * radius * stretch)
    else:
        corners = _rectangle([x, y, *(parsing.number(xmp.text(f"{key}/{field}")) for field in ("rbW", "rbH"))])
    return _fractions(corners, size) if corners and _is_pixels(unit, corners) else corners


def _around(xmp: XmpTags, key: str) -> _Corners | None:
    """The rectangle around a polygon; None for less than three corners, which enclose nothing."""
    points = [
        (x, y)
        for one in xmp.elements(key)
        if (x := parsing.number(xmp.text(f"{one}/rbX"))) is not None
        and (y := parsing.number(xmp.text(f"{one}/rbY"))) is not None
    ]
    if len(points) < 3:
        return None
    across, down = [x for x, _ in points], [y for _, y in points]
    left, top = min(across), min(down)
    width, height = max(across) - left, max(down) - top
    return (left, top, width, height) if math.isfinite(width * height) and width > 0 and height > 0 else None


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of each scheme's list, one for one in its order; None for one that has no place in the picture.

    fits: whether MWG's were drawn on a picture of this shape. upright: whether on the upright one instead of the
    stored one.
    """

    mwg: tuple[Region | None, ...]
    mp: tuple[Region | None, ...]
    iptc: tuple[Region | None, ...]
    fits: bool
    upright: bool


def entries_of(xmp: XmpTags, frame: Frame) -> Entries:
    """What a writer needs to find its way in the lists that are there."""
    mwg = _mwg(xmp, frame, [])
    drawn_on = _drawn_on(_applied(xmp), frame) if mwg else "stored"
    return Entries(
        mwg=_entries(mwg, drawn_on, frame),
        mp=_entries(_mp(xmp), drawn_on, frame),
        iptc=_entries(_iptc(xmp, frame), drawn_on, frame),
        fits=drawn_on != "elsewhere",
        upright=drawn_on == "upright",
    )


def _entries(areas: Sequence[_Area], drawn_on: _Drawn, frame: Frame) -> tuple[Region | None, ...]:
    boxes = [_box(area, drawn_on, frame) for area in areas]
    return tuple(
        None if box is None else Region(box, area.name, area.kind) for box, area in zip(boxes, areas, strict=True)
    )


def mwg_area(box: Box, frame: Frame) -> dict[str, str]:
    """The fields of an MWG area for a box in the upright picture: the centre and the sides, stored."""
    stored = to_stored(box, frame.orientation)
    x, y = stored.centre
    return {"x": f"{x:.6f}", "y": f"{y:.6f}", "w": f"{stored.w:.6f}", "h": f"{stored.h:.6f}", "unit": "normalized"}


def mp_rectangle(box: Box, frame: Frame) -> str:
    """Microsoft's rectangle for a box in the upright picture: left, top and the sides, stored."""
    stored = to_stored(box, frame.orientation)
    return f"{stored.x:.6f}, {stored.y:.6f}, {stored.w:.6f}, {stored.h:.6f}"
