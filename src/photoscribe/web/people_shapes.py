"""What the application knows of people and of the review queue, as the shapes that are sent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from photoscribe.app.library import FaceSight
from photoscribe.app.portraits import Card, GroupSamples, Portrait, Tally
from photoscribe.app.reviewing import Page as Questions
from photoscribe.app.reviewing import Pair as AskedPair
from photoscribe.app.reviewing import PairSide as AskedSide
from photoscribe.app.stacks import Candidate as Likely
from photoscribe.app.stacks import Stack as AskedStack
from photoscribe.core.people import FaceId, Person
from photoscribe.core.photo import face_version_of
from photoscribe.web.dto.people import (
    Candidate,
    Companion,
    CropOf,
    GroupCard,
    Pair,
    PairSide,
    PersonCard,
    PersonDetail,
    ReviewPage,
    Stack,
    StackFace,
    YearCount,
)
from photoscribe.web.dto.photos import PersonShape

Sights = Mapping[FaceId, FaceSight]


def crop(face: FaceId | None, sights: Sights) -> CropOf | None:
    """None for a face that is not there any more."""
    sight = sights.get(face) if face is not None else None
    return CropOf(face=face, version=_version(sight)) if face is not None and sight is not None else None


def crops(faces: Iterable[FaceId], sights: Sights) -> list[CropOf]:
    return [one for face in faces if (one := crop(face, sights)) is not None]


def person_shape(person: Person) -> PersonShape:
    return PersonShape(id=person.id, name=person.name)


def card_shape(card: Card, sights: Sights) -> PersonCard:
    return PersonCard(**_card(card.tally), cover=crop(card.cover, sights))


def portrait_shape(portrait: Portrait, sights: Sights) -> PersonDetail:
    return PersonDetail(
        **_card(portrait.card.tally),
        cover=crop(portrait.card.cover, sights),
        years=[YearCount(year=year, faces=faces) for year, faces in portrait.years],
        companions=[Companion(person=card_shape(one, sights), photos=photos) for one, photos in portrait.companions],
    )


def covers_of(cards: Iterable[Card]) -> Sequence[FaceId]:
    return [card.cover for card in cards if card.cover is not None]


def group_shape(group: GroupSamples, sights: Sights) -> GroupCard:
    return GroupCard(group=group.group, faces=group.faces, samples=crops(group.samples, sights))


def page_shape(page: Questions) -> ReviewPage:
    return ReviewPage(
        items=[
            pair_shape(one, page.sights) if isinstance(one, AskedPair) else stack_shape(one, page.sights)
            for one in page.items
        ],
        left_faces=page.left_faces,
        left_stacks=page.left_stacks,
        learning=page.learning,
    )


def stack_shape(stack: AskedStack, sights: Sights) -> Stack:
    return Stack(
        key=stack.key,
        kind=stack.kind,
        token=stack.token,
        faces=[
            StackFace(
                face=one.face,
                photo=one.photo,
                version=_version(sights[one.face]),
                similarity=one.similarity,
                doubtful=one.doubtful,
                probability=one.probability,
            )
            for one in stack.faces
            if one.face in sights
        ],
        count=stack.count,
        person=person_shape(stack.person) if stack.person is not None else None,
        candidates=[_candidate(one, sights) for one in stack.candidates],
    )


def pair_shape(pair: AskedPair, sights: Sights) -> Pair:
    return Pair(
        key=pair.key,
        token=pair.token,
        a=_side(pair.a, sights),
        b=_side(pair.b, sights),
        probability=pair.probability,
    )


def _candidate(one: Likely, sights: Sights) -> Candidate:
    return Candidate(person=person_shape(one.person), probability=one.probability, cover=crop(one.cover, sights))


def _side(side: AskedSide, sights: Sights) -> PairSide:
    person = person_shape(side.person) if side.person is not None else None
    return PairSide(key=side.key, count=side.count, person=person, samples=crops(side.samples, sights))


def _card(tally: Tally) -> dict[str, Any]:
    return {
        "id": tally.id,
        "name": tally.name,
        "faces": tally.faces,
        "photos": tally.photos,
        "suggested": tally.suggested,
    }


def _version(sight: FaceSight) -> str:
    return face_version_of(sight.picture_hash, sight.box)
