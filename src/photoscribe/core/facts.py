"""What is known of a photo, and who says so."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from photoscribe.core.geometry import Box

Vector = NDArray[np.float32]
TagPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who states a fact: a step of the pipeline with its models, a part of a file, or the user.

    name: "faces", "exif", "xmp", "iptc", "sidecar", "picasa", "container", "user" ...
    version: changes whenever the same input may give another fact; "" for files and the user.
    """

    name: str
    version: str = ""


USER = Origin("user")


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be recognised.

    size_px: shorter side of the box, in pixels of the picture the vector was computed from.
    sharpness: 0 (blurred) to 1. frontal: 0 (profile) to 1 (looks at the camera).
    """

    size_px: float
    sharpness: float
    frontal: float


@dataclass(frozen=True, slots=True)
class Face:
    """A face found in the upright picture. score: the detector's, in [0, 1].

    landmarks: eye, eye (image left first), nose, mouth corner, mouth corner (image left first), as
    fractions of the upright picture; may lie outside it. vector: (d,) float32 of unit length, or None
    when only the box is known; model: the embedder that made it, "" without a vector.
    """

    box: Box
    score: float
    landmarks: tuple[tuple[float, float], ...] = ()
    quality: Quality | None = None
    vector: Vector | None = None
    model: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.score <= 1:
            raise ValueError(f"not a score: {self.score}")
        if self.vector is not None:
            check_unit(self.vector)


def check_unit(vector: Vector) -> None:
    """Raises ValueError unless the vector is one-dimensional float32 of unit length (within 1e-3)."""
    shaped = vector.ndim == 1 and vector.dtype == np.float32
    if not (shaped and abs(float(np.linalg.norm(vector)) - 1) <= 1e-3):  # also for NaN
        raise ValueError(f"not a unit vector: {vector.dtype} {vector.shape}")


@dataclass(frozen=True, slots=True)
class Region:
    """An area that a file's metadata describes, already in the upright picture.

    name: "" when the file names nobody. kind: MWG's Type; "Face" where a scheme has only faces.
    """

    box: Box
    name: str
    kind: str = "Face"


@dataclass(frozen=True, slots=True)
class Taken:
    """When the picture was taken, on the clock of the place. offset_minutes: from UTC, None if unknown."""

    local: datetime
    offset_minutes: int | None = None

    def __post_init__(self) -> None:
        if self.local.tzinfo is not None:
            raise ValueError("local time carries no zone; the offset says it")

    @property
    def utc(self) -> datetime:
        """The instant in UTC; the local clock is taken for UTC when the offset is not known."""
        return self.local.replace(tzinfo=UTC) - timedelta(minutes=self.offset_minutes or 0)


@dataclass(frozen=True, slots=True)
class Position:
    """Where the camera was. Degrees north and east (WGS 84), metres above sea level."""

    latitude: float
    longitude: float
    altitude_m: float | None = None

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"not a position: {self}")


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its names, "" where unknown."""

    location: str = ""
    city: str = ""
    state: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A title (short) or a caption (description)."""

    kind: Literal["title", "caption"]
    text: str


@dataclass(frozen=True, slots=True)
class Rating:
    """Stars 0 to 5; -1 is the XMP value for rejected."""

    stars: int

    def __post_init__(self) -> None:
        if not -1 <= self.stars <= 5:
            raise ValueError(f"not a rating: {self.stars}")


@dataclass(frozen=True, slots=True)
class Camera:
    make: str = ""
    model: str = ""
    lens: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """How the picture was taken; None for what the camera did not say. Every number is above 0.

    f_number: focal length over aperture. seconds: the shutter was open. focal_length_mm: of the lens as it is.
    """

    f_number: float | None = None
    seconds: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None

    def __post_init__(self) -> None:
        for value in (self.f_number, self.seconds, self.iso, self.focal_length_mm):
            if value is not None and not 0 < value < math.inf:
                raise ValueError(f"not an exposure: {self}")


@dataclass(frozen=True, slots=True)
class Tagging:
    """A tag as a path from general to special: ("Places", "Italy"); a flat keyword has one part."""

    tag: TagPath

    def __post_init__(self) -> None:
        if not self.tag or not all(self.tag):
            raise ValueError(f"not a tag: {self.tag}")


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """A person said to be in the picture, without a place in it (IPTC PersonInImage)."""

    name: str


Fact = Face | Region | Taken | Position | Place | Text | Rating | Camera | Exposure | Tagging | PersonNamed
Facts = tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact and who states it."""

    fact: Fact
    origin: Origin
