"""Every error as a problem document, RFC 9457."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from photoscribe.app.throttling import Throttled
from photoscribe.core.errors import BadQuery, Conflict, NoSuch, PhotoError, PhotoscribeError, Unavailable, UsageError
from photoscribe.web.dto.shared import Problem, ProblemAt

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": Problem, "description": "What was named is not there."},
    409: {"model": Problem, "description": "Somebody else was faster; `current` says how things are now."},
    422: {"model": Problem, "description": "The request makes no sense; `errors` says where."},
}
"""For `responses=` of a route."""


def problem(
    status: int,
    detail: str,
    *,
    errors: Sequence[ProblemAt] = (),
    current: object = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    shape = Problem(title=_title(status), status=status, detail=_clean(detail), errors=list(errors), current=current)
    content = shape.model_dump_json(exclude_none=True)
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=kept)


def install(app: FastAPI) -> None:
    """Have every error that a route raises answered so."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(PhotoscribeError, _ours)
    app.add_exception_handler(UnicodeEncodeError, _no_text)
    app.add_exception_handler(OverflowError, _too_large)
    app.add_exception_handler(Exception, lambda *_: unforeseen())


def of(error: PhotoscribeError) -> Response:  # noqa: PLR0911 one way out for each kind of error
    """The problem document of one of our own errors."""
    detail = str(error) or type(error).__name__
    if isinstance(error, Throttled):
        return problem(429, detail, headers={"Retry-After": str(max(1, round(error.seconds)))})
    if isinstance(error, Conflict):
        current = error.current
        return problem(409, detail, current=current.model_dump() if isinstance(current, BaseModel) else current)
    if isinstance(error, NoSuch):
        return problem(404, detail)
    if isinstance(error, BadQuery):
        return problem(422, detail, errors=[ProblemAt(where="q", message=detail, start=error.start, end=error.end)])
    if isinstance(error, UsageError | PhotoError):
        return problem(422, detail, errors=[ProblemAt(where="", message=detail)])
    if isinstance(error, Unavailable):
        return problem(503, detail, headers={"Retry-After": "5"})
    log.error("an error of ours that has no answer", exc_info=error)
    return unforeseen()


def unforeseen() -> Response:
    """Of a fault nobody foresaw: nothing of it is told."""
    return problem(500, "something unexpected went wrong; the details are in the server's log")


def _ours(_: Request, error: Exception) -> Response:
    assert isinstance(error, PhotoscribeError)  # noqa: S101 registered for that class alone
    return of(error)


def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 registered for that class alone
    if error.status_code < 400 or error.status_code == 304:
        return Response(status_code=error.status_code, headers=error.headers)
    detail = str(error.detail)
    if error.status_code == 405:
        detail = "this address does not answer to that method"
    return problem(error.status_code, detail, headers=error.headers)


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 registered for that class alone
    found = [_at(one) for one in error.errors()[:50]]
    first = f"{found[0].where}: {found[0].message}" if found else "the request makes no sense"
    return problem(422, first, errors=found)


def _at(one: Mapping[str, Any]) -> ProblemAt:
    """The part of the request, without pydantic's word for where it stood."""
    place = [str(part) for part in one.get("loc", ())]
    where = ".".join(place[1:] if len(place) > 1 and place[0] in {"body", "query", "path", "header"} else place)
    return ProblemAt(where=_clean(where), message=_clean(str(one.get("msg", ""))))


def _no_text(_: Request, __: Exception) -> Response:
    return problem(422, "the request holds half a character, which cannot be kept as text")


def _too_large(_: Request, __: Exception) -> Response:
    return problem(422, "a number in the request is too large")


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _clean(text: str) -> str:
    """What came from a request may hold half characters, which no answer can carry."""
    return text.encode("utf-8", "replace").decode()[:2000]
