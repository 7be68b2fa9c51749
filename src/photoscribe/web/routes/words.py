"""What is said about photos: tags, texts, ratings, dates and places, one by one and in bulk."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Body
from fastapi import Path as InPath

from photoscribe.app.choosing import Photos, Said
from photoscribe.app.word_table import TagCount
from photoscribe.core.changes import Plain, StatedField
from photoscribe.core.errors import UsageError
from photoscribe.core.photo import PhotoId, version_of
from photoscribe.web.dto.photos import Bulk, PhotoEdit, PositionShape, TagShape
from photoscribe.web.dto.shared import Changed
from photoscribe.web.problems import PROBLEMS
from photoscribe.web.security import requires
from photoscribe.web.services import Services, Wired

router = APIRouter(prefix="/api", tags=["words"])

PHOTO = Annotated[int, InPath(ge=1, le=2**53, examples=[12])]
_EDITS = {
    "describe": {"summary": "A title and stars", "value": {"title": "On the Gran Sasso", "rating": 4}},
    "place": {"summary": "Where it was taken", "value": {"position": {"latitude": 42.47, "longitude": 13.57}}},
    "take back": {"summary": "The file's own caption again", "value": {"caption": None}},
}
_ACTIONS = {
    "tag a folder": {"value": {"op": "tag", "folder": "/home/ann/Pictures/2019", "tag": "Places/Italy/Abruzzo"}},
    "tag what a query finds": {"value": {"op": "tag", "query": "person:Ann taken:2019", "tag": "Holidays"}},
    "name the only face": {"value": {"op": "name", "query": "is:unknown", "person": "Ann", "which": "single"}},
    "how many would it be": {"value": {"op": "rate", "query": "tag:Holidays", "rating": 5, "dry_run": True}},
}


@router.patch(
    "/photos/{photo}",
    summary="Say something about a photo",
    responses=PROBLEMS,
    dependencies=[requires("edit")],
)
def edit_photo(wired: Wired, photo: PHOTO, asked: Annotated[PhotoEdit, Body(openapi_examples=_EDITS)]) -> Changed:
    """All fields given are one change. null takes the user's word back, so that the file's shows again."""
    values: dict[StatedField, Plain] = {}
    given = asked.model_fields_set
    for field in ("title", "caption", "rating", "taken"):
        if field in given:
            values[field] = getattr(asked, field)
    if "position" in given:
        values["position"] = _position(asked.position)
    return _changed(wired.describing.state(values, Photos(ids=(PhotoId(photo),))), dry_run=False)


@router.post(
    "/bulk",
    summary="Tag, name, rate, describe or place many photos in one change",
    responses=PROBLEMS,
    dependencies=[requires("edit")],
)
def bulk(wired: Wired, asked: Annotated[Bulk, Body(openapi_examples=_ACTIONS)]) -> Changed:
    """Everything in a folder, or that a query finds, or a list of photos; undone as one."""
    ids = None if asked.photos is None else tuple(PhotoId(one) for one in asked.photos)
    photos = Photos(ids, asked.query, None if asked.folder is None else _folder(asked.folder))
    said = _tagged(wired, asked, photos) or _described(wired, asked, photos)
    return _changed(said, dry_run=asked.dry_run)


@router.get("/tags", summary="The tags, each before those below it", dependencies=[requires("read")])
def tags(wired: Wired) -> list[TagShape]:
    """A tag counts every photo that has it or a tag below it, once."""
    return [_tag_shape(one) for one in wired.library.words.tags()]


def _tagged(wired: Services, asked: Bulk, photos: Photos) -> Said | None:
    """None for an action that is not about a tag."""
    actions: dict[str, Callable[..., Said]] = {
        "tag": wired.tagging.tag,
        "untag": wired.tagging.untag,
        "confirm_tag": wired.tagging.confirm,
        "reject_tag": wired.tagging.reject,
    }
    action = actions.get(asked.op)
    return action(_given(asked, asked.tag, "tag"), photos, dry_run=asked.dry_run) if action else None


def _described(wired: Services, asked: Bulk, photos: Photos) -> Said:
    if asked.op == "name":
        name = _given(asked, asked.person, "person")
        return wired.describing.name(name, asked.which, photos, dry_run=asked.dry_run)
    needed = {"rate": "rating", "place": "position", "title": "text", "caption": "text"}[asked.op]
    if needed not in asked.model_fields_set:
        raise UsageError(f"{asked.op} needs a {needed}. Send one, or null to take the user's word back")
    values: dict[StatedField, Plain] = {}
    match asked.op:
        case "rate":
            values["rating"] = asked.rating
        case "place":
            values["position"] = _position(asked.position)
        case "title" | "caption":
            values[asked.op] = asked.text
    return wired.describing.state(values, photos, dry_run=asked.dry_run)


def _given(asked: Bulk, value: str | None, field: str) -> str:
    if value is None:
        raise UsageError(f"{asked.op} needs a {field}. Send one")
    return value


def _folder(text: str) -> Path:
    """Only compared with paths that the library knows: nothing is opened."""
    if not text.startswith("/") and not Path(text).is_absolute():
        raise UsageError(f"not a whole path: {text}. Give one from the root on")
    return Path(text)


def _position(asked: PositionShape | None) -> Plain:
    return None if asked is None else [asked.latitude, asked.longitude, None]


def _changed(said: Said, *, dry_run: bool) -> Changed:
    return Changed(change=said.change, photos=said.photos, faces=said.faces, dry_run=dry_run)


def _tag_shape(one: TagCount) -> TagShape:
    parts = one.tag.split("/")
    return TagShape(
        tag=one.tag,
        name=parts[-1],
        depth=len(parts) - 1,
        photos=one.photos,
        suggested=one.suggested,
        cover=one.cover,
        cover_version=version_of(one.cover_hash),
    )
