from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.errors import UsageError
from photoscribe.core.query import Query, Term, parse, taken_range
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
