"""Writing: decided from verdicts, journaled before the file is replaced, taken back on request."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from photoscribe.app.library import ScanResult
from photoscribe.app.pipeline import drain
from photoscribe.app.undoing import Undoing
from photoscribe.app.writing import FileWriter, PreparedWrite, Target, Writing
from photoscribe.core.changes import FaceDrawn, Operation, PersonAdded, PersonRenamed, VerdictGiven, inverse
from photoscribe.core.edits import Edit, FieldChange
from photoscribe.core.errors import Unavailable, UsageError, WriteRefused
from photoscribe.core.facts import Origin, Region, Statement
from photoscribe.core.people import FaceId, PersonId, Verdict
from photoscribe.core.query import Query, parse
from photoscribe.stores.sqlite import SqliteLibrary
from tests.app.test_indexing import source
from tests.fakes import InlineExecutor, ScriptedFaces, face_at

ANN, BOB = PersonId("ann"), PersonId("bob")


@dataclass
class FakePlan:
    path: Path
    text: str
    changes: Sequence[FieldChange]
    refusal: str = ""
    note: str = ""


@dataclass
class FakePrepared:
    path: Path
    after: str
    before_hash: str = field(init=False)
    after_hash: str = field(init=False)
    patch: bytes = field(init=False)
    die: str = ""

    def __post_init__(self) -> None:
        self.before_hash = self.path.read_text()
        self.after_hash, self.patch = self.after, self.before_hash.encode()

    def commit(self) -> None:
        if self.die == "before":
            raise KeyboardInterrupt
        if self.path.read_text() != self.before_hash:
            raise Unavailable("changed meanwhile")
        self.path.write_text(self.after)
        if self.die == "after":
            raise KeyboardInterrupt

    def abandon(self) -> None: ...


class FakeWriter:
    """Writes the names of the edit as the file's whole text; the text is its own hash."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self.die = ""

    def plan(self, path: Path, edit: Edit, target: Target) -> Sequence[FakePlan]:
        self.edits.append(edit)
        if path.name == "refused.jpg":
            raise WriteRefused("its file is read-only")
        before = path.read_text()
        text = ",".join(region.name for region in edit.name_regions)
        same = text == before
        return [FakePlan(path, text, () if same else (FieldChange("names", (before,), (text,)),))]

    def prepare(self, planned: FakePlan) -> FakePrepared:
        return FakePrepared(planned.path, planned.text, die=self.die)

    def restore(self, path: Path, patch: bytes, before_hash: str, after_hash: str) -> PreparedWrite:
        if path.read_text() != after_hash:
            raise WriteRefused("it was changed since")
        return FakePrepared(path, patch.decode())

    def hash_of(self, path: Path) -> str:
        return path.read_text() if path.exists() else ""


class Desk:
    """Two photos on disk, one face each; photo 2 may name somebody itself."""

    def __init__(self, library: SqliteLibrary, folder: Path, regions: dict[int, Region] | None = None) -> None:
        self.library, self.folder, self.writer = library, folder, FakeWriter()
        folder.mkdir()
        for name in ("a.jpg", "b.jpg"):
            (folder / name).write_text("")
        self.source = source()
        library.catalogue.apply(ScanResult(roots=(folder,), new=tuple(self.source.walk(folder, []))))
        statements: dict[int, tuple[Statement, ...]] = {
            id_: (Statement(region, Origin("xmp")),) for id_, region in (regions or {}).items()
        }
        step = ScriptedFaces({1: (face_at(0.1),), 2: (face_at(0.1),)})
        drain(library.ledger, InlineExecutor([step], statements=statements), lambda _: None, 8)
        self.writing = Writing(library, self.writer, self.source)

    def say(self, *operations: Operation) -> int:
        return self.library.history.record("test", "said", operations)[0]

    def write(self, query: str = "") -> dict[str, str]:
        return {receipt.file.name: receipt.outcome for receipt in self.writing.write(parse(query), "file")}

    @property
    def texts(self) -> list[str]:
        return [(self.folder / name).read_text() for name in ("a.jpg", "b.jpg")]


@pytest.fixture
def desk(library: SqliteLibrary, tmp_path: Path) -> Desk:
    return Desk(library, tmp_path / "photos")


def confirm(face: int, person: PersonId = ANN, *, present: bool = True) -> VerdictGiven:
    return VerdictGiven(FaceId(face), Verdict("confirmed", person), present)


def test_the_fake_satisfies_the_port() -> None:
    writer: FileWriter[FakePlan] = FakeWriter()
    assert writer.hash_of(Path("/nowhere")) == ""


def test_only_confirmed_names_are_written(desk: Desk) -> None:
    assert desk.write() == {}
    desk.say(PersonAdded(ANN, "Ann"), confirm(1))
    assert desk.write() == {"a.jpg": "written"}
    assert desk.texts == ["Ann", ""]
    assert desk.write() == {"a.jpg": "same"}


def test_a_dry_run_touches_nothing(desk: Desk) -> None:
    desk.say(PersonAdded(ANN, "Ann"), confirm(1))
    (receipt,) = desk.writing.plan(Query(), "file")
    assert (receipt.outcome, receipt.changes) == ("planned", (FieldChange("names", ("",), ("Ann",)),))
    assert desk.texts == ["", ""]
    assert [one.kind for one in desk.library.history.all()] == ["test"]


def test_the_query_narrows_what_is_written(desk: Desk) -> None:
    desk.say(PersonAdded(ANN, "Ann"), confirm(1), confirm(2))
    assert desk.write("path:b.jpg") == {"b.jpg": "written"}


