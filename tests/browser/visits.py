"""A person at a browser. What nobody should see fails the test: console errors, calls to other hosts, crashes."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request

FLAGS = (
    "--no-sandbox",  # CI is often root, where Chromium refuses its sandbox
    "--use-angle=swiftshader",  # the map needs WebGL, and there is no graphics card
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000  # costs only what fails; the first picture starts a process, and CI has two processors


@dataclass
class Visit:
    """A page, and what was wrong with it. expected: faults that the test causes on purpose, as patterns."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"error in the page: {error}"))
        self.page.on("crash", lambda _: self.faults.append("the page crashed"))
        self.page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"{message.type} in the console: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        host = urlsplit(request.url)
        if host.scheme in {"http", "https", "ws", "wss"} and host.netloc != urlsplit(self.address).netloc:
            self.faults.append(f"a request to another host: {request.url}")

    def go(self, path: str) -> Page:
        """Opens an address of the app, as a bookmark does."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def check(self) -> None:
        left = [one for one in self.faults if not any(re.search(pattern, one) for pattern in self.expected)]
        assert not left, "\n".join(left)


@contextmanager
def visiting(new_context: Callable[..., BrowserContext], address: str, **options: Any) -> Iterator[Visit]:
    """A browser profile of its own, which ends with the visit. Faults count only when the test itself went well."""
    options.setdefault("viewport", DESK)
    options.setdefault("reduced_motion", "reduce")
    options.setdefault("locale", "en-GB")
    context = new_context(base_url=address, **options)
    context.set_default_timeout(PATIENCE_MS)
    visit = Visit(context.new_page(), address)
    try:
        yield visit
        visit.check()
    finally:
        context.close()


def wait_for_pictures(page: Page, least: int = 1) -> None:
    """Until that many pictures on the screen are painted."""
    page.wait_for_function(
        """least => [...document.images].filter(one => {
            const box = one.getBoundingClientRect();
            return one.complete && one.naturalWidth > 1 && box.bottom > 0 && box.top < innerHeight && box.width > 8;
        }).length >= least""",
        arg=least,
    )
