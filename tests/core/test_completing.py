"""Going on with a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.completing import Entry, complete, folded, typed_at
from photoscribe.core.query import parse

ENTRIES = [
    Entry.of("person", "Élise Müller", "Élise Müller", 7),
    Entry.of("person", "Anna", "Anna", 3),
    Entry.of("tag", "Places/Italy/Abruzzo", "Places/Italy/Abruzzo", 9),
    Entry.of("place", "L'Aquila", "L'Aquila", 5),
    Entry.of("camera", "Annabell 3", "Annabell 3", 1),
    Entry.of("year", "2019", "2019", 12),
    Entry.of("folder", "2019 Roma", "/p/2019 Roma", 4),
]


def inserts(text: str, at: int | None = None, limit: int = 12) -> list[str]:
    return [one.insert for one in complete(ENTRIES, text, len(text) if at is None else at, limit)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("elise", 'person:"Élise Müller"'),
        ("mull", 'person:"Élise Müller"'),
        ("MÜL", 'person:"Élise Müller"'),
        ("abru", "tag:Places/Italy/Abruzzo"),
        ("aquila", "place:L'Aquila"),
        ("place:l", "place:L'Aquila"),
        ('person:"elise m', 'person:"Élise Müller"'),
        ("-person:an", "-person:Anna"),
        ("beach ann", "person:Anna"),
        ("2019", "taken:2019"),
        ("folder:ro", 'folder:"/p/2019 Roma"'),
        ("is:pla", "is:placed"),
        ("only:Anna,el", 'only:"Anna,Élise Müller"'),
        ("perso", "person:"),
    ],
)
def test_the_likeliest_comes_first(text: str, first: str) -> None:
    assert inserts(text)[0] == first


def test_a_field_asks_for_its_own_kind_alone() -> None:
    assert inserts("camera:ann") == ['camera:"Annabell 3"']
    assert inserts("path:ann") == []
    assert inserts("tag:elise") == []


def test_letters_inside_a_word_do_not_count() -> None:
    assert inserts("nna") == []


def test_what_is_put_in_replaces_the_word_around_the_cursor() -> None:
    text = 'tag:Beach person:an "two words"'
    (found, *_) = complete(ENTRIES, text, text.index("an") + 2, 5)
    assert text[: found.start] + found.insert + text[found.end :] == 'tag:Beach person:Anna "two words"'
    (begun, *_) = complete(ENTRIES, "Anna", 2, 5)
    assert (begun.start, begun.end) == (0, 4)


def test_the_name_of_a_field_is_gone_on_with_inside_a_term() -> None:
    assert "place:" in inserts("place:Rome", at=3)


def test_nothing_typed_offers_what_there_is_most_of() -> None:
    assert inserts("", limit=3)[0] == "taken:2019"
    assert "person:" in inserts("", limit=12)


def test_one_kind_leaves_room_for_others() -> None:
    many = [Entry.of("person", f"Ann {number}", f"Ann {number}", 100 + number) for number in range(20)]
    found = complete([*many, *ENTRIES], "ann", 3, 12)
    assert [one.kind for one in found].count("person") == 5
    assert "camera" in {one.kind for one in found}


def test_words_are_compared_without_accents_and_capitals() -> None:
    assert folded("Straße  São-Tomé/ÅRE") == " strasse sao tome are"


@given(st.text(max_size=30), st.integers(0, 30))
def test_any_text_can_be_gone_on_with(text: str, at: int) -> None:
    at = min(at, len(text))
    typed = typed_at(text, at)
    assert 0 <= typed.start <= at <= typed.end <= len(text)
    for one in complete(ENTRIES, text, at, 12):
        if not one.insert.endswith(":"):
            parse(one.insert)
