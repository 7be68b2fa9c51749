"""People, their faces, groups that nobody named, and the review queue."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query
from fastapi import Path as InPath

from photoscribe.app.editing import Chosen, Edited
from photoscribe.app.library import FaceRecord
from photoscribe.app.reviewing import Answer
from photoscribe.app.stacks import Stack as AskedStack
from photoscribe.core.errors import Conflict, NoSuch, UsageError
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId, GroupId, PersonId
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import parse
from photoscribe.web import cursors
from photoscribe.web.dto.people import (
    DrawnFace,
    FaceAction,
    GroupCard,
    MergePeople,
    PersonCard,
    PersonDetail,
    PersonEdit,
    PersonFace,
    ReviewAnswer,
    ReviewDone,
    ReviewPage,
    Stack,
)
from photoscribe.web.dto.photos import FaceShape
from photoscribe.web.dto.shared import Changed, Page, QueryText
from photoscribe.web.people_shapes import card_shape, covers_of, group_shape, page_shape, portrait_shape, stack_shape
from photoscribe.web.photo_shapes import face_shape
from photoscribe.web.problems import PROBLEMS
from photoscribe.web.security import requires
from photoscribe.web.services import Services, Wired

router = APIRouter(prefix="/api", tags=["people"])

PERSON = Annotated[str, InPath(min_length=1, max_length=64, examples=["9b2f5c0e8a7d4f1b9c3e6a5d2f8b1c4e"])]
NUMBER = Annotated[int, InPath(ge=1, le=2**53, examples=[12])]
CURSOR = Annotated[str | None, Query(max_length=2000)]
LIMIT = Annotated[int, Query(ge=1, le=1000)]
_READ, _EDIT = [requires("read")], [requires("edit")]
_ACTIONS = {
    "name a group": {"value": {"do": "name", "groups": [3], "person": "Ann"}},
    "not the person suggested": {"value": {"do": "reject", "faces": [12, 40]}},
    "somebody else": {"value": {"do": "apart", "faces": [12, 40]}},
}
_ANSWERS = {
    "it is a new person": {"value": {"key": "g3", "token": "5f0c", "do": "name", "name": "Ann", "faces": [12, 40]}},
    "it is the person asked about": {"value": {"key": "p9b2f", "token": "77aa", "do": "confirm"}},
    "later": {"value": {"key": "g3", "token": "5f0c", "do": "skip"}},
}


@router.get("/people", summary="People", responses=PROBLEMS, dependencies=_READ)
def people(
    wired: Wired, order: Literal["photos", "name"] = "photos", cursor: CURSOR = None, limit: LIMIT = 100
) -> Page[PersonCard]:
    """Everyone with a confirmed or suggested face."""
    start = _start(cursor)
    found = wired.portraits.people(order)
    cards = wired.portraits.cards(found[start : start + limit])
    sights = wired.portraits.sights(covers_of(cards))
    items = [card_shape(one, sights) for one in cards]
    return Page(items=items, next=_next(start + limit, len(found)), total=len(found))


@router.get("/people/{person}", summary="One person", responses=PROBLEMS, dependencies=_READ)
def person_detail(wired: Wired, person: PERSON) -> PersonDetail:
    """With her faces by year, and who is with her in photos."""
    portrait = wired.portraits.portrait(PersonId(person))
    shown = [portrait.card, *(one for one, _ in portrait.companions)]
    return portrait_shape(portrait, wired.portraits.sights(covers_of(shown)))


@router.patch(
    "/people/{person}",
    summary="Give a person another name or cover",
    responses=PROBLEMS,
    dependencies=_EDIT,
)
def edit_person(
    wired: Wired, person: PERSON, asked: Annotated[PersonEdit, Body(examples=[{"name": "Ann Lee"}, {"cover": 12}])]
) -> Changed:
    """A name that somebody else has is refused: merge the two instead. Name and cover are a change each."""
    known = wired.portraits.person(PersonId(person))
    edited: Edited | None = None
    if asked.cover is not None:
        face = wired.portraits.face(FaceId(asked.cover))
        if face.standing.state != "confirmed" or face.standing.person != known.id:
            raise UsageError(f"face f{face.id} is not confirmed as {known.name}. Choose one that is")
        edited = wired.editing.cover(face.id)
    if asked.name is not None:
        edited = wired.editing.rename(known.name, asked.name)
    return _changed(edited)


@router.post(
    "/people/{person}/merge",
    summary="Make several people one",
    responses=PROBLEMS,
    dependencies=_EDIT,
)
def merge_people(
    wired: Wired, person: PERSON, asked: Annotated[MergePeople, Body(examples=[{"people": ["4f1c0e8a"]}])]
) -> Changed:
    """The person in the address stays; all that was said of the others is said of that one."""
    into = wired.portraits.person(PersonId(person)).name
    others = [wired.portraits.person(PersonId(one)).name for one in dict.fromkeys(asked.people)]
    return _changed(wired.editing.merge(others, into))


@router.get(
    "/people/{person}/faces",
    summary="The faces of a person",
    responses=PROBLEMS,
    dependencies=_READ,
)
def person_faces(
    wired: Wired,
    person: PERSON,
    *,
    order: Literal["outliers", "newest"] = "outliers",
    year: Annotated[str | None, Query(pattern=r"^(\d{4}|undated)$", examples=["2019"])] = None,
    state: Literal["confirmed", "suggested", "rejected"] = "confirmed",
    cursor: CURSOR = None,
    limit: LIMIT = 100,
) -> Page[PersonFace]:
    """outliers: the least like the person's other faces first, where mistakes are."""
    start = _start(cursor)
    found = wired.portraits.faces_of(PersonId(person), state, order, year)
    shown = wired.portraits.shown(found[start : start + limit])
    shapes = _face_shapes(wired, [one.face for one in shown])
    items = [
        PersonFace(**shape.model_dump(), similarity=one.similarity, taken=one.taken)
        for one, shape in zip(shown, shapes, strict=True)
    ]
    return Page(items=items, next=_next(start + limit, len(found)), total=len(found))


