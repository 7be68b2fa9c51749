"""Long work over HTTP: accepted, told of, cancelled, and taken up again."""

import asyncio
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from photoscribe.app.jobs import Arguments, Doing, JobRecord, Jobs, Result, Stop
from photoscribe.compose import Application
from photoscribe.core.errors import Busy, PhotoError, Stopped
from photoscribe.stores.sqlite import SqliteLibrary
from tests.web.conftest import HOSTS, Browser, wait_for

NOW = datetime(2026, 11, 20, tzinfo=UTC)


class Scripted:
    """Work that does as it is told: one step for each permission, then the outcome."""

    def __init__(self, *, steps: int = 3, error: Exception | None = None) -> None:
        self.steps, self.error = steps, error
        self.may_go, self.began, self.runs = threading.Semaphore(0), threading.Event(), 0

    def __call__(self, arguments: Arguments, doing: Doing) -> Result:
        self.runs += 1
        doing.tell(0, self.steps, 0, "")
        self.began.set()
        for step in range(self.steps):
            with doing.stop.then(self.may_go.release):
                self.may_go.acquire()
            doing.tell(step + 1, self.steps, 0, "going on")
        if self.error is not None:
            raise self.error
        return dict(arguments)


@pytest.fixture
def told() -> list[JobRecord]:
    return []


def jobs_of(library: SqliteLibrary, work: Scripted, told: list[JobRecord], clock: list[float] | None = None) -> Jobs:
    made = Jobs(
        library.jobs, {"index": work, "write": work, "regroup": work}, now=lambda: NOW,
        clock=(lambda: clock[0]) if clock else time.monotonic,
    )  # fmt: skip
    made.listen(told.append)
    made.start()
    return made


def over(jobs: Jobs, job: int) -> JobRecord:
    deadline = time.monotonic() + 20
    while not (found := jobs.get(job)).is_over:
        assert time.monotonic() < deadline, found
        time.sleep(0.01)
    return found


def test_jobs_are_done_one_after_another(library: SqliteLibrary, told: list[JobRecord]) -> None:
    work = Scripted(steps=1)
    jobs = jobs_of(library, work, told)
    first, second = jobs.add("index", {"n": 1}), jobs.add("index", {"n": 2})
    work.began.wait(10)
    assert [job.state for job in jobs.open()] == ["running", "queued"]
    work.may_go.release(2)
    assert over(jobs, second.id).result == {"n": 2}
    assert over(jobs, first.id).state == "done"
    assert [job.id for job in jobs.newest(10)] == [second.id, first.id]
    jobs.close(5)


def test_the_same_work_waits_only_once(library: SqliteLibrary, told: list[JobRecord]) -> None:
    work = Scripted(steps=1)
    jobs = jobs_of(library, work, told)
    jobs.add("index", {"n": 1})
    work.began.wait(10)
    waiting = jobs.add("index", {"n": 1})
    assert jobs.add("index", {"n": 1}).id == waiting.id
    assert jobs.add("write", {"n": 1}).id != waiting.id
    jobs.close(5)


def test_cancelled_work_ends_and_the_next_begins(library: SqliteLibrary, told: list[JobRecord]) -> None:
    work = Scripted()
    jobs = jobs_of(library, work, told)
    first, second, third = (jobs.add("index", {"n": n}) for n in range(3))
    work.began.wait(10)
    jobs.cancel(second.id)
    jobs.cancel(first.id)
    assert over(jobs, first.id).state == over(jobs, second.id).state == "cancelled"
    work.may_go.release(10)
    assert over(jobs, third.id).state == "done"
    assert work.runs == 2, "what was cancelled while it waited never began"
    assert jobs.cancel(third.id).state == "done"
    jobs.close(5)


def test_work_that_the_program_ended_in_is_taken_up_again(library: SqliteLibrary, told: list[JobRecord]) -> None:
    work = Scripted()
    jobs = jobs_of(library, work, told)
    job = jobs.add("index", {"n": 1})
    work.began.wait(10)
    assert jobs.close(10)
    kept = library.jobs.get(job.id)
    assert kept is not None
    assert kept.state == "queued"
    again = Scripted()
    again.may_go.release(10)
    jobs = jobs_of(library, again, told)
    assert over(jobs, job.id).state == "done"
    jobs.close(5)


