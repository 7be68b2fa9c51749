"""Who is who: groups of faces without a name, and guesses from the faces that have one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.editing import Chosen
from photoscribe.app.face_columns import CONFIRMED, IGNORED, FaceColumns
from photoscribe.app.guessing import Guessing, changed_suggestions
from photoscribe.app.library import FaceRecord, FaceVectors, Library
from photoscribe.app.neighbouring import NeighbourStore, neighbours_of
from photoscribe.core.calibration import Calibration
from photoscribe.core.changes import ChangeId
from photoscribe.core.clustering import Known, graded, group, reconcile
from photoscribe.core.errors import UsageError
from photoscribe.core.people import FaceId, GroupId, PersonId
from photoscribe.core.query import Query

ALIKE = "alike"
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

    def __init__(self, library: Library, store: NeighbourStore, *, model: str, calibration: Calibration) -> None:
        self._library, self._store, self._model, self._calibration = library, store, model, calibration
        self._guessing = Guessing(calibration.recognition)

    def refresh(self) -> None:
        """Group again as the user last chose to, and guess again."""
        columns = self._library.columns.columns(self._model)
        self._guess(self._regrouped(columns, self.alike))

    def regroup(self, alike: float) -> None:
        """Group all faces by how alike they are; group numbers stay where most of the faces stay."""
        self._regrouped(self._library.columns.columns(self._model), alike)

    def learn(self) -> None:
        """Guess the names of faces that nobody spoke of, from the confirmed ones."""
        self._guess(self._library.columns.columns(self._model))

    @property
    def alike(self) -> float:
        """How alike faces must be to group, as the user last chose."""
        return float(self._library.notes.get(ALIKE) or DEFAULT_ALIKE)

    def _guess(self, columns: FaceColumns) -> None:
        suggestions = self._guessing.suggestions(columns, self._guessing.learn(columns))
        self._library.faces.set_suggestions(changed_suggestions(columns, suggestions))

    def _regrouped(self, columns: FaceColumns, alike: float) -> FaceColumns:
        different, after = self.new_groups(columns, alike)
        self._library.faces.set_groups(different, untouched_since=ChangeId(columns.moment.change))
        self._library.notes.put(ALIKE, str(alike))
        return after

    def new_groups(self, columns: FaceColumns, alike: float) -> tuple[Mapping[FaceId, GroupId | None], FaceColumns]:
        """The faces whose group is another than before, and the columns with all groups; nothing is kept yet."""
        kept = np.flatnonzero(columns.states != IGNORED)
        after = np.full(len(columns), -1, np.int64)
        if len(kept):
            scale = self._calibration.grouping
            vectors = FaceVectors(
                columns.faces[kept], columns.photos[kept], columns.matrix[kept], columns.qualities[kept]
            )
            neighbours = neighbours_of(vectors, self._model, self._store, floor=scale.loosest)
            labels = group(vectors.matrix, neighbours, _known(columns, kept), scale=scale, alike=alike)
            old = columns.groups[kept]
            first_free = int(old.max(initial=0)) + 1
            after[kept] = self._numbered(reconcile(old, _largest_first(labels), first_free), first_free)
        different = np.flatnonzero(after != columns.groups)
        moved = zip(columns.faces[different].tolist(), after[different].tolist(), strict=True)
        return {FaceId(f): GroupId(g) if g >= 0 else None for f, g in moved}, replace(columns, groups=after)

    def _numbered(self, groups: NDArray[np.int64], first_free: int) -> NDArray[np.int64]:
        """The groups from first_free on get numbers that no group ever had."""
        new = int(groups.max(initial=0)) + 1 - first_free
        if new <= 0:
            return groups
        return np.where(groups >= first_free, groups + self._library.faces.reserve_groups(new)[0] - first_free, groups)

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


def _known(columns: FaceColumns, kept: NDArray[np.int64]) -> Known:
    """What is known of some rows of the columns, as rows of those."""
    place = np.full(len(columns), -1, np.int64)
    place[kept] = np.arange(len(kept))

    def inside(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        placed = place[pairs]
        return placed[(placed >= 0).all(1)]

    persons = np.where(columns.states == CONFIRMED, columns.persons, -1)[kept]
    rejected = np.stack([place[columns.rejected[:, 0]], columns.rejected[:, 1]], axis=1)
    return Known(
        columns.photos[kept],
        persons,
        rejected[rejected[:, 0] >= 0],
        graded(columns.qualities[kept]),
        inside(columns.apart),
        inside(columns.together),
    )


def _largest_first(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same groups with their numbers in order of size, so that new groups get the numbers a person expects."""
    sizes = np.bincount(labels[labels >= 0])
    rank = np.empty(len(sizes) + 1, np.int32)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    rank[-1] = -1  # what label -1, alone, picks
    return rank[labels]
