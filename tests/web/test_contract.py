"""Every operation keeps to the OpenAPI document, whatever is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from photoscribe.compose import Application
from photoscribe.config import Settings
from photoscribe.web.application import document
from tests.web.conftest import HOSTS, Unmodelled, add, draw_photos

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


class Later:
    """The application, which is made when the tests begin; until then only its document is asked for."""

    def __init__(self) -> None:
        self.app: ASGIApp = JSONResponse(document())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return
        for done in ("startup", "shutdown"):  # of each request; jobs stay queued
            await receive()
            await send({"type": f"lifespan.{done}.complete"})


later = Later()
CLOSING = r"/api/(events|login|logout|accounts)"  # streams without end, and what would close the door for the rest
schema = schemathesis.openapi.from_asgi("/openapi.json", later).exclude(path_regex=CLOSING)


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("contract")
    made = Unmodelled(Settings(folder / "library", folder / "models", 1))
    add(made.library, *sorted(draw_photos(tmp_path_factory.mktemp("photos")).iterdir()))
    later.app = made.web(HOSTS)
    yield made
    made.close()


@pytest.mark.usefixtures("application")
@schema.parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_it_does_as_the_document_says(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS, headers={"Host": "localhost"})
