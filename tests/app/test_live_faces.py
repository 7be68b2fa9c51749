"""The faces in memory are those of the library, whoever changes it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from photoscribe.app.editing import Chosen
from photoscribe.app.face_columns import FaceColumns
from photoscribe.app.live_faces import LiveFaces
from photoscribe.core.people import FaceId, GroupId
from photoscribe.stores.sqlite import SqliteLibrary
from tests.app.test_recognising import MODEL, World, looks


@pytest.fixture
def world(library: SqliteLibrary) -> World:
    """Photos 1 to 6 show A, 7 to 10 show B, 11 to 20 strangers once each."""
    photos = [[v] for v in looks(1, 6)] + [[v] for v in looks(2, 4)] + [looks(person, 1) for person in range(10, 20)]
    return World(library, photos)


def chosen(*faces: int) -> Chosen:
    return Chosen(tuple(FaceId(face) for face in faces))


def same(live: LiveFaces, library: SqliteLibrary) -> None:
    """As if it had been read now; the numbers of people may differ."""
    fresh = library.columns.columns(MODEL)
    now = live.copied()
    for column in ("faces", "photos", "states", "groups", "matrix"):
        assert np.array_equal(getattr(now, column), getattr(fresh, column)), column
    assert np.array_equal(now.probability, fresh.probability, equal_nan=True)
    assert named(now) == named(fresh)
    assert refused(now) == refused(fresh)
    assert (pairs(now.apart), pairs(now.together)) == (pairs(fresh.apart), pairs(fresh.together))


def named(columns: FaceColumns) -> list[str]:
    return [columns.people[who] if who >= 0 else "" for who in columns.persons.tolist()]


def refused(columns: FaceColumns) -> set[tuple[int, str]]:
    return {(row, columns.people[who]) for row, who in columns.rejected.tolist()}


def pairs(rows: np.ndarray) -> set[tuple[int, ...]]:
    return {tuple(sorted(pair)) for pair in rows.tolist()}


def test_every_change_is_taken_in_by_itself(world: World) -> None:
    live = LiveFaces(world.library, model=MODEL)
    same(live, world.library)
    editing = world.editing
    actions: list[Callable[[], object]] = [
        lambda: editing.name(chosen(1, 2, 3), "Ann"),
        lambda: editing.reject(chosen(4), "Ann"),
        lambda: editing.ignore(chosen(11, 12)),
        lambda: editing.apart(chosen(9, 10)),
        lambda: editing.name(chosen(7), "Bob"),
        lambda: editing.merge(["Bob"], "Ann"),
        lambda: editing.split(chosen(7), "Cid"),
    ]
    for action in actions:
        action()
        live.catch_up()
        live.reload()  # of the guesses that learning made: these are not in the history
        same(live, world.library)


def test_a_users_change_needs_no_reload(world: World) -> None:
    live = LiveFaces(world.library, model=MODEL)
    live.reload()
    world.editing._learn = lambda: None
    actions: list[Callable[[], object]] = [
        lambda: world.editing.name(chosen(1, 2, 3), "Ann"),
        lambda: world.editing.apart(chosen(9, 10)),
        lambda: world.editing.reject(chosen(5), "Ann"),
    ]
    for action in actions:
        action()
        live.catch_up()
        assert not live.stale
        same(live, world.library)
    assert live.person_of(live.person_number(next(iter(live.retaught())))).name == "Ann"
    assert live.retaught() == set()


def test_what_the_machine_does_elsewhere_is_noticed(world: World) -> None:
    live = LiveFaces(world.library, model=MODEL)
    live.reload()
    world.library.faces.set_groups({FaceId(1): GroupId(99)})
    live.catch_up()
    stale = [live.stale]
    live.reload()
    assert [*stale, live.stale] == [True, False]
    same(live, world.library)


def test_the_last_change_of_a_face_is_known(world: World) -> None:
    live = LiveFaces(world.library, model=MODEL)
    live.reload()
    change = world.editing.name(chosen(1, 2), "Ann").change
    live.catch_up()
    assert [live.touched(np.array([row])) for row in (0, 1, 2)] == [change, change, 0]
    live.reload()
    assert live.touched(np.array([0])) == change


def test_an_empty_library_has_no_faces(tmp_path: Path) -> None:
    library = SqliteLibrary(tmp_path / "empty")
    live = LiveFaces(library, model=MODEL)
    assert len(live.columns) == 0
    assert live.columns.rows(np.array([1, 2])).tolist() == [-1, -1]
    library.close()
