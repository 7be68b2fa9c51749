"""What a user action did, as a list of small operations that can each be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NewType

from photoscribe.core.facts import TagPath
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId, GroupId, PersonId, Verdict
from photoscribe.core.photo import PhotoId

ChangeId = NewType("ChangeId", int)

TagKind = Literal["confirmed", "rejected"]
StatedField = Literal["title", "caption", "rating", "taken", "position"]
Plain = str | int | float | None | Sequence["Plain"] | Mapping[str, "Plain"]
"""A value as JSON has it."""


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """present: False when the person is taken away again."""

    person: PersonId
    name: str
    present: bool = True


@dataclass(frozen=True, slots=True)
class PersonRenamed:
    person: PersonId
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PersonCovered:
    """The face that stands for a person; None: the best one."""

    person: PersonId
    before: FaceId | None
    after: FaceId | None


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """present: False when the verdict is taken back."""

    face: FaceId
    verdict: Verdict
    present: bool = True


@dataclass(frozen=True, slots=True)
class FaceDrawn:
    """A box that the user drew. present: False when it is taken away again."""

    face: FaceId
    photo: PhotoId
    box: Box
    present: bool = True


@dataclass(frozen=True, slots=True)
class FacesPaired:
    """Two faces said to be two people, or one, without saying who; a < b. present: False when it is taken back."""

    a: FaceId
    b: FaceId
    kind: Literal["apart", "together"]
    present: bool = True

    def __post_init__(self) -> None:
        if self.a >= self.b:
            raise ValueError(f"not a pair in order: {self.a}, {self.b}")


@dataclass(frozen=True, slots=True)
class FacesRegrouped:
    """Faces that went from one group to another, None for alone. Done only where `before` still stands."""

    faces: tuple[FaceId, ...]
    before: GroupId | None
    after: GroupId | None


@dataclass(frozen=True, slots=True)
class TagGiven:
    """A verdict on a tag of photos that had none on it. present: False when it is taken back.

    photos: only those for which it changes something, so that the inverse is exact.
    """

    tag: TagPath
    kind: TagKind
    photos: tuple[PhotoId, ...]
    present: bool = True


@dataclass(frozen=True, slots=True)
class FieldStated:
    """The user's own value of a field of a photo, as JSON data; None: no word about it.

    Done only where `before` still stands, so that taking it back spares what was said since.
    """

    photo: PhotoId
    field: StatedField
    before: Plain
    after: Plain


Operation = (
    PersonAdded
    | PersonRenamed
    | PersonCovered
    | VerdictGiven
    | FaceDrawn
    | FacesPaired
    | FacesRegrouped
    | TagGiven
    | FieldStated
)


def inverse(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """The operations that take these back, last one first."""
    return tuple(_opposite(operation) for operation in reversed(operations))


def photos_of(operations: Iterable[Operation]) -> frozenset[PhotoId]:
    """The photos about which the operations say something themselves, not by way of their faces."""
    found: set[PhotoId] = set()
    for operation in operations:
        if isinstance(operation, TagGiven):
            found.update(operation.photos)
        elif isinstance(operation, FieldStated | FaceDrawn):
            found.add(operation.photo)
    return frozenset(found)


def _opposite(operation: Operation) -> Operation:
    match operation:
        case PersonRenamed():
            return replace(operation, before=operation.after, after=operation.before)
        case PersonCovered():
            return replace(operation, before=operation.after, after=operation.before)
        case FacesRegrouped():
            return replace(operation, before=operation.after, after=operation.before)
        case FieldStated():
            return replace(operation, before=operation.after, after=operation.before)
        case _:
            return replace(operation, present=not operation.present)
