"""The people of the library: renamed, merged, and a wrong face taken out."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.server import Server, until
from tests.browser.visits import wait_for_pictures


def people(server: Server) -> dict[str, int]:
    return {one["name"]: one["faces"] for one in server.get("/api/people")["items"]}


def name_some(server: Server, **shares: int) -> None:
    """Names so many of the drawn portraits each."""
    (stack,) = server.get("/api/review")["items"][:1]
    faces = [one["face"] for one in stack["faces"]]
    for name, count in shares.items():
        server.post("/api/faces", {"do": "name", "faces": faces[:count], "person": name})
        faces = faces[count:]


def test_a_person_is_renamed_and_merged_and_each_is_undone_from_the_history(drawn: Server, open_page: Open) -> None:
    name_some(drawn, Ann=5, Anna=3)
    visit = open_page(drawn, "/people")
    visit.page.get_by_role("main").get_by_role("link", name=re.compile("^Ann\\b")).first.click()
    expect(visit.heading).to_have_text("Ann")
    wait_for_pictures(visit.page, 5)
    visit.page.get_by_role("button", name="More for Ann").click()
    visit.page.get_by_role("menuitem", name="Rename").click()
    visit.page.get_by_role("textbox", name="New name for Ann").fill("Ann Lee")
    visit.press("Enter")
    expect(visit.heading).to_have_text("Ann Lee")
    visit.page.get_by_role("button", name="More for Ann Lee").click()
    visit.page.get_by_role("menuitem", name="Merge with someone").click()
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Name of the other").fill("Anna")
    visit.press("Enter")
    until(lambda: people(drawn) == {"Anna": 8}, "one person with all faces")

    visit.go("/activity")
    visit.page.get_by_role("button", name=re.compile("^Undo: ")).first.click()
    until(lambda: people(drawn) == {"Ann Lee": 5, "Anna": 3}, "two people again")
    visit.page.get_by_role("button", name=re.compile("^Undo: .*Ann Lee")).first.click()
    until(lambda: people(drawn) == {"Ann": 5, "Anna": 3}, "the old name")


def test_a_wrong_face_is_taken_from_a_person_on_their_page(drawn: Server, open_page: Open) -> None:
    name_some(drawn, Ann=6)
    person = drawn.get("/api/people")["items"][0]["id"]
    visit = open_page(drawn, f"/people/{person}")
    faces = visit.page.get_by_role("listbox", name="Faces of Ann").get_by_role("option")
    expect(faces).to_have_count(6)
    faces.first.click()
    expect(visit.page.get_by_text("1 face chosen")).to_be_visible()
    visit.page.get_by_role("button", name="Not Ann").click()
    expect(faces).to_have_count(5)
    assert people(drawn) == {"Ann": 5}
    rejected = drawn.get(f"/api/people/{person}/faces", state="rejected")["items"]
    assert len(rejected) == 1
