"""An answer in the review queue, with a large library: how long until the next stack is there.

`python benchmarks/review.py` makes a library of 100,000 faces (see synthetic_library.py), answers a hundred questions
one after the other over HTTP in the process while everything is learnt again in the background, and compares that with
the floor: the same words about the same faces as one transaction of SQLite, and nothing else.
"""

import argparse
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from measuring import table
from photoscribe.compose import Application
from photoscribe.config import settings
from photoscribe.stores.sqlite import FILE_NAME
from synthetic_library import Plan, make

WANTED_P95_MS = 200.0
_ANSWERS = 100
_PAUSE_S = 0.3  # between two answers: three times as fast as a practised user, so that learning is always under way


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures how long the next stack of the review queue takes.")
    parser.add_argument("--faces", type=int, default=100_000)
    parser.add_argument("--library", type=Path, help="one made before; it is copied, not changed")
    parser.add_argument("--answers", type=int, default=_ANSWERS)
    parser.add_argument("--pause", type=float, default=_PAUSE_S, help="seconds between two answers")
    parser.add_argument("--background", action="store_true", help="time also what is done in the thread: minutes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        if arguments.library is not None:
            library.mkdir()
            shutil.copyfile(arguments.library / FILE_NAME, library / FILE_NAME)
        else:
            make(Plan(max(1000, arguments.faces), arguments.faces, 20, library))
        shutil.copytree(library, Path(folder) / "floor", ignore=shutil.ignore_patterns("cache", "drawn"))
        reached = measure(
            library, Path(folder) / "floor", arguments.pause, count=arguments.answers, timed=arguments.background
        )
    return 0 if reached else 1


def measure(library: Path, floor: Path, pause: float, *, count: int, timed: bool) -> bool:
    application = Application(settings(library, {}))
    app = application.web(frozenset({"testserver"}))
    try:
        with TestClient(app, headers={"Origin": "http://testserver"}) as client:
            rows = [first_look(client, application)]
            waits, bare, sizes, busy = answers(client, floor, pause, count)
            rows += [_row("answer, next stack", waits), _row("floor: its transaction alone", bare)]
            print(table(["milliseconds", "median", "p95", "max"], rows))
            ratio = statistics.median(waits) / statistics.median(bare)
            middle = statistics.median(sizes)
            print(f"\n{len(waits)} answers about {min(sizes)} to {max(sizes)} faces (median {middle:.0f})")
            print(f"median over floor: {ratio:.1f}; learning went on during {busy} of {len(waits)} answers")
            if timed:
                print(table(["in the background, seconds", ""], background(application)))
    finally:
        application.close()
    reached = _p95(waits) <= WANTED_P95_MS
    print(f"wanted p95 {WANTED_P95_MS:.0f} ms: {'reached' if reached else 'MISSED'} ({_p95(waits):.0f} ms)")
    return reached


def first_look(client: TestClient, application: Application) -> list[str]:
    """The first page of a server that has just started, which reads all faces; then everything is learnt once."""
    took = _timed(lambda: client.get("/api/review", params={"limit": 2}).raise_for_status())
    while application.learn_soon.busy:
        time.sleep(0.1)
    return ["first page of a cold server", f"{took * 1000:.0f}", "", ""]


def answers(
    client: TestClient, floor: Path, pause: float, count: int
) -> tuple[list[float], list[float], list[int], int]:
    """Seconds of each answer and of its floor, faces of each, and how often learning was under way."""
    waits, bare, sizes, busy = [], [], [], 0
    page = client.get("/api/review", params={"limit": 2}).json()
    for number in range(count):
        stack = next(item for item in page["items"] if item["kind"] != "pair")
        faces = [face["face"] for face in stack["faces"]]
        body = _answer(stack, faces, number)
        started = time.perf_counter()
        reply = client.post("/api/review", json=body)
        waits.append(time.perf_counter() - started)
        reply.raise_for_status()
        page = reply.json()["next"]
        busy += page["learning"]
        sizes.append(len(faces))
        bare.append(alone(floor, faces, f"person-{number}"))
        time.sleep(pause)
    return waits, bare, sizes, busy


def _answer(stack: dict[str, Any], faces: list[int], number: int) -> dict[str, Any]:
    """What a user would do: accept, name, put away, or take some faces out."""
    body: dict[str, Any] = {"key": stack["key"], "token": stack["token"], "faces": faces, "limit": 2}
    if number % 10 == 9:
        return body | {"do": "ignore"}
    if number % 10 == 8 and stack["kind"] == "group" and len(faces) > 5:
        return body | {"do": "apart", "faces": faces[-3:]}
    if stack["kind"] == "suggested":
        return body | {"do": "confirm"}
    return body | {"do": "name", "name": f"Somebody {number}"}


def alone(folder: Path, faces: Sequence[int], person: str) -> float:
    """Seconds for the words alone, in one transaction that reaches the disk."""
    connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    verdicts = [(face, "confirmed", person, "user") for face in faces]

    def write() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO verdict VALUES (?, ?, ?, ?)", verdicts)
        connection.executemany(
            "UPDATE face SET state = 'confirmed', person_id = ? WHERE id = ?", [(person, face) for face in faces]
        )
        connection.execute("COMMIT")

    took = _timed(write)
    connection.close()
    return took


def background(application: Application) -> list[list[str]]:
    """What goes on in the thread, each alone."""
    library, learning = application.library, application._learning  # noqa: SLF001 the parts are timed one by one
    columns = library.columns.columns(application.pack.model)
    return [
        ["read all faces", f"{_timed(lambda: library.columns.columns(application.pack.model)):.2f}"],
        ["learn, guess, look for doubles", f"{_timed(learning.renew):.2f}"],
        ["learn from nothing (a command)", f"{_timed(application.recognising.learn):.2f}"],
        ["group, nothing kept", f"{_timed(lambda: application.recognising.new_groups(columns, 0.5)):.2f}"],
        ["group again", f"{_timed(lambda: application.recognising.new_groups(columns, 0.5)):.2f}"],
    ]


def _row(name: str, seconds: Sequence[float]) -> list[str]:
    return [name, *(f"{one * 1000:.1f}" for one in (statistics.median(seconds), _p95(seconds) / 1000, max(seconds)))]


def _p95(seconds: Sequence[float]) -> float:
    """Milliseconds."""
    return 1000 * sorted(seconds)[int(0.95 * (len(seconds) - 1))]


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
