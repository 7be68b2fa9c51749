"""Looking through the library: lists, the timeline, folders, the map, one photo."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import JSONResponse

from photoscribe import __version__
from photoscribe.app.browsing import Spot
from photoscribe.core.errors import UsageError
from photoscribe.core.maps import area_between
from photoscribe.core.photo import PhotoId
from photoscribe.web import cursors
from photoscribe.web.dto.photos import (
    Around,
    Bucket,
    BucketPhotos,
    Completion,
    Folder,
    MapView,
    PhotoCard,
    PhotoDetail,
    SimilarPhoto,
    Timeline,
)
from photoscribe.web.dto.shared import Page, QueryText
from photoscribe.web.photo_shapes import bucket_shape, card_shape, cell_shape, detail_shape, folder_shape
from photoscribe.web.problems import PROBLEMS
from photoscribe.web.security import requires
from photoscribe.web.services import Wired

router = APIRouter(prefix="/api", tags=["browse"], dependencies=[requires("read")], responses=PROBLEMS)

_LARGEST = 2**53  # what a number in JSON keeps exactly in a browser

Id = Annotated[int, Path(ge=1, le=_LARGEST, examples=[12])]
Q = Annotated[QueryText, Query(description="The query language; empty for everything.")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(max_length=2000, description="`next` of the page before.")]
Seen = Annotated[str | None, Header(alias="If-None-Match", max_length=1000)]
Degrees = Annotated[float, Query(ge=-720, le=720, allow_inf_nan=False)]
Parallel = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)]

_ANSWERS: dict[int | str, dict[str, Any]] = {**PROBLEMS, 304: {"description": "As it was when it had that ETag."}}


@router.get("/photos", summary="Photos that a query finds, newest first")
def photos(wired: Wired, q: Q = "", cursor: Cursor = None, limit: Limit = 100) -> Page[PhotoCard]:
    found, goes_on, total = wired.browsing.page(q, _spot(cursor), limit)
    after = cursors.encode({"t": goes_on.taken, "i": goes_on.id}) if goes_on else None
    return Page(items=[card_shape(card) for card in found], next=after, total=total)


@router.get("/photos/{photo}", summary="Everything about one photo")
def detail(wired: Wired, photo: Id) -> PhotoDetail:
    return detail_shape(wired.details.of(PhotoId(photo)))


@router.get("/photos/{photo}/around", summary="The photos before and after one in a list")
def around(wired: Wired, photo: Id, q: Q = "") -> Around:
    found, total = wired.browsing.around(PhotoId(photo), q)
    return Around(newer=found.newer, older=found.older, at=found.at, total=total)


@router.get("/photos/{photo}/similar", summary="Photos like one, the most similar first")
def similar(wired: Wired, photo: Id, limit: Annotated[int, Query(ge=1, le=100)] = 24) -> list[SimilarPhoto]:
    """By how alike they look, and by nearness in time and place and common people."""
    wired.browsing.card(PhotoId(photo))
    likeness = dict(wired.lookalikes.of(PhotoId(photo), limit))
    cards = wired.browsing.cards(list(likeness))
    return [SimilarPhoto(photo=card_shape(card), similarity=likeness[card.id]) for card in cards]


@router.get(
    "/timeline",
    summary="How many photos each month has, newest first",
    response_model=Timeline,
    responses=_ANSWERS,
)
def timeline(wired: Wired, q: Q = "", seen: Seen = None) -> Response:
    revision = wired.browsing.revision()
    if _knows(seen, revision):
        return _unchanged(revision)
    months = wired.browsing.months(q)
    buckets = [Bucket(key=key, count=count) for key, count in months.buckets]
    return _tagged(Timeline(total=months.total, revision=revision, buckets=buckets).model_dump(), revision)


@router.get(
    "/timeline/{key}",
    summary="Photos of one month as columns",
    response_model=BucketPhotos,
    responses=_ANSWERS,
)
def bucket(
    wired: Wired,
    key: Annotated[str, Path(max_length=20, examples=["2019-08", "undated"])],
    q: Q = "",
    start: Annotated[int, Query(ge=0, le=_LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    *,
    seen: Seen = None,
) -> Response:
    revision = wired.browsing.revision()
    if _knows(seen, revision):
        return _unchanged(revision)
    count, tiles = wired.browsing.bucket(key, q, start, limit)
    return _tagged(bucket_shape(key, start, count, tiles).model_dump(), revision)


@router.get(
    "/folders",
    summary="What a folder holds, or the indexed folders",
    response_model=list[Folder],
    responses=_ANSWERS,
)
def folders(
    wired: Wired,
    parent: Annotated[str | None, Query(max_length=4096, examples=["/home/ann/Pictures"])] = None,
    seen: Seen = None,
) -> Response:
    revision = wired.browsing.revision()
    if _knows(seen, revision):
        return _unchanged(revision)
    views = wired.browsing.folders(parent)
    versions = wired.browsing.versions([view.cover for view in views if view.cover is not None])
    return _tagged([folder_shape(view, versions).model_dump() for view in views], revision)


@router.get(
    "/map",
    summary="Photos on the map, gathered into cells by zoom",
    response_model=MapView,
    responses=_ANSWERS,
)
def map_view(
    wired: Wired,
    south: Parallel = -90,
    west: Degrees = -180,
    north: Parallel = 90,
    east: Degrees = 180,
    *,
    zoom: Annotated[float, Query(ge=0, le=24, allow_inf_nan=False)] = 1,
    q: Q = "",
    seen: Seen = None,
) -> Response:
    """West > east where the view crosses the date line; longitudes beyond 180 are taken round the globe."""
    revision = wired.browsing.revision()
    if _knows(seen, revision):
        return _unchanged(revision)
    try:
        area = area_between(south, west, north, east)
    except ValueError as error:
        raise UsageError(f"not an area: south {south} lies north of {north}. Exchange the two") from error
    cells, total, placeless = wired.browsing.map(q, area, zoom)
    versions = wired.browsing.versions([cell.cover for cell in cells])
    shown = [cell_shape(cell, versions) for cell in cells]
    return _tagged(MapView(cells=shown, total=total, placeless=placeless).model_dump(), revision)


@router.get("/complete", summary="Ways to go on typing a query")
def complete(
    wired: Wired,
    text: Annotated[QueryText, Query()] = "",
    at: Annotated[int | None, Query(ge=0, le=2000, description="The cursor; the end of the text by default.")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 12,
) -> list[Completion]:
    found = wired.browsing.complete(text, len(text) if at is None else min(at, len(text)), limit)
    return [
        Completion(kind=one.kind, label=one.label, insert=one.insert, photos=one.photos, start=one.start, end=one.end)
        for one in found
    ]


def _spot(cursor: str | None) -> Spot | None:
    place = cursors.decode(cursor)
    if place is None:
        return None
    taken, id_ = place.get("t"), place.get("i")
    if place.keys() == {"t", "i"} and type(id_) is int and 0 < id_ <= _LARGEST and isinstance(taken, str | None):
        return Spot(taken, PhotoId(id_))
    raise cursors.invalid("cursor", "not a cursor of this list")


def _etag(revision: int) -> str:
    return f'W/"{__version__}-{revision}"'


def _knows(seen: str | None, revision: int) -> bool:
    return seen is not None and any(part.strip() in {_etag(revision), "*"} for part in seen.split(","))


def _headers(revision: int) -> dict[str, str]:
    return {"ETag": _etag(revision), "Cache-Control": "private, no-cache"}


def _unchanged(revision: int) -> Response:
    return Response(status_code=304, headers=_headers(revision))


def _tagged(content: object, revision: int) -> Response:
    return JSONResponse(content, headers=_headers(revision))
