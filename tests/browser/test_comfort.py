"""Language, theme, phone width, and that nobody is locked out."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.libraries import ROOT
from tests.browser.server import Server
from tests.browser.test_photo import photo_in
from tests.browser.visits import PHONE, Visit, wait_for_pictures

AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
ON_A_PHONE: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def fits(page: Page) -> None:
    """Nothing sticks out to the right."""
    wide = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"the page is {wide[0]} px wide on a screen of {wide[1]}"


def small_targets(page: Page) -> list[str]:
    """What a finger can hardly hit: buttons and links under 24 px, the least that WCAG 2.2 allows."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, [role=button], nav a')].filter(one => {
            const box = one.getBoundingClientRect();
            return box.width > 0 && box.right > 0 && box.left < innerWidth && (box.width < 24 || box.height < 24)
                && getComputedStyle(one).pointerEvents !== 'none';
        }).map(one => `${one.ariaLabel ?? one.textContent} ${one.clientWidth}x${one.clientHeight}`)"""
    )
    return found


def test_the_language_is_switched_and_kept(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn, "/settings")
    expect(visit.heading).to_have_text("Settings")
    visit.page.get_by_label("Language").select_option("it")
    expect(visit.heading).to_have_text("Impostazioni")
    expect(visit.page.locator("html")).to_have_attribute("lang", "it")
    visit.page.reload()
    expect(visit.heading).to_have_text("Impostazioni")
    visit.page.locator("select").first.select_option("de")
    expect(visit.heading).to_have_text("Einstellungen")


def test_a_german_browser_is_addressed_in_german(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn, locale="de-DE")
    expect(visit.page.get_by_role("navigation").get_by_role("link", name="Fotos").first).to_be_visible()
    wait_for_pictures(visit.page, 3)


def test_the_dark_theme_is_chosen_and_there_from_the_first_moment(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn, "/settings", color_scheme="light")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light = visit.page.evaluate(ground)
    visit.page.get_by_role("radio", name="Dark").check(force=True)
    visit.page.wait_for_function(f"light => ({ground})() !== light", arg=light)
    dark = visit.page.evaluate(ground)
    assert sum(map(int, re.findall(r"\d+", dark)[:3])) < 200
    visit.page.reload(wait_until="commit")
    visit.page.wait_for_function("() => document.body")
    assert visit.page.evaluate(ground) == dark


def test_timeline_review_and_photo_page_fit_a_phone(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn, **ON_A_PHONE)
    wait_for_pictures(visit.page, 4)
    fits(visit.page)
    assert not small_targets(visit.page)
    navigation = visit.page.get_by_role("navigation", name="Main navigation")
    navigation.get_by_role("link", name="Review").tap()
    expect(visit.heading).to_have_text(re.compile("faces left"))
    wait_for_pictures(visit.page, 4)
    fits(visit.page)
    assert not small_targets(visit.page)
    visit.page.get_by_role("button", name="New name").tap()
    name = visit.page.get_by_role("combobox", name="Name")
    name.fill("Ann")
    visit.press("Enter")
    expect(visit.page.get_by_text("Every face is sorted")).to_be_visible()
    visit.go(f"/photos/{photo_in(drawn, 'Lisbon')['id']}")
    visit.page.get_by_role("button", name="Show or hide the information").tap()
    expect(visit.page.get_by_role("complementary", name="Information")).to_be_visible()
    fits(visit.page)
    assert not small_targets(visit.page)


def test_the_keys_of_a_page_are_listed(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn, "/review")
    expect(visit.heading).to_have_text(re.compile("faces left"))
    visit.press("?")
    sheet = visit.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Not a face")).to_be_visible()
    visit.press("Escape")
    expect(sheet).to_have_count(0)


def faults(visit: Visit) -> list[str]:
    """What axe finds that shuts somebody out."""
    visit.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = visit.page.evaluate(
        "() => axe.run(document, { resultTypes: ['violations'], iframes: false })",
    )
    return [
        f"{one['id']} ({one['impact']}) at {visit.page.url}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"][:3]
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_accessibility_fault(drawn: Server, open_page: Open, scheme: str) -> None:
    if not AXE.exists():
        pytest.skip("no axe-core: it comes with npm ci in ui/")
    review = drawn.get("/api/review")["items"][0]
    some = [one["face"] for one in review["faces"]]
    drawn.post("/api/faces", {"do": "name", "faces": some[:6], "person": "Ann"})
    drawn.post("/api/faces", {"do": "name", "faces": some[6:9], "person": "Bob"})
    drawn.post("/api/bulk", {"op": "tag", "tag": "Places/Italy", "query": "taken:2023", "which": "single"})
    person = drawn.get("/api/people")["items"][0]["id"]
    photo = photo_in(drawn, "Birthday")["id"]
    pages = ["/", "/search?q=taken:2023", "/search", "/folders", "/people", f"/people/{person}", "/review", "/groups"]
    pages += [f"/photos/{photo}", "/map", "/tags", "/tags/Places", "/imports", "/activity", "/settings", "/login"]
    visit = open_page(drawn, None, color_scheme=scheme)
    found = []
    for path in pages:
        visit.go(path)
        expect(visit.heading).to_be_visible()
        visit.page.wait_for_timeout(500)
        expect(visit.page.get_by_label("Loading")).to_have_count(0)
        found += faults(visit)
    assert not found, "\n".join(found)


def test_axe_would_tell(drawn: Server, open_page: Open) -> None:
    if not AXE.exists():
        pytest.skip("no axe-core: it comes with npm ci in ui/")
    visit = open_page(drawn, "/settings")
    expect(visit.heading).to_be_visible()
    visit.page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in one for one in faults(visit))
