"""The way back is exact, and small."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.errors import WriteRefused
from photoscribe.metadata.patch import apply_patch, make_patch

RANDOM = random.Random(20261120)  # noqa: S311 -- test data
PHOTO = RANDOM.randbytes(2_000_000)


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_bytes_come_back_from_any_others(before: bytes, after: bytes) -> None:
    assert apply_patch(after, make_patch(before, after)) == before


@given(
    st.binary(min_size=60, max_size=300), st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=80)), max_size=5)
)
def test_bytes_that_were_cut_and_filled_in_several_places_come_back(
    before: bytes, changes: list[tuple[int, bytes]]
) -> None:
    after = bytearray(before * 3)
    for at, new in changes:
        after[at : at + len(new) // 2] = new
    assert apply_patch(bytes(after), make_patch(before * 3, bytes(after))) == before * 3


@pytest.mark.parametrize(
    ("after", "most"),
    [
        (PHOTO[:20_000] + RANDOM.randbytes(9_000) + PHOTO[23_000:], 3_500),
        (PHOTO[:4] + b"abcd" + PHOTO[8:] + RANDOM.randbytes(9_000), 200),
        (PHOTO[:100] + b"x" * 50 + PHOTO[120:900_000] + RANDOM.randbytes(5_000) + PHOTO[900_000:], 300),
        (PHOTO + b"x", 100),
        (PHOTO[1:], 100),
        (b"", 2_001_000),
    ],
)
def test_a_patch_holds_what_is_gone_and_little_more(after: bytes, most: int) -> None:
    start = time.thread_time()
    patch = make_patch(PHOTO, after)
    assert time.thread_time() - start < 0.5
    assert len(patch) <= most
    assert apply_patch(after, patch) == PHOTO


def test_an_old_packet_is_told_by_the_new_one() -> None:
    words = " ".join(f"<rdf:li>keyword {number}</rdf:li>" for number in range(2000)).encode()
    before = PHOTO[:1000] + words + PHOTO[1000:]
    after = PHOTO[:1000] + words.replace(b"keyword 7", b"Keyword 7") + b"<rdf:li>Ann</rdf:li>" + PHOTO[1000:]
    assert len(make_patch(before, after)) < len(words) / 10


@pytest.mark.parametrize("patch", [b"", b"PSP1", b"nonsense" * 20])
def test_a_patch_that_is_none_is_refused(patch: bytes) -> None:
    with pytest.raises(WriteRefused, match="record"):
        apply_patch(b"after", patch)


def test_a_patch_for_a_file_of_another_size_is_refused() -> None:
    with pytest.raises(WriteRefused, match="record"):
        apply_patch(b"other", make_patch(b"before", b"after!"))
