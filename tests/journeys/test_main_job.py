"""The main job, as a person does it: a folder of photos in, people named, the names in the files, and back."""

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import Terminal

pytestmark = [pytest.mark.shared, pytest.mark.models]


def fingerprints(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def photos(tmp_path: Path, shared: Path) -> Path:
    """Four people with their photos under neutral names, six strangers, and a group photo."""
    folder = tmp_path / "photos"
    folder.mkdir()
    with (shared / "faces" / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    people: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        people.setdefault(row["identity"], []).append(row)
    chosen = [some for some in people.values() if some[0]["kind"] == "id" and len(some) >= 8][:4]
    chosen += [some[:1] for some in people.values() if some[0]["kind"] == "single"][:6]
    for some in chosen:
        for row in some:
            shutil.copy(shared / "faces" / row["file"], folder / row["neutral_name"])
    shutil.copy(shared / "groups" / "human-samples-group-4.jpg", folder / "group.jpg")
    for path in folder.iterdir():
        path.chmod(0o644)
    return folder


def exiftool(path: Path) -> dict[str, object]:
    out = subprocess.run(["exiftool", "-json", "-struct", "-G0", str(path)], capture_output=True, check=True).stdout
    (read,) = json.loads(out)
    return dict(read)


def as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


@pytest.mark.skipif(not (shutil.which("exiftool") and shutil.which("exiv2")), reason="needs exiftool and exiv2")
def test_names_go_into_the_files_and_come_back_out(terminal: Terminal, photos: Path) -> None:
    before = fingerprints(photos)
    report = terminal.one("index", photos)
    assert report["photos"] == report["new"] == len(before)
    assert report["failed"] == 0
    assert fingerprints(photos) == before, "indexing touched a file"

    groups = terminal.json("people", "groups")
    assert len(groups) >= 4
    assert groups[0]["faces"] >= 6
    named = terminal.one("people", "name", str(groups[0]["group"]), 'Ann "Ä" Lee')
    assert named["faces"] == groups[0]["faces"]
    terminal.one("people", "name", str(groups[1]["group"]), "Bob")
    found = terminal.run("search", 'person:Ann "Ä" Lee'.replace('"', "")).stdout
    assert found == b""
    hits = [row["path"] for row in terminal.json("faces", "is:confirmed") if row["person"] == 'Ann "Ä" Lee']

    planned = terminal.json("write", "--dry-run")
    assert {row["outcome"] for row in planned} == {"planned"}
    assert fingerprints(photos) == before, "a dry run touched a file"
    receipts = terminal.json("write")
    assert {row["outcome"] for row in receipts} == {"written"}
    assert {row["path"] for row in receipts} >= set(hits)

    read = exiftool(Path(hits[0]))
    (region,) = read["XMP:RegionInfo"]["RegionList"]  # type: ignore[index]  # plain JSON
    assert region["Name"] == 'Ann "Ä" Lee'
    assert as_list(read["XMP:PersonInImage"]) == ['Ann "Ä" Lee']
    assert 'Ann "Ä" Lee' in as_list(read["IPTC:Keywords"])
    exiv2 = subprocess.run(["exiv2", "-px", hits[0]], capture_output=True, check=False).stdout.decode()
    assert "PersonInImage" in exiv2

    assert terminal.one("index", photos)["unchanged"] == len(before), "our own writing counts as no change"
    assert {row["outcome"] for row in terminal.json("write")} == {"same"}

    undone = terminal.one("undo")
    assert undone["files"] == len(receipts)
    assert fingerprints(photos) == before, "undo did not bring the very bytes back"
    terminal.one("undo", str(undone["change"]))
    assert exiftool(Path(hits[0]))["XMP:PersonInImage"] == read["XMP:PersonInImage"]


@pytest.mark.skipif(not shutil.which("exiftool"), reason="needs exiftool")
def test_a_deleted_library_comes_back_from_the_files(terminal: Terminal, photos: Path) -> None:
    terminal.one("index", photos)
    for group, name in zip(terminal.json("people", "groups"), ["Ann", "Bob", "Cid", "Dan"], strict=False):
        terminal.one("people", "name", str(group["group"]), name)
    terminal.json("write")

    def confirmed() -> set[tuple[str, str]]:
        return {(row["path"], row["person"]) for row in terminal.json("faces", "is:confirmed")}

    before = confirmed()
    shutil.rmtree(terminal.library)
    terminal.one("index", photos)
    assert confirmed() == before
    assert {row["person"] for row in terminal.json("people")} == {"Ann", "Bob", "Cid", "Dan"}


def test_a_rejection_and_a_name_outlive_a_move_and_a_new_index(terminal: Terminal, photos: Path) -> None:
    terminal.one("index", photos)
    group = terminal.json("people", "groups")[0]["group"]
    terminal.one("people", "name", str(group), "Ann")
    face = terminal.json("faces", "person:Ann")[0]["face"]
    terminal.one("people", "reject", face)
    rows = {row["face"]: (row["state"], row["person"]) for row in terminal.json("faces")}
    photos.rename(photos.with_name("elsewhere"))
    moved = terminal.one("index", photos.with_name("elsewhere"))
    assert moved["moved"] == len(rows) or moved["moved"] == moved["photos"]
    again = {row["face"]: (row["state"], row["person"]) for row in terminal.json("faces")}
    assert again == rows
    assert again[face][1] != "Ann"


def test_a_killed_index_goes_on_where_it_stopped(terminal: Terminal, photos: Path) -> None:
    process = terminal.start("index", photos)
    database = terminal.library / "photoscribe.db"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if database.exists() and int(terminal.one("status")["photos"]) and int(terminal.one("status")["faces"]):
            break
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    report = terminal.one("index", photos)
    fresh = Terminal(terminal.library.with_name("fresh"), terminal.models)
    assert report["faces"] == fresh.one("index", photos)["faces"]
    assert terminal.json("problems") == fresh.json("problems")


def test_a_second_index_is_quick_because_it_opens_nothing(terminal: Terminal, photos: Path) -> None:
    terminal.one("index", photos)
    for path in photos.iterdir():
        stat = path.stat()
        path.write_bytes(b"x" * stat.st_size)  # whoever opens it fails
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    report = terminal.one("index", photos)
    assert (report["unchanged"], report["failed"]) == (report["photos"], 0)
