"""Browsing over HTTP, on a real library."""

import base64
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photoscribe import config
from photoscribe.app.library import ScanResult
from photoscribe.compose import Application
from photoscribe.core.looks import look_of
from photoscribe.core.photo import PhotoId, version_of
from tests.fakes import face_at
from tests.stores.libraries import Told, fill

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have a client that does not exist everywhere yet
    from starlette.testclient import TestClient


def look(seed: int) -> bytes:
    return look_of(np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)).tobytes()


PHOTOS = [
    Told("/p/2019/a.jpg", "2019-08-14T18:03:11", at=(42.4, 13.9), city="Aquila", tags=("Places/Italy",), stars=4,
         camera="X100", look=look(1), colour=0x0A0B0C, faces=(face_at(0.1),)),
    Told("/p/2019/b.jpg", "2019-08-14T18:05:00", at=(42.4, 13.9), look=look(1)),
    Told("/p/2020/c.jpg", "2020-01-02T08:00:00", at=(-18.1, 178.4), look=look(2)),
    Told("/p/2020/d.mp4", kind="video", look=look(3)),
    *(Told(f"/p/many/{number:02}.jpg", f"2018-03-{number % 28 + 1:02}T10:00:00") for number in range(25)),
]  # fmt: skip


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    application = Application(config.settings(tmp_path_factory.mktemp("browse") / "library", {}))
    fill(application.library, PHOTOS)
    yield application
    application.close()


@pytest.fixture(scope="module")
def client(application: Application) -> Iterator[TestClient]:
    with TestClient(application.web(frozenset({"testserver"}))) as client:
        yield client


