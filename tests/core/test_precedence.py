"""Who outranks whom among statements, and what is united."""

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoscribe.core.facts import (
    USER,
    Camera,
    Face,
    Fact,
    Origin,
    PersonNamed,
    Place,
    Position,
    Rating,
    Region,
    Statement,
    Tagging,
    Taken,
    Text,
)
from photoscribe.core.geometry import Box
from photoscribe.core.metadata import Metadata
from photoscribe.core.precedence import choose, is_machine, merged_regions, merged_tags, rank

SIDECAR, EXIF, XMP, IPTC = Origin("sidecar"), Origin("exif"), Origin("xmp"), Origin("iptc")
PICASA, CONTAINER, DICOM, MACHINE = Origin("picasa"), Origin("container"), Origin("dicom"), Origin("scenes", "2")
NOON = datetime(2020, 5, 1, 12)  # noqa: DTZ001 -- a local clock


def said(*pairs: tuple[Fact, Origin]) -> Metadata:
    statements = [Statement(fact, origin) for fact, origin in pairs]
    results = {choose(order) for order in permutations(statements)}
    assert len(results) == 1, "the order of statements matters"
    return results.pop()


def test_nothing_said_is_nothing_known() -> None:
    assert choose([]) == Metadata()


@pytest.mark.parametrize(
    ("origins", "field"),
    [
        ((USER, SIDECAR, EXIF, XMP, IPTC, PICASA, CONTAINER, DICOM, MACHINE), "taken"),
        ((USER, SIDECAR, EXIF, XMP, IPTC, PICASA, CONTAINER, DICOM, MACHINE), "position"),
        ((USER, SIDECAR, XMP, IPTC, EXIF, PICASA, CONTAINER, DICOM, MACHINE), "caption"),
        ((USER, SIDECAR, XMP, IPTC, EXIF, PICASA, CONTAINER, DICOM, MACHINE), "title"),
        ((USER, SIDECAR, XMP, EXIF, IPTC, PICASA, CONTAINER, DICOM, MACHINE), "rating"),
        ((USER, SIDECAR, XMP, IPTC, EXIF, PICASA, CONTAINER, DICOM, MACHINE), "place"),
    ],
)
def test_each_field_has_its_order_of_trust(origins: Sequence[Origin], field: str) -> None:
    values: dict[str, list[Fact]] = {
        "taken": [Taken(datetime(2000 + n, 1, 1)) for n in range(9)],  # noqa: DTZ001 -- a local clock clocks
        "position": [Position(n, n + 1) for n in range(9)],
        "caption": [Text("caption", f"words {n}") for n in range(9)],
        "title": [Text("title", f"words {n}") for n in range(9)],
        "rating": [Rating(n % 6) for n in range(9)],
        "place": [Place(city=f"town {n}") for n in range(9)],
    }
    for first in range(8):
        above, below = (Statement(values[field][n], origins[n]) for n in (first, first + 1))
        if above.fact == below.fact:
            continue
        chosen = getattr(choose([below, above]), field)
        fact = above.fact
        expected = fact.text if isinstance(fact, Text) else fact.stars if isinstance(fact, Rating) else fact
        assert chosen == expected, f"{origins[first].name} is not above {origins[first + 1].name}"


def test_only_what_is_no_part_of_a_file_is_a_machine() -> None:
    assert is_machine(MACHINE)
    assert not any(map(is_machine, (USER, SIDECAR, EXIF, XMP, IPTC, PICASA, CONTAINER, DICOM)))
    assert rank(USER) == 0


def test_among_equals_the_one_that_says_more_counts() -> None:
    chosen = said((Text("caption", "Ann"), XMP), (Text("caption", "Ann and Bob"), XMP))
    assert chosen.caption == "Ann and Bob"


def test_a_date_gets_its_offset_from_whoever_means_the_same_second() -> None:
    exact = Taken(NOON.replace(microsecond=120_000))
    chosen = said((exact, EXIF), (Taken(NOON, 120), XMP), (Taken(NOON, 60), IPTC))
    assert chosen.taken == Taken(NOON.replace(microsecond=120_000), 120)


