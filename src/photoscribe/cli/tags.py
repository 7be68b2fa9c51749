"""tags and its commands: what photos are about."""

from pathlib import Path
from typing import Annotated

import typer

from photoscribe.app.choosing import Photos
from photoscribe.cli.arguments import query_line
from photoscribe.cli.query_command import QueryCommand
from photoscribe.cli.session import absolute, session
from photoscribe.core.errors import UsageError

app = typer.Typer(no_args_is_help=False, add_completion=False)

TAG = Annotated[str, typer.Argument(metavar="TAG", help='Parts from general to special: "Places/Italy".')]
WHICH = Annotated[
    list[str] | None, typer.Argument(metavar="QUERY|FOLDER", help="A folder means all photos in it and below.")
]
DRY_RUN = Annotated[bool, typer.Option("--dry-run", help="Only count the photos.")]


@app.callback(invoke_without_command=True)
def tags(context: typer.Context) -> None:
    """List the tags of the library; its commands say which photos have them."""
    if context.invoked_subcommand is not None:
        return
    run = session(context)
    found = run.application.library.words.tags()
    if run.output.json_lines:
        for one in found:
            run.output.record({"tag": one.tag, "photos": one.photos, "suggested": one.suggested})
        return
    run.output.table(("tag", "photos", "suggested"), [(one.tag, one.photos, one.suggested) for one in found])
    if not found:
        run.output.tell("There are no tags yet. Try: photoscribe tags add Holidays FOLDER")


@app.command(cls=QueryCommand)
def add(context: typer.Context, tag: TAG, which: WHICH = None, dry_run: DRY_RUN = False) -> None:
    """Tag photos: tags add Places/Italy ~/Pictures/Rome, or tags add Holidays taken:2019-08."""
    run = session(context)
    run.said(run.application.tagging.tag(tag, photos_of(which), dry_run=dry_run))


@app.command(cls=QueryCommand)
def remove(context: typer.Context, tag: TAG, which: WHICH = None, dry_run: DRY_RUN = False) -> None:
    """Take a tag away; tags below it stay. The next `write` takes it out of the files."""
    run = session(context)
    run.said(run.application.tagging.untag(tag, photos_of(which), dry_run=dry_run))


@app.command(cls=QueryCommand)
def confirm(context: typer.Context, tag: TAG, which: WHICH = None, dry_run: DRY_RUN = False) -> None:
    """Say that a tag is right where it was suggested."""
    run = session(context)
    run.said(run.application.tagging.confirm(tag, photos_of(which), dry_run=dry_run))


@app.command(cls=QueryCommand)
def reject(context: typer.Context, tag: TAG, which: WHICH = None, dry_run: DRY_RUN = False) -> None:
    """Say that a tag is wrong on photos that have it. It is remembered for ever."""
    run = session(context)
    run.said(run.application.tagging.reject(tag, photos_of(which), dry_run=dry_run))


def photos_of(words: list[str] | None) -> Photos:
    """One word that is a folder or file on the disk means that; all else is a query. Raises UsageError for none."""
    if not words:
        raise UsageError("say which photos: a folder or a query. Try: photoscribe tags add Holidays taken:2019-08")
    if len(words) == 1 and absolute(Path(words[0])).exists():
        return Photos(folder=absolute(Path(words[0])))
    return Photos(query=query_line(words))
