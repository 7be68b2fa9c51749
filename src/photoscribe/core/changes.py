"""What a user action did, as a list of small operations that can each be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NewType

from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId, PersonId, Verdict
from photoscribe.core.photo import PhotoId

ChangeId = NewType("ChangeId", int)


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


Operation = PersonAdded | PersonRenamed | VerdictGiven | FaceDrawn


def inverse(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """The operations that take these back, last one first."""
    return tuple(_opposite(operation) for operation in reversed(operations))


def _opposite(operation: Operation) -> Operation:
    if isinstance(operation, PersonRenamed):
        return replace(operation, before=operation.after, after=operation.before)
    return replace(operation, present=not operation.present)