def test_a_date_gets_no_offset_from_another_time() -> None:
    assert said((Taken(NOON), EXIF), (Taken(NOON.replace(hour=13), 60), XMP)).taken == Taken(NOON)


def test_a_known_offset_stays() -> None:
    assert said((Taken(NOON, 0), EXIF), (Taken(NOON, 60), XMP)).taken == Taken(NOON, 0)


def test_a_place_is_completed_by_who_agrees() -> None:
    chosen = said((Place(city="Rome"), SIDECAR), (Place(city="rome", country="Italy"), XMP), (Place(state="RM"), IPTC))
    assert chosen.place == Place(city="Rome", state="RM", country="Italy")


def test_a_place_takes_nothing_from_who_contradicts() -> None:
    chosen = said((Place(city="Rome"), SIDECAR), (Place(city="Paris", country="France"), XMP))
    assert chosen.place == Place(city="Rome")


def test_camera_and_lens_may_come_from_two_parts() -> None:
    chosen = said((Camera("NIKON", "D750"), EXIF), (Camera("Nikon", "", "17-35 mm"), XMP))
    assert chosen.camera == Camera("NIKON", "D750", "17-35 mm")


def test_tags_and_people_are_united_without_repeats() -> None:
    chosen = said(
        (Tagging(("Sea",)), IPTC), (Tagging(("sea",)), XMP), (Tagging(("Boat",)), SIDECAR),
        (PersonNamed("Bob"), XMP), (PersonNamed("bob"), SIDECAR), (PersonNamed("Ann"), XMP),
    )  # fmt: skip
    assert chosen.tags == (("Boat",), ("sea",))
    assert chosen.people == ("bob", "Ann")


@pytest.mark.parametrize("flat", ["Rome", "rome", "Italy", "Places/Italy/Rome", "Places|Italy|Rome"])
def test_a_flat_keyword_that_a_path_holds_is_that_path(flat: str) -> None:
    path = ("Places", "Italy", "Rome")
    assert merged_tags([(flat,), path]) == (path,)
    assert merged_tags([path, (flat,), ("Holiday",)]) == (path, ("Holiday",))


def test_the_same_word_in_two_alphabets_of_accents_is_one_tag() -> None:
    assert merged_tags([("Zu\u0308rich",), ("Z\u00fcrich",)]) == (("Zu\u0308rich",),)


def test_paths_to_the_same_leaf_stay_apart() -> None:
    paths = (("Places", "Springfield"), ("People", "Springfield"))
    assert merged_tags(paths) == paths


def box(x: float, y: float = 0.2, side: float = 0.2) -> Box:
    return Box(x, y, side, side)


def test_one_face_in_two_schemes_is_one_region_with_the_better_box_and_any_name() -> None:
    merged = merged_regions([Region(box(0.2), "")], [Region(box(0.22), "Ann")])
    assert merged == (Region(box(0.2), "Ann"),)


def test_a_frame_around_the_head_and_one_around_the_face_are_one() -> None:
    tight, wide = Region(Box(0.4, 0.4, 0.1, 0.1), "Ann"), Region(Box(0.375, 0.36, 0.155, 0.155), "")
    assert merged_regions([tight], [wide]) == (tight,)


def test_a_face_within_a_far_larger_frame_is_another() -> None:
    face, body = Region(Box(0.45, 0.45, 0.1, 0.1), "Ann"), Region(Box(0.3, 0.3, 0.4, 0.4), "")
    assert merged_regions([face], [body]) == (face, body)


def test_the_preferred_name_wins_for_one_box() -> None:
    assert merged_regions([Region(box(0.2), "Ann")], [Region(box(0.21), "Anne")]) == (Region(box(0.2), "Ann"),)


def test_two_heads_together_stay_two() -> None:
    ann, bob = Region(box(0.2), "Ann"), Region(box(0.27), "Bob")
    assert merged_regions([ann], [bob]) == (ann, bob)


def test_a_pet_is_no_face() -> None:
    face, pet = Region(box(0.2), "Ann"), Region(box(0.2), "Rex", "Pet")
    assert merged_regions([face], [pet]) == (face, pet)


