"""Tags, texts, stars and places over HTTP, on a real library."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from photoscribe.app.library import ScanResult
from photoscribe.app.pipeline import drain
from photoscribe.app.ports import SeenFile
from photoscribe.core.facts import Fact, Origin, Rating, Statement, Tagging, Text
from photoscribe.stores.sqlite import SqliteLibrary
from tests.fakes import InlineExecutor, ScriptedFaces, face_at

FILE: dict[int, tuple[Fact, ...]] = {
    1: (Tagging(("Places", "Italy")), Text("title", "Up there"), Rating(2)),
    2: (Tagging(("places", "italy")), Tagging(("Beach",))),
}


@pytest.fixture
def words(library: SqliteLibrary, client: TestClient) -> TestClient:
    """Four photos, two in /p/sea and two in /p/hills; files speak of the first two; each shows a face, the last two."""
    paths = ["/p/sea/1.jpg", "/p/sea/2.jpg", "/p/hills/3.jpg", "/p/hills/4.jpg"]
    new = tuple(SeenFile(Path(path), i, i, "image") for i, path in enumerate(paths, 1))
    library.catalogue.apply(ScanResult(roots=(Path("/p"),), new=new))
    statements = {id_: tuple(Statement(fact, Origin("xmp")) for fact in facts) for id_, facts in FILE.items()}
    faces = {1: (face_at(0.1),), 2: (face_at(0.1),), 3: (face_at(0.1),), 4: (face_at(0.1), face_at(0.5))}
    drain(library.ledger, InlineExecutor([ScriptedFaces(faces)], statements=statements), lambda _: None, 8)
    return client


def said(client: TestClient, body: dict[str, Any], status: int = 200) -> Any:
    answer = client.post("/api/bulk", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def tags(client: TestClient) -> dict[str, int]:
    return {one["tag"]: one["photos"] for one in client.get("/api/tags").json()}


def test_one_call_tags_everything_in_a_folder_and_one_undo_takes_it_back(words: TestClient) -> None:
    done = said(words, {"op": "tag", "folder": "/p/sea", "tag": " Holidays / Sea "})
    assert done["photos"] == 2
    assert tags(words)["Holidays/Sea"] == tags(words)["Holidays"] == 2
    undone = words.post("/api/undo").json()
    assert (undone["undoes"], undone["photos"]) == (done["change"], 2)
    assert "Holidays" not in tags(words)


def test_a_dry_run_counts_and_says_nothing(words: TestClient) -> None:
    asked = {"op": "tag", "query": "path:hills", "tag": "x", "dry_run": True}
    assert said(words, asked) == {"change": None, "photos": 2, "faces": 0, "dry_run": True}
    assert "x" not in tags(words)


def test_a_parent_counts_the_photos_below_it_once(words: TestClient) -> None:
    said(words, {"op": "tag", "photos": [1, 3], "tag": "Places/Italy/Abruzzo"})
    found = words.get("/api/tags").json()
    assert [(one["tag"], one["depth"], one["photos"]) for one in found] == [
        ("Beach", 0, 1),
        ("Places", 0, 3),
        ("Places/Italy", 1, 3),
        ("Places/Italy/Abruzzo", 2, 2),
    ]
    assert [one["name"] for one in found] == ["Beach", "Places", "Italy", "Abruzzo"]


def test_taking_away_a_tag_of_the_file_rejects_it_and_one_of_the_user_takes_the_word_back(words: TestClient) -> None:
    said(words, {"op": "tag", "photos": [2, 3], "tag": "beach"})
    assert said(words, {"op": "untag", "photos": [1, 2, 3], "tag": "BEACH"})["photos"] == 2
    facts = {id_: [f for f in words.get(f"/api/photos/{id_}").json()["facts"] if f["kind"] == "tag"] for id_ in (2, 3)}
    assert {(one["origin"], one["state"]) for one in facts[2]} >= {("user", "rejected"), ("xmp", "rejected")}
    assert facts[3] == []


def test_fields_are_said_in_one_change_and_null_gives_the_files_value_back(words: TestClient) -> None:
    body = {"title": "Mine", "rating": 5, "taken": "2019-08-14T18:03:11+02:00"}
    body |= {"position": {"latitude": 42.5, "longitude": 13.5}, "caption": "We two"}
    assert words.patch("/api/photos/1", json=body).json()["photos"] == 1
    shown = words.get("/api/photos/1").json()
    assert (shown["title"], shown["rating"], shown["caption"]) == ("Mine", 5, "We two")
    assert (shown["taken"], shown["latitude"]) == ("2019-08-14T18:03:11+02:00", 42.5)
    words.patch("/api/photos/1", json={"title": None, "rating": None, "taken": None, "position": None})
    shown = words.get("/api/photos/1").json()
    assert (shown["title"], shown["rating"], shown["taken"], shown["latitude"]) == ("Up there", 2, None, None)
    assert shown["caption"] == "We two"


def test_the_same_word_twice_is_no_change(words: TestClient) -> None:
    assert words.patch("/api/photos/1", json={"title": "Mine"}).json()["change"] is not None
    assert words.patch("/api/photos/1", json={"title": " Mine "}).json() == {
        "change": None, "photos": 0, "faces": 0, "dry_run": False,
    }  # fmt: skip


def test_many_are_rated_described_and_placed_at_once(words: TestClient) -> None:
    assert said(words, {"op": "rate", "query": "", "rating": 4})["photos"] == 4
    assert said(words, {"op": "rate", "query": "", "rating": None})["photos"] == 4
    assert words.get("/api/photos/1").json()["rating"] == 2
    said(words, {"op": "caption", "photos": [3, 4], "text": "hills"})
    said(words, {"op": "place", "folder": "/p/hills", "position": {"latitude": 1, "longitude": 2}})
    shown = words.get("/api/photos/4").json()
    assert (shown["caption"], shown["longitude"]) == ("hills", 2)


@pytest.mark.parametrize(("which", "faces"), [("single", 3), ("unknown", 4), ("suggested", 0)])
def test_faces_are_named_in_bulk_never_two_of_one_photo(words: TestClient, which: str, faces: int) -> None:
    asked = {"op": "name", "query": "", "person": "Ann", "which": which}
    assert said(words, {**asked, "dry_run": True})["faces"] == faces
    done = said(words, asked)
    assert (done["faces"], done["photos"]) == (faces, faces)
    assert said(words, asked)["photos"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"op": "tag", "tag": "x"},
        {"op": "tag", "tag": "x", "query": "", "photos": [1]},
        {"op": "tag", "query": ""},
        {"op": "tag", "query": "", "tag": " / "},
        {"op": "tag", "query": "", "tag": "x" * 900},
        {"op": "name", "query": ""},
        {"op": "rate", "query": ""},
        {"op": "rate", "query": "", "rating": 6},
        {"op": "tag", "query": "foo:bar", "tag": "x"},
        {"op": "tag", "folder": "../etc", "tag": "x"},
        {"op": "fly", "query": ""},
    ],
)
def test_what_makes_no_sense_is_422_and_changes_nothing(words: TestClient, body: dict[str, Any]) -> None:
    assert said(words, body, 422)["status"] == 422
    assert words.get("/api/history").json()["items"] == []


@pytest.mark.parametrize("body", [{"photos": [1, 99]}, {"folder": "/nowhere"}])
def test_what_is_not_there_is_404_and_changes_nothing(words: TestClient, body: dict[str, Any]) -> None:
    assert said(words, {"op": "tag", "tag": "x", **body}, 404)["status"] == 404
    assert "x" not in tags(words)


@pytest.mark.parametrize(
    "body",
    [
        {"taken": "yesterday"},
        {"taken": "0001-01-01T00:00:00+23:59"},
        {"rating": 9},
        {"stars": 1},
        {"title": "x" * 2001},
    ],
)
def test_a_value_that_a_field_cannot_have_is_422(words: TestClient, body: dict[str, Any]) -> None:
    assert words.patch("/api/photos/1", json=body).status_code == 422


def test_an_unknown_photo_is_404(words: TestClient) -> None:
    assert words.patch("/api/photos/99", json={"title": "x"}).status_code == 404
