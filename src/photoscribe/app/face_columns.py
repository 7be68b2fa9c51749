"""Every face that can be compared, as columns: what grouping, guessing and the review queue reckon with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photoscribe.core.people import FaceId, FaceState, PersonId

STATES: tuple[FaceState, ...] = ("unknown", "suggested", "confirmed", "ignored")
UNKNOWN, SUGGESTED, CONFIRMED, IGNORED = range(4)


@dataclass(frozen=True, slots=True)
class Moment:
    """When the library was looked at. change: the last one. revision: counts what the machine did to faces."""

    change: int
    revision: int


@dataclass(frozen=True, slots=True)
class FaceColumns:
    """Every face with a vector of one model, by rising id, as columns of equal length n.

    matrix: (n, d) float32 rows of unit length. qualities: (n, 3) float32: size_px, sharpness, frontal; NaN where
    not known. states: numbers of STATES. persons: confirmed or suggested, numbers of `people`, -1 for nobody.
    probability: of a suggestion, else NaN. groups: -1 for none. rejected: (m, 2) rows (row, number of a person).
    apart, together: (m, 2) pairs of rows.
    """

    faces: NDArray[np.int64]
    photos: NDArray[np.int64]
    matrix: NDArray[np.float32]
    qualities: NDArray[np.float32]
    states: NDArray[np.int8]
    persons: NDArray[np.int64]
    probability: NDArray[np.float32]
    groups: NDArray[np.int64]
    people: tuple[PersonId, ...]
    rejected: NDArray[np.int64]
    apart: NDArray[np.int64]
    together: NDArray[np.int64]
    moment: Moment

    def __len__(self) -> int:
        return len(self.faces)

    def rows(self, faces: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each face, -1 for one that is not here."""
        if not len(self.faces):
            return np.full(len(faces), -1, np.int64)
        at = np.minimum(np.searchsorted(self.faces, faces), len(self.faces) - 1)
        return np.where(self.faces[at] == faces, at, -1)


@dataclass(frozen=True, slots=True)
class FaceStands:
    """Where one face stands. rejected: the people it is not."""

    state: FaceState
    person: PersonId | None
    probability: float | None
    group: int | None
    rejected: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Stands:
    """Some faces: those that exist and can be compared."""

    faces: Mapping[FaceId, FaceStands]
    moment: Moment


class ColumnStore(Protocol):
    """Reads of all faces at once, and of some, each at one moment."""

    def moment(self) -> Moment: ...

    def columns(self, model: str) -> FaceColumns: ...

    def stands(self, faces: Sequence[FaceId], model: str) -> Stands: ...

    def pairs(self) -> Mapping[str, Sequence[tuple[FaceId, FaceId]]]:
        """Every pair of faces said to be "apart" or "together"."""
        ...
