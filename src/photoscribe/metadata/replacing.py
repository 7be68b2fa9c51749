"""A file replaced at once by a finished one beside it, or not at all."""

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from photoscribe.core.errors import Unavailable

# What a file system may round the time of a change to (FAT: two seconds). A file changed as shortly before it was
# read may have been changed again without its time showing it.
_COARSEST_TIME_NS = 2_000_000_000

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_ATTRIBUTES = {errno.ENOTSUP, errno.ENODATA, errno.EPERM, errno.EACCES}
_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells cheaply that a file is still the one that was read, and when that was."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    read_ns: int

    def is_of(self, now: os.stat_result) -> bool:
        there = (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)
        return there == (self.device, self.inode, self.size, self.mtime_ns, self.ctime_ns)

    @property
    def may_hide_a_change(self) -> bool:
        return self.read_ns - max(self.mtime_ns, self.ctime_ns) < _COARSEST_TIME_NS


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A whole file and its stamp. data: b"" and stamp None for one that is not there."""

    data: bytes
    stamp: Stamp | None
    status: os.stat_result | None


def read_file(path: Path) -> ReadFile:
    """Raises Unavailable when it cannot be read, or changes meanwhile."""
    with surroundings(path):
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            return ReadFile(b"", None, None)
        try:
            read_ns = time.time_ns()
            status = os.fstat(descriptor)
            data = _all_of(descriptor, status.st_size)
            stamp = _stamp(status, read_ns)
            if len(data) != status.st_size or not stamp.is_of(os.fstat(descriptor)):
                raise Unavailable("it changed while it was read. Try again when the other program has finished.")
        finally:
            os.close(descriptor)
    return ReadFile(data, stamp, status)


def stamp_of(status: os.stat_result) -> Stamp:
    return _stamp(status, time.time_ns())


def _stamp(status: os.stat_result, read_ns: int) -> Stamp:
    return Stamp(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, read_ns)


def _all_of(descriptor: int, size: int) -> bytes:
    data = os.read(descriptor, size + 1)
    if len(data) >= size:
        return data
    parts = [data]
    while part := os.read(descriptor, _BLOCK):
        parts.append(part)
    return b"".join(parts)


@contextlib.contextmanager
def surroundings(path: Path) -> Iterator[None]:
    """Turns what the system refuses into Unavailable, with the remedy."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Unavailable(
                f"the disk is full, so {path.name} is as it was. Free some space and run again."
            ) from error
        fact = error.strerror or str(error)
        raise Unavailable(f"{path.name} cannot be reached ({fact}). Check the disk and the permissions.") from error


