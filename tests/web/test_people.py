"""People's pages and single faces over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photoscribe.core.changes import PersonCovered, inverse
from photoscribe.stores.schema import photo
from tests.web.people_server import Server, looks, serving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Faces 1 to 8: Ann and Bob side by side in photos 1 to 4; 9 to 12 Ann alone, the last unlike her; strangers."""
    ann, bob = looks(1, 7), looks(2, 4)
    stranger = looks(3, 1)[0]
    photos = [[a, b] for a, b in zip(ann, bob, strict=False)] + [[v] for v in ann[4:]] + [[stranger]]
    with serving(tmp_path, photos + [looks(person, 1) for person in range(10, 20)]) as server:
        for at in range(1, 9):
            dated(server, at, f"{2018 + at // 4}-05-0{at}T10:00:00")
        server.post("/faces", {"do": "name", "faces": [1, 3, 5, 7, 9, 10, 11, 12], "person": "Ann"})
        server.post("/faces", {"do": "name", "faces": [2, 4], "person": "Bob"})
        server.settle()
        yield server


def dated(server: Server, photo_id: int, taken: str) -> None:
    with server.application.library._database.write() as connection:
        connection.execute(photo.update().where(photo.c.id == photo_id).values(taken_local=taken))


def person(server: Server, name: str) -> str:
    found = {one["name"]: one["id"] for one in server.get("/people")["items"]}
    return str(found[name])


def test_people_are_listed_with_what_waits_for_a_word(server: Server) -> None:
    page = server.get("/people", order="photos")
    assert [(one["name"], one["faces"], one["photos"], one["suggested"]) for one in page["items"]] == [
        ("Ann", 8, 8, 0),
        ("Bob", 2, 2, 2),
    ]
    assert (page["total"], page["next"]) == (2, None)
    assert [one["name"] for one in server.get("/people", order="name")["items"]] == ["Ann", "Bob"]
    assert all(one["cover"]["face"] in range(1, 13) and len(one["cover"]["version"]) == 12 for one in page["items"])


def test_a_list_goes_on_where_its_cursor_says(server: Server) -> None:
    first = server.get("/people", limit=1)
    second = server.get("/people", limit=1, cursor=first["next"])
    assert [one["items"][0]["name"] for one in (first, second)] == ["Ann", "Bob"]
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "eyJhdCI6LTF9", "eyJhdCI6InkifQ", "eyJhdCI6MTAwMDAwMDAwMDAwMDAwMDAwMDAwfQ"])
@pytest.mark.parametrize("path", ["/people", "/groups", "/faces"])
def test_a_forged_cursor_is_refused(server: Server, path: str, cursor: str) -> None:
    server.get(path, 422, cursor=cursor)


def test_a_person_tells_years_and_company(server: Server) -> None:
    found = server.get(f"/people/{person(server, 'Ann')}")
    assert found["years"] == [{"year": "2020", "faces": 1}, {"year": "2019", "faces": 4}, {"year": "2018", "faces": 3}]
    assert [(one["person"]["name"], one["photos"]) for one in found["companions"]] == [("Bob", 2)]


def test_the_face_that_is_not_hers_comes_first(server: Server) -> None:
    faces = server.get(f"/people/{person(server, 'Ann')}/faces")["items"]
    similarity = [face["similarity"] for face in faces]
    assert faces[0]["id"] == 12
    assert similarity == sorted(similarity)
    assert similarity[0] < 0.4
    assert similarity[1] > 0.7


def test_faces_of_a_person_by_year_newest_and_state(server: Server) -> None:
    ann, bob = person(server, "Ann"), person(server, "Bob")
    newest = server.get(f"/people/{ann}/faces", order="newest")["items"]
    assert [face["taken"] for face in newest] == sorted((face["taken"] for face in newest), reverse=True)
    assert {face["id"] for face in server.get(f"/people/{ann}/faces", year="2018")["items"]} == {1, 3, 5}
    assert server.get(f"/people/{ann}/faces", year="undated")["items"] == []
    suggested = server.get(f"/people/{bob}/faces", state="suggested")["items"]
    assert {face["id"] for face in suggested} == {6, 8}
    assert all(face["similarity"] > 0.7 for face in suggested)
    server.post("/faces", {"do": "reject", "faces": [6]})
    assert [face["id"] for face in server.get(f"/people/{bob}/faces", state="rejected")["items"]] == [6]
    server.get(f"/people/{ann}/faces", 422, year="19")
    server.get("/people/nobody/faces", 404)


def test_a_cover_is_chosen_and_taken_back(server: Server) -> None:
    ann = person(server, "Ann")
    done = server.patch(f"/people/{ann}", {"cover": 9})
    assert server.get(f"/people/{ann}")["cover"]["face"] == 9
    server.application.undoing.undo(done["change"])
    record = server.application.library.history.get(done["change"])
    assert record is not None
    assert inverse(record.operations) == (PersonCovered(record.operations[0].person, 9, None),)  # type: ignore[union-attr,arg-type]  # the one above
    assert server.application.library.people.covers() == {}
    server.patch(f"/people/{ann}", {"cover": 2}, 422)
    server.patch(f"/people/{ann}", {"cover": 999}, 404)


