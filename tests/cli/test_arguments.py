"""The argument line: global options anywhere, the default command, query terms that look like options."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.cli.arguments import Grammar, Invocation, Options, invocation, protect, query_line, unprotect
from photoscribe.core.errors import UsageError
from photoscribe.core.query import parse

HOME = Path("/home/ann/.local/share/photoscribe")
COMMANDS = ("index", "people", "search", "undo", "write")


def read(*argv: str, folders: tuple[str, ...] = (), environment: dict[str, str] | None = None) -> Invocation:
    grammar = Grammar(COMMANDS, default="open", is_there=lambda path: path in folders)
    return invocation(argv, grammar, environment or {}, HOME)


@pytest.mark.parametrize(
    "argv",
    [
        ("--json", "-v", "--library", "lib", "index", "Pictures"),
        ("index", "Pictures", "--library", "lib", "--json", "-v"),
        ("--json", "index", "-v", "Pictures", "--library=lib"),
        ("index", "--verbose", "--library=lib", "Pictures", "--json"),
    ],
)
def test_global_options_hold_before_and_after_the_command(argv: tuple[str, ...]) -> None:
    assert read(*argv) == Invocation(Options(Path("lib"), json=True, verbosity=1), ("index", "Pictures"))


def test_without_options_the_library_is_the_default_one() -> None:
    assert read("index") == Invocation(Options(HOME), ("index",))


def test_the_environment_names_the_library_and_the_command_line_outranks_it() -> None:
    environment = {"PHOTOSCRIBE_LIBRARY": "/srv/photos"}
    assert read("undo", environment=environment).options.library == Path("/srv/photos")
    assert read("undo", "--library", "mine", environment=environment).options.library == Path("mine")
    assert read("undo", environment={"PHOTOSCRIBE_LIBRARY": ""}).options.library == HOME


def test_the_library_named_last_is_meant() -> None:
    assert read("--library", "a", "undo", "--library", "b").options.library == Path("b")


def test_a_tilde_that_the_shell_left_means_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert read("undo", "--library=~/lib").options.library == Path("/home/ann/lib")


@pytest.mark.parametrize("argv", [("undo", "--library"), ("--library=", "undo"), ("undo", "--library", "")])
def test_a_library_option_without_a_folder_is_refused_with_the_remedy(argv: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="Try: --library"):
        read(*argv)


@pytest.mark.parametrize(
    ("flags", "verbosity"),
    [(["-v"], 1), (["-vv"], 2), (["-v", "-v"], 2), (["-vv", "-v"], 2), (["-q"], -1), (["--quiet", "-q"], -1), ([], 0)],
)
def test_verbosity_adds_up_within_its_range(flags: list[str], verbosity: int) -> None:
    assert read("undo", *flags).options.verbosity == verbosity
    assert read(*flags, "undo").options.verbosity == verbosity


@pytest.mark.parametrize("flags", [("-q", "-v"), ("-vv", "--quiet")])
def test_quiet_and_verbose_together_are_refused(flags: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="leave -q or -v away"):
        read("undo", *flags)


def test_nothing_after_a_double_dash_is_an_option() -> None:
    found = read("index", "-v", "--", "--json", "-q", "--library", "-odd folder")
    assert found == Invocation(Options(HOME, verbosity=1), ("index", "--", "--json", "-q", "--library", "-odd folder"))


def test_a_folder_in_place_of_a_command_means_the_default_command() -> None:
    assert read("Pictures", folders=("Pictures",)).argv == ("open", "Pictures")
    assert read("--json", "my photos", "b", folders=("my photos",)).argv == ("open", "my photos", "b")
    assert read("--", "index", folders=()).argv == ("open", "--", "index")


def test_a_command_wins_over_a_folder_of_that_name() -> None:
    assert read("people", folders=("people",)).argv == ("people",)
    assert read("./people", folders=("./people",)).argv == ("open", "./people")


def test_a_misspelt_command_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(UsageError, match=r"^no such command or folder: indx\. Try: photoscribe index$"):
        read("indx")
    with pytest.raises(UsageError, match="Try: photoscribe --help"):
        read("/nowhere/at/all")


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ((), ("--help",)),
        (("--json",), ("--help",)),
        (("-h",), ("--help",)),
        (("--help", "index"), ("--help",)),
        (("--version",), ("--version",)),
        (("-v", "--version"), ("--version",)),
        (("index", "--help"), ("index", "--help")),
        (("--frobnicate", "index"), ("--frobnicate", "index")),
    ],
)
def test_help_version_and_unknown_options_are_left_to_the_parser(
    argv: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert read(*argv).argv == expected


def test_terms_with_a_minus_are_shielded_and_options_are_not() -> None:
    options = ["-0", "--dry-run", "--to", "file", "-", "person:Ann", "--"]
    assert protect(options) == options
    for term in ("-person:Bob", "-beach", '-"two words"', "-person:Ann Lee", "-ü:x", "-a\nb"):
        assert protect([term]) != [term]
        assert not protect([term])[0].startswith("-")


def test_nothing_after_a_double_dash_is_shielded() -> None:
    assert protect(["-beach", "--", "-beach"])[1:] == ["--", "-beach"]


@given(st.lists(st.text(st.characters(exclude_characters="\0"))))
def test_what_was_protected_comes_back_as_it_was(arguments: list[str]) -> None:
    assert [unprotect(argument) for argument in protect(arguments)] == arguments


@given(st.lists(st.text(st.characters(exclude_characters="\0"), min_size=1), max_size=6))
def test_any_argument_line_is_read_or_refused_with_a_sentence(argv: list[str]) -> None:
    try:
        found = read(*argv, folders=tuple(argv))
    except UsageError as refused:
        assert str(refused)  # noqa: PT017  # both ways are promised
    else:
        assert found.argv


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["person:Ann", "-person:Bob", "beach"], "person:Ann -person:Bob beach"),
        (["person:Ann Lee"], 'person:"Ann Lee"'),
        (["-person:Ann Lee", "tag:New York "], '-person:"Ann Lee" tag:"New York"'),
        (['person:"Ann Lee" beach'], 'person:"Ann Lee" beach'),
        (["person:Ann tag:beach"], "person:Ann tag:beach"),
        (["person:Ann -beach"], "person:Ann -beach"),
        (["two words"], "two words"),
        ([], ""),
    ],
)
def test_the_quotes_that_the_shell_ate_are_put_back(arguments: list[str], line: str) -> None:
    assert query_line(arguments) == line
    parse(line)
