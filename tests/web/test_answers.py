"""What every answer has in common: problems, compression, the built app, the document."""

import gzip
import logging
from collections.abc import Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # has no types
import pytest
from fastapi.testclient import TestClient

from photoscribe.app.overview import Overview
from photoscribe.compose import Application
from photoscribe.core.errors import Conflict, NoSuch, PhotoError, PhotoscribeError, Unavailable, UsageError
from photoscribe.web.application import BUILT, Serving, create_app, document
from photoscribe.web.compressing import preferred
from photoscribe.web.policy import Policy
from photoscribe.web.problems import of
from photoscribe.web.security import Access
from tests.web.conftest import HOSTS


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NoSuch("no such photo: 1"), 404),
        (UsageError("makes no sense"), 422),
        (PhotoError("cannot be read"), 422),
        (Conflict("faster", {"key": "g1"}), 409),
        (Unavailable("disk away"), 503),
        (PhotoscribeError("what"), 500),
    ],
)
def test_each_error_has_its_answer(error: PhotoscribeError, status: int) -> None:
    answer = of(error)
    assert answer.status_code == status
    assert answer.media_type == "application/problem+json"


def test_a_fault_nobody_foresaw_is_logged_and_not_told(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Overview) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Overview, "now", fail)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/api/status")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "json", "status", "where"),
    [
        ("GET", "/api/nothing", None, 404, None),
        ("GET", "/api/jobs/x", None, 422, "job"),
        ("GET", "/api/jobs/99999999999999999999", None, 422, "job"),
        ("GET", "/api/jobs?limit=1001", None, 422, "limit"),
        ("POST", "/api/index", {"paths": [1]}, 422, "paths.0"),
        ("POST", "/api/index", {"path": []}, 422, "path"),
        ("POST", "/api/index", None, 422, "body"),
        ("PUT", "/api/settings", {"alike": 2}, 422, "alike"),
        ("DELETE", "/api/status", None, 405, None),
    ],
)
def test_a_request_that_makes_no_sense_is_told_where(
    client: TestClient, *, method: str, path: str, json: object, status: int, where: str | None
) -> None:
    answer = client.request(method, path, json=json)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    if where is not None:
        assert problem["errors"][0]["where"] == where


def test_half_a_character_makes_no_sense(client: TestClient) -> None:
    body = b'{"paths": ["/\\ud800"], "x": "\\ud800"}'
    answer = client.post("/api/index", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    account = b'{"name": "\\ud800", "password": "long enough", "role": "owner"}'
    answer = client.post("/api/accounts", content=account, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422


def test_texts_are_compressed_and_pictures_are_not(client: TestClient) -> None:
    with client.stream("GET", "/openapi.json", headers={"Accept-Encoding": "gzip, br"}) as answer:
        assert answer.headers["content-encoding"] == "br"
        raw = b"".join(answer.iter_raw())
    assert len(raw) == int(answer.headers["content-length"])
    assert brotli.decompress(raw).startswith(b"{")
    with client.stream("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"}) as answer:
        assert gzip.decompress(b"".join(answer.iter_raw())).startswith(b"{")
    plain = client.get("/openapi.json", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert "accept-encoding" in plain.headers["vary"].lower()
    small = client.get("/api/roots", headers={"Accept-Encoding": "br"})
    assert "content-encoding" not in small.headers


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("*", "br"), ("identity", None), ("br;q=x", None)],
)
def test_the_encoding_is_one_that_is_accepted(accepted: str, chosen: str | None) -> None:
    assert preferred(accepted, ("br", "gzip")) == chosen


@pytest.fixture
def built(application: Application, tmp_path: Path) -> Iterator[TestClient]:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>app</title>")
    script = folder / "assets" / "app-B1a2C3d4.js"
    script.write_text("let a = 1")
    script.with_name(script.name + ".br").write_bytes(brotli.compress(b"let a = 1"))
    (folder / "service-worker.js").write_text("self")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "secret.env").write_text("x")
    serving = Serving(Access(HOSTS, open=True, local=True), Policy(), built=folder)
    with TestClient(create_app(application.services(allowed=None), serving), base_url="http://localhost") as client:
        yield client


def test_the_app_s_page_answers_for_every_address_that_is_not_the_api_s(built: TestClient) -> None:
    for path in ("/", "/people/ann", "/photos/12?q=a"):
        page = built.get(path)
        assert "<title>app</title>" in page.text
        assert page.headers["cache-control"] == "no-cache"
    assert built.get("/api/x").status_code == 404
    assert built.get("/missing.js").status_code == 404
    assert built.get("/secret.env").status_code == 404
    assert built.post("/").status_code == 405


def test_the_app_s_files_are_kept_for_ever_under_their_names(built: TestClient) -> None:
    script = built.get("/assets/app-B1a2C3d4.js", headers={"Accept-Encoding": "br"})
    assert script.text == "let a = 1"
    assert script.headers["content-encoding"] == "br"
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-type"].startswith("text/javascript")
    worker = built.get("/service-worker.js", headers={"Accept-Encoding": "br"})
    assert worker.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in worker.headers["content-security-policy"]
    assert built.get("/manifest.webmanifest").headers["content-type"] == "application/manifest+json"


def test_without_the_built_app_a_page_says_so(application: Application, tmp_path: Path) -> None:
    serving = Serving(Access(HOSTS, open=True, local=True), Policy(), built=tmp_path / "none")
    with TestClient(create_app(application.services(allowed=None), serving), base_url="http://localhost") as client:
        page = client.get("/")
        assert page.status_code == 503
        assert "The web app is not built" in page.text
        assert client.get("/api/status").status_code == 200
    assert BUILT.name == "static"


def test_the_document_says_of_each_operation_how_it_may_fail() -> None:
    found = document()
    assert found["openapi"].startswith("3.")
    assert set(found["components"]["securitySchemes"]) == {"session", "key"}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], path
            assert operation["tags"], path
            assert {"401", "403", "422", "503"} <= set(operation["responses"]), f"{method} {path}"
    assert "HTTPValidationError" not in str(found)
