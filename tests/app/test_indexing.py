"""Indexing: what a scan means for the library, on real folders."""

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from photoscribe.app.indexing import Indexing, IndexReport
from photoscribe.app.ports import Analysed, Work
from photoscribe.core.changes import PersonAdded, VerdictGiven
from photoscribe.core.errors import UsageError
from photoscribe.core.people import FaceId, PersonId, Verdict
from photoscribe.core.photo import MediaKind
from photoscribe.sources.folder import FolderSource
from photoscribe.stores.sqlite import SqliteLibrary
from tests.fakes import InlineExecutor, ScriptedFaces, face_at


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def source() -> FolderSource:
    def kind_of(path: Path) -> MediaKind | None:
        return "image" if path.suffix == ".jpg" else None

    def recognise(head: bytes) -> MediaKind | str:
        return "image" if head.startswith(b"picture") else "is no photo"

    def sidecars_of(name: str, names: Collection[str]) -> Sequence[str]:
        return [other for other in (f"{name}.xmp",) if other in names]

    return FolderSource(kind_of=kind_of, recognise=recognise, sidecars_of=sidecars_of, content_hash=hash_of)


class HashingExecutor(InlineExecutor):
    """Knows content by the file's own bytes, as the real one does."""

    def _analyse(self, work: Work) -> Analysed:
        one = super()._analyse(work)
        if one.opened is None:
            return one
        stat = work.photo.path.stat()
        opened = replace(one.opened, size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns)
        return replace(one, opened=replace(opened, content_hash=hash_of(work.photo.path)))


class Counted:
    def __init__(self) -> None:
        self.refreshed = 0

    def refresh(self) -> None:
        self.refreshed += 1


class House:
    """A folder of photos and an indexer over it."""

    def __init__(self, library: SqliteLibrary, folder: Path) -> None:
        self.library, self.folder, self.people = library, folder, Counted()
        self.executors: list[InlineExecutor] = []
        self.step = ScriptedFaces({i: (face_at(0.1),) for i in range(100)})
        folder.mkdir()

    def put(self, name: str, content: str = "") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content or f"picture {name}")
        return path

    def index(self, *paths: Path, broken: frozenset[int] = frozenset()) -> IndexReport:
        @contextmanager
        def executor() -> Iterator[InlineExecutor]:
            self.executors.append(HashingExecutor([self.step], broken=broken))
            yield self.executors[-1]

        origins = InlineExecutor([self.step]).origins
        ticks = iter(range(1000))
        indexing = Indexing(
            self.library,
            source(),
            origins=origins,
            make_executor=executor,
            people=self.people,
            clock=lambda: float(next(ticks)),
        )
        return indexing.index(paths or [self.folder], lambda _: None)


@pytest.fixture
def house(library: SqliteLibrary, tmp_path: Path) -> House:
    return House(library, tmp_path / "photos")


def counts(report: IndexReport) -> dict[str, int]:
    names = ("photos", "new", "changed", "unchanged", "moved", "missing", "failed", "faces")
    return {name: value for name in names if (value := getattr(report, name))}


def test_a_second_index_opens_nothing(house: House) -> None:
    house.put("a.jpg")
    house.put("deep/er/b.jpg")
    assert counts(house.index()) == {"photos": 2, "new": 2, "faces": 2}
    assert counts(house.index()) == {"photos": 2, "unchanged": 2, "faces": 2}
    assert (len(house.executors), house.people.refreshed) == (1, 1)


def test_index_without_a_path_means_all_that_is_known(house: House) -> None:
    with pytest.raises(UsageError, match="library is empty"):
        Indexing.index(make(house), [], lambda _: None)
    house.put("a.jpg")
    house.index()
    assert counts(make(house).index([], lambda _: None)) == {"photos": 1, "unchanged": 1, "faces": 1}


def make(house: House) -> Indexing:
    return Indexing(
        house.library,
        source(),
        origins=InlineExecutor([house.step]).origins,
        make_executor=lambda: pytest.fail("nothing to do"),
        people=house.people,
        clock=lambda: 0.0,
    )


