"""Where the log goes: a small file that stays on this machine, and with -v the terminal as well."""

import logging
import logging.handlers
from collections.abc import Callable
from pathlib import Path

_ROOT = "photoscribe"
_FILE_BYTES = 1_000_000  # one file and one before it: enough for the last runs, never in the way


def start(verbosity: int, say: Callable[[str], None], folder: Path) -> Path | None:
    """Sends our log to a file in the folder, and to `say` from INFO (-v) or DEBUG (-vv).

    Returns the file, or None where it cannot be written: a full or read-only disk must not stop the work.
    """
    logging.raiseExceptions = verbosity > 1  # a disk that fills up must not print tracebacks of the log itself
    root = logging.getLogger(_ROOT)
    root.setLevel(logging.DEBUG if verbosity > 1 else logging.INFO)
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    if verbosity > 0:
        spoken = _Spoken(say)
        spoken.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        root.addHandler(spoken)
    path = folder / "photoscribe.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = logging.handlers.RotatingFileHandler(
            path, maxBytes=_FILE_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        root.addHandler(logging.NullHandler())
        return None
    kept.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    root.addHandler(kept)
    return path


class _Spoken(logging.Handler):
    """Lines go the way all sentences go, so that they do not tear the bar."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        try:
            for line in self.format(record).splitlines():
                self._say(line)
        except (OSError, ValueError, TypeError):
            self.handleError(record)
