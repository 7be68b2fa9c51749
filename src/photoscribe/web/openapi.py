"""The OpenAPI document: what FastAPI finds out, and what every route has in common."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from photoscribe.web.dto.shared import Problem
from photoscribe.web.dto.work import Event
from photoscribe.web.problems import MEDIA_TYPE
from photoscribe.web.security import requires

_SECURITY = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "photoscribe",
        "description": "Set by POST /api/login. Requests that change something carry the header X-CSRF-Token too, with "
        "the value that GET /api/status tells.",
    },
    "key": {"type": "http", "scheme": "bearer", "description": "A key for a program, made by POST /api/keys."},
}
_EXAMPLES = {
    400: "there was an error parsing the body",
    401: "log in first",
    403: "this needs the right to change settings and accounts, which you do not have",
    404: "no such photo: 12",
    405: "Method Not Allowed",
    409: "the stack has changed meanwhile",
    413: "the upload is larger than the 4096 MB that this server takes",
    415: "send JSON",
    421: "this server does not answer to the name evil.example. Start it with --allow-host to make it",
    422: "no such query field: foo. Try one of: person, tag, taken",
    429: "too many wrong passwords. Try again in 8 seconds",
    500: "something unexpected went wrong; the details are in the server's log",
    503: "another photoscribe is indexing into the library. Wait for it, or use another --library",
}
_ALWAYS = (401, 403, 421, 422, 500, 503)
_WITH_ID = (404,)
_WITH_BODY = (400, 409, 413, 415)
_OPEN = {"/api/status", "/api/login"}


def describe(api: FastAPI) -> None:
    """Serve the document at /openapi.json, made when first asked for."""

    def document() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _document(api)
        return api.openapi_schema

    async def answer(_: Request) -> Response:
        return JSONResponse(document(), headers={"Cache-Control": "no-cache"})

    api.openapi = document  # type: ignore[method-assign]  # as FastAPI says to extend it
    api.add_api_route("/openapi.json", answer, include_in_schema=False, dependencies=[requires(None)])


def _document(api: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=api.title,
        version=api.version,
        description="Everything that the web app does. Lists are paged by cursor, long work answers 202 with a job, "
        "and errors are problem documents (RFC 9457).",
        routes=api.routes,
    )
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SECURITY
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for shape in (Problem, Event):  # no route returns them as its answer
        full = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update({name: part for name, part in full.pop("$defs", {}).items() if name not in schemas})
        schemas[shape.__name__] = full
    components["responses"] = {f"Problem{status}": _response(status) for status in _EXAMPLES}
    document["security"] = [{"session": []}, {"key": []}, {}]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return document


def _response(status: int) -> dict[str, Any]:
    example = {"type": "about:blank", "title": "", "status": status, "detail": _EXAMPLES[status], "errors": []}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _EXAMPLES[status], "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Say of an operation how it may fail, and that it is open to all if it is."""
    statuses = {*_ALWAYS, *(_WITH_ID if "{" in path else ())}
    if method not in {"get", "head"}:
        statuses |= set(_WITH_BODY)
    if path == "/api/login":
        statuses.add(429)
    responses = operation.setdefault("responses", {})
    statuses |= {int(status) for status in responses if status.isdigit() and int(status) >= 400}
    for status in sorted(statuses):
        if status in _EXAMPLES:
            responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    if path in _OPEN:
        operation["security"] = []
