"""Writing names into photos: what goes in, what stays, what goes, and the way back."""

from pathlib import Path

import pytest

from photoscribe.core.edits import Edit
from photoscribe.core.facts import Region
from photoscribe.core.geometry import Box, iou
from photoscribe.metadata.writing import Writer
from tests.metadata.samples import bag, iptc, iptc_region, jpeg, mp, mwg, mwg_region, packet, words, written
from tests.metadata.written_photos import (
    ANN,
    BOB,
    HERE,
    by_exiftool,
    names_in,
    pixels,
    plan,
    read,
    write,
)

RENAME = Edit(name_regions=(Region(HERE, "Anna"),), drop_regions=(ANN,))
DROP = Edit(drop_regions=(ANN,))


def test_a_confirmed_name_goes_into_every_field_that_programs_read(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg((400, 300)))
    write(writer, path)
    found = by_exiftool(path)
    assert found["XMP-mwg-rs:RegionInfo"] == {
        "AppliedToDimensions": {"W": 400, "H": 300, "Unit": "pixel"},
        "RegionList": [
            {"Name": "Ann", "Type": "Face", "Area": {"X": 0.25, "Y": 0.4, "W": 0.25, "H": 0.3, "Unit": "normalized"}}
        ],
    }
    (region,) = found["XMP-MP:RegionInfoMP"]["Regions"]
    assert region == {"PersonDisplayName": "Ann", "Rectangle": "0.125000, 0.250000, 0.250000, 0.300000"}
    for field in ("XMP-iptcExt:PersonInImage", "XMP-dc:Subject"):
        assert found[field] == ["Ann"]
    assert found["IPTC:Keywords"] == "Ann"
    assert found["IPTC:CodedCharacterSet"] == "\x1b%G"
    assert found["XMP-digiKam:TagsList"] == ["People/Ann"]
    assert found["XMP-lr:HierarchicalSubject"] == ["People|Ann"]


def test_a_plan_shows_every_field_before_and_after_and_touches_nothing(writer: Writer, tmp_path: Path) -> None:
    data = jpeg(xmp=bag("dc:subject", "Sea"))
    path = written(tmp_path, data)
    changes = {change.field: (change.before, change.after) for change in plan(writer, path).changes}
    assert changes["XMP-dc:Subject"] == (("Sea",), ("Sea", "Ann"))
    assert changes["XMP-mwg-rs:RegionInfo"] == ((), ("Ann at 0.250000, 0.400000, 0.250000, 0.300000",))
    assert set(changes) == {
        "XMP-mwg-rs:RegionInfo", "XMP-mwg-rs:AppliedToDimensions", "XMP-MP:RegionInfoMP", "XMP-iptcExt:PersonInImage",
        "XMP-dc:Subject", "IPTC:Keywords", "XMP-digiKam:TagsList", "XMP-lr:HierarchicalSubject",
    }  # fmt: skip
    assert path.read_bytes() == data
    assert names_in(tmp_path) == ["photo.jpg"]


