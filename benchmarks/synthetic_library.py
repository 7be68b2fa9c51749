"""A library as large as wished, of photos that nobody took: `python benchmarks/synthetic_library.py --into DIR`.

Rows for photos over twenty years in folders of outings, a third with a position, with tags, ratings and cameras; faces
with vectors in clusters, some named, some suggested, most not; drawn previews in the cache. The originals do not exist:
do not index its roots. 100,000 photos take about a minute, and 2 GB of which links share nearly all.
"""

import argparse
import json
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from drawn_previews import Drawn, drawn_previews, keep
from photoscribe.app.ports import READ
from photoscribe.core.photo import version_of
from photoscribe.stores.sqlite import FILE_NAME, SqliteLibrary
from photoscribe.vision.models import DEFAULT

FIRST, YEARS = datetime(2006, 1, 1, tzinfo=UTC), 20
OUTING = 40  # photos
DIMENSIONS = 128  # of the vectors of the default model
LARGE_PREVIEWS = 12_000  # the newest photos have one, of 70 kB: the cache holds 2 GB
SMALL_PREVIEWS = 110_000  # of 8 kB
PLACES = (
    ("Rome", "Lazio", "Italy", 41.89, 12.49), ("Milan", "Lombardy", "Italy", 45.46, 9.19),
    ("L'Aquila", "Abruzzo", "Italy", 42.35, 13.40), ("Naples", "Campania", "Italy", 40.85, 14.27),
    ("Vienna", "", "Austria", 48.21, 16.37), ("Munich", "Bavaria", "Germany", 48.14, 11.58),
    ("Berlin", "", "Germany", 52.52, 13.40), ("Zürich", "", "Switzerland", 47.38, 8.54),
    ("Paris", "Île-de-France", "France", 48.86, 2.35), ("London", "England", "United Kingdom", 51.51, -0.13),
    ("Reykjavík", "", "Iceland", 64.15, -21.94), ("New York", "New York", "United States", 40.71, -74.01),
    ("Tokyo", "", "Japan", 35.68, 139.69), ("Sydney", "New South Wales", "Australia", -33.87, 151.21),
    ("Suva", "", "Fiji", -18.14, 178.44), ("Cape Town", "", "South Africa", -33.92, 18.42),
)  # fmt: skip
TAGS = (
    "Beach", "Mountains", "Snow", "Family", "Birthday", "Wedding", "Garden", "Places/Italy/Abruzzo", "Places/Italy",
    "Animals/Cat", "Animals/Dog", "Sport/Football", "Sunset", "Food", "Concert", "School", "Holiday/Summer",
)  # fmt: skip
CAMERAS = ("FUJIFILM X100V", "Apple iPhone 13", "Canon EOS 80D", "Google Pixel 7", "NIKON D90", "")
FIRST_NAMES = ("Anna", "Bruno", "Chiara", "Davide", "Élise", "Fritz", "Greta", "Henrik", "Irene", "Jonas", "Karin")
LAST_NAMES = ("Rossi", "Müller", "Bianchi", "Novak", "Leroy", "Hansen", "Conti")


@dataclass(frozen=True, slots=True)
class Plan:
    photos: int
    faces: int
    distinct: int
    into: Path


@dataclass(frozen=True, slots=True)
class Outing:
    """Photos of one day in one folder. people: numbers of who was there."""

    day: datetime
    place: tuple[str, str, str, float, float]
    tags: tuple[str, ...]
    camera: str
    people: tuple[int, ...]
    scene: int
    placed: bool
    folder: str


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a large library of drawn photos.")
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--faces", type=int, default=100_000)
    parser.add_argument("--distinct", type=int, default=300, help="different previews to draw")
    parser.add_argument("--into", type=Path, required=True, help="the library's folder, which must not exist")
    arguments = parser.parse_args()
    if arguments.into.exists():
        parser.error(f"{arguments.into} is there already: name a folder to be made")
    started = time.monotonic()
    make(Plan(arguments.photos, arguments.faces, arguments.distinct, arguments.into.absolute()))
    print(f"made {arguments.photos} photos and {arguments.faces} faces in {time.monotonic() - started:.0f} s")


