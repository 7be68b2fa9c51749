"""A short way for pictures that are kept and known: a grid asks for hundreds at a time.

0.27 ms of one core each, 1.2 ms the long way (2026-11-20). Whatever is not plainly the usual case goes the long way, to
the route in routes/media.py, which answers alike.
"""

import re
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from photoscribe.app.pictures import LEVELS, Pictures, Wanted
from photoscribe.web.negotiating import chosen_format
from photoscribe.web.security import caller_of

_ADDRESS = re.compile(r"/api/photos/(\d{1,15})/picture")
_USUAL = {"side", "v", "format"}


class Quick:
    """api: whose state says who may come in."""

    def __init__(self, app: ASGIApp, api: FastAPI, pictures: Pictures) -> None:
        self._app, self._api, self._pictures = app, api, pictures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            found = _ADDRESS.fullmatch(scope["path"])
            if found is not None and await self._answered(int(found[1]), scope, send):
                return
        await self._app(scope, receive, send)

    async def _answered(self, photo: int, scope: Scope, send: Send) -> bool:
        asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        side = asked.get("side", "320")
        if asked.get("format", "auto") != "auto" or not asked.keys() <= _USUAL or side not in _LEVELS:
            return False
        look = self._pictures.known(photo, asked.get("v"))
        headers = Headers(scope=scope)
        if look is None or "if-none-match" in headers:
            return False
        wanted = Wanted(int(side), chosen_format("auto", headers.get("accept", ""), is_kept=True))
        caller = await caller_of(Request({**scope, "app": self._api}))
        if caller is None or "read" not in caller.scopes:
            return False
        # Read here and not in a thread, which doubles what an answer costs. The folder is the library's own: when its
        # disk hangs, so does the database.
        data = self._pictures.kept(look.picture_hash, wanted)
        if data is None:
            return False
        tag = f'"{look.version}-{wanted.side}-{wanted.format}"'
        start = [
            (b"content-type", f"image/{wanted.format}".encode()),
            (b"content-length", str(len(data)).encode()),
            (b"cache-control", b"private, max-age=31536000, immutable"),
            (b"vary", b"Accept"),
            (b"etag", tag.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        await send({"type": "http.response.body", "body": data})
        return True


_LEVELS = {str(level) for level in LEVELS}
