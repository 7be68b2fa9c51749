"""Makes the README's pictures of the web app, from drawn photos that are nobody's: screenshots.py [INTO].

Draws the photos, indexes them into a library that lasts as long as this program, names the people, tags a few folders,
and looks at the pages in Chromium. The same pictures at every run, as far as the machine finds the same faces.
"""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from serving import ask, chromium, serving  # noqa: E402  # how to serve and look stands there

LARGEST_BYTES = 200_000
DESK = {"viewport": {"width": 1280, "height": 800}, "device_scale_factor": 1.5}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
PEOPLE = ("Anna", "Bruno", "Chiara", "Davide", "Efua")
PORTRAITS = ("Birthday", "Friends")  # one after the other, in turn, in both folders
PERCENT = 200  # of the usual collection: twelve portraits of each
LEFT_OUT = 6  # faces of each, for the machine to suggest
TAGS = (
    ("Holiday/Mountains", "Alps"),
    ("Holiday/Sea", "Sardinia"),
    ("Places/Italy/Abruzzo", "Abruzzo"),
)


@dataclass(frozen=True)
class Shot:
    """One picture: where to look, and what to do there before."""

    name: str
    path: str
    screen: dict[str, Any] = field(default_factory=lambda: DESK)
    scheme: Literal["light", "dark"] = "light"
    before: Callable[[Page], None] | None = None


def main() -> None:
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="photoscribe-") as folder:
        photos, library = Path(folder) / "Pictures", Path(folder) / "library"
        _run(ROOT / "tools" / "drawn_photos.py", photos, str(PERCENT))
        _run("-m", "photoscribe", "--library", library, "index", photos)
        with serving(library) as address, chromium() as browser:
            _say_who(address)
            for shot in _shots(address):
                size = _take(browser, address, shot, into / f"{shot.name}.png")
                print(f"{into / shot.name}.png: {size / 1000:.0f} kB")


def _run(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, *arguments], check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


def _say_who(address: str) -> None:
    """Names most portraits, tags folders, gives stars and words."""
    for folder, number in ((folder, number) for folder in PORTRAITS for number in range(len(PEOPLE))):
        photos = _photos(address, folder)[number :: len(PEOPLE)]
        kept = photos[: len(photos) - (LEFT_OUT if folder == PORTRAITS[-1] else 0)]
        faces = [face["id"] for one in kept for face in ask(address, f"/api/photos/{one['id']}")["faces"]]
        if faces:
            _post(address, "/api/faces", {"do": "name", "faces": faces, "person": PEOPLE[number]})
    for tag, folder in TAGS:
        _post(
            address, "/api/bulk", {"op": "tag", "tag": tag, "photos": [one["id"] for one in _photos(address, folder)]}
        )
    best = _photos(address, "Sardinia")
    _post(address, "/api/bulk", {"op": "rate", "rating": 5, "photos": [one["id"] for one in best[:3]]})
    _post(address, "/api/bulk", {"op": "caption", "text": "The sun goes down over the bay", "photos": [best[0]["id"]]})


def _photos(address: str, folder: str) -> list[dict[str, Any]]:
    """Of one folder of the drawn collection, by name."""
    found: list[dict[str, Any]] = ask(address, "/api/photos", limit=1000)["items"]
    return sorted((one for one in found if f"/{folder}/" in one["path"]), key=lambda one: str(one["path"]))


def _post(address: str, path: str, body: dict[str, Any]) -> None:
    httpx.post(f"{address}{path}", json=body, headers={"Origin": address}, timeout=60).raise_for_status()


def _shots(address: str) -> list[Shot]:
    landscape = _photos(address, "Sardinia")[0]["id"]
    portrait = _photos(address, "Birthday")[0]["id"]
    person = ask(address, "/api/people")["items"][0]["id"]
    return [
        Shot("timeline", "/", before=lambda page: _scrub(page, 1)),
        Shot("review", "/review"),
        Shot("photo", f"/photos/{landscape}"),
        Shot("faces", f"/photos/{portrait}"),
        Shot("person", f"/people/{person}", scheme="dark"),
        Shot("map", "/map"),
        Shot("phone", "/", PHONE),
        Shot("phone-review", "/review", PHONE),
    ]


def _scrub(page: Page, months: int) -> None:
    """Goes so many months back."""
    scrubber = page.get_by_role("slider", name="Go to a month")
    for _ in range(months):
        scrubber.press("ArrowDown")
        page.wait_for_timeout(300)
    scrubber.evaluate("(one) => one.blur()")
    page.wait_for_timeout(2500)


def _take(browser: Browser, address: str, shot: Shot, path: Path) -> int:
    """Saves one picture, as good as fits; its bytes."""
    context = browser.new_context(
        **shot.screen, color_scheme=shot.scheme, reduced_motion="reduce", locale="en-GB", service_workers="block"
    )
    page = context.new_page()
    page.goto(f"{address}{shot.path}")
    page.wait_for_function(
        "() => [...document.images].filter((one) => one.complete && one.naturalWidth > 1).length > 0"
    )
    page.wait_for_timeout(2500)  # until the map's last tile and the last picture are drawn
    if shot.before:
        shot.before(page)
    with Image.open(io.BytesIO(page.screenshot())) as image:
        for colours in (256, 192, 128, 96, 64, 48, 32):
            image.convert("RGB").quantize(colours, kmeans=2).save(path, optimize=True)  # else pins and stars turn grey
            if path.stat().st_size <= LARGEST_BYTES:
                break
    context.close()
    return path.stat().st_size


if __name__ == "__main__":
    main()
