"""The local executor's promises, with real worker processes and a toy opener."""

import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from photoscribe.app.opening import Opening
from photoscribe.app.ports import READ, Analysed, Failed, Found, Opened, Unchanged, Work
from photoscribe.core.errors import Stopped, Unavailable
from photoscribe.core.facts import Facts
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.photo import Photo, PhotoId, Picture, Size
from photoscribe.executors.child import ChildLimits
from photoscribe.executors.local import LocalExecutor
from tests.fakes import ScriptedFaces, face_at

STEP = ScriptedFaces({i: (face_at(0.1),) for i in range(100)})
LIMITS = ChildLimits(seconds=20, memory_bytes=200 << 20)


@dataclass(frozen=True)
class Toy:
    """Opens photos whose file name says what happens."""

    def __call__(self) -> "Toy":
        return self

    def open(self, work: Work) -> Opening:
        name, id_ = work.photo.path.stem, work.photo.id
        if name == "crash":
            os.abort()
        if name == "hang":
            while True:
                pass
        if name == "slow":
            time.sleep(1000)
        if name == "greedy":
            np.ones(1 << 30, np.uint8)
        if name == "surprise":
            raise ZeroDivisionError
        opened = Opened("c", f"p{id_}", 1, 1, "image", Size(4, 3), FileMetadata())
        if name == "same":
            return Opening(opened, None, (Unchanged(STEP.origin),))
        if name == "broken":
            return Opening(opened, None, (Failed(STEP.origin, "truncated", retry=False),))
        pixels = np.full((300, 400, 3), id_, np.uint8)
        return Opening(opened, Picture(id_, pixels, Size(4000, 3000)), ())


def works(*names: str) -> list[Work]:
    return [
        Work(Photo(PhotoId(i), Path(f"/p/{name}.jpg")), frozenset({READ, STEP.origin})) for i, name in enumerate(names)
    ]


def analysed(names: list[str], *, threads: int = 2, limits: ChildLimits = LIMITS) -> dict[str, Analysed]:
    with LocalExecutor(lambda: [STEP], Toy(), threads=threads, limits=limits) as executor:
        return {names[one.photo]: one for one in executor.run(works(*names))}


def failure(one: Analysed) -> str:
    (failed, *_) = [outcome for outcome in one.outcomes if isinstance(outcome, Failed)]
    return failed.reason


def test_every_work_comes_back_once() -> None:
    with LocalExecutor(lambda: [STEP], Toy(), threads=2, limits=LIMITS) as executor:
        results = list(executor.run(works(*["fine"] * 30)))
        again = list(executor.run(works(*["fine"] * 3)))
    assert sorted(one.photo for one in results) == list(range(30))
    assert len(again) == 3
    for one in results:
        assert {outcome.origin: outcome for outcome in one.outcomes} == {
            READ: Found(READ, ()),
            STEP.origin: Found(STEP.origin, (face_at(0.1),)),
        }


def test_a_file_that_crashes_its_process_costs_itself() -> None:
    results = analysed(["fine1", "crash", "fine2", "fine3"])
    assert "crash" in failure(results.pop("crash"))
    assert all(Found(READ, ()) in one.outcomes for one in results.values())


def test_a_file_that_hangs_is_given_up_after_its_time() -> None:
    results = analysed(["hang", "fine"], threads=1, limits=ChildLimits(seconds=3, memory_bytes=200 << 20))
    assert "more than 3 seconds" in failure(results["hang"])
    assert Found(READ, ()) in results["fine"].outcomes


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process computed")
def test_a_disk_that_does_not_deliver_is_asked_again_another_time() -> None:
    results = analysed(["slow", "fine"], threads=1, limits=ChildLimits(seconds=1.5, memory_bytes=200 << 20, patience=2))
    assert all(isinstance(one, Failed) and one.retry and "disk" in one.reason for one in results["slow"].outcomes)
    assert Found(READ, ()) in results["fine"].outcomes


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory limits are Linux only")
def test_a_file_that_wants_too_much_memory_costs_itself() -> None:
    results = analysed(["greedy", "fine"], threads=1)
    assert "more memory" in failure(results["greedy"])
    assert Found(READ, ()) in results["fine"].outcomes


def test_a_fault_in_the_opener_costs_one_photo() -> None:
    results = analysed(["surprise", "fine"], threads=1)
    assert "ZeroDivisionError" in failure(results["surprise"])
    assert Found(READ, ()) in results["fine"].outcomes


def test_metadata_is_kept_of_a_picture_that_does_not_decode() -> None:
    (one,) = analysed(["broken"], threads=1).values()
    assert one.outcomes == (Failed(STEP.origin, "truncated", retry=False), Found(READ, ()))


def test_a_picture_already_seen_needs_no_model() -> None:
    (one,) = analysed(["same"], threads=1).values()
    assert set(one.outcomes) == {Unchanged(STEP.origin), Found(READ, ())}


def test_works_are_drawn_only_a_bounded_number_ahead() -> None:
    drawn = 0

    def endless() -> Iterator[Work]:
        nonlocal drawn
        for work in works(*["fine"] * 50):
            drawn += 1
            yield work

    with LocalExecutor(lambda: [STEP], Toy(), threads=1, limits=LIMITS) as executor:
        results = executor.run(endless())
        next(results)
        assert drawn <= 3


def test_leaving_early_ends_the_processes() -> None:
    executor = LocalExecutor(lambda: [STEP], Toy(), threads=2, limits=LIMITS)
    with executor:
        next(executor.run(works(*["fine"] * 20)))
    assert executor._threads == []


def test_models_that_cannot_be_had_leave_no_process_behind() -> None:
    def broken() -> list[ScriptedFaces]:
        raise Unavailable("no model")

    executor = LocalExecutor(broken, Toy(), threads=2, limits=LIMITS)
    with pytest.raises(Unavailable, match="no model"), executor:
        pass
    assert executor._threads == []


def test_it_can_be_interrupted_while_a_file_hangs() -> None:
    with LocalExecutor(lambda: [STEP], Toy(), threads=1, limits=LIMITS) as executor:
        threading.Timer(1.0, executor.interrupt).start()
        began = time.monotonic()
        with pytest.raises(Stopped):
            list(executor.run(works("hang", "slow", "good")))
    assert time.monotonic() - began < 10, "not the 20 seconds that a file may take"


@pytest.mark.skipif(sys.platform != "linux", reason="each thread has its own priority on Linux alone")
def test_work_in_the_background_steps_back() -> None:
    priorities: list[int] = []

    class Telling(ScriptedFaces):
        def infer(self, pictures: Sequence[Picture]) -> Sequence[Facts]:
            priorities.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
            return super().infer(pictures)

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    polite = ChildLimits(seconds=20, memory_bytes=200 << 20, niceness=7)
    with LocalExecutor(lambda: [Telling()], Toy(), threads=1, limits=polite) as executor:
        list(executor.run(works("good")))
    assert priorities == [7]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before
