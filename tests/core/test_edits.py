"""What an edit makes of regions and lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.edits import (
    Edit,
    ListEdit,
    TagLists,
    path_text,
    resulting_regions,
    tag_edit,
)
from photoscribe.core.facts import Place, Region
from photoscribe.core.geometry import Box

HERE = Box(0.1, 0.1, 0.2, 0.2)
NEARLY_HERE = Box(0.12, 0.1, 0.2, 0.2)
THERE = Box(0.6, 0.6, 0.2, 0.2)

names = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=12)
boxes = st.builds(
    Box,
    st.floats(0, 0.7),
    st.floats(0, 0.7),
    st.floats(0.05, 0.3),
    st.floats(0.05, 0.3),
)
faces = st.builds(Region, boxes, st.sampled_from(["Ann", "Bob", "Carl"]))
unnamed = st.builds(Region, boxes, st.just(""))
pets = st.builds(Region, boxes, st.sampled_from(["Rex", ""]), st.just("Pet"))
edits = st.builds(
    Edit,
    name_regions=st.lists(faces, max_size=3).map(tuple),
    drop_regions=st.lists(faces, max_size=3).map(tuple),
)


def after(current: list[Region | None], edit: Edit) -> list[tuple[str, int | None]]:
    return [(one.region.name, one.index) for one in resulting_regions(current, edit)]


def test_a_confirmed_face_that_is_not_there_is_added_last() -> None:
    assert after([Region(THERE, "Bob")], Edit(name_regions=(Region(HERE, "Ann"),))) == [("Bob", 0), ("Ann", None)]


def test_a_face_that_stands_there_with_its_name_is_left_as_its_program_drew_it() -> None:
    (placed,) = resulting_regions([Region(NEARLY_HERE, "Ann")], Edit(name_regions=(Region(HERE, "Ann"),)))
    assert placed.region.box == NEARLY_HERE
    assert placed.index == 0


def test_a_box_without_a_name_takes_the_name() -> None:
    assert after([Region(NEARLY_HERE, "")], Edit(name_regions=(Region(HERE, "Ann"),))) == [("Ann", 0)]


def test_a_dropped_name_is_replaced_in_its_region_rather_than_beside_it() -> None:
    edit = Edit(name_regions=(Region(HERE, "Ann"),), drop_regions=(Region(HERE, "Bob"),))
    assert after([Region(NEARLY_HERE, "Bob"), Region(THERE, "Bob")], edit) == [("Ann", 0), ("Bob", 1)]


def test_a_face_that_names_somebody_else_is_renamed_only_where_it_can_be_no_other_face() -> None:
    edit = Edit(name_regions=(Region(HERE, "Ann"),))
    cheek_to_cheek = Box(0.2, 0.1, 0.2, 0.2)
    assert after([Region(NEARLY_HERE, "Bob")], edit) == [("Ann", 0)]
    assert after([Region(cheek_to_cheek, "Bob")], edit) == [("Bob", 0), ("Ann", None)]


def test_the_best_of_several_boxes_takes_the_name() -> None:
    current: list[Region | None] = [Region(Box(0.18, 0.1, 0.2, 0.2), ""), Region(NEARLY_HERE, "")]
    assert after(current, Edit(name_regions=(Region(HERE, "Ann"),))) == [("", 0), ("Ann", 1)]


def test_a_dropped_region_goes_also_when_its_box_was_drawn_differently() -> None:
    tight = Box(0.17, 0.17, 0.06, 0.06)
    assert after([Region(tight, "Ann"), Region(THERE, "Ann")], Edit(drop_regions=(Region(HERE, "Ann"),))) == [
        ("Ann", 1)
    ]


def test_a_name_far_from_the_dropped_region_stays() -> None:
    assert after([Region(THERE, "Ann")], Edit(drop_regions=(Region(HERE, "Ann"),))) == [("Ann", 0)]


def test_every_repeat_of_a_dropped_region_goes() -> None:
    assert after([Region(HERE, "Ann"), Region(NEARLY_HERE, "Ann")], Edit(drop_regions=(Region(HERE, "Ann"),))) == []


def test_what_is_confirmed_outranks_what_is_dropped() -> None:
    edit = Edit(name_regions=(Region(HERE, "Ann"),), drop_regions=(Region(HERE, "Ann"),))
    assert after([Region(HERE, "Ann")], edit) == [("Ann", 0)]


def test_regions_that_are_no_faces_or_not_understood_are_left_alone() -> None:
    edit = Edit(name_regions=(Region(HERE, "Ann"),), drop_regions=(Region(HERE, "Rex"),))
    assert after([Region(HERE, "Rex", "Pet"), None, Region(HERE, "", "Focus")], edit) == [
        ("Rex", 0),
        ("", 2),
        ("Ann", None),
    ]


def test_two_spellings_of_an_accent_are_one_name() -> None:
    edit = Edit(name_regions=(Region(HERE, "Zo\u00eb"),))
    assert after([Region(HERE, "Zoe\u0308")], edit) == [("Zoe\u0308", 0)]


@given(st.lists(st.one_of(faces, unnamed, pets, st.none()), max_size=5), edits)
def test_an_edit_made_twice_is_made_once(current: list[Region | None], edit: Edit) -> None:
    once = resulting_regions(current, edit)
    twice = resulting_regions([one.region for one in once], edit)
    assert [one.region for one in twice] == [one.region for one in once]
    assert all(one.index is not None for one in twice)


@given(st.lists(st.one_of(faces, unnamed, pets), max_size=5), edits)
def test_every_confirmed_face_stands_there_and_the_rest_keeps_its_order(current: list[Region], edit: Edit) -> None:
    result = resulting_regions(list(current), edit)
    for wanted in edit.name_regions:
        assert any(one.region.name == wanted.name for one in result)
    kept = [one.index for one in result if one.index is not None]
    assert kept == sorted(set(kept))
    touched = {"Ann", "Bob", "Carl"} if edit.name_regions or edit.drop_regions else set()
    for index, region in enumerate(current):
        if region.kind == "Pet" or not touched:
            assert any(one.index == index and one.region == region for one in result)


def test_a_name_goes_into_every_list() -> None:
    change = tag_edit(Edit(name_regions=(Region(HERE, "Ann"),)), (), TagLists())
    assert change.people.of([]) == ("Ann",)
    assert change.subject.of([]) == ("Ann",)
    assert change.iptc.of(["Ann"]) == ("Ann",)
    assert change.paths.of([]) == ("People/Ann",)
    assert change.lightroom_paths.of([]) == ("People|Ann",)


def test_a_dropped_name_leaves_every_list_and_nothing_else() -> None:
    lists = TagLists(("Ann", "Sea"), ("Sea", "Ann"), ("People/Ann", "Ann", "Pets/Rex"), ("People|Ann", "People|Bob"))
    change = tag_edit(Edit(drop_regions=(Region(HERE, "Ann"),)), (), lists)
    assert change.people.of(["Ann", "Bob"]) == ("Bob",)
    assert change.subject.of(lists.subject) == ("Sea",)
    assert change.iptc.of(lists.iptc) == ("Sea",)
    assert change.paths.of(lists.paths) == ("Pets/Rex",)
    assert change.lightroom_paths.of(lists.lightroom_paths) == ("People|Bob",)


def test_a_name_that_another_region_still_bears_stays_in_the_lists() -> None:
    change = tag_edit(Edit(drop_regions=(Region(HERE, "Ann"),)), ["Ann"], TagLists(("Ann",)))
    assert change.people.of(["Ann"]) == ("Ann",)
    assert change.subject.of(["Ann"]) == ("Ann",)


def test_a_keyword_stays_while_another_tag_ends_in_it() -> None:
    lists = TagLists(("Paris",), (), ("Places/Paris", "Films/Paris"), ("Places|Paris", "Films|Paris"))
    change = tag_edit(Edit(drop_tags=(("Places", "Paris"),)), (), lists)
    assert change.subject.of(lists.subject) == ("Paris",)
    assert change.paths.of(lists.paths) == ("Films/Paris",)


def test_a_tag_that_is_added_is_not_dropped() -> None:
    edit = Edit(add_tags=(("Places", "Rome"),), drop_tags=(("Places", "Rome"),))
    assert tag_edit(edit, (), TagLists()).paths == ListEdit(("Places/Rome",), ())


def test_people_without_a_place_in_the_picture_are_added_and_dropped() -> None:
    change = tag_edit(Edit(add_people=("Ann",), drop_people=("Bob",)), (), TagLists(("Bob",)))
    assert change.people.of(["Bob"]) == ("Ann",)
    assert change.subject.of(["Bob"]) == ("Ann",)


def test_a_new_list_begins_with_the_keywords_that_other_lists_hold() -> None:
    edit = Edit(name_regions=(Region(HERE, "Ann"),))
    flat = tag_edit(edit, (), TagLists(iptc=("Frost", "Yard")))
    assert flat.subject.of([]) == ("Frost", "Yard", "Ann")
    assert flat.paths.of([]) == ("Frost", "Yard", "People/Ann")
    assert flat.iptc.of(["Frost", "Yard"]) == ("Frost", "Yard", "Ann")
    nested = tag_edit(edit, (), TagLists(("Rome", "Sea"), (), ("Places/Rome", "_Digikam_Internal_Tags_/x"), ()))
    assert nested.lightroom_paths.of([]) == ("Places|Rome", "Sea", "People|Ann")
    assert nested.iptc.of([]) == ("Rome", "Sea", "Ann")


def test_a_new_list_does_not_begin_with_what_is_dropped() -> None:
    edit = Edit(add_people=("Ann",), drop_people=("Bob",))
    change = tag_edit(edit, (), TagLists(subject=("Bob", "Sea")))
    assert change.paths.of([]) == ("Sea", "People/Ann")
    assert change.iptc.of([]) == ("Sea", "Ann")


def test_a_list_that_gets_nothing_is_not_begun() -> None:
    assert tag_edit(Edit(drop_people=("Bob",)), (), TagLists(("Sea",))).paths.of([]) == ()


@pytest.mark.parametrize(
    ("path", "separator", "text"),
    [
        (("People", "AC/DC"), "/", "People/AC\uff0fDC"),
        (("People", "AC/DC"), "|", "People|AC/DC"),
        (("a|b",), "|", "a\uff5cb"),
        (("a|b",), "/", "a|b"),
    ],
)
def test_a_separator_in_a_name_becomes_its_full_width_form(path: tuple[str, ...], separator: str, text: str) -> None:
    assert path_text(path, separator) == text


@given(names, names)
def test_any_name_can_be_added_and_taken_away_again(name: str, other: str) -> None:
    added = tag_edit(Edit(add_people=(name,)), (), TagLists(subject=("Sea",)))
    lists = TagLists(added.subject.of(["Sea"]), added.iptc.of([]), added.paths.of([]), added.lightroom_paths.of([]))
    dropped = tag_edit(Edit(drop_people=(name,), add_people=(other,)), (), lists)
    left = dropped.paths.of(lists.paths)
    if path_text((name,), "/") != path_text((other,), "/"):
        assert path_text(("People", name), "/") not in left or path_text(("People", other), "/") in left
    assert path_text(("People", other), "/") in left


@given(st.lists(names, max_size=6), st.lists(names, max_size=3), st.lists(names, max_size=3))
def test_a_list_keeps_what_is_not_meant(current: list[str], add: list[str], drop: list[str]) -> None:
    change = ListEdit(tuple(add), tuple(drop))
    result = change.of(current)
    assert change.of(result) == result or set(add) & set(drop)
    assert [text for text in result if text in current and text not in drop and text not in add] == [
        text for text in current if text not in drop and text not in add
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_regions": (Region(HERE, ""),)},
        {"drop_regions": (Region(HERE, "Rex", "Pet"),)},
        {"add_people": ("",)},
        {"drop_people": ("",)},
        {"add_tags": ((),)},
        {"drop_tags": (("a", ""),)},
        {"rating": 6},
        {"title": "a\0b"},
        {"add_people": ("\ud800",)},
        {"caption": "\uffff"},
        {"place": Place(city="\x01")},
        {"add_tags": (("\x1b",),)},
    ],
)
def test_an_edit_that_no_file_could_hold_is_never_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"without|not a|character"):
        Edit(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_an_edit_that_says_nothing_is_empty() -> None:
    assert Edit().is_empty
    assert not Edit(title="").is_empty


def test_a_field_is_not_both_set_and_cleared() -> None:
    with pytest.raises(ValueError, match="both set and cleared"):
        Edit(rating=3, clear=("taken", "rating"))
    assert not Edit(clear=("taken",)).is_empty
