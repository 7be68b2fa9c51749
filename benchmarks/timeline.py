"""What a person feels in the timeline of a large library: `python benchmarks/timeline.py [--photos 100000]`.

In Chromium, 1440 x 900, on a warm server: how soon the first pictures are painted, how long a jump to a year takes
until its pictures are, and ten seconds of a fling that grows to some 20,000 pixels a second. Asked for: under 1 s,
under 300 ms, no frame over 50 ms, and under 150 MB of JavaScript heap. Floor: a bare page that shows the same pictures,
and one that scrolls coloured boxes, in the same browser. A second table says how the answers grow with the library.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route, ViewportSize

from measuring import table
from serving import ask, chromium, machine, make_library, quantile, serving

SCREEN = ViewportSize(width=1440, height=900)
REPEATED = 5
FLING_SECONDS = 10

_WATCH = Path(__file__).with_name("watching.js").read_text(encoding="utf-8")
_BOXES = """<!doctype html>
<style>
    body { margin: 0; height: 900px; overflow: auto }
    div { float: left; width: 220px; height: 160px; margin: 4px }
</style>
<body><script>
for (let i = 0; i < 6000; i++) {
    const box = document.createElement('div');
    box.style.backgroundColor = `hsl(${i * 7} 40% 60%)`;
    document.body.append(box);
}
</script>"""


@dataclass(frozen=True, slots=True)
class Felt:
    """Milliseconds and megabytes of one library. jumps: by year."""

    first: Sequence[float]
    screen: Sequence[float]
    jumps: dict[str, float]
    frames: Sequence[float]
    heap_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the timeline in a browser.")
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--library", type=Path, help="a library made already, instead of --photos")
    parser.add_argument("--larger", type=Path, help="a larger one, to say how the answers grow")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        library = arguments.library or Path(scratch) / "library"
        if arguments.library is None:
            make_library(library, arguments.photos)
        with chromium() as browser:
            report(*felt(browser, library))
        libraries = [library, *([arguments.larger] if arguments.larger else [])]
        growth([answers(one) for one in libraries])


def felt(browser: Browser, library: Path) -> tuple[int, Felt, Felt]:
    """How many photos; then what is felt in the app, and on the bare pages."""
    with serving(library) as address:
        timeline = ask(address, "/api/timeline")
        _visit(browser, address)  # the server's caches, and its code
        opened = [_visit(browser, address) for _ in range(REPEATED)]
        least = min(count for _, _, count in opened)
        page = browser.new_context(viewport=SCREEN, service_workers="block").new_page()
        page.add_init_script(_WATCH)
        page.goto(f"{address}/")
        page.evaluate("(least) => window.screenful(least)", least)
        jumps = _jumps(page, timeline["buckets"])
        page.evaluate("() => window.jump(0)")
        fling = page.evaluate("(seconds) => window.fling(seconds)", FLING_SECONDS)
        if fling["top"] < 10_000:
            sys.exit("the timeline did not scroll: its frames would mean nothing")
        heap = _heap_mb(page)
        page.context.close()
        ours = Felt([one for one, _, _ in opened], [one for _, one, _ in opened], jumps, fling["frames"], heap)
        photos = ask(address, "/api/photos", limit=least)["items"]
        floor = _floor(browser, address, photos)
    return int(timeline["total"]), ours, floor


def _visit(browser: Browser, address: str) -> tuple[float, float, int]:
    """Milliseconds to the first picture and to a full screen of them, in a fresh profile, and how many those are."""
    context = browser.new_context(viewport=SCREEN, service_workers="block")
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(f"{address}/", wait_until="commit")
    first = float(page.evaluate("() => window.firstPaint"))
    page.wait_for_timeout(1000)
    least = int(page.evaluate("() => window.painted()"))
    context.close()
    context = browser.new_context(viewport=SCREEN, service_workers="block")
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(f"{address}/", wait_until="commit")
    page.wait_for_function("() => window.until")
    screen = float(page.evaluate("(least) => window.screenful(least)", least))
    context.close()
    return first, screen, least


def _jumps(page: Page, buckets: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Milliseconds from the click on the scrubber to pictures of that year; oldest and newest years in turn."""
    total, before = sum(one["count"] for one in buckets), 0
    starts: dict[str, float] = {}
    for bucket in buckets:
        starts.setdefault(bucket["key"].partition("-")[0], before / total)
        before += bucket["count"]
    years = sorted(starts)
    order = [year for pair in zip(years, reversed(years), strict=True) for year in pair][: len(years)]
    found = {}
    for year in order:
        found[year] = float(page.evaluate("(share) => window.jump(share)", min(0.999, starts[year] + 0.004)))
        page.wait_for_timeout(400)
    return found


