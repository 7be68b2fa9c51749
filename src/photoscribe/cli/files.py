"""write, history, undo: what goes into the files, and what is taken back."""

from typing import Annotated, Any

import typer

from photoscribe.app.writing import Receipt, Target
from photoscribe.cli.ladder import SOME_FAILED
from photoscribe.cli.photos import QUERY
from photoscribe.cli.session import Session, query_of, session
from photoscribe.core.changes import ChangeId


def write(
    context: typer.Context,
    query: QUERY = None,
    to: Annotated[Target, typer.Option(help="Where: into the file, into IMG.jpg.xmp beside it, or both.")] = "file",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be written.")] = False,
) -> None:
    """Put what you said into the files, for every other program to see: names, tags, texts. Undone by `undo`."""
    run = session(context)
    writing = run.application.writing
    asked = query_of(query)
    receipts = writing.plan(asked, to) if dry_run else writing.write(asked, to)
    counts: dict[str, int] = {}
    for receipt in receipts:
        counts[receipt.outcome] = counts.get(receipt.outcome, 0) + 1
        _show(run, receipt, None if dry_run else writing.change)
    _summary(run, counts, None if dry_run else writing.change)
    _end(counts)


def history(context: typer.Context) -> None:
    """List everything that was done, newest first."""
    run = session(context)
    changes = run.application.library.history.all()
    for one in changes:
        row = {"change": one.id, "at": one.at, "kind": one.kind, "summary": one.summary}
        if run.output.json_lines:
            run.output.record({**row, "undoes": one.undoes, "undone_by": one.undone_by})
    if not run.output.json_lines:
        rows = [(one.id, f"{one.at:%Y-%m-%d %H:%M}", one.summary, one.undone_by) for one in changes]
        run.output.table(("change", "at (UTC)", "what", "undone by"), rows)


def undo(
    context: typer.Context,
    change: Annotated[int | None, typer.Argument(help="As `history` lists it; else the newest that stands.")] = None,
) -> None:
    """Take a change back, in the library and in the files. Undo the undo to do it again."""
    run = session(context)
    undone = run.application.undoing.undo(None if change is None else ChangeId(change))
    failed = [one for one in undone.receipts if one.outcome != "restored"]
    files = len(undone.receipts) - len(failed)
    if run.output.json_lines:
        shown = [_row(one, undone.change) for one in undone.receipts]
        run.output.record(
            {"change": undone.change, "undoes": undone.undoes, "faces": undone.faces, "files": files, "receipts": shown}
        )
    else:
        run.output.text(
            f"Undone: {undone.summary} ({undone.faces} faces, {files} files). "
            f"To do it again: photoscribe undo {undone.change}"
        )
    for one in failed:
        run.output.complain(f"{one.file}: {one.reason}")
    if failed:
        raise typer.Exit(SOME_FAILED)


def _show(run: Session, receipt: Receipt, change: ChangeId | None) -> None:
    if run.output.json_lines:
        run.output.record(_row(receipt, change))
        return
    if receipt.outcome == "same":
        return
    run.output.text(f"{receipt.outcome}: {receipt.file}" + (f" ({receipt.reason})" if receipt.reason else ""))
    if receipt.outcome in {"planned", "refused"}:
        for field in receipt.changes:
            gone = [f"-{value}" for value in field.before if value not in field.after]
            new = [f"+{value}" for value in field.after if value not in field.before]
            run.output.text(f"  {field.field}: {' '.join(gone + new)}")


def _row(receipt: Receipt, change: ChangeId | None) -> dict[str, Any]:
    changes = [{"field": one.field, "before": one.before, "after": one.after} for one in receipt.changes]
    return {
        "path": receipt.path,
        "file": receipt.file,
        "outcome": receipt.outcome,
        "changes": changes,
        "reason": receipt.reason,
        "change": change,
    }


def _summary(run: Session, counts: dict[str, int], change: ChangeId | None) -> None:
    if not counts:
        run.output.tell("Nothing to write: nothing was said yet. Try: photoscribe people groups, or: photoscribe tags")
        return
    run.output.tell(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) + ".")
    if change is not None:
        run.output.tell(f"Take it back with: photoscribe undo {change}")


def _end(counts: dict[str, int]) -> None:
    if counts.get("refused", 0) + counts.get("failed", 0):
        raise typer.Exit(SOME_FAILED)
