"""What the user does to people and faces. Each action is one Change, and can be undone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from photoscribe.app.library import FaceRecord, Library
from photoscribe.core.changes import ChangeId, FaceDrawn, Operation, PersonAdded, PersonRenamed, VerdictGiven
from photoscribe.core.errors import UsageError
from photoscribe.core.faces import match
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId, GroupId, Person, PersonId, Verdict, clean_name


@dataclass(frozen=True, slots=True)
class Edited:
    """faces: how many the change touched."""

    change: ChangeId
    faces: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Faces that an action is about: one by one, and by group."""

    faces: tuple[FaceId, ...] = ()
    groups: tuple[GroupId, ...] = ()


class Editing:
    """new_id: makes a person's id, never the same twice. learn: called after each change."""

    def __init__(self, library: Library, *, new_id: Callable[[], PersonId], learn: Callable[[], None]) -> None:
        self._library, self._new_id, self._learn = library, new_id, learn

    def name(self, chosen: Chosen, name: str) -> Edited:
        """Confirm that these faces are this person, new or known; a group means its faces that nobody named."""
        faces = self._faces(chosen)
        person, operations = self._person(name)
        operations += [one for face in faces for one in _confirmed(face, person.id)]
        return self._record("name", f"{_faces(faces)} named {person.name}", operations)

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
        return self._record("confirm", f"{_faces(faces)} confirmed", operations)

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
        return self._record("reject", f"{_faces(faces)} rejected", operations)

    def ignore(self, chosen: Chosen, *, kind: Literal["ignored", "not_a_face"] = "ignored") -> Edited:
        """Put faces away: never mind who they are, or no faces at all."""
        faces = self._faces(chosen)
        operations: list[Operation] = []
        for face in faces:
            operations += _taken_back(face, {"ignored", "not_a_face", "confirmed"})
            operations.append(VerdictGiven(face.id, Verdict(kind)))
        what = "put away" if kind == "ignored" else "said to be no face"
        return self._record("ignore", f"{_faces(faces)} {what}", operations)

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
        return self._record("merge", summary, operations)

    def rename(self, old: str, new: str) -> Edited:
        """Give a person another name; two people who get the same name must be merged instead."""
        person, name = self._known(old), clean_name(new)
        other = self._library.people.named(name)
        if other is not None and other.id != person.id:
            raise UsageError(f"there is a {other.name} already. Try: photoscribe people merge '{old}' '{other.name}'")
        renamed = PersonRenamed(person.id, person.name, name)
        faces = self._library.faces.all(people=[person.id])
        change, _ = self._library.history.record("rename", f"{person.name} renamed {name}", [renamed])
        return Edited(change, sum(face.standing.person == person.id for face in faces))

    def split(self, chosen: Chosen, name: str | None = None) -> Edited:
        """Take faces out of the person whom they were given to: they are not that person, but `name`, or unnamed."""
        faces = self._faces(chosen)
        person, operations = self._person(name) if name is not None else (None, [])
        for face in faces:
            was = face.standing.person
            if was is not None and (person is None or was != person.id):
                operations += _rejected(face, was)
            elif person is None:
                raise UsageError(
                    f"face f{face.id} belongs to nobody it could be split from. Give it a name: "
                    f"photoscribe people name f{face.id} NAME"
                )
            if person is not None:
                operations += _confirmed(face, person.id)
        whom = f" as {person.name}" if person else ""
        return self._record("split", f"{_faces(faces)} split off{whom}", operations)

    def draw(self, path: Path, box: Box, name: str | None = None) -> Edited:
        """Add a face that the machine did not find; a box on a face that it did find is that face."""
        record = self._library.catalogue.photo(path.absolute())
        if record is None:
            raise UsageError(f"not in the library: {path}. Try: photoscribe index {path}")
        there = self._library.faces.all(photos=[record.id])
        pairs = match([face.box for face in there], [box]).pairs
        person, operations = self._person(name) if name is not None else (None, [])
        if pairs:
            face = there[pairs[0][0]]
            operations += _taken_back(face, {"ignored", "not_a_face"})
            operations += _confirmed(face, person.id) if person else []
        else:
            id_ = self._library.faces.reserve(1)[0]
            operations.append(FaceDrawn(id_, record.id, box))
            operations += [VerdictGiven(id_, Verdict("confirmed", person.id))] if person else []
        if not operations:
            raise UsageError(
                f"that face is known already: f{there[pairs[0][0]].id}. Name it with: photoscribe people name"
            )
        return self._record("draw", "a face drawn" + (f" and named {person.name}" if person else ""), operations)

    def _record(self, kind: str, summary: str, operations: Sequence[Operation]) -> Edited:
        change, touched = self._library.history.record(kind, summary, operations)
        self._learn()
        return Edited(change, len(touched))

    def _faces(self, chosen: Chosen) -> list[FaceRecord]:
        """Every chosen face once. Raises UsageError for a face or group that is not there."""
        found = {face.id: face for face in self._library.faces.all(faces=chosen.faces)} if chosen.faces else {}
        for id_ in chosen.faces:
            if id_ not in found:
                raise UsageError(f"no such face: f{id_}. Try: photoscribe faces")
        for group in chosen.groups:
            members = [face for face in self._library.faces.all(groups=[group]) if face.standing.state == "unknown"]
            if not members:
                raise UsageError(f"no such group: {group}. Try: photoscribe people groups")
            found |= {face.id: face for face in members}
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


def _confirmed(face: FaceRecord, person: PersonId) -> list[Operation]:
    """What makes a face this person's: earlier words that say otherwise are taken back."""
    taken_back = _taken_back(face, {"ignored", "not_a_face", "confirmed"}, but=Verdict("confirmed", person))
    rejected = Verdict("rejected", person)
    if rejected in face.verdicts:
        taken_back.append(VerdictGiven(face.id, rejected, present=False))
    return [*taken_back, *_given(face, Verdict("confirmed", person))]


def _rejected(face: FaceRecord, person: PersonId) -> list[Operation]:
    confirmed = Verdict("confirmed", person)
    taken_back = [VerdictGiven(face.id, confirmed, present=False)] if confirmed in face.verdicts else []
    return [*taken_back, *_given(face, Verdict("rejected", person))]


def _given(face: FaceRecord, verdict: Verdict) -> list[Operation]:
    return [] if verdict in face.verdicts else [VerdictGiven(face.id, verdict)]


def _taken_back(face: FaceRecord, kinds: Iterable[str], but: Verdict | None = None) -> list[Operation]:
    said = [verdict for verdict in face.verdicts if verdict.source == "user" and verdict != but]
    return [VerdictGiven(face.id, verdict, present=False) for verdict in said if verdict.kind in kinds]


def _faces(faces: Sequence[FaceRecord]) -> str:
    return f"{len(faces)} face" + ("" if len(faces) == 1 else "s")
