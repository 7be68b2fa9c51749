"""Similar photos: the looks in memory follow the library."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from photoscribe.app.lookalikes import LEAST, RENEW_SECONDS, Lookalikes, Looks, as_matrix
from photoscribe.core.kinship import Traits
from photoscribe.core.looks import LENGTH
from photoscribe.core.photo import PhotoId

SKY, SEA = bytes([100] * LENGTH), bytes([140] * LENGTH)


class Table:
    """Looks by photo id, and how often and from where they were read."""

    def __init__(self, looks: dict[int, bytes]) -> None:
        self.rows, self.reads, self.number, self.now = looks, list[int](), 1, 0.0
        self.beside: list[int] = []

    def looks(self, after: PhotoId) -> Looks:
        self.reads.append(after)
        return as_matrix([(id_, look) for id_, look in sorted(self.rows.items()) if id_ > after])

    def near(self, photo: PhotoId, most: int) -> Sequence[PhotoId]:
        return [PhotoId(id_) for id_ in self.beside]

    def traits(self, photos: Collection[PhotoId]) -> Mapping[PhotoId, Traits]:
        return {id_: Traits(position=(42.0, 13.0)) for id_ in photos}

    def revision(self) -> int:
        return self.number

    def change(self, **looks: bytes) -> None:
        self.rows |= {int(id_[1:]): look for id_, look in looks.items()}
        self.number += 1


def alike(table: Table) -> Lookalikes:
    return Lookalikes(table, table, lambda: table.now)


def ids(found: Sequence[tuple[PhotoId, float]]) -> list[int]:
    return [id_ for id_, _ in found]


def test_the_most_similar_come_first_and_never_the_photo_itself() -> None:
    found = alike(Table({1: SKY, 2: SEA, 3: SKY, 4: SKY})).of(PhotoId(1), 2)
    assert found == [(4, 1.0), (3, 1.0)]


def test_looks_are_read_once_as_long_as_nothing_changes() -> None:
    table = Table({1: SKY, 2: SKY})
    similar = alike(table)
    assert ids(similar.of(PhotoId(1), 9)) == ids(similar.of(PhotoId(1), 9)) == [2]
    assert table.reads == [0]


def test_new_photos_are_found_by_reading_the_tail() -> None:
    table = Table(dict.fromkeys(range(1, 3000), SEA))
    similar = alike(table)
    similar.of(PhotoId(1), 1)
    table.change(_3001=SKY, _3002=SKY)
    assert ids(similar.of(PhotoId(3001), 1)) == [3002]
    assert table.reads == [0, 1999]


def test_a_photo_opened_late_is_not_overlooked() -> None:
    table = Table({1: SKY, 3: SKY})
    similar = alike(table)
    assert ids(similar.of(PhotoId(1), 9)) == [3]
    table.change(_2=SKY)
    assert ids(similar.of(PhotoId(1), 9)) == [3, 2]


def test_a_picture_that_changed_is_seen_in_time() -> None:
    table = Table(dict.fromkeys(range(1, 3000), SEA) | {5: SKY, 6: SKY})
    similar = alike(table)
    assert ids(similar.of(PhotoId(5), 1)) == [6]
    table.change(_5=SEA)
    table.now = RENEW_SECONDS + 1
    assert 6 not in ids(similar.of(PhotoId(5), 3))


def test_a_photo_without_a_look_has_those_near_it() -> None:
    table = Table({1: SKY})
    table.beside = [1, 7]
    found = alike(table).of(PhotoId(9), 9)
    assert all(share >= LEAST for _, share in found)
    assert alike(Table({})).of(PhotoId(1), 9) == []


def test_looks_of_an_older_version_are_left_out() -> None:
    found, matrix = as_matrix([(1, b"short"), (2, SKY)])
    assert (found.tolist(), matrix.shape) == ([2], (1, LENGTH))
    assert matrix.dtype == np.uint8
    assert as_matrix([])[1].shape == (0, LENGTH)
