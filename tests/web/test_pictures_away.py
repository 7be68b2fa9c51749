"""Pictures whose files are away, changed, hostile, or not for everyone."""

import shutil
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from photoscribe.compose import Application
from photoscribe.media.crops import keep_previews
from photoscribe.media.previews import PreviewCache
from tests.web.conftest import HOSTS, Browser, add, index


@pytest.fixture
def indexed(client: TestClient, photos: Path) -> dict[str, int]:
    return index(client, photos)


def shown(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_photo_that_is_gone_is_shown_from_its_previews(
    client: TestClient, indexed: dict[str, int], photos: Path
) -> None:
    away = photos.rename(photos.with_name("unplugged"))
    url = f"/api/photos/{indexed['large.jpg']}"
    assert client.get(f"{url}/picture", params={"side": 320}).status_code == 200
    assert client.get(f"{url}/picture", params={"side": 700}).status_code == 200
    for path in ("/picture?side=2000", "/original"):
        gone = client.get(url + path)
        assert gone.status_code == 404
        assert "is its disk connected" in gone.json()["detail"].lower()
    away.rename(photos)
    (photos / "large.jpg").unlink()
    assert "no longer there" in client.get(f"{url}/original").json()["detail"]
    assert "no longer there" in client.get(f"{url}/picture?side=2000").json()["detail"]


def test_previews_that_were_lost_are_made_again(
    client: TestClient, indexed: dict[str, int], application: Application
) -> None:
    shutil.rmtree(application.settings.cache / "previews")
    url = f"/api/photos/{indexed['large.jpg']}/picture"
    assert max(shown(client.get(url, params={"side": 320}).content).size) == 320
    assert len(list((application.settings.cache / "previews").rglob("*.jpg"))) == 2, "both levels from one reading"


def test_a_file_that_changed_is_not_kept_as_what_it_was(
    client: TestClient, indexed: dict[str, int], application: Application, photos: Path
) -> None:
    shutil.rmtree(application.settings.cache / "previews")
    Image.new("RGB", (700, 700), "lime").save(photos / "large.jpg")
    answer = client.get(f"/api/photos/{indexed['large.jpg']}/picture", params={"side": 320})
    assert shown(answer.content).size == (320, 320)
    assert not list((application.settings.cache / "previews").rglob("*.jpg"))


def test_hostile_bytes_cost_one_picture_and_not_the_server(
    client: TestClient, application: Application, tmp_path: Path
) -> None:
    bomb, text = tmp_path / "bomb.png", tmp_path / "text.jpg"
    Image.new("1", (30_000, 30_000)).save(bomb)
    text.write_text("no picture")
    ids = add(application.library, bomb, text)
    for id_ in ids:
        answer = client.get(f"/api/photos/{id_}/picture")
        assert answer.status_code == 404
        assert answer.json()["detail"]
    assert client.get("/api/status").status_code == 200


def test_a_photo_nobody_opened_yet_is_shown(client: TestClient, application: Application, photos: Path) -> None:
    (id_,) = add(application.library, photos / "large.jpg")
    answer = client.get(f"/api/photos/{id_}/picture", params={"side": 320})
    assert max(shown(answer.content).size) == 320
    assert "immutable" not in answer.headers["cache-control"]


def test_a_photo_s_file_is_never_a_page(client: TestClient, application: Application, tmp_path: Path) -> None:
    page, drawing = tmp_path / "x.html", tmp_path / "x.svg"
    for file in (page, drawing):
        file.write_text("<script>alert(1)</script>")
    for id_ in add(application.library, page, drawing):
        answer = client.get(f"/api/photos/{id_}/original")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_previews_are_not_for_those_who_are_not_logged_in(
    application: Application, browser: Browser, photos: Path
) -> None:
    (id_,) = add(application.library, photos / "large.jpg")
    with browser(application.web(HOSTS)) as client:
        url = f"/api/photos/{id_}/picture?side=320"
        assert client.get(url).status_code == 200
        application.accounts.add("Ann", "correct horse battery", "owner")
        client.app.api.state.access.forget()  # type: ignore[attr-defined]  # what five seconds do
        assert client.get(url).status_code == 401


@pytest.fixture
def cache(tmp_path: Path) -> PreviewCache:
    return PreviewCache(tmp_path / "cache", 1 << 30)


@pytest.mark.parametrize("end", [1, 10, 1000])
def test_a_kept_picture_of_any_format_that_was_cut_off_is_as_good_as_none(cache: PreviewCache, end: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (300, 400, 3), np.uint8)
    keep_previews(cache, "a", pixels)
    for format_ in ("WEBP", "AVIF"):
        stream = BytesIO()
        Image.fromarray(pixels).save(stream, format_)
        cache.put("b", stream.getvalue())
        assert cache.get("b") == stream.getvalue()
        cache.put("b", stream.getvalue()[:-end])
        assert cache.get("b") is None
