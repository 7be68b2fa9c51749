"""Settings of one run, read by the command line and by compose only."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from photoscribe.core.errors import UsageError

THREADS_VARIABLE = "PHOTOSCRIBE_THREADS"
MODELS_VARIABLE = "PHOTOSCRIBE_MODELS"
GIGABYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Settings:
    """library: its folder. models: where weights are kept for every library of this user.

    threads: pictures inferred at once. cache_bytes: what previews and face crops may take.
    file_seconds and file_bytes: what opening one file may cost before it is given up.
    """

    library: Path
    models: Path
    threads: int
    cache_bytes: int = 2 * GIGABYTE
    file_seconds: float = 60.0
    file_bytes: int = GIGABYTE

    @property
    def cache(self) -> Path:
        return self.library / "cache"


def default_library() -> Path:
    return Path(platformdirs.user_data_dir("photoscribe", appauthor=False)) / "library"


def settings(library: Path, environment: Mapping[str, str]) -> Settings:
    """Raises UsageError for a variable that makes no sense."""
    models = environment.get(MODELS_VARIABLE)
    threads = environment.get(THREADS_VARIABLE, "")
    if threads and not (threads.isdigit() and int(threads) > 0):
        raise UsageError(f"{THREADS_VARIABLE} must be a number from 1, not {threads}")
    return Settings(
        library=library.absolute(),
        models=Path(models) if models else Path(platformdirs.user_cache_dir("photoscribe", appauthor=False)) / "models",
        threads=int(threads) if threads else len(_usable_cores()),
    )


def _usable_cores() -> range | set[int]:
    """A container may give fewer cores than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return range(os.cpu_count() or 1)
