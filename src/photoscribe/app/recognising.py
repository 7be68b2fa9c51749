"""Who is who: groups of faces without a name, and guesses from the faces that have one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.editing import Chosen
from photoscribe.app.library import FaceRecord, FaceVectors, Library
from photoscribe.app.neighbouring import NeighbourStore, neighbours_of
from photoscribe.core.calibration import Calibration
from photoscribe.core.clustering import Known, graded, group, reconcile
from photoscribe.core.errors import UsageError
from photoscribe.core.people import FaceId, GroupId, PersonId, Standing, Suggestion
from photoscribe.core.query import Query
from photoscribe.core.recognition import PersonExamples, Recogniser, exclusive, identities

ALIKE, NEXT_GROUP = "alike", "next_group"
DEFAULT_ALIKE = 0.5
SUREST = 0.9999
"""A guess is never shown as a fact, however sure the model is."""


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

    def __init__(self, library: Library, store: NeighbourStore, *, model: str, calibration: Calibration) -> None:
        self._library, self._store, self._model, self._calibration = library, store, model, calibration

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
            scale = self._calibration.grouping
            neighbours = neighbours_of(vectors, self._model, self._store, floor=scale.loosest)
            labels = group(vectors.matrix, neighbours, self._known(vectors, standings), scale=scale, alike=alike)
            first_free = int(self._library.notes.get(NEXT_GROUP) or 1)
            after = reconcile(old, _largest_first(labels), first_free)
            self._library.notes.put(NEXT_GROUP, str(max(first_free, int(after.max(initial=0)) + 1)))
        now = {FaceId(f): GroupId(g) for f, g in zip(vectors.faces.tolist(), after.tolist(), strict=True) if g >= 0}
        different = {face: now.get(face) for face in before.keys() | now.keys() if before.get(face) != now.get(face)}
        table.set_groups(different)
        self._library.notes.put(ALIKE, str(alike))

    def learn(self) -> None:
        """Guess the names of faces that nobody spoke of, from the confirmed ones."""
        table, standings = self._library.faces, self._library.faces.standings()
        suggestions = self._suggestions(standings)
        before = {
            face: Suggestion(standing.person, standing.probability or 0.0)
            for face, standing in standings.items()
            if standing.state == "suggested" and standing.person is not None
        }
        different = {f: suggestions.get(f) for f in before.keys() | suggestions.keys()}
        table.set_suggestions({face: one for face, one in different.items() if before.get(face) != one})

    def _suggestions(self, standings: Mapping[FaceId, Standing]) -> dict[FaceId, Suggestion]:
        vectors = self._library.faces.vectors(self._model)
        grades = graded(vectors.qualities)
        state = [standings[FaceId(face)] for face in vectors.faces.tolist()]
        confirmed = np.array([one.state == "confirmed" for one in state], bool)
        open_ = np.array([one.state in {"suggested", "unknown"} for one in state], bool)
        people = sorted({one.person for one in state if one.state == "confirmed" and one.person is not None})
        if not people or not open_.any():
            return {}
        number = {person: at for at, person in enumerate(people)}
        owner = np.array([number.get(one.person, -1) if one.person else -1 for one in state], np.int64)
        rejected = self._rejected(vectors, number)
        gallery = [
            PersonExamples(
                str(person),
                vectors.matrix[confirmed & (owner == at)],
                grades[confirmed & (owner == at)],
                vectors.matrix[rejected[rejected[:, 1] == at, 0]],
            )
            for person, at in number.items()
        ]
        recogniser = Recogniser.fit(gallery, self._background(vectors, open_), self._calibration.recognition)
        row = np.cumsum(open_) - 1
        forbidden = np.array([(row[face], who) for face, who in rejected.tolist() if open_[face]], np.int64)
        ranking = recogniser.rank(vectors.matrix[open_], forbidden=forbidden.reshape(-1, 2), most=3)
        taken = np.stack([vectors.photos[confirmed], owner[confirmed]], axis=1)
        least = self._calibration.recognition.suggest
        chosen = exclusive(ranking, vectors.photos[open_], least=least, taken=taken)
        return {
            FaceId(face): Suggestion(
                people[ranking.people[at, column]], min(round(float(ranking.probability[at, column]), 6), SUREST)
            )
            for at, (face, column) in enumerate(zip(vectors.faces[open_].tolist(), chosen.tolist(), strict=True))
            if column >= 0
        }

    def _rejected(self, vectors: FaceVectors, number: Mapping[PersonId, int]) -> NDArray[np.int64]:
        """(m, 2) rows (row of the face, number of the person)."""
        row = {face: at for at, face in enumerate(vectors.faces.tolist())}
        said = self._library.faces.rejections()
        rows = [(row[face], number[person]) for face, person in said if face in row and person in number]
        return np.array(rows, np.int64).reshape(-1, 2)

    def _background(self, vectors: FaceVectors, open_: NDArray[np.bool_]) -> NDArray[np.float32]:
        """One vector for each unnamed identity: the library's own strangers."""
        groups = self._library.faces.groups()
        ids = np.array([groups.get(FaceId(face), -1) for face in vectors.faces[open_].tolist()], np.int64)
        labels = np.full(len(ids), -1, np.int32)
        labels[ids >= 0] = np.unique(ids[ids >= 0], return_inverse=True)[1]
        return identities(vectors.matrix[open_], labels)

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
        asked = [term for term in query.terms if not term.negated]
        names = {value for term in asked if term.field in {"person", "only"} for value in term.values}
        people = [person for name in names if (person := self._library.people.named(name))]
        states = {term.values[0] for term in asked if term.field == "is"} & {
            "confirmed",
            "suggested",
            "unknown",
            "ignored",
        }
        found = self._library.faces.all(photos=photos if query.terms else None)
        ids = {person.id for person in people}
        return [
            face
            for face in found
            if (not names or face.standing.person in ids) and (not states or face.standing.state in states)
        ]

    def shown(self, wanted: tuple[Chosen, tuple[str, ...]]) -> Sequence[FaceRecord]:
        """The faces of groups (those nobody named), of people (confirmed), and single ones. Raises UsageError."""
        chosen, names = wanted
        table = self._library.faces
        found = list(table.all(faces=chosen.faces)) if chosen.faces else []
        for group_id in chosen.groups:
            found += [one for one in table.all(groups=[group_id]) if one.standing.state == "unknown"]
        for name in names:
            person = self._library.people.named(name)
            if person is None:
                raise UsageError(f"no such person: {name}. Try: photoscribe people")
            found += [one for one in table.all(people=[person.id]) if one.standing.person == person.id]
        if not found:
            raise UsageError("no such face or group. Try: photoscribe people groups")
        return found

    def names(self) -> Mapping[PersonId, str]:
        return {person.id: person.name for person in self._library.people.all()}

    def _known(self, vectors: FaceVectors, standings: Mapping[FaceId, Standing]) -> Known:
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
        return Known(vectors.photos, persons, pairs, graded(vectors.qualities))


def _largest_first(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same groups with their numbers in order of size, so that new groups get the numbers a person expects."""
    sizes = np.bincount(labels[labels >= 0])
    rank = np.empty(len(sizes) + 1, np.int32)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    rank[-1] = -1  # what label -1, alone, picks
    return rank[labels]


def _without(vectors: FaceVectors, standings: Mapping[FaceId, Standing]) -> FaceVectors:
    """The faces that nobody put away."""
    kept = np.array([standings[FaceId(face)].state != "ignored" for face in vectors.faces.tolist()], bool)
    return FaceVectors(vectors.faces[kept], vectors.photos[kept], vectors.matrix[kept], vectors.qualities[kept])
