"""Runs the web application on a socket until it is told to stop."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from photoscribe.web.application import WebApplication

_OPEN_REQUESTS_SECONDS = 1
_LAST_SECONDS = 1.8
"""After which the process ends, whatever still hangs in a slow disk: all of it is safe to be stopped anywhere."""


class _Server(uvicorn.Server):
    """Ends its event streams first, which else would keep it waiting, and leaves exit codes to the command line."""

    def __init__(self, config: uvicorn.Config, app: WebApplication, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._app, self._started = app, started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.end_soon()
        super().handle_exit(sig, frame)
        _end_for_sure()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = [signal.SIGINT, signal.SIGTERM]
        before = {one: signal.signal(one, self.handle_exit) for one in wanted}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def run(app: WebApplication, listening: socket.socket, *, behind_proxy: bool, started: Callable[[], None]) -> None:
    """Until a signal. started: called once it answers."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        forwarded_allow_ips="127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
        timeout_graceful_shutdown=_OPEN_REQUESTS_SECONDS,
        lifespan="on",
        ws="none",
    )
    _Server(config, app, started).run(sockets=[listening])


def _end_for_sure() -> None:
    def end() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    timer = threading.Timer(_LAST_SECONDS, end)
    timer.daemon = True
    timer.start()
