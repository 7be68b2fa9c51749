"""Index folders where they are: scan, then let the pipeline work, then group the faces."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from photoscribe.app.library import Library, ScanResult
from photoscribe.app.pipeline import drain
from photoscribe.app.ports import Emit, Executor, Folders, KnownFile, SeenFile, Skipped
from photoscribe.core.errors import UsageError
from photoscribe.core.facts import Origin
from photoscribe.core.photo import PhotoId
from photoscribe.core.scanning import Difference, Known, compare

log = logging.getLogger(__name__)

BATCH = 16
"""Photos claimed and committed together: what a kill can cost. 16 take a second or two, a commit some milliseconds."""


class Regroup(Protocol):
    def refresh(self) -> None:
        """Group the faces and guess names anew."""
        ...


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an index run did to the photos under its paths; photos and faces are what is there now."""

    photos: int
    new: int
    changed: int
    unchanged: int
    moved: int
    missing: int
    failed: int
    faces: int
    seconds: float
    photos_per_second: float


class Indexing:
    """origins: the steps that the executor holds, known without making it, which is slow."""

    def __init__(
        self,
        library: Library,
        folders: Folders,
        *,
        origins: Sequence[Origin],
        make_executor: Callable[[], AbstractContextManager[Executor]],
        people: Regroup,
        clock: Callable[[], float],
    ) -> None:
        self._library, self._folders, self._origins = library, folders, origins
        self._make_executor, self._people, self._clock = make_executor, people, clock

    def index(self, paths: Sequence[Path], emit: Emit) -> IndexReport:
        """Bring the library up to date with these files and folders, or with all it knows when none is given.

        Raises UsageError for a path that neither exists nor is known, Unavailable when another
        process indexes into the same library.
        """
        started = self._clock()
        roots = self._roots(paths)
        with self._library.only_indexer():
            self._library.catalogue.add_roots([root for root in roots if root.is_dir()])
            scan, same = self._scan(roots)
            self._library.catalogue.apply(scan)
            if self._library.ledger.progress(self._origins).pending:
                self._work(emit)
        return self._report(roots, scan, same, self._clock() - started)

    def _roots(self, paths: Sequence[Path]) -> list[Path]:
        catalogue = self._library.catalogue
        if not paths:
            known = list(catalogue.roots())
            if not known:
                raise UsageError("the library is empty. Say which folder to index: photoscribe index FOLDER")
            return known
        roots = [Path(path).absolute() for path in paths]
        for root in roots:
            if not root.exists() and not catalogue.known_under([root]):
                raise UsageError(f"no such file or folder: {root}")
        return roots

    def _scan(self, roots: Sequence[Path]) -> tuple[ScanResult, int]:
        """What changed, and how many did not."""
        catalogue = self._library.catalogue
        skipped: list[Skipped] = []
        walked = [seen for root in roots for seen in self._folders.walk(root, skipped)]
        known = {one.seen.path: one for one in catalogue.known_under(roots)}
        left_out = {one.path: one for one in catalogue.skipped_under(roots) if not one.failed}
        seen = []
        for file in walked:
            settled = self._settle(file, known.get(file.path), left_out.get(file.path))
            if isinstance(settled, Skipped):
                skipped.append(settled)
            else:
                seen.append(settled)
        difference = compare((Known(one, one.seen, one.missing) for one in known.values()), seen)
        moved = self._moves(difference)
        moved_ids, moved_paths = {id_ for id_, _ in moved}, {file.path for _, file in moved}
        scan = ScanResult(
            roots=tuple(roots),
            new=tuple(file for file in difference.new if file.path not in moved_paths),
            changed=tuple((one.photo, file) for one, file in difference.changed),
            retagged=tuple((one.photo, file) for one, file in difference.retagged),
            moved=moved,
            gone=tuple(one.key.photo for one in difference.gone if not one.missing and one.key.photo not in moved_ids),
            back=tuple(one.photo for one in difference.back),
            skipped=tuple(skipped),
        )
        return scan, len(difference.same)

    def _settle(self, file: SeenFile, known: KnownFile | None, left_out: Skipped | None) -> SeenFile | Skipped:
        """The file with its kind, or why it is no photo: looked into only when neither name nor memory tells."""
        if file.kind is not None:
            return file
        stamp = file.size_bytes, file.mtime_ns
        if known and (known.seen.size_bytes, known.seen.mtime_ns) == stamp:
            return replace(file, kind=known.seen.kind)
        if left_out and (left_out.size_bytes, left_out.mtime_ns) == stamp:
            return left_out
        return self._folders.recognise(file)

    def _moves(self, difference: Difference[KnownFile, SeenFile]) -> tuple[tuple[PhotoId, SeenFile], ...]:
        """New files that are known photos whose path is gone, wherever it was: same size, then same content."""
        waiting: dict[int, list[KnownFile]] = {}
        for known in self._library.catalogue.sized({file.size_bytes for file in difference.new}):
            if known.content_hash and not self._folders.is_there(known.seen.path):
                waiting.setdefault(known.seen.size_bytes, []).append(known)
        moved: list[tuple[PhotoId, SeenFile]] = []
        for file in difference.new:
            candidates = waiting.get(file.size_bytes, [])
            if not candidates:
                continue
            try:
                content = self._folders.content_hash(file.path)
            except OSError:
                continue  # it cannot be read now: the pipeline will say so
            match = next((one for one in candidates if one.content_hash == content), None)
            if match:
                candidates.remove(match)
                moved.append((match.photo, file))
        return tuple(moved)

    def _work(self, emit: Emit) -> None:
        faces = self._library.faces.count()
        before = self._library.ledger.progress(self._origins)
        with self._make_executor() as executor:
            drain(self._library.ledger, executor, emit, BATCH)
        after = self._library.ledger.progress(self._origins)
        if after.done != before.done or self._library.faces.count() != faces:
            self._people.refresh()

    def _report(self, roots: Sequence[Path], scan: ScanResult, same: int, seconds: float) -> IndexReport:
        here = self._library.catalogue.known_under(roots)
        present = [one for one in here if not one.missing]
        there = {one.seen.path for one in present}
        failed = {problem.path for problem in self._library.catalogue.problems() if problem.path in there}
        failed |= {one.path for one in scan.skipped if one.failed}
        worked = len(scan.new) + len(scan.changed) + len(scan.retagged)
        return IndexReport(
            photos=len(present),
            new=len(scan.new),
            changed=len(scan.changed) + len(scan.retagged),
            unchanged=same,
            moved=len(scan.moved),
            missing=len(here) - len(present),
            failed=len(failed),
            faces=self._library.faces.count([one.photo for one in present]),
            seconds=round(seconds, 3),
            photos_per_second=round(worked / seconds, 2) if seconds else 0.0,
        )
