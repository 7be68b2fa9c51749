"""Groups and guesses over a library: numbers that stay, words that hold, guesses that are not facts."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from photoscribe.app.editing import Chosen, Editing
from photoscribe.app.library import FaceVectors, ScanResult
from photoscribe.app.neighbouring import KeptNeighbours, neighbours_of
from photoscribe.app.pipeline import drain
from photoscribe.app.ports import SeenFile
from photoscribe.app.recognising import Recognising
from photoscribe.core.calibration import calibration_of
from photoscribe.core.facts import Face, Quality
from photoscribe.core.geometry import Box
from photoscribe.core.neighbours import nearest
from photoscribe.core.people import FaceId, GroupId, PersonId
from photoscribe.core.query import parse
from photoscribe.stores.sqlite import SqliteLibrary
from tests.fakes import InlineExecutor, ScriptedFaces

MODEL = "sface-2021dec"
FULL = Quality(120, 1, 1)


class Shelf:
    """A neighbour store in memory."""

    def __init__(self) -> None:
        self.kept: KeptNeighbours | None = None

    def load(self, model: str) -> KeptNeighbours | None:
        return self.kept

    def save(self, model: str, kept: KeptNeighbours) -> None:
        self.kept = kept


def looks(person: int, count: int, *, seed: int = 0) -> list[np.ndarray]:
    """Vectors of one person: cosines of about 0.75 to each other, about 0 to others'."""
    centre = np.random.default_rng(person).normal(size=128)
    noise = np.random.default_rng([person, seed]).normal(size=(count, 128)) * 0.58
    vectors = centre + noise
    return [np.asarray(v / np.linalg.norm(v), np.float32) for v in vectors]


class World:
    """A photo for each tuple of vectors; faces are numbered in their order."""

    def __init__(self, library: SqliteLibrary, photos: list[list[np.ndarray]]) -> None:
        self.library = library
        files = tuple(SeenFile(Path(f"/p/{i:03}.jpg"), 1, 1, "image") for i in range(len(photos)))
        library.catalogue.apply(ScanResult(roots=(Path("/p"),), new=files))
        faces = {
            i: tuple(
                Face(Box(0.1 + 0.2 * j, 0.1, 0.1, 0.1), 0.9, quality=FULL, vector=vector, model=MODEL)
                for j, vector in enumerate(vectors)
            )
            for i, vectors in enumerate(photos, 1)
        }
        drain(library.ledger, InlineExecutor([ScriptedFaces(faces)]), lambda _: None, 16)
        self.recognising = Recognising(library, Shelf(), model=MODEL, calibration=calibration_of(MODEL))
        ids = (PersonId(f"person-{i}") for i in itertools.count(1))
        self.editing = Editing(library, new_id=lambda: next(ids), learn=self.recognising.learn)
        self.recognising.refresh()

    def states(self) -> dict[int, str]:
        names = {person.id: person.name for person in self.library.people.all()}
        return {
            face.id: f"{face.standing.state} {names[face.standing.person]}"
            for face in self.library.faces.all()
            if face.standing.person is not None
        }

    def name(self, name: str, *faces: int) -> None:
        self.editing.name(Chosen(tuple(FaceId(id_) for id_ in faces)), name)


@pytest.fixture
def world(library: SqliteLibrary) -> World:
    """Photos 1 to 6 show A, 7 to 10 show B, 11 to 40 strangers once each."""
    photos = [[v] for v in looks(1, 6)] + [[v] for v in looks(2, 4)] + [looks(person, 1) for person in range(10, 40)]
    return World(library, photos)


def test_people_are_grouped_without_any_name(world: World) -> None:
    groups = world.recognising.groups()
    assert [(group.faces, group.sample.path.name) for group in groups] == [(6, "000.jpg"), (4, "006.jpg")]


def test_a_group_that_is_named_is_gone_and_the_others_keep_their_numbers(world: World) -> None:
    first, second = world.recognising.groups()
    world.editing.name(Chosen(groups=(first.id,)), "Ann")
    assert [group.id for group in world.recognising.groups()] == [second.id]
    world.recognising.refresh()
    assert [group.id for group in world.recognising.groups()] == [second.id]
    assert [(one.name, one.faces, one.photos) for one in world.recognising.people()] == [("Ann", 6, 6)]


