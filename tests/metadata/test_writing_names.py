"""Any name, any orientation: what is written is what two readers that are not ours read."""

import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from photoscribe.core.edits import Edit, path_text
from photoscribe.core.facts import Region
from photoscribe.core.geometry import Orientation, iou
from photoscribe.core.people import clean_name
from photoscribe.metadata import iptc, xmp_tree
from photoscribe.metadata.carriers.jpeg import Jpeg
from photoscribe.metadata.writing import Writer
from tests.metadata.samples import STORED_BY, jpeg, written
from tests.metadata.written_photos import HERE, by_exiftool, pixels, plan, read, undo, write

PHOTO = jpeg((64, 48))

AWKWARD = [
    'Ann O\'Hara & <Söhne>, "x"',
    "AC/DC",
    "a|b",
    "Ann, Bob; Carl",
    "&amp;",
    "]]>",
    "<!-- x -->",
    "Жанна д'Арк",
    "山田 太郎",
    "محمد علي",
    "שרה",
    "👩‍👩‍👧 Família",
    "🏳️‍🌈",
    "12",
    "0",
    "true",
    "n" * 200,
    "é" * 33,
    "\N{ZERO WIDTH NON-JOINER}نمی‌دانم",
    'lang="x-default" Ann',
    "Zoe\u0308",
    "-Ann",
    "#Ann",
    "$(Ann)",
    "%s",
    "\\n",
]

people = (
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=40)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: bool(text) and "\ufffe" not in text and "\uffff" not in text)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people)
@example('Ann O\'Hara & <Söhne>, "x"')
def test_any_name_survives_and_can_be_taken_back(writer: Writer, tmp_path: Path, name: str) -> None:
    path = written(tmp_path, PHOTO)
    (prepared,) = write(writer, path, Edit(name_regions=(Region(HERE, name),)))
    kept = unicodedata.normalize("NFC", name)
    assert [region.name for region in read(path).regions] == [kept]
    undo(writer, prepared)
    assert path.read_bytes() == PHOTO


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_name_reads_the_same_in_exiftool(writer: Writer, tmp_path: Path, name: str) -> None:
    path = written(tmp_path, PHOTO)
    write(writer, path, Edit(name_regions=(Region(HERE, name),)))
    found = by_exiftool(path)
    assert str(found["XMP-mwg-rs:RegionInfo"]["RegionList"][0]["Name"]).removesuffix(".0") in {name, name.title()}
    for field, text in {
        "XMP-iptcExt:PersonInImage": name,
        "XMP-dc:Subject": name,
        "XMP-digiKam:TagsList": path_text(("People", name), "/"),
        "XMP-lr:HierarchicalSubject": path_text(("People", name), "|"),
    }.items():
        assert [str(one) for one in found[field]] in ([text], [text.title()]), field
    short = len(name.encode()) <= 64
    assert ("IPTC:Keywords" in found) is short
    if short:
        assert str(found["IPTC:Keywords"]) in {name, name.title()}


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_name_is_dropped_from_every_field(writer: Writer, tmp_path: Path, name: str) -> None:
    path = written(tmp_path, PHOTO)
    write(writer, path, Edit(name_regions=(Region(HERE, name),)))
    write(writer, path, Edit(drop_regions=(Region(HERE, name),)))
    blocks = Jpeg().read(path.read_bytes())
    assert blocks.iptc is None
    assert blocks.xmp is None or xmp_tree.parse(blocks.xmp).properties == ()


def test_a_name_as_people_type_it_is_the_name_that_is_read_back(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, PHOTO)
    name = clean_name("  Ann\t O'Hara ")
    write(writer, path, Edit(name_regions=(Region(HERE, name),)))
    assert [region.name for region in read(path).regions] == ["Ann O'Hara"]


