"""The graph of alike faces in a file beside the library: a cache, made again when it is lost or broken."""

import contextlib
import logging
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from photoscribe.app.neighbouring import KeptNeighbours
from photoscribe.core.neighbours import Neighbours

log = logging.getLogger(__name__)


class NeighbourFile:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, model: str) -> KeptNeighbours | None:
        try:
            with np.load(self._path(model), allow_pickle=False) as kept:
                neighbours = Neighbours(kept["indices"], kept["similarities"], float(kept["floor"]))
                return KeptNeighbours(kept["faces"], kept["marks"], neighbours)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
            return None

    def save(self, model: str, kept: KeptNeighbours) -> None:
        """Whole or not at all; a full disk costs time at the next start, nothing else."""
        path = self._path(model)
        unfinished = path.with_suffix(".tmp")
        arrays: dict[str, Any] = {
            "faces": kept.faces,
            "marks": kept.marks,
            "indices": kept.neighbours.indices,
            "similarities": kept.neighbours.similarities,
            "floor": np.array(kept.neighbours.floor),
        }
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                np.savez(file, allow_pickle=False, **arrays)
            unfinished.replace(path)
        except OSError as error:
            log.warning("the graph of alike faces could not be kept: %s", error)
            with contextlib.suppress(OSError):
                unfinished.unlink()

    def _path(self, model: str) -> Path:
        return self._folder / f"neighbours-{model}.npz"
