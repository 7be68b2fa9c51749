"""people and its commands: who is who."""

from pathlib import Path
from typing import Annotated

import typer

from photoscribe.cli.session import absolute, chosen, session, targets_or_people
from photoscribe.core.errors import UsageError
from photoscribe.core.geometry import Box

app = typer.Typer(no_args_is_help=False, add_completion=False)

TARGETS = Annotated[list[str], typer.Argument(metavar="GROUP|FACE...", help="Groups like 3, faces like f12.")]
MOST_SHOWN = 200
PERSON = Annotated[str | None, typer.Option("--person", help="Whom it is about, when not the person it is taken for.")]


@app.callback(invoke_without_command=True)
def people(context: typer.Context) -> None:
    """List the people of the library; its commands say who is who."""
    if context.invoked_subcommand is not None:
        return
    run = session(context)
    found = run.application.recognising.people()
    if run.output.json_lines:
        for person in found:
            run.output.record({"person": person.name, "faces": person.faces, "photos": person.photos})
        return
    run.output.table(("person", "faces", "photos"), [(one.name, one.faces, one.photos) for one in found])
    if not found:
        run.output.tell("Nobody is named yet. Try: photoscribe people groups")


@app.command()
def groups(
    context: typer.Context,
    alike: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="How alike faces must be to group: 1 strictest, 0 loosest, 0.5 as calibrated."),
    ] = None,
) -> None:
    """List groups of faces that nobody has named, largest first. With --alike, group anew: strict, then looser."""
    run = session(context)
    recognising = run.application.recognising
    if alike is not None:
        recognising.regroup(alike)
    found = recognising.groups()
    if run.output.json_lines:
        for group in found:
            run.output.record(
                {
                    "group": group.id,
                    "faces": group.faces,
                    "sample": group.sample.path,
                    "sample_face": f"f{group.sample.id}",
                }
            )
        return
    run.output.table(("group", "faces", "sample"), [(one.id, one.faces, one.sample.path) for one in found])
    if found:
        run.output.tell(f"See who one is: photoscribe people show {found[0].id}")
        run.output.tell(f'Name it: photoscribe people name {found[0].id} "Ann"')


@app.command()
def show(
    context: typer.Context,
    targets: TARGETS,
    into: Annotated[Path | None, typer.Option(help="The picture to write; else one beside the library.")] = None,
) -> None:
    """Make a picture of the faces of groups, people or single faces, to see who they are: people show 3."""
    run = session(context)
    faces = run.application.recognising.shown(targets_or_people(targets))[:MOST_SHOWN]
    path = absolute(into) if into else run.application.settings.library / "cache" / "faces.jpg"
    try:
        path.write_bytes(run.application.sheet(faces))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}. Choose another place with --into") from error
    if run.output.json_lines:
        run.output.record({"path": path, "faces": [f"f{face.id}" for face in faces]})
    else:
        run.output.path(path)


@app.command()
def name(
    context: typer.Context,
    targets: TARGETS,
    person: Annotated[str | None, typer.Option("--as", help="The name; else it is the last word.", hidden=True)] = None,
) -> None:
    """Name groups or faces: people name 3 "Ann"."""
    run = session(context)
    if person is None:
        *targets, person = targets
    if not targets:
        raise UsageError('say which group or face, then the name: photoscribe people name 3 "Ann"')
    run.changed(run.application.editing.name(chosen(targets), person))


@app.command()
def confirm(context: typer.Context, targets: TARGETS, person: PERSON = None) -> None:
    """Confirm that faces are the people they are taken for."""
    run = session(context)
    run.changed(run.application.editing.confirm(chosen(targets), person))


@app.command()
def reject(context: typer.Context, targets: TARGETS, person: PERSON = None) -> None:
    """Say that faces are not the people they are taken for. It is remembered for ever."""
    run = session(context)
    run.changed(run.application.editing.reject(chosen(targets), person))


@app.command()
def ignore(
    context: typer.Context,
    targets: TARGETS,
    not_a_face: Annotated[bool, typer.Option("--not-a-face", help="They are no faces at all.")] = False,
) -> None:
    """Put faces away: never mind who they are."""
    run = session(context)
    run.changed(run.application.editing.ignore(chosen(targets), kind="not_a_face" if not_a_face else "ignored"))


@app.command()
def merge(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="PERSON... INTO", help="The last one stays.")],
) -> None:
    """Make several people one: people merge Annie "Ann Lee"."""
    run = session(context)
    *others, into = names
    run.changed(run.application.editing.merge(others, into))


@app.command()
def rename(context: typer.Context, old: str, new: str) -> None:
    """Give a person another name; the next write puts it into the files."""
    run = session(context)
    run.changed(run.application.editing.rename(old, new))


@app.command()
def split(
    context: typer.Context,
    targets: TARGETS,
    person: Annotated[str | None, typer.Option("--as", help="Who they are instead.")] = None,
) -> None:
    """Take faces out of the person or group whom they were given to."""
    run = session(context)
    run.changed(run.application.editing.split(chosen(targets), person))


@app.command()
def draw(
    context: typer.Context,
    path: Path,
    box: Annotated[str, typer.Argument(help="x,y,w,h as fractions of the upright picture, from its top left.")],
    person: Annotated[str | None, typer.Argument(metavar="NAME")] = None,
) -> None:
    """Add a face that was not found: people draw IMG.jpg 0.41,0.2,0.1,0.15 "Ann"."""
    run = session(context)
    run.changed(run.application.editing.draw(absolute(path), _box(box), person))


def _box(text: str) -> Box:
    try:
        x, y, w, h = (float(part) for part in text.split(","))
        return Box(x, y, w, h)
    except ValueError as error:
        raise UsageError(f"not a box: {text}. It is x,y,w,h between 0 and 1: 0.41,0.2,0.1,0.15") from error
