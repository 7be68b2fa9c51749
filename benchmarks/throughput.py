"""How fast photos are indexed: `python benchmarks/throughput.py`.

Photos of 12 to 24 megapixels with about four faces each, made anew, go through `photoscribe index` with an empty
library, through a bare loop over the same models (the floor), and, some of them, through the `face_recognition`
program. Runs alternate, and the fastest of each is told: other work on the machine only ever adds. `--second-index N`
measures instead how long a second index of N unchanged photos takes.
"""

import argparse
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import peer
from measuring import Taken, last_json, run, table
from photoscribe.config import default_library, settings
from photoscribe.vision.manifest import SFACE, YUNET
from photoscribe.vision.weights import WeightStore
from photoset import MadePhoto, available, large_photos, small_photos

_HERE = Path(__file__).resolve().parent
PROGRAM = Path(sys.executable).with_name("photoscribe")
_PHOTOS_FAILED = 3


@dataclass(frozen=True, slots=True)
class Result:
    """One contender over some photos. seconds: of the whole process, less what it takes over no photo if said."""

    name: str
    photos: int
    seconds: float
    cpu: float
    faces: int

    @property
    def per_photo(self) -> float:
        return self.seconds / self.photos


def index(library: Path, photos: Path) -> Taken:
    return run([PROGRAM, "--library", library, "--json", "index", photos], allowed=(0, _PHOTOS_FAILED))


def main() -> None:
    arguments = _arguments()
    if not available():
        sys.exit("The test photos are not beside this checkout (../shared/data): nothing to measure with.")
    with tempfile.TemporaryDirectory(prefix="photoscribe-benchmark-") as scratch:
        if arguments.second_index:
            measure_second_index(Path(scratch), arguments.second_index)
        else:
            measure_first_index(Path(scratch), arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures how fast photos are indexed.")
    parser.add_argument("--photos", type=int, default=60, help="photos to index")
    parser.add_argument("--peer-photos", type=int, default=10, help="of them for face_recognition, which is slow")
    parser.add_argument("--repeat", type=int, default=2, help="runs of photoscribe and of the floor")
    parser.add_argument("--second-index", type=int, metavar="N", help="measure a second index of N photos instead")
    return parser.parse_args()


def measure_first_index(scratch: Path, arguments: argparse.Namespace) -> None:
    folder = scratch / "photos"
    folder.mkdir()
    photos = large_photos(folder, arguments.photos)
    models = WeightStore(settings(default_library(), os.environ).models).paths([YUNET, SFACE])
    few = scratch / "few"
    few.mkdir()
    for photo in photos[:1]:
        (few / photo.path.name).symlink_to(photo.path)
    index(scratch / "warm", few)  # imports into the disk cache, weights checked
    ours, floors = [], []
    for number in range(arguments.repeat):
        floors.append(_floor(models, folder))
        ours.append(_photoscribe(scratch / f"library-{number}", folder))
    fastest, floor = min(ours, key=lambda r: r.seconds), min(floors, key=lambda r: r.seconds)
    results = [fastest, floor]
    if arguments.peer_photos:
        results.append(_peer(scratch, photos[: arguments.peer_photos]))
    report(photos, results)


def _photoscribe(library: Path, folder: Path) -> Result:
    taken = index(library, folder)
    said = last_json(taken.stdout)
    if said["failed"]:
        sys.exit(f"{said['failed']} of the photos could not be read: a figure over the others would mean nothing.")
    shutil.rmtree(library)
    return Result("photoscribe index", said["photos"], taken.wall, taken.cpu, said["faces"])


def _floor(models: tuple[Path, ...], folder: Path) -> Result:
    taken = run([sys.executable, _HERE / "floor.py", *models, folder])
    said = last_json(taken.stdout)
    return Result(f"floor ({said['decoder'].replace('_', ' ')})", said["photos"], taken.wall, taken.cpu, said["faces"])


def _peer(scratch: Path, photos: list[MadePhoto]) -> Result:
    """Its start, over an empty folder, is taken off: over few photos it would weigh on it too much."""
    folder, nothing = scratch / "for-peer", scratch / "nothing"
    for place in (folder, nothing):
        place.mkdir()
    for photo in photos:
        (folder / photo.path.name).symlink_to(photo.path)
    program = peer.program()
    start, _ = peer.recognise(program, nothing, scratch)
    taken, faces = peer.recognise(program, folder, scratch)
    return Result("face_recognition --cpus 2", len(photos), taken.wall - start.wall, taken.cpu - start.cpu, faces)


def report(photos: list[MadePhoto], results: list[Result]) -> None:
    sizes = [photo.path.stat().st_size / 1e6 for photo in photos]
    turned = sum(photo.orientation != 1 for photo in photos)
    print(
        f"{len(photos)} JPEGs of 12 to 24 megapixels, {sum(sizes) / len(sizes):.1f} MB and "
        f"{sum(photo.faces for photo in photos) / len(photos):.1f} labelled faces each, {turned} on their side; "
        f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} processors\n"
    )
    ours = results[0]
    rows = [
        (
            result.name,
            result.photos,
            f"{1 / result.per_photo:.2f}",
            f"{1000 * result.per_photo:.0f}",
            f"{1000 * result.cpu / result.photos:.0f}",
            f"{result.faces} of {sum(photo.faces for photo in photos[: result.photos])}",
            f"{ours.per_photo / result.per_photo:.2f}",
        )
        for result in results
    ]
    print(table(("", "photos", "photos/s", "ms/photo", "CPU ms/photo", "faces found", "our time / its"), rows))
    floor = results[1]
    print(f"\ntime against the floor: {ours.per_photo / floor.per_photo:.2f}x (at most 1.5x is asked for)")
    print(f"processor time against the floor: {ours.cpu / floor.cpu:.2f}x")
    if len(results) > 2:
        print(
            f"speed against face_recognition: {results[2].per_photo / ours.per_photo:.1f}x (at least 6x is asked for)"
        )


def measure_second_index(scratch: Path, count: int) -> None:
    folder, library = scratch / "photos", scratch / "library"
    small_photos(folder, count)
    first, second = index(library, folder), index(library, folder)
    again = last_json(second.stdout)
    if (again["photos"], again["unchanged"], again["new"]) != (count, count, 0):
        sys.exit(f"the second index did not find {count} unchanged photos: {again}")
    rows = [
        (name, count, f"{taken.wall:.2f}", f"{taken.cpu:.2f}") for name, taken in (("first", first), ("second", second))
    ]
    print(table(("index", "photos", "seconds", "CPU seconds"), rows))
    if count == 10_000:
        print("\nasked for: a second index under 5 seconds")


if __name__ == "__main__":
    main()