def test_work_of_a_program_that_was_killed_is_taken_up_again(library: SqliteLibrary, told: list[JobRecord]) -> None:
    job = library.jobs.add("index", {"n": 1}, NOW)
    library.jobs.save(JobRecord(job.id, "index", {"n": 1}, "running", NOW, done=1, total=3))
    work = Scripted()
    work.may_go.release(10)
    jobs = jobs_of(library, work, told)
    assert over(jobs, job.id).state == "done"
    jobs.close(5)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(PhotoError("the disk is away"), "the disk is away"), (ZeroDivisionError("x"), "something unexpected went wrong")],
)
def test_failed_work_says_why_and_costs_no_other(
    library: SqliteLibrary, told: list[JobRecord], error: Exception, sentence: str
) -> None:
    work = Scripted(error=error)
    work.may_go.release(10)
    jobs = jobs_of(library, work, told)
    failed = over(jobs, jobs.add("index", {}).id)
    assert failed.state == "failed"
    assert failed.message.startswith(sentence)
    work.error = None
    assert over(jobs, jobs.add("write", {}).id).state == "done"
    jobs.close(5)


def test_work_waits_for_another_process_at_it(library: SqliteLibrary, told: list[JobRecord]) -> None:
    work = Scripted(error=Busy("another photoscribe is indexing"))
    work.may_go.release(100)
    jobs = jobs_of(library, work, told)
    job = jobs.add("index", {})
    while not any(one.message.startswith("another") for one in told):
        time.sleep(0.01)
    assert jobs.get(job.id).state == "running"
    work.error = None
    assert over(jobs, job.id).state == "done"
    assert work.runs > 1
    jobs.close(5)


def test_the_time_left_follows_the_speed_of_this_run(library: SqliteLibrary, told: list[JobRecord]) -> None:
    clock = [100.0]
    work = Scripted(steps=4)
    jobs = jobs_of(library, work, told, clock)
    job = jobs.add("index", {})
    work.began.wait(10)
    clock[0] = 110.0
    work.may_go.release()
    while jobs.get(job.id).done < 1:
        time.sleep(0.01)
    assert jobs.get(job.id).seconds_left == 30.0
    jobs.close(5)


def test_being_asked_to_stop_is_heard_at_once_even_before_one_listens() -> None:
    stop, heard = Stop(), []
    with stop.then(lambda: heard.append(1)):
        stop.ask()
    with stop.then(lambda: heard.append(2)):
        pass
    assert heard == [1, 2]
    with pytest.raises(Stopped):
        stop.check()


def test_an_index_is_accepted_and_leads_to_its_job(client: TestClient, photos: Path) -> None:
    answer = client.post("/api/index", json={"paths": [str(photos)]})
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/jobs/{answer.json()['id']}"
    done = wait_for(client, answer.json()["id"])
    assert (done["state"], done["done"], done["failed"]) == ("done", 4, 0)
    result = done["result"]
    assert isinstance(result, dict)
    assert result["new"] == 4
    (root,) = client.get("/api/roots").json()
    assert root == {"folder": str(photos), "photos": 4, "missing": 0, "there": True}
    status = client.get("/api/status").json()
    assert (status["photos"], status["pending"], status["jobs"]) == (4, 0, [])
    again = wait_for(client, client.post("/api/index", json={}).json()["id"])
    assert again["result"]["unchanged"] == 4  # type: ignore[index]  # as above


def test_a_broken_photo_is_a_problem_and_not_the_job_s(client: TestClient, photos: Path) -> None:
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    done = wait_for(client, client.post("/api/index", json={"paths": [str(photos)]}).json()["id"])
    assert (done["state"], done["failed"]) == ("done", 1)
    (problem,) = client.get("/api/problems").json()["items"]
    assert problem["path"] == str(photos / "broken.jpg")
    assert problem["photo"] is not None


