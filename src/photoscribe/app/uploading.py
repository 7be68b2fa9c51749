"""Takes in photos that a browser sends: only photos, never over another file, none twice."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Literal

from photoscribe.app.library import Library
from photoscribe.core.errors import Unavailable
from photoscribe.core.photo import MediaKind

HEAD_BYTES = 4096
_LONGEST_NAME = 180  # bytes; file systems take 255, and a sidecar's name is its photo's with a suffix
_DEEPEST = 8
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_SIDECAR = ".xmp"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it came, in a temporary place. name: what the client calls it, with or without folders."""

    name: str
    file: Path


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it. path: where it lies now; of a known one, where it lay before."""

    name: str
    outcome: Literal["stored", "known", "refused"]
    path: Path | None
    reason: str = ""


class Uploading:
    """folder: where uploads go now. recognise: the kind by first bytes, or why it is no photo."""

    def __init__(
        self,
        library: Library,
        folder: Callable[[], Path],
        *,
        recognise: Callable[[bytes], MediaKind | str],
        content_hash: Callable[[Path], str],
        today: Callable[[], date],
    ) -> None:
        self._library, self._folder, self._today = library, folder, today
        self._recognise, self._content_hash = recognise, content_hash

    @property
    def folder(self) -> Path:
        return self._folder()

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """A place for files that are coming in, on the disk where they will stay; gone afterwards."""
        folder = self._folder()
        with _explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            place = Path(tempfile.mkdtemp(prefix=".incoming-", dir=folder))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def take(self, incoming: Sequence[Incoming]) -> Sequence[Taken]:
        """In the order they came. Raises Unavailable when the disk does not take them."""
        taken: dict[int, Taken] = {}
        names: dict[PurePosixPath, Path | None] = {}  # of photos, to where each lies; None for one that was known
        order = sorted(range(len(incoming)), key=lambda at: _is_sidecar(incoming[at].name))
        with _explained(self._folder()):
            for at in order:
                one = incoming[at]
                taken[at] = self._sidecar(one, names) if _is_sidecar(one.name) else self._photo(one, names)
        return [taken[at] for at in range(len(incoming))]

    def _photo(self, one: Incoming, names: dict[PurePosixPath, Path | None]) -> Taken:
        with one.file.open("rb") as file:
            kind = self._recognise(file.read(HEAD_BYTES))
        if kind not in {"image", "raw", "video", "dicom"}:
            return Taken(one.name, "refused", None, kind)
        inner = fit_name(one.name)
        known = self._known(one.file)
        names[inner] = None
        if known is not None:
            return Taken(one.name, "known", known, "a photo with the same content is there already")
        wanted = self._day / inner
        if wanted.is_file() and self._content_hash(wanted) == self._content_hash(one.file):
            return Taken(one.name, "known", wanted, "it was uploaded before")
        names[inner] = stored = _moved(one.file, wanted)
        return Taken(one.name, "stored", stored)

    def _sidecar(self, one: Incoming, names: dict[PurePosixPath, Path | None]) -> Taken:
        head = one.file.read_bytes()[: 1 << 20]
        if b"<rdf:RDF" not in head and b"xmpmeta" not in head:
            return Taken(one.name, "refused", None, "not a sidecar: it holds no XMP")
        inner = fit_name(one.name)
        whose = inner.with_suffix("")
        full = whose in names  # IMG.jpg.xmp, else IMG.xmp
        photo = whose if full else next((name for name in names if name.with_suffix("") == whose), None)
        if photo is None:
            return Taken(one.name, "refused", None, "a sidecar without its photo. Send both together")
        lies = names[photo]
        if lies is None:
            return Taken(one.name, "refused", None, "its photo is there already, and keeps its own sidecar")
        beside = lies.with_name(lies.name + _SIDECAR) if full else lies.with_suffix(_SIDECAR)
        return Taken(one.name, "stored", _moved(one.file, beside))

    @property
    def _day(self) -> Path:
        today = self._today()
        return self._folder() / f"{today:%Y}" / f"{today:%Y-%m-%d}"

    def _known(self, file: Path) -> Path | None:
        same_size = [one for one in self._library.catalogue.sized({file.stat().st_size}) if one.content_hash]
        if not same_size:
            return None
        content = self._content_hash(file)
        found = (one.seen.path for one in same_size if not one.missing and one.content_hash == content)
        return next(found, None)


def fit_name(name: str) -> PurePosixPath:
    """A relative path of harmless names, whatever came: nothing leads out of its folder, nothing is hidden."""
    parts = [_fit_part(part) for part in re.split(r"[/\\]", name) if part.strip(" .")]
    return PurePosixPath(*parts[-_DEEPEST:]) if parts else PurePosixPath("photo")


def _fit_part(part: str) -> str:
    part = _UNFIT.sub("_", part).strip(" .") or "_"
    if _DEVICES.fullmatch(part):
        part = f"_{part}"
    stem, dot, suffix = part.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, suffix = part, ""
    while len(f"{stem}.{suffix}".encode()) > _LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem}.{suffix}" if suffix else stem


def _moved(file: Path, wanted: Path) -> Path:
    """Move to the wanted place, or beside what is there already."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    number, place = 1, wanted
    while True:
        try:
            os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))  # ours from here on
        except FileExistsError:
            number += 1
            place = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
            continue
        break
    try:
        file.chmod(0o644)
        file.replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            place.unlink()
        raise
    return place


def _is_sidecar(name: str) -> bool:
    return name.lower().endswith(_SIDECAR)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"uploads cannot be kept in {folder}: {error.strerror or error}. Make room, or choose another folder"
        ) from error
