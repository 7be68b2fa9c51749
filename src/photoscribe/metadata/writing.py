"""Writes an edit into a photo's files so that nothing can be lost: planned, prepared beside the file, proven, replaced.

Between prepare and commit stands the caller's journal: before it nothing has happened, after it there is the way back.
"""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from photoscribe.core.edits import Edit
from photoscribe.core.errors import Unavailable, WriteRefused
from photoscribe.metadata import exiftool_writer, verification
from photoscribe.metadata.bytes_of_file import joined
from photoscribe.metadata.carriers import Sidecar, carrier_of
from photoscribe.metadata.carriers.blocks import Carrier
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.formats import format_of
from photoscribe.metadata.patch import apply_patch, make_patch
from photoscribe.metadata.planning import Planned, Planner, Target, work_on_new
from photoscribe.metadata.replacing import (
    ReadFile,
    Replacement,
    Stamp,
    dress,
    holds,
    read_file,
    sync,
    temporary_name,
    write_temporary,
)
from photoscribe.metadata.rewriting import Rewriting, rewriting

Prepared = Replacement

_NOT_AS_PLANNED = "it changed after the change was planned. Run again."
_SECOND_NS = 1_000_000_000


class Writer:
    """The metadata writers. A context manager: it may run an ExifTool, and threads that hash and wait for the disk.

    picture_hash: of the coded picture in a file's bytes, without metadata; content_hash: of all bytes.
    keep_times: leave a file's time of modification (the default: sorting by it and backups by size stay right; a
    written file never has the size that it had, or else the time moves on by a second, so that programs which
    compare size and time see the change). sync: wait until the disk has it; only a benchmark can do without.
    """

    def __init__(
        self,
        *,
        picture_hash: Callable[[bytes], str],
        content_hash: Callable[[bytes], str],
        exiftool: ExifTool | None = None,
        keep_times: bool = True,
        sync: bool = True,
    ) -> None:
        self._picture_hash, self._content_hash = picture_hash, content_hash
        self._owns_exiftool = exiftool is None
        self._exiftool = exiftool or ExifTool()
        self._planner = Planner(self._exiftool)
        self._keep_times, self._sync = keep_times, sync
        self._threads = ThreadPoolExecutor(max_workers=3, thread_name_prefix="write")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._threads.shutdown()
        if self._owns_exiftool:
            self._exiftool.close()

    def plan(self, path: Path, edit: Edit, target: Target) -> tuple[Planned, ...]:
        """What would be done to which files; nothing is touched. Raises PhotoError and Unavailable."""
        return self._planner.plan(path, edit, target)

    def hash_of(self, path: Path) -> str:
        """The content hash of a file, "" when there is none."""
        found = read_file(path)
        return "" if found.stamp is None else self._content_hash(found.data)

    def prepare(self, planned: Planned) -> Prepared:
        """A proven file beside the one that is to change, which is not touched before `commit`.

        Raises WriteRefused when it cannot be proven, Unavailable when the file is not what it was when the change was
        planned, or the disk is full.
        """
        if planned.refusal:
            raise WriteRefused(planned.refusal)
        if not planned.changes:
            raise ValueError("nothing to do")
        old = read_file(planned.path)
        before_hash = self._threads.submit(self._content_hash, old.data)
        by = self._by_exiftool if planned.tool == "exiftool" else self._here
        staged = by(planned, old, before_hash)
        with _removed_on_error(staged.temporary):
            patch = make_patch(old.data, staged.data)
            hashes = "" if old.stamp is None else before_hash.result(), staged.hash.result()
            staged.synced.result()
            return self._replacement(planned.path, hashes, patch, staged.temporary, old.stamp)

    def restore(self, path: Path, patch: bytes, before_hash: str, after_hash: str) -> Prepared:
        """The way back from a write, prepared as a write is; before_hash and patch as they were when it was prepared.

        Raises WriteRefused when the file is no longer the one that was written. A sidecar that the write made is
        removed, one that it removed is made again.
        """
        now = read_file(path)
        now_hash = "" if now.stamp is None else self._content_hash(now.data)
        if now_hash != after_hash:
            raise WriteRefused(
                "it is as it was before already."
                if now_hash == before_hash
                else "another program changed it after it was written, which taking our change back would undo. "
                "Take the name away and write again."
            )
        before = apply_patch(now.data, patch)
        if not before_hash:
            return self._replacement(path, (after_hash, ""), make_patch(now.data, b""), None, now.stamp)
        if self._content_hash(before) != before_hash:
            raise WriteRefused("the record of how it was before is damaged. Restore it from a backup.")
        temporary = temporary_name(path, after_hash)
        write_temporary(temporary, before, private=now.stamp is not None)
        with _removed_on_error(temporary):
            synced = self._dressed(temporary, before, path, now)
            _check_kept(temporary, before)
            synced.result()
            hashes = after_hash, before_hash
            return self._replacement(path, hashes, make_patch(now.data, before), temporary, now.stamp)

    def _here(self, planned: Planned, old: ReadFile, _: "Future[str]") -> "_Staged":
        """The new file, proven."""
        carrier = Sidecar() if planned.tool == "sidecar" else carrier_of(old.data[:16])
        if carrier is None:
            raise Unavailable(_NOT_AS_PLANNED)
        work, after = _rewritten(planned, old, carrier)
        if work.changes != planned.changes:
            raise Unavailable(_NOT_AS_PLANNED)
        after_hash = self._threads.submit(self._content_hash, after)
        temporary = temporary_name(planned.path, _key(old))
        write_temporary(temporary, after, private=old.stamp is not None)
        with _removed_on_error(temporary):
            staged = _Staged(temporary, after, after_hash, self._dressed(temporary, after, planned.path, old))
            _check_kept(temporary, after)
            wanted = verification.Wanted(planned.edit, planned.frame, self._picture_hash)
            verification.verify(old.data, after, carrier, work, wanted)
        return staged

    def _by_exiftool(self, planned: Planned, old: ReadFile, before_hash: "Future[str]") -> "_Staged":
        kind = format_of(old.data, planned.path.suffix)
        temporary = temporary_name(planned.path, _key(old), kind.exiftool_suffix)
        write_temporary(temporary, old.data, private=True)
        with _removed_on_error(temporary):
            work = exiftool_writer.work_for(
                self._exiftool, temporary, planned.edit, planned.frame, has_exif=kind.has_exif
            )
            if work.changes != planned.changes:
                raise Unavailable(_NOT_AS_PLANNED)
            exiftool_writer.write(self._exiftool, temporary, work)
            after = read_file(temporary).data
            after_hash = self._threads.submit(self._content_hash, after)
            staged = _Staged(temporary, after, after_hash, self._dressed(temporary, after, planned.path, old))
            picture = self._picture_hash(old.data)
            if picture == before_hash.result() or picture != self._picture_hash(after):
                raise WriteRefused("its picture cannot be proven to be the same afterwards. Write to a sidecar.")
            exiftool_writer.verify(
                self._exiftool, planned.path, temporary, work, edit=planned.edit, frame=planned.frame
            )
        return staged

    def _dressed(self, temporary: Path, data: bytes, model: Path, old: ReadFile) -> "Future[None]":
        """Makes a finished temporary file like the model; says when the disk has it, while other work goes on."""
        times = None
        if self._keep_times and old.status is not None:
            moved = _SECOND_NS if len(data) == len(old.data) else 0
            times = old.status.st_atime_ns, old.status.st_mtime_ns + moved
        dress(temporary, model, old.status, times=times)
        return self._threads.submit(sync if self._sync else _nothing, temporary)

    def _replacement(
        self, path: Path, hashes: tuple[str, str], patch: bytes, temporary: Path | None, stamp: Stamp | None
    ) -> Prepared:
        return Replacement(path, *hashes, patch, temporary, stamp, hash_of=self._content_hash, sync=self._sync)