def ask(client: TestClient, path: str, **query: object) -> Any:
    answer = client.get(path, params={key: str(value) for key, value in query.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


@given(limit=st.integers(1, 40), q=st.sampled_from(["", "taken:2018", "is:placed", "-is:placed"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
def test_a_list_is_walked_to_its_end_by_its_cursors(client: TestClient, limit: int, q: str) -> None:
    found: list[int] = []
    page = ask(client, "/api/photos", q=q, limit=limit)
    while True:
        assert len(page["items"]) <= limit
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        page = ask(client, "/api/photos", q=q, limit=limit, cursor=page["next"])
    assert len(found) == len(set(found)) == page["total"]


WORDS = st.sampled_from(
    ["Ann", "2019", "is:placed", "-tag:x", "only:a,b", "area:1,2,3,4", '"', "%", "_", "\\", "\0", "rating:"]
)


@given(q=st.lists(WORDS | st.text(max_size=8), max_size=6).map(" ".join), at=st.integers(0, 60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_query_has_an_answer(client: TestClient, q: str, at: int) -> None:
    for path in ("photos", "timeline", "timeline/2019-08", "map", "photos/1/around"):
        assert client.get(f"/api/{path}", params={"q": q}).status_code in {200, 422}, path
    assert client.get("/api/complete", params={"text": q, "at": at}).status_code == 200


def forged(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["t", "i", "x"]), inner, max_size=3),
    max_leaves=6,
)


@given(st.text(max_size=60) | JSON.map(forged))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_a_forged_cursor_is_an_answer_and_never_an_accident(client: TestClient, cursor: str) -> None:
    assert client.get("/api/photos", params={"cursor": cursor}).status_code in {200, 422}


@pytest.mark.parametrize(
    "place",
    [
        {"t": "2019", "i": -1},
        {"t": None, "i": 2**60},
        {"t": 1, "i": 1},
        {"i": 1},
        {"t": None, "i": True},
        [1],
        {"t": None, "i": 1, "x": 1},
    ],
)
def test_a_cursor_of_nowhere_is_refused(client: TestClient, place: object) -> None:
    answer = client.get("/api/photos", params={"cursor": forged(place)})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "cursor"


@pytest.mark.parametrize("limit", [0, -1, 1001, 10**30])
def test_a_limit_out_of_range_is_refused(client: TestClient, limit: int) -> None:
    assert client.get("/api/photos", params={"limit": limit}).status_code == 422


def test_a_card_has_what_a_grid_needs(client: TestClient) -> None:
    (card,) = ask(client, "/api/photos", q="rating:4")["items"]
    assert card == {
        "id": 1, "version": version_of("picture-1"), "width": 400, "height": 300, "colour": "0a0b0c", "kind": "image",
        "taken": "2019-08-14T18:03:11", "path": "/p/2019/a.jpg", "missing": False, "rating": 4,
    }  # fmt: skip


def test_a_photo_without_a_colour_is_shown_all_the_same(client: TestClient) -> None:
    assert ask(client, "/api/photos", q="is:video")["items"][0]["colour"] is None
    assert ask(client, "/api/timeline/undated")["colours"] == [""]


def test_the_timeline_has_columns_of_equal_length(client: TestClient) -> None:
    timeline = ask(client, "/api/timeline")
    assert [one["key"] for one in timeline["buckets"]] == ["2020-01", "2019-08", "2018-03", "undated"]
    assert timeline["total"] == sum(one["count"] for one in timeline["buckets"]) == len(PHOTOS)
    bucket = ask(client, "/api/timeline/2018-03", start=20, limit=50)
    assert (bucket["start"], bucket["count"]) == (20, 25)
    assert {len(bucket[name]) for name in ("ids", "ratios", "colours", "days", "kinds", "versions")} == {5}
    assert bucket["ratios"][0] == 1.333


def test_a_month_of_a_query_holds_its_photos_alone(client: TestClient) -> None:
    assert ask(client, "/api/timeline", q="folder:/p/2019")["buckets"] == [{"key": "2019-08", "count": 2}]
    assert ask(client, "/api/timeline/2019-08", q="rating:4")["ids"] == [1]
    assert ask(client, "/api/timeline/1999-01")["count"] == 0


@pytest.mark.parametrize(
    "path", ["/api/timeline/2019-13", "/api/timeline/x", "/api/photos/999", "/api/folders?parent=/no"]
)
def test_what_is_not_there_is_a_problem_document(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/api/photos", "/api/timeline", "/api/timeline/2019-08", "/api/map", "/api/photos/1/around"]
)
def test_a_query_that_cannot_be_read_says_where(client: TestClient, path: str) -> None:
    answer = client.get(path, params={"q": "beach nobody:Ann"})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["where"], error["start"], error["end"]) == ("q", 6, 16)


@pytest.mark.parametrize("path", ["/api/timeline", "/api/timeline/2019-08", "/api/folders", "/api/map"])
def test_what_did_not_change_is_not_sent_again(client: TestClient, application: Application, path: str) -> None:
    first = client.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    application.library.faces.reserve(1)  # any change
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 200


def test_a_photo_is_told_whole(client: TestClient) -> None:
    told = ask(client, "/api/photos/1")
    assert (told["folder"], told["name"], told["place"], told["camera"]) == ("/p/2019", "a.jpg", "Aquila", "X100")
    assert [(tag["tag"], tag["state"]) for tag in told["tags"]] == [("Places/Italy", "confirmed")]
    assert [face["state"] for face in told["faces"]] == ["unknown"]
    assert {fact["kind"]: fact["state"] for fact in told["facts"]} == dict.fromkeys(
        ("taken", "position", "place", "rating", "camera", "tag"), "chosen"
    )
    assert [(file["role"], file["size_bytes"]) for file in told["files"]] == [("original", 100)]


def test_the_neighbours_follow_the_query(client: TestClient) -> None:
    assert ask(client, "/api/photos/2/around") == {"newer": 3, "older": 1, "at": 1, "total": len(PHOTOS)}
    assert ask(client, "/api/photos/2/around", q="folder:/p/2019") == {"newer": None, "older": 1, "at": 0, "total": 2}


def test_similar_photos_are_those_that_look_alike_and_lie_near(client: TestClient) -> None:
    found = ask(client, "/api/photos/1/similar")
    assert found[0]["photo"]["id"] == 2
    assert found[0]["similarity"] == 1
    assert 1 not in {one["photo"]["id"] for one in found}


def test_folders_are_walked_from_the_root(client: TestClient) -> None:
    (root,) = ask(client, "/api/folders")
    assert (root["folder"], root["photos"], root["own"], root["folders"]) == ("/p", len(PHOTOS), 0, 3)
    below = ask(client, "/api/folders", parent="/p")
    assert [(one["name"], one["photos"], one["folders"]) for one in below] == [
        ("2019", 2, 0),
        ("2020", 2, 0),
        ("many", 25, 0),
    ]
    assert below[0]["cover_version"] == version_of(f"picture-{below[0]['cover']}")


def test_the_map_counts_what_it_does_not_show(client: TestClient) -> None:
    found = ask(client, "/api/map", south=40, west=10, north=45, east=15, zoom=8)
    assert (found["total"], found["placeless"]) == (3, len(PHOTOS) - 3)
    (cell,) = found["cells"]
    assert (cell["count"], cell["cover"], cell["south"], cell["east"]) == (2, 2, 42.4, 13.9)
    assert ask(client, "/api/map", south=-30, west=170, north=0, east=190, zoom=4)["cells"][0]["cover"] == 3
    assert ask(client, "/api/map", q="rating:4")["cells"][0]["count"] == 1


@pytest.mark.parametrize(
    "query", [{"south": 50, "north": 40}, {"south": -91}, {"zoom": "nan"}, {"west": "inf"}, {"east": 1e9}]
)
def test_a_view_of_no_map_is_refused(client: TestClient, query: dict[str, object]) -> None:
    assert client.get("/api/map", params={key: str(value) for key, value in query.items()}).status_code == 422


def test_a_query_is_completed_where_the_cursor_stands(client: TestClient) -> None:
    (found, *_) = ask(client, "/api/complete", text="tag:ital beach", at=8)
    assert found == {
        "kind": "tag", "label": "Places/Italy", "insert": "tag:Places/Italy", "photos": 1, "start": 0, "end": 8,
    }  # fmt: skip
    assert ask(client, "/api/complete", text="x100", at=999)[0]["insert"] == "camera:X100"


def test_a_photo_that_goes_leaves_the_lists_and_can_still_be_told(client: TestClient, application: Application) -> None:
    catalogue = application.library.catalogue
    catalogue.apply(ScanResult(roots=(Path("/p"),), gone=(PhotoId(4),)))
    assert "undated" not in {one["key"] for one in ask(client, "/api/timeline")["buckets"]}
    assert ask(client, "/api/photos/4")["missing"]
    catalogue.apply(ScanResult(roots=(Path("/p"),), back=(PhotoId(4),)))
    assert ask(client, "/api/timeline")["total"] == len(PHOTOS)