def test_a_few_names_suggest_the_rest_and_no_stranger(world: World) -> None:
    world.name("Ann", 1, 2, 3)
    assert world.states() == {
        **dict.fromkeys((1, 2, 3), "confirmed Ann"),
        **dict.fromkeys((4, 5, 6), "suggested Ann"),
    }
    suggested = [face for face in world.library.faces.all() if face.standing.state == "suggested"]
    assert all(0.5 < (face.standing.probability or 0) < 1 for face in suggested)


def test_a_rejected_suggestion_never_comes_back(world: World) -> None:
    world.name("Ann", 1, 2, 3)
    world.editing.reject(Chosen((FaceId(4),)))
    world.recognising.refresh()
    assert 4 not in world.states()


def test_nobody_is_suggested_twice_in_one_photo(library: SqliteLibrary) -> None:
    a = looks(1, 6)
    world = World(library, [[a[0]], [a[1]], [a[2]], [a[3], a[4]], *([v] for v in looks(3, 2))])
    world.name("Ann", 1, 2, 3)
    states = world.states()
    assert sorted(states.get(face, "") for face in (4, 5)) == ["", "suggested Ann"]


def test_faces_put_away_are_neither_grouped_nor_guessed(world: World) -> None:
    world.editing.ignore(Chosen(tuple(FaceId(i) for i in (7, 8, 9, 10))))
    world.recognising.refresh()
    assert [group.faces for group in world.recognising.groups()] == [6]


def test_strict_groups_are_no_larger_than_loose_ones(world: World) -> None:
    sizes = {}
    for alike in (0.0, 1.0, 0.5):
        world.recognising.regroup(alike)
        sizes[alike] = sum(group.faces for group in world.recognising.groups())
    assert sizes[1.0] <= sizes[0.5] <= sizes[0.0]


def test_the_chosen_strictness_stays(world: World) -> None:
    world.recognising.regroup(1.0)
    strict = [group.faces for group in world.recognising.groups()]
    world.recognising.refresh()
    assert [group.faces for group in world.recognising.groups()] == strict


def test_faces_are_asked_for_by_person_and_state(world: World) -> None:
    world.name("Ann", 1, 2, 3)
    asked = world.recognising.faces
    assert [face.id for face in asked(parse("person:Ann"))] == [1, 2, 3]
    assert [face.id for face in asked(parse("is:suggested"))] == [4, 5, 6]
    assert len(asked(parse(""))) == 40
    assert asked(parse("person:Nobody")) == []
    ann = world.library.people.all()[0].id
    assert world.recognising.names() == {ann: "Ann"}


def test_an_empty_library_has_no_groups(library: SqliteLibrary) -> None:
    world = World(library, [])
    assert (world.recognising.groups(), world.recognising.people()) == ([], [])


def test_the_kept_graph_is_the_graph_computed_anew() -> None:
    matrix = np.concatenate([np.stack(looks(person, 5)) for person in range(8)])
    faces = np.arange(100, 140)
    shelf = Shelf()

    def vectors(rows: list[int], ids: np.ndarray) -> FaceVectors:
        return FaceVectors(ids, ids, np.ascontiguousarray(matrix[rows]), np.ones((len(rows), 3), np.float32))

    neighbours_of(vectors(list(range(25)), faces[:25]), MODEL, shelf, floor=0.3)
    rows = [3, *range(5, 40), 0]  # some gone, some new, and face 103 with another vector than before
    ids = faces[[3, *range(5, 40), 0]]
    changed = vectors([39, *rows[1:]], ids)
    found = neighbours_of(changed, MODEL, shelf, floor=0.3)
    fresh = nearest(changed.matrix, floor=0.3)
    assert np.array_equal(found.indices, fresh.indices)
    assert np.allclose(found.similarities, fresh.similarities)
    kept = shelf.kept
    assert neighbours_of(changed, MODEL, shelf, floor=0.3) is kept.neighbours  # type: ignore[union-attr]  # it was saved


def test_group_numbers_are_never_used_again(world: World) -> None:
    first, _ = world.recognising.groups()
    world.editing.ignore(Chosen(groups=(first.id,)))
    world.recognising.refresh()
    world.library.faces.set_groups({FaceId(i): None for i in range(1, 41)})
    world.recognising.refresh()
    assert GroupId(first.id) not in [group.id for group in world.recognising.groups()]
