"""How long a write takes, and whether anything is lost by it: `python benchmarks/writing.py [--photos 100]`.

Two tables. Speed: the whole of plan, prepare and commit of a new name, a JPEG of 3 to 8 MB each, against exiv2 and
ExifTool rewriting the same files in their place without any of the safety. Round trips: a name written into a copy of
every test file, judged by Pillow and ExifTool, then undone.
"""

import argparse
import hashlib
import io
import os
import re
import shutil
import statistics
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import exiv2
import numpy as np
import pillow_heif
from PIL import Image, ImageSequence

from photoscribe.core.edits import Edit
from photoscribe.core.errors import PhotoError, Unavailable
from photoscribe.core.facts import Region
from photoscribe.core.geometry import Box
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.precedence import choose
from photoscribe.media.fingerprint import content_hash, picture_hash
from photoscribe.metadata import reading
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.writing import Writer

DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "metadata"
ANN = Region(Box(0.1, 0.2, 0.3, 0.25), "Ann")
EDIT = Edit(name_regions=(ANN,))

OURS = re.compile(
    r"(SourceFile|System:.*|ExifTool:ExifToolVersion|Composite:.*|XMP-mwg-rs:.*|XMP-MP:.*|XMP-iptcExt:PersonInImage"
    r"|XMP-dc:Subject|XMP-digiKam:TagsList|XMP-lr:HierarchicalSubject|XMP-x:XMPToolkit|IPTC:Keywords"
    r"|IPTC:(CodedCharacterSet|EnvelopeRecordVersion|ApplicationRecordVersion)|.*:(Current)?IPTCDigest"
    r"|GIF:GIFVersion|QuickTime:MediaData(Size)?|RIFF:WebP_Flags|File:FileType)"
)
PLACE = re.compile(r"(Offsets?|Start|Position)$")


