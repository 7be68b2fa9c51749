"""What the user says about fields of photos, and about the people of many photos at once; each action one Change."""

from collections.abc import Mapping, Sequence
from typing import Literal

from photoscribe.app.choosing import Photos, Said, count_of, ids_of
from photoscribe.app.editing import Chosen, Editing
from photoscribe.app.library import FaceRecord, Library
from photoscribe.core.changes import FieldStated, Plain, StatedField
from photoscribe.core.people import Person, PersonId, clean_name
from photoscribe.core.photo import PhotoId
from photoscribe.core.stated import checked

Which = Literal["single", "suggested", "unknown"]


class Describing:
    """Every action answers how many photos it touched. With dry_run it only counts them."""

    def __init__(self, library: Library, editing: Editing) -> None:
        self._library, self._editing = library, editing

    def state(self, values: Mapping[StatedField, Plain], photos: Photos, *, dry_run: bool = False) -> Said:
        """Give fields of the photos these values; None takes the user's word back, and the file's shows again."""
        wanted = {field: checked(field, value) for field, value in values.items()}
        ids = ids_of(self._library, photos)
        known = self._library.words.stated(ids)
        operations = [
            FieldStated(id_, field, now, value)
            for field, value in wanted.items()
            for id_ in ids
            if (now := known.get(id_, {}).get(field)) != value
        ]
        touched = len({one.photo for one in operations})
        if dry_run or not operations:
            return Said(None, touched)
        summary = f"{', '.join(wanted)} of {count_of(touched)} " + ("taken back" if _all_none(wanted) else "set")
        change, _ = self._library.history.record("describe", summary, operations)
        return Said(change, touched)

    def name(self, name: str, which: Which, photos: Photos, *, dry_run: bool = False) -> Said:
        """Confirm that faces of the photos are this person, never two of one photo.

        which: "single" means the face of photos with exactly one that nobody named, "suggested" those taken for this
        person, "unknown" those that nobody named, of each photo the likeliest: taken for this person, else the largest.
        """
        person = self._person(name)
        faces: dict[PhotoId, list[FaceRecord]] = {}
        for face in self._library.faces.all(photos=ids_of(self._library, photos)):
            faces.setdefault(face.photo, []).append(face)
        chosen = [one for some in faces.values() if (one := _chosen(some, person, which)) is not None]
        if dry_run or not chosen:
            return Said(None, len(chosen), len(chosen))
        edited = self._editing.name(Chosen(tuple(one.id for one in chosen)), person.name)
        return Said(edited.change, len(chosen), edited.faces)

    def _person(self, name: str) -> Person:
        """Known by name or id; else somebody new."""
        known = self._library.people.named(name)
        if known is None:
            known = next((person for person in self._library.people.all() if person.id == name), None)
        return known or Person(id=_NOBODY, name=clean_name(name))


_NOBODY = PersonId("")


def _chosen(faces: Sequence[FaceRecord], person: Person, which: Which) -> FaceRecord | None:
    """The face of one photo to be named."""
    if any(face.standing.state == "confirmed" and face.standing.person == person.id for face in faces):
        return None
    open_ = [face for face in faces if face.standing.state in {"suggested", "unknown"}]
    if which == "single" and len(open_) != 1:
        return None
    allowed = [face for face in open_ if not _is_rejected(face, person)]
    guessed = [face for face in allowed if face.standing.person == person.id]
    if guessed:
        return max(guessed, key=lambda face: (face.standing.probability or 0, -face.id))
    if which == "suggested" or not allowed:
        return None
    return max(allowed, key=lambda face: (face.standing.person is None, face.box.area, -face.id))


def _is_rejected(face: FaceRecord, person: Person) -> bool:
    return any(verdict.kind == "rejected" and verdict.person == person.id for verdict in face.verdicts)


def _all_none(values: Mapping[StatedField, Plain]) -> bool:
    return all(value is None for value in values.values())
