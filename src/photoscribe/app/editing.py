"""What the user does to people and faces. Each action is one Change, and can be undone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from photoscribe.app.library import FaceRecord, FaceSaid, Library
from photoscribe.app.pairing import Pairing
from photoscribe.core.changes import (
    ChangeId,
    FaceDrawn,
    Operation,
    PersonAdded,
    PersonCovered,
    PersonRenamed,
    VerdictGiven,
)
from photoscribe.core.errors import NoSuch, UsageError
from photoscribe.core.faces import match
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId, GroupId, Person, PersonId, Verdict, clean_name
from photoscribe.core.photo import PhotoId

Spoken = FaceRecord | FaceSaid


@dataclass(frozen=True, slots=True)
class Edited:
    """faces, photos: how many the change touched."""

    change: ChangeId
    faces: int
    photos: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Faces that an action is about: one by one, and by group."""

    faces: tuple[FaceId, ...] = ()
    groups: tuple[GroupId, ...] = ()


class Editing:
    """new_id: makes a person's id, never the same twice. learn: called after each change."""

    def __init__(self, library: Library, *, new_id: Callable[[], PersonId], learn: Callable[[], None]) -> None:
        self._library, self._new_id, self._learn = library, new_id, learn
        self._pairing = Pairing(library)

    def name(self, chosen: Chosen, name: str) -> Edited:
        """Confirm that these faces are this person, new or known; a group means its faces that nobody named."""
        faces = self._faces(chosen)
        person, operations = self._person(name)
        operations += [one for face in faces for one in _confirmed(face, person.id)]
        return self._record("name", f"{_faces(faces)} named {person.name}", operations, faces)

    def confirm(self, chosen: Chosen, name: str | None = None) -> Edited:
        """Confirm the names that the machine suggested for these faces, or this one."""
        if name is not None:
            return self.name(chosen, self._known(name).name)
        faces = self._faces(chosen)
        operations: list[Operation] = []
        for face in faces:
            if face.standing.person is None:
                raise UsageError(
                    f"nobody is suggested for face f{face.id}. Try: photoscribe people name f{face.id} NAME"
                )
            operations += _confirmed(face, face.standing.person)
        return self._record("confirm", f"{_faces(faces)} confirmed", operations, faces)

    def reject(self, chosen: Chosen, name: str | None = None) -> Edited:
        """Remember that these faces are not the person whom they are taken for, or not this one."""
        faces = self._faces(chosen)
        person = self._known(name).id if name is not None else None
        operations: list[Operation] = []
        for face in faces:
            about = person or face.standing.person
            if about is None:
                raise UsageError(f"face f{face.id} is taken for nobody. Say for whom: --person NAME")
            operations += _rejected(face, about)
        return self._record("reject", f"{_faces(faces)} rejected", operations, faces)

    def ignore(self, chosen: Chosen, *, kind: Literal["ignored", "not_a_face"] = "ignored") -> Edited:
        """Put faces away: never mind who they are, or no faces at all."""
        faces = self._faces(chosen)
        operations: list[Operation] = []
        for face in faces:
            operations += _taken_back(face, {"ignored", "not_a_face", "confirmed"})
            operations.append(VerdictGiven(face.id, Verdict(kind)))
        what = "put away" if kind == "ignored" else "said to be no face"
        return self._record("ignore", f"{_faces(faces)} {what}", operations, faces)

    def merge(self, names: Sequence[str], into: str) -> Edited:
        """Make several people one: all that was said of the others is said of `into`."""
        target = self._known(into)
        others = {person.id: person for name in names if (person := self._known(name)).id != target.id}
        if not others:
            raise UsageError(f"nothing to merge into {target.name}. Name at least one other person")
        faces = self._library.faces.all(people=list(others))
        operations: list[Operation] = []
        for face in faces:
            about = {verdict.person for verdict in face.verdicts if verdict.kind == "confirmed"}
            operations += [
                VerdictGiven(face.id, verdict, present=False)
                for verdict in face.verdicts
                if verdict.person in others and verdict.source == "user"
            ]
            rejected = any(verdict.kind == "rejected" and verdict.person in others for verdict in face.verdicts)
            if about & others.keys():
                operations += _confirmed(face, target.id)
            elif rejected and target.id not in about:
                operations += _given(face, Verdict("rejected", target.id))
        operations += [PersonAdded(person.id, person.name, present=False) for person in others.values()]
        summary = f"{', '.join(person.name for person in others.values())} merged into {target.name}"
        return self._record("merge", summary, operations, faces)

    def rename(self, old: str, new: str) -> Edited:
        """Give a person another name; two people who get the same name must be merged instead."""
        person, name = self._known(old), clean_name(new)
        other = self._library.people.named(name)
        if other is not None and other.id != person.id:
            raise UsageError(f"there is a {other.name} already. Try: photoscribe people merge '{old}' '{other.name}'")
        renamed = PersonRenamed(person.id, person.name, name)
        faces = self._library.faces.all(people=[person.id])
        change, _ = self._library.history.record("rename", f"{person.name} renamed {name}", [renamed])
        hers = [face.photo for face in faces if face.standing.person == person.id]
        return Edited(change, len(hers), len(set(hers)))

    def split(self, chosen: Chosen, name: str | None = None) -> Edited:
        """Take faces out of the person or group whom they were given to: they are somebody else, or `name`."""
        faces = self._faces(chosen)
        person, operations = self._person(name) if name is not None else (None, [])
        for face in faces:
            was = face.standing.person
            if was is not None and (person is None or was != person.id):
                operations += _rejected(face, was)
            if person is not None:
                operations += _confirmed(face, person.id)
        nameless = [face for face in faces if face.standing.person is None]
        if person is None and nameless:
            operations += self._pairing.apart(nameless)
        whom = f" as {person.name}" if person else ""
        return self._record("split", f"{_faces(faces)} split off{whom}", operations, faces)

    def apart(self, chosen: Chosen) -> Edited:
        """Remember that these faces are not the same person as the rest of their group, whoever they are."""
        faces = self._faces(chosen)
        summary = f"{_faces(faces)} taken out of their group"
        edited = self._record("apart", summary, self._pairing.apart(faces), faces)
        return Edited(edited.change, len(faces), edited.photos)

    def same(self, one: GroupId, other: GroupId) -> Edited:
        """Remember that two groups are one person, whoever it is."""
        operations = self._pairing.same(one, other)
        return self._record("same", f"groups {one} and {other} said to be one person", operations)

    def different(self, one: GroupId, other: GroupId) -> Edited:
        """Remember that two groups are two people, whoever they are."""
        operations = self._pairing.different(one, other)
        return self._record("different", f"groups {one} and {other} said to be two people", operations)

    def cover(self, face: FaceId) -> Edited:
        """Let this face stand for its person."""
        (shown,) = self._faces(Chosen((face,)))
        person = shown.standing.person
        if person is None or shown.standing.state != "confirmed":
            raise UsageError(f"face f{face} has no confirmed name, so it can stand for nobody. Name it first")
        covered = PersonCovered(person, self._library.people.covers().get(person), face)
        change, _ = self._library.history.record("cover", f"face f{face} stands for its person", [covered])
        return Edited(change, 1, 1)

    def draw(self, path: Path, box: Box, name: str | None = None) -> Edited:
        """Add a face that the machine did not find; a box on a face that it did find is that face."""
        record = self._library.catalogue.photo(path.absolute())
        if record is None:
            raise UsageError(f"not in the library: {path}. Try: photoscribe index {path}")
        return self.draw_on(record.id, box, name)

    def draw_on(self, photo: PhotoId, box: Box, name: str | None = None) -> Edited:
        """As `draw`, in a photo by its id."""
        if self._library.catalogue.file(photo) is None:
            raise NoSuch(f"no such photo: {photo}. It may have been removed from the library")
        there = self._library.faces.all(photos=[photo])
        pairs = match([face.box for face in there], [box]).pairs
        person, operations = self._person(name) if name is not None else (None, [])
        if pairs:
            face = there[pairs[0][0]]
            operations += _taken_back(face, {"ignored", "not_a_face"})
            operations += _confirmed(face, person.id) if person else []
        else:
            id_ = self._library.faces.reserve(1)[0]
            operations.append(FaceDrawn(id_, photo, box))
            operations += [VerdictGiven(id_, Verdict("confirmed", person.id))] if person else []
        if not operations:
            raise UsageError(
                f"that face is known already: f{there[pairs[0][0]].id}. Name it with: photoscribe people name"
            )
        return self._record("draw", "a face drawn" + (f" and named {person.name}" if person else ""), operations)

    def _record(self, kind: str, summary: str, operations: Sequence[Operation], about: Sequence[Spoken] = ()) -> Edited:
        """about: the faces, to tell in how many photos they are."""
        change, touched = self._library.history.record(kind, summary, operations)
        self._learn()
        return Edited(change, len(touched), len({face.photo for face in about}))

    def _faces(self, chosen: Chosen) -> list[FaceSaid]:
        """Every chosen face once. Raises NoSuch for a face or group that is not there."""
        found = {face.id: face for face in self._library.faces.said(chosen.faces)} if chosen.faces else {}
        for id_ in chosen.faces:
            if id_ not in found:
                raise NoSuch(f"no such face: f{id_}. Try: photoscribe faces")
        for group in chosen.groups:
            members = [face.id for face in self._library.faces.all(groups=[group])]
            unknown = [face for face in self._library.faces.said(members) if face.standing.state == "unknown"]
            if not unknown:
                raise NoSuch(f"no such group: {group}. Try: photoscribe people groups")
            found |= {face.id: face for face in unknown}
        if not found:
            raise UsageError("say which faces or groups. Try: photoscribe people groups")
        return [found[id_] for id_ in sorted(found)]

    def _known(self, name: str) -> Person:
        person = self._library.people.named(name)
        if person is None:
            raise UsageError(f"no such person: {name}. Try: photoscribe people")
        return person

    def _person(self, name: str) -> tuple[Person, list[Operation]]:
        """The person of that name, and what it takes to have her."""
        known = self._library.people.named(name)
        if known is not None:
            return known, []
        person = Person(self._new_id(), clean_name(name))
        return person, [PersonAdded(person.id, person.name)]


