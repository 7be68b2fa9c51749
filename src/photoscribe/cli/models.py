"""models: what computes, under which licence, and choosing another."""

from pathlib import Path
from typing import Annotated

import typer

from photoscribe.cli.session import absolute, session
from photoscribe.core.errors import UsageError

app = typer.Typer(add_completion=False)


@app.callback(invoke_without_command=True)
def models(context: typer.Context) -> None:
    """List the models: where they come from, their licence, their size, and whether they are here."""
    if context.invoked_subcommand is not None:
        return
    run = session(context)
    rows = run.application.models()
    if run.output.json_lines:
        for row in rows:
            run.output.record(row)
        return
    columns = ("model", "used", "licence", "use", "megabytes", "installed", "origin")
    run.output.table(columns, [[row[column] for column in columns] for row in rows])


@app.command()
def use(
    context: typer.Context,
    name: str,
    yes: Annotated[bool, typer.Option("--yes", help="Accept the licence without being asked.")] = False,
) -> None:
    """Use another model for this library. Faces are computed anew at the next index; everything you said is kept."""
    run = session(context)
    pack = run.application.pack_named(name)
    if pack.needs_consent and not yes:
        run.output.complain(f"{pack.name}: {pack.licence}. {pack.notes}")
        if not (run.interactive and typer.confirm("Do you accept this?", err=True)):
            raise UsageError(f"{pack.name} was not chosen. To accept its licence: photoscribe models use {name} --yes")
    run.application.use(pack)
    run.output.tell(f"{pack.name} will be used from the next index on: photoscribe index")


@app.command()
def install(context: typer.Context, file: Path) -> None:
    """Install a model that was fetched by hand, for a machine without a network."""
    run = session(context)
    for name in run.application.install(absolute(file)):
        run.output.text(f"installed: {name}")
