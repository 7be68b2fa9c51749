"""The wall around other people's decoders: what they raise, and what they say, stops here."""

import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from photoscribe.core.errors import PhotoscribeError, Undecodable

_FOREIGN = r"(PIL|pillow_heif|rawpy|av|pydicom|numpy|photoscribe\.media)(\.|$)"

_PILLOW_IS_NOT_SURE = "not identified by this driver"


@contextmanager
def foreign(what: str) -> Iterator[None]:
    """Turns everything a foreign library raises into Undecodable, in one line, and mutes its warnings.

    what: finishes "broken ...", a format's name. Our own errors pass. Do no disk access inside: an OSError
    from a disk would be taken for a fault of the photo.
    """
    with _muted():
        try:
            yield
        except PhotoscribeError:
            raise
        except MemoryError as error:
            raise Undecodable(f"{what} needs more memory than there is. Try: a smaller copy") from error
        except Exception as error:
            raise Undecodable(f"broken {what}: {one_line(error)}") from error


def one_line(error: BaseException) -> str:
    """The first line of what it says, at most 160 characters, unless only a programmer could read it."""
    if isinstance(error, struct.error | IndexError | EOFError):
        return "it ends too early, or its structure is damaged"
    if error.args and isinstance(error.args[0], BaseException):  # as Pillow wraps what it met
        return one_line(error.args[0])
    said = getattr(error, "strerror", None) or (error.args[0] if error.args else "")
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)  # LibRaw's come as bytes
    lines = text.strip().splitlines()
    if not lines or lines[0] == _PILLOW_IS_NOT_SURE:
        return "its header is damaged, or of a kind not supported here"
    return lines[0].strip()[:160]


class _Mute:
    """Filters are the process's, not the thread's: the first one in mutes, the last one out restores.

    warnings.catch_warnings in two overlapping threads would leave the filters of one in place for ever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before: warnings.catch_warnings[None] | None = None

    def enter(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._before = warnings.catch_warnings()
                self._before.__enter__()
                warnings.filterwarnings("ignore", module=_FOREIGN)

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._before is not None:
                self._before.__exit__(None, None, None)
                self._before = None


_mute = _Mute()


@contextmanager
def _muted() -> Iterator[None]:
    _mute.enter()
    try:
        yield
    finally:
        _mute.leave()
