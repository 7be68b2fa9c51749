"""Photos in folders on disk, where they are."""

import errno
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from photoscribe.app.ports import SeenFile, Skipped
from photoscribe.core.photo import MediaKind

HEAD_BYTES = 4096
IGNORED_FOLDERS = frozenset(
    {"@eadir", "#recycle", "$recycle.bin", "system volume information", "lost+found", "__macosx"}
)
IGNORED_FILES = frozenset({"thumbs.db", "desktop.ini", "picasa.ini", "ehthumbs.db"})
NO_MEDIA = frozenset({".nomedia", ".noimage"})

KindOf = Callable[[Path], MediaKind | None]
Recognise = Callable[[bytes], MediaKind | str]
SidecarsOf = Callable[[str, Collection[str]], Sequence[str]]


class FolderSource:
    """kind_of: by name. recognise: by first bytes, or why it is no photo. sidecars_of: (name, all names beside it)."""

    def __init__(
        self, *, kind_of: KindOf, recognise: Recognise, sidecars_of: SidecarsOf, content_hash: Callable[[Path], str]
    ) -> None:
        self._kind_of, self._recognise, self._sidecars_of = kind_of, recognise, sidecars_of
        self._content_hash = content_hash

    def walk(self, root: Path, skipped: list[Skipped]) -> Iterator[SeenFile]:
        """Files under root, folder by folder; links to folders are followed once, so that a loop ends."""
        if root.is_dir():
            yield from self._folder(root, skipped, set())
            return
        try:
            entries = {entry.name: entry for entry in os.scandir(root.parent)}
        except OSError as error:
            skipped.append(_unreadable(root, error))
            return
        if root.name in entries:
            yield from self._files([entries[root.name]], entries, skipped)

    def recognise(self, seen: SeenFile) -> SeenFile | Skipped:
        try:
            with seen.path.open("rb") as file:
                answer = self._recognise(file.read(HEAD_BYTES))
        except OSError as error:
            return _unreadable(seen.path, error)
        if answer in {"image", "raw", "video", "dicom"}:
            return SeenFile(seen.path, seen.size_bytes, seen.mtime_ns, answer, seen.sidecars)  # type: ignore[arg-type]  # one of MediaKind
        return Skipped(seen.path, seen.size_bytes, seen.mtime_ns, answer, failed=False)

    def is_there(self, path: Path) -> bool:
        return _stat(path) is not None

    def look_again(self, seen: SeenFile, touched: Path) -> SeenFile | None:
        sidecars = [path for path, *_ in seen.sidecars]
        if touched != seen.path and touched not in sidecars:
            names = [seen.path.name, touched.name, *(path.name for path in sidecars)]
            sidecars = [seen.path.with_name(name) for name in self._sidecars_of(seen.path.name, names)]
        try:
            stat = seen.path.stat()
        except OSError:
            return None
        stamps = tuple((path, now.st_size, now.st_mtime_ns) for path in sidecars if (now := _stat(path)))
        return SeenFile(seen.path, stat.st_size, stat.st_mtime_ns, seen.kind, stamps)

    def content_hash(self, path: Path) -> str:
        return self._content_hash(path)

    def _folder(self, folder: Path, skipped: list[Skipped], seen: set[tuple[int, int]]) -> Iterator[SeenFile]:
        try:
            stat = folder.stat()
            if (stat.st_dev, stat.st_ino) in seen:
                return
            seen.add((stat.st_dev, stat.st_ino))
            with os.scandir(folder) as found:
                entries = {entry.name: entry for entry in sorted(found, key=lambda entry: entry.name)}
        except OSError as error:
            skipped.append(_unreadable(folder, error))
            return
        if NO_MEDIA & entries.keys():
            return
        files: list[os.DirEntry[str]] = []
        folders: list[os.DirEntry[str]] = []
        for entry in entries.values():
            if entry.name.startswith("."):
                continue
            try:
                is_folder = entry.is_dir()
            except OSError as error:
                skipped.append(_unreadable(Path(entry.path), error))
                continue
            (folders if is_folder else files).append(entry)
        yield from self._files(files, entries, skipped)
        for entry in folders:
            if entry.name.casefold() not in IGNORED_FOLDERS:
                yield from self._folder(Path(entry.path), skipped, seen)

    def _files(
        self, files: list["os.DirEntry[str]"], entries: dict[str, "os.DirEntry[str]"], skipped: list[Skipped]
    ) -> Iterator[SeenFile]:
        used: set[str] = set()
        others: list[SeenFile] = []
        for entry in files:
            if entry.name.casefold() in IGNORED_FILES:
                continue
            path = Path(entry.path)
            kind = self._kind_of(path)
            try:
                stat = entry.stat()
                if not entry.is_file():
                    continue
                if kind is None:
                    others.append(SeenFile(path, stat.st_size, stat.st_mtime_ns, None))
                    continue
                names = self._sidecars_of(entry.name, entries)
                sidecars = tuple(_stamped(entries[name]) for name in names)
            except OSError as error:
                skipped.append(_unreadable(path, error))
                continue
            used.update(names)
            yield SeenFile(path, stat.st_size, stat.st_mtime_ns, kind, sidecars)
        yield from (other for other in others if other.path.name not in used)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _stamped(entry: "os.DirEntry[str]") -> tuple[Path, int, int]:
    stat = entry.stat()
    return Path(entry.path), stat.st_size, stat.st_mtime_ns


def _unreadable(path: Path, error: OSError) -> Skipped:
    if error.errno in {errno.EACCES, errno.EPERM}:
        reason = "may not be read. Give yourself permission to read it and index again"
    elif error.errno == errno.ELOOP:
        reason = "is a link that leads back to itself. Remove the link"
    elif error.errno == errno.ENOENT:
        reason = "is a link to nothing, or was removed meanwhile"
    else:
        reason = f"cannot be read: {error.strerror or error}. Check the disk"
    return Skipped(path, 0, 0, reason, failed=error.errno != errno.ENOENT)
