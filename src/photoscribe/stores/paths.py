"""Paths as text that any database can hold, undecodable bytes included."""

import os
from pathlib import Path

# Python shows the undecodable byte 0xNN of a name as the lone surrogate U+DCNN, which UTF-8 cannot
# hold. They are kept as the private characters U+10DCNN, which no file name is known to use.
_SHIFT = 0x100000
_TO_TEXT = {code: code + _SHIFT for code in range(0xDC80, 0xDD00)}
_TO_PATH = {kept: code for code, kept in _TO_TEXT.items()}


def to_text(path: Path) -> str:
    return os.fspath(path).translate(_TO_TEXT)


def to_path(text: str) -> Path:
    return Path(text.translate(_TO_PATH))


def folder_of(path: Path) -> str:
    """The text of the folder that the path is in."""
    return to_text(path.parent)


def span_of(folder: Path) -> tuple[str, str]:
    """The least text of a path inside the folder, and the first text after all of them.

    LIKE is no help: in SQLite it takes capitals for small letters, and then no index.
    """
    prefix = prefix_of(folder)
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def prefix_of(folder: Path) -> str:
    """What the text of every path inside the folder begins with."""
    text = to_text(folder)
    return text if text.endswith(os.sep) else text + os.sep
