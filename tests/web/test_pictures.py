"""Pictures at any size, and originals in parts."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from photoscribe.compose import Application
from photoscribe.config import Settings
from photoscribe.core.photo import PhotoId, version_of
from photoscribe.stores.sqlite import SqliteLibrary
from tests.web.conftest import HOSTS, Unmodelled, draw_photos, index

CHROME = {"Accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """One for all tests here: none changes anything."""
    folder = tmp_path_factory.mktemp("pictures")
    made = Unmodelled(Settings(folder / "library", folder / "models", 1))
    yield made
    made.close()


@pytest.fixture(scope="module")
def library(application: Application) -> SqliteLibrary:
    return application.library


@pytest.fixture(scope="module")
def client(application: Application) -> Iterator[TestClient]:
    with TestClient(application.web(HOSTS), base_url="http://localhost") as client:
        yield client


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_photos(tmp_path_factory.mktemp("photos"))


@pytest.fixture(scope="module")
def indexed(client: TestClient, photos: Path) -> dict[str, int]:
    return index(client, photos)


def shown(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize(
    ("side", "long_side"), [(16, 16), (320, 320), (500, 500), (1440, 1440), (2000, 2000), (8192, 2400)]
)
def test_any_size_is_had_and_none_is_enlarged(
    client: TestClient, indexed: dict[str, int], side: int, long_side: int
) -> None:
    answer = client.get(f"/api/photos/{indexed['large.jpg']}/picture", params={"side": side}, headers=CHROME)
    assert answer.status_code == 200
    assert max(shown(answer.content).size) == long_side


def test_a_small_picture_stays_small(client: TestClient, indexed: dict[str, int]) -> None:
    answer = client.get(f"/api/photos/{indexed['c.png']}/picture", params={"side": 1440})
    assert shown(answer.content).size == (80, 60)


@pytest.mark.parametrize(
    ("wish", "accept", "side", "kind"),
    [
        ("auto", CHROME["Accept"], 320, "jpeg"),  # kept so, and sent as it is kept
        ("auto", CHROME["Accept"], 400, "webp"),
        ("auto", "image/webp", 320, "webp"),
        ("auto", "image/avif", 320, "avif"),
        ("auto", "image/*", 400, "jpeg"),
        ("auto", "image/webp;q=0, image/jpeg", 400, "jpeg"),
        ("auto", "", 400, "jpeg"),
        ("webp", "image/jpeg", 400, "webp"),
        ("avif", "image/jpeg", 64, "avif"),
        ("jpeg", "image/webp", 400, "jpeg"),
    ],
)
def test_the_browser_gets_what_it_accepts(
    client: TestClient, indexed: dict[str, int], *, wish: str, accept: str, side: int, kind: str
) -> None:
    url = f"/api/photos/{indexed['large.jpg']}/picture"
    answer = client.get(url, params={"side": side, "format": wish}, headers={"Accept": accept})
    assert answer.headers["content-type"] == f"image/{kind}"
    assert (shown(answer.content).format or "").lower() == kind
    assert "accept" in answer.headers["vary"].lower()
    assert "content-encoding" not in answer.headers
    again = client.get(url, params={"side": side, "format": wish}, headers={"Accept": accept})
    assert again.content == answer.content


def test_the_right_version_may_be_kept_for_ever_and_another_not(
    client: TestClient, indexed: dict[str, int], library: SqliteLibrary
) -> None:
    photo = indexed["large.jpg"]
    version = version_of(library.catalogue.picture_hash(PhotoId(photo)))
    url = f"/api/photos/{photo}/picture"
    for _ in range(2):  # the second one takes the short way
        right = client.get(url, params={"v": version}, headers=CHROME)
        assert "immutable" in right.headers["cache-control"]
    assert "immutable" not in client.get(url, params={"v": "0123456789ab"}).headers["cache-control"]
    assert "immutable" not in client.get(url).headers["cache-control"]
    tag = right.headers["etag"]
    for params in ({"v": version}, {}):
        assert client.get(url, params=params, headers={**CHROME, "If-None-Match": f'"x", W/{tag}'}).status_code == 304
    assert client.get(url, headers={**CHROME, "If-None-Match": '"other"'}).status_code == 200


def test_the_short_way_answers_as_the_long_one_does(
    client: TestClient, indexed: dict[str, int], library: SqliteLibrary
) -> None:
    photo = indexed["large.jpg"]
    params = {"side": "320", "v": version_of(library.catalogue.picture_hash(PhotoId(photo)))}
    url = f"/api/photos/{photo}/picture"
    long_way, short_way = (client.get(url, params={**params, **more}) for more in ({"format": "jpeg"}, {}))
    assert long_way.content == short_way.content
    assert dict(long_way.headers) == dict(short_way.headers)


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=-10", 206, slice(-10, None)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=999999999-", 416, None),
        ("bytes=abc", 200, slice(None)),
        ("pages=1-2", 200, slice(None)),
    ],
)
def test_an_original_comes_in_parts(
    client: TestClient, indexed: dict[str, int], photos: Path, *, asked: str, status: int, part: slice | None
) -> None:
    data = (photos / "large.jpg").read_bytes()
    answer = client.get(f"/api/photos/{indexed['large.jpg']}/original", headers={"Range": asked})
    assert answer.status_code == status
    if part is None:
        assert answer.headers["content-range"] == f"bytes */{len(data)}"
        assert answer.headers["content-type"] == "application/problem+json"
    else:
        assert answer.content == data[part]
        assert answer.headers["content-type"] == "image/jpeg"


def test_an_original_is_known_again_and_can_be_saved(client: TestClient, indexed: dict[str, int]) -> None:
    url = f"/api/photos/{indexed['large.jpg']}/original"
    answer = client.get(url)
    assert client.get(url, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert answer.headers["content-disposition"].startswith("inline")
    saved = client.get(url, params={"download": True})
    assert saved.headers["content-disposition"] == 'attachment; filename="large.jpg"'


@pytest.mark.parametrize("query", ["side=15", "side=8193", "side=x", "format=gif", "v=" + "0" * 65, "side=1e3"])
def test_sizes_that_make_no_sense_say_where(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/photos/1/picture?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == query.partition("=")[0]


@pytest.mark.parametrize("path", ["photos/9/picture", "photos/9/original", "faces/9/crop"])
def test_unknown_ids_are_not_found(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("no such")
