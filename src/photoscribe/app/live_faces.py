"""The faces of the library in memory, kept up with it: an answer must not read 100,000 rows."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.face_columns import CONFIRMED, STATES, FaceColumns, FaceStands, Moment
from photoscribe.app.library import Library
from photoscribe.core.changes import (
    ChangeId,
    FaceDrawn,
    FacesPaired,
    FacesRegrouped,
    Operation,
    PersonAdded,
    PersonCovered,
    PersonRenamed,
    VerdictGiven,
)
from photoscribe.core.people import FaceId, Person, PersonId

Rows = NDArray[np.int64]


class LiveFaces:
    """Hold `lock` from a look to the deed that follows from it. Every change of the history is taken in by `catch_up`,
    whichever process made it; what an index run does to all faces makes `stale` true, until `reload`.
    """

    def __init__(self, library: Library, *, model: str) -> None:
        self._library, self._model = library, model
        self.lock = threading.RLock()
        self._columns: FaceColumns | None = None
        self._people: dict[PersonId, int] = {}
        self._rejected: dict[int, frozenset[int]] = {}
        self._names: dict[PersonId, str] = {}
        self._covers: Mapping[PersonId, FaceId] = {}
        self._touched: Rows = np.empty(0, np.int64)
        self._retaught: set[PersonId] = set()
        self.stale = False

    @property
    def columns(self) -> FaceColumns:
        """As last caught up with. Its arrays change under the lock; `copied` gives some that do not."""
        if self._columns is None:
            self.reload()
        if self._columns is None:
            raise RuntimeError("reloading left nothing")
        return self._columns

    def copied(self) -> FaceColumns:
        with self.lock:
            now = self.columns
            rejected = [(row, who) for row, all_ in self._rejected.items() for who in sorted(all_)]
            return replace(
                now,
                states=now.states.copy(),
                persons=now.persons.copy(),
                probability=now.probability.copy(),
                groups=now.groups.copy(),
                people=tuple(self._people),
                rejected=np.array(rejected, np.int64).reshape(-1, 2),
            )

    def reload(self) -> None:
        """Read all faces anew. The reading does not hold the lock."""
        columns = self._library.columns.columns(self._model)
        names = {person.id: person.name for person in self._library.people.all()}
        covers = self._library.people.covers()
        with self.lock:
            touched = np.zeros(len(columns), np.int64)
            if self._columns is not None:
                rows = columns.rows(self._columns.faces)
                touched[rows[rows >= 0]] = self._touched[rows >= 0]
            self._columns, self._touched, self.stale = columns, touched, False
            self._people = {person: number for number, person in enumerate(columns.people)}
            self._rejected = {}
            for row, who in columns.rejected.tolist():
                self._rejected[row] = self._rejected.get(row, frozenset()) | {who}
            self._names, self._covers = names, covers
            self.catch_up()

    def catch_up(self) -> None:
        """Take in what the history says happened since; costs a millisecond when nothing did."""
        with self.lock:
            before, now = self.columns.moment, self._library.columns.moment()
            if now == before:
                return
            if now.change != before.change:
                for record in self._library.history.since(ChangeId(before.change)):
                    self._take(record.id, record.operations)
            if now.revision != self.columns.moment.revision:
                self.stale = True
            self._columns = replace(self.columns, moment=Moment(now.change, self.columns.moment.revision))

    def refresh(self, faces: Collection[FaceId], revision: int | None = None) -> None:
        """Read where these faces stand now. revision: that the machine's own deed made, when it was ours."""
        with self.lock:
            wanted = sorted(faces)
            found = self._library.columns.stands(wanted, self._model).faces
            rows = self.columns.rows(np.array(wanted, np.int64))
            for face, row in zip(wanted, rows.tolist(), strict=True):
                if row >= 0 and face in found:
                    self._put(row, found[face])
                elif row >= 0 or face in found:
                    self.stale = True  # a face that came or went
            if revision is not None:
                moment = self.columns.moment
                self.stale = self.stale or revision != moment.revision + 1
                self._columns = replace(self.columns, moment=Moment(moment.change, revision))

    def touched(self, rows: Rows) -> int:
        """The last change that touched any of these rows, 0 for none since the program started."""
        return int(self._touched[rows].max(initial=0))

    def person_number(self, person: PersonId) -> int:
        """-1 for a person without a face."""
        return self._people.get(person, -1)

    def person_of(self, number: int) -> Person:
        person = self.people[number]
        return Person(person, self._names.get(person, ""))

    @property
    def people(self) -> Sequence[PersonId]:
        """By number."""
        return list(self._people)

    @property
    def covers(self) -> Mapping[PersonId, FaceId]:
        return self._covers

    def rejected(self, rows: Iterable[int]) -> list[tuple[int, int]]:
        """(place in `rows`, number of a person) of every rejection of these rows."""
        return [(at, who) for at, row in enumerate(rows) for who in self._rejected.get(row, ())]

    def refused(self, number: int) -> Rows:
        """The rows that are not this person."""
        rows = [row for row, people in self._rejected.items() if number in people]
        return np.array(sorted(rows), np.int64)

    def examples(self, number: int) -> Rows:
        """The confirmed rows of a person."""
        now = self.columns
        return np.flatnonzero((now.persons == number) & (now.states == CONFIRMED))

    def retaught(self) -> set[PersonId]:
        """People of whom the user said something since this was last asked."""
        with self.lock:
            people, self._retaught = self._retaught, set()
            return people

    def _take(self, change: int, operations: Sequence[Operation]) -> None:
        verdicts = [one for one in operations if isinstance(one, VerdictGiven)]
        self._retaught.update(one.verdict.person for one in verdicts if one.verdict.person is not None)
        paired = [one for one in operations if isinstance(one, FacesPaired)]
        faces = {one.face for one in operations if isinstance(one, VerdictGiven | FaceDrawn)}
        faces.update(face for one in paired for face in (one.a, one.b))
        faces.update(face for one in operations if isinstance(one, FacesRegrouped) for face in one.faces)
        if faces:
            self.refresh(faces)
            rows = self.columns.rows(np.array(sorted(faces), np.int64))
            self._touched[rows[rows >= 0]] = change
        for person in {one.person for one in operations if isinstance(one, PersonAdded | PersonRenamed)}:
            known = self._library.people.get(person)
            if known is not None:
                self._names[person] = known.name
            else:
                self._names.pop(person, None)
        if any(isinstance(one, PersonCovered) for one in operations):
            self._covers = self._library.people.covers()
        if paired:
            self._take_pairs()

    def _take_pairs(self) -> None:
        found = {
            kind: self.columns.rows(np.array(pairs, np.int64).reshape(-1)).reshape(-1, 2)
            for kind, pairs in self._library.columns.pairs().items()
        }
        there = {kind: rows[(rows >= 0).all(1)] for kind, rows in found.items()}
        self._columns = replace(self.columns, apart=there["apart"], together=there["together"])

    def _put(self, row: int, stands: FaceStands) -> None:
        now = self.columns
        now.states[row] = STATES.index(stands.state)
        now.persons[row] = self._number(stands.person) if stands.person is not None else -1
        now.probability[row] = np.nan if stands.probability is None else stands.probability
        now.groups[row] = -1 if stands.group is None else stands.group
        if stands.rejected:
            self._rejected[row] = frozenset(self._number(person) for person in stands.rejected)
        else:
            self._rejected.pop(row, None)

    def _number(self, person: PersonId) -> int:
        return self._people.setdefault(person, len(self._people))
