"""The argument line before any command sees it: options that hold everywhere, the default command, query terms.

Nothing here reads the disk or the environment: both are arguments.
"""

import difflib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from photoscribe.core.errors import UsageError

LIBRARY_VARIABLE = "PHOTOSCRIBE_LIBRARY"
HELP, VERSION = "--help", "--version"

_VERBOSITY = {"-v": 1, "--verbose": 1, "-vv": 2, "-q": -1, "--quiet": -1}
_TERM = re.compile(r"-[^-].+", re.DOTALL)
_SHIELD = "\0"  # cannot stand in an argument of a process, so it marks without ambiguity
_UNQUOTED_VALUE = re.compile(r'(?P<field>-?[a-z]+:)(?P<value>[^"]*\s[^"]*)', re.DOTALL)
_ANOTHER_TERM = re.compile(r"\s(?:-\S|[a-z]+:)")


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for every command. verbosity: -1 quiet, 0, 1 with reasons, 2 with everything."""

    library: Path
    json: bool = False
    verbosity: int = 0


@dataclass(frozen=True, slots=True)
class Invocation:
    """argv begins with a known command, or is `--help` or `--version`, or begins with an option nobody knows."""

    options: Options
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """commands: the first words there are. default: the command that a bare FOLDER means.

    is_there: whether a file or folder of that name is there.
    """

    commands: Collection[str]
    default: str
    is_there: Callable[[str], bool]


def invocation(
    argv: Sequence[str], grammar: Grammar, environment: Mapping[str, str], default_library: Path
) -> Invocation:
    """Takes the options out, before or after the command, up to a `--`. Raises UsageError.

    The library is the one named last, else the environment's, else the default.
    """
    library, json, verbosity, rest = environment.get(LIBRARY_VARIABLE), False, 0, []
    tokens = iter(argv)
    for token in tokens:
        if token == "--":  # noqa: S105  # no password
            rest += [token, *tokens]
        elif token in _VERBOSITY:
            if verbosity * _VERBOSITY[token] < 0:
                raise UsageError("quiet and verbose cannot both be had: leave -q or -v away")
            verbosity = max(-1, min(2, verbosity + _VERBOSITY[token]))
        elif token == "--json":  # noqa: S105  # no password
            json = True
        elif token == "--library" or token.startswith("--library="):  # noqa: S105  # no password
            library = token.partition("=")[2] if "=" in token else next(tokens, "")
            if not library:
                raise UsageError("--library needs a folder. Try: --library ~/photoscribe")
        else:
            rest.append(token)
    where = Path(library).expanduser() if library else default_library
    return Invocation(Options(where, json, verbosity), _with_command(rest, grammar))


def _with_command(rest: list[str], grammar: Grammar) -> tuple[str, ...]:
    first = rest[0] if rest else HELP
    if first in {HELP, "-h"}:
        return (HELP,)
    if first == VERSION:
        return (VERSION,)
    if first in grammar.commands or (first.startswith("-") and first != "--"):
        return tuple(rest)
    if first == "--" or grammar.is_there(first):
        return (grammar.default, *rest)
    close = difflib.get_close_matches(first, grammar.commands, n=1)
    raise UsageError(f"no such command or folder: {first}. Try: photoscribe {close[0] if close else HELP}")


def protect(arguments: Sequence[str]) -> list[str]:
    """Query terms such as `-person:Bob` or `-beach` so that no option parser takes them for options.

    One minus and two characters or more make a term: short options stand alone (`-0`). Nothing after `--` is touched.
    """
    end = list(arguments).index("--") if "--" in arguments else len(arguments)
    return [*(_SHIELD + a if _TERM.fullmatch(a) else a for a in arguments[:end]), *arguments[end:]]


def unprotect(argument: str) -> str:
    """The argument as it was given to protect()."""
    return argument.removeprefix(_SHIELD)


def query_line(arguments: Sequence[str]) -> str:
    """The arguments as one line of the query language.

    The shell has eaten the quotes of `person:"Ann Lee"`: a field whose value has spaces gets them back, unless another
    term follows inside the same argument, which then is a whole line: "person:Ann tag:beach".
    """
    return " ".join(_requoted(argument) for argument in arguments)


def _requoted(argument: str) -> str:
    found = _UNQUOTED_VALUE.fullmatch(argument)
    if found is None or _ANOTHER_TERM.search(found["value"]):
        return argument
    return f'{found["field"]}"{found["value"].strip()}"'
