"""The folders of this machine that a client may name: checked before anything is done with them."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from photoscribe.core.errors import UsageError
from photoscribe.core.photo import MediaKind

_LOOKED_AT = 2000
"""Entries of a folder that are looked at for photos, so that a huge one answers at once."""


@dataclass(frozen=True, slots=True)
class HostFolder:
    """photos_likely: it holds files named like photos. known: it is indexed, or inside a folder that is."""

    folder: Path
    photos_likely: bool
    known: bool


@dataclass(frozen=True, slots=True)
class HostFolders:
    """roots: the library's. allowed: where else a client may go; None for anywhere, when only this machine asks."""

    roots: Callable[[], Sequence[Path]]
    allowed: tuple[Path, ...] | None
    kind_of: Callable[[Path], MediaKind | None]

    def path(self, text: str) -> Path:
        """A file or folder that is there and may be named, links resolved. Raises UsageError."""
        path = Path(text)
        if "\0" in text or not path.is_absolute():
            raise UsageError(f"not a whole path: {text[:500]!r}. It must begin at the root of the disk")
        try:
            resolved = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise UsageError(f"no such file or folder: {text[:500]}") from error
        self._check(resolved, text)
        # As it was named, where nothing in the name leads elsewhere: the user knows photos by the links they made.
        return resolved if ".." in path.parts else path

    def folder(self, text: str) -> Path:
        path = self.path(text)
        if not path.is_dir():
            raise UsageError(f"not a folder: {text[:500]}")
        return path

    def indexable(self, text: str) -> Path:
        """As path(); one that the library knows and that is away may be named too."""
        path = Path(text)
        is_known = ".." not in path.parts and any(path.is_relative_to(root) for root in self.roots())
        return path if is_known and not path.exists() else self.path(text)

    def start(self) -> Path | None:
        """Where to begin to look: None for the list of allowed folders."""
        return Path.home() if self.allowed is None else None

    def inside(self, folder: Path) -> Sequence[HostFolder]:
        """The folders in a folder, by name, hidden ones left out. Raises UsageError when it cannot be read."""
        try:
            with os.scandir(folder) as entries:
                names = [Path(entry.path) for entry in entries if not entry.name.startswith(".") and _is_folder(entry)]
        except OSError as error:
            raise UsageError(f"{folder} cannot be read: {error.strerror}") from error
        return [self._described(path) for path in sorted(names, key=lambda path: path.name.casefold())]

    def choices(self) -> Sequence[HostFolder]:
        """The folders that may be named, where not all may."""
        return [self._described(path) for path in sorted({*self.roots(), *(self.allowed or ())}) if path.is_dir()]

    def parent(self, folder: Path) -> Path | None:
        """The folder above, None where that may not be named."""
        above = folder.parent
        return above if above != folder and self._is_allowed(above.resolve()) else None

    def _described(self, path: Path) -> HostFolder:
        known = any(path.is_relative_to(root) for root in self.roots())
        return HostFolder(path, self._has_photos(path), known)

    def _has_photos(self, path: Path) -> bool:
        try:
            with os.scandir(path) as entries:
                return any(self.kind_of(Path(entry.name)) for entry, _ in zip(entries, range(_LOOKED_AT), strict=False))
        except OSError:
            return False

    def _check(self, resolved: Path, text: str) -> None:
        if not self._is_allowed(resolved):
            raise UsageError(
                f"{text[:500]} is outside the folders that may be named over the network. "
                "Start the server with --allow-folder to add it"
            )

    def _is_allowed(self, resolved: Path) -> bool:
        if self.allowed is None:
            return True
        places = [*self.roots(), *self.allowed]
        return any(resolved.is_relative_to(place.resolve()) for place in places)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
