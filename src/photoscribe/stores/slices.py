"""Long lists in slices."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def parts(values: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Slices short enough for any database's limit on bound values."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