def test_a_person_is_renamed_and_merged(server: Server) -> None:
    ann, bob = person(server, "Ann"), person(server, "Bob")
    assert server.patch(f"/people/{ann}", {"name": "Anna"})["faces"] == 8
    server.patch(f"/people/{bob}", {"name": "anna"}, 422)
    merged = server.post(f"/people/{ann}/merge", {"people": [bob]})
    assert merged["faces"] == 2
    server.settle()
    assert [(one["name"], one["faces"]) for one in server.get("/people")["items"]] == [("Anna", 10)]
    server.get(f"/people/{bob}", 404)
    server.post(f"/people/{ann}/merge", {"people": ["nobody"]}, 404)


def test_groups_are_listed_and_shown(server: Server) -> None:
    server.post("/faces", {"do": "reject", "faces": [6, 8]})
    (group,) = server.get("/groups")["items"]
    assert (group["faces"], {one["face"] for one in group["samples"]}) == (2, {6, 8})
    stack = server.get(f"/groups/{group['group']}")
    assert (stack["kind"], stack["count"], stack["candidates"]) == ("group", 2, [])
    server.get("/groups/999", 404)
    server.get("/groups/0", 422)


def test_faces_are_found_by_query_and_paged(server: Server) -> None:
    assert [face["id"] for face in server.get("/faces", q="person:Ann")["items"]] == [1, 3, 5, 7, 9, 10, 11, 12]
    assert [face["id"] for face in server.get("/faces", q="person:Bob is:suggested")["items"]] == [6, 8]
    assert [face["id"] for face in server.get("/faces", q="person:Ann -person:Bob taken:2018")["items"]] == [5]
    assert server.get("/faces", q="person:Nobody")["items"] == []
    seen: list[int] = []
    cursor = None
    while True:
        page = server.get("/faces", limit=5, **({"cursor": cursor} if cursor else {}))
        seen += [face["id"] for face in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == list(range(1, 23))
    assert "where" in server.get("/faces", 422, q="taken:yesterday")["errors"][0]


def test_one_face_tells_who_it_is(server: Server) -> None:
    face = server.get("/faces/1")
    assert (face["state"], face["person"]["name"], face["probability"], face["group"]) == ("confirmed", "Ann", 1, None)
    server.get("/faces/999", 404)


@pytest.mark.parametrize(
    ("action", "states"),
    [
        ({"do": "confirm", "faces": [6, 8]}, {6: "confirmed Bob", 8: "confirmed Bob"}),
        ({"do": "reject", "faces": [6]}, {6: "none", 8: "suggested Bob"}),
        ({"do": "split", "faces": [12], "person": "Cid"}, {12: "confirmed Cid"}),
        ({"do": "split", "faces": [12]}, {12: "none"}),
        ({"do": "ignore", "faces": [12, 6]}, {12: "ignored", 6: "ignored"}),
        ({"do": "not_a_face", "faces": [12]}, {12: "ignored"}),
    ],
)
def test_actions_on_faces(server: Server, action: dict[str, object], states: dict[int, str]) -> None:
    done = server.post("/faces", action)
    assert done["faces"] == len(action["faces"])  # type: ignore[arg-type]  # the lists above
    assert done["photos"] == len(action["faces"])  # type: ignore[arg-type]  # each in a photo of its own
    assert {face: server.states().get(face, "none") for face in states} == states


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ({"do": "name", "faces": [1]}, 422),
        ({"do": "confirm", "faces": [20]}, 422),
        ({"do": "name", "faces": [999], "person": "Ann"}, 404),
        ({"do": "name", "groups": [999], "person": "Ann"}, 404),
        ({"do": "name", "person": "Ann"}, 422),
        ({"do": "reject", "faces": [6], "person": "Nobody"}, 422),
        ({"do": "apart", "faces": [20]}, 422),
        ({"do": "same", "groups": [1]}, 422),
        ({"do": "same", "groups": [1, 2], "faces": [1]}, 422),
    ],
)
def test_actions_that_make_no_sense_do_nothing(server: Server, action: dict[str, object], status: int) -> None:
    before = server.states()
    server.post("/faces", action, status)
    assert server.states() == before


def test_a_face_is_drawn_and_named(server: Server) -> None:
    box = {"x": 0.5, "y": 0.5, "w": 0.2, "h": 0.2}
    server.post("/photos/9/faces", {"box": box, "person": "Dora"})
    drawn = server.get("/faces", q="person:Dora")["items"]
    assert [(face["photo"], face["source"], face["state"]) for face in drawn] == [(9, "user", "confirmed")]
    assert server.get(f"/people/{person(server, 'Dora')}/faces")["items"][0]["similarity"] is None
    server.post("/photos/999/faces", {"box": box}, 404)
    server.post("/photos/9/faces", {"box": {**box, "x": 0.9}}, 422)
    server.post("/photos/9/faces", {"box": {**box, "w": 0}}, 422)
