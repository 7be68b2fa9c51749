"""What a scan means: the files that are there against the files that were known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Stamped(Protocol):
    """A file with what tells that it changed."""

    @property
    def path(self) -> object: ...
    @property
    def size_bytes(self) -> int: ...
    @property
    def mtime_ns(self) -> int: ...
    @property
    def sidecars(self) -> Sequence[object]: ...


S = TypeVar("S", bound=Stamped)
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Known(Generic[K, S]):
    """A file as it was remembered; key: whatever the caller knows it by."""

    key: K
    seen: S
    missing: bool


@dataclass(frozen=True, slots=True)
class Difference(Generic[K, S]):
    """Every seen file is in one of new, changed, retagged, same; every known one not seen is in gone.

    changed: other bytes under the same path. retagged: same bytes, other sidecars. back: those of
    same that were missing before.
    """

    new: tuple[S, ...]
    changed: tuple[tuple[K, S], ...]
    retagged: tuple[tuple[K, S], ...]
    same: tuple[K, ...]
    back: tuple[K, ...]
    gone: tuple[Known[K, S], ...]


def compare(known: Iterable[Known[K, S]], seen: Iterable[S]) -> Difference[K, S]:
    """By path, size, modification time and sidecars. A path seen twice counts once."""
    remembered = {one.seen.path: one for one in known}
    there = {one.path: one for one in seen}
    new: list[S] = []
    changed: list[tuple[K, S]] = []
    retagged: list[tuple[K, S]] = []
    same: list[K] = []
    back: list[K] = []
    for path, now in there.items():
        before = remembered.get(path)
        if before is None:
            new.append(now)
        elif (before.seen.size_bytes, before.seen.mtime_ns) != (now.size_bytes, now.mtime_ns):
            changed.append((before.key, now))
        elif tuple(before.seen.sidecars) != tuple(now.sidecars):
            retagged.append((before.key, now))
        else:
            same.append(before.key)
            if before.missing:
                back.append(before.key)
    gone = tuple(one for path, one in remembered.items() if path not in there)
    return Difference(tuple(new), tuple(changed), tuple(retagged), tuple(same), tuple(back), gone)
