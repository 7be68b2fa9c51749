"""Learning in the background: once for many wishes, and never in the way of what the user says."""

import logging
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from photoscribe.app.editing import Chosen
from photoscribe.app.learning import Learning, Soon
from photoscribe.app.live_faces import LiveFaces
from photoscribe.core.calibration import calibration_of
from photoscribe.core.errors import Unavailable
from photoscribe.core.people import FaceId, GroupId, Suggestion
from photoscribe.stores.sqlite import SqliteLibrary
from tests.app.test_recognising import MODEL, World, looks


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_many_wishes_are_fulfilled_once() -> None:
    done: list[float] = []
    soon = Soon(lambda: done.append(1), quiet_s=0.05, longest_s=5, idle_s=60)
    for _ in range(20):
        soon()
    assert soon.busy
    until(lambda: not soon.busy)
    assert len(done) == 1
    soon()
    until(lambda: len(done) == 2)
    soon.close()


def test_a_stream_of_wishes_does_not_put_it_off_for_ever() -> None:
    done = threading.Event()
    soon = Soon(done.set, quiet_s=0.05, longest_s=0.2, idle_s=60)
    until(lambda: soon() or done.is_set())  # type: ignore[func-returns-value]  # to wish again and again
    soon.close()


def test_what_fails_is_told_and_tried_again_at_the_next_wish(caplog: pytest.LogCaptureFixture) -> None:
    tried: list[int] = []

    def fail() -> None:
        tried.append(1)
        raise (Unavailable("the disk is full"), ValueError("a bug"))[len(tried) - 1]

    soon = Soon(fail, quiet_s=0.01, longest_s=0.1, idle_s=60)
    with caplog.at_level(logging.WARNING):
        for count in (1, 2):
            soon()
            until(lambda count=count: len(tried) == count and not soon.busy)  # type: ignore[misc]  # bound in the loop
    soon.close()
    assert ["the disk is full" in caplog.text, "learning failed" in caplog.text] == [True, True]


def test_who_listens_is_told_when_it_is_learnt_and_not_when_it_failed() -> None:
    told, failing = threading.Event(), threading.Event()

    def do() -> None:
        if failing.is_set():
            raise Unavailable("the disk is full. Free some")

    soon = Soon(do, quiet_s=0.01, longest_s=0.1, idle_s=60)
    stop = soon.listen(told.set)
    soon()
    assert told.wait(5)
    told.clear()
    failing.set()
    soon()
    assert not told.wait(0.3)
    failing.clear()
    stop()
    soon()
    assert not told.wait(0.3)
    soon.close()


def test_when_nothing_is_wished_for_it_tidies_up_once() -> None:
    tidied: list[int] = []
    soon = Soon(lambda: None, lambda: tidied.append(1), quiet_s=0.01, longest_s=0.1, idle_s=0.05)
    soon()
    until(lambda: bool(tidied))
    time.sleep(0.2)
    assert len(tidied) == 1
    soon.close()
    soon()
    assert len(tidied) == 1


@pytest.fixture
def world(library: SqliteLibrary) -> World:
    """Photos 1 to 6 show A, 7 to 10 show B, 11 to 20 strangers once each."""
    photos = [[v] for v in looks(1, 6)] + [[v] for v in looks(2, 4)] + [looks(person, 1) for person in range(10, 20)]
    world = World(library, photos)
    world.editing._learn = lambda: None
    return world


def chosen(*faces: int) -> Chosen:
    return Chosen(tuple(FaceId(face) for face in faces))


def learning_of(world: World) -> Learning:
    live = LiveFaces(world.library, model=MODEL)
    return Learning(
        world.library,
        live,
        calibration_of(MODEL),
        regroup=lambda columns: world.recognising.new_groups(columns, 0.5)[0],
    )


def test_it_guesses_what_the_command_line_guesses(world: World) -> None:
    world.name("Ann", 1, 2, 3)
    learning = learning_of(world)
    learning.renew()
    states = world.states()
    assert states[4] == "suggested Ann"
    world.recognising.learn()
    assert world.states() == states


def test_a_word_said_meanwhile_is_not_overwritten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.name("Ann", 1, 2, 3)
    learning = learning_of(world)
    guess = learning._guessing.suggestions

    def slowly(*args: object) -> dict[FaceId, Suggestion]:
        found = guess(*args)  # type: ignore[arg-type]  # as they come
        world.editing.reject(chosen(4), "Ann")
        world.editing.name(chosen(5), "Bea")
        return found

    monkeypatch.setattr(learning._guessing, "suggestions", slowly)
    learning.renew()
    assert (world.states().get(4), world.states()[5], world.states()[6]) == (None, "confirmed Bea", "suggested Ann")
    assert not learning.live.stale


def test_groups_made_anew_leave_what_was_taken_apart_meanwhile(world: World) -> None:
    learning = learning_of(world)
    live = learning.live
    world.library.faces.set_groups({FaceId(1): None, FaceId(2): None})
    live.reload()
    world.editing.name(chosen(20), "Zoe")

    def regroup(columns: object) -> dict[FaceId, GroupId | None]:
        found = world.recognising.new_groups(columns, 0.5)[0]  # type: ignore[arg-type]  # as they come
        world.editing.apart(chosen(9, 10))
        return {**found, FaceId(9): GroupId(999), FaceId(10): GroupId(999)}

    learning._regroup = regroup
    learning.tidy()
    groups = world.library.faces.groups()
    assert groups[FaceId(1)] == groups[FaceId(3)]
    assert groups[FaceId(9)] == groups[FaceId(10)] not in {999, groups[FaceId(7)]}
    assert np.array_equal(live.copied().groups, world.library.columns.columns(MODEL).groups)
