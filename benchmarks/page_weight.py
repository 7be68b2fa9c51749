"""What a page weighs before its pictures: `python benchmarks/page_weight.py [--library DIR]`.

Bytes as they come over the network (compressed, with headers) until the page is at rest, each page in a fresh browser
profile without the service worker. Asked for: under 250 kB of code and texts, map code only where a map is shown.
Floor: the same answers uncompressed, which says what compression is worth, and the empty page that loads nothing.
"""

import argparse
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession

from measuring import table
from serving import ask, chromium, make_library, serving

ASKED_BYTES = 250_000
CODE = ("Document", "Script", "Stylesheet", "Font", "Other", "Manifest")
DATA = ("Fetch", "XHR", "EventSource")
MAP_CODE = ("maplibre", "/map", "basemap", "geo")


@dataclass
class Weight:
    """Bytes by kind of answer. plain: of code and data, uncompressed. map_code: addresses that belong to the map."""

    page: str
    bytes_of: Counter[str] = field(default_factory=Counter)
    plain: int = 0
    map_code: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        return sum(self.bytes_of[kind] for kind in CODE)

    @property
    def data(self) -> int:
        return sum(self.bytes_of[kind] for kind in DATA)


class _Scales:
    """Hears from the browser what came over the network."""

    def __init__(self, devtools: CDPSession, weight: Weight) -> None:
        self._weight = weight
        self._kinds: dict[str, tuple[str, str]] = {}
        devtools.on("Network.responseReceived", self._answered)
        devtools.on("Network.dataReceived", self._came)
        devtools.on("Network.loadingFinished", self._ended)
        devtools.send("Network.enable")

    def _answered(self, event: dict[str, Any]) -> None:
        self._kinds[event["requestId"]] = (event["type"], event["response"]["url"])

    def _came(self, event: dict[str, Any]) -> None:
        kind, _ = self._kinds.get(event["requestId"], ("Other", ""))
        if kind not in {"Image", "Media"}:
            self._weight.plain += event["dataLength"]

    def _ended(self, event: dict[str, Any]) -> None:
        kind, url = self._kinds.get(event["requestId"], ("Other", ""))
        self._weight.bytes_of[kind] += round(event["encodedDataLength"])
        if kind in CODE and any(part in url for part in MAP_CODE):
            self._weight.map_code.append(url)


def main() -> None:
    parser = argparse.ArgumentParser(description="Weighs the pages.")
    parser.add_argument("--library", type=Path, help="to look at; without it one of 2,000 photos is made")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        library = arguments.library or Path(scratch) / "library"
        if arguments.library is None:
            make_library(library, 2000)
        with serving(library) as address, chromium(maps=True) as browser:
            report([weigh(browser, address, page) for page in pages(address)])


def pages(address: str) -> list[str]:
    photo = ask(address, "/api/photos", limit=1)["items"][0]["id"]
    people = ask(address, "/api/people", limit=1)["items"]
    person = [f"/people/{people[0]['id']}"] if people else []
    named = ["/", "/search?q=tag:Beach", "/folders", "/people", *person, "/review", "/groups", f"/photos/{photo}"]
    return [*named, "/tags", "/imports", "/activity", "/settings", "/map"]


def weigh(browser: Browser, address: str, path: str) -> Weight:
    context = browser.new_context(service_workers="block", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    weight = Weight(path.partition("?")[0])
    _Scales(context.new_cdp_session(page), weight)
    page.goto(f"{address}{path}")
    page.get_by_role("main").wait_for()
    before = -1
    while weight.bytes_of.total() != before:  # until nothing came for two seconds; the event stream never ends
        before = weight.bytes_of.total()
        page.wait_for_timeout(2000)
    context.close()
    return weight


def report(weights: list[Weight]) -> None:
    rows = [
        (
            one.page,
            f"{one.code / 1000:.0f}",
            f"{one.data / 1000:.0f}",
            f"{one.bytes_of['Image'] / 1000:.0f}",
            f"{one.plain / max(1, one.code + one.data):.1f}",
            "yes" if one.map_code else "",
        )
        for one in weights
    ]
    print(table(("page", "code kB", "data kB", "pictures kB", "uncompressed / sent", "map code"), rows))
    first, heaviest = weights[0], max((one for one in weights if not one.map_code), key=lambda one: one.code)
    for one, name in ((first, "the timeline"), (heaviest, f"the heaviest page without a map, {heaviest.page},")):
        verdict = "reached" if one.code < ASKED_BYTES else "MISSED"
        print(
            f"\n{name} weighs {one.code / 1000:.0f} kB before data and pictures "
            f"({ASKED_BYTES / one.code:.1f}x lighter than the {ASKED_BYTES // 1000} kB asked for: {verdict})",
            end="",
        )
    print()


if __name__ == "__main__":
    main()
