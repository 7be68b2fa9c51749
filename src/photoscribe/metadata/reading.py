"""Reads what a photo's file and its sidecars say of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from photoscribe.core.errors import PhotoError, Unavailable, Undecodable
from photoscribe.core.facts import Fact, Origin, PersonNamed, Statement, Tagging
from photoscribe.core.geometry import Orientation
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.photo import Size
from photoscribe.metadata import (
    dates,
    dicom,
    exif_facts,
    exiftool_reading,
    file_tags,
    film,
    heif,
    iptc_facts,
    picasa,
    sidecars,
    xmp_facts,
)
from photoscribe.metadata.dates import Dated
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.exiv2_access import RawTags
from photoscribe.metadata.file_tags import NOTHING
from photoscribe.metadata.iptc_facts import IptcTags
from photoscribe.metadata.regions import Found, Frame, picasa_regions, regions_of
from photoscribe.metadata.xmp_facts import XmpTags

EXIF, XMP, IPTC = Origin("exif"), Origin("xmp"), Origin("iptc")
SIDECAR, PICASA, CONTAINER, DICOM = Origin("sidecar"), Origin("picasa"), Origin("container"), Origin("dicom")

_UNION = (Tagging, PersonNamed)  # facts that every sidecar may add to; of others the first sidecar's counts

# Only of these does exiv2 know the size of the picture for sure; of RAW files it may be that of a preview.
_SIZED = frozenset({"jpeg", "png", "tiff", "webp", "jp2", "x-photoshop", "gif", "x-ms-bmp"})
# They may hold an EXIF block, but whoever shows them does not look there for which way is up.
_NEVER_TURNED = frozenset({"gif", "x-ms-bmp", "jp2", "x-photoshop", "postscript"})
_RAW = frozenset((
    "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "iiq", "k25", "kdc", "mef", "mos", "mrw", "nef",
    "nrw", "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f",
))  # fmt: skip


@dataclass(slots=True)
class _Read:
    """What has been read so far."""

    statements: list[Statement] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, facts: Iterable[Fact], origin: Origin) -> None:
        self.statements += [Statement(fact, origin) for fact in facts]

    def add_regions(self, found: Found, origin: Origin) -> None:
        self.add(found.regions, origin)
        self.add((PersonNamed(name) for name in found.people), origin)


def read(
    path: Path,
    data: bytes,
    *,
    sidecars: Sequence[Path] = (),
    exiftool: ExifTool | None = None,
    now: datetime | None = None,
) -> FileMetadata:
    """Every statement of the file and of its sidecars; never raises for what they hold.

    data: the file's bytes; empty for a film, whose container is then read by its path. sidecars: as sidecars_of
    gives them, most specific first; XMP files and Picasa's. exiftool: for what exiv2 cannot read.
    now: aware; dates more than a day later are not believed. The clock's by default.
    """
    now = now or datetime.now(UTC)
    so_far = _Read()
    if dicom.is_dicom(data, path.suffix):
        facts, found_dates, size = dicom.read(data, now, so_far.problems)
        so_far.add(facts, DICOM)
        so_far.statements += dates.statements([(DICOM, found_dates)])
        frame = Frame(size, Orientation.TOP_LEFT)
    elif not data:
        frame, size = _read_film(path, exiftool, now, so_far), None
    else:
        tags = file_tags.read(path, data, exiftool, so_far.problems)
        frame, size = _frame_of(tags, data, path)
        _add_parts(tags, frame, now, so_far)
    _add_sidecars(path, sidecars, frame, now, so_far)
    return FileMetadata(
        tuple(dict.fromkeys(so_far.statements)), frame.orientation, size, tuple(dict.fromkeys(so_far.problems))
    )


def _read_film(path: Path, exiftool: ExifTool | None, now: datetime, so_far: _Read) -> Frame:
    tags = NOTHING
    try:
        if path.stat().st_size == 0:
            raise Undecodable("the file is empty. Restore it from where it came.")
        if exiftool is not None and exiftool.available():
            tags, facts, found = exiftool_reading.read_film(exiftool, path, now, so_far.problems)
        else:
            facts, found = film.read(path, now, so_far.problems)
    except (PhotoError, Unavailable, OSError) as error:
        so_far.problems.append(file_tags.sentence(error))
        facts, found = [], []
    frame = Frame(_size(tags), Orientation.TOP_LEFT)
    _add_parts(tags, frame, now, so_far, [(CONTAINER, found)])
    so_far.add(facts, CONTAINER)
    return frame


def _frame_of(tags: RawTags, data: bytes, path: Path) -> tuple[Frame, Size | None]:
    if heif.is_heif(data):
        size, orientation = heif.layout(data)
        return Frame(size, orientation), size
    size, kind = _size(tags), tags.mime.rpartition("/")[2]
    turns = kind not in _NEVER_TURNED
    orientation = exif_facts.orientation(exif_facts.by_key(tags.exif)) if turns else Orientation.TOP_LEFT
    certain = kind in _SIZED and not _is_raw(path)
    return Frame(size if certain else None, orientation), size


def _is_raw(path: Path) -> bool:
    return path.suffix.lower().removeprefix(".") in _RAW


def _size(tags: RawTags) -> Size | None:
    height = tags.height if tags.height < 1 << 31 else (1 << 32) - tags.height  # a BMP that begins at the top
    return Size(tags.width, height) if tags.width > 0 and height > 0 else None


def _add_parts(
    tags: RawTags, frame: Frame, now: datetime, so_far: _Read, more_dates: Sequence[tuple[Origin, list[Dated]]] = ()
) -> None:
    """EXIF, XMP and IPTC of one file."""
    problems = so_far.problems
    parts: list[tuple[Origin, list[Dated]]] = []
    if tags.exif:
        exif = exif_facts.by_key(tags.exif)
        so_far.add(exif_facts.facts_of(exif, problems), EXIF)
        parts.append((EXIF, exif_facts.dates_of(exif, now, problems)))
    xmp = XmpTags(tags.xmp)
    if xmp:
        so_far.add(xmp_facts.facts_of(xmp, problems), XMP)
        so_far.add_regions(regions_of(xmp, frame, problems), XMP)
        parts.append((XMP, xmp_facts.dates_of(xmp, now, problems)))
    if tags.iptc:
        iptc = IptcTags(tags.iptc)
        so_far.add(iptc_facts.facts_of(iptc, xmp_facts.tags_of(xmp)), IPTC)
        parts.append((IPTC, iptc_facts.dates_of(iptc, now, problems)))
    so_far.statements += dates.statements([*parts, *more_dates])


def _add_sidecars(path: Path, paths: Sequence[Path], frame: Frame, now: datetime, so_far: _Read) -> None:
    """Of each single field the first sidecar's value that has one; tags, people and regions of all."""
    seen: set[str] = set()
    for sidecar in paths:
        try:
            if sidecar.name.lower() in picasa.NAMES:
                one = picasa.photo(sidecar, path.name)
                so_far.add(picasa.facts_of(one), PICASA)
                so_far.add_regions(picasa_regions(one.faces, frame, so_far.problems, raw=_is_raw(path)), PICASA)
                continue
            facts, found = _xmp_of_sidecar(sidecar, frame, now, so_far.problems)
        except (PhotoError, OSError) as error:
            so_far.problems.append(f"The sidecar {sidecar.name!r}: {error}")
            continue
        kinds = {_kind(fact) for fact in facts if not isinstance(fact, _UNION)}
        so_far.add((fact for fact in facts if _kind(fact) not in seen), SIDECAR)
        so_far.add_regions(found, SIDECAR)
        seen |= kinds


def _xmp_of_sidecar(path: Path, frame: Frame, now: datetime, problems: list[str]) -> tuple[list[Fact], Found]:
    if path.stat().st_size > sidecars.LARGEST_BYTES:
        raise Undecodable(f"it is larger than {sidecars.LARGEST_BYTES >> 20} MB. Delete it, or write it again.")
    xmp = XmpTags(sidecars.read_xmp(path.read_bytes(), xmp_groups=xmp_facts.GROUPS).xmp)
    facts = xmp_facts.facts_of(xmp, problems)
    facts += [one.fact for one in dates.statements([(SIDECAR, xmp_facts.dates_of(xmp, now, problems))])]
    return facts, regions_of(xmp, frame, problems)


def _kind(fact: Fact) -> str:
    return getattr(fact, "kind", "") or type(fact).__name__