def make(plan: Plan) -> None:
    SqliteLibrary(plan.into).close()
    drawn = drawn_previews(plan.distinct, plan.into / "drawn")
    rng = np.random.default_rng(7)
    outings = [_outing(rng, number, plan) for number in range(-(-plan.photos // OUTING))]
    with sqlite3.connect(plan.into / FILE_NAME) as connection:
        connection.execute("pragma journal_mode = off")  # a library half made is thrown away
        connection.execute("pragma synchronous = off")
        connection.execute("insert into root values (?)", (str(plan.into / "photos"),))
        _fill_photos(connection, plan, outings, drawn)
        _fill_people(connection, rng, plan, outings)
    connection.close()
    _link_previews(plan, outings, drawn)
    shutil.rmtree(plan.into / "drawn")


def hash_of(photo: int) -> str:
    return f"{photo * 0x9E3779B97F4A7C15 & (1 << 64) - 1:016x}{photo:016x}"


def _outing(rng: np.random.Generator, number: int, plan: Plan) -> Outing:
    total = max(1, plan.photos // OUTING)
    day = FIRST + timedelta(days=365.24 * YEARS * number / total, hours=float(rng.uniform(7, 17)))
    place = PLACES[int(rng.integers(len(PLACES)) * rng.uniform(0, 1))]
    return Outing(
        day=day,
        place=place,
        tags=tuple(sorted({str(tag) for tag in rng.choice(TAGS, int(rng.integers(0, 4)))})),
        camera=CAMERAS[int(rng.integers(len(CAMERAS)))],
        people=tuple(int(who) for who in np.unique((rng.beta(0.5, 3, 6) * _people_count(plan)).astype(int))),
        scene=int(rng.integers(plan.distinct)),
        placed=bool(rng.uniform() < 1 / 3),
        folder=str(plan.into / "photos" / f"{day:%Y}" / f"{day:%Y-%m-%d} {place[0]} {number}"),
    )


def _fill_photos(connection: sqlite3.Connection, plan: Plan, outings: list[Outing], drawn: list[Drawn]) -> None:
    rng = np.random.default_rng(8)
    for start in range(0, plan.photos, 20_000):
        ids = range(start + 1, min(start + 20_000, plan.photos) + 1)
        photos, files, tags = [], [], []
        facts: list[tuple[object, ...]] = []
        for id_ in ids:
            at, outing = (id_ - 1) % OUTING, outings[(id_ - 1) // OUTING]
            picture = _picture_of(id_, outings, drawn)
            photos.append(_photo(rng, id_, at, outing, picture))
            path = f"{outing.folder}/IMG_{id_:07}.jpg"
            files.append((id_, path, outing.folder, 4_000_000 + id_, 1, "[]", "", photos[-1][-1]))
            tags += [(id_, tag.casefold(), tag, "confirmed", "xmp", None) for tag in outing.tags]
            facts += _facts(id_, outing, photos[-1])
        columns = (
            "id, added_utc, kind, picture_hash, width, height, taken_local, taken_offset_minutes, taken_utc, latitude, "
            "longitude, city, state, country, title, rating, camera, colour, look, missing"
        )
        _insert(connection, f"photo ({columns})", photos)
        columns = "photo_id, path, folder, size_bytes, mtime_ns, sidecars, content_hash, missing"
        _insert(connection, f"media_file ({columns})", files)
        _insert(connection, "tagging", tags)
        _insert(connection, "fact (photo_id, step, origin, kind, value, text)", facts)
        steps = ((READ.name, READ.version), ("faces", DEFAULT.version))
        done = [(id_, *step, "done", hash_of(id_), "", 1, 1) for id_ in ids for step in steps]
        _insert(connection, "ledger", done)


def _photo(rng: np.random.Generator, id_: int, at: int, outing: Outing, picture: Drawn) -> tuple[object, ...]:
    chance = rng.uniform(size=6)
    kind = "video" if chance[0] < 0.03 else "raw" if chance[0] < 0.05 else "image"
    taken = None if chance[1] < 0.02 else (outing.day + timedelta(minutes=3 * at)).strftime("%Y-%m-%dT%H:%M:%S")
    city, state, country, latitude, longitude = outing.place
    where = (latitude + rng.normal() / 40, longitude + rng.normal() / 40) if outing.placed else (None, None)
    return (
        id_, "2026-11-20T12:00:00+00:00", kind, hash_of(id_), picture.width * 3, picture.height * 3, taken,
        120 if chance[2] < 0.7 else None, taken, *where,
        *((city, state, country) if outing.placed else ("", "", "")),
        f"{city}, {at + 1}" if chance[3] < 0.05 else "", int(chance[4] * 50) if chance[4] < 0.12 else None,
        outing.camera, picture.colour, picture.look, int(chance[5] < 0.002),
    )  # fmt: skip


def _facts(id_: int, outing: Outing, row: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    if row[6]:
        yield id_, READ.name, "exif", "taken", json.dumps(row[6]), ""
    if outing.placed:
        yield id_, READ.name, "exif", "position", json.dumps([row[9], row[10], None]), ""
    for tag in outing.tags:
        yield id_, READ.name, "xmp", "tag", json.dumps(tag.split("/")), tag.casefold()


def _people_count(plan: Plan) -> int:
    return max(6, min(2000, plan.faces // 150))


def _fill_people(connection: sqlite3.Connection, rng: np.random.Generator, plan: Plan, outings: list[Outing]) -> None:
    """Of all people two in five are named; of their faces most are confirmed and some suggested."""
    count = _people_count(plan)
    names = [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES]
    named = {who: f"{names[at % len(names)]}{_ordinal(at // len(names))}" for at, who in enumerate(range(0, count, 2))}
    ids = {who: f"{version_of(name)}{who:08x}" for who, name in named.items()}
    people = [(ids[who], name, name.casefold(), None) for who, name in named.items()]
    _insert(connection, "person (id, name, key, cover_face)", people)
    centres = _unit(rng.normal(size=(count, DIMENSIONS)))
    rows, verdicts = [], []
    for id_, (photo, who, slot) in enumerate(_appearances(rng, plan, outings), 1):
        person, chance = ids.get(who), float(rng.uniform())
        state = "unknown" if person is None or chance > 0.9 else "suggested" if chance > 0.7 else "confirmed"
        vector = _unit(centres[who] + rng.normal(size=DIMENSIONS) * 0.8 / DIMENSIONS**0.5)
        guessed = (person, round(0.6 + 0.39 * chance, 3)) if state == "suggested" else (None, None)
        size = 0.08 + 0.1 * chance
        rows.append(
            (
                id_, photo, 0.1 + 0.28 * slot, 0.25 + 0.2 * chance, size, size, round(0.7 + 0.3 * chance, 3),
                "detector", "[]", 60 + 200 * chance, chance, 1 - chance / 2, DEFAULT.model,
                vector.astype(np.float32).tobytes(), who + 1 if state == "unknown" else None, *guessed, state,
                person if state != "unknown" else None,
            )
        )  # fmt: skip
        if state == "confirmed":
            verdicts.append((id_, "confirmed", person, "user"))
    _insert(connection, "face", rows)
    _insert(connection, "verdict", verdicts)
    counters = [("next_face", str(len(rows) + 1)), ("next_group", str(count + 1)), ("next_run", "2")]
    _insert(connection, "setting", counters)


def _appearances(rng: np.random.Generator, plan: Plan, outings: list[Outing]) -> Iterator[tuple[int, int, int]]:
    """(photo, person, place in the picture), no person twice in a photo."""
    left = plan.faces
    for photo in range(1, plan.photos + 1):
        there = outings[(photo - 1) // OUTING].people
        share = left / (plan.photos - photo + 1)
        many = min(int(share + rng.uniform()), 3, len(there), left)
        for slot, who in enumerate(rng.permutation(there)[:many].tolist()):
            yield photo, who, slot
        left -= many


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float64)


def _ordinal(number: int) -> str:
    return f" {number + 1}" if number else ""


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608 the table is said above


def _picture_of(photo: int, outings: list[Outing], drawn: list[Drawn]) -> Drawn:
    """Five different ones to an outing."""
    outing, at = divmod(photo - 1, OUTING)
    return drawn[(outings[outing].scene + at % 5) % len(drawn)]


def _link_previews(plan: Plan, outings: list[Outing], drawn: list[Drawn]) -> None:
    cache, newest = plan.into / "cache" / "previews", range(plan.photos, max(0, plan.photos - SMALL_PREVIEWS), -1)
    for at, id_ in enumerate(newest):
        keep(cache, hash_of(id_), _picture_of(id_, outings, drawn), large=at < LARGE_PREVIEWS)


if __name__ == "__main__":
    main()