def test_each_face_has_one_partner_the_nearest() -> None:
    first, second = Region(box(0.2), ""), Region(box(0.3), "")
    others = [Region(box(0.29), "Bob"), Region(box(0.21), "Ann")]
    assert merged_regions([first, second], others) == (Region(box(0.2), "Ann"), Region(box(0.3), "Bob"))


def test_regions_of_a_sidecar_come_before_those_of_the_file() -> None:
    chosen = said((Region(box(0.21), "Anne"), XMP), (Region(box(0.2), "Ann"), SIDECAR), (Region(box(0.7), ""), PICASA))
    assert chosen.regions == (Region(box(0.2), "Ann"), Region(box(0.7), ""))


def test_a_region_told_twice_in_one_list_is_one() -> None:
    chosen = said((Region(box(0.2), ""), XMP), (Region(box(0.2), "Ann"), XMP))
    assert chosen.regions == (Region(box(0.2), "Ann"),)


def test_people_with_a_place_in_the_picture_are_not_told_again() -> None:
    chosen = said((PersonNamed("Ann"), XMP), (PersonNamed("Bob"), XMP), (Region(box(0.2), "ann"), XMP))
    assert chosen.people == ("Bob",)


def test_detected_faces_are_not_metadata() -> None:
    assert choose([Statement(Face(box(0.2), 0.9), MACHINE)]) == Metadata()


origins = st.sampled_from([USER, SIDECAR, EXIF, XMP, IPTC, PICASA, CONTAINER, DICOM, MACHINE])
words = st.sampled_from(["Ann", "ann", "Bob", "Rome", "Sea", "Zürich"])
maybe = st.one_of(st.just(""), words)
# Few enough that regions meet.
corners = st.sampled_from([0.0, 0.002, 0.004, 0.05, 0.1, 0.3])
sides = st.sampled_from([0.2, 0.202, 0.204, 0.3, 0.5])
facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(Taken, st.datetimes(datetime(1990, 1, 1), datetime(1990, 1, 2)), st.sampled_from([None, 0, 60])),  # noqa: DTZ001 -- a local clock
    st.builds(Position, st.floats(-90, 90), st.floats(-180, 180), st.none() | st.floats(-100, 9000)),
    st.builds(Place, maybe, maybe, maybe, maybe),
    st.builds(Text, st.sampled_from(["title", "caption"]), words),
    st.builds(Rating, st.integers(-1, 5)),
    st.builds(Camera, maybe, maybe, maybe),
    st.lists(words, min_size=1, max_size=3).map(lambda parts: Tagging(tuple(parts))),
    st.builds(PersonNamed, words),
    st.builds(Region, st.builds(Box, corners, corners, sides, sides), maybe, st.sampled_from(["Face", "Pet"])),
)
statements = st.lists(st.builds(Statement, facts, origins), max_size=12)


@settings(deadline=None)
@given(statements, st.randoms())
def test_the_order_of_statements_never_matters(given_statements: list[Statement], random: object) -> None:
    shuffled = list(given_statements)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    assert choose(shuffled) == choose(given_statements)


@settings(deadline=None)
@given(statements)
def test_what_was_chosen_and_said_again_is_chosen_again(given_statements: list[Statement]) -> None:
    chosen = choose(given_statements)
    again: list[Fact] = [Tagging(tag) for tag in chosen.tags]
    again += [PersonNamed(name) for name in chosen.people]
    again += chosen.regions
    again += [Text("title", chosen.title), Text("caption", chosen.caption), chosen.place, chosen.camera]
    again += [one for one in (chosen.taken, chosen.position) if one is not None]
    again += [] if chosen.rating is None else [Rating(chosen.rating)]
    repeated = choose([Statement(fact, USER) for fact in again])
    assert set(repeated.people) == set(chosen.people)
    assert set(repeated.tags) == set(chosen.tags)
    for name in ("taken", "position", "place", "title", "caption", "rating", "camera", "regions"):
        assert getattr(repeated, name) == getattr(chosen, name)


@settings(deadline=None)
@given(statements)
def test_a_user_always_has_the_last_word(given_statements: list[Statement]) -> None:
    mine = Statement(Text("caption", "as I say"), USER)
    others = [one for one in given_statements if one.origin != USER]
    assert choose([*others, mine]).caption == "as I say"
