"""Pictures at any size: from what is kept if it can be, and else made once, however many ask."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from photoscribe.app.library import Library
from photoscribe.core.errors import NoSuch, PhotoError, Unavailable
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId
from photoscribe.core.photo import MediaKind, PhotoId, face_version_of

T = TypeVar("T")
Format = Literal["jpeg", "webp", "avif"]

LEVELS = (320, 1440)
"""Long sides of the previews that are kept of every picture, as JPEG."""
_AT_ONCE = 2
"""Pictures decoded, and others made of kept ones, at the same time: a page that asks for hundreds leaves room."""
_MOST_KNOWN = 300_000


class PictureGone(NoSuch):
    """There is no picture to show; the message says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One way to show a picture. side: the long one, at most; never enlarged."""

    side: int
    format: Format


@dataclass(frozen=True, slots=True)
class Look:
    """Which picture a photo has, and where. long_side: of the full picture, None while it is not known."""

    photo: PhotoId
    picture_hash: str
    version: str
    path: Path
    kind: MediaKind
    long_side: int | None
    stamp: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FaceLook:
    photo: PhotoId
    picture_hash: str
    version: str
    box: Box


@dataclass(frozen=True, slots=True)
class Rendered:
    """stamp: size in bytes and mtime in ns of the file that was read."""

    pictures: tuple[bytes, ...]
    stamp: tuple[int, int]


class PictureCache(Protocol):
    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> bool: ...


class Renderer(Protocol):
    """Decodes files where hostile bytes do no harm. Raises PhotoError and Unavailable."""

    def render(self, path: Path, wanted: Sequence[Wanted]) -> Rendered: ...

    def close(self) -> None: ...


class Looks(Protocol):
    def look(self, photo: PhotoId) -> Look | None: ...


@dataclass(frozen=True, slots=True)
class Makers:
    """Make pictures out of kept ones, which are our own. reduce: (JPEG, wanted). cut: (JPEG, box, wanted)."""

    reduce: Callable[[bytes, Wanted], bytes]
    cut: Callable[[bytes, Box, Wanted], bytes]


class Pictures:
    def __init__(self, library: Library, looks: Looks, cache: PictureCache, renderer: Renderer, makers: Makers) -> None:
        self._library, self._looks, self._cache, self._renderer, self._makers = library, looks, cache, renderer, makers
        self._known: dict[int, Look] = {}
        self._known_faces: dict[int, FaceLook] = {}
        self._lock = threading.Lock()
        self._making: dict[str, Future[Any]] = {}
        self._decoding = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="photoscribe-decode")
        self._reducing = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="photoscribe-reduce")

    def close(self) -> None:
        self._decoding.shutdown(wait=False, cancel_futures=True)
        self._reducing.shutdown(wait=False, cancel_futures=True)
        self._renderer.close()

    def known(self, photo: int, version: str | None) -> Look | None:
        """What was found out before, when it is of this version; asks nobody."""
        found = self._known.get(photo)
        return found if found is not None and version and found.version == version else None

    def look(self, photo: int) -> Look:
        """As it is now. Raises NoSuch."""
        found = self._looks.look(PhotoId(photo))
        if found is None:
            self._known.pop(photo, None)
            raise NoSuch(f"no such photo: {photo}")
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[photo] = found
        return found

    def known_face(self, face: int, version: str | None) -> FaceLook | None:
        found = self._known_faces.get(face)
        return found if found is not None and version and found.version == version else None

    def face(self, face: int) -> FaceLook:
        """Raises NoSuch."""
        sight = self._library.faces.sights([FaceId(face)]).get(FaceId(face))
        if sight is None:
            self._known_faces.pop(face, None)
            raise NoSuch(f"no such face: {face}")
        version = face_version_of(sight.picture_hash, sight.box)
        found = FaceLook(sight.photo, sight.picture_hash, version, sight.box)
        if len(self._known_faces) >= _MOST_KNOWN:
            self._known_faces.clear()
        self._known_faces[face] = found
        return found

    def fitted(self, look: Look, side: int) -> int:
        """The side to make: a picture that is smaller than what is asked for is had as it is kept, if it is."""
        if look.long_side is None or side < look.long_side:
            return side
        return next((level for level in LEVELS if look.long_side <= level), look.long_side)

    def kept(self, picture_hash: str, wanted: Wanted) -> bytes | None:
        """The picture, if it is kept as it is wanted."""
        return self._cache.get(_key(picture_hash, wanted)) if picture_hash else None

    def kept_face(self, face: FaceLook, wanted: Wanted) -> bytes | None:
        return self._cache.get(_face_key(face, wanted)) if face.picture_hash else None

    def make(self, look: Look, wanted: Wanted) -> "Future[bytes]":
        """The picture, made and kept. The future raises PictureGone, or Unavailable when it is worth asking again."""
        key = f"{look.photo} {_key(look.picture_hash, wanted)}"
        if wanted.side > LEVELS[-1]:
            return self._once(key, self._decoding, lambda: self._from_original(look, wanted))
        return self._once(key, self._reducing, lambda: self._from_level(look, wanted))

    def make_face(self, face: FaceLook, wanted: Wanted) -> "Future[bytes]":
        return self._once(_face_key(face, wanted), self._reducing, lambda: self._cut(face, wanted))

    def _once(self, key: str, pool: ThreadPoolExecutor, work: Callable[[], T]) -> "Future[T]":
        """One piece of work for all who ask for the same meanwhile."""
        with self._lock:
            making = self._making.get(key)
            if making is not None:
                return making
            making = self._making[key] = pool.submit(work)
        making.add_done_callback(lambda _: self._forget(key))
        return making

    def _forget(self, key: str) -> None:
        with self._lock:
            self._making.pop(key, None)

    def _from_level(self, look: Look, wanted: Wanted) -> bytes:
        level = next(one for one in LEVELS if wanted.side <= one)
        kept, may_keep = self._level(look, level)
        if wanted == Wanted(level, "jpeg"):
            return kept
        made = self._makers.reduce(kept, wanted)
        if may_keep:
            self._cache.put(_key(look.picture_hash, wanted), made)
        return made

    def _level(self, look: Look, level: int) -> tuple[bytes, bool]:
        """A level, and whether it is surely of this picture; the file is read once for both, and for all who ask."""
        kept = self._cache.get(_key(look.picture_hash, Wanted(level, "jpeg"))) if look.picture_hash else None
        if kept is not None:
            return kept, True
        both = [Wanted(side, "jpeg") for side in LEVELS]
        key = f"{look.photo} {look.picture_hash} levels"
        pictures, may_keep = self._once(key, self._decoding, lambda: self._rendered(look, both)).result()
        return pictures[LEVELS.index(level)], may_keep

    def _from_original(self, look: Look, wanted: Wanted) -> bytes:
        return self._rendered(look, [wanted, *(Wanted(side, "jpeg") for side in LEVELS)])[0][0]

    def _rendered(self, look: Look, wanted: Sequence[Wanted]) -> tuple[tuple[bytes, ...], bool]:
        """And whether they are kept: not when the file has changed since the library saw it, or was never seen."""
        try:
            rendered = self._renderer.render(look.path, wanted)
        except PhotoError as error:
            raise PictureGone(str(error)) from error
        except Unavailable as error:
            raise self._why(look, error) from error
        may_keep = bool(look.picture_hash) and rendered.stamp == look.stamp
        if may_keep:
            for one, data in zip(wanted, rendered.pictures, strict=True):
                self._cache.put(_key(look.picture_hash, one), data)
        return rendered.pictures, may_keep

    def _why(self, look: Look, error: Unavailable) -> PictureGone | Unavailable:
        reason = why_gone(look.path, self._library.catalogue.roots())
        return PictureGone(reason) if reason else error

    def _cut(self, face: FaceLook, wanted: Wanted) -> bytes:
        kept, may_keep = self._level(self.look(face.photo), LEVELS[-1])
        made = self._makers.cut(kept, face.box, wanted)
        if may_keep:
            self._cache.put(_face_key(face, wanted), made)
        return made


def why_gone(path: Path, roots: Sequence[Path]) -> str:
    """Why a file cannot be had, in a sentence; "" when it is there."""
    if path.exists():
        return ""
    away = next((root for root in roots if path.is_relative_to(root) and not root.exists()), None)
    if away is not None:
        return f"its folder {away} is not there. Is its disk connected?"
    return f"the file is no longer there: {path}. Index again if it was moved"


def _key(picture_hash: str, wanted: Wanted) -> str:
    """Levels have the names that indexing gives them."""
    return f"{picture_hash}-{wanted.side}" + ("" if wanted.format == "jpeg" else f"-{wanted.format}")


def _face_key(face: FaceLook, wanted: Wanted) -> str:
    box = face.box
    place = f"{box.x:.4f}-{box.y:.4f}-{box.w:.4f}-{box.h:.4f}"
    return _key(f"{face.picture_hash}-face-{place}", wanted)
