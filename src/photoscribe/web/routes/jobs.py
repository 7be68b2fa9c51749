"""Long work, what was done, and what could not be."""

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from photoscribe.app.host_folders import HostFolder
from photoscribe.app.jobs import JobRecord
from photoscribe.core.query import parse
from photoscribe.web import cursors
from photoscribe.web.dto.shared import Page
from photoscribe.web.dto.work import (
    FolderChoice,
    FolderChoices,
    IndexRequest,
    Job,
    ProblemPhoto,
    RegroupRequest,
    Root,
    Uploaded,
    WriteRequest,
)
from photoscribe.web.problems import PROBLEMS
from photoscribe.web.receiving import receive
from photoscribe.web.security import requires
from photoscribe.web.services import Wired
from photoscribe.web.shown import job_shape, plain

router = APIRouter(prefix="/api", tags=["jobs"])

Id = Annotated[int, Path(ge=1, le=2**53, examples=[12])]
Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(max_length=2000, description="`next` of the page before.")]


@router.get("/jobs", summary="Long work, newest first", dependencies=[requires("read")])
def jobs(wired: Wired, cursor: Cursor = None, limit: Limit = 100) -> Page[Job]:
    found = wired.jobs.newest(limit, cursors.number(cursor, "before"))
    after = cursors.encode({"before": found[-1].id}) if len(found) == limit else None
    return Page(items=[job_shape(job) for job in found], next=after)


@router.get("/jobs/{job}", summary="One piece of work", responses=PROBLEMS, dependencies=[requires("read")])
def job(wired: Wired, job: Id) -> Job:
    return job_shape(wired.jobs.get(job))


@router.post(
    "/jobs/{job}/cancel",
    summary="End a piece of work soon",
    responses=PROBLEMS,
    dependencies=[requires("edit")],
)
def cancel(wired: Wired, job: Id) -> Job:
    """What it has done is kept. One that is over stays as it is."""
    return job_shape(wired.jobs.cancel(job))


@router.post(
    "/index",
    summary="Bring the library up to date with folders or photos",
    status_code=202,
    responses=PROBLEMS,
    dependencies=[requires("admin")],
)
def index(response: Response, wired: Wired, asked: IndexRequest) -> Job:
    """Without paths: with all that it knows."""
    paths = [str(wired.host.indexable(path)) for path in asked.paths]
    if not paths:
        paths = [str(root) for root in wired.library.catalogue.roots()]
    return _accepted(response, wired.jobs.add("index", {"paths": paths}))


@router.post(
    "/write",
    summary="Write what was confirmed into files",
    status_code=202,
    responses=PROBLEMS,
    dependencies=[requires("write")],
)
def write(response: Response, wired: Wired, asked: WriteRequest) -> Job:
    """Every file that it changes is verified, and brought back by undoing its change."""
    parse(asked.query or "")  # a query that cannot be read is told now, and not by a job that fails
    arguments = {"query": asked.query, "photos": asked.photos, "target": asked.target}
    return _accepted(response, wired.jobs.add("write", arguments))


@router.post(
    "/regroup",
    summary="Group all faces anew",
    status_code=202,
    responses=PROBLEMS,
    dependencies=[requires("edit")],
)
def regroup(response: Response, wired: Wired, asked: RegroupRequest) -> Job:
    """Group numbers stay where most of the faces stay."""
    return _accepted(response, wired.jobs.add("regroup", {"alike": asked.alike}))


@router.get(
    "/problems",
    summary="Photos and folders that could not be read or analysed",
    dependencies=[requires("read")],
)
def problems(wired: Wired, cursor: Cursor = None, limit: Limit = 100) -> Page[ProblemPhoto]:
    found = wired.counts.problems(_after(cursor), limit)
    items = [
        ProblemPhoto(
            photo=one.photo, path=plain(str(one.path)), step=one.step, error=plain(one.error), attempts=one.attempts
        )
        for one in found
    ]
    more = len(found) == limit
    return Page(items=items, next=cursors.encode({"path": items[-1].path, "step": items[-1].step}) if more else None)


@router.get("/roots", summary="The folders that are indexed", dependencies=[requires("read")])
def roots(wired: Wired) -> list[Root]:
    return [
        Root(folder=plain(str(one.folder)), photos=one.photos, missing=one.missing, there=one.folder.is_dir())
        for one in wired.counts.roots()
    ]


@router.get(
    "/folders-here",
    summary="Folders of this machine, to choose one to index",
    responses=PROBLEMS,
    dependencies=[requires("admin")],
)
def folders_here(wired: Wired, folder: Annotated[str | None, Query(max_length=4096)] = None) -> FolderChoices:
    """Without a folder: where to begin. Over the network only inside folders that are indexed or allowed."""
    where = wired.host.folder(folder) if folder else wired.host.start()
    if where is None:
        return FolderChoices(folder="", parent=None, items=[_choice(one) for one in wired.host.choices()])
    above = wired.host.parent(where)
    return FolderChoices(
        folder=plain(str(where)),
        parent=plain(str(above)) if above is not None else None,
        items=[_choice(one) for one in wired.host.inside(where)],
    )


@router.post(
    "/uploads",
    summary="Send photos",
    responses=PROBLEMS,
    dependencies=[requires("write")],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["files"],
                        "properties": {
                            "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                            "paths": {
                                "type": "array",
                                "items": {"type": "string"},
                                "description": "Where each lay, with its folders: as many as `files`.",
                            },
                        },
                    }
                }
            },
        }
    },
)
async def upload(request: Request, wired: Wired) -> list[Uploaded]:
    """Photos, films and their sidecars; what is stored is indexed next. No file is ever overwritten."""
    uploading = wired.uploading
    with uploading.incoming() as folder:
        incoming = await receive(request, folder, request.app.state.serving.upload_limit_bytes)
        taken = await run_sync(uploading.take, incoming)
    if any(one.outcome == "stored" for one in taken):
        await run_sync(wired.jobs.add, "index", {"paths": [str(uploading.folder)]})
    return [
        Uploaded(
            name=plain(one.name),
            outcome=one.outcome,
            path=plain(str(one.path)) if one.path is not None else None,
            reason=one.reason,
        )
        for one in taken
    ]


def _accepted(response: Response, job: JobRecord) -> Job:
    response.headers["Location"] = f"/api/jobs/{job.id}"
    return job_shape(job)


def _choice(one: HostFolder) -> FolderChoice:
    path = str(one.folder)
    return FolderChoice(
        folder=plain(path), name=plain(one.folder.name or path), photos_likely=one.photos_likely, known=one.known
    )


def _after(cursor: str | None) -> tuple[str, str] | None:
    place = cursors.decode(cursor)
    if place is None:
        return None
    path, step = place.get("path"), place.get("step")
    if not isinstance(path, str) or not isinstance(step, str):
        raise cursors.invalid("cursor", "not a cursor of this list")
    return path, step
