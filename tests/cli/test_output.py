"""Data on stdout in bytes that everybody can read; words and the bar on stderr; names that cannot do harm."""

import io
import json
import os
import pty
import select
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.cli.output import Output, json_line, shown

ODD = os.fsdecode(b"caf\xe9/\xff.jpg")


class Streams:
    """An Output over memory, and what it wrote."""

    def __init__(self, **options: Any) -> None:
        self.out, self.err = io.BytesIO(), io.StringIO()
        self.output = Output(stdout=self.out, stderr=self.err, **options)


@contextmanager
def terminal() -> Iterator[tuple[BinaryIO, TextIO, int]]:
    """stdout and stderr of a terminal, and the end at which a person reads."""
    person, program = pty.openpty()
    with os.fdopen(os.dup(program), "wb") as out, os.fdopen(program, "w", encoding="utf-8") as err:
        yield out, err, person
    os.close(person)


def screen(person: int) -> str:
    """All that has arrived: a terminal hands it over in as many pieces as it likes."""
    arrived = os.read(person, 65536)
    while select.select([person], [], [], 0.2)[0]:
        arrived += os.read(person, 65536)
    return arrived.decode()


@given(st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.booleans() | st.lists(st.text())))
def test_a_record_is_one_line_of_json_that_reads_back(record: dict[str, Any]) -> None:
    line = json_line(record)
    assert len(line.decode("utf-8").splitlines()) == 1
    assert json.loads(line) == record


@given(st.binary(min_size=1).filter(lambda name: b"\0" not in name))
def test_a_path_of_any_bytes_survives_json(name: bytes) -> None:
    line = json_line({"path": os.fsdecode(name)})
    assert os.fsencode(json.loads(line.decode("utf-8"))["path"]) == name


def test_names_in_any_script_stay_readable_in_json() -> None:
    assert json_line({"person": "Зоя 美咲"}) == '{"person": "Зоя 美咲"}'.encode()


def test_values_of_the_program_have_a_json_form() -> None:
    record = {
        "path": Path("a/b"),
        "taken": datetime(2019, 7, 14, 12, 30, tzinfo=UTC),
        "day": date(2019, 7, 14),
        "score": np.float32(0.5),
        "people": frozenset({"b", "a"}),
        "box": (0.25, 0.5),
    }
    assert json.loads(json_line(record)) == {
        "path": "a/b",
        "taken": "2019-07-14T12:30:00+00:00",
        "day": "2019-07-14",
        "score": 0.5,
        "people": ["a", "b"],
        "box": [0.25, 0.5],
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_json_is_refused_where_it_is_written(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_line({"score": value})


def test_an_unknown_kind_of_value_is_refused_where_it_is_written() -> None:
    with pytest.raises(TypeError, match="no JSON for object"):
        json_line({"score": object()})


def test_data_goes_to_stdout_and_words_to_stderr() -> None:
    streams = Streams()
    streams.output.record({"photos": 3})
    streams.output.text("two faces")
    streams.output.tell("done")
    assert streams.out.getvalue() == b'{"photos": 3}\ntwo faces\n'
    assert streams.err.getvalue() == "done\n"


def test_quiet_leaves_data_and_complaints() -> None:
    streams = Streams(verbosity=-1)
    streams.output.record({"photos": 3})
    streams.output.tell("done")
    streams.output.complain("no such person")
    with streams.output.counting("Indexing") as count:
        count(1, 2)
    assert streams.out.getvalue()
    assert streams.err.getvalue() == "no such person\n"


def test_a_path_is_written_in_its_own_bytes() -> None:
    streams = Streams()
    streams.output.path(ODD)
    streams.output.path(Path("a\nb"), end=b"\0")
    assert streams.out.getvalue() == b"caf\xe9/\xff.jpg\na\nb\0"


def test_a_table_in_a_pipe_is_tab_separated_and_one_row_stays_one_line() -> None:
    streams = Streams()
    streams.output.table(("path", "faces"), [("a\tb\nc.jpg", 3), (ODD, None), (Path("d"), 0.98765)])
    assert streams.out.getvalue().decode().splitlines() == [
        "a\\tb\\nc.jpg\t3",
        "caf\\xe9/\\xff.jpg\t",
        "d\t0.988",
    ]


def test_a_table_on_a_terminal_has_heads_and_shows_markup_as_it_is() -> None:
    with terminal() as (out, err, person):
        output = Output(stdout=out, stderr=err)
        output.table(("person", "faces"), [("[red]Ann[/red]", 3), ("Bob", 12)])
        output.text("still open")
        seen = screen(person)
    assert "person" in seen
    assert "[red]Ann[/red]" in seen
    assert "still open" in seen


def test_no_color_is_honoured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    with terminal() as (out, err, person):
        output = Output(stdout=out, stderr=err)
        with output.counting("Indexing") as count:
            count(1, 2)
        output.table(("faces",), [(3,)])
        seen = screen(person)
    assert "\033[3" not in seen


def test_the_bar_shows_the_count_and_sentences_do_not_tear_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with terminal() as (out, err, person):
        output = Output(stdout=out, stderr=err)
        with output.counting("Indexing [b]") as count:
            count(30, 60, "8.4 photos/s")
            output.complain("one [bad] photo")
        output.complain("after the bar")
        seen = screen(person)
    assert "Indexing [b]" in seen
    assert "30/60" in seen
    assert "8.4 photos/s" in seen
    assert "one [bad] photo" in seen
    assert seen.endswith("after the bar\r\n")


def test_without_a_terminal_a_line_comes_now_and_then() -> None:
    times = iter([0.0, 1.0, 10.5, 11.0, 20.5])
    streams = Streams(clock=lambda: next(times))
    with streams.output.counting("Indexing") as count:
        for done in (1, 90, 95, 200):
            count(done, 1000, "9 photos/s")
    assert streams.err.getvalue().splitlines() == [
        "Indexing: 90 of 1000, 9 photos/s",
        "Indexing: 200 of 1000, 9 photos/s",
    ]


@given(st.text(st.characters()))
def test_whatever_is_shown_can_be_encoded_and_stays_on_its_line(text: str) -> None:
    line = shown(text).encode("utf-8").decode()
    assert len(line.splitlines()) <= 1
    assert "\033" not in line


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\033[2Jx", "\\x1b[2Jx"),
        ("a\u202egpj.exe", "a\\u202egpj.exe"),
        ("Zoë 👩\u200d👧 美咲", "Zoë 👩\u200d👧 美咲"),
        ("\udcff\ud800", "\\xff\\ud800"),
        ("a\xa0b", "a\xa0b"),
    ],
)
def test_a_name_cannot_move_the_cursor_or_turn_the_text(text: str, safe: str) -> None:
    assert shown(text) == safe


def test_stdout_is_flushed_line_by_line_where_a_person_watches() -> None:
    class Watched(io.BytesIO):
        flushes = 0

        def isatty(self) -> bool:
            return True

        def flush(self) -> None:
            self.flushes += 1

    watched = Watched()
    Output(stdout=cast("BinaryIO", watched), stderr=io.StringIO()).text("x")
    assert watched.flushes == 1
