"""What the program says: data on stdout, everything else on stderr.

stdout gets bytes: the locale of a person's shell must not decide whether a photo's name can be said.
"""

import io
import json
import os
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import PurePath
from typing import Any, BinaryIO, Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

_SECONDS_BETWEEN_LINES = 10.0
# Lone surrogates stand for bytes of a name that is not UTF-8; the others end a line for some readers of JSON lines.
_NOT_IN_JSON_LINES = re.compile("[\ud800-\udfff\x85\u2028\u2029]")


class Count(Protocol):
    """A count that a person watches."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


class Output:
    """The two streams of one run. verbosity: as in Options; quiet leaves only errors on stderr."""

    def __init__(
        self,
        *,
        json_lines: bool = False,
        verbosity: int = 0,
        stdout: BinaryIO | None = None,
        stderr: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.json_lines = json_lines
        self._quiet = verbosity < 0
        self._out = stdout or sys.stdout.buffer
        self._out_is_terminal = self._out.isatty()
        self._err = stderr or sys.stderr
        self._bar: Progress | None = None
        self._clock = clock

    def record(self, record: Mapping[str, Any]) -> None:
        """One line of JSON."""
        self._write(json_line(record) + b"\n")

    def text(self, sentence: str) -> None:
        """A line for a person who asked for it: data, so it goes to stdout."""
        self._write(shown(sentence).encode() + b"\n")

    def path(self, path: str | PurePath, end: bytes = b"\n") -> None:
        r"""A path in its own bytes, so that it can be handed on. end: b"\0" where names may hold line ends."""
        self._write(os.fsencode(path) + end)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Numbers to the right. On a terminal with borders and heads, in a pipe as tab-separated values without."""
        if not self._out_is_terminal:
            for row in rows:
                self._write("\t".join(shown(cell) for cell in row).encode() + b"\n")
            return
        cells = [[shown(cell) for cell in row] for row in rows]
        table = Table(header_style="bold")
        for index, column in enumerate(columns):
            numeric = bool(cells) and all(_is_number(row[index]) for row in cells)
            table.add_column(column, justify="right" if numeric else "left", overflow="fold")
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        terminal = io.TextIOWrapper(self._out, encoding="utf-8", newline="\n")
        Console(file=terminal).print(table)
        terminal.detach()  # flushes; else the wrapper would close stdout when it goes

    def flush(self) -> None:
        """Let whoever reads stdout have what was said so far."""
        self._out.flush()

    def tell(self, sentence: str) -> None:
        """A sentence beside the data: what was done, what to do next. Left out when quiet."""
        if not self._quiet:
            self.complain(sentence)

    def complain(self, sentence: str) -> None:
        """A sentence that is said even when quiet."""
        if self._bar is not None:  # which redraws itself below the sentence
            self._bar.console.print(Text(shown(sentence)), soft_wrap=True)
            return
        self._err.write(shown(sentence) + "\n")
        self._err.flush()

    @contextmanager
    def counting(self, title: str) -> Iterator[Count]:
        """A bar on a terminal; elsewhere a line now and then; nothing when quiet."""
        if self._quiet:
            yield _say_nothing
        elif not self._err.isatty():
            yield _Lines(title, self.complain, self._clock)
        else:
            try:
                with _bar(Console(file=self._err)) as self._bar:
                    yield _Shown(self._bar, shown(title))
            finally:
                self._bar = None

    def _write(self, line: bytes) -> None:
        self._out.write(line)
        if self._out_is_terminal:
            self._out.flush()


def _bar(console: Console) -> Progress:
    words = TextColumn("{task.description}", markup=False), TextColumn("{task.fields[note]}", markup=False)
    return Progress(
        words[0], BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), words[1], console=console, transient=True
    )


def json_line(value: Any) -> bytes:
    r"""JSON in UTF-8 without a line end. Every reader can take it, whatever bytes a path holds.

    A byte that is not UTF-8 becomes its surrogate as an escape (\udcff for 0xff): `os.fsencode` of the string that a
    reader gets is the path again.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
    return _NOT_IN_JSON_LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def _plain(value: object) -> object:
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if hasattr(value, "item"):  # numpy's numbers
        return value.item()
    raise TypeError(f"no JSON for {type(value).__name__}")


def shown(value: object) -> str:
    r"""Text that is safe to show: a name cannot move the cursor, break the line or stop the encoder.

    Control characters become \xNN, bytes that are not UTF-8 too; None is "", a float has three digits.
    """
    if value is None:
        return ""
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return text if text.isprintable() else "".join(map(_safe, text))


def _safe(character: str) -> str:
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _BIDI:
        return character.encode("unicode_escape").decode()
    return character


# Marks that turn the direction of what follows, by which a name can be made to read as another.
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?[\d.]*", cell) is not None


class _Shown:
    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=None, note="")

    def __call__(self, done: int, total: int, note: str = "") -> None:
        self._progress.update(self._task, completed=done, total=total, note=shown(note))


def _say_nothing(done: int, total: int, note: str = "") -> None:
    pass


class _Lines:
    """A line each ten seconds, and none for what is done sooner."""

    def __init__(self, title: str, write: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._title, self._write, self._clock = title, write, clock
        self._last = clock()

    def __call__(self, done: int, total: int, note: str = "") -> None:
        now = self._clock()
        if now - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = now
            self._write(f"{self._title}: {done} of {total}{', ' + note if note else ''}")