def test_a_name_longer_than_iptc_allows_is_left_out_there_rather_than_cut(writer: Writer, tmp_path: Path) -> None:
    long = "Ö" * 33  # 66 bytes
    path = written(tmp_path, PHOTO)
    write(writer, path, Edit(name_regions=(Region(HERE, long),), add_people=("Ann",)))
    sets = iptc.parse(Jpeg().read(path.read_bytes()).iptc or b"")
    assert iptc.texts(sets, iptc.KEYWORDS) == ("Ann",)
    assert plan(writer, path, Edit(name_regions=(Region(HERE, long),), add_people=("Ann",))).changes == ()


@pytest.mark.parametrize("orientation", list(Orientation))
def test_a_region_stands_on_the_stored_pixels_in_every_orientation(
    writer: Writer, tmp_path: Path, orientation: Orientation
) -> None:
    """ExifTool reads the numbers, Pillow turns a picture with a mark at that place: the mark is where the face was."""
    upright = Image.new("L", (400, 300), 0)
    left, top, right, bottom = HERE.x * 400, HERE.y * 300, (HERE.x + HERE.w) * 400, (HERE.y + HERE.h) * 300
    upright.paste(255, (round(left), round(top), round(right), round(bottom)))
    stored = upright.transpose(STORED_BY[orientation]) if orientation in STORED_BY else upright
    path = written(tmp_path, jpeg(stored.size, orientation=orientation))
    shown = pixels(path)
    write(writer, path)
    found = by_exiftool(path)
    area = found["XMP-mwg-rs:RegionInfo"]["RegionList"][0]["Area"]
    x, y, w, h = (float(part) for part in found["XMP-MP:RegionInfoMP"]["Regions"][0]["Rectangle"].split(","))
    marked = stored.getbbox()
    assert marked is not None
    wanted = (
        marked[0] / stored.width, marked[1] / stored.height,
        (marked[2] - marked[0]) / stored.width, (marked[3] - marked[1]) / stored.height,
    )  # fmt: skip
    mwg = (area["X"] - area["W"] / 2, area["Y"] - area["H"] / 2, area["W"], area["H"])
    assert max(abs(a - b) for a, b in zip((x, y, w, h), wanted, strict=True)) < 1e-3
    assert max(abs(a - b) for a, b in zip(mwg, wanted, strict=True)) < 1e-3
    size = found["XMP-mwg-rs:RegionInfo"]["AppliedToDimensions"]
    assert (size["W"], size["H"]) == stored.size
    (region,) = read(path).regions
    assert iou(region.box, HERE) > 0.99
    assert pixels(path) == shown


@pytest.mark.parametrize("orientation", [Orientation.TOP_LEFT, Orientation.RIGHT_TOP])
def test_the_exiv2_program_and_the_validation_of_exiftool_are_content(
    writer: Writer, tmp_path: Path, orientation: Orientation
) -> None:
    path = written(tmp_path, jpeg((400, 300), orientation=orientation))
    before = by_exiftool(path, "-validate")["ExifTool:Validate"]
    write(writer, path, Edit(name_regions=(Region(HERE, "Ann & Søn"),)))
    assert by_exiftool(path, "-validate")["ExifTool:Validate"] == before
    if shutil.which("exiv2") is None:
        pytest.skip("no exiv2 program is installed")
    done = subprocess.run(["exiv2", "-PXkt", str(path)], capture_output=True, check=True, text=True, timeout=60)
    tags = dict(re.split(r"\s+", line, maxsplit=1) for line in done.stdout.splitlines())
    assert done.stderr == ""
    assert tags["Xmp.mwg-rs.Regions/mwg-rs:RegionList[1]/mwg-rs:Name"] == "Ann & Søn"
    assert tags["Xmp.MP.RegionInfo/MPRI:Regions[1]/MPReg:PersonDisplayName"] == "Ann & Søn"
    assert tags["Xmp.iptcExt.PersonInImage"] == "Ann & Søn"
    assert tags["Xmp.digiKam.TagsList"] == "People/Ann & Søn"
