"""Tells every open page what goes on, as server-sent events."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from anyio.to_thread import run_sync

from photoscribe.core.errors import PhotoscribeError
from photoscribe.web.dto.work import Event

log = logging.getLogger(__name__)

_BETWEEN_SECONDS = 0.25
"""At most four times a second: a bar that moves faster is not seen."""
_BEAT_SECONDS = 15.0
"""Proxies close what is silent for longer; a browser that left is found out this way."""
_LOOK_SECONDS = 0.5

BEAT = b": beat\n\n"


class Hub:
    """Keeps for each page the newest event of each kind: a slow page skips some, and never piles them up."""

    def __init__(self, revision: Callable[[], int]) -> None:
        self._revision = revision
        self._pages: set[_Page] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closed = False
        self.known_revision = 0

    async def open(self) -> None:
        """Begin to watch the library."""
        self._loop = asyncio.get_running_loop()
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        self.end()
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching

    def end(self) -> None:
        """Let every stream end, so that the server can. From the loop's thread."""
        self._closed = True
        for page in self._pages:
            page.wake.set()

    def end_soon(self) -> None:
        """As end(), from any thread or signal handler."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.end)

    def tell(self, key: str, event: Event) -> None:
        """From any thread. key: a later event of the same key replaces one that waits."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):  # it closed between the two
                loop.call_soon_threadsafe(self._put, key, event)

    @property
    def pages(self) -> int:
        return len(self._pages)

    async def stream(self, beat_seconds: float = _BEAT_SECONDS) -> AsyncIterator[bytes]:
        """The events from now on, the library's revision first."""
        page = _Page()
        self._pages.add(page)
        try:
            yield b"retry: 2000\n\n"
            page.waiting["library"] = Event(event="library", revision=self.known_revision)
            page.wake.set()
            while not self._closed:
                try:
                    async with asyncio.timeout(beat_seconds):
                        await page.wake.wait()
                except TimeoutError:
                    yield BEAT
                    continue
                page.wake.clear()
                waiting, page.waiting = page.waiting, {}
                if waiting:
                    yield b"".join(_line(event) for event in waiting.values())
                    await asyncio.sleep(_BETWEEN_SECONDS)
        finally:
            self._pages.discard(page)

    def _put(self, key: str, event: Event) -> None:
        for page in self._pages:
            page.waiting.pop(key, None)
            page.waiting[key] = event
            page.wake.set()

    async def _watch(self) -> None:
        """Other processes change the library too, so it is asked; a read of one row."""
        while not self._closed:
            if self._pages or not self.known_revision:
                try:
                    revision = await run_sync(self._revision)
                except PhotoscribeError as error:
                    log.debug("the library does not tell its revision: %s", error)
                else:
                    if revision != self.known_revision:
                        self.known_revision = revision
                        self._put("library", Event(event="library", revision=revision))
            await asyncio.sleep(_LOOK_SECONDS)


class _Page:
    __slots__ = ("waiting", "wake")

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.waiting: dict[str, Event] = {}


def _line(event: Event) -> bytes:
    return f"event: {event.event}\ndata: {event.model_dump_json()}\n\n".encode()
