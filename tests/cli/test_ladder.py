"""Exceptions become one sentence and an exit code."""

import logging
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
import typer

from photoscribe.cli.ladder import DONE, ERROR, INTERRUPTED, NOBODY_READS, SOME_FAILED, USAGE, exit_code
from photoscribe.core.errors import PhotoscribeError, Unavailable, Undecodable, UsageError


class Heard:
    """A speaker that remembers."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def complain(self, sentence: str) -> None:
        self.sentences.append(sentence)


def raising(error: BaseException) -> Callable[[], NoReturn]:
    def run() -> NoReturn:
        raise error

    return run


@pytest.mark.parametrize(("returned", "code"), [(None, DONE), (0, DONE), (3, SOME_FAILED)])
def test_what_the_command_returns_is_the_exit_code(returned: int | None, code: int) -> None:
    heard = Heard()
    assert exit_code(lambda: returned, heard) == code
    assert not heard.sentences


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (
            UsageError("no such person: Ana. Try: photoscribe people"),
            USAGE,
            "no such person: Ana. Try: photoscribe people",
        ),
        (PhotoscribeError("it is so"), ERROR, "it is so"),
        (Unavailable("the library is locked"), ERROR, "the library is locked"),
        (Undecodable(), ERROR, "Undecodable"),
    ],
)
def test_an_error_of_ours_is_its_own_sentence(error: Exception, code: int, sentence: str) -> None:
    heard = Heard()
    assert exit_code(raising(error), heard) == code
    assert heard.sentences == [sentence]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), typer.Abort()])
def test_an_interrupt_is_one_sentence(error: BaseException) -> None:
    heard = Heard()
    assert exit_code(raising(error), heard) == INTERRUPTED
    assert len(heard.sentences) == 1
    assert "goes on from there" in heard.sentences[0]


def test_an_unexpected_error_is_one_sentence_that_says_where_to_look(caplog: pytest.LogCaptureFixture) -> None:
    heard = Heard()
    with caplog.at_level(logging.CRITICAL):
        code = exit_code(raising(ZeroDivisionError("by zero\nand more")), heard, log=Path("here.log"))
    assert code == ERROR
    where = "the details are in here.log, or repeat it with -v."
    assert heard.sentences == [f"Something unexpected went wrong (ZeroDivisionError: by zero); {where}"]
    assert caplog.records[0].exc_info is not None


def test_without_a_log_the_remedy_is_verbose() -> None:
    heard = Heard()
    exit_code(raising(ZeroDivisionError()), heard)
    assert heard.sentences == [
        "Something unexpected went wrong (ZeroDivisionError); repeat it with -v for the details."
    ]


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), Unavailable("no disk")])
def test_verbose_shows_the_traceback_before_the_sentence(error: Exception) -> None:
    heard = Heard()
    exit_code(raising(error), heard, verbosity=1)
    assert heard.sentences[0] == "Traceback (most recent call last):"
    assert str(error) in heard.sentences[-1]


def test_a_wrong_option_is_refused_with_the_help_to_read() -> None:
    app, heard = typer.Typer(add_completion=False), Heard()

    @app.command()
    def index(path: str) -> None:
        pass

    assert exit_code(lambda: app(["--frob"], standalone_mode=False), heard) == USAGE
    assert heard.sentences[0].startswith("No such option: --frob. Try: ")
    assert heard.sentences[0].endswith(" --help")


def test_an_exit_on_purpose_keeps_its_code() -> None:
    assert exit_code(raising(typer.Exit(3)), Heard()) == 3


def in_a_process(body: str, shell: str) -> subprocess.CompletedProcess[str]:
    """Runs the ladder over a body of code as a program of its own, `$PROGRAM` in the shell line."""
    program = f"""
        import sys
        from photoscribe.cli.ladder import exit_code
        from photoscribe.cli.output import Output
        output = Output()
        def run():
{textwrap.indent(textwrap.dedent(body), " " * 12)}
        sys.exit(exit_code(run, output))
    """
    return subprocess.run(
        ["bash", "-c", shell],
        env={"PROGRAM": textwrap.dedent(program), "PYTHON": sys.executable, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_reader_who_leaves_ends_the_program_quietly() -> None:
    body = """
    for number in range(100_000):
        output.record({"number": number})
    """
    done = in_a_process(body, '"$PYTHON" -c "$PROGRAM" | head -n 1; exit ${PIPESTATUS[0]}')
    assert (done.stdout, done.stderr, done.returncode) == ('{"number": 0}\n', "", NOBODY_READS)


def test_a_broken_pipe_of_a_helper_process_is_not_taken_for_a_reader_who_left() -> None:
    done = in_a_process(
        'output.text("x"); raise BrokenPipeError("exiftool died")',
        '"$PYTHON" -c "$PROGRAM" | cat; exit ${PIPESTATUS[0]}',
    )
    assert done.returncode == ERROR
    assert "exiftool died" in done.stderr
    assert done.stdout == "x\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_output_that_finds_the_disk_full_is_an_error_with_one_sentence() -> None:
    done = in_a_process('output.text("x")', '"$PYTHON" -c "$PROGRAM" > /dev/full')
    assert done.returncode == ERROR
    assert len(done.stderr.splitlines()) == 1
    assert "No space left" in done.stderr
