"""Photos and what is known of them, as the shapes that are sent."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from photoscribe.app.browsing import Card, Cell, Tile
from photoscribe.app.details import Detail, FileOfPhoto
from photoscribe.app.library import FaceRecord, StoredFact
from photoscribe.core.folders import FolderView
from photoscribe.core.people import PersonId
from photoscribe.core.photo import PhotoId, face_version_of, version_of
from photoscribe.core.tags import TagStanding, tag_text
from photoscribe.web.dto.photos import (
    BucketPhotos,
    FaceShape,
    FactShape,
    FileShape,
    Folder,
    MapCell,
    PersonShape,
    PhotoCard,
    PhotoDetail,
    TagOfPhoto,
)
from photoscribe.web.dto.shared import Rectangle
from photoscribe.web.shown import plain

_UNKNOWN_RATIO = 1.5


def card_shape(card: Card) -> PhotoCard:
    return PhotoCard(**_card(card))


def _card(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "version": card.version,
        "width": card.width,
        "height": card.height,
        "colour": _colour(card.colour) or None,
        "kind": card.kind,
        "taken": card.taken,
        "path": card.path,
        "missing": card.missing,
        "rating": card.rating,
    }


def bucket_shape(key: str, start: int, count: int, tiles: Sequence[Tile]) -> BucketPhotos:
    return BucketPhotos(
        key=key,
        start=start,
        count=count,
        ids=[tile.id for tile in tiles],
        ratios=[_ratio(tile.width, tile.height) for tile in tiles],
        colours=[_colour(tile.colour) for tile in tiles],
        days=[tile.day for tile in tiles],
        kinds=[tile.kind for tile in tiles],
        versions=[version_of(tile.picture_hash) for tile in tiles],
    )


def folder_shape(view: FolderView, versions: Mapping[PhotoId, str]) -> Folder:
    return Folder(
        folder=view.folder,
        name=view.name,
        photos=view.photos,
        own=view.own,
        folders=view.folders,
        cover=view.cover,
        cover_version=versions.get(view.cover, "") if view.cover is not None else "",
    )


def cell_shape(cell: Cell, versions: Mapping[PhotoId, str]) -> MapCell:
    return MapCell(
        latitude=cell.latitude,
        longitude=cell.longitude,
        count=cell.count,
        cover=cell.cover,
        cover_version=versions.get(cell.cover, ""),
        south=cell.south,
        west=cell.west,
        north=cell.north,
        east=cell.east,
    )


def detail_shape(detail: Detail) -> PhotoDetail:
    record = detail.record
    return PhotoDetail(
        **_card(detail.card),
        folder=str(PurePath(detail.card.path).parent),  # as the folders and the query language know it
        name=plain(record.path.name),
        latitude=record.latitude,
        longitude=record.longitude,
        place=record.place,
        title=plain(record.title),
        caption=plain(record.caption),
        camera=record.camera,
        files=[_file(one) for one in detail.files],
        tags=[tag_shape(one) for one in detail.tags],
        faces=[face_shape(one, detail.card.picture_hash, detail.names) for one in detail.faces],
        facts=[_fact(one) for one in record.facts if one.kind != "problem"],
        problems=[plain(one) for one in detail.problems],
    )


def face_shape(face: FaceRecord, picture_hash: str, names: Mapping[PersonId, str]) -> FaceShape:
    box, standing = face.box, face.standing
    person = standing.person
    return FaceShape(
        id=face.id,
        photo=face.photo,
        box=Rectangle(x=box.x, y=box.y, w=box.w, h=box.h),
        version=face_version_of(picture_hash, box),
        score=face.score,
        source=face.source,
        state=standing.state,
        person=PersonShape(id=person, name=names.get(person, "")) if person is not None else None,
        probability=standing.probability,
        group=face.group if standing.state == "unknown" else None,
    )


def tag_shape(tag: TagStanding) -> TagOfPhoto:
    return TagOfPhoto(tag=tag_text(tag.tag), state=tag.state, origin=tag.origin, probability=tag.probability)


def _file(file: FileOfPhoto) -> FileShape:
    modified = file.modified.isoformat(timespec="seconds")
    return FileShape(path=plain(str(file.path)), role=file.role, size_bytes=file.size_bytes, modified=modified)


def _fact(fact: StoredFact) -> FactShape:
    return FactShape(
        kind=fact.kind, value=fact.value, origin=fact.origin, state=fact.state, probability=fact.probability
    )


def _colour(colour: int | None) -> str:
    return "" if colour is None else f"{colour:06x}"


def _ratio(width: int | None, height: int | None) -> float:
    return round(width / height, 3) if width and height else _UNKNOWN_RATIO
