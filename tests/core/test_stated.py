from datetime import datetime

import pytest

from photoscribe.core.changes import Plain, StatedField
from photoscribe.core.errors import UsageError
from photoscribe.core.facts import Position, Rating, Taken, Text
from photoscribe.core.metadata import Metadata
from photoscribe.core.stated import agree, checked, fact_of, plain_fields

MOMENT = datetime(2019, 8, 14, 18, 3, 11)  # noqa: DTZ001 local on purpose


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("title", " Up  there\n", "Up there"),
        ("title", "", ""),
        ("title", None, None),
        ("caption", "one\r\ntwo\0 ", "one\ntwo"),
        ("rating", 4.0, 4),
        ("rating", -1, -1),
        ("taken", "2019-08-14T18:03:11.5+02:00", "2019-08-14T18:03:11+02:00"),
        ("taken", "2019-08-14 18:03", "2019-08-14T18:03:00"),
        ("taken", "2019-08-14T18:03:11Z", "2019-08-14T18:03:11+00:00"),
        ("position", [42, -13.5], [42.0, -13.5, None]),
        ("position", [42, -13.5, 800], [42.0, -13.5, 800.0]),
    ],
)
def test_a_value_is_kept_clean_and_stays_as_it_is(field: StatedField, value: Plain, kept: Plain) -> None:
    assert checked(field, value) == kept
    assert checked(field, kept) == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", 3),
        ("title", "x" * 2001),
        ("caption", "x" * 20_001),
        ("rating", 6),
        ("rating", True),
        ("rating", 2.5),
        ("rating", "2"),
        ("taken", "2019"),
        ("taken", "2019-13-14T18:03:11"),
        ("taken", "9999-12-31T23:59:59-23:00"),
        ("taken", 5),
        ("position", [91, 0]),
        ("position", [float("nan"), 0]),
        ("position", [1, 2, float("inf")]),
        ("position", [1]),
        ("position", "12"),
        ("position", 5),
    ],
)
def test_a_value_that_the_field_cannot_have_is_refused_with_a_remedy(field: StatedField, value: Plain) -> None:
    with pytest.raises(UsageError, match="Try"):
        checked(field, value)


def test_plain_values_are_facts_and_back() -> None:
    chosen = Metadata(Taken(MOMENT, 120), Position(1, 2, 3), title="T", caption="C", rating=0)
    plain = plain_fields(chosen)
    assert {field: fact_of(field, value) for field, value in plain.items()} == {
        "title": Text("title", "T"),
        "caption": Text("caption", "C"),
        "rating": Rating(0),
        "taken": Taken(MOMENT, 120),
        "position": Position(1, 2, 3),
    }
    assert plain_fields(Metadata()) == {}


@pytest.mark.parametrize(
    ("field", "a", "b", "same"),
    [
        ("position", [1.0, 2.0, None], [1.0000004, 2.0, None], True),
        ("position", [1.0, 2.0, None], [1.00001, 2.0, None], False),
        ("position", [1.0, 2.0, None], [1.0, 2.0, 5.0], False),
        ("position", [1.0, 2.0, 5.0], [1.0, 2.0, 5.004], True),
        ("title", "Caf\xe9", "Cafe\u0301 ", True),
        ("rating", 0, None, False),
        ("rating", None, None, True),
        ("taken", "2019-08-14T18:03:11", "2019-08-14T18:03:11+02:00", False),
    ],
)
def test_values_agree_when_a_file_brings_them_back(field: StatedField, a: Plain, b: Plain, *, same: bool) -> None:
    assert agree(field, a, b) is same
