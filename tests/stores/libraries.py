"""Libraries filled by hand: photos with the facts that a test wants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from photoscribe.app.library import ScanResult
from photoscribe.app.ports import READ, Analysed, Found, Opened, SeenFile
from photoscribe.core.facts import Camera, Face, Fact, Origin, Place, Position, Rating, Statement, Tagging, Taken
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.photo import MediaKind, PhotoId, Size
from photoscribe.stores.sqlite import SqliteLibrary

FACES = Origin("faces", "1")


@dataclass(frozen=True)
class Told:
    """A photo as its file tells of it."""

    path: str
    taken: str | None = None
    at: tuple[float, float] | None = None
    city: str = ""
    tags: Sequence[str] = ()
    stars: int | None = None
    camera: str = ""
    kind: MediaKind = "image"
    look: bytes | None = None
    colour: int | None = None
    picture: str = ""
    faces: Sequence[Face] = field(default=())

    def facts(self) -> Iterable[Fact]:
        if self.taken:
            yield Taken(datetime.fromisoformat(self.taken))
        if self.at:
            yield Position(*self.at)
        if self.city:
            yield Place(city=self.city)
        if self.stars is not None:
            yield Rating(self.stars)
        if self.camera:
            yield Camera(model=self.camera)
        for tag in self.tags:
            yield Tagging(tuple(tag.split("/")))


def fill(library: SqliteLibrary, photos: Sequence[Told], root: str = "/p") -> list[PhotoId]:
    """Ids in the order given."""
    before = sum(library.catalogue.counts())
    new = tuple(SeenFile(Path(one.path), 100, 1_600_000_000_000_000_000, one.kind) for one in photos)
    library.catalogue.add_roots([Path(root)])
    library.catalogue.apply(ScanResult(roots=(Path(root),), new=new))
    ids = [PhotoId(before + at + 1) for at in range(len(photos))]
    library.ledger.commit([analysed(id_, one) for id_, one in zip(ids, photos, strict=True)])
    return ids


def analysed(id_: PhotoId, told: Told) -> Analysed:
    metadata = FileMetadata(tuple(Statement(fact, Origin("xmp")) for fact in told.facts()))
    picture = told.picture or f"picture-{id_}"
    opened = Opened(f"c{id_}", picture, 100, 1, told.kind, Size(400, 300), metadata, told.colour, told.look)
    return Analysed(id_, opened, (Found(READ, ()), Found(FACES, tuple(told.faces))))
