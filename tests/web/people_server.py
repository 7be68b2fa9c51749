"""A server in the process over a real library whose faces are made up: people as points, their faces around them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from photoscribe.app.library import ScanResult
from photoscribe.app.pipeline import drain
from photoscribe.app.ports import SeenFile
from photoscribe.compose import Application
from photoscribe.config import settings
from photoscribe.core.facts import Face, Quality
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId
from tests.fakes import InlineExecutor, ScriptedFaces

MODEL = "sface-2021dec"
FULL = Quality(120, 1, 1)


def looks(person: int, count: int, *, seed: int = 0, spread: float = 0.58) -> list[np.ndarray]:
    """Vectors of one person: cosines of about 0.75 to each other, about 0 to others'."""
    centre = np.random.default_rng(person).normal(size=128)
    noise = np.random.default_rng([person, seed]).normal(size=(count, 128)) * spread
    return [np.asarray(v / np.linalg.norm(v), np.float32) for v in centre + noise]


class Server:
    """A photo for each tuple of vectors, one a day from 2019 on; faces are numbered in their order."""

    def __init__(self, application: Application, client: TestClient) -> None:
        self.application, self.client = application, client

    def settle(self) -> None:
        """What is learnt in the background is learnt now."""
        self.application._learning.renew()

    def get(self, path: str, status: int = 200, **query: Any) -> Any:
        answer = self.client.get(f"/api{path}", params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any], status: int = 200) -> Any:
        answer = self.client.post(f"/api{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def patch(self, path: str, body: dict[str, Any], status: int = 200) -> Any:
        answer = self.client.patch(f"/api{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def review(self, **query: Any) -> Any:
        return self.get("/review", **query)

    def next(self) -> Any:
        """The question asked first."""
        return self.review(limit=1)["items"][0]

    def answer(self, question: Any, do: str, status: int = 200, **more: Any) -> Any:
        return self.post("/review", {"key": question["key"], "token": question["token"], "do": do, **more}, status)

    def states(self) -> dict[int, str]:
        """Of every face that somebody is, or that was put away."""
        names = {person.id: person.name for person in self.application.library.people.all()}
        return {
            int(face.id): f"{face.standing.state} {names[face.standing.person] if face.standing.person else ''}".strip()
            for face in self.application.library.faces.all()
            if face.standing.state != "unknown"
        }

    def groups(self) -> dict[int, int]:
        return {int(face): int(group) for face, group in self.application.library.faces.groups().items()}


@contextmanager
def serving(folder: Path, photos: Sequence[Sequence[np.ndarray]]) -> Iterator[Server]:
    application = Application(settings(folder / "library", {}))
    library = application.library
    try:
        files = tuple(SeenFile(Path(f"/p/{i:03}.jpg"), 1, 1, "image") for i in range(len(photos)))
        library.catalogue.apply(ScanResult(roots=(Path("/p"),), new=files))
        faces = {
            i: tuple(
                Face(Box(0.1 + 0.2 * j, 0.1, 0.1, 0.1), 0.9, quality=FULL, vector=vector, model=MODEL)
                for j, vector in enumerate(vectors)
            )
            for i, vectors in enumerate(photos, 1)
        }
        drain(library.ledger, InlineExecutor([ScriptedFaces(faces)]), lambda _: None, 16)
        application.recognising.refresh()
        app = application.web(frozenset({"testserver"}))
        with TestClient(app, headers={"Origin": "http://testserver"}) as client:
            yield Server(application, client)
    finally:
        application.close()


def face_ids(question: Any) -> list[FaceId]:
    return [FaceId(one["face"]) for one in question["faces"]]
