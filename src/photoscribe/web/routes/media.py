"""Pictures at any size, originals, and faces cut out."""

import asyncio
import re
from concurrent.futures import Future
from mimetypes import guess_type
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send

from photoscribe.app.pictures import LEVELS, Look, Wanted, why_gone
from photoscribe.core.errors import NoSuch, Unavailable
from photoscribe.web.negotiating import chosen_format
from photoscribe.web.problems import PROBLEMS, problem
from photoscribe.web.routes.jobs import Id
from photoscribe.web.security import requires
from photoscribe.web.services import Services, Wired
from photoscribe.web.shown import plain

router = APIRouter(prefix="/api", tags=["media"])

Side = Annotated[int, Query(ge=16, le=8192, description="Of the long side in pixels, at most; never enlarged.")]
CropSide = Annotated[int, Query(ge=16, le=1024, description="Of the square in pixels, at most; never enlarged.")]
Version = Annotated[
    str | None, Query(max_length=64, description="As lists tell it: then the answer may be kept for ever.")
]
Wish = Annotated[Literal["auto", "webp", "avif", "jpeg"], Query(description="auto: the best that Accept allows.")]

_KEPT = "private, max-age=31536000, immutable"
_ASKED_AGAIN = "private, no-cache"
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture.",
        "content": {
            f"image/{one}": {"schema": {"type": "string", "format": "binary"}} for one in ("jpeg", "webp", "avif")
        },
    },
    304: {"description": "It is as you have it."},
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: {"description": "The part that was asked for.", "content": {"*/*": {}}},
    304: {"description": "It is as you have it."},
    416: {"description": "No such part."},
}


@router.get(
    "/photos/{photo}/picture",
    summary="A photo's picture, reduced",
    response_class=Response,
    responses={**PROBLEMS, **_PICTURE},
    dependencies=[requires("read")],
)
async def picture(
    request: Request,
    wired: Wired,
    photo: Id,
    *,
    side: Side = 320,
    v: Version = None,
    format: Wish = "auto",  # noqa: A002 the name in the address
) -> Response:
    """Kept for ever when `v` is right. A photo whose file is away is shown as long as its previews are kept."""
    pictures = wired.pictures
    look = pictures.known(photo, v)
    if look is None:
        look = await run_sync(pictures.look, photo)
    side = pictures.fitted(look, side)
    wanted = Wanted(side, chosen_format(format, request.headers.get("accept", ""), is_kept=side in LEVELS))
    headers = _headers(look.version, v, wanted)
    if _is_known(request, headers):
        return Response(status_code=304, headers=headers)
    data = await run_sync(pictures.kept, look.picture_hash, wanted)
    if data is None:
        if v == look.version:
            look = await run_sync(pictures.look, photo)
        data = await _made(pictures.make(look, wanted))
    return Response(data, media_type=f"image/{wanted.format}", headers=headers)


@router.get(
    "/faces/{face}/crop",
    summary="A face, cut out of its photo",
    response_class=Response,
    responses={**PROBLEMS, **_PICTURE},
    dependencies=[requires("read")],
)
async def crop(
    request: Request,
    wired: Wired,
    face: Id,
    *,
    side: CropSide = 256,
    v: Version = None,
    format: Wish = "auto",  # noqa: A002 the name in the address
) -> Response:
    """A square around it. Kept for ever when `v` is right."""
    pictures = wired.pictures
    found = pictures.known_face(face, v)
    if found is None:
        found = await run_sync(pictures.face, face)
    wanted = Wanted(side, chosen_format(format, request.headers.get("accept", ""), is_kept=False))
    headers = _headers(found.version, v, wanted)
    if _is_known(request, headers):
        return Response(status_code=304, headers=headers)
    data = await run_sync(pictures.kept_face, found, wanted)
    if data is None:
        data = await _made(pictures.make_face(found, wanted))
    return Response(data, media_type=f"image/{wanted.format}", headers=headers)


