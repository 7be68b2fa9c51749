"""Tags, texts, stars, dates and places on their way into real files, back out, and taken back."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from photoscribe.app.choosing import Photos
from photoscribe.app.library import PhotoRecord
from photoscribe.app.ports import Analysed, Executor, Found, Work
from photoscribe.app.writing import Target
from photoscribe.compose import Application
from photoscribe.config import Settings
from photoscribe.core.changes import Plain, StatedField
from photoscribe.core.edits import Edit
from photoscribe.core.facts import Position, Taken
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import Query
from photoscribe.metadata.reading import read
from photoscribe.workers import BuildOpener

ALL = Photos(query="")
ONE = Photos(ids=(PhotoId(1),))


class Inline:
    """Opens files in this process, and finds no faces in them: needs no weights."""

    def __init__(self, application: "Unmodelled") -> None:
        self.origins = application.origins
        self._opener = BuildOpener(application._previews, application.settings.cache_bytes)()

    def run(self, works: Iterable[Work]) -> Iterator[Analysed]:
        for work in works:
            opening = self._opener.open(work)
            done = {one.origin for one in opening.settled}
            more = [Found(origin, ()) for origin in work.due if origin not in done]
            yield Analysed(work.photo.id, opening.opened, (*opening.settled, *more))


class Unmodelled(Application):
    @contextmanager
    def _executor(self, niceness: int = 0) -> Iterator[Executor]:  # type: ignore[override]  # any executor will do
        assert niceness >= 0
        yield Inline(self)


class Desk:
    """Two photos on disk and the library of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder / "photos", folder / "library"
        self.folder.mkdir()
        for name, colour in (("a.jpg", "teal"), ("b.png", "red")):
            Image.new("RGB", (64, 48), colour).save(self.folder / name)
        self.application = Unmodelled(Settings(self.home, folder / "models", 1))

    def begin_with(self, edit: Edit, name: str = "a.jpg") -> None:
        """Let another program have written this."""
        writer = self.application._writer
        (planned,) = writer.plan(self.folder / name, edit, "file")
        writer.prepare(planned).commit()

    def index(self) -> None:
        self.application.indexing.index([self.folder], lambda _: None)

    def forget(self) -> None:
        """A library from nothing, of the same files."""
        self.application.close()
        shutil.rmtree(self.home)
        self.application = Unmodelled(self.application.settings)
        self.index()

    def write(self) -> set[str]:
        receipts = list(self.application.writing.write(Query(), "file"))
        return {f"{receipt.file.name} {receipt.outcome}{receipt.reason}" for receipt in receipts}

    def state(self, field: StatedField, value: Plain, photos: Photos = ONE) -> None:
        assert self.application.describing.state({field: value}, photos).photos

    def undo(self) -> None:
        assert all(one.outcome == "restored" for one in self.application.undoing.undo().receipts)

    def shown(self, name: str = "a.jpg") -> PhotoRecord:
        record = self.application.library.catalogue.photo(self.folder / name)
        assert record is not None
        return record

    def keywords(self, name: str = "a.jpg") -> set[str]:
        """As another reader finds them in the file, without a library."""
        path = self.folder / name
        found = read(path, path.read_bytes()).statements
        return {"/".join(one.fact.tag) for one in found if hasattr(one.fact, "tag")}

    def bytes(self) -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in self.folder.iterdir()}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.application.close()


def test_everything_said_comes_back_from_the_files_when_the_library_is_lost(desk: Desk) -> None:
    desk.index()
    assert desk.write() == set()
    desk.application.tagging.tag("Places/Italy", ALL)
    values: dict[StatedField, Plain] = {
        "title": "Up there", "caption": "We two\non the meadow", "rating": 4,
        "taken": "2019-08-14T18:03:11+02:00", "position": [42.47, -13.57, None],
    }  # fmt: skip
    desk.application.describing.state(values, ONE)
    assert desk.write() == {"a.jpg written", "b.png written"}
    assert desk.write() == {"a.jpg same", "b.png same"}
    before = desk.shown()
    desk.forget()
    after = desk.shown()
    assert (after.title, after.caption, after.rating) == ("Up there", "We two\non the meadow", 4)
    assert (after.taken, after.tags) == (before.taken, before.tags) == ("2019-08-14T18:03:11+02:00", ("Places/Italy",))
    assert [after.latitude, after.longitude] == pytest.approx([42.47, -13.57])
    assert desk.shown("b.png").tags == ("Places/Italy",)
    assert desk.write() == set()


def test_undo_of_a_write_brings_the_very_bytes_back(desk: Desk) -> None:
    desk.index()
    before = desk.bytes()
    desk.application.tagging.tag("Beach", ALL)
    desk.state("rating", 3)
    desk.write()
    assert desk.bytes() != before
    desk.undo()
    assert desk.bytes() == before
    assert desk.application.library.journal.written() == {}
    assert desk.write() == {"a.jpg written", "b.png written"}


@pytest.mark.parametrize("read_again", [False, True])
def test_words_taken_back_leave_the_files_at_the_next_write(desk: Desk, *, read_again: bool) -> None:
    desk.index()
    desk.application.tagging.tag("Places/Italy", ONE)
    values: dict[StatedField, Plain] = {
        "title": "T", "caption": "C", "rating": 4, "taken": "2019-08-14T18:03:11", "position": [1, 2, None],
    }  # fmt: skip
    desk.application.describing.state(values, ONE)
    desk.write()
    if read_again:
        touch(desk.folder / "a.jpg")
        desk.index()
        assert "Places/Italy" in desk.shown().tags
    take_back(desk, 2)
    shown = desk.shown()
    assert (shown.tags, shown.title, shown.rating, shown.taken, shown.latitude) == ((), "", None, None, None)
    assert desk.write() == {"a.jpg written"}
    assert desk.keywords() == set()
    assert desk.write() == set()
    desk.forget()
    shown = desk.shown()
    assert (shown.tags, shown.title, shown.caption, shown.rating, shown.taken) == ((), "", "", None, None)
    assert shown.latitude is None