@dataclass(frozen=True, slots=True)
class _Staged:
    """A temporary file and what it holds, with its hash, and the word that the disk has it."""

    temporary: Path
    data: bytes
    hash: "Future[str]"
    synced: "Future[None]"


def _check_kept(temporary: Path, data: bytes) -> None:
    if not holds(temporary, data):
        raise Unavailable("the disk does not keep what is written to it. Check the disk.")


def _nothing(_: Path) -> None:
    """In place of waiting for the disk."""


def _key(old: ReadFile) -> str:
    return "new" if old.stamp is None else f"{old.stamp.size} {old.stamp.mtime_ns}"


def _rewritten(planned: Planned, old: ReadFile, carrier: Carrier) -> tuple[Rewriting, bytes]:
    """The new bytes; never as many as before, where that can be helped."""
    if old.stamp is None:
        work = work_on_new(planned.begun, planned.edit, planned.frame)
        return work, joined(b"", carrier.rewritten(b"", work.new))
    blocks = carrier.read(old.data)
    work = rewriting(blocks, planned.edit, planned.frame)
    after = joined(old.data, carrier.rewritten(old.data, work.new, work.exif))
    if len(after) == len(old.data) and "xmp" in work.new:
        work = rewriting(blocks, planned.edit, planned.frame, padding=2)
        after = joined(old.data, carrier.rewritten(old.data, work.new, work.exif))
    return work, after


@contextlib.contextmanager
def _removed_on_error(temporary: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for name in (temporary.name, temporary.name + "_exiftool_tmp"):  # what ExifTool leaves when it is ended
            with contextlib.suppress(OSError):
                temporary.with_name(name).unlink(missing_ok=True)
        raise
