"""Who belongs together, before anybody was named, and without contradicting anybody who was."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from photoscribe.core.agglomeration import POOR, STRONG, WEAK, Agglomeration, Conflicts, Faces, Heights
from photoscribe.core.calibration import GroupingScale
from photoscribe.core.neighbours import Neighbours, check_unit_rows

Labels = NDArray[np.int32]

# How often faces of two people are as alike as two single ones must be to merge (cosine 0.48), in a million pairs of
# LFW, SFace, 2026-11-20: 10 as they are, 24 at 25 px, 90 at 17 px, 1219 blurred by 5 % of their width (sharpness 0.15
# at the median); but with good faces 8, 5 and 1: poor faces find each other, not wrong people. LFW has too few faces
# in profile to measure; WEAK_FRONTAL is below all of them.
WEAK_SIZE_PX, POOR_SIZE_PX = 20, 12
WEAK_SHARPNESS, POOR_SHARPNESS = 0.35, 0.2
WEAK_FRONTAL = 0.25


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of n faces besides their looks.

    photos: (n,) the photo of each; two faces of one photo are two people. persons: (n,) the confirmed
    person's number, -1 for nobody; outranks everything else. rejected: (m, 2) rows (face, person's number)
    of "not this person". grades: (n,) STRONG, WEAK or POOR; see `graded`. apart, together: (m, 2) pairs of faces said
    to be two people, or one, whoever they are.
    """

    photos: NDArray[np.int64]
    persons: NDArray[np.int64]
    rejected: NDArray[np.int64]
    grades: NDArray[np.int8]
    apart: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), np.int64))
    together: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), np.int64))

    def __post_init__(self) -> None:
        n = len(self.photos)
        if self.persons.shape != (n,) or self.grades.shape != (n,) or self.rejected.shape[1:] != (2,):
            raise ValueError("not columns of equal length")
        if len(self.rejected) and not (self.rejected[:, 0].min() >= 0 and self.rejected[:, 0].max() < n):
            raise ValueError("a rejection of a face that is not there")
        for pairs in (self.apart, self.together):
            if pairs.shape[1:] != (2,) or (len(pairs) and not (pairs.min() >= 0 and pairs.max() < n)):
                raise ValueError("a pair with a face that is not there")

    @classmethod
    def of_photos(cls, photos: NDArray[np.int64]) -> "Known":
        """Nothing but the photos: nobody confirmed or rejected, no face weak."""
        n = len(photos)
        return cls(photos, np.full(n, -1, np.int64), np.empty((0, 2), np.int64), np.full(n, STRONG, np.int8))


def group(
    vectors: NDArray[np.float32], neighbours: Neighbours, known: Known, *, scale: GroupingScale, alike: float = 0.5
) -> Labels:
    """Group faces of one person: (n,) group numbers from 0 in the order of their first face, -1 for a face alone.

    Average linkage on the graph of neighbours: the two groups with the most alike faces on the whole merge
    first, down to the threshold of `alike` (0 the loosest, 0.5 as calibrated, 1 the strictest; see GroupingScale).
    Faces confirmed as one person are together and faces of different persons apart, whatever they look like. Next in
    rank, faces said to be apart are never in one group, and faces said to be together are, unless a name, a rejection
    or a pair apart is in the way. Else no group holds two faces of one photo, or a face and a person it was rejected
    for. Two large groups that share hardly a
    photo still merge, and of its faces the most alike stays (see PARDON). A weak face joins a group without
    changing it, so it never bridges two. A stricter threshold only ever splits groups, where no row of neighbours is
    cut short and nothing was pardoned. Deterministic; equal vectors apart, independent of the order of the faces.
    """
    check_unit_rows(vectors)
    n = len(vectors)
    if len(neighbours) != n or len(known.photos) != n:
        raise ValueError(f"{n} faces with {len(neighbours)} neighbours and {len(known.photos)} photos")
    lowest = scale.threshold(alike)
    if neighbours.floor > lowest:
        raise ValueError(f"neighbours above {neighbours.floor} cannot be grouped at {lowest}")
    rank = _rank(vectors)
    start, fixed = _started(known.persons), known.persons >= 0
    fixed[known.together] = True
    faces = Faces(vectors, start, known.grades, fixed, rank)
    heights = Heights(lowest, scale.small_among(n), scale.weak, scale.both_weak)
    work = Agglomeration(faces, _conflicts(start, known), heights)
    row, column = np.nonzero(neighbours.similarities >= lowest)
    work.run(work.connect(row, neighbours.indices[row, column].astype(np.int64)))
    cut_short = np.flatnonzero(neighbours.complete_above > lowest)
    while work.run(work.connect(*work.unseen(cut_short))):
        pass
    work.join(_in_order(known.together, rank))
    return _numbered(work.outcome())


