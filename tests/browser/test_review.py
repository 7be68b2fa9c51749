"""The review queue: who is this, answered by keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.server import Server, until
from tests.browser.visits import Visit, wait_for_pictures


def faces_left(visit: Visit) -> int:
    """As the page's heading says; waits until it says so."""
    expect(visit.heading).to_have_text(re.compile(r"faces? left|All done"))
    return int((re.match(r"\d+", visit.heading.inner_text()) or ["0"])[0])


def stack_of(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Faces of this stack").get_by_role("option")


def stack_size(visit: Visit) -> int:
    """Of the stack on the screen; waits until there is one."""
    expect(stack_of(visit.page).first).to_be_visible()
    return stack_of(visit.page).count()


def settled(visit: Visit, faces: int) -> None:
    expect(visit.heading).to_have_text(re.compile(rf"^{faces} faces? left" if faces else "^All done"))


def confirmed(server: Server) -> dict[str, int]:
    return {one["name"]: one["faces"] for one in server.get("/api/people")["items"]}


@pytest.mark.shared
def test_a_group_is_named_by_keyboard_alone_and_undo_takes_it_back(faces: Server, open_page: Open) -> None:
    visit = open_page(faces, "/review")
    before, size = faces_left(visit), stack_size(visit)
    wait_for_pictures(visit.page, size)
    assert size >= 8
    visit.press("Enter")  # nobody is known yet, so that Enter asks for a name
    expect(visit.page.get_by_role("combobox", name="Name")).to_be_focused()
    visit.page.keyboard.type("Ann Lee")
    visit.press("Enter")
    settled(visit, before - size)
    until(lambda: confirmed(faces) == {"Ann Lee": size}, "Ann named in the library")

    visit.press("n")
    visit.page.keyboard.type("Bob")
    visit.press("Enter")
    until(lambda: set(confirmed(faces)) == {"Ann Lee", "Bob"}, "Bob named in the library")
    visit.press("u", "u")
    settled(visit, before)
    until(lambda: not confirmed(faces), "both names taken back")


@pytest.mark.shared
def test_the_rest_of_a_stack_is_offered_with_its_candidate_and_one_key_accepts(faces: Server, open_page: Open) -> None:
    visit = open_page(faces, "/review")
    before, size = faces_left(visit), stack_size(visit)
    slider = visit.page.get_by_role("slider", name="How many faces, from the surest on")
    slider.fill(str(size - 3))
    expect(visit.page.get_by_text(f"{size - 3} of {size} in your answer")).to_be_visible()
    visit.page.get_by_role("listbox", name="Faces of this stack").focus()
    visit.press("n")
    visit.page.keyboard.type("Ann")
    visit.press("Enter")
    settled(visit, before - size + 3)
    until(lambda: faces.get("/api/status")["suggested_faces"] > 0, "that the others are taken for Ann")
    asked = visit.page.get_by_role("heading", name="Is this Ann?")
    larger = len(faces.get("/api/groups")["items"])
    for _ in range(larger):  # the smaller a stack, the later it is asked about
        first = stack_of(visit.page).first
        expect(first).to_be_visible()
        if asked.is_visible():
            break
        shown = visit.page.locator("main [role=option] img").first.get_attribute("src")
        visit.press("s")
        expect(visit.page.locator("main [role=option] img").first).not_to_have_attribute("src", shown or "")
    expect(asked).to_be_visible()
    visit.press("Enter")
    until(lambda: confirmed(faces)["Ann"] > size - 3, "more faces of Ann confirmed")


def test_a_wrong_stack_is_split_and_undo_joins_it_again(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn, "/review")
    before = faces_left(visit)
    stack, size = stack_of(visit.page), stack_size(visit)
    assert size == before
    stack.nth(2).click()
    stack.nth(5).click()
    expect(visit.page.get_by_text(f"{size - 2} of {size} in your answer")).to_be_visible()
    expect(stack.nth(2)).to_have_accessible_name(re.compile("left out"))
    groups = len(drawn.get("/api/groups")["items"])
    visit.page.get_by_role("button", name="Split off").click()
    until(lambda: len(drawn.get("/api/groups")["items"]) > groups, "a second group")
    assert faces_left(visit) == before, "splitting answers nothing"
    sizes = sorted(one["faces"] for one in drawn.get("/api/groups")["items"])
    assert sizes[-1] == size - 2
    visit.press("u")
    until(lambda: len(drawn.get("/api/groups")["items"]) == groups, "one group again")


def test_space_takes_a_face_out_and_the_answer_leaves_it_for_later(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn, "/review")
    before = faces_left(visit)
    assert stack_size(visit) == before
    visit.press("ArrowRight", "ArrowRight", " ")
    expect(visit.page.get_by_text(f"{before - 1} of {before} in your answer")).to_be_visible()
    visit.press("i")
    settled(visit, 1)
    until(lambda: drawn.get("/api/status")["unnamed_faces"] == 1, "one face left in the library")


@pytest.mark.shared
def test_the_second_of_two_browsers_is_told_and_nothing_is_lost(faces: Server, open_page: Open) -> None:
    first, second = open_page(faces, "/review"), open_page(faces, "/review")
    size = stack_size(first)
    expect(stack_of(second.page)).to_have_count(size)
    second.expected.append("status of 409")
    second.page.context.set_offline(True)  # it does not hear what the first one does
    second.expected.append("ERR_INTERNET_DISCONNECTED")
    first.press("n")
    first.page.keyboard.type("Ann")
    first.press("Enter")
    until(lambda: confirmed(faces) == {"Ann": size}, "the first answer")
    second.press("n")
    second.page.keyboard.type("Zoe")
    second.press("Enter")
    expect(second.page.get_by_text("The server does not answer. Your last answer is kept here")).to_be_visible()
    second.page.context.set_offline(False)
    expect(second.page.get_by_text("Somebody else had answered that stack already.")).to_be_visible(timeout=20_000)
    assert confirmed(faces) == {"Ann": size}


@pytest.mark.shared
def test_the_queue_keeps_its_place_over_a_reload(faces: Server, open_page: Open) -> None:
    visit = open_page(faces, "/review")
    faces_left(visit)
    first = visit.page.locator("main img").first.get_attribute("src")
    visit.press("s")
    expect(visit.page.locator("main img").first).not_to_have_attribute("src", first or "")
    second = visit.page.locator("main img").first.get_attribute("src")
    visit.page.reload()
    expect(visit.page.locator("main img").first).to_have_attribute("src", second or "")
