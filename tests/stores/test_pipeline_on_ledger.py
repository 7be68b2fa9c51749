"""The pipeline's promises, held by the real ledger."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from photoscribe.app.library import ScanResult
from photoscribe.app.pipeline import drain
from photoscribe.app.ports import READ, Analysed, Progress, SeenFile, Work
from photoscribe.core.facts import Facts, Origin
from photoscribe.core.photo import Picture
from photoscribe.stores.sqlite import SqliteLibrary
from tests.fakes import InlineExecutor, ScriptedFaces, face_at


def fill(library: SqliteLibrary, count: int) -> None:
    files = tuple(SeenFile(Path(f"/photos/{i:03}.jpg"), 100, 1, "image") for i in range(1, count + 1))
    library.catalogue.apply(ScanResult(roots=(Path("/photos"),), new=files))


def run(library: SqliteLibrary, executor: InlineExecutor, batch: int = 8) -> Progress:
    drain(library.ledger, executor, lambda _: None, batch)
    return library.ledger.progress(executor.origins)


def photo_ids(*ids: int) -> frozenset[int]:
    return frozenset(ids)


def test_a_bad_photo_costs_itself_not_its_batch(library: SqliteLibrary) -> None:
    fill(library, 20)
    progress = run(library, InlineExecutor([ScriptedFaces(poison=photo_ids(3))], broken=photo_ids(10)))
    assert progress == Progress(done=18, failed=2, pending=0)
    assert [(one.path.name, one.step, one.error) for one in library.catalogue.problems()] == [
        ("003.jpg", "faces", "the model refused"),
        ("010.jpg", "faces", "truncated"),
    ]


def test_a_fault_that_nobody_foresaw_costs_one_photo(library: SqliteLibrary) -> None:
    class Surprised(ScriptedFaces):
        def infer(self, pictures: Sequence[Picture]) -> Sequence[Facts]:
            if pictures[0].photo == 2:
                raise ZeroDivisionError("division by zero")
            return [() for _ in pictures]

    fill(library, 3)
    assert run(library, InlineExecutor([Surprised()])) == Progress(done=2, failed=1, pending=0)
    assert "division by zero" in next(library.catalogue.problems()).error


def test_what_is_emitted_is_what_the_ledger_counts_at_every_commit(library: SqliteLibrary) -> None:
    fill(library, 120)
    executor = InlineExecutor([ScriptedFaces(poison=photo_ids(3, 77))], broken=photo_ids(10))
    emitted, counted = list[Progress](), list[Progress]()

    def emit(progress: Progress) -> None:
        emitted.append(progress)
        counted.append(library.ledger.progress(executor.origins))

    drain(library.ledger, executor, emit, 2)
    assert emitted == counted
    assert len(emitted) == 60
    assert emitted[-1] == Progress(done=117, failed=3, pending=0)


def test_running_again_opens_nothing(library: SqliteLibrary) -> None:
    fill(library, 5)
    run(library, InlineExecutor([ScriptedFaces()]))
    again = InlineExecutor([ScriptedFaces()])
    run(library, again)
    assert again.opened == 0


def test_a_new_version_sees_every_photo_again_and_replaces_its_facts(library: SqliteLibrary) -> None:
    fill(library, 5)
    run(library, InlineExecutor([ScriptedFaces({i: (face_at(0.1), face_at(0.5)) for i in range(1, 6)})]))
    step = ScriptedFaces({i: (face_at(0.1),) for i in range(1, 6)}, version="2")
    assert run(library, InlineExecutor([step])).done == 5
    assert (step.seen, library.faces.count()) == (5, 5)


def test_photos_out_of_reach_are_tried_again_in_the_next_run(library: SqliteLibrary) -> None:
    fill(library, 3)
    away = InlineExecutor([ScriptedFaces()], away=photo_ids(1, 3))
    assert run(library, away) == Progress(done=1, failed=0, pending=2)
    assert away.opened == 3
    back = InlineExecutor([ScriptedFaces()])
    assert run(library, back) == Progress(done=3, failed=0, pending=0)
    assert back.opened == 2


def test_a_disk_that_is_gone_stops_the_run_after_one_batch(library: SqliteLibrary) -> None:
    fill(library, 40)
    away = InlineExecutor([ScriptedFaces()], away=frozenset(range(1, 41)))
    progress = run(library, away, batch=8)
    assert away.opened == 8
    assert progress == Progress(done=0, failed=0, pending=40)


def test_an_interrupted_run_gives_back_what_it_had_claimed(library: SqliteLibrary) -> None:
    class Interrupted(InlineExecutor):
        def _analyse(self, work: Work) -> Analysed:
            if self.opened == 3:
                raise KeyboardInterrupt
            return super()._analyse(work)

    fill(library, 6)
    with pytest.raises(KeyboardInterrupt):
        run(library, Interrupted([ScriptedFaces()]))
    executor = InlineExecutor([ScriptedFaces()])
    assert run(library, executor) == Progress(done=6, failed=0, pending=0)


def claim_and_die(library: SqliteLibrary, origins: list[Origin], limit: int) -> list[int]:
    """What a process does that is killed at work."""
    ledger = library.ledger
    run_number = ledger.begin_run()
    works = list(ledger.claim(origins, limit, run_number))
    if not works and (left := ledger.claim_left_over(origins, run_number)):
        works = [left]
    return [work.photo.id for work in works]


def test_a_photo_that_kills_its_process_is_given_up_after_three_deaths(library: SqliteLibrary) -> None:
    fill(library, 1)
    origins = [READ, Origin("faces", "1")]
    assert [claim_and_die(library, origins, 8) for _ in range(4)] == [[1], [1], [1], []]
    assert library.ledger.progress(origins) == Progress(done=0, failed=1, pending=0)
    assert "three times" in next(library.catalogue.problems()).error


def test_what_a_dead_process_left_is_tried_alone_and_last(library: SqliteLibrary) -> None:
    fill(library, 6)
    assert claim_and_die(library, [READ, Origin("faces", "1")], 3) == [1, 2, 3]
    batches: list[list[int]] = []

    class Watched(InlineExecutor):
        def run(self, works: Iterable[Work]) -> Iterator[Analysed]:
            batches.append([])
            for work in works:
                batches[-1].append(work.photo.id)
                yield self._analyse(work)

    assert run(library, Watched([ScriptedFaces()])) == Progress(done=6, failed=0, pending=0)
    assert batches == [[4, 5, 6], [1], [2], [3]]


def test_a_step_added_later_sees_old_photos_without_running_the_others_again(library: SqliteLibrary) -> None:
    class Mood(ScriptedFaces):
        def __init__(self) -> None:
            super().__init__()
            self.origin = Origin("mood", "1")

    fill(library, 7)
    faces, mood = ScriptedFaces(), Mood()
    run(library, InlineExecutor([faces]))
    run(library, InlineExecutor([faces, mood]))
    assert (faces.seen, mood.seen) == (7, 7)


def test_a_retagged_file_keeps_the_faces_of_its_unchanged_picture(library: SqliteLibrary) -> None:
    fill(library, 1)
    step = ScriptedFaces({1: (face_at(0.1),)})
    run(library, InlineExecutor([step]))
    touched = SeenFile(Path("/photos/001.jpg"), 120, 2, "image")
    library.catalogue.apply(ScanResult(roots=(Path("/photos"),), changed=((library.faces.all()[0].photo, touched),)))
    run(library, InlineExecutor([step]))
    assert (step.seen, library.faces.count()) == (1, 1)


def test_an_edited_picture_is_analysed_again(library: SqliteLibrary) -> None:
    fill(library, 1)
    step = ScriptedFaces({1: (face_at(0.1),)})
    run(library, InlineExecutor([step]))
    touched = SeenFile(Path("/photos/001.jpg"), 120, 2, "image")
    library.catalogue.apply(ScanResult(roots=(Path("/photos"),), changed=((library.faces.all()[0].photo, touched),)))
    run(library, InlineExecutor([step], pictures={1: "another picture"}))
    assert step.seen == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    count=st.integers(0, 9),
    batch=st.integers(1, 5),
    broken=st.sets(st.integers(1, 9)),
    poison=st.sets(st.integers(1, 9)),
)
def test_every_photo_is_accounted_for(
    library: SqliteLibrary, count: int, batch: int, broken: set[int], poison: set[int]
) -> None:
    with library._database.write() as connection:
        for table in ("ledger", "media_file", "face", "photo"):
            connection.execute(text(f"delete from {table}"))  # noqa: S608 fixed names
    fill(library, count)
    executor = InlineExecutor([ScriptedFaces(poison=frozenset(poison))], broken=frozenset(broken))
    bad = {i for i in broken | poison if i <= count}
    assert run(library, executor, batch) == Progress(done=count - len(bad), failed=len(bad), pending=0)
