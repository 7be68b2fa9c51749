"""How things are, logging in and out, events, settings."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from photoscribe import __version__
from photoscribe.app import preferences
from photoscribe.app.accounts import LOGIN_DAYS
from photoscribe.app.overview import Overviewed, Tally
from photoscribe.app.ports import Progress
from photoscribe.app.preferences import Preferences
from photoscribe.web.dto.work import Login, SettingsShape, Status
from photoscribe.web.events import Hub
from photoscribe.web.policy import origin_of
from photoscribe.web.problems import PROBLEMS, problem
from photoscribe.web.security import Access, Anybody, Caller, access, check_csrf, requires
from photoscribe.web.services import Services, Wired
from photoscribe.web.shown import account_shape, job_shape, plain

router = APIRouter(prefix="/api", tags=["system"])

Door = Annotated[Access, Depends(access)]
_NOTHING = Overviewed(0, Tally(0, 0, 0, 0, 0, 0, 0), Progress(0, 0, 0))


@router.get("/status", summary="Who is logged in, and how much there is")
def status(request: Request, wired: Wired, caller: Anybody) -> Status:
    """Open to all: without a login it tells only that one is needed."""
    return _status(request, wired, caller)


@router.post(
    "/login",
    summary="Log in",
    response_model=Status,
    responses={401: {}, 429: {}},
    dependencies=[requires(None)],
)
def login(request: Request, response: Response, wired: Wired, door: Door, asked: Login) -> Status | Response:
    """Sets a cookie. Wrong passwords make the next try wait."""
    address = request.client.host if request.client else ""
    found = wired.accounts.log_in(asked.name, asked.password, address)
    if found is None:
        return problem(401, "the name or the password is wrong")
    token, session = found
    door.forget()
    response.set_cookie(
        door.cookie, token, max_age=LOGIN_DAYS * 86_400, path="/", httponly=True, samesite="lax", secure=door.https
    )
    caller = Caller("session", session.account, session.account.scopes, session.csrf)
    return _status(request, wired, caller)


@router.post("/logout", summary="Log out", status_code=204, response_class=Response)
def logout(request: Request, wired: Wired, door: Door, caller: Anybody) -> Response:
    token = request.cookies.get(door.cookie)
    if token and caller is not None and caller.by == "session":
        check_csrf(request, caller)
        wired.accounts.log_out(token)
        door.forget()
    response = Response(status_code=204)
    response.delete_cookie(door.cookie, path="/", httponly=True, samesite="lax", secure=door.https)
    return response


@router.get(
    "/events",
    summary="What goes on, as server-sent events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "A stream of events named `job`, `library` and `learned`, each with an Event as its data.",
            "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/Event"}}},
        }
    },
    dependencies=[requires("read")],
)
async def events(request: Request) -> StreamingResponse:
    """The library's revision first; then whatever begins, goes on, ends or changes."""
    hub: Hub = request.app.state.hub

    async def stream() -> AsyncIterator[bytes]:
        async for line in hub.stream():
            yield line

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)


@router.get("/settings", summary="The library's settings", dependencies=[requires("read")])
def settings(wired: Wired) -> SettingsShape:
    return _settings(preferences.load(wired.library.notes))


@router.put(
    "/settings",
    summary="Change the library's settings",
    responses=PROBLEMS,
    dependencies=[requires("admin")],
)
def change_settings(request: Request, wired: Wired, asked: SettingsShape) -> SettingsShape:
    """Another `alike` groups the faces anew, as a job."""
    before = preferences.load(wired.library.notes)
    tile_server = asked.tile_server or ""
    origin = origin_of(tile_server) if tile_server else ""
    uploads = asked.uploads_folder.strip()
    if uploads and uploads != before.uploads_folder:
        uploads = str(wired.host.folder(uploads))
    after = Preferences(before.alike, tile_server, asked.tile_attribution, asked.write_target, uploads)
    preferences.save(wired.library.notes, after)
    request.app.state.serving.policy.tile_origin = origin
    if asked.alike != before.alike:
        wired.jobs.add("regroup", {"alike": asked.alike})
    return _settings(after, asked.alike)


def _settings(found: Preferences, alike: float | None = None) -> SettingsShape:
    return SettingsShape(
        alike=found.alike if alike is None else alike,
        tile_server=found.tile_server or None,
        tile_attribution=found.tile_attribution,
        write_target=found.write_target,
        uploads_folder=plain(found.uploads_folder),
    )


def _status(request: Request, wired: Services, caller: Caller | None) -> Status:
    may_read = caller is not None and "read" in caller.scopes
    found = wired.overview.now() if may_read else _NOTHING
    tally = found.tally
    return Status(
        version=__version__,
        needs_login=caller is None,
        account=account_shape(caller.account) if caller and caller.account else None,
        csrf=caller.csrf if caller else None,
        scopes=sorted(caller.scopes) if caller else [],
        library=plain(str(wired.folder)) if may_read else "",
        revision=found.revision,
        photos=tally.photos,
        missing=tally.missing,
        pending=found.progress.pending,
        failed=found.progress.failed,
        faces=tally.faces,
        unnamed_faces=tally.unnamed,
        suggested_faces=tally.suggested,
        people=tally.people,
        groups=tally.groups,
        jobs=[job_shape(job) for job in wired.jobs.open()] if may_read else [],
        upload_limit_bytes=request.app.state.serving.upload_limit_bytes,
    )