def test_what_was_planned_is_what_is_read_back(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    write(writer, path)
    found = read(path)
    (region,) = found.regions
    assert region.name == "Ann"
    assert iou(region.box, HERE) > 0.999
    assert found.tags == (("People", "Ann"),)


def test_a_second_write_of_the_same_does_nothing(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    write(writer, path)
    assert plan(writer, path).changes == ()
    assert write(writer, path) == []


def test_no_pixel_changes_and_the_picture_data_is_the_same_bytes(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    before, data = pixels(path), path.read_bytes()
    write(writer, path)
    assert pixels(path) == before
    assert path.read_bytes().endswith(data[data.index(b"\xff\xda") :])


def test_regions_of_other_programs_stay_with_all_that_they_say(writer: Writer, tmp_path: Path) -> None:
    foreign = mwg_region("Bob", "Face", x=0.7, y=0.6, w=0.2, h=0.2).replace(
        "</rdf:Description>",
        "<mwg-rs:Extensions rdf:parseType='Resource'><dc:source>camera</dc:source></mwg-rs:Extensions>"
        "<mwg-rs:Description>with a hat</mwg-rs:Description><r:seeAlso xmlns:r='urn:r'>dc:subject</r:seeAlso>"
        "</rdf:Description>",
    )
    barcode = mwg_region("4006381333931", "BarCode", x=0.25, y=0.4, w=0.25, h=0.3)
    path = written(tmp_path, jpeg(xmp=mwg(foreign, barcode, applied=(400, 300)) + mp(("Bob", "0.6, 0.5, 0.2, 0.2"))))
    before = by_exiftool(path)
    write(writer, path)
    found = by_exiftool(path)
    regions = found["XMP-mwg-rs:RegionInfo"]["RegionList"]
    assert regions[:2] == before["XMP-mwg-rs:RegionInfo"]["RegionList"]
    assert regions[0]["Extensions"] == {"XMP-dc:Source": "camera"}
    assert regions[0]["Description"] == "with a hat"
    assert b">dc:subject</r:seeAlso>" in path.read_bytes()
    assert [one["Name"] for one in regions] == ["Bob", 4006381333931, "Ann"]
    assert [one["PersonDisplayName"] for one in found["XMP-MP:RegionInfoMP"]["Regions"]] == ["Bob", "Ann"]


def test_a_region_that_only_one_scheme_has_is_given_to_the_other(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg(xmp=mp(("Ann", "0.125, 0.25, 0.25, 0.3"))))
    write(writer, path)
    found = by_exiftool(path)
    assert len(found["XMP-MP:RegionInfoMP"]["Regions"]) == 1
    assert [one["Name"] for one in found["XMP-mwg-rs:RegionInfo"]["RegionList"]] == ["Ann"]
    assert [region.name for region in read(path).regions] == ["Ann"]


def test_a_renamed_person_leaves_nothing_of_the_old_name(writer: Writer, tmp_path: Path) -> None:
    path = written(
        tmp_path, jpeg(xmp=bag("dc:subject", "Sea") + bag("MicrosoftPhoto:LastKeywordXMP", "People/Ann", "Sea"))
    )
    write(writer, path)
    write(writer, path, RENAME)
    found = by_exiftool(path)
    assert b"Ann<" not in path.read_bytes()
    assert [one["Name"] for one in found["XMP-mwg-rs:RegionInfo"]["RegionList"]] == ["Anna"]
    assert [one["PersonDisplayName"] for one in found["XMP-MP:RegionInfoMP"]["Regions"]] == ["Anna"]
    assert found["XMP-dc:Subject"] == ["Sea", "Anna"]
    assert found["IPTC:Keywords"] == ["Sea", "Anna"]
    assert found["XMP-digiKam:TagsList"] == ["Sea", "People/Anna"]
    assert found["XMP-microsoft:LastKeywordXMP"] == ["Sea"]
    assert plan(writer, path, RENAME).changes == ()


def test_a_rename_keeps_the_box_and_all_else_that_another_program_wrote(writer: Writer, tmp_path: Path) -> None:
    drawn = mwg_region("Ann", "Face", x=0.26, y=0.41, w=0.24, h=0.3).replace(
        "</rdf:Description>", "<mwg-rs:Description>seen</mwg-rs:Description></rdf:Description>"
    )
    live = mp(("Ann", "0.14, 0.26, 0.24, 0.3")).replace(
        "MPReg:PersonDisplayName", 'MPReg:PersonEmailDigest="ABC" MPReg:PersonDisplayName'
    )
    path = written(tmp_path, jpeg(xmp=mwg(drawn, applied=(400, 300)) + live))
    write(writer, path, RENAME)
    found = by_exiftool(path)
    (region,) = found["XMP-mwg-rs:RegionInfo"]["RegionList"]
    assert (region["Name"], region["Description"], region["Area"]["X"]) == ("Anna", "seen", 0.26)
    # The account of one person is not that of another.
    assert found["XMP-MP:RegionInfoMP"]["Regions"] == [
        {"PersonDisplayName": "Anna", "Rectangle": "0.14, 0.26, 0.24, 0.3"}
    ]


def test_a_dropped_name_takes_its_empty_structures_along(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    write(writer, path)
    write(writer, path, DROP)
    found = by_exiftool(path)
    left = [
        key
        for key in found
        if key.startswith(("XMP-mwg", "XMP-MP", "XMP-iptc", "XMP-digi", "XMP-lr", "XMP-dc", "IPTC"))
    ]
    assert left == []
    assert read(path).regions == ()


def test_a_drop_leaves_the_other_names_and_their_fields(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    write(writer, path, Edit(name_regions=(ANN, BOB)))
    write(writer, path, DROP)
    found = read(path)
    assert [region.name for region in found.regions] == ["Bob"]
    assert found.tags == (("People", "Bob"),)


def test_a_dropped_name_goes_from_fields_that_we_do_not_write_but_read(writer: Writer, tmp_path: Path) -> None:
    categories = (
        '&lt;Categories&gt;&lt;Category Assigned="0"&gt;People&lt;Category Assigned="1"&gt;Ann&lt;/Category&gt;'
        '&lt;Category Assigned="1"&gt;Bob&lt;/Category&gt;&lt;/Category&gt;&lt;/Categories&gt;'
    )
    body = (
        bag("mediapro:People", "Ann", "Bob")
        + bag("mediapro:CatalogSets", "People|Ann", "Places|Rome")
        + f"<acdsee:categories>{categories}</acdsee:categories>"
        + "<Iptc4xmpExt:PersonInImageWDetails><rdf:Bag><rdf:li rdf:parseType='Resource'><Iptc4xmpExt:PersonName>"
        "<rdf:Alt><rdf:li xml:lang='x-default'>Ann</rdf:li></rdf:Alt></Iptc4xmpExt:PersonName></rdf:li></rdf:Bag>"
        "</Iptc4xmpExt:PersonInImageWDetails>"
        + iptc(
            iptc_region(
                "<Iptc4xmpExt:rbShape>rectangle</Iptc4xmpExt:rbShape><Iptc4xmpExt:rbUnit>relative</Iptc4xmpExt:rbUnit>"
                "<Iptc4xmpExt:rbX>0.125</Iptc4xmpExt:rbX><Iptc4xmpExt:rbY>0.25</Iptc4xmpExt:rbY>"
                "<Iptc4xmpExt:rbW>0.25</Iptc4xmpExt:rbW><Iptc4xmpExt:rbH>0.3</Iptc4xmpExt:rbH>",
                bag("Iptc4xmpExt:PersonInImage", "Ann"),
            )
        )
    )
    path = written(tmp_path, jpeg(xmp=body))
    assert "Ann" in [region.name for region in read(path).regions]
    write(writer, path, DROP)
    found = read(path)
    assert found.regions == ()
    assert found.people == ("Bob",)
    assert set(found.tags) == {("People", "Bob"), ("Places", "Rome")}


def test_a_region_of_iptc_is_renamed_in_its_place(writer: Writer, tmp_path: Path) -> None:
    boundary = (
        "<Iptc4xmpExt:rbShape>rectangle</Iptc4xmpExt:rbShape><Iptc4xmpExt:rbUnit>relative</Iptc4xmpExt:rbUnit>"
        "<Iptc4xmpExt:rbX>0.125</Iptc4xmpExt:rbX><Iptc4xmpExt:rbY>0.25</Iptc4xmpExt:rbY>"
        "<Iptc4xmpExt:rbW>0.25</Iptc4xmpExt:rbW><Iptc4xmpExt:rbH>0.3</Iptc4xmpExt:rbH>"
    )
    person = bag("Iptc4xmpExt:PersonInImage", "Ann") + words("Iptc4xmpExt:Name", default="Ann")
    path = written(tmp_path, jpeg(xmp=iptc(iptc_region(boundary, person))))
    write(writer, path, RENAME)
    assert {region.name for region in read(path).regions} == {"Anna"}
    (region,) = by_exiftool(path)["XMP-iptcExt:ImageRegion"]
    assert region["PersonInImage"] == ["Anna"]
    assert region["Name"] == "Anna"
    assert plan(writer, path, RENAME).changes == ()


def test_the_size_beside_the_regions_is_set_right(writer: Writer, tmp_path: Path) -> None:
    body = mwg(mwg_region("Bob", "Face", x=0.7, y=0.6, w=0.2, h=0.2), applied=(800, 600))
    path = written(tmp_path, jpeg((400, 300), xmp=body))
    write(writer, path)
    found = by_exiftool(path)["XMP-mwg-rs:RegionInfo"]
    assert found["AppliedToDimensions"] == {"W": 400, "H": 300, "Unit": "pixel"}


def test_regions_in_pixels_of_another_size_are_turned_into_fractions(writer: Writer, tmp_path: Path) -> None:
    body = mwg(mwg_region("Bob", "Face", x=560, y=360, w=160, h=120, unit="pixel"), applied=(800, 600))
    path = written(tmp_path, jpeg((400, 300), xmp=body))
    before = {region.name: region.box for region in read(path).regions}
    write(writer, path)
    after = {region.name: region.box for region in read(path).regions}
    assert iou(before["Bob"], after["Bob"]) > 0.999
    assert iou(after["Ann"], HERE) > 0.999


def test_regions_drawn_on_the_upright_picture_are_put_right_with_the_new_one(writer: Writer, tmp_path: Path) -> None:
    # The writer forgot that the stored picture lies on its side: its size gives it away.
    body = mwg(mwg_region("Bob", "Face", x=0.7, y=0.6, w=0.2, h=0.2), applied=(300, 400)) + mp(
        ("Bob", "0.6, 0.5, 0.2, 0.2")
    )
    path = written(tmp_path, jpeg((400, 300), xmp=body, orientation=6))
    before = {region.name: region.box for region in read(path).regions}
    assert iou(before["Bob"], Box(0.6, 0.5, 0.2, 0.2)) > 0.999
    write(writer, path)
    after = {region.name: region.box for region in read(path).regions}
    assert iou(before["Bob"], after["Bob"]) > 0.999
    assert iou(after["Ann"], HERE) > 0.999
    size = by_exiftool(path)["XMP-mwg-rs:RegionInfo"]["AppliedToDimensions"]
    assert (size["W"], size["H"]) == (400, 300)


def test_a_photo_cropped_after_its_regions_were_drawn_gets_a_sidecar(writer: Writer, tmp_path: Path) -> None:
    body = mwg(mwg_region("Bob", "Face", x=0.7, y=0.6, w=0.2, h=0.2), applied=(300, 900)) + bag("dc:subject", "Sea")
    data = jpeg((400, 300), xmp=body)
    path = written(tmp_path, data)
    planned = plan(writer, path)
    assert planned.path.name == "photo.jpg.xmp"
    assert "another shape" in planned.note
    write(writer, path)
    assert path.read_bytes() == data
    found = by_exiftool(tmp_path / "photo.jpg.xmp")
    assert [one["Name"] for one in found["XMP-mwg-rs:RegionInfo"]["RegionList"]] == ["Ann"]
    assert found["XMP-dc:Subject"] == ["Sea", "Ann"]


def test_xmp_that_cannot_be_understood_is_left_alone_and_a_sidecar_made(writer: Writer, tmp_path: Path) -> None:
    for number, body in enumerate(
        (b"<not xml", packet("<dc:a>1</dc:a><dc:a>2</dc:a>"), packet("<dc:a rdf:ID='x'>1</dc:a>"))
    ):
        path = written(tmp_path, jpeg(xmp=body), f"{number}.jpg")
        planned = plan(writer, path)
        assert planned.path.name == f"{number}.jpg.xmp"
        assert "Write to a sidecar" in planned.note


def test_a_change_that_is_nothing_is_not_prepared(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    assert writer.plan(path, Edit(), "file") == ()
    with pytest.raises(ValueError, match="nothing to do"):
        writer.prepare(plan(writer, path, DROP))


def test_a_person_without_a_place_is_named_without_a_region(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    write(writer, path, Edit(add_people=("Ann",)))
    found = read(path)
    assert found.people == ("Ann",)
    assert found.regions == ()
    write(writer, path, Edit(drop_people=("Ann",)))
    assert read(path).people == ()


def test_a_named_region_without_a_usable_place_goes_when_its_person_must_go(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg(xmp=mwg(mwg_region("Ann", "Face", x=5, y=5, w=0.1, h=0.1), applied=(400, 300))))
    write(writer, path, Edit(drop_people=("Ann",)))
    assert "XMP-mwg-rs:RegionInfo" not in by_exiftool(path)