@router.get(
    "/groups",
    summary="Groups that nobody named",
    responses=PROBLEMS,
    dependencies=_READ,
)
def groups(wired: Wired, cursor: CURSOR = None, limit: LIMIT = 100) -> Page[GroupCard]:
    """The largest first."""
    start = _start(cursor)
    found = wired.portraits.groups()
    shown = wired.portraits.samples(found[start : start + limit])
    sights = wired.portraits.sights([face for one in shown for face in one.samples])
    items = [group_shape(one, sights) for one in shown]
    return Page(items=items, next=_next(start + limit, len(found)), total=len(found))


@router.get("/groups/{group}", summary="One group", responses=PROBLEMS, dependencies=_READ)
def group(wired: Wired, group: NUMBER) -> Stack:
    """As the review queue shows it: an answer may be about it."""
    stack = wired.reviewing.stack(f"g{group}")
    if stack is None:
        raise NoSuch(f"no such group: {group}. Somebody may have named all of its faces")
    return _stack_shape(wired, stack)


@router.get("/faces", summary="Faces by query", responses=PROBLEMS, dependencies=_READ)
def faces(wired: Wired, q: QueryText = "", cursor: CURSOR = None, limit: LIMIT = 100) -> Page[FaceShape]:
    """Of the photos that the query finds, those of the people and states it names: `is:ignored` was put away."""
    after = cursors.number(cursor, "face") or 0
    found = wired.portraits.faces(parse(q), FaceId(after), limit + 1)
    more = cursors.encode({"face": found[limit - 1].id}) if len(found) > limit else None
    return Page(items=_face_shapes(wired, found[:limit]), next=more)


@router.get("/faces/{face}", summary="One face", responses=PROBLEMS, dependencies=_READ)
def face(wired: Wired, face: NUMBER) -> FaceShape:
    return _face_shapes(wired, [wired.portraits.face(FaceId(face))])[0]


