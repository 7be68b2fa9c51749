"""Looking around: the timeline, folders, search; and keeping one's place."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.server import Server, until
from tests.browser.visits import Visit, wait_for_pictures


def grid(page: Page, label: str = "Photos") -> Locator:
    return page.get_by_role("listbox", name=label, exact=True)


def count(visit: Visit, photos: int) -> None:
    expect(visit.page.get_by_text(f"{photos} photos" if photos != 1 else "1 photo", exact=True).first).to_be_visible()


def total(server: Server, query: str = "") -> int:
    return int(server.get("/api/timeline", q=query)["total"])


def search(visit: Visit, text: str) -> None:
    box = visit.page.get_by_role("combobox", name="Search")
    box.fill(text)
    box.press("Enter")


def test_the_timeline_fills_and_the_scrubber_jumps_to_a_year(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn)
    wait_for_pictures(visit.page, 6)
    expect(visit.page.get_by_role("heading", level=2, name="November 2024")).to_be_visible()
    scrubber = visit.page.get_by_role("slider", name="Go to a month")
    scrubber.focus()
    visit.press("End")
    expect(visit.page.get_by_role("heading", level=2, name=re.compile("2022")).last).to_be_visible()
    wait_for_pictures(visit.page, 3)
    visit.press("Home")
    expect(visit.page.get_by_role("heading", level=2, name="November 2024")).to_be_visible()


def test_the_grid_is_walked_and_chosen_from_by_keyboard(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn)
    wait_for_pictures(visit.page, 6)
    cells = grid(visit.page).get_by_role("option")
    visit.press("ArrowRight", "ArrowRight", "x", "Shift+ArrowRight")
    expect(visit.page.get_by_role("toolbar").get_by_role("status")).to_have_text("2 selected")
    expect(cells.and_(visit.page.locator("[aria-selected=true]"))).to_have_count(2)
    visit.press("Escape")
    expect(visit.page.get_by_role("toolbar")).to_have_count(0)
    visit.press("Enter")
    expect(visit.page).to_have_url(re.compile(r"/photos/\d+$"))


def test_a_place_in_the_timeline_survives_a_reload_and_the_way_back(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn)
    wait_for_pictures(visit.page, 6)
    visit.page.get_by_role("slider", name="Go to a month").focus()
    visit.press("End")
    oldest = visit.page.get_by_role("heading", level=2, name=re.compile("2022")).last
    expect(oldest).to_be_visible()
    wait_for_pictures(visit.page, 3)
    visit.page.wait_for_timeout(600)  # the place is kept once the scrolling has settled
    visit.page.reload()
    expect(oldest).to_be_visible()
    visible = grid(visit.page).get_by_role("option").last
    visible.click()
    expect(visit.page).to_have_url(re.compile(r"/photos/\d+$"))
    visit.page.go_back()
    expect(oldest).to_be_visible()


def test_a_deep_link_opens_where_it_points(drawn: Server, open_page: Open) -> None:
    query = "taken:2023"
    visit = open_page(drawn, f"/search?q={query}")
    expect(visit.page.get_by_role("combobox", name="Search")).to_have_value(query)
    count(visit, total(drawn, query))
    visit.page.reload()
    count(visit, total(drawn, query))


def test_search_offers_ways_to_go_on_and_its_conditions_can_be_taken_away(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn)
    wait_for_pictures(visit.page, 3)
    visit.press("/")
    box = visit.page.get_by_role("combobox", name="Search")
    expect(box).to_be_focused()
    visit.page.keyboard.type("is:pl")
    offers = visit.page.get_by_role("listbox", name="Ways to go on").get_by_role("option")
    expect(offers.filter(has_text="placed")).to_be_visible()
    visit.press("ArrowDown", "Enter")
    count(visit, total(drawn, "is:placed"))
    search(visit, "is:placed taken:2024")
    count(visit, total(drawn, "is:placed taken:2024"))
    terms = visit.page.get_by_role("list", name="What is searched for").get_by_role("listitem")
    expect(terms).to_have_count(2)
    terms.nth(1).get_by_label("Search without taken:2024").click()
    count(visit, total(drawn, "is:placed"))


def test_a_mistake_in_a_search_is_shown_at_the_word(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn)
    visit.expected.append("status of 422")
    search(visit, "taken:2023 taken:lately")
    fault = visit.page.get_by_role("alert")
    expect(fault.locator("mark")).to_have_text(re.compile("lately"))
    expect(visit.page.get_by_role("combobox", name="Search")).to_have_value("taken:2023 taken:lately")
    search(visit, "taken:2023")
    count(visit, total(drawn, "taken:2023"))


def test_a_whole_folder_is_tagged_in_one_go_and_undone(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn, "/folders")
    for name in ("photos", "2023", "Abruzzo"):
        main = visit.page.get_by_role("main")
        entry = re.compile(rf"^{name}\b")
        main.get_by_role("link", name=entry).or_(main.get_by_role("treeitem", name=entry)).first.click()
        expect(visit.heading).to_contain_text(name)
    photos = total(drawn, f'folder:"{visit.page.url.split("in=")[1].replace("%2F", "/")}"')
    assert photos > 3
    visit.page.get_by_role("button", name="Tag this folder").click()
    visit.page.get_by_role("dialog").get_by_role("combobox", name="Tag").fill("Holiday/Abruzzo")
    visit.press("Enter")
    expect(visit.page.get_by_role("dialog", name=f"This will change {photos} photos")).to_be_visible()
    assert total(drawn, "tag:Holiday") == 0, "asking tagged nothing"
    visit.page.get_by_role("button", name="Go on").click()
    expect(visit.page.get_by_role("region", name="Messages")).to_contain_text(f"{photos} photos tagged")
    assert total(drawn, "tag:Holiday") == photos
    visit.page.get_by_role("region", name="Messages").get_by_role("button", name="Undo").click()
    until(lambda: total(drawn, "tag:Holiday") == 0, "the tags taken back")


def test_a_chosen_photo_is_tagged_and_found_under_tags(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn)
    wait_for_pictures(visit.page, 6)
    visit.press("ArrowRight", "x", "Shift+ArrowRight", "Shift+ArrowRight", "t")
    visit.page.get_by_role("dialog").get_by_role("combobox", name="Tag").fill("Party")
    visit.press("Enter")
    expect(visit.page.get_by_role("region", name="Messages")).to_contain_text("3 photos tagged “Party”")
    visit.page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Tags").click()
    visit.page.get_by_role("main").get_by_role("link", name=re.compile("Party")).first.click()
    expect(visit.heading).to_contain_text("Party")
    count(visit, 3)


def test_the_map_shows_where_photos_were_taken_without_the_network(drawn: Server, open_page: Open) -> None:
    placed = total(drawn, "is:placed")
    visit = open_page(drawn, "/map")
    expect(visit.page.get_by_text(f"{placed} photos with a place")).to_be_visible()
    expect(visit.page.locator("canvas").first).to_be_visible()
    marks = visit.page.get_by_role("button", name=re.compile(r"photos? here"))
    expect(marks.first).to_be_visible()
    assert marks.count() >= 4, "six albums lie far apart"
