"""The built web app: its page for every address that is not the API's, and its files."""

import re
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from photoscribe.web.compressing import preferred
from photoscribe.web.problems import problem

_HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".map": "application/json",
}
_SUFFIX_OF = {"br": ".br", "gzip": ".gz"}
_NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>photoscribe</title>
<h1>The web app is not built</h1>
<p>The server runs, and its <a href="/openapi.json">API</a> answers, but this copy of photoscribe came without the
built web app. Install it from its wheel, or start it from a checkout with <code>./photoscribe serve</code>,
which builds the app on first use.</p>
</html>
"""


@dataclass(frozen=True, slots=True)
class BuiltApp:
    """folder: where the build is, with `index.html` in it. Beside a file may be itself, smaller: with .br or .gz."""

    folder: Path

    async def answer(self, request: Request) -> Response:
        path = request.url.path.lstrip("/")
        if path == "api" or path.startswith("api/"):
            return problem(404, f"no such address: {request.url.path}")
        if request.method not in {"GET", "HEAD"}:
            return problem(405, "only GET is answered here", headers={"Allow": "GET, HEAD"})
        file = self._file(path)
        if file is None and "." in path.rpartition("/")[2]:
            return problem(404, f"no such file: {request.url.path}")
        file = file or self._file("index.html")
        if file is None:
            return HTMLResponse(_NOT_BUILT, status_code=503, headers={"Cache-Control": "no-store"})
        return self._sent(file, request.headers)

    def _file(self, path: str) -> Path | None:
        """A file of the build; nothing outside it, whatever the path says."""
        try:
            file = (self.folder / path).resolve()
            inside = file.is_relative_to(self.folder.resolve()) and file.is_file()
        except (OSError, ValueError):
            return None
        return file if inside and file.suffix in _TYPES else None

    def _sent(self, file: Path, headers: Headers) -> Response:
        hashed = "assets" in file.relative_to(self.folder.resolve()).parts[:-1] and _HASHED.search(file.name)
        kept = {
            "Cache-Control": "public, max-age=31536000, immutable" if hashed else "no-cache",
            "Vary": "Accept-Encoding",
        }
        encoding = preferred(headers.get("accept-encoding", ""), ("br", "gzip"))
        if encoding and (smaller := file.with_name(file.name + _SUFFIX_OF[encoding])).is_file():
            kept["Content-Encoding"] = encoding
            response = FileResponse(smaller, headers=kept, media_type=_TYPES[file.suffix])
        else:
            response = FileResponse(file, headers=kept, media_type=_TYPES[file.suffix])
        return response
