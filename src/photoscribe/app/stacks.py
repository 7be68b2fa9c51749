"""A question of the review queue as it is shown: faces of presumably one person, and who it may be."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.doubles import may_not_be_one
from photoscribe.app.face_columns import SUGGESTED, UNKNOWN, FaceColumns
from photoscribe.app.live_faces import LiveFaces
from photoscribe.core.calibration import RecognitionScale
from photoscribe.core.clustering import graded
from photoscribe.core.people import FaceId, Person, PersonId
from photoscribe.core.photo import PhotoId
from photoscribe.core.recognition import Recogniser
from photoscribe.core.reviewing import evenly, heart_of, least_sure, likeness_to

Rows = NDArray[np.int64]
StackKind = Literal["group", "suggested"]

MOST_SHOWN = 400
"""Faces of a stack that are sent; an answer that names none of them is about all of the stack."""

_PROBES = 32  # faces of a stack, the surest, that say who it may be
_MOST_CANDIDATES = 9  # the keys 1 to 9
_LEAST_CANDIDATE = 0.01  # a name below one in a hundred is noise
SURE_SUGGESTION = 0.9  # faces below it are shown as doubtful in a stack of suggestions
_SAMPLES = 6


@dataclass(frozen=True, slots=True)
class StackFace:
    """similarity: to the heart of the stack, in [0, 1]. probability: that it is the person asked about."""

    face: FaceId
    photo: PhotoId
    similarity: float
    doubtful: bool
    probability: float | None


@dataclass(frozen=True, slots=True)
class Candidate:
    person: Person
    probability: float
    cover: FaceId | None


@dataclass(frozen=True, slots=True)
class Stack:
    """faces: the surest first, MOST_SHOWN at most; count: of all. person: whom a suggested stack is taken for."""

    key: str
    kind: StackKind
    token: str
    faces: tuple[StackFace, ...]
    count: int
    person: Person | None
    candidates: tuple[Candidate, ...]


class Stacks:
    """Makes stacks of live faces; hold their lock."""

    def __init__(self, live: LiveFaces, scale: RecognitionScale) -> None:
        self._live, self._scale = live, scale
        self._covers: dict[int, tuple[int, FaceId]] = {}

    def rows_of_group(self, group: int) -> Rows:
        """The faces of a group that nobody named, nor guessed a name for."""
        now = self._live.columns
        return np.flatnonzero((now.groups == group) & (now.states == UNKNOWN))

    def rows_suggested(self, person: int) -> Rows:
        now = self._live.columns
        return np.flatnonzero((now.persons == person) & (now.states == SUGGESTED))

    def group(self, key: str, rows: Rows, token: str, recogniser: Recogniser | None) -> Stack:
        """A stack that nobody named."""
        ordered, similarity = self._surest_first(rows)
        least = least_sure(self._scale, len(recogniser.people) if recogniser else 1)
        candidates = self.candidates(ordered, recogniser)
        return Stack(key, "group", token, self._faces(ordered, similarity, least), len(rows), None, candidates)

    def suggested(self, key: str, rows: Rows, token: str, recogniser: Recogniser | None) -> Stack:
        """A stack that is taken for a person, the likeliest faces first."""
        now = self._live.columns
        number = int(now.persons[rows[0]])
        person = self._live.person_of(number)
        _, similarity = self._surest_first(rows, in_order=True)
        order = np.lexsort((-similarity, -now.probability[rows]))
        ordered, similarity = rows[order], similarity[order]
        others = tuple(one for one in self.candidates(ordered, recogniser) if one.person.id != person.id)
        shown = self._faces(ordered, similarity, None)
        return Stack(key, "suggested", token, shown, len(rows), person, others)

    def samples(self, rows: Rows) -> tuple[FaceId, ...]:
        """The faces to know a group by: of the surest the best to look at."""
        ordered, _ = self._surest_first(evenly(rows, 256))
        surest = ordered[: max(_SAMPLES, len(ordered) // 2)]
        best = surest[np.argsort(-shown_well(self._live.columns, surest), kind="stable")][:_SAMPLES]
        return tuple(FaceId(face) for face in self._live.columns.faces[best].tolist())

    def samples_of_person(self, number: int) -> tuple[FaceId, ...]:
        rows = self._live.examples(number)
        return self.samples(rows) if len(rows) else ()

    def cover(self, number: int) -> FaceId | None:
        """The face that the user chose for a person, or the best one."""
        chosen = self._live.covers.get(self._live.people[number])
        if chosen is not None:
            return chosen
        rows = self._live.examples(number)
        if not len(rows):
            return None
        known = self._covers.get(number)
        if known is None or known[0] != len(rows):
            known = len(rows), self.samples(rows)[0]
            self._covers[number] = known
        return known[1]

    def candidates(self, ordered: Rows, recogniser: Recogniser | None) -> tuple[Candidate, ...]:
        """The people whom faces, the surest first, may be, by probability."""
        if recogniser is None or not recogniser.people:
            return ()
        now, probes = self._live.columns, ordered[:_PROBES]
        number = {person: at for at, person in enumerate(recogniser.people)}
        people = self._live.people
        forbidden = [(at, number[str(people[who])]) for at, who in self._refused(probes) if str(people[who]) in number]
        ranking = recogniser.rank_sets(
            now.matrix[probes],
            np.zeros(len(probes), np.int64),
            forbidden=np.array(forbidden, np.int64).reshape(-1, 2),
            most=_MOST_CANDIDATES + 3,
        )
        found: list[Candidate] = []
        for who, probability in zip(ranking.people[0].tolist(), ranking.probability[0].tolist(), strict=True):
            if who < 0 or probability < _LEAST_CANDIDATE or len(found) == _MOST_CANDIDATES:
                break
            known = self._live.person_number(PersonId(recogniser.people[who]))
            examples = self._live.examples(known)
            if len(examples) and not may_not_be_one(now, ordered, examples):
                found.append(Candidate(self._live.person_of(known), round(probability, 4), self.cover(known)))
        return tuple(found)

    def _refused(self, rows: Rows) -> list[tuple[int, int]]:
        return self._live.rejected(rows.tolist())

    def _surest_first(self, rows: Rows, *, in_order: bool = False) -> tuple[Rows, NDArray[np.float32]]:
        """The rows by how alike they are to their heart, or in their own order, and how alike."""
        now = self._live.columns
        vectors = now.matrix[rows]
        similarity = likeness_to(vectors, heart_of(vectors, graded(now.qualities[rows]))[None])
        order = np.arange(len(rows)) if in_order else np.argsort(-similarity, kind="stable")
        return rows[order], similarity[order]

    def _faces(self, ordered: Rows, similarity: NDArray[np.float32], least: float | None) -> tuple[StackFace, ...]:
        """least: the similarity below which a face is doubtful; None: its probability tells."""
        now, shown = self._live.columns, ordered[:MOST_SHOWN]
        columns = zip(
            now.faces[shown].tolist(),
            now.photos[shown].tolist(),
            similarity[: len(shown)].tolist(),
            now.probability[shown].tolist(),
            strict=True,
        )
        return tuple(
            StackFace(
                FaceId(face),
                PhotoId(photo),
                round(alike, 4),
                alike < least if least is not None else probability < SURE_SUGGESTION,
                None if least is not None else round(probability, 4),
            )
            for face, photo, alike, probability in columns
        )


def shown_well(columns: FaceColumns, rows: Rows) -> NDArray[np.float32]:
    """(n,) how well faces can be seen, from 0 to 1: large, sharp and frontal ones are the best to know someone by."""
    size, sharpness, frontal = np.nan_to_num(columns.qualities[rows], nan=0.5).T
    return np.asarray(np.clip(size / 150, 0, 1) * (0.2 + sharpness) * (0.3 + frontal) / 1.56, np.float32)
