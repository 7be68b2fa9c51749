"""People, groups and the review queue."""

from typing import Literal

from pydantic import Field

from photoscribe.web.dto.photos import FaceShape, PersonShape
from photoscribe.web.dto.shared import Rectangle, Shape


class CropOf(Shape):
    """A face to show: /api/faces/{face}/crop?v={version}."""

    face: int
    version: str


class PersonCard(PersonShape):
    """suggested: faces that wait for a yes or no."""

    faces: int
    photos: int
    suggested: int
    cover: CropOf | None


class YearCount(Shape):
    year: str = Field(examples=["2019", "undated"])
    faces: int


class Companion(Shape):
    """Someone who is in the same photos."""

    person: PersonCard
    photos: int


class PersonDetail(PersonCard):
    years: list[YearCount]
    companions: list[Companion]


class PersonFace(FaceShape):
    """similarity: how like the person's other faces it is, in [0, 1]; null without a vector. taken: of its photo."""

    similarity: float | None
    taken: str | None


class PersonEdit(Shape):
    name: str | None = Field(default=None, min_length=1, max_length=200)
    cover: int | None = None


class MergePeople(Shape):
    """people: ids of those who become the one in the address."""

    people: list[str] = Field(min_length=1, max_length=100)


class GroupCard(Shape):
    """faces: that nobody named. samples: the best to look at, at most 6."""

    group: int
    faces: int
    samples: list[CropOf]


class FaceAction(Shape):
    """One action on these faces, and on the unnamed faces of these groups.

    name, confirm, reject and split take a person's name; confirm and reject may leave it out for the one suggested.
    apart: these faces are not the same person as the rest of their group, whoever they are.
    same: these two groups are one person, whoever it is.
    cover: show this face for its person.
    """

    do: Literal["name", "confirm", "reject", "ignore", "not_a_face", "split", "apart", "same"]
    faces: list[int] = Field(default=[], max_length=50_000)
    groups: list[int] = Field(default=[], max_length=1000)
    person: str | None = Field(default=None, max_length=200)


class DrawnFace(Shape):
    """A face that was not found. person: a name, new or known; none leaves it unnamed."""

    box: Rectangle
    person: str | None = Field(default=None, min_length=1, max_length=200)


class StackFace(Shape):
    """similarity: to the heart of the stack, in [0, 1]. doubtful: below what surely belongs together."""

    face: int
    photo: int
    version: str
    similarity: float
    doubtful: bool
    probability: float | None = Field(default=None, description="That it is the person asked about.")


class Candidate(Shape):
    """Someone whom the stack may be, by probability."""

    person: PersonShape
    probability: float
    cover: CropOf | None


class Stack(Shape):
    """Faces of presumably one person, the surest first.

    kind: "group" (nobody named them) or "suggested" (taken for `person`: yes or no).
    token: of the state shown; an answer brings it back, so that two browsers do not overwrite each other.
    """

    key: str = Field(examples=["g12", "p4f1c"])
    kind: Literal["group", "suggested"]
    token: str
    faces: list[StackFace]
    count: int
    person: PersonShape | None
    candidates: list[Candidate]


class PairSide(Shape):
    """One of two that may be one person: a group, or a named person."""

    key: str
    count: int
    person: PersonShape | None
    samples: list[CropOf]


class Pair(Shape):
    """Two that may be one person: same, different, or not sure."""

    key: str = Field(examples=["g12~g40", "g12~p4f1c"])
    kind: Literal["pair"] = "pair"
    token: str
    a: PairSide
    b: PairSide
    probability: float


class ReviewPage(Shape):
    """The next questions. left_faces and left_stacks: still to answer, those shown included."""

    items: list[Stack | Pair]
    left_faces: int
    left_stacks: int
    learning: bool = Field(default=False, description="The ranking is being renewed with the latest answers.")


class ReviewAnswer(Shape):
    """The answer to one question.

    faces: those of the stack that it is about, the others stay for later; none means all, also those beyond the shown.
    For group and suggested stacks: name (with
    `name`, a new or known person's), confirm (the person asked about, or candidate `person` by id), reject (not
    `person`, or not the person asked about), ignore, not_a_face, apart (these are not who the rest are). For pairs:
    same, different, unsure. skip: asked again last.
    """

    key: str
    token: str
    do: Literal["name", "confirm", "reject", "ignore", "not_a_face", "apart", "same", "different", "unsure", "skip"]
    faces: list[int] = Field(default=[], max_length=50_000)
    person: str | None = Field(default=None, max_length=200, description="A person's id.")
    name: str | None = Field(default=None, min_length=1, max_length=200)
    limit: int = Field(default=2, ge=1, le=10, description="How many next questions to send back.")


class ReviewDone(Shape):
    """change: null for skip and unsure."""

    change: int | None
    faces: int
    next: ReviewPage
