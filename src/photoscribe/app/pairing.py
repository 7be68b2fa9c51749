"""What "not the same person" and "the same person" come to when nobody says who: pairs of faces, and their groups.

A group is the machine's; a pair of faces is the user's, and lasts: groups made anew, looser, stricter or by another
model, obey it. So what is said of groups is kept as pairs of faces that stand for them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.library import FaceRecord, FaceSaid, Library
from photoscribe.core.changes import FacesPaired, FacesRegrouped, Operation
from photoscribe.core.errors import NoSuch, UsageError
from photoscribe.core.people import FaceId, GroupId

_MOST_NEAR, _MOST_PAIRS = 20, 600  # pairs for one face, and about so many for one action
Looks = Mapping[FaceId, NDArray[np.float32]]


class Pairing:
    def __init__(self, library: Library) -> None:
        self._library = library

    def apart(self, faces: Sequence[FaceRecord | FaceSaid]) -> list[Operation]:
        """These faces are not who the rest of their group is; those of one group form a new one.

        Each is paired with the face in the middle of the rest, and with those of the rest that it resembles most:
        should the rest ever fall into parts, these are where the face would go, or what it would take along.
        """
        operations: list[Operation] = []
        for face in faces:
            if face.group is None:
                raise UsageError(
                    f"face f{face.id} belongs to nobody it could be split from. Give it a name: "
                    f"photoscribe people name f{face.id} NAME"
                )
        for group in sorted({face.group for face in faces if face.group is not None}):
            leaving = [face.id for face in faces if face.group == group]
            rest = sorted({face.id for face in self._members(group)} - set(leaving))
            if not rest:
                raise UsageError(f"these are all faces of group {group}: there is nobody left to take them from")
            looks = self._library.faces.looks([*leaving, *rest])
            middle, closest = _middle(rest, looks), _closest(leaving, rest, looks)
            pairs = {
                _ordered(face, other) for face, near in zip(leaving, closest, strict=True) for other in (middle, *near)
            }
            operations += self._paired(pairs, "apart", leaving, rest)
            new = self._library.faces.reserve_groups(1)[0] if len(leaving) > 1 else None
            operations.append(FacesRegrouped(tuple(leaving), group, new))
        return operations

    def same(self, one: GroupId, other: GroupId) -> list[Operation]:
        """Two groups are one person; the smaller takes the number of the larger."""
        large, small = sorted((one, other), key=lambda group: (-len(self._members(group)), group))
        into, gone = self._ids(large), self._ids(small)
        if large == small:
            raise UsageError(f"group {one} is one group already. Name two groups")
        operations = self._paired(self._bridges(into, gone), "together", into, gone)
        every = [face.id for face in self._library.faces.all(groups=[small])]
        return [*operations, FacesRegrouped(tuple(every), small, large)]

    def different(self, one: GroupId, other: GroupId) -> list[Operation]:
        """Two groups are two people."""
        if one == other:
            raise UsageError(f"group {one} is one group. Name two groups")
        ours, theirs = self._ids(one), self._ids(other)
        return self._paired(self._bridges(ours, theirs), "apart", ours, theirs)

    def _bridges(self, ours: Sequence[FaceId], theirs: Sequence[FaceId]) -> set[tuple[FaceId, FaceId]]:
        """The pairs that stand for two groups: the faces in their middles, and the two most alike."""
        looks = self._library.faces.looks([*ours, *theirs])
        a, b = _middle(ours, looks), _middle(theirs, looks)
        ((near,),) = _closest([b], ours, looks)
        ((nearest,),) = _closest([near], theirs, looks)
        return {_ordered(a, b), _ordered(near, nearest)}

    def _paired(
        self,
        pairs: Iterable[tuple[FaceId, FaceId]],
        kind: Literal["apart", "together"],
        ours: Sequence[FaceId],
        theirs: Sequence[FaceId],
    ) -> list[Operation]:
        """The pairs, after what was said to the contrary between the same faces is taken back."""
        contrary: Literal["apart", "together"] = "together" if kind == "apart" else "apart"
        known, one, other = self._library.columns.pairs(), set(ours), set(theirs)
        taken_back = [
            FacesPaired(a, b, contrary, present=False)
            for a, b in known[contrary]
            if (a in one and b in other) or (a in other and b in one)
        ]
        there = set(known[kind])
        return [*taken_back, *(FacesPaired(a, b, kind) for a, b in sorted(pairs) if (a, b) not in there)]

    def _ids(self, group: GroupId) -> list[FaceId]:
        return [face.id for face in self._members(group)]

    def _members(self, group: GroupId) -> Sequence[FaceRecord]:
        """The faces of a group that nobody put away. Raises NoSuch when there are none."""
        members = [face for face in self._library.faces.all(groups=[group]) if face.standing.state != "ignored"]
        if not members:
            raise NoSuch(f"no such group: {group}. Try: photoscribe people groups")
        return members


def _ordered(a: FaceId, b: FaceId) -> tuple[FaceId, FaceId]:
    return (a, b) if a < b else (b, a)


def _middle(faces: Sequence[FaceId], looks: Looks) -> FaceId:
    """The face most like all of them; the first one where none can be compared."""
    there = _comparable(faces, looks)
    if not there:
        return faces[0]
    matrix = np.stack([looks[face] for face in there])
    return there[int(np.argmax(matrix @ matrix.sum(0)))]


def _closest(
    faces: Sequence[FaceId], others: Sequence[FaceId], looks: Looks, many: int = 1
) -> list[tuple[FaceId, ...]]:
    """For each face so many of the others, the most alike; the first one where it cannot be compared."""
    there = _comparable(others, looks)
    if not there:
        return [(others[0],)] * len(faces)
    matrix = np.stack([looks[other] for other in there])
    found = []
    for face in faces:
        if face in looks and looks[face].shape == matrix[0].shape:
            order = np.argsort(-(matrix @ looks[face]), kind="stable")[:many]
            found.append(tuple(there[at] for at in order.tolist()))
        else:
            found.append((others[0],))
    return found


def _comparable(faces: Sequence[FaceId], looks: Looks) -> list[FaceId]:
    """Those with vectors of one length: after a change of the model some may still have one of the old."""
    there = [face for face in faces if face in looks]
    return [face for face in there if looks[face].shape == looks[there[0]].shape]
