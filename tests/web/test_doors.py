"""Who gets in, from where, and what they may do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from photoscribe.app.accounts import Role, Scope
from photoscribe.compose import Application
from photoscribe.web.application import routers
from photoscribe.web.security import Requires
from tests.web.conftest import HOSTS, Browser

PASSWORD = "correct horse battery"  # noqa: S105 nobody's
OPEN_TO_ALL = {"/api/status", "/api/login", "/api/logout"}


@pytest.fixture
def closed(application: Application, browser: Browser) -> Iterator[TestClient]:
    """A server with an owner, an editor and a viewer."""
    people: tuple[tuple[str, Role], ...] = (("Ann", "owner"), ("Ed", "editor"), ("Vi", "viewer"))
    for name, role in people:
        application.accounts.add(name, PASSWORD, role)
    with browser(application.web(HOSTS)) as client:
        yield client


def log_in(client: TestClient, name: str, password: str = PASSWORD) -> dict[str, str]:
    """The header that goes with every change."""
    answer = client.post("/api/login", json={"name": name, "password": password})
    assert answer.status_code == 200, answer.text
    return {"X-CSRF-Token": answer.json()["csrf"]}


def scopes_asked(dependant: Dependant) -> list[Scope | None]:
    own = [dependant.call.scope] if isinstance(dependant.call, Requires) else []
    return own + [scope for inner in dependant.dependencies for scope in scopes_asked(inner)]


def test_every_route_says_what_right_it_needs() -> None:
    for router in routers():
        for route in router.routes:
            assert isinstance(route, APIRoute)
            asked = [scope for scope in scopes_asked(route.dependant) if scope is not None]
            assert asked or route.path in OPEN_TO_ALL, f"{route.path} lacks requires(...)"
            if (route.methods or set()) - {"GET", "HEAD"} and asked == ["read"]:
                assert route.path in {"/api/keys", "/api/keys/{key}"}, f"{route.path} changes something for readers"


def test_nothing_is_told_to_nobody(closed: TestClient) -> None:
    for router in routers():
        for route in router.routes:
            assert isinstance(route, APIRoute)
            if route.path in OPEN_TO_ALL:
                continue
            path = route.path.replace("{", "").replace("}", "")
            for method in route.methods or ():
                answer = closed.request(method, path)
                assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
    status = closed.get("/api/status").json()
    assert status["needs_login"]
    assert (status["library"], status["photos"], status["account"]) == ("", 0, None)


def test_without_accounts_this_machine_may_do_everything(client: TestClient) -> None:
    status = client.get("/api/status").json()
    assert not status["needs_login"]
    assert status["scopes"] == ["admin", "edit", "read", "write"]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "localhost@evil", "[::1"]
)
def test_a_name_that_resolves_here_reads_nothing(client: TestClient, host: str) -> None:
    answer = client.get("/api/status", headers={"Host": host})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost", "localhost:8400", "LOCALHOST", "localhost."])
def test_its_own_names_do(client: TestClient, host: str) -> None:
    assert client.get("/api/status", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_s_page_changes_nothing_even_on_this_machine(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/undo", headers=headers).status_code == 403
    assert client.put("/api/settings", json={"alike": 0.5}, headers=headers).status_code == 403


def test_our_own_page_and_programs_do(client: TestClient) -> None:
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.put("/api/settings", json={"alike": 0.5}, headers=own).status_code == 200
    assert client.put("/api/settings", json={"alike": 0.5}).status_code == 200


def test_a_form_of_another_site_cannot_pass_for_json(client: TestClient) -> None:
    answer = client.put("/api/settings", content=b'{"alike": 0.5}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 422


def test_logging_in_sets_a_cookie_that_scripts_cannot_read(closed: TestClient) -> None:
    answer = closed.post("/api/login", json={"name": "ann", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert answer.json()["account"]["role"] == "owner"
    assert closed.get("/api/jobs").status_code == 200


def test_behind_https_the_cookie_is_for_https_alone(application: Application, browser: Browser) -> None:
    application.accounts.add("Ann", PASSWORD, "owner")
    with browser(application.web(HOSTS, https=True)) as client:
        answer = client.post("/api/login", json={"name": "Ann", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_session_changes_nothing_without_its_token(closed: TestClient) -> None:
    token = log_in(closed, "Ann")
    assert closed.put("/api/settings", json={"alike": 0.5}).status_code == 403
    assert closed.put("/api/settings", json={"alike": 0.5}, headers={"X-CSRF-Token": "x"}).status_code == 403
    assert closed.put("/api/settings", json={"alike": 0.5}, headers=token).status_code == 200
    assert closed.get("/api/status").json()["csrf"] == token["X-CSRF-Token"]


def test_logging_out_ends_the_session_on_the_server(closed: TestClient) -> None:
    token = log_in(closed, "Ann")
    cookies = dict(closed.cookies)
    assert closed.post("/api/logout").status_code == 403
    assert closed.post("/api/logout", headers=token).status_code == 204
    closed.cookies.update(cookies)
    assert closed.get("/api/jobs").status_code == 401


def test_roles_may_do_what_they_are_for(closed: TestClient) -> None:
    settings: dict[str, object] = {"alike": 0.5}
    index: dict[str, object] = {"paths": []}
    viewer = log_in(closed, "Vi")
    assert closed.get("/api/jobs").status_code == 200
    assert closed.post("/api/undo", headers=viewer).status_code == 403
    assert closed.post("/api/write", json={}, headers=viewer).status_code == 403
    editor = log_in(closed, "Ed")
    assert closed.post("/api/regroup", json=settings, headers=editor).status_code == 202
    assert closed.put("/api/settings", json=settings, headers=editor).status_code == 403
    assert closed.post("/api/index", json=index, headers=editor).status_code == 403
    assert closed.get("/api/accounts").status_code == 403
    assert closed.get("/api/folders-here").status_code == 403
    log_in(closed, "Ann")
    assert closed.get("/api/accounts").status_code == 200


def test_wrong_passwords_make_the_next_try_wait(closed: TestClient) -> None:
    answers = [closed.post("/api/login", json={"name": "Ann", "password": "wrong"}) for _ in range(7)]
    assert [answer.status_code for answer in answers][:5] == [401] * 5
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    right = closed.post("/api/login", json={"name": "Ann", "password": PASSWORD})
    assert right.status_code == 429, "who guesses cannot tell a right one meanwhile"


def test_an_unknown_name_and_a_wrong_password_are_told_alike(closed: TestClient) -> None:
    unknown = closed.post("/api/login", json={"name": "Nobody", "password": PASSWORD})
    wrong = closed.post("/api/login", json={"name": "Ann", "password": "wrong"})
    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json()) == (401, wrong.json())


def test_a_new_password_ends_the_sessions(closed: TestClient, application: Application) -> None:
    token = log_in(closed, "Ann")
    ed = application.accounts.named("Ed")
    changed = closed.patch(f"/api/accounts/{ed.id}", json={"password": "another password"}, headers=token)
    assert changed.status_code == 200
    own = application.accounts.named("Ann")
    closed.patch(f"/api/accounts/{own.id}", json={"password": "another password"}, headers=token)
    assert closed.get("/api/jobs").status_code == 401
    log_in(closed, "Ed", "another password")


def test_the_last_owner_stays(closed: TestClient, application: Application) -> None:
    token = log_in(closed, "Ann")
    own = application.accounts.named("Ann").id
    assert closed.delete(f"/api/accounts/{own}", headers=token).status_code == 422
    assert closed.patch(f"/api/accounts/{own}", json={"role": "viewer"}, headers=token).status_code == 422
    added = closed.post("/api/accounts", json={"name": "Bob", "password": PASSWORD, "role": "owner"}, headers=token)
    assert added.status_code == 201
    assert closed.delete(f"/api/accounts/{own}", headers=token).status_code == 204
    assert closed.get("/api/jobs").status_code == 401


def test_the_first_account_is_an_owner_s_and_closes_the_door(client: TestClient) -> None:
    viewer = {"name": "Vi", "password": PASSWORD, "role": "viewer"}
    assert client.post("/api/accounts", json=viewer).status_code == 422
    assert client.post("/api/accounts", json={**viewer, "role": "owner"}).status_code == 201
    assert client.get("/api/jobs").status_code == 401
    assert client.get("/api/status").json()["needs_login"]


def test_a_key_does_what_its_scopes_say_until_it_is_revoked(closed: TestClient) -> None:
    token = log_in(closed, "Ann")
    made = closed.post("/api/keys", json={"name": "frame", "scopes": ["read"]}, headers=token).json()
    assert made["key"].startswith("psk_")
    (listed,) = closed.get("/api/keys").json()
    assert listed["key"] is None
    closed.cookies.clear()
    key = {"Authorization": f"Bearer {made['key']}"}
    assert closed.get("/api/jobs", headers=key).status_code == 200
    assert closed.post("/api/undo", headers=key).status_code == 403
    assert closed.get("/api/jobs", headers={"Authorization": "Bearer psk_wrong"}).status_code == 401
    token = log_in(closed, "Ann")
    assert closed.get("/api/keys").json()[0]["last_used"] is not None
    assert closed.delete(f"/api/keys/{made['id']}", headers=token).status_code == 204
    closed.cookies.clear()
    assert closed.get("/api/jobs", headers=key).status_code == 401


def test_a_key_is_no_way_up(closed: TestClient) -> None:
    token = log_in(closed, "Ed")
    refused = closed.post("/api/keys", json={"name": "up", "scopes": ["admin"]}, headers=token)
    assert refused.status_code == 422
    made = closed.post("/api/keys", json={"name": "r", "scopes": ["read"]}, headers=token).json()
    closed.cookies.clear()
    key = {"Authorization": f"Bearer {made['key']}"}
    assert closed.post("/api/keys", json={"name": "w", "scopes": ["write"]}, headers=key).status_code == 422
    vi = log_in(closed, "Vi")
    assert closed.get("/api/keys").json() == []
    assert closed.delete(f"/api/keys/{made['id']}", headers=vi).status_code == 404


def test_neither_passwords_nor_tokens_nor_keys_lie_in_the_library(closed: TestClient, application: Application) -> None:
    token = log_in(closed, "Ann")
    key = closed.post("/api/keys", json={"name": "k", "scopes": ["read"]}, headers=token).json()["key"]
    session = next(iter(closed.cookies.values()))
    files = [file for file in application.settings.library.rglob("*") if file.is_file()]
    kept = b"".join(file.read_bytes() for file in files)
    assert all(secret.encode() not in kept for secret in (PASSWORD, key, session))
    assert b"$argon2id$" in kept


def test_the_page_may_run_nothing_but_itself(application: Application, browser: Browser) -> None:
    with browser(application.web(HOSTS)) as client:
        page, data = client.get("/"), client.get("/api/status")
        token = {"tile_server": "https://Tiles.Example:8443/{z}/{x}/{y}.png", "alike": 0.5}
        assert client.put("/api/settings", json=token).status_code == 200
        with_tiles = client.get("/").headers["content-security-policy"]
        evil = client.put("/api/settings", json={**token, "tile_server": "https://a.b; script-src *"})
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    for part in ("script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "worker-src 'self' blob:"):
        assert part in policy.split("; ")
    assert "connect-src 'self' https://tiles.example:8443" in with_tiles
    assert evil.status_code == 422
    assert data.headers["content-security-policy"].startswith("default-src 'none'")
    for answer in (page, data):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in page.headers["permissions-policy"]


def test_over_the_network_only_allowed_folders_can_be_named(
    application: Application, browser: Browser, tmp_path: Path
) -> None:
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    for folder in (allowed / "inner", other):
        folder.mkdir(parents=True)
    (allowed / "out").symlink_to(other)
    application.accounts.add("Ann", PASSWORD, "owner")
    with browser(application.web(HOSTS, folders=(allowed,), is_local=False, is_open=False)) as client:
        token = log_in(client, "Ann")

        def index(path: object) -> int:
            return client.post("/api/index", json={"paths": [str(path)]}, headers=token).status_code

        for path in (
            other,
            allowed / ".." / "other",
            allowed / "out",
            "/",
            "relative",
            f"{allowed}\0",
            tmp_path / "no",
        ):
            assert index(path) == 422, path
        assert [one["folder"] for one in client.get("/api/folders-here").json()["items"]] == [str(allowed)]
        assert client.get("/api/folders-here", params={"folder": str(other)}).status_code == 422
        inside = client.get("/api/folders-here", params={"folder": str(allowed)}).json()
        assert inside["parent"] is None
        assert index(allowed / "inner") == 202


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2f..%2fpyproject.toml",
        "/..%5c..%5cx.js",
        "/%00.js",
    ],
)
def test_no_address_leads_out_of_the_built_app(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in {200, 404, 503}
    assert b"root:" not in answer.content
    assert b"[project]" not in answer.content
