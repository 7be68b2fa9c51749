"""Average linkage over a graph of neighbours: clusters that look most alike merge first, unless something forbids it.

Exact: the mean cosine between two clusters is the product of the sums of their vectors over the number
of pairs, so no pair of faces is compared again, and a merge costs one product with the clusters nearby.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STRONG, WEAK, POOR = 0, 1, 2

PARDON = 0.05
"""The share of a cluster's faces that may stand in one photo with a face of the cluster it merges with.

A collage, a mirror or a face found twice would otherwise tear a person into pieces: each of its faces joins a part of
the person first, and keeps it from the other parts. Reckoned, not measured: if a person is twice in 0.5 % of
their photos, and people as alike as siblings share 20 %, one shared photo in 17 is as likely with either.
"""

_GRID = float(1 << 20)  # sums of float32 differ in the last bits by order; on this grid equal pairs stay equal
_BLOCK = 2048  # clusters compared at a time: 16 MB


@dataclass(frozen=True, slots=True)
class Heights:
    """How high a merge stands: the mean cosine, less what small and weak clusters must prove beyond it.

    lowest: merges below it are not made. small: subtracted for 1 / faces of either cluster, as a mean of few
    pairs scatters more. weak: subtracted when one cluster has no strong face. both_weak: when neither has.
    """

    lowest: float
    small: float = 0
    weak: float = 0
    both_weak: float = 0


@dataclass(frozen=True, slots=True)
class Faces:
    """What the clusters are made of, as columns of length n.

    start: cluster each face begins in, numbered from 0 without gaps. grade: STRONG, WEAK (joins a cluster with
    strong faces without counting in its mean) or POOR (joins nothing else). fixed: faces that stay in the
    cluster they begin in. rank: settles ties.
    """

    vectors: NDArray[np.float32]
    start: NDArray[np.int64]
    grade: NDArray[np.int8]
    fixed: NDArray[np.bool_]
    rank: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Centres:
    """Clusters as columns: sums (c, d) of the vectors of the faces that count, size (c,) how many these are.

    grade: (c,) of these, the best in the cluster; worse faces do not count.
    """

    sums: NDArray[np.float32]
    size: NDArray[np.float64]
    grade: NDArray[np.int8]


class Conflicts:
    """What forbids clusters to be one; clusters that merge inherit from each other.

    photos: of every cluster the photos with several faces, and its faces in them: these are different people.
    person: confirmed. rejected: persons that a face in the cluster is not. apart: for both of two clusters that are
    two people, the other one.
    """

    def __init__(
        self,
        photos: dict[int, dict[int, list[int]]],
        person: dict[int, int],
        rejected: dict[int, set[int]],
        apart: dict[int, set[int]],
    ) -> None:
        self._photos, self._person, self._rejected, self._apart = photos, person, rejected, apart

    def forbid(self, a: int, b: int) -> bool:
        """Whether a verdict keeps two clusters apart for good."""
        if b in self._apart.get(a, ()):
            return True
        one, other = self._person.get(a), self._person.get(b)
        if one is not None and (other is not None or one in self._rejected.get(b, ())):
            return True
        return other is not None and other in self._rejected.get(a, ())

    def shared(self, a: int, b: int) -> list[tuple[list[int], list[int]]]:
        """The faces of either in every photo in which both have one."""
        small, large = sorted((self._photos.get(a, {}), self._photos.get(b, {})), key=len)
        return [(faces, large[photo]) for photo, faces in small.items() if photo in large]

    def merge(self, into: int, gone: int) -> list[list[int]]:
        """Lets one cluster inherit from another; returns the faces of every photo that has become theirs twice."""
        if gone in self._person:
            self._person[into] = self._person.pop(gone)
        if rejected := self._rejected.pop(into, set()) | self._rejected.pop(gone, set()):
            self._rejected[into] = rejected
        for other in self._apart.pop(gone, ()):
            self._apart[other].discard(gone)
            self._apart[other].add(into)
            self._apart.setdefault(into, set()).add(other)
        small, large = sorted((self._photos.pop(into, {}), self._photos.pop(gone, {})), key=len)
        twice = [large[photo] for photo in small if photo in large]
        for photo, faces in small.items():
            large.setdefault(photo, []).extend(faces)
        if large:
            self._photos[into] = large
        return twice


class Agglomeration:
    """The state of one clustering: `connect` says where to look, `run` merges, `outcome` tells."""

    def __init__(self, faces: Faces, conflicts: Conflicts, heights: Heights) -> None:
        count = int(faces.start.max(initial=-1)) + 1
        self._faces, self._cluster = faces, faces.start.copy()
        self._evicted: list[int] = []
        self._conflicts, self._lowest, self._small = conflicts, heights.lowest, heights.small
        one, both = heights.weak, heights.both_weak
        self._lacking = np.array([[0, one, one], [one, both, np.inf], [one, np.inf, np.inf]])  # by grade and grade
        order = np.argsort(faces.start, kind="stable")
        self._members = np.split(order, np.flatnonzero(np.diff(faces.start[order])) + 1) if count else []
        self._first = np.array([members[0] for members in self._members], np.int64)  # leads from old numbers to new
        self._grade = np.full(count, POOR, np.int8)
        np.minimum.at(self._grade, faces.start, faces.grade)
        counted = faces.grade == self._grade[faces.start]
        self._size = np.bincount(faces.start[counted], minlength=count).astype(np.float64)
        self._sums = np.zeros((count, faces.vectors.shape[1]), np.float32)
        np.add.at(self._sums, faces.start[counted], faces.vectors[counted])
        self._rank = np.full(count, len(faces.start))
        np.minimum.at(self._rank, faces.start, faces.rank)
        self._version = np.zeros(count, np.int64)  # -1 once merged into another
        self._nearby: list[NDArray[np.int64]] = [np.empty(0, np.int64)] * count
        self._heap: list[tuple[float, int, int, int, int, int, int]] = []

    def connect(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
        """Makes pairs of faces a reason to look at their clusters; returns these clusters."""
        count = max(1, len(self._members))
        left, right = self._cluster[one], self._cluster[other]
        pairs = _distinct(np.concatenate([left * count + right, right * count + left]))
        left, right = pairs // count, pairs % count
        own, starts = np.unique(left, return_index=True)
        ends = np.append(starts, len(right))[1:]
        for cluster, first, last in zip(own.tolist(), starts.tolist(), ends.tolist(), strict=True):
            self._nearby[cluster] = np.concatenate([self._nearby[cluster], right[first:last]])
        return own

    def run(self, clusters: NDArray[np.int64]) -> int:
        """Merges, highest first, until nothing stands high enough; begins with what is near these clusters.

        Returns the number of merges.
        """
        before = np.count_nonzero(self._version >= 0)
        for own in clusters.tolist():
            self._push(own)
        while self._heap:
            _, _, _, a, version_a, b, version_b = heapq.heappop(self._heap)
            if self._version[a] == version_a:
                self._push(self._merge(a, b) if self._version[b] == version_b else a)
        return int(before - np.count_nonzero(self._version >= 0))

    def join(self, pairs: NDArray[np.int64]) -> None:
        """Makes the clusters of (m, 2) pairs of faces one, however they look, unless a verdict forbids it.

        Done last: two unlike faces that began as one cluster would be like neither's others, and leave both groups.
        """
        for a, b in pairs.tolist():
            one, other = int(self._cluster[a]), int(self._cluster[b])
            if one != other and not self._conflicts.forbid(one, other):
                self._merge(one, other)

    def unseen(self, faces: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of faces, in different clusters of these faces, whose clusters stand high enough to merge."""
        clusters = np.unique(self._cluster[faces])
        means = (self._sums[clusters] / self._size[clusters, None]).astype(np.float32)
        ones, others = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for start in range(0, len(clusters), _BLOCK):
            likeness = means[start : start + _BLOCK] @ means.T
            row, column = np.nonzero(likeness >= self._lowest)
            a, b = clusters[row + start], clusters[column]
            high = (a < b) & (self._height(a, b, likeness[row, column]) >= self._lowest)
            ones.append(self._first[a[high]])
            others.append(self._first[b[high]])
        return np.concatenate(ones), np.concatenate(others)

    def outcome(self) -> NDArray[np.int64]:
        """(n,) the cluster of each face, by any number."""
        cluster = self._cluster.copy()
        cluster[self._evicted] = len(self._members) + np.arange(len(self._evicted))
        return cluster

    def centres(self) -> Centres:
        """What the clusters are now, in the order of their numbers."""
        live = np.flatnonzero(self._version >= 0)
        return Centres(self._sums[live], self._size[live], self._grade[live])

    def _height(
        self, a: NDArray[np.int64] | int, b: NDArray[np.int64], likeness: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        small = self._small * (1 / self._size[a] + 1 / self._size[b])
        lacking = self._lacking[self._grade[a], self._grade[b]]
        return np.asarray(np.rint((likeness - small - lacking) * _GRID) / _GRID, np.float64)

    def _push(self, own: int) -> None:
        """Enters the best merge of a cluster into the heap, if it has one."""
        nearby = _distinct(self._cluster[self._first[self._nearby[own]]])
        nearby = nearby[nearby != own]
        likeness = (self._sums[nearby] @ self._sums[own]) / (self._size[nearby] * self._size[own])
        heights = self._height(own, nearby, likeness)
        while len(nearby) and (top := heights.max()) >= self._lowest:
            tied = nearby[heights == top]
            best = int(tied[np.argmin(self._rank[tied])])
            few = min(len(self._members[own]), len(self._members[best]))
            if self._conflicts.forbid(own, best):
                nearby, heights = nearby[nearby != best], heights[nearby != best]
            elif self._too_often_met(self._conflicts.shared(own, best), few):
                heights[nearby == best] = -np.inf
            else:
                low, high = sorted((int(self._rank[own]), int(self._rank[best])))
                entry = (-float(top), low, high, own, int(self._version[own]), best, int(self._version[best]))
                heapq.heappush(self._heap, entry)
                break
        self._nearby[own] = nearby

    def _too_often_met(self, shared: list[tuple[list[int], list[int]]], few: int) -> bool:
        """Whether the photos that two clusters share, the smaller of so many faces, are more than a mishap.

        Of two faces in a photo one has to leave, which neither can if both are fixed.
        """
        fixed = self._faces.fixed
        return len(shared) > PARDON * few or any(fixed[one].any() and fixed[other].any() for one, other in shared)

    def _merge(self, a: int, b: int) -> int:
        """Joins two clusters; returns the number that the whole keeps."""
        into, gone = (a, b) if len(self._members[a]) >= len(self._members[b]) else (b, a)
        if self._grade[gone] < self._grade[into]:
            for column in (self._sums, self._size, self._grade):
                column[into] = column[gone]
        elif self._grade[gone] == self._grade[into]:
            self._sums[into] += self._sums[gone]
            self._size[into] += self._size[gone]
        self._cluster[self._members[gone]] = into
        for lists in (self._members, self._nearby):
            lists[into] = np.concatenate([lists[into], lists[gone]])
            lists[gone] = np.empty(0, np.int64)
        self._rank[into] = min(self._rank[into], self._rank[gone])
        for faces in self._conflicts.merge(into, gone):
            self._evict(faces, into)
        self._version[into] += 1
        self._version[gone] = -1
        return into

    def _evict(self, faces: list[int], cluster: int) -> None:
        """Leaves one of these faces of one photo in the cluster: the most alike one, or those that are fixed.

        The mean keeps what it was: PARDON makes sure that the others hardly count in it.
        """
        fixed = [face for face in faces if self._faces.fixed[face]]
        alike = self._faces.vectors[faces] @ self._sums[cluster]
        stay = fixed or [faces[int(np.lexsort((self._faces.rank[faces], -alike))[0])]]
        self._evicted += [face for face in faces if face not in stay]
        faces[:] = stay


def _distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each once, rising: np.unique, which of numpy 2.4 takes five times as long for few and for many."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]
