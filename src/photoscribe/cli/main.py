"""The command line: global options, the commands, and one ladder from exception to exit code."""

import os
import sys
from pathlib import Path

import typer

from photoscribe import __version__
from photoscribe.cli import accounts, files, indexing, ladder, logs, models, people, photos, serve, tags
from photoscribe.cli.arguments import HELP, VERSION, Grammar, Invocation, invocation
from photoscribe.cli.output import Output
from photoscribe.cli.query_command import QueryCommand
from photoscribe.cli.session import Session
from photoscribe.config import default_library
from photoscribe.core.errors import UsageError

DEFAULT_COMMAND = "look"

EPILOG = (
    "Options of every command: --library DIR (or PHOTOSCRIBE_LIBRARY), --json, -v, -q. "
    "Start with: photoscribe ~/Pictures"
)

app = typer.Typer(
    name="photoscribe",
    help="Find who is in your photos, name them, and write the names into the files.",
    epilog=EPILOG,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("index")(indexing.index)
app.command("problems")(indexing.problems)
app.command("status")(indexing.status)
app.command(DEFAULT_COMMAND, hidden=True)(indexing.look)
app.command("search", cls=QueryCommand)(photos.search)
app.command("faces", cls=QueryCommand)(photos.faces)
app.command("info")(photos.info)
app.add_typer(people.app, name="people", help="List people; name, confirm, reject, merge, split, ignore, draw.")
app.add_typer(tags.app, name="tags", help="List tags; add, remove, confirm, reject them.")
app.command("write", cls=QueryCommand)(files.write)
app.command("history")(files.history)
app.command("undo")(files.undo)
app.command("serve")(serve.serve)
app.add_typer(accounts.app, name="accounts", help="List accounts, or add, remove, or give a new password.")
app.add_typer(models.app, name="models", help="List the models with their licences, or choose others.")


def main() -> None:
    """Run one command and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(argv: list[str]) -> int:
    """Run one command; its exit code."""
    output = Output(json_lines="--json" in argv)
    try:
        asked = invocation(argv, _grammar(), os.environ, default_library())
    except UsageError as error:
        output.complain(str(error))
        return ladder.USAGE
    if asked.argv == (VERSION,):
        output.text(f"photoscribe {__version__}")
        return ladder.DONE
    output = Output(json_lines=asked.options.json, verbosity=asked.options.verbosity)
    log = None if asked.argv == (HELP,) else _log(asked, output)
    return ladder.exit_code(lambda: _run(asked, output), output, verbosity=asked.options.verbosity, log=log)


def _run(asked: Invocation, output: Output) -> int | None:
    session = Session(asked.options, output)
    try:
        code = app(list(asked.argv), obj=session, standalone_mode=False, prog_name="photoscribe")
    finally:
        session.close()
    return code if isinstance(code, int) else None


def _log(asked: Invocation, output: Output) -> Path | None:
    return logs.start(asked.options.verbosity, output.complain, asked.options.library)


def _grammar() -> Grammar:
    commands = [command.name for command in app.registered_commands] + [group.name for group in app.registered_groups]
    return Grammar([name for name in commands if name], DEFAULT_COMMAND, os.path.lexists)