@router.post("/faces", summary="Say who faces are, or are not", responses=PROBLEMS, dependencies=_EDIT)
def act_on_faces(wired: Wired, asked: Annotated[FaceAction, Body(openapi_examples=_ACTIONS)]) -> Changed:
    """One change, whatever the number of faces."""
    chosen = Chosen(tuple(FaceId(one) for one in asked.faces), tuple(GroupId(one) for one in asked.groups))
    editing, person = wired.editing, asked.person
    match asked.do:
        case "name" if person is None:
            raise UsageError("say who they are: give the name of a `person`")
        case "name":
            edited = editing.name(chosen, str(person))
        case "confirm":
            edited = editing.confirm(chosen, person)
        case "reject":
            edited = editing.reject(chosen, person)
        case "split":
            edited = editing.split(chosen, person)
        case "apart":
            edited = editing.apart(chosen)
        case "same":
            edited = _said_same(wired, chosen)
        case "ignore":
            edited = editing.ignore(chosen)
        case "not_a_face":
            edited = editing.ignore(chosen, kind="not_a_face")
    return _changed(edited)


@router.post(
    "/photos/{photo}/faces",
    summary="Draw a face that was not found",
    responses=PROBLEMS,
    dependencies=_EDIT,
)
def draw_face(
    wired: Wired,
    photo: NUMBER,
    asked: Annotated[DrawnFace, Body(examples=[{"box": {"x": 0.41, "y": 0.2, "w": 0.1, "h": 0.15}, "person": "Ann"}])],
) -> Changed:
    """A box on a face that was found is that face."""
    try:
        box = Box(asked.box.x, asked.box.y, asked.box.w, asked.box.h)
    except ValueError as error:
        raise UsageError("that box reaches out of the picture. Draw it inside") from error
    return _changed(wired.editing.draw_on(PhotoId(photo), box, asked.person))


@router.get("/review", summary="The next questions", responses=PROBLEMS, dependencies=_READ)
def review(
    wired: Wired,
    limit: Annotated[int, Query(ge=1, le=10)] = 2,
    after: Annotated[str, Query(max_length=200, description="The key of a question; those after it.")] = "",
) -> ReviewPage:
    """The largest stack first, and pairs that are probably one person where that saves work."""
    return page_shape(wired.reviewing.page(limit, after))


@router.post("/review", summary="Answer a question", responses=PROBLEMS, dependencies=_EDIT)
def answer_review(wired: Wired, asked: Annotated[ReviewAnswer, Body(openapi_examples=_ANSWERS)]) -> ReviewDone:
    """One change; the next questions come with the reply. 409 when somebody else spoke of these faces meanwhile."""
    answer = Answer(
        asked.key,
        asked.token,
        asked.do,
        tuple(FaceId(one) for one in asked.faces),
        PersonId(asked.person) if asked.person is not None else None,
        asked.name,
    )
    try:
        edited = wired.reviewing.answer(answer)
    except Conflict as conflict:
        current = conflict.current
        shape = _stack_shape(wired, current) if isinstance(current, AskedStack) else None
        raise Conflict(str(conflict), shape) from conflict
    following = page_shape(wired.reviewing.page(asked.limit))
    return ReviewDone(
        change=edited.change if edited is not None else None,
        faces=edited.faces if edited is not None else 0,
        next=following,
    )


def _stack_shape(wired: Services, stack: AskedStack) -> Stack:
    return stack_shape(stack, wired.reviewing.sights([stack]))


def _face_shapes(wired: Services, found: Sequence[FaceRecord]) -> list[FaceShape]:
    sights, names = wired.portraits.sights([one.id for one in found]), wired.portraits.names()
    return [face_shape(one, sights[one.id].picture_hash, names) for one in found if one.id in sights]


def _said_same(wired: Services, chosen: Chosen) -> Edited:
    if chosen.faces or len(chosen.groups) != 2 or chosen.groups[0] == chosen.groups[1]:
        raise UsageError("say which two groups are one person: two of `groups`, and no `faces`")
    return wired.editing.same(*chosen.groups)


def _changed(edited: Edited | None) -> Changed:
    if edited is None:
        return Changed(change=None)
    return Changed(change=edited.change, faces=edited.faces, photos=edited.photos)


def _two_groups(chosen: Chosen) -> tuple[GroupId, GroupId]:
    match chosen:
        case Chosen((), (one, other)):
            return one, other
        case _:
            raise UsageError("say which two groups are one person: give two `groups` and no `faces`")


def _start(cursor: str | None) -> int:
    start = cursors.number(cursor, "at") or 0
    if start < 0:
        raise cursors.invalid("cursor", "not a cursor of this list")
    return start


def _next(start: int, total: int) -> str | None:
    return cursors.encode({"at": start}) if start < total else None
