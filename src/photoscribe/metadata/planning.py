"""Which files a change of a photo's metadata touches, by which tool, and what it changes in each."""

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from photoscribe.core.edits import Edit, FieldChange
from photoscribe.core.errors import PhotoError, WriteRefused
from photoscribe.core.geometry import Orientation
from photoscribe.metadata import exiftool_writer, reading, xmp_fields, xmp_tree
from photoscribe.metadata.bytes_of_file import FileView
from photoscribe.metadata.carriers.blocks import Blocks
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.formats import Format, format_of
from photoscribe.metadata.regions import Frame
from photoscribe.metadata.replacing import surroundings
from photoscribe.metadata.rewriting import Rewriting, frame_of, rewriting
from photoscribe.metadata.sidecars import LARGEST_BYTES as LARGEST_SIDECAR
from photoscribe.metadata.sidecars import sidecars_of
from photoscribe.metadata.xmp_serializing import serialized
from photoscribe.metadata.xmp_tree import Packet

Target = Literal["file", "sidecar", "both"]
Tool = Literal["here", "exiftool", "sidecar"]

# A file is held in memory as it was and as it will be.
LARGEST_BYTES = 256 << 20

# What stands beside a photo under its name without being another photo that shares its IMG.xmp.
_COMPANIONS = {".xmp", ".aae", ".json", ".txt", ".thm", ".xml", ".pp3", ".dop", ".cos", ".on1", ".ini", ".html"}


@dataclass(frozen=True, slots=True)
class Planned:
    """What one file would become.

    changes: () when it is as it should be. refusal: why nothing can be done, "" otherwise. note: why it is this file
    rather than the one asked for, and what stays elsewhere. edit, frame, begun: for Writer.prepare.
    """

    path: Path
    tool: Tool
    edit: Edit
    frame: Frame
    changes: tuple[FieldChange, ...] = ()
    refusal: str = ""
    note: str = ""
    begun: Packet = Packet()  # noqa: RUF009 -- a frozen value


