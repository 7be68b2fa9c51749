"""The review queue over HTTP: what is asked, what an answer does, and that nobody's word is lost."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photoscribe.app.editing import Chosen
from tests.web.people_server import Server, face_ids, looks, serving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Photos 1 to 6 show A, 7 to 10 show B, 11 to 13 show C, 14 to 40 strangers once each."""
    people = [[v] for person, count in ((1, 6), (2, 4), (3, 3)) for v in looks(person, count)]
    with serving(tmp_path, people + [looks(person, 1) for person in range(10, 37)]) as server:
        server.settle()
        yield server


def test_the_largest_group_is_asked_first_and_its_surest_face_shown_first(server: Server) -> None:
    page = server.review(limit=10)
    assert [(item["kind"], item["count"]) for item in page["items"]] == [("group", 6), ("group", 4), ("group", 3)]
    assert (page["left_faces"], page["left_stacks"]) == (13, 3)
    similarity = [face["similarity"] for face in page["items"][0]["faces"]]
    assert similarity == sorted(similarity, reverse=True)
    assert sorted(face_ids(page["items"][0])) == [1, 2, 3, 4, 5, 6]


def test_an_answer_is_followed_by_the_next_largest_stack(server: Server) -> None:
    first = server.next()
    done = server.answer(first, "name", name="Ann", faces=face_ids(first))
    assert (done["faces"], done["next"]["items"][0]["count"]) == (6, 4)
    assert (done["next"]["left_faces"], done["next"]["left_stacks"]) == (7, 2)
    assert server.states() == dict.fromkeys(range(1, 7), "confirmed Ann")


def test_no_faces_mean_the_whole_stack(server: Server) -> None:
    assert server.answer(server.next(), "name", name="Ann")["faces"] == 6


def test_faces_left_out_stay_for_later_and_their_new_person_is_the_first_candidate_at_once(server: Server) -> None:
    first = server.next()
    some = face_ids(first)[:3]
    done = server.answer(first, "name", name="Ann", faces=some, limit=5)
    rest = next(item for item in done["next"]["items"] if item["key"] == first["key"])
    assert sorted(face_ids(rest)) == sorted(set(face_ids(first)) - set(some))
    assert rest["candidates"][0]["person"]["name"] == "Ann"
    assert rest["candidates"][0]["probability"] > 0.9
    assert rest["candidates"][0]["cover"]["face"] in some


def test_what_was_learnt_is_asked_as_a_suggestion(server: Server) -> None:
    first = server.next()
    server.answer(first, "name", name="Ann", faces=face_ids(first)[:3])
    server.settle()
    (asked,) = [item for item in server.review(limit=5)["items"] if item["kind"] == "suggested"]
    assert (asked["person"]["name"], asked["count"], asked["candidates"]) == ("Ann", 3, [])
    assert all(face["probability"] > 0.9 for face in asked["faces"])
    assert server.answer(asked, "confirm")["faces"] == 3
    assert server.states() == dict.fromkeys(range(1, 7), "confirmed Ann")


def test_a_suggestion_that_is_rejected_never_comes_back(server: Server) -> None:
    first = server.next()
    server.answer(first, "name", name="Ann", faces=face_ids(first)[:3])
    server.settle()
    asked = next(item for item in server.review(limit=5)["items"] if item["kind"] == "suggested")
    server.answer(asked, "reject", faces=face_ids(asked))
    server.settle()
    again = [item for item in server.review(limit=5)["items"] if item["key"] == first["key"]]
    assert [(item["kind"], item["count"], item["candidates"]) for item in again] == [("group", 3, [])]


def test_the_second_browser_is_told_and_nothing_is_lost(server: Server) -> None:
    first = server.next()
    server.answer(first, "name", name="Ann", faces=face_ids(first)[:4])
    refused = server.answer(first, "name", 409, name="Bob", faces=face_ids(first))
    assert "somebody else" in refused["detail"]
    assert sorted(face_ids(refused["current"])) == sorted(face_ids(first)[4:])
    assert set(server.states().values()) == {"confirmed Ann"}
    assert server.answer(refused["current"], "name", name="Bob")["faces"] == 2


