"""The review queue: what is asked next, and what becomes of an answer.

An answer is checked, kept and followed by the next question on faces in memory; whatever needs all faces is done by
`Learning` in a thread.
"""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.doubles import ProbablyOne, may_not_be_one
from photoscribe.app.editing import Chosen, Edited, Editing
from photoscribe.app.face_columns import CONFIRMED, SUGGESTED, UNKNOWN
from photoscribe.app.learning import Learning
from photoscribe.app.library import FaceSight, Library
from photoscribe.app.live_faces import LiveFaces
from photoscribe.app.stacks import Stack, Stacks
from photoscribe.core.errors import Conflict, NoSuch, UsageError
from photoscribe.core.people import FaceId, GroupId, Person, PersonId
from photoscribe.core.reviewing import token_of

Rows = NDArray[np.int64]
Deed = Literal["name", "confirm", "reject", "ignore", "not_a_face", "apart", "same", "different", "unsure", "skip"]

_GROUP = re.compile(r"g[0-9]{1,15}")
_PAIR = re.compile(r"(g[0-9]{1,15})~(g[0-9]{1,15}|p[0-9a-z-]{1,64})")

_TOKENS = 5000  # questions that are out, of which an answer is recognised: 4 MB at 100 faces each
_MOST_SEEN = 50_000
_SURE_PAIR = 0.5  # from here a pair is asked before the larger of the two, so that one name does for both
_MOST_DOUBTED = 0.7  # a group that is likelier a person's needs no question of its own: the person is its candidate


