"""The photo page: what the file says, what you say about it, and how it gets into the file."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.server import Server, until

EXIFTOOL = pytest.mark.skipif(not shutil.which("exiftool"), reason="needs exiftool")


def exiftool(path: Path) -> dict[str, Any]:
    out = subprocess.run(["exiftool", "-json", "-struct", "-G1", str(path)], capture_output=True, check=True).stdout
    (read,) = json.loads(out)
    return dict(read)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def photo_in(server: Server, folder: str) -> dict[str, Any]:
    """The oldest photo of a folder of the drawn collection."""
    found: list[dict[str, Any]] = server.get("/api/photos", limit=1000)["items"]
    return min((one for one in found if folder in one["path"]), key=lambda one: str(one["taken"]))


def picture_is_there(page: Page) -> None:
    page.wait_for_function(
        "() => [...document.images].some(one => one.alt.startsWith('Photo ') && one.complete && one.naturalWidth > 300)"
    )


def test_the_photo_page_shows_what_the_file_says_and_a_map_of_the_place(drawn: Server, open_page: Open) -> None:
    photo = photo_in(drawn, "Abruzzo")
    visit = open_page(drawn, f"/photos/{photo['id']}")
    picture_is_there(visit.page)
    panel = visit.page.get_by_role("complementary", name="Information")
    year, day = photo["taken"][:4], str(int(photo["taken"][8:10]))
    expect(panel.get_by_text(re.compile(rf"\b{day}\b.*{year}"))).to_be_visible()
    expect(panel.get_by_text(re.compile(r"42\.\d+.*N.*13\.\d+.*E"))).to_be_visible()
    panel.locator("canvas").scroll_into_view_if_needed()
    expect(panel.locator("canvas")).to_be_visible()
    panel.get_by_role("button", name="Who says what").click()
    expect(panel.get_by_role("definition").filter(has_text="EXIF").first).to_be_visible()


def test_arrows_turn_the_pages_and_the_way_back_leads_to_the_list(drawn: Server, open_page: Open) -> None:
    ordered = [one["id"] for one in drawn.get("/api/photos", limit=1000)["items"]]
    visit = open_page(drawn, f"/photos/{ordered[0]}")
    expect(visit.page.get_by_text(f"1 of {len(ordered)}")).to_be_visible()
    visit.press("ArrowRight", "ArrowRight")
    expect(visit.page).to_have_url(re.compile(f"/photos/{ordered[2]}$"))
    visit.press("ArrowLeft")
    expect(visit.page.get_by_text(f"2 of {len(ordered)}")).to_be_visible()
    visit.press("Escape")
    expect(visit.page).to_have_url(f"{drawn.address}/")


@EXIFTOOL
def test_names_tags_and_words_are_written_into_the_file_and_read_back(own: Server, open_page: Open) -> None:
    photo = photo_in(own, "Birthday")
    path = Path(photo["path"])
    before = exiftool(path)
    visit = open_page(own, f"/photos/{photo['id']}")
    page = visit.page
    page.get_by_role("group", name="Faces in the picture").get_by_role("button").first.click()
    page.get_by_role("dialog").get_by_role("combobox", name="Name").fill("Ann Lee")
    visit.press("Enter")
    expect(page.get_by_role("status").get_by_text("Named Ann Lee")).to_be_visible()
    page.get_by_role("combobox", name="Add a tag").fill("Family/Birthday")
    visit.press("Enter")
    expect(page.get_by_role("link", name="Birthday")).to_be_visible()
    page.get_by_role("textbox", name="Description").fill("Forty candles, one breath")
    own.post("/api/bulk", {"op": "rate", "photos": [photo["id"]], "rating": 2})
    expect(page.get_by_role("radio", name="2 stars")).to_be_checked()  # read again, while words were being typed
    page.get_by_role("textbox", name="Description").blur()
    until(lambda: own.get(f"/api/photos/{photo['id']}")["caption"], "a description")
    page.get_by_role("radio", name="4 stars").check(force=True)

    def said() -> bool:
        known = own.get(f"/api/photos/{photo['id']}")
        return bool(known["rating"] == 4 and known["caption"])

    until(said, "four stars and a description")

    page.get_by_role("button", name="Write into the file").click()
    dialog = page.get_by_role("dialog", name="Write into the file")
    expect(dialog.get_by_text("Planned")).to_be_visible()
    expect(dialog.get_by_role("cell").filter(has_text="Ann Lee").first).to_be_visible()
    assert exiftool(path) == before, "a plan touched the file"
    dialog.get_by_role("button", name="Write", exact=True).click()
    expect(dialog.get_by_text("Written and checked")).to_be_visible()

    after = exiftool(path)
    (region,) = after["XMP-mwg-rs:RegionInfo"]["RegionList"]
    assert region["Name"] == "Ann Lee"
    assert "Ann Lee" in listed(after["XMP-iptcExt:PersonInImage"])
    assert "Birthday" in listed(after["IPTC:Keywords"])
    assert "Family/Birthday" in listed(after["XMP-digiKam:TagsList"])
    assert after["XMP-dc:Description"] == "Forty candles, one breath"
    assert after["XMP-xmp:Rating"] == 4
    assert after["ExifIFD:DateTimeOriginal"] == before["ExifIFD:DateTimeOriginal"]


def test_a_face_that_was_not_found_is_drawn_by_keyboard(drawn: Server, open_page: Open) -> None:
    photo = photo_in(drawn, "Alps")
    visit = open_page(drawn, f"/photos/{photo['id']}")
    picture_is_there(visit.page)
    visit.press("d")
    expect(visit.page.get_by_role("application")).to_be_focused()
    visit.press("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Enter")
    expect(visit.page.get_by_role("combobox", name="Name")).to_be_focused()
    visit.page.keyboard.type("Heidi")
    visit.press("Enter")
    expect(visit.page.get_by_role("group", name="Faces in the picture").get_by_role("button")).to_have_count(1)
    (face,) = drawn.get(f"/api/photos/{photo['id']}")["faces"]
    assert face["person"]["name"] == "Heidi"
    assert face["source"] == "user"


def test_what_was_done_on_the_page_is_undone_from_its_message(drawn: Server, open_page: Open) -> None:
    photo = photo_in(drawn, "Oslo")
    visit = open_page(drawn, f"/photos/{photo['id']}")
    visit.page.get_by_role("combobox", name="Add a tag").fill("Snow")
    visit.press("Enter")
    expect(visit.page.get_by_role("link", name="Snow")).to_be_visible()
    visit.page.get_by_role("region", name="Messages").get_by_role("button", name="Undo").click()
    expect(visit.page.get_by_role("link", name="Snow")).to_have_count(0)
    assert not drawn.get(f"/api/photos/{photo['id']}")["tags"]


def test_a_photo_deleted_under_the_server_shows_a_placeholder_and_the_reason(own: Server, open_page: Open) -> None:
    photo = photo_in(own, "Birthday")
    shutil.rmtree(own.library / "cache")
    Path(photo["path"]).unlink()
    visit = open_page(own, None)
    visit.expected.append("status of 404")
    visit.go(f"/photos/{photo['id']}")
    gone = visit.page.get_by_role("status").filter(has_text=Path(photo["path"]).name)
    expect(gone).to_contain_text(re.compile("not there|cannot be shown"))
    expect(gone).to_contain_text(re.compile("missing|gone|no longer|is not there", re.IGNORECASE))
    visit.press("ArrowRight")
    picture_is_there(visit.page)


def test_an_unknown_photo_is_told_in_words(drawn: Server, open_page: Open) -> None:
    visit = open_page(drawn, None)
    visit.expected.append("status of 404")
    visit.go("/photos/999999")
    expect(visit.page.get_by_text("This photo cannot be opened")).to_be_visible()
    expect(visit.page.get_by_text("no such photo")).to_be_visible()
