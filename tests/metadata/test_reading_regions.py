"""Regions of other programs end up on the faces that they were drawn on."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from photoscribe.core.facts import PersonNamed, Region
from photoscribe.core.geometry import Box, Orientation
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.photo import Size
from photoscribe.core.precedence import choose
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.exiv2_access import RawTag
from photoscribe.metadata.reading import read
from photoscribe.metadata.regions import Frame, regions_of
from photoscribe.metadata.xmp_facts import XmpTags
from tests.metadata.samples import (
    ORIENTATION_TAG,
    STORED_BY,
    fields,
    iptc,
    iptc_region,
    jpeg,
    mp,
    mwg,
    mwg_region,
)

UPRIGHT = (400, 300)
FACE = Box(0.1, 0.2, 0.15, 0.3)  # of the upright picture; its corners lie on whole pixels


def stored_and_face(orientation: Orientation) -> tuple[Image.Image, tuple[float, float, float, float]]:
    """The stored picture, and where in it the face is, found by its colour and by no geometry of ours."""
    upright = Image.new("RGB", UPRIGHT, "black")
    corners = (FACE.x * 400, FACE.y * 300, (FACE.x + FACE.w) * 400 - 1, (FACE.y + FACE.h) * 300 - 1)
    ImageDraw.Draw(upright).rectangle(corners, fill="white")
    stored = upright.transpose(STORED_BY[orientation]) if orientation in STORED_BY else upright
    shown = stored.copy()
    shown.getexif()[ORIENTATION_TAG] = int(orientation)
    assert ImageOps.exif_transpose(shown).tobytes() == upright.tobytes()
    rows, columns = np.nonzero(np.asarray(stored.convert("L")))
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    width, height = stored.size
    return stored, (left / width, top / height, (right - left) / width, (bottom - top) / height)


def saved(folder: Path, stored: Image.Image, orientation: Orientation) -> Path:
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = int(orientation)
    stored.save(folder / "photo.jpg", exif=exif)
    return folder / "photo.jpg"


def read_regions(data: bytes) -> tuple[Region, ...]:
    return choose(read(Path("photo.jpg"), data).statements).regions


def assert_face(metadata: FileMetadata, name: str = "Ann") -> None:
    (region,) = choose(metadata.statements).regions
    assert (region.name, region.kind) == (name, "Face")
    assert np.allclose(
        [region.box.x, region.box.y, region.box.w, region.box.h], [FACE.x, FACE.y, FACE.w, FACE.h], atol=1e-3
    )


@pytest.mark.parametrize("orientation", list(Orientation))
@pytest.mark.parametrize("scheme", ["MWG", "MP", "IPTC", "all"])
def test_a_face_that_exiftool_wrote_is_read_where_it_is_seen(
    tmp_path: Path, exiftool: ExifTool, scheme: str, orientation: Orientation
) -> None:
    stored, (x, y, w, h) = stored_and_face(orientation)
    path = saved(tmp_path, stored, orientation)
    # Braces and commas are ExifTool's way to write structures; a bar takes a comma out of it.
    area = f"Area={{X={x + w / 2},Y={y + h / 2},W={w},H={h},Unit=normalized}}"
    size = f"AppliedToDimensions={{W={stored.width},H={stored.height},Unit=pixel}}"
    boundary = f"RegionBoundary={{RbShape=rectangle,RbUnit=relative,RbX={x},RbY={y},RbW={w},RbH={h}}}"
    schemes = {
        "MWG": f"-RegionInfo={{{size},RegionList=[{{{area},Name=Ann,Type=Face}}]}}",
        "MP": f"-RegionInfoMP={{Regions=[{{PersonDisplayName=Ann,Rectangle={x}|, {y}|, {w}|, {h}}}]}}",
        "IPTC": f"-XMP-iptcExt:ImageRegion=[{{{boundary},Name=Ann}}]",
    }
    wanted = list(schemes.values()) if scheme == "all" else [schemes[scheme]]
    reply = exiftool.run("-overwrite_original", *wanted, path=path)
    assert reply.status == 0, reply.errors
    metadata = read(path, path.read_bytes())
    assert metadata.problems == ()
    assert metadata.orientation == orientation
    assert metadata.stored_size == Size(*stored.size)
    assert_face(metadata)


@pytest.mark.parametrize("orientation", list(Orientation))
def test_the_same_holds_for_regions_that_no_other_program_wrote(orientation: Orientation) -> None:
    stored, (x, y, w, h) = stored_and_face(orientation)
    for xmp in (
        mwg(mwg_region("Ann", x=x + w / 2, y=y + h / 2, w=w, h=h)),
        mwg(mwg_region("Ann", x=x + w / 2, y=y + h / 2, w=w, h=h), applied=stored.size),
        mp(("Ann", f"{x}, {y}, {w}, {h}")),
        iptc(
            iptc_region(fields(rbShape="rectangle", rbUnit="relative", rbX=x, rbY=y, rbW=w, rbH=h), fields(Name="Ann"))
        ),
    ):
        assert_face(read(Path("photo.jpg"), jpeg(stored.size, xmp=xmp, orientation=int(orientation))))


def test_a_real_file_of_windows_photo_gallery(shared: Path) -> None:
    path = shared / "metadata/metadata-extractor/jpg/metadata-extractor-dotnet issue 51.jpg"
    (region,) = choose(read(path, path.read_bytes()).statements).regions
    assert region.name == "Bill Murray"
    box = region.box
    assert (round(box.x, 6), round(box.y, 6), round(box.w, 6), round(box.h, 6)) == (
        0.403125,
        0.330598,
        0.192188,
        0.288394,
    )


def test_areas_in_pixels_count_in_the_size_that_they_came_with() -> None:
    xmp = mwg(mwg_region("Ann", unit="pixel", x=140, y=210, w=120, h=180), applied=(800, 600))
    assert_face(read(Path("photo.jpg"), jpeg(xmp=xmp)))


def test_areas_in_pixels_without_that_size_count_in_the_pictures() -> None:
    assert_face(read(Path("photo.jpg"), jpeg(xmp=mwg(mwg_region("Ann", unit="pixel", x=70, y=105, w=60, h=90)))))
    assert_face(read(Path("photo.jpg"), jpeg(xmp=mwg(mwg_region("Ann", unit=None, x=70, y=105, w=60, h=90)))))
    boundary = fields(rbShape="rectangle", rbUnit="pixel", rbX=40, rbY=60, rbW=60, rbH=90)
    assert_face(read(Path("photo.jpg"), jpeg(xmp=iptc(iptc_region(boundary, fields(Name="Ann"))))))


def test_a_smaller_copy_keeps_its_regions() -> None:
    xmp = mwg(mwg_region("Ann", x=0.175, y=0.35, w=0.15, h=0.3), applied=(6000, 4500))
    assert_face(read(Path("photo.jpg"), jpeg(xmp=xmp)))


def test_a_writer_that_drew_on_the_upright_picture_is_understood() -> None:
    xmp = mwg(mwg_region("Ann", x=0.175, y=0.35, w=0.15, h=0.3), applied=UPRIGHT) + mp(("Ann", "0.1, 0.2, 0.15, 0.3"))
    assert_face(read(Path("photo.jpg"), jpeg((300, 400), xmp=xmp, orientation=6)))


@pytest.mark.parametrize("applied", [(300, 400), (300, 300), (1000, 300)])
def test_regions_of_a_picture_that_was_cropped_or_turned_since_give_only_names(applied: tuple[int, int]) -> None:
    xmp = mwg(
        mwg_region("Ann", x=0.5, y=0.5, w=0.1, h=0.1),
        mwg_region("Rex", "Pet", x=0.2, y=0.2, w=0.1, h=0.1),
        applied=applied,
    )
    metadata = read(Path("photo.jpg"), jpeg(xmp=xmp + mp(("Bob", "0.1, 0.1, 0.1, 0.1"))))
    assert [one.fact for one in metadata.statements] == [PersonNamed("Ann"), PersonNamed("Bob")]
    assert len(metadata.problems) == 1
    assert "another shape" in metadata.problems[0]


def test_the_sizes_of_a_raw_file_are_not_believed() -> None:
    xmp = mwg(mwg_region("Ann", x=0.175, y=0.35, w=0.15, h=0.3), applied=(6000, 4000))
    assert_face(read(Path("photo.nef"), jpeg((160, 120), xmp=xmp)))


def test_a_circle_is_the_square_around_it_on_the_picture() -> None:
    (region,) = read_regions(jpeg(xmp=mwg(mwg_region("Ann", x=0.5, y=0.5, d=0.2))))
    assert np.allclose([region.box.w * 400, region.box.h * 300], [60, 60])
    (region,) = read_regions(jpeg(xmp=mwg(mwg_region("Ann", unit="pixel", x=200, y=150, d=60), applied=UPRIGHT)))
    assert np.allclose([region.box.w * 400, region.box.h * 300], [60, 60])
    circle = fields(rbShape="circle", rbUnit="relative", rbX=0.5, rbY=0.5, rbRx=0.1)
    (region,) = read_regions(jpeg(xmp=iptc(iptc_region(circle, fields(Name="Ann")))))
    assert np.allclose([region.box.w * 400, region.box.h * 300], [80, 80])
    circle = fields(rbShape="circle", rbUnit="pixel", rbX=200, rbY=150, rbRx=40)
    (region,) = read_regions(jpeg(xmp=iptc(iptc_region(circle, fields(Name="Ann")))))
    assert np.allclose([region.box.w * 400, region.box.h * 300], [80, 80])


def test_a_polygon_is_the_rectangle_around_it() -> None:
    corners = ((0.1, 0.2), (0.25, 0.35), (0.2, 0.5))
    vertices = [f'<rdf:li rdf:parseType="Resource">{fields(rbX=x, rbY=y)}</rdf:li>' for x, y in corners]
    listed = f"<rdf:Seq>{''.join(vertices)}</rdf:Seq>"
    polygon = fields(rbShape="polygon", rbUnit="relative", rbVertices=listed)
    assert_face(read(Path("photo.jpg"), jpeg(xmp=iptc(iptc_region(polygon, fields(Name="Ann"))))))
    line = polygon.replace(vertices[2], "")
    metadata = read(Path("photo.jpg"), jpeg(xmp=iptc(iptc_region(line, fields(Name="Ann")))))
    assert choose(metadata.statements).people == ("Ann",)


def test_an_iptc_region_names_its_person_and_says_when_it_is_no_face() -> None:
    boundary = fields(rbShape="rectangle", rbUnit="relative", rbX=0.1, rbY=0.2, rbW=0.15, rbH=0.3)
    person = "<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Ann</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>"
    assert_face(read(Path("photo.jpg"), jpeg(xmp=iptc(iptc_region(boundary, person + fields(Name="the woman"))))))
    kind = (
        '<Iptc4xmpExt:rCtype><rdf:Bag><rdf:li rdf:parseType="Resource"><xmp:Identifier><rdf:Bag>'
        "<rdf:li>https://cv.iptc.org/newscodes/imageregiontype/artwork</rdf:li></rdf:Bag></xmp:Identifier></rdf:li>"
        "</rdf:Bag></Iptc4xmpExt:rCtype>"
    )
    (region,) = read_regions(jpeg(xmp=iptc(iptc_region(boundary, kind + fields(Name="The Kiss")))))
    assert (region.name, region.kind) == ("The Kiss", "artwork")
    (region,) = read_regions(jpeg(xmp=iptc(iptc_region(boundary))))
    assert (region.name, region.kind) == ("", "Region")


def test_what_is_no_face_keeps_its_kind_and_a_face_without_a_name_has_none() -> None:
    area = {"x": 0.5, "y": 0.5, "w": 0.1, "h": 0.1}
    xmp = mwg(
        mwg_region("Rex", "Pet", **area),
        mwg_region(None, "Focus", **area),
        mwg_region("", **area),
        mwg_region("Ann", None, **area),
    )
    found = {(region.name, region.kind) for region in read_regions(jpeg(xmp=xmp))}
    assert found == {("Rex", "Pet"), ("", "Focus"), ("Ann", "Face")}


@pytest.mark.parametrize(
    "area",
    [
        {"x": "nan", "y": 0.5, "w": 0.1, "h": 0.1},
        {"x": 0.5, "y": "inf", "w": 0.1, "h": 0.1},
        {"x": 0.5, "y": 0.5, "w": "NaN", "h": 0.1},
        {"x": 0.5, "y": 0.5, "w": 0, "h": 0.1},
        {"x": 0.5, "y": 0.5, "w": -0.1, "h": 0.1},
        {"x": 0.5, "y": 0.5},
        {"y": 0.5, "w": 0.1, "h": 0.1},
        {"x": 1.5, "y": 0.5, "w": 0.1, "h": 0.1},
        {"x": "left", "y": 0.5, "w": 0.1, "h": 0.1},
        {"x": 0.5, "y": 0.5, "w": 1e-9, "h": 1e-9},
    ],
)
def test_an_area_that_marks_nothing_costs_itself_and_says_so(area: dict[str, object]) -> None:
    good = mwg_region("Bob", x=0.5, y=0.5, w=0.2, h=0.2)
    metadata = read(Path("photo.jpg"), jpeg(xmp=mwg(mwg_region("Ann", **area), good)))
    chosen = choose(metadata.statements)
    assert [region.name for region in chosen.regions] == ["Bob"]
    assert chosen.people == ("Ann",)
    assert len(metadata.problems) == 1
    assert "'Ann'" in metadata.problems[0]


def test_an_area_that_leaves_the_picture_is_cut_at_its_edge() -> None:
    (region,) = read_regions(jpeg(xmp=mwg(mwg_region("Ann", x=0.05, y=0.5, w=0.2, h=0.2))))
    assert np.allclose([region.box.x, region.box.w], [0, 0.15])


def test_microsofts_people_without_a_rectangle_are_people_in_the_picture() -> None:
    metadata = read(
        Path("photo.jpg"), jpeg(xmp=mp(("Ann", None), ("Bob", "0.1, 0.2, 0.15"), ("Carl", "0.1, 0.2, 0.1, 0.2")))
    )
    chosen = choose(metadata.statements)
    assert chosen.people == ("Ann", "Bob")
    assert [region.name for region in chosen.regions] == ["Carl"]


def test_decimal_commas_are_understood() -> None:
    assert_face(read(Path("photo.jpg"), jpeg(xmp=mp(("Ann", "0,1, 0,2, 0,15, 0,3")))))


def test_all_schemes_around_one_face_are_one_region() -> None:
    xmp = mwg(mwg_region("", x=0.175, y=0.35, w=0.15, h=0.3)) + mp(("Ann", "0.105, 0.21, 0.15, 0.29"))
    assert_face(read(Path("photo.jpg"), jpeg(xmp=xmp)))


def test_ten_regions_and_more_are_all_read_with_names_in_any_script() -> None:
    names = [
        "Ann",
        "Åsa",
        "Иван",
        "李小龍",
        "علي",
        "नेहा",
        "O'Brien &amp; Sons",
        "Bob, Jr.",
        "&lt;b&gt;",
        "&quot;Q&quot;",
        "42",
        "한국",
    ]
    xmp = mwg(*(mwg_region(name, x=0.05 + n * 0.08, y=0.5, w=0.05, h=0.05) for n, name in enumerate(names)))
    found = [region.name for region in read_regions(jpeg(xmp=xmp))]
    assert found == [
        "Ann",
        "Åsa",
        "Иван",
        "李小龍",
        "علي",
        "नेहा",
        "O'Brien & Sons",
        "Bob, Jr.",
        "<b>",
        '"Q"',
        "42",
        "한국",
    ]


def test_prefixes_are_only_names() -> None:
    xmp = (
        '<a:Regions xmlns:a="http://www.metadataworkinggroup.com/schemas/regions/" rdf:parseType="Resource">'
        '<a:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource"><a:Name>Ann</a:Name><a:Type>Face</a:Type>'
        '<a:Area xmlns:b="http://ns.adobe.com/xmp/sType/Area#" b:x="0.175" b:y="0.35" b:w="0.15" b:h="0.3"/></rdf:li>'
        "</rdf:Bag></a:RegionList></a:Regions>"
    )
    assert_face(read(Path("photo.jpg"), jpeg(xmp=xmp)))


values = st.one_of(st.floats().map(str), st.text(max_size=6), st.sampled_from(["0.5", "0,5", "1/0", "-0", "1e308", ""]))


@settings(deadline=None)
@given(
    st.lists(st.tuples(values, values, values, values), max_size=3),
    st.sampled_from(list(Orientation)),
    st.one_of(st.none(), st.just(Size(400, 300))),
    st.sampled_from(["normalized", "pixel", ""]),
)
def test_no_area_at_all_raises(
    areas: list[tuple[str, ...]], orientation: Orientation, size: Size | None, unit: str
) -> None:
    tags = []
    for n, area in enumerate(areas, 1):
        key = f"Xmp.mwg-rs.Regions/mwg-rs:RegionList[{n}]"
        tags += [RawTag(key, "XmpText", 'type="Struct"'), RawTag(f"{key}/mwg-rs:Area", "XmpText", 'type="Struct"')]
        tags += [
            RawTag(f"{key}/mwg-rs:Area/stArea:{name}", "XmpText", value)
            for name, value in zip("xywh", area, strict=True)
        ]
        tags.append(RawTag(f"{key}/mwg-rs:Area/stArea:unit", "XmpText", unit))
        key = f"Xmp.MP.RegionInfo/MPRI:Regions[{n}]"
        tags += [RawTag(key, "XmpText", 'type="Struct"'), RawTag(f"{key}/MPReg:Rectangle", "XmpText", ", ".join(area))]
        key = f"Xmp.iptcExt.ImageRegion[{n}]"
        tags.append(RawTag(key, "XmpText", 'type="Struct"'))
        shape = ("rectangle", "circle")[n % 2]
        named = zip(("rbX", "rbY", "rbW", "rbH", "rbRx", "rbShape"), (*area, area[2], shape), strict=True)
        tags += [RawTag(f"{key}/I:RegionBoundary/I:{name}", "XmpText", value) for name, value in named]
    found = regions_of(XmpTags(tags), Frame(size, orientation), [])
    assert len(found.regions) <= 3 * len(areas)
