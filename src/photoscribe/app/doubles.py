"""Groups that are probably one person, or a person whom we know."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.face_columns import CONFIRMED, UNKNOWN, FaceColumns
from photoscribe.app.guessing import numbers, refusals
from photoscribe.core.agglomeration import PARDON
from photoscribe.core.clustering import graded
from photoscribe.core.people import GroupId, PersonId
from photoscribe.core.recognition import Recogniser
from photoscribe.core.reviewing import evenly, heart_of

Rows = NDArray[np.int64]

LEAST = 0.3
"""The probability from which two are worth a question of their own."""

_PROBES = 8  # faces of a group that say whether it is another one
_MOST_GROUPS = 3000  # the largest; to compare these with each other takes a second


@dataclass(frozen=True, slots=True)
class ProbablyOne:
    """A group that may be another one, not smaller, or a person."""

    group: GroupId
    other: GroupId | PersonId
    probability: float


def probably_one(columns: FaceColumns, recogniser: Recogniser | None) -> list[ProbablyOne]:
    """For each of the large groups that nobody named the likeliest other, the most probable first.

    Another group is taken for a person of whom its heart is the only look: so the calibration of names holds here too.
    """
    groups, members = _large_groups(columns)
    if recogniser is None or not groups:
        return []
    grades, known = graded(columns.qualities), len(recogniser.people)
    hearts = np.stack([heart_of(columns.matrix[rows], grades[rows]) for rows in members])
    together = recogniser.with_groups(hearts, np.array([len(rows) for rows in members]))
    probes = [evenly(rows, _PROBES) for rows in members]
    sets, rows = np.repeat(np.arange(len(groups)), [len(some) for some in probes]), np.concatenate(probes)
    own = np.stack([np.arange(len(sets)), known + sets], axis=1)
    forbidden = np.concatenate([own, _refused(columns, rows, recogniser)])
    ranking = together.rank_sets(columns.matrix[rows], sets, forbidden=forbidden, most=1)
    found: dict[frozenset[GroupId | PersonId], ProbablyOne] = {}
    for at in np.flatnonzero(ranking.probability[:, 0] >= LEAST).tolist():
        probability, other = float(ranking.probability[at, 0]), int(ranking.people[at, 0])
        if other < known:
            one = ProbablyOne(groups[at], PersonId(recogniser.people[other]), probability)
        else:
            small, large = sorted((at, other - known), key=lambda number: (len(members[number]), -groups[number]))
            if may_not_be_one(columns, members[small], members[large]):
                continue
            one = ProbablyOne(groups[small], groups[large], probability)
        both = frozenset((one.group, one.other))
        if both not in found or found[both].probability < probability:
            found[both] = one
    return sorted(found.values(), key=lambda one: -one.probability)


def may_not_be_one(columns: FaceColumns, few: Rows, many: Rows) -> bool:
    """Whether they stand in one photo too often, or the user said that they are two."""
    met = np.isin(columns.photos[few], columns.photos[many])
    if np.count_nonzero(met) > PARDON * len(few):
        return True
    a, b = columns.apart.T
    across = (np.isin(a, few) & np.isin(b, many)) | (np.isin(a, many) & np.isin(b, few))
    return bool(across.any())


def _large_groups(columns: FaceColumns) -> tuple[list[GroupId], list[Rows]]:
    """Groups of several faces that nobody named, the largest first, and the rows of these faces."""
    rows = np.flatnonzero((columns.states == UNKNOWN) & (columns.groups >= 0))
    rows = rows[np.argsort(columns.groups[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(columns.groups[rows], prepend=-1))
    parts = [part for part in np.split(rows, starts[1:]) if len(part) > 1]
    parts = sorted(parts, key=lambda part: -len(part))[:_MOST_GROUPS]
    return [GroupId(int(columns.groups[part[0]])) for part in parts], parts


def _refused(columns: FaceColumns, rows: Rows, recogniser: Recogniser) -> Rows:
    """(m, 2) rows (place in `rows`, the recogniser's number) of people whom these faces are not, or stand beside."""
    number_of, place = numbers(columns, recogniser), np.full(len(columns), -1, np.int64)
    place[rows] = np.arange(len(rows))
    said = refusals(columns)
    refused = [np.stack([place[said[:, 0]], number_of[said[:, 1]]], axis=1)]
    confirmed = np.flatnonzero(columns.states == CONFIRMED)
    order = np.argsort(columns.photos[rows], kind="stable")
    photos = columns.photos[rows][order]
    first = np.searchsorted(photos, columns.photos[confirmed], "left")
    counts = np.searchsorted(photos, columns.photos[confirmed], "right") - first
    beside = np.repeat(confirmed, counts)
    at = np.repeat(first, counts) + np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    refused.append(np.stack([order[at], number_of[columns.persons[beside]]], axis=1))
    both = np.concatenate(refused)
    return both[(both >= 0).all(1)]