def test_our_own_writing_is_no_change_for_the_next_scan(desk: Desk) -> None:
    desk.say(PersonAdded(ANN, "Ann"), confirm(1))
    desk.write()
    (seen, _) = desk.source.walk(desk.folder, [])
    (known, _) = desk.library.catalogue.known_under([desk.folder])
    assert (known.seen, known.content_hash) == (seen, "Ann")


def test_one_undo_brings_all_files_back_and_an_undo_of_it_writes_them_again(desk: Desk) -> None:
    desk.say(PersonAdded(ANN, "Ann"), confirm(1), confirm(2))
    desk.write()
    change = desk.writing.change
    assert change is not None
    undo = desk.library.history.record("undo", "", (), undoes=change)[0]
    assert [one.outcome for one in desk.writing.undo(change, undo)] == ["restored", "restored"]
    assert desk.texts == ["", ""]
    assert desk.library.journal.written() == {}
    again = desk.library.history.record("undo", "", (), undoes=undo)[0]
    assert [one.outcome for one in desk.writing.undo(undo, again)] == ["restored", "restored"]
    assert desk.texts == ["Ann", "Ann"]
    assert set(desk.library.journal.written()) == {1, 2}


def test_a_file_changed_since_is_left_and_said(desk: Desk) -> None:
    desk.say(PersonAdded(ANN, "Ann"), confirm(1))
    desk.write()
    (desk.folder / "a.jpg").write_text("edited elsewhere")
    change = desk.writing.change
    assert change is not None
    undo = desk.library.history.record("undo", "", (), undoes=change)[0]
    (receipt,) = desk.writing.undo(change, undo)
    assert (receipt.outcome, receipt.reason) == ("refused", "it was changed since")
    assert desk.texts[0] == "edited elsewhere"


def test_a_refused_file_costs_itself(desk: Desk) -> None:
    refused = desk.folder / "refused.jpg"
    (desk.folder / "a.jpg").rename(refused)
    desk.library.catalogue.apply(
        ScanResult(
            roots=(desk.folder,),
            moved=((desk.library.faces.all()[0].photo, next(iter(desk.source.walk(refused, [])))),),
        )
    )
    desk.say(PersonAdded(ANN, "Ann"), confirm(1), confirm(2))
    assert desk.write() == {"refused.jpg": "refused", "b.jpg": "written"}


@pytest.mark.parametrize(("die", "text"), [("before", ""), ("after", "Ann")])
def test_a_kill_between_journal_and_file_is_settled_by_the_next_write(desk: Desk, die: str, text: str) -> None:
    desk.say(PersonAdded(ANN, "Ann"), confirm(1))
    desk.writer.die = die
    with pytest.raises(KeyboardInterrupt):
        desk.write()
    assert desk.texts[0] == text
    desk.writer.die = ""
    desk.writing.recover()
    assert desk.library.journal.open_entries() == []
    assert bool(desk.library.journal.written()) == bool(text)
    desk.write()
    assert desk.texts[0] == "Ann"


def test_a_name_taken_back_leaves_the_file_at_the_next_write(desk: Desk) -> None:
    desk.say(PersonAdded(ANN, "Ann"), confirm(1))
    desk.write()
    desk.say(*inverse((confirm(1),)))
    assert desk.write() == {"a.jpg": "written"}
    edit = desk.writer.edits[-1]
    assert ([one.name for one in edit.drop_regions], edit.name_regions) == (["Ann"], ())
    assert desk.texts[0] == ""
    assert desk.write() == {}


def test_a_renamed_person_is_renamed_in_the_file(desk: Desk) -> None:
    desk.say(PersonAdded(ANN, "Ann"), confirm(1))
    desk.write()
    desk.say(PersonRenamed(ANN, "Ann", "Anna"))
    desk.write()
    edit = desk.writer.edits[-1]
    assert [one.name for one in edit.drop_regions] == ["Ann"]
    assert [one.name for one in edit.name_regions] == ["Anna"]


def test_a_name_of_another_program_goes_only_when_the_user_contradicts_it(
    library: SqliteLibrary, tmp_path: Path
) -> None:
    desk = Desk(library, tmp_path / "photos", {2: Region(face_at(0.1).box, "Zoe")})
    assert desk.write() == {}
    zoe = library.people.all()[0].id
    desk.say(VerdictGiven(FaceId(2), Verdict("rejected", zoe)))
    desk.write()
    assert [one.name for one in desk.writer.edits[-1].drop_regions] == ["Zoe"]


def test_a_drawn_face_is_written(desk: Desk) -> None:
    drawn = library_face = desk.library.faces.reserve(1)[0]
    photo = desk.library.faces.all()[1].photo
    desk.say(PersonAdded(BOB, "Bob"), FaceDrawn(drawn, photo, face_at(0.8).box), confirm(library_face, BOB))
    assert desk.write() == {"b.jpg": "written"}


def test_an_earlier_write_is_undone_only_after_the_later_one(desk: Desk) -> None:
    undoing = Undoing(desk.library, desk.writing, learn=lambda: None)
    desk.say(PersonAdded(ANN, "Ann"), confirm(1))
    desk.write()
    first = desk.writing.change
    desk.say(PersonRenamed(ANN, "Ann", "Anna"))
    desk.write()
    second = desk.writing.change
    with pytest.raises(UsageError, match=f"change {second} wrote some of these files again"):
        undoing.undo(first)
    assert [one.outcome for one in undoing.undo(second).receipts] == ["restored"]
    assert desk.texts[0] == "Ann"
    assert [one.outcome for one in undoing.undo(first).receipts] == ["restored"]
    assert desk.texts[0] == ""