@router.get(
    "/photos/{photo}/original",
    summary="A photo's file as it is",
    response_class=Response,
    responses={**PROBLEMS, **_FILE},
    dependencies=[requires("read")],
)
async def original(request: Request, wired: Wired, photo: Id, download: bool = False) -> Response:
    """Parts by Range, so that a video can be wound. download: to be saved, not shown."""
    look, length, modified = await run_sync(_file, wired, photo)
    tag = f'"{length:x}-{modified:x}"'
    headers = {"ETag": tag, "Cache-Control": _ASKED_AGAIN, "Accept-Ranges": "bytes"}
    if _is_known(request, headers):
        return Response(status_code=304, headers=headers)
    try:
        return _Original(
            look.path,
            headers=headers,
            media_type=media_type(look.path),
            filename=plain(look.path.name),
            content_disposition_type="attachment" if download else "inline",
        )
    except (RuntimeError, OSError):
        return problem(404, why_gone(look.path, wired.library.catalogue.roots()))


def media_type(path: FilePath) -> str:
    """By the name. Nothing that a browser would run: a photo's file is a picture or a film, or just bytes."""
    own = _TYPES.get(path.suffix.lower())
    guessed = own or guess_type(path.name, strict=False)[0] or ""
    return guessed if guessed.startswith(("image/", "video/")) and "svg" not in guessed else "application/octet-stream"


_RANGES = re.compile(r"bytes=\s*(?:\d+-\d*|-\d+)(?:\s*,\s*(?:\d+-\d*|-\d+))*\s*")
_TYPES = {
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".dng": "image/x-adobe-dng",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".m4v": "video/mp4",
    ".mts": "video/mp2t",
    ".m2ts": "video/mp2t",
}


class _Original(FileResponse):
    """A file in parts; a part that is not there is a problem like every other."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope).get("range")
        if asked is not None and not _RANGES.fullmatch(asked):  # what cannot be read is as if it were not there
            scope = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"range"]}
        refused = False

        async def told(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] in {400, 416}:
                refused = True
                length = Headers(raw=message["headers"]).get("content-range")
                headers = {"Content-Range": length} if length else {}
                await problem(416, "the file has no such part", headers=headers)(scope, receive, send)
            elif not refused:
                await send(message)

        await super().__call__(scope, receive, told)


def _file(wired: Services, photo: int) -> tuple[Look, int, int]:
    """The look, and the file's size and time. Raises NoSuch, with the reason when it is out of reach."""
    look = wired.pictures.look(photo)
    try:
        status = look.path.stat()
        with look.path.open("rb"):
            pass
    except OSError as error:
        reason = why_gone(look.path, wired.library.catalogue.roots())
        raise NoSuch(reason or f"the file cannot be read: {error.strerror}. Check its permissions") from error
    if not look.path.is_file():
        raise NoSuch(f"no longer a file: {look.path}")
    return look, status.st_size, status.st_mtime_ns


async def _made(making: "Future[bytes]") -> bytes:
    """One who goes away does not end it for the others."""
    try:
        return await asyncio.shield(asyncio.wrap_future(making))
    except asyncio.CancelledError:  # the server stops, and waits no longer for pictures
        raise Unavailable("photoscribe is being stopped. Try again when it runs") from None


def _headers(version: str, asked: str | None, wanted: Wanted) -> dict[str, str]:
    fresh = bool(version) and version == asked
    headers = {"Cache-Control": _KEPT if fresh else _ASKED_AGAIN, "Vary": "Accept"}
    if version:
        headers["ETag"] = f'"{version}-{wanted.side}-{wanted.format}"'
    return headers


def _is_known(request: Request, headers: dict[str, str]) -> bool:
    sent = request.headers.get("if-none-match")
    tag = headers.get("ETag")
    return sent is not None and tag is not None and tag in {one.strip().removeprefix("W/") for one in sent.split(",")}
