"""index, problems, status: bringing photos in, and what could not be."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from photoscribe.app.indexing import IndexReport
from photoscribe.app.jobs import JobRecord
from photoscribe.app.ports import Progress
from photoscribe.cli import serve
from photoscribe.cli.ladder import SOME_FAILED
from photoscribe.cli.output import Count
from photoscribe.cli.session import Session, absolute, session
from photoscribe.core.errors import UsageError

PATHS = Annotated[list[Path] | None, typer.Argument(help="Folders or photos; none means all that the library knows.")]


def index(context: typer.Context, paths: PATHS = None) -> None:
    """Index photos where they are: find faces, read metadata, group who is alike. Run again, it does what is new."""
    run = session(context)
    report = _indexed(run, paths or [])
    if run.output.json_lines:
        run.output.record(asdict(report))
    else:
        run.output.text(_sentence(report))
    _end(run, report)


def look(context: typer.Context, paths: PATHS = None, port: serve.PORT = None, no_open: serve.NO_OPEN = False) -> None:
    """Serve the web app, open it, and index folders meanwhile: what `photoscribe FOLDER...` means."""
    run = session(context)
    wanted = [absolute(path) for path in paths or []]
    known = run.application.library.catalogue.roots()
    for path in wanted:
        if not path.exists() and not any(path.is_relative_to(root) for root in known):
            raise UsageError(f"no such file or folder: {path}")
    jobs = run.application.jobs
    watched = _Watched(run)
    jobs.listen(watched)

    def index_now() -> None:
        watched.job = jobs.add("index", {"paths": [str(path) for path in wanted]}).id

    with watched:
        serve.run_server(run, serve.Asked(port=port, open_browser=not no_open), started=index_now)


class _Watched:
    """Shows one job as the terminal's progress; called from the thread that works."""

    def __init__(self, run: Session) -> None:
        self._run, self._stack = run, ExitStack()
        self._count: Count | None = None
        self.job: int | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __call__(self, job: JobRecord) -> None:
        if self.job is not None and job.id != self.job:
            return
        if job.state == "running" and job.total is not None:
            if self._count is None:
                self._count = self._stack.enter_context(self._run.output.counting("Indexing"))
            self._count(job.done, job.total, f"{job.failed} failed" if job.failed else "")
        elif job.is_over:
            self._stack.close()
            self._count = None
            if job.state == "failed":
                self._run.output.complain(job.message)
            elif job.result is not None:
                self._run.output.tell(_sentence(IndexReport(**cast("dict[str, Any]", job.result))))


def problems(context: typer.Context) -> None:
    """List the photos that could not be read or analysed, and why; and the files that are no photos."""
    run = session(context)
    library = run.application.library
    rows: list[tuple[Path, str, str, int]] = [
        (one.path, one.step, one.error, one.attempts) for one in library.catalogue.problems()
    ]
    left_out = library.catalogue.skipped_under(library.catalogue.roots())
    rows += [(one.path, "scan", one.reason, 1) for one in left_out if one.failed or run.output.json_lines]
    if run.output.json_lines:
        for path, step, error, attempts in rows:
            run.output.record({"path": path, "step": step, "error": error, "attempts": attempts})
        return
    run.output.table(("photo", "step", "error", "attempts"), rows)
    others = sum(not one.failed for one in left_out)
    if others:
        run.output.tell(f"{others} other files are no photos; --json lists them too.")


def status(context: typer.Context) -> None:
    """Count what is in the library."""
    run = session(context)
    application = run.application
    present, missing = application.library.catalogue.counts()
    progress = application.library.ledger.progress(application.origins)
    counts = {
        "library": application.settings.library,
        "photos": present,
        "missing": missing,
        "pending": progress.pending,
        "failed": progress.failed,
        "faces": application.library.faces.count(),
        "people": len(application.recognising.people()),
        "groups": len(application.recognising.groups()),
    }
    if run.output.json_lines:
        run.output.record(counts)
    else:
        run.output.table(("what", "count"), list(counts.items()))


def _indexed(run: Session, paths: Sequence[Path]) -> IndexReport:
    with run.output.counting("Indexing") as count:

        def emit(progress: Progress) -> None:
            done = progress.done + progress.failed
            count(done, done + progress.pending, f"{progress.failed} failed" if progress.failed else "")

        return run.application.indexing.index([absolute(path) for path in paths], emit)


def _end(run: Session, report: IndexReport) -> None:
    if report.failed:
        run.output.tell(f"{report.failed} could not be read: photoscribe problems")
        raise typer.Exit(SOME_FAILED)


def _sentence(report: IndexReport) -> str:
    parts = [f"{report.photos} photos with {report.faces} faces", f"{report.new} new"]
    parts += [f"{report.changed} changed"] if report.changed else []
    parts += [f"{report.moved} moved"] if report.moved else []
    parts += [f"{report.missing} missing"] if report.missing else []
    speed = f" ({report.photos_per_second:.1f} photos a second)" if report.new + report.changed else ""
    return f"{', '.join(parts)}; {report.seconds:.1f} seconds{speed}."