def graded(qualities: NDArray[np.float32]) -> NDArray[np.int8]:
    """How far a face may be trusted to tell people apart: (n,) STRONG, WEAK or POOR.

    qualities: (n, 3) size_px, sharpness, frontal, of which NaN, for not known, is taken for good.
    """
    size, sharpness, frontal = qualities.T
    weak = (size < WEAK_SIZE_PX) | (sharpness < WEAK_SHARPNESS) | (frontal < WEAK_FRONTAL)
    poor = (size < POOR_SIZE_PX) | (sharpness < POOR_SHARPNESS)
    return np.where(poor, POOR, np.where(weak, WEAK, STRONG)).astype(np.int8)


def reconcile(old: NDArray[np.int64], labels: Labels, first_free: int) -> NDArray[np.int64]:
    """Lasting group ids for new labels: (n,) ids, -1 for a face alone.

    old: (n,) ids these faces had, -1 for none. A new group takes the id with which it shares the most faces,
    each id given once, larger overlaps first, then lower ids; the others are numbered from first_free,
    which must be above every id ever given, so that an id never comes to mean another group.
    """
    if len(old) and old.max() >= first_free:
        raise ValueError(f"id {old.max()} is in use, so {first_free} is not free")
    both = (old >= 0) & (labels >= 0)
    pairs, shared = np.unique(np.stack([old[both], labels[both]]), axis=1, return_counts=True)
    given: dict[int, int] = {}
    taken: set[int] = set()
    for at in np.lexsort((pairs[1], pairs[0], -shared)).tolist():
        group_id, label = int(pairs[0, at]), int(pairs[1, at])
        if group_id not in taken and label not in given:
            given[label] = group_id
            taken.add(group_id)
    ids = np.full(int(labels.max(initial=-1)) + 1, -1, np.int64)
    for label in range(len(ids)):
        if label not in given:
            given[label] = first_free
            first_free += 1
        ids[label] = given[label]
    return np.where(labels >= 0, ids[labels] if len(ids) else -1, -1)


def _started(persons: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cluster each face begins in: its person's, or its own."""
    n = len(persons)
    own = np.where(persons >= 0, n + persons, np.arange(n))
    return np.unique(own, return_inverse=True)[1].astype(np.int64)


def _in_order(pairs: NDArray[np.int64], rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs in an order that does not depend on that of the faces."""
    ends = np.sort(rank[pairs], axis=1)
    return pairs[np.lexsort((ends[:, 1], ends[:, 0]))]


def _rank(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """A number for every face that depends on its vector alone (equal vectors by index), to settle ties."""
    order = np.lexsort(vectors[:, :4].T)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _conflicts(start: NDArray[np.int64], known: Known) -> Conflicts:
    _, number, faces_of = np.unique(known.photos, return_inverse=True, return_counts=True)
    photos: dict[int, dict[int, list[int]]] = {}
    for face in np.flatnonzero(faces_of[number] > 1).tolist():
        photos.setdefault(int(start[face]), {}).setdefault(int(number[face]), []).append(face)
    named = np.flatnonzero(known.persons >= 0)
    person = dict(zip(start[named].tolist(), known.persons[named].tolist(), strict=True))
    rejected: dict[int, set[int]] = {}
    for face, who in known.rejected.tolist():
        rejected.setdefault(int(start[face]), set()).add(who)
    apart: dict[int, set[int]] = {}
    for a, b in start[known.apart].tolist():
        if a != b:  # else a name says that they are one person
            apart.setdefault(a, set()).add(b)
            apart.setdefault(b, set()).add(a)
    return Conflicts(photos, person, rejected, apart)


def _numbered(cluster: NDArray[np.int64]) -> Labels:
    """Groups of at least two faces, numbered by their first face."""
    _, first, number, size = np.unique(cluster, return_index=True, return_inverse=True, return_counts=True)
    shown = size > 1
    label = np.full(len(size), -1, np.int32)
    label[shown] = np.argsort(np.argsort(first[shown])).astype(np.int32)
    return label[number]
