"""People as pages: who there is, each one's faces, and who is with whom."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from photoscribe.app.face_columns import UNKNOWN, Moment
from photoscribe.app.library import FaceRecord, FaceSight, Library
from photoscribe.app.live_faces import LiveFaces
from photoscribe.app.stacks import Stacks
from photoscribe.core.errors import NoSuch
from photoscribe.core.people import FaceId, FaceState, GroupId, Person, PersonId
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import Query, Term
from photoscribe.core.reviewing import likeness_to, likeness_to_others

PersonFaceState = Literal["confirmed", "suggested", "rejected"]
FaceOrder = Literal["outliers", "newest"]
STATES: tuple[FaceState, ...] = ("confirmed", "suggested", "unknown", "ignored")

_COMPANIONS = 24
_SCANNED = 5000  # faces looked at in one go when a query leaves only some


@dataclass(frozen=True, slots=True)
class Tally:
    """A person with how many faces and photos are confirmed, and how many faces wait for a yes or no."""

    id: PersonId
    name: str
    faces: int
    photos: int
    suggested: int


@dataclass(frozen=True, slots=True)
class Listed:
    """taken: of its photo, local time, None without a date."""

    face: FaceId
    taken: str | None


class PortraitStore(Protocol):
    def tallies(self) -> Sequence[Tally]:
        """Everyone with a confirmed or suggested face, by name."""
        ...

    def listed(self, person: PersonId, state: PersonFaceState) -> Sequence[Listed]: ...

    def years(self, person: PersonId) -> Sequence[tuple[str, int]]:
        """Confirmed faces a year, newest first, "undated" last."""
        ...

    def companions(self, person: PersonId, most: int) -> Sequence[tuple[PersonId, int]]:
        """Who is in the same photos, in how many, the most first; confirmed faces only."""
        ...

    def photos_of(self, faces: Sequence[FaceId]) -> int:
        """In how many photos these faces are."""
        ...

    def ids(
        self, states: Sequence[FaceState], people: Sequence[PersonId] | None, after: FaceId, most: int
    ) -> Sequence[tuple[FaceId, PhotoId]]:
        """Faces above an id and their photos, by id; no states: of any."""
        ...


class LibraryOfPeople(Library, Protocol):
    @property
    def portraits(self) -> PortraitStore: ...


@dataclass(frozen=True, slots=True)
class Card:
    """cover: the face to show, None when nobody's face is confirmed."""

    tally: Tally
    cover: FaceId | None


@dataclass(frozen=True, slots=True)
class Portrait:
    """A person's page but for the faces. companions: with the number of shared photos."""

    card: Card
    years: Sequence[tuple[str, int]]
    companions: Sequence[tuple[Card, int]]


@dataclass(frozen=True, slots=True)
class PersonFace:
    """similarity: to the person's other faces, in [0, 1]; None without a vector."""

    face: FaceRecord
    similarity: float | None
    taken: str | None


@dataclass(frozen=True, slots=True)
class GroupSamples:
    """faces: how many nobody named. samples: to know it by."""

    group: GroupId
    faces: int
    samples: tuple[FaceId, ...]


