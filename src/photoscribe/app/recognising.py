"""Who is who: groups of faces without a name, and guesses from the faces that have one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.library import FaceRecord, FaceVectors, Library
from photoscribe.app.neighbouring import NeighbourStore, neighbours_of
from photoscribe.core.calibration import GroupingScale
from photoscribe.core.clustering import Known, group, reconcile, weak_faces
from photoscribe.core.people import FaceId, GroupId, PersonId, Standing
from photoscribe.core.query import Query

ALIKE, NEXT_GROUP = "alike", "next_group"
DEFAULT_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """faces: how many of them nobody has named. sample: the best to look at."""

    id: GroupId
    faces: int
    sample: FaceRecord


@dataclass(frozen=True, slots=True)
class PersonSummary:
    id: PersonId
    name: str
    faces: int
    photos: int


class Recognising:
    """model: the embedder whose vectors are compared."""

    def __init__(self, library: Library, store: NeighbourStore, *, model: str, scale: GroupingScale) -> None:
        self._library, self._store, self._model, self._scale = library, store, model, scale

    def refresh(self) -> None:
        """Group again as the user last chose to, and guess again."""
        self.regroup(float(self._library.notes.get(ALIKE) or DEFAULT_ALIKE))
        self.learn()

    def regroup(self, alike: float) -> None:
        """Group all faces by how alike they are; group numbers stay where most of the faces stay."""
        table = self._library.faces
        standings = table.standings()
        vectors = _without(table.vectors(self._model), standings)
        before = table.groups()
        old = np.array([before.get(FaceId(face), -1) for face in vectors.faces.tolist()], np.int64)
        after: NDArray[np.int64] = old
        if len(vectors.faces):
            neighbours = neighbours_of(vectors, self._model, self._store)
            known = self._known(vectors, standings)
            labels = group(vectors.matrix, neighbours, known, scale=self._scale, alike=alike)
            first_free = int(self._library.notes.get(NEXT_GROUP) or 1)
            after = reconcile(old, labels, first_free)
            self._library.notes.put(NEXT_GROUP, str(max(first_free, int(after.max(initial=0)) + 1)))
        now = {FaceId(f): GroupId(g) for f, g in zip(vectors.faces.tolist(), after.tolist(), strict=True) if g >= 0}
        different = {face: now.get(face) for face in before.keys() | now.keys() if before.get(face) != now.get(face)}
        table.set_groups(different)
        self._library.notes.put(ALIKE, str(alike))

    def learn(self) -> None:
        """Guess the names of faces that nobody spoke of, from the confirmed ones."""

    def groups(self) -> Sequence[GroupSummary]:
        """Groups of at least two unknown faces, largest first."""
        members: dict[GroupId, list[FaceId]] = {}
        standings = self._library.faces.standings()
        for face, group_id in self._library.faces.groups().items():
            if standings[face].state == "unknown":
                members.setdefault(group_id, []).append(face)
        shown = {group_id: faces for group_id, faces in members.items() if len(faces) > 1}
        best = {face.id: face for face in self._library.faces.all(faces=[min(faces) for faces in shown.values()])}
        summaries = [GroupSummary(id_, len(faces), best[min(faces)]) for id_, faces in shown.items()]
        return sorted(summaries, key=lambda one: (-one.faces, one.id))

    def people(self) -> Sequence[PersonSummary]:
        """Everyone with a confirmed face, by name."""
        counts = self._library.faces.counts_by_person()
        found = [(person, counts[person.id]) for person in self._library.people.all() if person.id in counts]
        return [PersonSummary(person.id, person.name, faces, photos) for person, (faces, photos) in found]

    def faces(self, query: Query) -> Sequence[FaceRecord]:
        """The faces of the photos that the query finds; of those, only the people and states that it names."""
        photos = [hit.photo for hit in self._library.finder.find(query)]
        names = {value for term in query.terms if term.field in {"person", "only"} and not term.negated
                 for value in term.values}  # fmt: skip
        people = [person for name in names if (person := self._library.people.named(name))]
        states = {term.values[0] for term in query.terms if term.field == "is" and not term.negated}
        states &= {"confirmed", "suggested", "unknown", "ignored"}
        found = self._library.faces.all(photos=photos if query.terms else None)
        ids = {person.id for person in people}
        return [
            face
            for face in found
            if (not names or face.standing.person in ids) and (not states or face.standing.state in states)
        ]

    def name_of(self, person: PersonId | None) -> str | None:
        return self._names().get(person) if person is not None else None

    def _names(self) -> dict[PersonId, str]:
        return {person.id: person.name for person in self._library.people.all()}

    def _known(self, vectors: FaceVectors, standings: "dict[FaceId, Standing]") -> Known:
        number: dict[PersonId, int] = {}
        row = {face: at for at, face in enumerate(vectors.faces.tolist())}
        persons = np.full(len(vectors.faces), -1, np.int64)
        for face, at in row.items():
            standing = standings[FaceId(face)]
            if standing.state == "confirmed" and standing.person is not None:
                persons[at] = number.setdefault(standing.person, len(number))
        rejected = [
            (row[face], number.setdefault(person, len(number)))
            for face, person in self._library.faces.rejections()
            if face in row
        ]
        pairs = np.array(rejected, np.int64).reshape(-1, 2)
        return Known(vectors.photos, persons, pairs, weak_faces(vectors.qualities))


def _without(vectors: FaceVectors, standings: "dict[FaceId, Standing]") -> FaceVectors:
    """The faces that nobody put away."""
    kept = np.array([standings[FaceId(face)].state != "ignored" for face in vectors.faces.tolist()], bool)
    return FaceVectors(vectors.faces[kept], vectors.photos[kept], vectors.matrix[kept], vectors.qualities[kept])