def _heap_mb(page: Page) -> float:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
    return float(metrics["JSHeapUsedSize"]) / 1e6


def _floor(browser: Browser, address: str, photos: Sequence[dict[str, Any]]) -> Felt:
    """Pages without an app: pictures in a row, and coloured boxes to scroll."""
    images = "".join(
        f'<img width=220 height=160 src="/api/photos/{one["id"]}/picture?side=320&v={one["version"]}">'
        for one in photos
    )
    first, screen = [], []
    for _ in range(REPEATED):
        page = _bare(browser, address, f"<!doctype html><body>{images}")
        first.append(float(page.evaluate("() => window.firstPaint")))
        screen.append(float(page.evaluate("(least) => window.screenful(least)", min(len(photos), 20))))
        page.context.close()
    page = _bare(browser, address, _BOXES)
    fling = page.evaluate("(seconds) => window.fling(seconds)", FLING_SECONDS)
    heap = _heap_mb(page)
    page.context.close()
    return Felt(first, screen, {}, fling["frames"], heap)


def _bare(browser: Browser, address: str, html: str) -> Page:
    page = browser.new_context(viewport=SCREEN, service_workers="block").new_page()
    page.add_init_script(_WATCH)

    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html")

    page.route("**/bare", answer)
    page.goto(f"{address}/bare", wait_until="commit")
    page.wait_for_function("() => document.body && window.until")
    return page


def report(photos: int, ours: Felt, floor: Felt) -> None:
    print(f"{photos} photos; {machine()}, shared by server and browser, which draws without a graphics card\n")
    jumps = list(ours.jumps.values())
    worst = max(ours.jumps, key=lambda year: ours.jumps[year])
    slow = [sum(frame > 50 for frame in one.frames) for one in (ours, floor)]
    rows = [
        _row("first picture painted, ms", statistics.median(ours.first), statistics.median(floor.first), 1000),
        _row("a full screen of them, ms", statistics.median(ours.screen), statistics.median(floor.screen), 1000),
        _row(f"jump to a year, slowest of {len(jumps)} ({worst}), ms", max(jumps), None, 300),
        _row("jump to a year, median, ms", statistics.median(jumps), None, 300),
        _row(f"longest frame of a {FLING_SECONDS} s fling, ms", max(ours.frames), max(floor.frames), 50),
        _row("frames over 50 ms", slow[0], slow[1], 0),
        _row("95 of 100 frames within, ms", quantile(ours.frames, 0.95), quantile(floor.frames, 0.95), 50),
        _row("JavaScript heap after it, MB", ours.heap_mb, floor.heap_mb, 150),
    ]
    print(table(("", "photoscribe", "floor", "ours / floor", "asked for", ""), rows))


def _row(what: str, ours: float, floor: float | None, asked: float) -> tuple[object, ...]:
    ratio = f"{ours / floor:.1f}" if floor else ""
    bare = "" if floor is None else f"{floor:.0f}"
    return what, f"{ours:.0f}", bare, ratio, f"<= {asked:.0f}", "reached" if ours <= asked else "MISSED"


def answers(library: Path) -> dict[str, float]:
    """Milliseconds of the timeline's own requests, and bytes of the first, on a warm server."""
    with serving(library) as address:
        timeline = ask(address, "/api/timeline")
        buckets = [one["key"] for one in timeline["buckets"]]
        if not buckets:
            sys.exit(f"no photos in {library}")
        fullest = max(timeline["buckets"], key=lambda one: one["count"])["key"]
        paths = {
            "the list of months": "/api/timeline",
            "the newest month": f"/api/timeline/{buckets[0]}?limit=1000",
            "the fullest month": f"/api/timeline/{fullest}?limit=1000",
            "months of a search": "/api/timeline?q=tag:Beach",
        }
        found: dict[str, float] = {"photos": timeline["total"]}
        for name, path in paths.items():
            ask(address, path)
            times = []
            for _ in range(REPEATED):
                begun = time.perf_counter()
                ask(address, path)
                times.append(1000 * (time.perf_counter() - begun))
            found[name] = statistics.median(times)
    return found


def growth(libraries: Sequence[dict[str, float]]) -> None:
    heads = ("answer, ms", *(f"{one['photos']:.0f} photos" for one in libraries), *(["ratio"] * (len(libraries) > 1)))
    rows = []
    for name in list(libraries[0])[1:]:
        times = [one[name] for one in libraries]
        rows.append((name, *(f"{one:.1f}" for one in times), *([f"{times[-1] / times[0]:.1f}"] * (len(times) > 1))))
    print()
    print(table(heads, rows))


if __name__ == "__main__":
    main()
