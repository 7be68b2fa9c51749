"""Queries pass typer whole."""

from pathlib import Path
from typing import Annotated

import pytest
import typer

from photoscribe.cli.query_command import QueryCommand


def run(*argv: str) -> tuple[list[str], bool, str, Path | None]:
    app, seen = typer.Typer(add_completion=False), []

    @app.command(cls=QueryCommand)
    def search(
        query: Annotated[list[str] | None, typer.Argument()] = None,
        nul: Annotated[bool, typer.Option("-0")] = False,
        to: str = "",
        into: Path | None = None,
    ) -> None:
        seen.append((query or [], nul, to, into))

    app(list(argv), standalone_mode=False)
    return seen[0]


def test_terms_with_a_minus_arrive_as_typed_and_options_keep_their_meaning() -> None:
    assert run("-person:Bob", "beach", "-0", "-café", "--to", "file") == (
        ["-person:Bob", "beach", "-café"],
        True,
        "file",
        None,
    )


def test_the_value_of_an_option_may_begin_with_a_minus() -> None:
    assert run("--to", "-odd")[2] == "-odd"


def test_names_that_are_not_utf_8_arrive_whole() -> None:
    assert run("-tag:caf\udce9", "a\udcff")[0] == ["-tag:caf\udce9", "a\udcff"]


@pytest.mark.parametrize("wrong", ["--dryrun", "-x"])
def test_a_misspelt_option_is_still_refused(wrong: str) -> None:
    with pytest.raises(typer.TyperException, match=wrong):
        run("beach", wrong)
