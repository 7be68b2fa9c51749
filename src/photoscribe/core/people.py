"""People and what was said about faces: the ledger of verdicts, and what follows from it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NewType

from photoscribe.core.errors import UsageError

FaceId = NewType("FaceId", int)
GroupId = NewType("GroupId", int)
PersonId = NewType("PersonId", str)

VerdictKind = Literal["confirmed", "rejected", "ignored", "not_a_face"]
VerdictSource = Literal["user", "file"]
FaceState = Literal["confirmed", "suggested", "unknown", "ignored"]

MAX_NAME = 200
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class Person:
    id: PersonId
    name: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing said about one face. person: whom it is about; None for "ignored" and "not_a_face"."""

    kind: VerdictKind
    person: PersonId | None = None
    source: VerdictSource = "user"

    def __post_init__(self) -> None:
        if (self.kind in {"confirmed", "rejected"}) != (self.person is not None):
            raise ValueError(f"a verdict {self.kind} about person {self.person}")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The machine's guess. probability: calibrated P(person), in [0, 1]."""

    person: PersonId
    probability: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a face stands after everything said and guessed. probability: 1 when confirmed."""

    state: FaceState
    person: PersonId | None = None
    probability: float | None = None


def stand(verdicts: Iterable[Verdict], suggestion: Suggestion | None) -> Standing:
    """Weigh what was said: the user before the file, both before the machine.

    A name in a file counts unless the user named someone else, rejected that person, or put the face
    away. A guess counts only where nobody spoke, and never for a rejected person.
    """
    said = list(verdicts)
    rejected = {v.person for v in said if v.kind == "rejected"}
    for source in ("user", "file"):
        for verdict in said:
            if verdict.source != source:
                continue
            if verdict.kind in {"ignored", "not_a_face"}:
                return Standing("ignored")
            if verdict.kind == "confirmed" and (source == "user" or verdict.person not in rejected):
                return Standing("confirmed", verdict.person, 1.0)
    if suggestion is not None and suggestion.person not in rejected:
        return Standing("suggested", suggestion.person, suggestion.probability)
    return Standing("unknown")


def clean_name(name: str) -> str:
    """A person's name as it is kept: NFC, single spaces, no control characters, no marks that turn the text round.

    The joiners that emoji and Persian need are kept.

    Raises UsageError for a name that is empty, too long, or could be taken for a face or group number.
    """
    cleaned = clean_part(name)
    if not cleaned:
        raise UsageError("a person needs a name. Try: photoscribe people name 3 'Ann'")
    if len(cleaned) > MAX_NAME:
        raise UsageError(f"that name is longer than {MAX_NAME} characters. Try a shorter one")
    return cleaned


def clean_part(text: str) -> str:
    """A name or a part of a tag as clean_name describes it; "" when nothing is left."""
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if c.isspace() or _belongs(c))
    return " ".join(kept.split())


def _belongs(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Cn"} and character not in _TURNING


def name_key(name: str) -> str:
    """What two spellings of one name share: case and width do not make another person."""
    return unicodedata.normalize("NFKC", clean_name(name)).casefold()
