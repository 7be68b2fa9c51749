"""How long the API makes a person wait while it indexes: `python benchmarks/indexing_while_browsing.py [--photos 400]`.

A person looks around, one request after the other with a breath between: the timeline, a month, a photo, pictures, a
search, people, the review queue. First over an idle library (the floor), then while the server indexes drawn
photos of 2 to 8 megapixels into it. Asked for: 95 of 100 answers under 200 ms.
"""

import argparse
import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from PIL import Image

from measuring import table
from serving import ask, machine, make_library, quantile, serving

ASKED = 0.2
BREATH = 0.02
IDLE_SECONDS = 10
SCALES = (1.0, 1.25, 2.0)  # of drawings of 2 megapixels
_OPEN = {"queued", "running"}


@dataclass(frozen=True, slots=True)
class Waited:
    what: str
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the API while an index job runs.")
    parser.add_argument("--photos", type=int, default=400, help="to index meanwhile")
    parser.add_argument("--library", type=int, default=100_000, help="photos that the library has already")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        make_library(scratch / "library", arguments.library)
        photos = _draw(scratch / "photos", arguments.photos)
        measure(scratch / "library", photos)


def measure(library: Path, photos: Path) -> None:
    with serving(library) as address, httpx.Client(base_url=address, timeout=60) as client:
        _look(client, _steps(address), 3)
        idle = _look(client, _steps(address), IDLE_SECONDS)
        started = time.perf_counter()
        job = client.post("/api/index", json={"paths": [str(photos)]}, headers={"Origin": address}).raise_for_status()
        number = job.json()["id"]
        busy: list[Waited] = []
        steps = _steps(address)
        while ask(address, f"/api/jobs/{number}")["state"] in _OPEN:
            busy += _look(client, steps, 1)
        took = time.perf_counter() - started
        done = ask(address, f"/api/jobs/{number}")
    if done["state"] != "done" or done["failed"]:
        sys.exit(f"the index job did not go well: {done}")
    report(idle, busy, took, done)


def report(idle: Sequence[Waited], busy: Sequence[Waited], took: float, done: dict[str, Any]) -> None:
    print(f"{done['done']} photos indexed in {took:.0f} s meanwhile; {machine()}, shared with the client\n")
    rows = []
    for what in ["everything", *dict.fromkeys(one.what for one in busy)]:
        times = [[one.seconds for one in some if what in {"everything", one.what}] for some in (idle, busy)]
        if all(times):
            rows.append(
                (what, len(times[1]), *(f"{1000 * value:.0f}" for value in _marks(times[0]) + _marks(times[1])))
            )
    heads = ("", "asked", "idle p50", "p95", "max ms", "indexing p50", "p95", "max ms")
    print(table(heads, rows))
    before, after = (quantile([one.seconds for one in some], 0.95) for some in (idle, busy))
    verdict = "reached" if after < ASKED else "MISSED"
    print(
        f"\np95 {1000 * after:.0f} ms, {after / before:.1f}x idle (under {1000 * ASKED:.0f} ms is asked for: {verdict})"
    )


def _marks(times: Sequence[float]) -> tuple[float, float, float]:
    return quantile(times, 0.5), quantile(times, 0.95), max(times)


def _look(client: httpx.Client, steps: Iterator[tuple[str, str]], seconds: float) -> list[Waited]:
    waited, deadline = [], time.perf_counter() + seconds
    while (before := time.perf_counter()) < deadline:
        what, path = next(steps)
        client.get(path).raise_for_status()
        waited.append(Waited(what, time.perf_counter() - before))
        time.sleep(BREATH)
    return waited


def _steps(address: str) -> Iterator[tuple[str, str]]:
    """What a person who looks around asks for, for ever."""
    months = [one["key"] for one in ask(address, "/api/timeline")["buckets"]]
    photos = ask(address, "/api/photos", limit=500)["items"]
    for turn in itertools.count():
        photo = photos[turn * 7 % len(photos)]
        yield "timeline", "/api/timeline"
        yield "a month of it", f"/api/timeline/{months[turn % len(months)]}?limit=1000"
        for other in range(4):
            near = photos[(turn * 7 + other) % len(photos)]
            yield "a picture", f"/api/photos/{near['id']}/picture?side=320&v={near['version']}"
        yield "a photo", f"/api/photos/{photo['id']}"
        yield "a search", "/api/photos?q=tag:Beach taken:2015..2020&limit=100"
        yield "people", "/api/people?limit=100"
        yield "review", "/api/review?limit=2"
        yield "status", "/api/status"


def _draw(folder: Path, count: int) -> Path:
    """Drawings in several sizes, each with noise of its own so that no two are the same photo."""
    drawer = Path(__file__).resolve().parents[1] / "tools" / "drawn_photos.py"
    subprocess.run([sys.executable, drawer, folder / "drawn"], check=True, stdout=subprocess.DEVNULL)
    drawings = sorted((folder / "drawn").rglob("*.jpg"))
    rng = np.random.default_rng(20261120)
    into = folder / "photos"
    into.mkdir()
    for number in range(count):
        with Image.open(drawings[number % len(drawings)]) as drawing:
            scale = SCALES[number % len(SCALES)]
            image = drawing.resize((round(drawing.width * scale), round(drawing.height * scale)))
            exif = drawing.getexif()
        noise = rng.integers(-4, 5, (image.height, image.width, 1))
        Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8)).save(
            into / f"IMG_{number:05}.jpg", quality=90, exif=exif
        )
    return into


if __name__ == "__main__":
    main()