def test_the_second_browser_is_told_also_when_the_faces_are_still_unnamed(server: Server) -> None:
    first = server.next()
    server.answer(first, "apart", faces=face_ids(first)[4:])
    refused = server.answer(first, "name", 409, name="Bob", faces=face_ids(first)[4:])
    assert sorted(face_ids(refused["current"])) == sorted(face_ids(first)[:4])
    assert server.states() == {}


def test_the_second_browser_is_told_when_nothing_is_left(server: Server) -> None:
    first = server.next()
    server.answer(first, "ignore")
    assert "current" not in server.answer(first, "name", 409, name="Bob")
    assert set(server.states().values()) == {"ignored"}


def test_a_command_beside_the_server_is_noticed(server: Server) -> None:
    first = server.next()
    server.application.editing.name(Chosen(tuple(face_ids(first))), "Cid")
    assert "current" not in server.answer(first, "name", 409, name="Bob")
    assert server.next()["count"] == 4


def test_what_the_machine_changes_meanwhile_is_no_conflict(server: Server) -> None:
    first, second = server.review(limit=2)["items"]
    server.answer(first, "name", name="Ann", faces=face_ids(first)[:3])
    rest = next(item for item in server.review(limit=5)["items"] if item["key"] == first["key"])
    server.settle()  # now they are suggestions, and no longer the group that was shown
    assert server.states()[face_ids(rest)[0]] == "suggested Ann"
    assert server.answer(rest, "name", name="Bob", faces=face_ids(rest))["faces"] == 3
    assert server.answer(second, "name", name="Cid")["faces"] == 4


def test_undo_brings_the_stack_back(server: Server) -> None:
    first = server.next()
    done = server.answer(first, "name", name="Ann")
    assert server.next()["key"] != first["key"]
    server.application.undoing.undo(done["change"])
    again = server.next()
    assert (again["key"], sorted(face_ids(again))) == (first["key"], sorted(face_ids(first)))
    assert server.states() == {}
    server.settle()
    assert server.next()["candidates"] == []


def test_undo_of_apart_puts_the_faces_back_into_their_group(server: Server) -> None:
    first, before = server.next(), server.groups()
    done = server.answer(first, "apart", faces=face_ids(first)[4:])
    assert server.groups() != before
    server.application.undoing.undo(done["change"])
    assert server.groups() == before
    assert server.next()["count"] == 6


def test_two_groups_said_to_be_one_are_asked_as_one(server: Server) -> None:
    before = server.groups()
    done = server.post("/faces", {"do": "same", "groups": [before[1], before[7]]})
    assert (server.next()["count"], server.groups()[7]) == (10, before[1])
    server.application.undoing.undo(done["change"])
    assert server.groups() == before


def test_apart_lasts_however_often_faces_are_grouped(server: Server) -> None:
    first = server.next()
    out = face_ids(first)[4:]
    server.answer(first, "apart", faces=out)
    for alike in (0.5, 0.0, 0.5):
        server.application.recognising.regroup(alike)
        groups = server.groups()
        assert {groups.get(face) for face in out} & {groups[face] for face in face_ids(first)[:4]} == set()


def test_skipped_stacks_come_last_and_are_still_counted(server: Server) -> None:
    first = server.next()
    done = server.answer(first, "skip", limit=5)
    assert done["change"] is None
    assert [item["count"] for item in done["next"]["items"]] == [4, 3, 6]
    assert done["next"]["left_stacks"] == 3


def test_questions_after_one_are_those_that_follow(server: Server) -> None:
    keys = [item["key"] for item in server.review(limit=5)["items"]]
    assert [item["key"] for item in server.review(limit=5, after=keys[0])["items"]] == keys[1:]
    assert [item["key"] for item in server.review(limit=5, after="g999")["items"]] == keys


def test_faces_put_away_leave_the_queue_and_can_be_found(server: Server) -> None:
    first = server.next()
    server.answer(first, "not_a_face", faces=face_ids(first)[:2])
    server.answer(server.next(), "ignore")
    found = server.get("/faces", q="is:ignored")["items"]
    assert sorted(face["id"] for face in found) == sorted(face_ids(first))
    assert server.next()["key"] != first["key"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"do": "name"}, "say who"),
        ({"do": "confirm"}, "say who"),
        ({"do": "reject"}, "say whom"),
        ({"do": "same"}, "one stack"),
        ({"do": "name", "name": "Ann", "faces": [40]}, "not in this stack"),
        ({"do": "apart"}, "all faces"),
        ({"do": "name", "name": "\x00"}, "needs a name"),
        ({"do": "fly"}, ""),
        ({"do": "name", "name": "Ann", "limit": 11}, ""),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_and_does_nothing(
    server: Server, change: dict[str, object], message: str
) -> None:
    first = server.next()
    refused = server.post("/review", {"key": first["key"], "token": first["token"], **change}, 422)
    assert message in refused["detail"]
    assert server.states() == {}


