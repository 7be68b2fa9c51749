"""The web application: routes, what guards them, and the built app behind."""

import importlib
import importlib.util
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from photoscribe import __version__
from photoscribe.app.jobs import JobRecord, Jobs
from photoscribe.web import problems
from photoscribe.web.built import BuiltApp
from photoscribe.web.compressing import Compress
from photoscribe.web.dto.work import Event
from photoscribe.web.events import Hub
from photoscribe.web.guarding import Guard
from photoscribe.web.openapi import describe
from photoscribe.web.policy import Policy
from photoscribe.web.quick import Quick
from photoscribe.web.security import Access
from photoscribe.web.services import Services
from photoscribe.web.shown import job_shape

MODULES = ("system", "accounts", "jobs", "files", "media", "browse", "words", "people")
_IN_PACKAGE = Path(__file__).parent / "static"
# An editable install of a checkout that may not be written has its build in the environment: see hatch_build.py.
BUILT = _IN_PACKAGE if _IN_PACKAGE.is_dir() else Path(sys.prefix) / "share" / "photoscribe" / "app"
UPLOAD_LIMIT_BYTES = 4 << 30
_JOBS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Serving:
    """How the application is served. built: the folder of the web app's build."""

    access: Access
    policy: Policy
    upload_limit_bytes: int = UPLOAD_LIMIT_BYTES
    built: Path = BUILT


class WebApplication:
    """An ASGI application. api: the part with the routes. hub: what tells the pages."""

    def __init__(self, api: FastAPI, hub: Hub, app: ASGIApp, jobs: Jobs) -> None:
        self.api, self.hub, self._app, self._jobs = api, hub, app, jobs

    def end_soon(self) -> None:
        """Streams and jobs end, so that the server can. From any thread, or a signal handler."""
        self.hub.end_soon()
        threading.Thread(target=self._jobs.close, args=(0.0,), daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def create_app(services: Services, serving: Serving) -> WebApplication:
    """Jobs work from when it is started until it is shut down."""
    hub = Hub(services.library.revision)
    api = _api(services, serving, hub)
    built = BuiltApp(serving.built)

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await (await built.answer(Request(scope, receive)))(scope, receive, send)

    api.router.default = page  # after every route, so that a known address with another method is 405
    guarded = Guard(Quick(Compress(api), api, services.pictures), serving.access, serving.policy)
    return WebApplication(api, hub, guarded, services.jobs)


def routers() -> list[APIRouter]:
    """Of every module of routes, in the order in which addresses are compared."""
    found = []
    for name in MODULES:
        full = f"photoscribe.web.routes.{name}"
        if importlib.util.find_spec(full) is not None:
            found.append(importlib.import_module(full).router)
    return found


def document() -> dict[str, Any]:
    """The OpenAPI document; no library is needed for it."""
    api = _routes()
    return api.openapi()


def _routes(lifespan: Callable[[FastAPI], Any] | None = None) -> FastAPI:
    api = FastAPI(
        title="photoscribe",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    problems.install(api)
    for router in routers():
        api.include_router(router)
    describe(api)
    return api


def _api(services: Services, serving: Serving, hub: Hub) -> FastAPI:
    api = _routes(_lifespan(services, hub))
    api.state.services, api.state.access, api.state.hub, api.state.serving = services, serving.access, hub, serving
    return api


def _lifespan(services: Services, hub: Hub) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        def tell(job: JobRecord) -> None:
            hub.tell(f"job {job.id}", Event(event="job", revision=hub.known_revision, job=job_shape(job)))

        await hub.open()

        def learnt() -> None:
            hub.tell("learned", Event(event="learned", revision=hub.known_revision))

        stop_listening = services.jobs.listen(tell), services.learn_soon.listen(learnt)
        services.jobs.start()
        try:
            yield
        finally:
            await run_sync(services.jobs.close, _JOBS_SECONDS)
            for stop in stop_listening:
                stop()
            await hub.close()

    return lifespan