def test_while_another_process_indexes_the_job_says_so(
    client: TestClient, photos: Path, application: Application
) -> None:
    with application.library.only_indexer():
        job = client.post("/api/index", json={"paths": [str(photos)]}).json()["id"]
        deadline = time.monotonic() + 20
        while not client.get(f"/api/jobs/{job}").json()["message"].startswith("another photoscribe"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert wait_for(client, job)["state"] == "done"


def test_jobs_are_paged(client: TestClient, library: SqliteLibrary) -> None:
    for n in range(5):
        job = library.jobs.add("write", {"n": n}, NOW)
        library.jobs.save(JobRecord(job.id, "write", {}, "done", NOW))
    seen, cursor = [], None
    while True:
        page = client.get("/api/jobs", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [job["id"] for job in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5


@pytest.mark.parametrize(
    "cursor", ["x", "e30", "eyJiZWZvcmUiOiAiMSJ9", "A" * 2000, "%00", "bnVsbA", "eyJiZWZvcmUiOjFlOTl9"]
)
def test_a_forged_cursor_makes_no_sense(client: TestClient, cursor: str) -> None:
    for path in ("jobs", "history", "problems"):
        answer = client.get(f"/api/{path}", params={"cursor": cursor})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"] == "cursor"


def test_a_query_that_cannot_be_read_is_told_before_the_job(client: TestClient) -> None:
    answer = client.post("/api/write", json={"query": "nosuch:thing"})
    assert answer.status_code == 422
    assert client.get("/api/jobs").json()["items"] == []


def test_a_page_and_another_hear_of_work_and_of_changes(
    application: Application, browser: Browser, photos: Path
) -> None:
    with browser(application.web(HOSTS)) as client:
        hub = client.app.hub  # type: ignore[attr-defined]  # the application itself
        heard: list[list[bytes]] = [[], []]

        async def listen(into: list[bytes]) -> None:
            async for line in hub.stream(beat_seconds=0.2):
                into.append(line)  # noqa: PERF401 read while it grows

        async def both() -> None:
            await asyncio.gather(*(listen(one) for one in heard))

        assert client.portal is not None
        listening = client.portal.start_task_soon(both)
        job = client.post("/api/index", json={"paths": [str(photos)]}).json()["id"]
        wait_for(client, job)
        time.sleep(1.5)
        assert hub.pages == 2
        hub.end_soon()
        listening.result(5)
        assert hub.pages == 0, "who left is forgotten"
    for one in heard:
        text = b"".join(one).decode()
        assert '"state":"done"' in text
        assert "event: library" in text
        assert ": beat" in text
        assert len(one) < 60, "a bar that moves a hundred times a second is not sent so"


def test_events_are_for_those_who_may_read(application: Application, browser: Browser) -> None:
    application.accounts.add("Ann", "correct horse battery", "owner")
    with browser(application.web(HOSTS)) as client:
        assert client.get("/api/events").status_code == 401


def test_settings_are_kept_and_another_grouping_is_a_job(client: TestClient) -> None:
    before = client.get("/api/settings").json()
    assert before["alike"] == 0.5
    asked = {**before, "alike": 0.7, "write_target": "sidecar", "tile_attribution": "© someone"}
    assert client.put("/api/settings", json=asked).json() == asked
    job = client.get("/api/jobs").json()["items"][0]
    assert job["kind"] == "regroup"
    assert wait_for(client, job["id"])["state"] == "done"
    assert client.get("/api/settings").json() == asked


def test_writing_and_undoing_photos_one_by_one(client: TestClient, photos: Path) -> None:
    wait_for(client, client.post("/api/index", json={"paths": [str(photos)]}).json()["id"])
    assert client.get("/api/photos/1/write").json() == []
    assert client.post("/api/photos/1/write").json() == []
    assert client.get("/api/photos/99/write").status_code == 404
    assert client.post("/api/photos/99/write").status_code == 404
    assert client.post("/api/undo").status_code == 422
    assert client.post("/api/history/7/undo").status_code == 404
    assert client.get("/api/history").json()["items"] == []
