from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.errors import BadQuery, UsageError
from photoscribe.core.query import Area, Query, Term, area_of, parse, quoted, rating_range, taken_range
from photoscribe.core.scanning import Known, compare


@dataclass(frozen=True)
class File:
    path: str
    size_bytes: int = 1
    mtime_ns: int = 1
    sidecars: tuple[str, ...] = ()


files = st.lists(
    st.builds(File, st.sampled_from("abcdef"), st.integers(1, 2), st.integers(1, 2), st.sampled_from([(), ("x",)])),
    unique_by=lambda file: file.path,
)


@given(files, files, st.booleans())
def test_every_file_is_accounted_for_once(known: list[File], seen: list[File], missing: bool) -> None:
    found = compare([Known(file.path, file, missing) for file in known], seen)
    there = [file.path for file in found.new] + [file.path for _, file in (*found.changed, *found.retagged)]
    assert sorted([*there, *found.same]) == sorted(file.path for file in seen)
    assert {one.key for one in found.gone} == {file.path for file in known} - {file.path for file in seen}
    assert set(found.back) == (set(found.same) if missing else set())


def test_what_changed_is_told_apart() -> None:
    known = [Known(name, File(name), missing=False) for name in "abc"]
    found = compare(known, [File("a", size_bytes=2), File("b", sidecars=("b.xmp",)), File("c"), File("d")])
    assert ([key for key, _ in found.changed], [key for key, _ in found.retagged]) == (["a"], ["b"])
    assert (found.same, [file.path for file in found.new]) == (("c",), ["d"])


def test_a_query_is_a_list_of_terms() -> None:
    assert parse("") == Query()
    assert parse('person:Ann -person:"Bob B" only:Ann,Carl taken:2019..2021 is:unknown beach "two words"').terms == (
        Term("person", ("Ann",)),
        Term("person", ("Bob B",), negated=True),
        Term("only", ("Ann", "Carl")),
        Term("taken", ("2019..2021",)),
        Term("is", ("unknown",)),
        Term("text", ("beach",)),
        Term("text", ("two words",)),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nobody:Ann", "no such query field: nobody"),
        ("is:happy", "no such state: is:happy"),
        ("taken:soon", "not a date: taken:soon"),
        ("taken:2019-13", "not a date"),
        ('person:"', "cannot read the query at"),
        ('a"b"c', "cannot read the query at"),
        ('person:""', "person: needs a value"),
        ("only:,", "only: needs a value"),
    ],
)
def test_a_query_that_cannot_be_read_says_where(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["area:1,2,3", "area:a,b,c,d", "area:50,0,40,1", "area:nan,0,1,1", "rating:6", "rating:5..3", "tag:"],
)
def test_a_value_that_makes_no_sense_is_pointed_at(text: str) -> None:
    with pytest.raises(BadQuery) as raised:
        parse(f"beach  {text} sea")
    assert (raised.value.start, raised.value.end) == (7, 7 + len(text))


def test_a_rating_is_a_number() -> None:
    with pytest.raises(BadQuery, match="not a rating: rating:four"):
        parse("rating:four")


def test_areas_and_ratings_are_read() -> None:
    assert area_of("-30,170,0.5,-170") == Area(-30, 170, 0.5, -170)
    assert (rating_range("4"), rating_range("3..5"), rating_range("-1")) == ((4, 4), (3, 5), (-1, -1))


@pytest.mark.parametrize("text", ["a " * 31, "only:" + "a," * 31])
def test_more_than_anybody_means_is_refused(text: str) -> None:
    with pytest.raises(BadQuery, match="more than 30"):
        parse(text)
    assert parse("a " * 30).terms


@given(st.text())
def test_any_text_is_a_query_or_says_where_it_is_none(text: str) -> None:
    try:
        parse(text)
    except BadQuery as error:
        assert 0 <= error.start < error.end <= len(text)  # noqa: PT017 most texts are a query


@given(st.text(min_size=1))
def test_a_value_survives_being_typed(value: str) -> None:
    wanted = value.replace('"', " ")
    if wanted.strip():
        assert parse(f"tag:{quoted(value)}").terms == (Term("tag", (wanted,)),)


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2019", date(2019, 1, 1), date(2020, 1, 1)),
        ("2019-12", date(2019, 12, 1), date(2020, 1, 1)),
        ("2019-07", date(2019, 7, 1), date(2019, 8, 1)),
        ("2020-02-29", date(2020, 2, 29), date(2020, 3, 1)),
        ("2019..2021-03", date(2019, 1, 1), date(2021, 4, 1)),
    ],
)
def test_dates_include_both_ends(text: str, first: date, end: date) -> None:
    assert taken_range(text) == (first, end)