def temporary_name(path: Path, key: str, suffix: str = "") -> Path:
    """A hidden name in the same folder: the same for the same change, so that what a crash left is used up.

    suffix: which the name must end in, for a program that goes by it.
    """
    mark = hashlib.sha256(f"{path.name}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    ending = f".photoscribe-{mark}.tmp{suffix}"
    stem = os.fsencode(path.name)[: 254 - len(os.fsencode(ending))]
    return path.with_name("." + os.fsdecode(stem) + ending)


def write_temporary(temporary: Path, data: bytes, *, private: bool) -> None:
    """A new file with the bytes, not yet on the disk for certain. Raises Unavailable; leaves nothing behind then.

    private: until it is dressed as another file nobody else may read it; else it is as the system makes new files.
    """
    with surroundings(temporary):
        temporary.unlink(missing_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
        descriptor = os.open(temporary, flags, 0o600 if private else 0o666)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
        except BaseException:
            os.close(descriptor)
            temporary.unlink(missing_ok=True)
            raise
        os.close(descriptor)


def holds(path: Path, data: bytes) -> bool:
    """Whether a file holds exactly these bytes, as it is read from the disk or what the system keeps of it."""
    with surroundings(path), path.open("rb", buffering=0) as file:
        buffer = bytearray(_BLOCK)
        at = 0
        while size := file.readinto(buffer):
            if buffer[:size] != data[at : at + size]:
                return False
            at += size
    return at == len(data)


def dress(temporary: Path, model: Path, like: os.stat_result | None, *, times: tuple[int, int] | None) -> None:
    """Permissions, owner and extended attributes as those of the model.

    like: the model's status, None where there is no file to be like. times: of access and modification, to be set.
    """
    with surroundings(temporary):
        if like is not None and hasattr(os, "chown"):
            now = temporary.stat()
            with contextlib.suppress(PermissionError):  # only root may give files away
                if now.st_gid != like.st_gid:
                    os.chown(temporary, -1, like.st_gid)
                if now.st_uid != like.st_uid:
                    os.chown(temporary, like.st_uid, -1)
        if like is not None:
            _copy_attributes(model, temporary)
            temporary.chmod(stat.S_IMODE(like.st_mode))
        if times is not None:
            os.utime(temporary, ns=times)


def sync(temporary: Path) -> None:
    """Waits until all of a file is on the disk."""
    with surroundings(temporary):
        descriptor = os.open(temporary, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _copy_attributes(model: Path, temporary: Path) -> None:
    """Extended attributes, those of the user's as a must; Python has them on Linux only."""
    if not hasattr(os, "listxattr"):
        return
    try:
        names = os.listxattr(model)
    except OSError as error:
        if error.errno in _NO_ATTRIBUTES:
            return
        raise
    for name in names:
        try:
            os.setxattr(temporary, name, os.getxattr(model, name))
        except OSError as error:
            if name.startswith("user.") or error.errno not in _NO_ATTRIBUTES:
                raise


@dataclass(slots=True)
class Replacement:
    """A finished file that waits beside the one it is to replace; neither is anything to do with the other yet.

    path: what is replaced, made or, with temporary None, removed. before_hash: "" where there is no file yet;
    after_hash: "" where there is none then. patch: gives the bytes before from those after.
    """

    path: Path
    before_hash: str
    after_hash: str
    patch: bytes
    temporary: Path | None
    stamp: Stamp | None
    hash_of: Callable[[bytes], str]
    sync: bool = True
    done: bool = False

    def commit(self) -> None:
        """Replace the file at once. Raises Unavailable when it has changed meanwhile; then it stays as it is."""
        if self.done:
            raise ValueError("committed or abandoned already")
        try:
            with surroundings(self.path):
                self._check()
                self._replace()
                if self.sync:
                    _sync_folder(self.path.parent)
        except BaseException:
            self.abandon()
            raise
        self.done = True

    def abandon(self) -> None:
        """Leave everything as it was. May be called at any time, and more than once."""
        if not self.done and self.temporary is not None:
            with contextlib.suppress(OSError):
                self.temporary.unlink(missing_ok=True)
        self.done = True

    def _check(self) -> None:
        try:
            now = self.path.stat()
        except FileNotFoundError:
            now = None
        if (now is None) != (self.stamp is None):
            raise Unavailable(_CHANGED)
        if now is None or self.stamp is None or (self.stamp.is_of(now) and not self.stamp.may_hide_a_change):
            return
        if self.hash_of(read_file(self.path).data) != self.before_hash:
            raise Unavailable(_CHANGED)

    def _replace(self) -> None:
        if self.temporary is None:
            self.path.unlink()
        elif self.stamp is None:
            _make(self.temporary, self.path)
        else:
            self.temporary.replace(self.path)


_CHANGED = "it changed while it was being written, so it is as the other program left it. Run again."


def _make(temporary: Path, path: Path) -> None:
    """Gives a file its name unless that is taken meanwhile."""
    try:
        os.link(temporary, path)
    except FileExistsError as error:
        raise Unavailable(_CHANGED) from error
    except OSError:  # no hard links here: FAT, some shares
        temporary.replace(path)
    else:
        temporary.unlink()


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot, and needs not
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some shares refuse it
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