def test_a_folder_that_does_not_exist_is_a_usage_error(house: House) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        house.index(house.folder / "nowhere")


def test_names_follow_a_renamed_folder(house: House) -> None:
    for name in ("a.jpg", "b.jpg"):
        house.put(f"2019/{name}")
    house.index()
    ann = PersonId("ann")
    face = house.library.faces.all()[0]
    house.library.history.record(
        "name", "", [PersonAdded(ann, "Ann"), VerdictGiven(FaceId(face.id), Verdict("confirmed", ann))]
    )
    (house.folder / "2019").rename(house.folder / "Rome")
    assert counts(house.index()) == {"photos": 2, "moved": 2, "faces": 2}
    moved = [one for one in house.library.faces.all() if one.standing.person == ann]
    assert [one.path for one in moved] == [house.folder / "Rome" / face.path.name]


def test_names_follow_when_the_whole_folder_has_another_path(house: House) -> None:
    house.put("a.jpg")
    house.put("b.jpg")
    house.index()
    mounted = house.folder.rename(house.folder.with_name("mounted elsewhere"))
    assert counts(house.index(mounted)) == {"photos": 2, "moved": 2, "faces": 2}
    assert {one.path.parent for one in house.library.faces.all()} == {mounted}


def test_a_photo_that_comes_back_elsewhere_after_weeks_is_the_same(house: House) -> None:
    house.put("keep.jpg")
    path = house.put("a.jpg")
    house.index()
    parked = path.read_bytes()
    path.unlink()
    assert counts(house.index())["missing"] == 1
    (house.folder / "restored.jpg").write_bytes(parked)
    assert counts(house.index()) == {"photos": 2, "unchanged": 1, "moved": 1, "faces": 2}


def test_a_copy_is_another_photo(house: House) -> None:
    house.put("a.jpg", "same")
    house.index()
    house.put("b.jpg", "same")
    assert counts(house.index()) == {"photos": 2, "new": 1, "unchanged": 1, "faces": 2}


def test_an_unmounted_disk_marks_photos_missing_and_deletes_nothing(house: House) -> None:
    house.put("a.jpg")
    house.put("b.jpg")
    house.index()
    away = house.folder.rename(house.folder.with_name("unplugged"))
    assert counts(house.index()) == {"missing": 2}
    away.rename(house.folder)
    assert counts(house.index()) == {"photos": 2, "unchanged": 2, "faces": 2}
    assert len(house.executors) == 1


def test_an_edited_file_is_analysed_again(house: House) -> None:
    path = house.put("a.jpg")
    house.index()
    path.write_text("picture edited")
    os.utime(path, ns=(1, 1))
    assert counts(house.index()) == {"photos": 1, "changed": 1, "faces": 1}


def test_a_new_sidecar_is_read(house: House) -> None:
    house.put("a.jpg")
    house.index()
    house.put("a.jpg.xmp", "x")
    assert counts(house.index()) == {"photos": 1, "changed": 1, "faces": 1}
    assert counts(house.index()) == {"photos": 1, "unchanged": 1, "faces": 1}


def test_a_picture_without_a_suffix_is_found_and_other_files_are_listed(house: House) -> None:
    house.put("IMG_1", "picture by its bytes")
    house.put("notes.txt", "hello")
    house.put("orphan.jpg.xmp", "x")
    assert counts(house.index()) == {"photos": 1, "new": 1, "faces": 1}
    left_out = house.library.catalogue.skipped_under([house.folder])
    assert [(one.path.name, one.failed) for one in left_out] == [("notes.txt", False), ("orphan.jpg.xmp", False)]
    assert counts(house.index()) == {"photos": 1, "unchanged": 1, "faces": 1}


def test_failed_photos_are_counted_every_time(house: House) -> None:
    house.put("a.jpg")
    house.put("b.jpg")
    assert counts(house.index(broken=frozenset({1})))["failed"] == 1
    assert counts(house.index())["failed"] == 1


def test_one_file_can_be_indexed_alone(house: House) -> None:
    house.put("a.jpg")
    path = house.put("b.jpg")
    assert counts(house.index(path)) == {"photos": 1, "new": 1, "faces": 1}