def _confirmed(face: Spoken, person: PersonId) -> list[Operation]:
    """What makes a face this person's: earlier words that say otherwise are taken back."""
    taken_back = _taken_back(face, {"ignored", "not_a_face", "confirmed"}, but=Verdict("confirmed", person))
    rejected = Verdict("rejected", person)
    if rejected in face.verdicts:
        taken_back.append(VerdictGiven(face.id, rejected, present=False))
    return [*taken_back, *_given(face, Verdict("confirmed", person))]


def _rejected(face: Spoken, person: PersonId) -> list[Operation]:
    confirmed = Verdict("confirmed", person)
    taken_back = [VerdictGiven(face.id, confirmed, present=False)] if confirmed in face.verdicts else []
    return [*taken_back, *_given(face, Verdict("rejected", person))]


def _given(face: Spoken, verdict: Verdict) -> list[Operation]:
    return [] if verdict in face.verdicts else [VerdictGiven(face.id, verdict)]


def _taken_back(face: Spoken, kinds: Iterable[str], but: Verdict | None = None) -> list[Operation]:
    said = [verdict for verdict in face.verdicts if verdict.source == "user" and verdict != but]
    return [VerdictGiven(face.id, verdict, present=False) for verdict in said if verdict.kind in kinds]


def _faces(faces: Sequence[Spoken]) -> str:
    return f"{len(faces)} face" + ("" if len(faces) == 1 else "s")
