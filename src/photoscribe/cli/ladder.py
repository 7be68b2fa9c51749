"""The one ladder from exception to message and exit code. Nobody sees a traceback who did not ask for it with -v."""

import logging
import os
import select
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import typer
from typer import TyperException

from photoscribe.core.errors import PhotoscribeError, UsageError

DONE, ERROR, USAGE, SOME_FAILED = 0, 1, 2, 3
INTERRUPTED = 130  # 128 + SIGINT, as shells say it
NOBODY_READS = 141  # 128 + SIGPIPE: what `| head` makes of other programs

logger = logging.getLogger(__name__)


class Speaker(Protocol):
    """Where sentences for the person go, as Output has them."""

    def complain(self, sentence: str) -> None: ...


def exit_code(run: Callable[[], int | None], speaker: Speaker, *, verbosity: int = 0, log: Path | None = None) -> int:
    """What the process ends with; None from `run` counts as done. log: where a traceback can be read afterwards.

    Output is flushed here, so that a full disk or a reader who left is told by the exit code too.
    """
    try:
        code = run() or DONE
        sys.stdout.flush()
    except (KeyboardInterrupt, typer.Abort):
        speaker.complain("Interrupted: what was finished is kept, the same command goes on from there.")
        code = INTERRUPTED
    except typer.Exit as wanted:
        code = wanted.exit_code
    except Exception as error:  # noqa: BLE001  # the last rung: nothing may fall through
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            code = NOBODY_READS
        else:
            code = _told(error, speaker, verbosity=verbosity, log=log)
    _settle_stdout()
    return code


def _told(error: Exception, speaker: Speaker, *, verbosity: int, log: Path | None) -> int:
    """Says what happened; returns the exit code for it."""
    if isinstance(error, TyperException):
        speaker.complain(_usage(error))
        return error.exit_code
    if verbosity > 0:
        for line in "".join(traceback.format_exception(error)).splitlines():
            speaker.complain(line)
    if isinstance(error, PhotoscribeError):
        speaker.complain(str(error) or type(error).__name__)
        return USAGE if isinstance(error, UsageError) else ERROR
    if log is not None and verbosity <= 0:
        logger.critical("unexpected", exc_info=error)
    speaker.complain(f"Something unexpected went wrong ({_kind(error)}); {_details(verbosity, log)}.")
    return ERROR


def _usage(refused: TyperException) -> str:
    text = refused.format_message().rstrip(".")
    context = getattr(refused, "ctx", None)
    return f"{text}. Try: {context.command_path} --help" if context else f"{text}."


def _kind(error: Exception) -> str:
    said = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _details(verbosity: int, log: Path | None) -> str:
    if verbosity > 0:
        return "the details are above"
    return f"the details are in {log}, or repeat it with -v" if log else "repeat it with -v for the details"


def _nobody_reads() -> bool:
    """Whether it is stdout's reader who left: a helper process that died breaks a pipe too, and that is an error."""
    try:
        sys.stdout.flush()
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & select.POLLERR for _, event in poll.poll(0))
    except BrokenPipeError:
        return True
    except (OSError, ValueError, AttributeError):  # no poll on Windows
        return False


def _settle_stdout() -> None:
    """What cannot be written is dropped: the interpreter would try once more at its end, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
