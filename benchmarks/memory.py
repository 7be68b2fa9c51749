"""How much memory indexing takes, and whether it grows with the library: `python benchmarks/memory.py`.

The peak is the sum over all processes of the program, shared pages counted once. Three libraries: large photos, which
set the peak, and 1,000 and 10,000 portraits, which would show what is kept for each photo.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from measuring import Taken, last_json, run, table
from photoset import available, large_photos, small_photos

PROGRAM = Path(sys.executable).with_name("photoscribe")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures the memory that indexing takes.")
    parser.add_argument("--large", type=int, default=24, help="photos of 12 to 24 megapixels")
    parser.add_argument("--small", type=int, nargs=2, default=(1_000, 10_000), help="portraits in two libraries")
    arguments = parser.parse_args()
    if not available():
        sys.exit("The test photos are not beside this checkout (../shared/data): nothing to measure with.")
    with tempfile.TemporaryDirectory(prefix="photoscribe-benchmark-") as scratch:
        place = Path(scratch)
        (place / "large").mkdir()
        large_photos(place / "large", arguments.large)
        rows = [_measured(f"{arguments.large} photos of 12 to 24 megapixels", place, "large")]
        for count in arguments.small:
            small_photos(place / f"small-{count}", count)
            rows.append(_measured(f"{count} portraits", place, f"small-{count}"))
    print(table(("library", "photos", "faces", "seconds", "peak MB"), [row for row, _ in rows]))
    peaks = [taken.peak_bytes / 1e6 for _, taken in rows]
    print(f"\nlargest peak: {max(peaks):.0f} MB (at most 1500 MB is asked for)")
    print(f"growth between the libraries of portraits: {peaks[2] - peaks[1]:+.0f} MB (at most 100 MB is asked for)")


def _measured(name: str, place: Path, folder: str) -> tuple[tuple[object, ...], Taken]:
    library = place / f"library-{folder}"
    taken = run([PROGRAM, "--library", library, "--json", "index", place / folder], memory=True, allowed=(0, 3))
    said = last_json(taken.stdout)
    return (name, said["photos"], said["faces"], f"{taken.wall:.1f}", f"{taken.peak_bytes / 1e6:.0f}"), taken


if __name__ == "__main__":
    main()
