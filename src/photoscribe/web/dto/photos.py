"""Photos, the timeline, folders, the map, and what is said about photos."""

from typing import Literal

from pydantic import Field

from photoscribe.web.dto.shared import QueryText, Rectangle, Shape

Kind = Literal["image", "raw", "video", "dicom"]


class PhotoCard(Shape):
    """What a grid needs. version: changes with the picture; goes into picture addresses as `v`. colour: RRGGBB."""

    id: int
    version: str
    width: int | None
    height: int | None
    colour: str | None = Field(examples=["8a9bb0"])
    kind: Kind
    taken: str | None = Field(examples=["2019-08-14T18:03:11+02:00"])
    path: str
    missing: bool = False
    rating: int | None = None


class Bucket(Shape):
    """A month of the timeline; key "undated" for photos without a date."""

    key: str = Field(examples=["2019-08"])
    count: int


class Timeline(Shape):
    """Newest month first, undated last. revision: changes when the library does."""

    total: int
    revision: int
    buckets: list[Bucket]


class BucketPhotos(Shape):
    """Photos of one bucket, newest first, as columns of equal length; start: the place of the first in the bucket.

    ratios: width over height, 1.5 where unknown. days: day of the month, 0 without a date. versions, colours, kinds
    as in PhotoCard; colours "" where unknown.
    """

    key: str
    start: int
    count: int
    ids: list[int]
    ratios: list[float]
    colours: list[str]
    days: list[int]
    kinds: list[Kind]
    versions: list[str]


class Folder(Shape):
    """photos: in it and below. own: in it. folders: how many folders it holds. cover: a photo to show."""

    folder: str
    name: str
    photos: int
    own: int
    folders: int
    cover: int | None
    cover_version: str = ""


class MapCell(Shape):
    """Photos close together at this zoom. The corners are those of the photos."""

    latitude: float
    longitude: float
    count: int
    cover: int
    cover_version: str
    south: float
    west: float
    north: float
    east: float


class MapView(Shape):
    """total: photos with a place that the query finds, anywhere. placeless: those without one."""

    cells: list[MapCell]
    total: int
    placeless: int


class FactShape(Shape):
    """A statement about a photo and who makes it. state: "chosen" when it is the value shown."""

    kind: str
    value: object
    origin: str = Field(examples=["exif", "xmp", "user", "faces"])
    state: str
    probability: float | None = None


class TagOfPhoto(Shape):
    """A tag on one photo. tag: from general to special, joined by "/"."""

    tag: str = Field(examples=["Places/Italy/Abruzzo"])
    state: Literal["confirmed", "suggested"]
    origin: str
    probability: float | None = None


class PersonShape(Shape):
    id: str
    name: str


class FaceShape(Shape):
    """A face. version: goes into crop addresses as `v`. group: of faces that nobody named."""

    id: int
    photo: int
    box: Rectangle
    version: str
    score: float
    source: Literal["detector", "file", "user"]
    state: Literal["confirmed", "suggested", "unknown", "ignored"]
    person: PersonShape | None
    probability: float | None
    group: int | None


class FileShape(Shape):
    path: str
    role: Literal["original", "sidecar"]
    size_bytes: int
    modified: str


class PhotoDetail(PhotoCard):
    """Everything about one photo."""

    folder: str
    name: str
    latitude: float | None
    longitude: float | None
    place: str | None
    title: str
    caption: str
    camera: str
    files: list[FileShape]
    tags: list[TagOfPhoto]
    faces: list[FaceShape]
    facts: list[FactShape]
    problems: list[str]


class Around(Shape):
    """The photos before and after one in a list, null at its ends. at: its place from 0."""

    newer: int | None
    older: int | None
    at: int
    total: int


class SimilarPhoto(Shape):
    photo: PhotoCard
    similarity: float = Field(ge=0, le=1)


class PositionShape(Shape):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class PhotoEdit(Shape):
    """What the user says about a photo; a field left out stays, null takes the user's word back.

    taken: ISO 8601 as the clocks of the place showed it, with the offset from UTC or without.
    """

    title: str | None = Field(default=None, max_length=2000)
    caption: str | None = Field(default=None, max_length=20_000)
    rating: int | None = Field(default=None, ge=-1, le=5)
    taken: str | None = Field(default=None, examples=["2019-08-14T18:03:11+02:00"])
    position: PositionShape | None = None


class Bulk(Shape):
    """One action on everything in a folder, or that a query finds, or on these photos: give exactly one of the three.

    name: the faces of the photos, `which` of them: "single" (of photos with exactly one face that nobody named),
    "suggested" (faces suggested to be that person), "unknown" (of each photo the likeliest face that nobody named). A
    photo that shows the person already is left as it is. rate, title, caption, place: null takes the user's word back.
    confirm_tag: where it is suggested; reject_tag: where it stands or is suggested, remembered for ever.
    """

    op: Literal["tag", "untag", "confirm_tag", "reject_tag", "name", "rate", "title", "caption", "place"]
    query: QueryText | None = None
    folder: str | None = Field(default=None, max_length=4096)
    photos: list[int] | None = Field(default=None, max_length=100_000)
    tag: str | None = Field(default=None, max_length=1000, examples=["Places/Italy/Abruzzo"])
    person: str | None = Field(default=None, max_length=200)
    which: Literal["single", "suggested", "unknown"] = "single"
    rating: int | None = Field(default=None, ge=-1, le=5)
    text: str | None = Field(default=None, max_length=20_000)
    position: PositionShape | None = None
    dry_run: bool = False


class TagShape(Shape):
    """A tag of the library. photos: confirmed on, with tags below it. suggested: waiting for a word."""

    tag: str
    name: str
    depth: int
    photos: int
    suggested: int
    cover: int | None = None
    cover_version: str = ""


class Completion(Shape):
    """One way to go on typing. insert: the query term, in place of the characters from start to end."""

    kind: Literal["person", "tag", "place", "folder", "camera", "field", "year"]
    label: str
    insert: str = Field(examples=['person:"Ann Lee"'])
    photos: int | None = None
    start: int = Field(examples=[0])
    end: int = Field(examples=[2])
