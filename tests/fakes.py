"""Stand-ins that satisfy the ports: an executor without processes, steps without models."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from photoscribe.app.pipeline import failure, infer
from photoscribe.app.ports import READ, Analysed, Found, Opened, Outcome, Step, Unchanged, Work
from photoscribe.core.errors import PhotoError, Unavailable, Undecodable
from photoscribe.core.facts import Face, Facts, Origin, Statement
from photoscribe.core.geometry import Box
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.photo import Picture, Size


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def face_at(x: float, y: float = 0.1, vector: np.ndarray | None = None, model: str = "test") -> Face:
    return Face(Box(x, y, 0.1, 0.1), 0.9, vector=vector, model=model if vector is not None else "")


class ScriptedFaces:
    """A step that finds the faces it was told to, by photo id."""

    def __init__(
        self, faces: Mapping[int, Facts] | None = None, version: str = "1", poison: frozenset[int] = frozenset()
    ) -> None:
        self.origin = Origin("faces", version)
        self.faces, self.poison, self.seen = faces or {}, poison, 0

    def infer(self, pictures: Sequence[Picture]) -> Sequence[Facts]:
        if any(picture.photo in self.poison for picture in pictures):
            raise PhotoError("the model refused")
        self.seen += len(pictures)
        return [self.faces.get(picture.photo, ()) for picture in pictures]


class InlineExecutor:
    """Does the work at once, in this thread. broken and away: photos that fail for good, or for now."""

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        broken: frozenset[int] = frozenset(),
        away: frozenset[int] = frozenset(),
        statements: Mapping[int, tuple[Statement, ...]] | None = None,
        pictures: Mapping[int, str] | None = None,
    ) -> None:
        self.steps, self.broken, self.away = steps, broken, away
        self.statements, self.pictures, self.opened = statements or {}, pictures or {}, 0

    @property
    def origins(self) -> Sequence[Origin]:
        return [READ, *(step.origin for step in self.steps)]

    def run(self, works: Iterable[Work]) -> Iterator[Analysed]:
        for work in works:
            self.opened += 1
            yield self._analyse(work)

    def _analyse(self, work: Work) -> Analysed:
        id_ = work.photo.id
        if id_ in self.away:
            error: PhotoError | Unavailable = Unavailable("disk asleep")
            return Analysed(id_, None, tuple(failure(origin, error) for origin in work.due))
        picture = self.pictures.get(id_, f"picture-{id_}")
        metadata = FileMetadata(self.statements.get(id_, ()))
        content = hashlib.sha256(str(work.photo.path).encode()).hexdigest()
        opened = Opened(content, picture, 100, 1, "image", Size(4, 3), metadata)
        outcomes: list[Outcome] = [Found(READ, ())] if READ in work.due else []
        for step in self.steps:
            if step.origin not in work.due:
                continue
            if id_ in self.broken:
                outcomes.append(failure(step.origin, Undecodable("truncated")))
            elif picture == work.known_picture:
                outcomes.append(Unchanged(step.origin))
            else:
                outcomes += infer(step, [Picture(id_, np.zeros((3, 4, 3), np.uint8), Size(4, 3))])
        return Analysed(id_, opened, tuple(outcomes))
