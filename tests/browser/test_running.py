"""The program and its page: the first run, a job that outlives its server, and who may come in."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, Serve
from tests.browser.libraries import Made
from tests.browser.server import Server, own_address, until
from tests.browser.visits import wait_for_pictures

PASSWORD = "correct horse battery"  # noqa: S105  # of an account that lives for one test


@pytest.fixture
def network() -> str:
    address = own_address()
    if address is None:
        pytest.skip("this system has no address that others could reach")
    return address


def add_account(made: Made, name: str, role: str) -> None:
    command = [sys.executable, "-m", "photoscribe", "--library", str(made.library), "accounts", "add", name]
    subprocess.run([*command, "--role", role], input=PASSWORD + "\n", text=True, check=True, capture_output=True)


def test_the_first_run_opens_and_fills_as_the_photos_are_found(
    drawn_photos: Path, models: Path, tmp_path: Path, serve: Serve, open_page: Open
) -> None:
    server = serve(Server(tmp_path / "library", models, (str(drawn_photos), "--no-open")))
    assert server.printed_address() == server.address
    visit = open_page(server)
    seen = visit.page.get_by_role("link").filter(has=visit.page.get_by_role("img", name="Work is going on"))
    expect(seen.or_(visit.page.get_by_role("option").first).first).to_be_visible()
    photos = len(list(drawn_photos.rglob("*.jpg")))
    until(lambda: server.get("/api/status")["photos"] == photos, "every photo in the library", seconds=90)
    wait_for_pictures(visit.page, 6)
    visit.go("/activity?list=past")  # it may be over by now, and is listed here in any case
    expect(visit.page.get_by_text("Looking for photos and faces").first).to_be_visible()


@pytest.mark.slow
def test_an_index_job_cut_off_by_the_end_of_the_server_goes_on_at_the_next_start(
    drawn_photos: Path, models: Path, tmp_path: Path, serve: Serve, open_page: Open
) -> None:
    server = serve(Server(tmp_path / "library", models))
    visit = open_page(server, "/activity")
    server.post("/api/index", {"paths": [str(drawn_photos)]})
    expect(visit.page.get_by_role("progressbar").first).to_be_visible()
    until(lambda: server.get("/api/status")["photos"] > 0, "the first photos", seconds=60)
    visit.expected += ["ERR_CONNECTION", "ERR_INCOMPLETE_CHUNKED", "ERR_EMPTY_RESPONSE", "ERR_NETWORK"]
    server.stop()
    expect(visit.page.get_by_text("Connecting …")).to_be_visible()
    server.start()
    photos = len(list(drawn_photos.rglob("*.jpg")))

    def is_whole() -> bool:
        status = server.get("/api/status")
        return bool(status["photos"] == photos and not status["pending"] and not status["jobs"])

    until(is_whole, "the job to its end", seconds=120)
    expect(visit.page.get_by_text("Connecting …")).to_have_count(0)


def test_an_empty_library_says_what_to_do_first(models: Path, tmp_path: Path, serve: Serve, open_page: Open) -> None:
    server = serve(Server(tmp_path / "library", models))
    visit = open_page(server)
    visit.page.get_by_role("link", name="Add a folder").click()
    expect(visit.heading).to_have_text("Imports")
    visit.go("/review")
    expect(visit.page.get_by_text("No faces yet")).to_be_visible()


def test_on_a_network_address_one_logs_in_first(
    drawn_library: Made, tmp_path: Path, network: str, serve: Serve, open_page: Open
) -> None:
    made = drawn_library.copied(tmp_path)
    add_account(made, "ann", "owner")
    server = serve(Server(made.library, made.models, host=network))
    visit = open_page(server, None)
    visit.expected.append("status of 401")
    visit.go("/people")
    expect(visit.heading).to_have_text("Log in")
    visit.page.get_by_label("Name").fill("ann")
    visit.page.get_by_label("Password", exact=True).fill("not the password")
    visit.press("Enter")
    expect(visit.page.get_by_text("Name or password is wrong.")).to_be_visible()
    visit.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visit.press("Enter")
    expect(visit.heading).to_contain_text("People")
    visit.go("/")
    wait_for_pictures(visit.page, 6)
    visit.page.wait_for_timeout(100)
    cookies = visit.page.context.cookies()
    assert cookies
    assert all(one["httpOnly"] and one["sameSite"] in {"Lax", "Strict"} for one in cookies)
    visit.go("/photos/1")
    visit.page.get_by_role("combobox", name="Add a tag").fill("Mine")
    visit.press("Enter")
    expect(visit.page.get_by_role("link", name="Mine")).to_be_visible()
    visit.go("/settings")
    visit.page.get_by_role("button", name="Log out").click()
    expect(visit.heading).to_have_text("Log in")


def test_a_viewer_looks_and_changes_nothing(
    drawn_library: Made, tmp_path: Path, network: str, serve: Serve, open_page: Open
) -> None:
    made = drawn_library.copied(tmp_path)
    add_account(made, "ann", "owner")
    add_account(made, "vera", "viewer")
    server = serve(Server(made.library, made.models, host=network))
    visit = open_page(server, None)
    visit.expected.append("status of 401")
    visit.go("/photos/1")
    visit.page.get_by_label("Name").fill("vera")
    visit.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visit.press("Enter")
    expect(visit.page).to_have_url(re.compile("/photos/1$"))
    expect(visit.page.get_by_role("complementary", name="Information")).to_be_visible()
    expect(visit.page.get_by_role("combobox", name="Add a tag")).to_have_count(0)
    expect(visit.page.get_by_role("button", name="Write into the file")).to_have_count(0)
    visit.go("/review")
    expect(visit.page.get_by_text("You may look at the stacks.")).to_be_visible()
    visit.expected.append("status of 403")
    refused = visit.page.evaluate(
        """async () => {
            const { csrf } = await (await fetch('/api/status')).json();
            const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf };
            const body = JSON.stringify({ op: 'tag', tag: 'No', photos: [1] });
            return (await fetch('/api/bulk', { method: 'POST', headers, body })).status;
        }"""
    )
    assert refused == 403
