"""The promises of the processes that decode pictures for the web app."""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from photoscribe.app.pictures import Rendered, Wanted
from photoscribe.core.errors import PhotoError, Unavailable, Undecodable
from photoscribe.executors.child import ChildLimits
from photoscribe.executors.rendering import RenderPool

WANTED = [Wanted(320, "jpeg")]


class Toy:
    """Renders files whose names say what happens."""

    def render(self, path: Path, wanted: Sequence[Wanted]) -> Rendered:
        if path.stem == "crash":
            os.abort()
        if path.stem == "hang":
            time.sleep(1000)
        if path.stem == "surprise":
            raise ZeroDivisionError
        if path.stem == "broken":
            raise Undecodable("truncated")
        if path.stem == "away":
            raise Unavailable("disk asleep")
        return Rendered((str(os.getpid()).encode(),) * len(wanted), (1, 2))


@pytest.fixture
def pool() -> Iterator[RenderPool]:
    made = RenderPool(Toy, ChildLimits(seconds=2, memory_bytes=200 << 20), 1)
    yield made
    made.close()


def test_a_picture_is_made_in_another_process_which_stays(pool: RenderPool) -> None:
    first, second = (pool.render(Path("good"), WANTED).pictures for _ in range(2))
    assert first == second
    assert int(first[0]) != os.getpid()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("crash", PhotoError),
        ("hang", Unavailable),
        ("surprise", PhotoError),
        ("broken", Undecodable),
        ("away", Unavailable),
    ],
)
def test_a_bad_file_costs_itself_and_not_the_next(pool: RenderPool, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        pool.render(Path(name), WANTED)
    assert pool.render(Path("good"), WANTED).stamp == (1, 2)


def test_closing_ends_what_hangs() -> None:
    pool = RenderPool(Toy, ChildLimits(seconds=60), 1)
    pool.render(Path("good"), WANTED)
    threading.Timer(0.5, pool.close).start()
    began = time.monotonic()
    with pytest.raises(PhotoError):
        pool.render(Path("hang"), WANTED)
    assert time.monotonic() - began < 20