class Portraits:
    """May be asked by several threads at once."""

    def __init__(self, library: LibraryOfPeople, live: LiveFaces, stacks: Stacks) -> None:
        self._library, self._live, self._stacks = library, live, stacks
        self._lock = threading.Lock()
        self._tallied: tuple[Moment, Sequence[Tally]] | None = None

    def tallies(self) -> Sequence[Tally]:
        """Everyone with a confirmed or suggested face, by name; counted again when something happened."""
        moment = self._library.columns.moment()
        with self._lock:
            if self._tallied is None or self._tallied[0] != moment:
                self._tallied = moment, self._library.portraits.tallies()
            return self._tallied[1]

    def people(self, order: Literal["photos", "name"]) -> Sequence[Tally]:
        """By name, or those with the most photos first."""
        found = self.tallies()
        return sorted(found, key=lambda one: -one.photos) if order == "photos" else found

    def cards(self, tallies: Sequence[Tally]) -> Sequence[Card]:
        with self._live.lock:
            self._live.catch_up()
            return [Card(one, self._cover(one.id)) for one in tallies]

    def portrait(self, person: PersonId) -> Portrait:
        """Raises NoSuch."""
        known = self.person(person)
        tallies = {one.id: one for one in self.tallies()}
        hers = tallies.get(person, Tally(person, known.name, 0, 0, 0))
        found = self._library.portraits.companions(person, _COMPANIONS)
        beside = [(tallies[other], photos) for other, photos in found if other in tallies]
        card, *cards = self.cards([hers, *(tally for tally, _ in beside)])
        companions = [(one, photos) for one, (_, photos) in zip(cards, beside, strict=True)]
        return Portrait(card, self._library.portraits.years(person), companions)

    def person(self, person: PersonId) -> Person:
        """Raises NoSuch."""
        known = self._library.people.get(person)
        if known is None:
            raise NoSuch(f"no such person: {person}. Somebody may have merged or taken them away")
        return known

    def faces_of(
        self, person: PersonId, state: PersonFaceState, order: FaceOrder, year: str | None
    ) -> Sequence[tuple[FaceId, float | None, str | None]]:
        """(face, similarity, taken) of all her faces: the least like her others first, or the newest. Raises NoSuch."""
        self.person(person)
        listed = self._library.portraits.listed(person, state)
        if year is not None:
            listed = [one for one in listed if (one.taken or "undated").startswith(year)]
        similarity = self._similarity(person, state)
        found = [(one.face, similarity.get(one.face), one.taken) for one in listed]
        if order == "newest":
            return sorted(found, key=lambda one: (one[2] or "", one[0]), reverse=True)
        return sorted(found, key=lambda one: (one[1] if one[1] is not None else 2.0, one[0]))

    def shown(self, faces: Sequence[tuple[FaceId, float | None, str | None]]) -> Sequence[PersonFace]:
        records = {face.id: face for face in self._library.faces.all(faces=[face for face, *_ in faces])}
        return [PersonFace(records[face], alike, taken) for face, alike, taken in faces if face in records]

    def face(self, face: FaceId) -> FaceRecord:
        """Raises NoSuch."""
        found = self._library.faces.all(faces=[face])
        if not found:
            raise NoSuch(f"no such face: f{face}. It may have been found again under another number")
        return found[0]

    def faces(self, query: Query, after: FaceId, limit: int) -> Sequence[FaceRecord]:
        """The faces of the photos that the query finds; of those, only the people and states that it names. By id."""
        asked = [term for term in query.terms if not term.negated]
        names = [value for term in asked if term.field in {"person", "only"} for value in term.values]
        known = [one.id for name in names if (one := self._library.people.named(name)) is not None]
        states = [state for state in STATES if any(term.field == "is" and state in term.values for term in asked)]
        of_photos = Query(tuple(term for term in query.terms if not _is_of_faces(term, states)))
        photos = set(self._library.finder.ids(of_photos)) if of_photos.terms else None
        found: list[FaceId] = []
        while len(found) < limit:
            part = self._library.portraits.ids(states, known if names else None, after, _SCANNED)
            found += [face for face, photo in part if photos is None or photo in photos]
            if len(part) < _SCANNED:
                break
            after = part[-1][0]
        return self._library.faces.all(faces=found[:limit])

    def groups(self) -> Sequence[tuple[GroupId, int]]:
        """Groups of several faces that nobody named, and how many, the largest first."""
        with self._live.lock:
            self._live.catch_up()
            now = self._live.columns
            ids = now.groups[(now.states == UNKNOWN) & (now.groups >= 0)]
        groups, sizes = np.unique(ids, return_counts=True)
        order = np.lexsort((groups, -sizes))
        several = order[sizes[order] > 1]
        return [
            (GroupId(group), size)
            for group, size in zip(groups[several].tolist(), sizes[several].tolist(), strict=True)
        ]

    def samples(self, groups: Sequence[tuple[GroupId, int]]) -> Sequence[GroupSamples]:
        with self._live.lock:
            self._live.catch_up()
            rows = [(group, size, self._stacks.rows_of_group(group)) for group, size in groups]
            return [GroupSamples(group, size, self._stacks.samples(one)) for group, size, one in rows if len(one)]

    def sights(self, faces: Sequence[FaceId]) -> Mapping[FaceId, FaceSight]:
        return self._library.faces.sights(faces)

    def names(self) -> Mapping[PersonId, str]:
        return {one.id: one.name for one in self._library.people.all()}

    def photos_of(self, faces: Sequence[FaceId]) -> int:
        return self._library.portraits.photos_of(faces)

    def _cover(self, person: PersonId) -> FaceId | None:
        number = self._live.person_number(person)
        return self._stacks.cover(number) if number >= 0 else self._live.covers.get(person)

    def _similarity(self, person: PersonId, state: PersonFaceState) -> Mapping[FaceId, float]:
        """How like her others each face is; of a suggested or rejected one, how like her confirmed faces."""
        with self._live.lock:
            self._live.catch_up()
            now, number = self._live.columns, self._live.person_number(person)
            hers = self._live.examples(number)
            if state == "confirmed":
                rows, vectors = hers, now.matrix[hers]
                alike = likeness_to_others(vectors)
            else:
                rows = self._live.refused(number) if state == "rejected" else self._stacks.rows_suggested(number)
                if not len(hers) or not len(rows):
                    return {}
                middle = now.matrix[hers].sum(0)
                alike = likeness_to(now.matrix[rows], (middle / np.linalg.norm(middle))[None])
            faces = now.faces[rows]
        return {FaceId(face): round(one, 4) for face, one in zip(faces.tolist(), alike.tolist(), strict=True)}


def _is_of_faces(term: Term, states: Sequence[FaceState]) -> bool:
    """Whether a term says nothing of photos that it does not say of faces: a person who is suggested is in no photo."""
    if term.negated:
        return False
    if term.field == "is":
        return set(term.values) <= set(STATES)
    return term.field == "person" and "suggested" in states
