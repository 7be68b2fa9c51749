"""The grid over the map, the tree of folders, and how much photos have to do with each other."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.folders import FolderTree
from photoscribe.core.kinship import Traits, kilometres, kinship
from photoscribe.core.maps import area_between, grid_for
from photoscribe.core.photo import PhotoId

degrees = st.floats(-720, 720)
parallels = st.floats(-90, 90)


@given(parallels, degrees, parallels, degrees, st.floats(0, 24))
def test_any_view_has_a_bounded_number_of_cells(a: float, west: float, b: float, east: float, zoom: float) -> None:
    area = area_between(min(a, b), west, max(a, b), east)
    grid = grid_for(area, zoom)
    across = area.east - area.west + (360 if area.east < area.west else 0)
    assert across / grid.wide <= 96
    assert (area.north - area.south) / grid.high <= 96


@given(st.floats(-180, 180), st.integers(-2, 2))
def test_longitudes_go_round_the_globe(longitude: float, turns: int) -> None:
    west = area_between(0, longitude + 360 * turns, 1, longitude + 360 * turns).west
    assert min(abs(west - longitude), 360 - abs(west - longitude)) < 1e-6


def test_a_view_across_the_date_line_is_kept() -> None:
    area = area_between(-30, 170, 0, 190)
    assert (area.west, area.east) == (170, -170)
    assert area_between(-100, -200, 100, 200) == area_between(-90, -180, 90, 180)


def test_cells_stay_where_they_are_while_the_map_moves() -> None:
    assert grid_for(area_between(41, 12, 42, 13), 9) == grid_for(area_between(41.1, 12.2, 42.1, 13.2), 9)


COUNTED = [("/a/x", 2, PhotoId(5)), ("/a/x/y", 1, PhotoId(7)), ("/a/z", 4, PhotoId(9)), ("/other", 1, PhotoId(1))]


def test_a_folder_counts_what_is_below_it() -> None:
    tree = FolderTree(COUNTED, ["/a"])
    found = [(one.folder, one.name, one.photos, one.own, one.folders, one.cover) for one in tree.children("/a") or ()]
    assert found == [("/a/x", "x", 3, 2, 1, 5), ("/a/z", "z", 4, 4, 0, 9)]
    assert [(one.folder, one.photos) for one in tree.roots()] == [("/a", 7), ("/other", 1)]
    assert tree.children("/nowhere") is None
    assert [one.folder for one in tree.children("/a/x/") or ()] == ["/a/x/y"]


def test_a_root_inside_another_is_not_shown_twice_and_an_empty_one_is_shown() -> None:
    tree = FolderTree(COUNTED, ["/a/x", "/a", "/gone"])
    assert [(one.folder, one.photos) for one in tree.roots()] == [("/a", 7), ("/gone", 0), ("/other", 1)]
    assert tree.children("/gone") == []


@given(st.lists(st.tuples(st.lists(st.sampled_from("abc"), max_size=4), st.integers(1, 9)), max_size=12))
def test_no_photo_is_lost_or_counted_twice(folders: list[tuple[list[str], int]]) -> None:
    counted = {"/" + "/".join(parts): count for parts, count in folders}
    tree = FolderTree([(path, count, PhotoId(1)) for path, count in counted.items()], ["/"])
    assert sum(one.photos for one in tree.roots()) == sum(counted.values())
    for view in tree.all():
        below = tree.children(view.folder)
        assert below is not None
        assert view.photos == view.own + sum(one.photos for one in below)
        assert view.folders == len(below)


NOON = datetime(2019, 7, 14, 12, tzinfo=UTC)
ROME = (41.9, 12.5)


def test_time_place_and_people_bring_photos_together() -> None:
    one = Traits(NOON, ROME, frozenset({"ann"}))
    apart = Traits(NOON + timedelta(days=400), (0.0, 0.0), frozenset({"bob"}))
    assert kinship(0.5, one, apart) == pytest.approx(0.5)
    for nearer in (Traits(NOON), Traits(None, ROME), Traits(people=frozenset({"ann"}))):
        assert kinship(0.5, one, nearer) > 0.55
    assert kinship(0.0, one, one) < 0.7
    assert kinship(1.0, one, apart) == 1


@given(st.floats(0, 1), st.integers(0, 10**6), st.tuples(st.floats(-90, 90), st.floats(-180, 180)))
def test_kinship_is_a_share_and_at_least_the_look(look: float, seconds: int, where: tuple[float, float]) -> None:
    found = kinship(look, Traits(NOON, ROME), Traits(NOON + timedelta(seconds=seconds), where))
    assert look - 1e-9 <= found <= 1


def test_distances_are_those_of_the_globe() -> None:
    assert kilometres(ROME, (45.46, 9.19)) == pytest.approx(477, abs=5)
    assert kilometres((0, 179.9), (0, -179.9)) == pytest.approx(22.2, abs=0.1)