@pytest.mark.parametrize("key", ["", "x1", "g", "g1~g2~g3", "g1~", "g99999999999999999999", "p'; drop", "~"])
def test_a_forged_key_is_not_found(server: Server, key: str) -> None:
    server.post("/review", {"key": key, "token": "0", "do": "skip"}, 404 if not key.startswith("p") else 409)


def test_a_person_who_is_not_there_is_not_found(server: Server) -> None:
    first = server.next()
    server.post("/review", {"key": first["key"], "token": first["token"], "do": "confirm", "person": "nobody"}, 404)


def between(one: int, other: int, count: int, share: float) -> list[np.ndarray]:
    """Faces of somebody whose looks are partly another's: alike enough to ask, not to group."""
    mixed = []
    for a, b in zip(looks(one, count, seed=5), looks(other, count, seed=6), strict=True):
        vector = share * a + (1 - share**2) ** 0.5 * b
        mixed.append(np.asarray(vector / np.linalg.norm(vector), np.float32))
    return mixed


@pytest.fixture
def doubles(tmp_path: Path) -> Iterator[Server]:
    """Photos 1 to 12 show A, 13 to 20 A in other years: two groups that may be one person; then strangers."""
    people = [[v] for v in looks(1, 12)] + [[v] for v in between(1, 2, 8, 0.5)]
    with serving(tmp_path, people + [looks(person, 1) for person in range(10, 40)]) as server:
        server.settle()
        yield server


def pair_of(server: Server) -> dict[str, object]:
    (pair,) = [item for item in server.review(limit=10)["items"] if item["kind"] == "pair"]
    assert isinstance(pair, dict)
    return pair


def test_two_groups_that_may_be_one_person_are_asked_about(doubles: Server) -> None:
    pair = pair_of(doubles)
    assert (pair["a"]["count"], pair["b"]["count"]) == (12, 8)  # type: ignore[index]  # plain JSON
    assert 0.3 <= pair["probability"] <= 1  # type: ignore[operator]  # plain JSON


def test_same_makes_one_group_at_once_and_for_good(doubles: Server) -> None:
    done = doubles.answer(pair_of(doubles), "same", limit=10)
    assert [(item["kind"], item["count"]) for item in done["next"]["items"]] == [("group", 20)]
    doubles.application.recognising.regroup(0.5)
    assert len({doubles.groups()[face] for face in range(1, 21)}) == 1
    doubles.application.undoing.undo(done["change"])
    doubles.application.recognising.regroup(0.5)
    assert len({doubles.groups()[face] for face in range(1, 21)}) == 2


def test_different_is_never_asked_again_nor_grouped(doubles: Server) -> None:
    doubles.answer(pair_of(doubles), "different")
    doubles.settle()
    assert [item["kind"] for item in doubles.review(limit=10)["items"]] == ["group", "group"]
    doubles.application.recognising.regroup(0.0)
    groups = doubles.groups()
    assert groups[1] != groups[20]


def test_a_pair_that_nobody_was_sure_of_waits_until_something_changes(doubles: Server) -> None:
    pair = pair_of(doubles)
    done = doubles.answer(pair, "unsure", limit=10)
    assert done["change"] is None
    assert [item["kind"] for item in done["next"]["items"]] == ["group", "group"]
    doubles.post("/faces", {"do": "ignore", "faces": [20]})
    doubles.settle()
    assert pair_of(doubles)["key"] == pair["key"]


def test_naming_both_sides_answers_the_pair(doubles: Server) -> None:
    pair = pair_of(doubles)
    for item in doubles.review(limit=10)["items"]:
        if item["kind"] == "group":
            doubles.answer(item, "name", name=item["key"])
    doubles.answer(pair, "same", 409)
    assert doubles.review()["items"] == []