@dataclass(frozen=True, slots=True)
class _Photo:
    """What is known of the file itself. why_not: why it cannot be written, "" when it can.

    packet, iptc_keywords: what is in it, as far as it can be understood. still_says: whether it names what must go.
    """

    path: Path
    tool: Tool
    frame: Frame
    why_not: str = ""
    packet: Packet = Packet()  # noqa: RUF009 -- a frozen value
    iptc_keywords: tuple[str, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    notes: tuple[str, ...] = ()
    still_says: bool = False


class Planner:
    def __init__(self, exiftool: ExifTool) -> None:
        self._exiftool = exiftool

    def plan(self, path: Path, edit: Edit, target: Target) -> tuple[Planned, ...]:
        """One for each file to touch, and for one that cannot be; () for an edit that says nothing.

        A sidecar that is there is kept in step whatever the target: programs that read it would not see the change.
        """
        if edit.is_empty:
            return ()
        with surroundings(path):
            photo = self._photo(path, edit, drops=_drops(edit) if target == "sidecar" else Edit())
            sidecars = _own_sidecars(path)
        planned = []
        if target != "sidecar" and not photo.why_not:
            note = " ".join(photo.notes)
            planned.append(Planned(photo.path, photo.tool, edit, photo.frame, photo.changes, note=note))
        wanted = target != "file" or bool(photo.why_not)
        note = photo.why_not if target != "sidecar" else "The file itself still names what goes." * photo.still_says
        for place, sidecar in enumerate(sidecars or [path.with_name(path.name + ".xmp")] * wanted):
            one = _planned_sidecar(sidecar, photo, edit, note)
            if one.changes or one.refusal or (wanted and place == 0):
                planned.append(one)
        return tuple(planned)

    def _photo(self, path: Path, edit: Edit, *, drops: Edit) -> _Photo:
        real = path.resolve() if path.is_symlink() else path
        descriptor = os.open(real, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or not status.st_size:
                raise WriteRefused("it is empty, or no file. Restore it from where it came.")
            view = FileView(descriptor)
            kind = format_of(view, real.suffix)
            why_not = _why_not(real, status) or self._why_not_kind(kind, status.st_size)
            try:
                if kind.carrier is not None:
                    return _carried(real, kind.carrier.read(view), (edit, drops), why_not)
            except WriteRefused as error:
                why_not = why_not or _reason(error)
        finally:
            os.close(descriptor)
        frame = self._frame(real, kind, status.st_size)
        try:
            if why_not:
                return _Photo(real, "exiftool", frame, why_not)
            return self._by_exiftool(real, kind, frame, (edit, drops))
        except PhotoError as error:
            return _Photo(real, "exiftool", frame, _reason(error))

    def _by_exiftool(self, real: Path, kind: Format, frame: Frame, edits: tuple[Edit, Edit]) -> _Photo:
        edit, drops = edits
        work = exiftool_writer.work_for(self._exiftool, real, edit, frame, has_exif=kind.has_exif)
        still_says = not drops.is_empty and bool(
            exiftool_writer.work_for(self._exiftool, real, drops, frame, has_exif=False).changes
        )
        packet = work.packet.before
        return _Photo(real, "exiftool", frame, packet=packet, changes=work.changes, still_says=still_says)

    def _why_not_kind(self, kind: Format, size: int) -> str:
        if size > LARGEST_BYTES:
            return f"It is larger than {LARGEST_BYTES >> 20} MB."
        if kind.carrier is None and not kind.exiftool_suffix:
            return f"{kind.name} files cannot hold names."
        if kind.carrier is None and self._exiftool.available() is None:
            return f"{kind.name} files are written by ExifTool, which is not installed."
        return ""

    def _frame(self, path: Path, kind: Format, size: int) -> Frame:
        """As the reader has it, which is slower: it reads all of the file."""
        if kind.is_film or size > LARGEST_BYTES:
            return Frame(None, Orientation.TOP_LEFT)
        found = reading.read(path, path.read_bytes(), exiftool=self._exiftool)
        return Frame(None if kind.is_raw else found.stored_size, found.orientation)


def _carried(real: Path, blocks: Blocks, edits: tuple[Edit, Edit], why_not: str) -> _Photo:
    """A file that is rewritten here. Raises WriteRefused where its XMP is not understood."""
    edit, drops = edits
    packet = Packet() if blocks.xmp is None else xmp_tree.parse(blocks.xmp)
    frame = frame_of(blocks, packet)
    try:
        work = rewriting(blocks, edit, only_changes=True)
    except WriteRefused as error:
        return _Photo(real, "here", frame, why_not or _reason(error), packet)
    still_says = not drops.is_empty and bool(rewriting(blocks, drops, only_changes=True).changes)
    return _Photo(real, "here", frame, why_not, packet, work.iptc_keywords, work.changes, work.notes, still_says)


def _why_not(path: Path, status: os.stat_result) -> str:
    """Why a file must not be replaced, whatever its kind."""
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        return "It is read-only."
    if status.st_nlink > 1:
        return "It has a second name (a hard link), which would keep the old content."
    return ""


def _reason(error: Exception) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]


def _drops(edit: Edit) -> Edit:
    return Edit(drop_regions=edit.drop_regions, drop_people=edit.drop_people, drop_tags=edit.drop_tags)


class _Siblings(Collection[str]):
    """The names in a folder, asked for one by one: to list a folder of ten thousand files for each is slow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and os.path.lexists(self._folder / name)

    def __iter__(self) -> Iterator[str]:
        return (entry.name for entry in self._folder.iterdir())

    def __len__(self) -> int:
        return sum(1 for _ in self._folder.iterdir())


def _own_sidecars(path: Path) -> list[Path]:
    """The XMP files that describe this file alone, the most specific first.

    IMG.xmp beside IMG.jpg and IMG.CR2 is not its own: what is written there would be said of both.
    """
    found: dict[tuple[int, int], Path] = {}
    for name in sidecars_of(path.name, _Siblings(path.parent)):
        if not name.lower().endswith(".xmp"):
            continue  # Picasa's: read, never written
        sidecar = path.with_name(name)
        status = sidecar.stat()
        if len(name) > len(path.name) or not _is_shared(path):
            found.setdefault((status.st_dev, status.st_ino), sidecar.resolve() if sidecar.is_symlink() else sidecar)
    return list(found.values())


def _is_shared(path: Path) -> bool:
    """Whether another photo beside this one has its name but for the suffix."""
    for other in path.parent.iterdir():
        if other.stem == path.stem and other.name != path.name and other.suffix.lower() not in _COMPANIONS:
            return True
    return False


def _planned_sidecar(sidecar: Path, photo: _Photo, edit: Edit, note: str) -> Planned:
    planned = Planned(sidecar, "sidecar", edit, photo.frame, note=note)
    try:
        with surroundings(sidecar):
            if not sidecar.exists():
                return _new_sidecar(planned, photo)
            status = sidecar.stat()
            why_not = _why_not(sidecar, status)
            if status.st_size > LARGEST_SIDECAR:
                why_not = f"It is larger than {LARGEST_SIDECAR >> 20} MB."
            work = rewriting(sidecar_blocks(sidecar.read_bytes()), edit, photo.frame, only_changes=True)
    except WriteRefused as error:
        return replace(planned, refusal=_reason(error))
    if why_not and work.changes:
        return replace(planned, changes=work.changes, refusal=f"The sidecar cannot be changed: {why_not}")
    return replace(planned, changes=work.changes)


def sidecar_blocks(data: bytes) -> Blocks:
    return Blocks(xmp=data or None, takes=frozenset({"xmp"}))


def _new_sidecar(planned: Planned, photo: _Photo) -> Planned:
    """Begun with the lists and regions that the file itself holds; without regions that new ones cannot join."""
    if not os.access(planned.path.parent, os.W_OK | os.X_OK):
        return replace(planned, refusal=f"{planned.note} Its folder is read-only too.".strip())
    begun = xmp_fields.begun_from(photo.packet, photo.iptc_keywords)
    try:
        work = work_on_new(begun, planned.edit, planned.frame)
    except WriteRefused:
        begun = xmp_fields.without_regions(begun)
        work = work_on_new(begun, planned.edit, planned.frame)
    return replace(planned, changes=work.changes, begun=begun)


def work_on_new(begun: Packet, edit: Edit, frame: Frame) -> Rewriting:
    return rewriting(sidecar_blocks(serialized(begun) if begun.properties else b""), edit, frame)