@pytest.mark.parametrize("read_again", [False, True])
def test_what_the_file_said_before_is_put_back(desk: Desk, *, read_again: bool) -> None:
    desk.begin_with(
        Edit(add_tags=(("Old",), ("Places", "Spain")), title="Before", rating=1, position=Position(10, 20, 300)),
    )
    desk.index()
    desk.application.tagging.untag("old", ONE)
    desk.application.tagging.tag("New", ONE)
    desk.application.describing.state({"title": "After", "rating": 5, "position": [1, 2, None]}, ONE)
    assert desk.write() == {"a.jpg written"}
    assert desk.keywords() == {"New", "Places/Spain", "Spain"}
    if read_again:
        touch(desk.folder / "a.jpg")
        desk.index()
    assert (desk.shown().title, desk.shown().tags) == ("After", ("New", "Places/Spain"))
    take_back(desk, 3)
    shown = desk.shown()
    assert (shown.tags, shown.title, shown.rating, shown.latitude) == (("Old", "Places/Spain"), "Before", 1, 10)
    assert desk.write() == {"a.jpg written"}
    desk.forget()
    shown = desk.shown()
    assert (shown.tags, shown.title, shown.rating) == (("Old", "Places/Spain"), "Before", 1)
    assert [shown.latitude, shown.longitude] == pytest.approx([10, 20])


def test_a_flat_keyword_outlives_a_path_that_ended_in_it(desk: Desk) -> None:
    desk.begin_with(Edit(add_tags=(("Italy",),)))
    desk.index()
    desk.application.tagging.tag("Places/Italy", ONE)
    desk.write()
    assert "Places/Italy" in desk.keywords()
    take_back(desk, 1)
    assert desk.shown().tags == ("Italy",)
    desk.write()
    assert desk.keywords() == {"Italy"}


def test_a_rejected_tag_leaves_the_file_with_every_spelling(desk: Desk) -> None:
    desk.begin_with(Edit(add_tags=(("Beach",), ("Sea",))))
    desk.index()
    assert desk.application.tagging.reject("BEACH", ALL).photos == 1
    assert desk.shown().tags == ("Sea",)
    assert desk.write() == {"a.jpg written"}
    assert desk.keywords() == {"Sea"}
    desk.forget()
    assert desk.shown().tags == ("Sea",)


def test_another_programs_word_is_not_undone_with_ours(desk: Desk) -> None:
    desk.index()
    desk.state("title", "Ours")
    desk.write()
    desk.begin_with(Edit(title="Theirs"))
    desk.index()
    assert desk.shown().title == "Ours"
    take_back(desk, 1)
    assert desk.shown().title == "Theirs"
    desk.write()
    desk.forget()
    assert desk.shown().title == "Theirs"


def test_undo_after_the_file_was_read_again_does_not_leave_our_tag_as_the_files_own(desk: Desk) -> None:
    desk.index()
    desk.application.tagging.tag("Ours", ONE)
    desk.write()
    touch(desk.folder / "a.jpg")
    desk.index()
    desk.undo()
    take_back(desk, 1)
    desk.index()
    assert desk.shown().tags == ()


def test_words_outlive_a_move_and_a_new_file(desk: Desk) -> None:
    desk.index()
    desk.application.tagging.tag("Beach", ONE)
    desk.state("title", "Mine")
    moved = desk.folder / "moved.jpg"
    (desk.folder / "a.jpg").rename(moved)
    desk.index()
    desk.begin_with(Edit(title="Theirs", add_tags=(("Sea",),)), "moved.jpg")
    desk.index()
    assert (desk.shown("moved.jpg").title, desk.shown("moved.jpg").tags) == ("Mine", ("Beach", "Sea"))


def test_only_photos_of_which_something_was_said_are_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.index()
    assert desk.application.tagging.tag("Beach", Photos(folder=desk.folder / "b.png")).photos == 1
    opened: list[str] = []
    plan = desk.application._writer.plan

    def spy(path: Path, edit: Edit, target: Target) -> object:
        opened.append(path.name)
        return plan(path, edit, target)

    monkeypatch.setattr(desk.application._writer, "plan", spy)
    desk.write()
    assert opened == ["b.png"]


def test_a_date_without_an_offset_is_written_without_one(desk: Desk) -> None:
    desk.begin_with(Edit(taken=Taken(_moment(), 60)))
    desk.index()
    desk.state("taken", "2001-02-03T04:05:06")
    desk.write()
    desk.forget()
    assert desk.shown().taken == "2001-02-03T04:05:06"


def _moment() -> datetime:
    return datetime(2019, 7, 14, 12, 30)  # noqa: DTZ001 local on purpose


def take_back(desk: Desk, changes: int) -> None:
    """Undo the newest changes that are no writes."""
    standing = [one for one in desk.application.library.history.all() if one.kind not in {"write", "undo"}]
    for one in [one for one in standing if one.undone_by is None][:changes]:
        desk.application.undoing.undo(one.id)


def touch(path: Path) -> None:
    """Let it be read again: another time of modification."""
    path.touch()
