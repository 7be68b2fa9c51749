"""The metadata of one photo as the rest of the program sees it: chosen values, in upright fractions."""

from dataclasses import dataclass

from photoscribe.core.facts import Camera, Place, Position, Region, Statement, TagPath, Taken
from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import Size

PEOPLE_TAG = "People"  # the parent of names among the tags, as digiKam has it


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file and its sidecars say, each field chosen by precedence. Empty values where they are silent.

    tags: all keywords as paths, without repeats. people: names without a place in the picture.
    regions: of every scheme, merged by overlap. stored_size: pixels before rotation, None if not known.
    """

    taken: Taken | None = None
    position: Position | None = None
    place: Place = Place()
    title: str = ""
    caption: str = ""
    rating: int | None = None
    camera: Camera = Camera()
    tags: tuple[TagPath, ...] = ()
    people: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """Everything read from one photo's file and its sidecars.

    statements: every value with the part of the file it stood in, before any choice between them.
    problems: sentences about parts that could not be read; the rest was.
    """

    statements: tuple[Statement, ...] = ()
    orientation: Orientation = Orientation.TOP_LEFT
    stored_size: Size | None = None
    problems: tuple[str, ...] = ()