def patterns() -> list[bytes]:
    """Photos of about 3, 5 and 8 MB: noise, with EXIF, a maker note and an orientation."""
    rng = np.random.default_rng(20261120)
    made = []
    for side, quality in ((1900, 88), (2300, 91), (2700, 94)):
        pixels = rng.normal(128, 40, (side, side * 4 // 3, 3)).clip(0, 255).astype(np.uint8)
        exif = Image.Exif()
        exif[0x010F], exif[0x0110], exif[0x0112] = "Maker", "Model", 6
        exif.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
        exif.get_ifd(0x8769)[0x927C] = b"MakerNote\0" + rng.bytes(20_000)
        target = io.BytesIO()
        Image.fromarray(pixels).save(target, "JPEG", quality=quality, exif=exif)
        made.append(target.getvalue())
    return made


def photos(folder: Path, contents: list[bytes], count: int) -> list[Path]:
    paths = [folder / f"photo{number:04d}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(contents[number % len(contents)])
    os.sync()
    return paths


@dataclass(frozen=True)
class Timing:
    """Milliseconds a file: of the clock, and of this process's processors (threads too, other programs not)."""

    wall: list[float]
    cpu: float


def timed(paths: list[Path], write: Callable[[Path], None]) -> Timing:
    found = []
    cpu = time.process_time()
    for path in paths:
        start = time.perf_counter()
        write(path)
        found.append((time.perf_counter() - start) * 1000)
    return Timing(found, (time.process_time() - cpu) * 1000 / len(paths))


def by_writer(writer: Writer) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        for planned in writer.plan(path, EDIT, "file"):
            writer.prepare(planned).commit()

    return write


def by_exiv2(path: Path) -> None:
    image = exiv2.ImageFactory.open(str(path))
    image.readMetadata()
    image.xmpData()["Xmp.iptcExt.PersonInImage"] = "Ann"
    image.iptcData()["Iptc.Application2.Keywords"] = "Ann"
    image.writeMetadata()


def by_exiftool(exiftool: ExifTool) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        exiftool.run("-overwrite_original", "-XMP-iptcExt:PersonInImage=Ann", "-IPTC:Keywords=Ann", path=path)

    return write


def speed(count: int, exiftool: ExifTool) -> None:
    contents = patterns()
    hashes: dict[str, Any] = {"picture_hash": picture_hash, "content_hash": content_hash, "exiftool": exiftool}
    table: dict[str, Timing] = {}
    with tempfile.TemporaryDirectory() as name, Writer(**hashes) as safe, Writer(**hashes, sync=False) as unsynced:
        rows = {"photoscribe": by_writer(safe), "photoscribe, no fsync": by_writer(unsynced)}
        rows |= {"exiv2 in place, no safety": by_exiv2}
        if exiftool.available():
            rows[f"ExifTool {exiftool.available()} stay-open, no safety"] = by_exiftool(exiftool)
        for label, write in rows.items():
            paths = photos(Path(name), contents, count + 3)
            time.sleep(2.1)  # a file as young as the clock of the slowest file system is compared whole at commit
            for path in paths[:3]:
                write(path)
            table[label] = timed(paths[3:], write)
    floor = statistics.mean(table["exiv2 in place, no safety"].wall)
    sizes = ", ".join(f"{len(content) / 1e6:.1f}" for content in contents)
    print(
        f"Writing one name into each of {count} JPEG files ({sizes} MB in turn), ms a file; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'':42}{'mean':>8}{'median':>8}{'p95':>8}{'CPU':>8}{'ratio':>8}")
    for label, timing in table.items():
        ordered = sorted(timing.wall)
        mean = statistics.mean(ordered)
        p95 = ordered[int(len(ordered) * 0.95)]
        median = statistics.median(ordered)
        print(f"{label:42}{mean:8.1f}{median:8.1f}{p95:8.1f}{timing.cpu:8.1f}{mean / floor:8.2f}")


@dataclass
class Tally:
    """What became of the files of one kind."""

    files: int = 0
    written: int = 0
    sidecars: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    pixels: int = 0
    not_decoded: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    undone: int = 0
    agree: int = 0
    new: int = 0
    examples: list[str] = field(default_factory=list)


def files() -> Iterator[Path]:
    for path in sorted(DATA.resolve().rglob("*")):
        if path.is_file() and path.suffix != ".fuzzed" and "fuzzing" not in path.parts:
            yield path


def pixels_of(path: Path) -> str:
    """A hash of every frame as Pillow decodes it, "" where it cannot."""
    digest = hashlib.sha256()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                for frame in ImageSequence.Iterator(image):
                    digest.update(repr((frame.mode, frame.size)).encode() + frame.tobytes())
    except Exception:  # noqa: BLE001 -- broken on purpose, in every way
        return ""
    return digest.hexdigest()


def dump(exiftool: ExifTool, path: Path) -> Counter[tuple[str, str]]:
    """All that ExifTool reads but what we mean to change and where things stand; how often, without their numbers."""
    try:
        found = exiftool.read_json(path, "-G1:4", "-a", "-u", "-n", "-struct")
    except PhotoError:
        return Counter()
    plain = ((re.sub(r"Copy\d+:", "", key), repr(value)) for key, value in found.items())
    return Counter((key, "" if PLACE.search(key) else value) for key, value in plain if not OURS.fullmatch(key))


def agrees(exiftool: ExifTool, path: Path, found: FileMetadata) -> bool:
    """Whether ExifTool and exiv2 (our reader) see Ann in the same place, in every field."""
    said = exiftool.read_json(path, "-struct", "-n", "-G1")
    region = next(
        (one for one in said.get("XMP-mwg-rs:RegionInfo", {}).get("RegionList", []) if str(one.get("Name")) == "Ann"),
        None,
    )
    microsoft = said.get("XMP-MP:RegionInfoMP", {}).get("Regions", [])
    ours = [one for one in choose(found.statements).regions if one.name == "Ann"]
    if region is None or len(ours) != 1 or not any(one.get("PersonDisplayName") == "Ann" for one in microsoft):
        return False
    near = max(abs(a - b) for a, b in zip(ours[0].box.centre, ANN.box.centre, strict=True)) < 1e-3
    lists = ("XMP-iptcExt:PersonInImage", "XMP-dc:Subject")
    return near and all("Ann" in said.get(name, []) or said.get(name) == "Ann" for name in lists)


def round_trip(writer: Writer, exiftool: ExifTool, path: Path, tally: Tally) -> None:
    tally.files += 1
    before = path.read_bytes()
    try:
        (planned,) = writer.plan(path, EDIT, "file")
    except (PhotoError, Unavailable, ValueError) as error:
        tally.refused[str(error)[:60]] += 1
        return
    if planned.refusal or not planned.changes:
        tally.refused[(planned.refusal or "nothing to do")[:60]] += 1
        return
    if planned.tool == "sidecar":
        tally.sidecars += 1
        tally.refused[f"sidecar: {planned.note}"[:70]] += 1
    shown, said = pixels_of(path), dump(exiftool, path)
    try:
        prepared = writer.prepare(planned)
    except (PhotoError, Unavailable) as error:
        tally.refused[str(error)[:70]] += 1
        tally.examples.append(f"{path.name}: {error}")
        return
    prepared.commit()
    tally.written += planned.tool != "sidecar"
    tally.not_decoded += planned.tool != "sidecar" and not shown
    if pixels_of(path) != shown:
        tally.pixels += 1
        tally.examples.append(f"{path.name}: pixels")
    now = said if path.read_bytes() == before else dump(exiftool, path)
    for key, value in said - now:
        tally.lost[key] += 1
        tally.examples.append(f"{path.name}: {key}: {value[:100]}")
    tally.new += len(now - said)
    if planned.tool == "sidecar":
        prepared_path = prepared.path
        found = reading.read(path, before, sidecars=[prepared_path], exiftool=exiftool)
        tally.agree += agrees(exiftool, prepared_path, found)
    else:
        film = planned.frame.size is None and path.suffix.lower() in {".mp4", ".mov", ".3gp", ".3g2", ".m4v"}
        found = reading.read(path, b"" if film else path.read_bytes(), exiftool=exiftool)
        good = agrees(exiftool, path, found)
        tally.agree += good
        if not good:
            tally.examples.append(f"{path.name}: readers disagree")
    writer.restore(prepared.path, prepared.patch, prepared.before_hash, prepared.after_hash).commit()
    tally.undone += path.read_bytes() == before and (planned.tool != "sidecar" or not prepared.path.exists())


def row(kind: str, tally: Tally) -> str:
    refused = tally.files - tally.written - tally.sidecars
    return (
        f"{kind:8}{tally.files:7}{tally.written:9}{tally.sidecars:9}{refused:9}{tally.pixels:8}"
        f"{sum(tally.lost.values()):6}{tally.undone:8}{tally.agree:7}"
    )


def round_trips(exiftool: ExifTool, *, verbose: bool) -> None:
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = 50_000_000  # the test files hold bombs
    tallies: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as name:
        writer = Writer(picture_hash=picture_hash, content_hash=content_hash, exiftool=exiftool)
        for number, original in enumerate(files()):
            folder = Path(name) / str(number)
            folder.mkdir()
            path = Path(shutil.copy(original, folder))
            path.chmod(0o644)
            tally = tallies.setdefault(original.suffix.lower() or "(none)", Tally())
            round_trip(writer, exiftool, path, tally)
            left = [one.name for one in folder.iterdir() if one != path]
            if left:
                tally.examples.append(f"{path.name}: left behind {left}")
            shutil.rmtree(folder)
        writer.close()
    total = Tally()
    print("\nA name written into a copy of every test file, and undone")
    print(
        f"{'kind':8}{'files':>7}{'written':>9}{'sidecar':>9}{'refused':>9}{'pixels':>8}{'lost':>6}{'undone':>8}{'agree':>7}"
    )
    for kind, tally in sorted(tallies.items()):
        if tally.written:
            print(row(kind, tally))
        for one in ("files", "written", "sidecars", "pixels", "not_decoded", "undone", "agree", "new"):
            setattr(total, one, getattr(total, one) + getattr(tally, one))
        total.refused.update(tally.refused)
        total.lost.update(tally.lost)
        total.examples += tally.examples
    print(row("all", total))
    print(f"Kinds of which no file was written are in the last line only. Pillow cannot decode {total.not_decoded}")
    print(f"of the written ones: their coded pictures were compared. ExifTool sees {total.new} tags more than before.")
    print("\nWhy a file was left alone, or got a sidecar:")
    for reason, count in total.refused.most_common():
        print(f"{count:6}  {reason}")
    if verbose:
        print("\n".join(total.examples))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100)
    parser.add_argument("--only", choices=["speed", "trips"])
    parser.add_argument("--verbose", action="store_true", help="name every file that was refused or differed")
    chosen = parser.parse_args()
    exiv2.LogMsg.setHandler(None)
    with ExifTool() as exiftool:
        if chosen.only != "trips":
            speed(chosen.photos, exiftool)
        if chosen.only != "speed" and exiftool.available():
            round_trips(exiftool, verbose=chosen.verbose)


if __name__ == "__main__":
    main()