@dataclass(frozen=True, slots=True)
class PairSide:
    key: str
    count: int
    person: Person | None
    samples: tuple[FaceId, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that may be one person."""

    key: str
    token: str
    a: PairSide
    b: PairSide
    probability: float


@dataclass(frozen=True, slots=True)
class Page:
    """left_faces, left_stacks: still to answer, those shown included. sights: of all faces that are shown."""

    items: tuple[Stack | Pair, ...]
    left_faces: int
    left_stacks: int
    learning: bool
    sights: Mapping[FaceId, FaceSight]


@dataclass(frozen=True, slots=True)
class Answer:
    """faces: of the stack those that it is about; none means all. person: of an existing person; name: of any."""

    key: str
    token: str
    do: Deed
    faces: tuple[FaceId, ...] = ()
    person: PersonId | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a token stands for: faces, and the last change that had touched them."""

    faces: NDArray[np.int64]
    change: int


class Wish(Protocol):
    @property
    def busy(self) -> bool: ...

    def __call__(self) -> None: ...


class Reviewing:
    """One for all who answer. learn_soon: wishes that Learning be renewed, and knows whether that is still to come."""

    def __init__(
        self, library: Library, learning: Learning, stacks: Stacks, editing: Editing, learn_soon: Wish
    ) -> None:
        self._library, self._live, self._learning, self._editing = library, learning.live, learning, editing
        self._learn_soon, self._stacks = learn_soon, stacks
        self._asked: OrderedDict[str, _Asked] = OrderedDict()
        self._skipped: dict[str, int] = {}
        self._unsure: dict[str, str] = {}
        self._seen_of: Rows | None = None
        self._seen: dict[FaceId, FaceSight] = {}

    def page(self, limit: int, after: str = "") -> Page:
        """The next questions, the largest first; those after the one with that key."""
        with self._live.lock:
            self._live.catch_up()
            if self._live.stale or self._learning.recogniser is None:
                self._learn_soon()
            queue = _Queue(self._live, self._learning.pairs)
            items: list[Stack | Pair] = []
            waiting = after != "" and any(key == after for key in self._keys(queue))
            for key in self._keys(queue):
                if waiting:
                    waiting = key != after
                    continue
                item = self._item(key, queue)
                if item is not None:
                    items.append(item)
                if len(items) == limit:
                    break
            faces, stacks = queue.left()
        return Page(tuple(items), faces, stacks, self._learn_soon.busy, self.sights(items))

    def stack(self, key: str) -> Stack | None:
        """One stack as it is now; None when there is nothing left of it."""
        with self._live.lock:
            self._live.catch_up()
            rows = self._rows(key)
            return self._stack(key, rows) if len(rows) else None

    def sights(self, items: list[Stack | Pair]) -> Mapping[FaceId, FaceSight]:
        """What is needed to show everything in these questions."""
        faces: set[FaceId] = set()
        for item in items:
            if isinstance(item, Pair):
                faces.update(item.a.samples, item.b.samples)
                continue
            faces.update(face.face for face in item.faces)
            faces.update(one.cover for one in item.candidates if one.cover is not None)
        return self._sights(faces)

    def _sights(self, faces: set[FaceId]) -> Mapping[FaceId, FaceSight]:
        """Kept while the faces in memory are, as most of a page was on the page before."""
        with self._live.lock:
            if self._seen_of is not self._live.columns.faces or len(self._seen) > _MOST_SEEN:
                self._seen_of, self._seen = self._live.columns.faces, {}
            self._seen |= self._library.faces.sights(faces - self._seen.keys())
            return {face: self._seen[face] for face in faces if face in self._seen}

    def answer(self, answer: Answer) -> Edited | None:
        """Do what the answer says, as one change; None for what changes nothing. Raises Conflict with the present stack
        when somebody else spoke of one of its faces since it was asked.
        """
        with self._live.lock:
            self._live.catch_up()
            asked = self._checked(answer)
            if answer.do in {"skip", "unsure"}:
                self._skipped.pop(answer.key, None)
                if answer.do == "unsure" and "~" in answer.key:
                    self._unsure[answer.key] = answer.token
                else:
                    self._skipped[answer.key] = 1
                return None
            edited = self._answer_pair(answer) if "~" in answer.key else self._answer_stack(answer, asked)
            self._live.catch_up()
        return edited

    def _checked(self, answer: Answer) -> _Asked:
        asked = self._asked.get(answer.token)
        if asked is not None:
            rows = self._live.columns.rows(asked.faces)
            if (rows >= 0).all() and self._live.touched(rows) <= asked.change:
                return asked
        current = self._item(answer.key, None)
        if current is not None and current.token == answer.token:
            return self._asked[answer.token]
        raise Conflict(
            "somebody else answered about some of these faces meanwhile; nothing was changed. Look at the rest again",
            current if isinstance(current, Stack) else None,
        )

    def _answer_stack(self, answer: Answer, asked: _Asked) -> Edited:
        faces = answer.faces or tuple(FaceId(face) for face in asked.faces.tolist())
        strange = set(faces) - set(asked.faces.tolist())
        if strange:
            raise UsageError(f"face f{min(strange)} is not in this stack. Answer about the faces that were shown")
        chosen, person = Chosen(faces), self._person_asked(answer)
        match answer.do:
            case "name" | "confirm":
                name = answer.name if answer.do == "name" and answer.name else person
                if name is None:
                    raise UsageError("say who they are: give `name`, or the id of a `person`")
                return self._editing.name(chosen, name)
            case "reject":
                if person is None:
                    raise UsageError("say whom they are not: give the id of a `person`")
                return self._editing.reject(chosen, person)
            case "ignore":
                return self._editing.ignore(chosen)
            case "not_a_face":
                return self._editing.ignore(chosen, kind="not_a_face")
            case "apart":
                if answer.key.startswith("p") and person is not None:
                    return self._editing.reject(chosen, person)
                return self._editing.apart(chosen)
            case _:
                raise UsageError(f"{answer.do} is an answer about two, and this is one stack")

    def _answer_pair(self, answer: Answer) -> Edited:
        one, other = _sides(answer.key)
        if answer.do not in {"same", "different"}:
            raise UsageError(f"{answer.do} is no answer about two. Try: same, different, unsure, skip")
        if other.startswith("g"):
            groups = GroupId(int(one[1:])), GroupId(int(other[1:]))
            return self._editing.same(*groups) if answer.do == "same" else self._editing.different(*groups)
        chosen, name = Chosen(groups=(GroupId(int(one[1:])),)), self._name(PersonId(other[1:]))
        return self._editing.name(chosen, name) if answer.do == "same" else self._editing.reject(chosen, name)

    def _person_asked(self, answer: Answer) -> str | None:
        if answer.person is not None:
            return self._name(answer.person)
        return self._name(PersonId(answer.key[1:])) if answer.key.startswith("p") else None

    def _name(self, person: PersonId) -> str:
        known = self._library.people.get(person)
        if known is None:
            raise NoSuch(f"no such person: {person}. Somebody may have merged or taken them away")
        return known.name

    def _keys(self, queue: "_Queue") -> Iterator[str]:
        """In the order in which they are asked: what was skipped comes last."""
        skipped = set(self._skipped)
        yield from (key for key in queue.in_order() if key not in skipped)
        yield from (key for key in self._skipped if queue.has(key))

    def _item(self, key: str, queue: "_Queue | None") -> Stack | Pair | None:
        if "~" in key:
            pair = self._pair(key, queue)
            return pair if pair is not None and self._unsure.get(key) != pair.token else None
        rows = self._rows(key)
        return self._stack(key, rows) if len(rows) else None

    def _rows(self, key: str) -> Rows:
        """The faces of a stack. Raises NoSuch for a key that cannot be one."""
        if key.startswith("p"):
            return self._stacks.rows_suggested(self._live.person_number(PersonId(key[1:])))
        if _GROUP.fullmatch(key):
            return self._stacks.rows_of_group(int(key[1:]))
        raise NoSuch(f"no such stack: {key}")

    def _stack(self, key: str, rows: Rows) -> Stack:
        make = self._stacks.group if key.startswith("g") else self._stacks.suggested
        return make(key, rows, self._token(key, rows), self._learning.recogniser)

    def _token(self, key: str, rows: Rows) -> str:
        change, faces = self._live.touched(rows), self._live.columns.faces[rows]
        token = token_of(key, change, faces)
        self._asked[token] = _Asked(faces, change)
        self._asked.move_to_end(token)
        while len(self._asked) > _TOKENS:
            self._asked.popitem(last=False)
        return token

    def _pair(self, key: str, queue: "_Queue | None") -> Pair | None:
        one, other = _sides(key)
        sides, rows = [], []
        for side in (one, other):
            found = self._rows_of_side(side)
            if not len(found):
                return None
            rows.append(found)
            sides.append(self._side(side, found))
        if may_not_be_one(self._live.columns, *sorted(rows, key=len)):
            return None
        probability = queue.probability(key) if queue is not None else 0.0
        asked = np.concatenate(rows) if other.startswith("g") else rows[0]
        return Pair(key, self._token(key, asked), sides[0], sides[1], round(probability, 4))

    def _rows_of_side(self, side: str) -> Rows:
        if side.startswith("p"):
            return self._live.examples(self._live.person_number(PersonId(side[1:])))
        return self._rows(side)

    def _side(self, key: str, rows: Rows) -> PairSide:
        person = None
        if key.startswith("p"):
            person = self._live.person_of(self._live.person_number(PersonId(key[1:])))
        return PairSide(key, len(rows), person, self._stacks.samples(rows))


class _Queue:
    """Stacks by size and the pairs among them, as they are now."""

    def __init__(self, live: LiveFaces, pairs: Sequence[ProbablyOne]) -> None:
        now = live.columns
        grouped = now.groups[(now.states == UNKNOWN) & (now.groups >= 0)]
        groups = np.bincount(grouped) if len(grouped) else np.zeros(0, np.int64)
        self._sizes = np.where(groups > 1, groups, 0)
        self._suggested = np.bincount(now.persons[now.states == SUGGESTED], minlength=len(live.people))
        self._people = live.people
        self._numbers = {person: number for number, person in enumerate(self._people)}
        self._named = set(np.unique(now.persons[now.states == CONFIRMED]).tolist())
        self._before: dict[int, list[ProbablyOne]] = {}
        self._probability: dict[str, float] = {}
        for pair in pairs:
            self._place(pair)

    def left(self) -> tuple[int, int]:
        """Faces and stacks."""
        faces = int(self._sizes.sum() + self._suggested.sum())
        return faces, int(np.count_nonzero(self._sizes) + np.count_nonzero(self._suggested))

    def in_order(self) -> Iterator[str]:
        """The largest stack first; before a group the pair whose answer saves most."""
        groups, people = np.flatnonzero(self._sizes), np.flatnonzero(self._suggested)
        sizes = np.concatenate([self._sizes[groups], self._suggested[people]])
        numbers = np.concatenate([groups, -1 - people])
        asked: set[str] = set()
        for number in numbers[np.lexsort((numbers, -sizes))].tolist():
            if number < 0:
                yield f"p{self._people[-1 - number]}"
                continue
            best = max(self._before.get(number, ()), key=self._saves, default=None)
            if best is not None and _key(best) not in asked:
                asked.add(_key(best))
                yield _key(best)
            yield f"g{number}"

    def has(self, key: str) -> bool:
        if "~" in key:
            return key in self._probability
        if key.startswith("p"):
            number = self._numbers.get(PersonId(key[1:]), -1)
            return number >= 0 and self._suggested[number] > 0
        return self._size(int(key[1:])) > 0

    def probability(self, key: str) -> float:
        return self._probability.get(key, 0.0)

    def _place(self, pair: ProbablyOne) -> None:
        """Notes before which group it is asked, when both sides are still there."""
        if not self._size(pair.group):
            return
        if isinstance(pair.other, str):
            known = self._numbers.get(pair.other, -1) in self._named
            if not known or pair.probability >= _MOST_DOUBTED:
                return
            first = int(pair.group)
        elif not self._size(pair.other):
            return
        else:
            first = int(pair.other if pair.probability >= _SURE_PAIR else pair.group)
        self._before.setdefault(first, []).append(pair)
        self._probability[_key(pair)] = pair.probability

    def _saves(self, pair: ProbablyOne) -> float:
        return pair.probability * self._size(pair.group)

    def _size(self, group: int) -> int:
        return int(self._sizes[group]) if group < len(self._sizes) else 0


def _sides(key: str) -> tuple[str, str]:
    """Raises NoSuch for a key that cannot be a pair's."""
    found = _PAIR.fullmatch(key)
    if found is None:
        raise NoSuch(f"no such pair: {key}")
    return found[1], found[2]


def _key(pair: ProbablyOne) -> str:
    return f"g{pair.group}~p{pair.other}" if isinstance(pair.other, str) else f"g{pair.other}~g{pair.group}"
