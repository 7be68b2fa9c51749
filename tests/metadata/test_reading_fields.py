"""Places, words, ratings and cameras, wherever in a file they stand."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.TiffImagePlugin import IFDRational

from photoscribe.core.facts import Camera, Exposure, Place, Position
from photoscribe.core.geometry import Orientation
from photoscribe.core.precedence import choose
from photoscribe.metadata import parsing
from photoscribe.metadata.exiv2_access import RawTag
from photoscribe.metadata.iptc_facts import IptcTags, facts_of
from photoscribe.metadata.reading import read
from tests.metadata.samples import NOW, bag, exif, file, jpeg, known, words

# Places


def test_a_position_south_and_west_below_the_sea() -> None:
    gps = {1: "S", 2: (12.0, 30.0, 36.0), 3: "W", 4: (77.0, 15.0, 0.0), 5: b"\x01", 6: 12.5}
    position = known(exif=exif(gps=gps)).position
    assert position is not None
    assert (round(position.latitude, 6), position.longitude, position.altitude_m) == (-12.51, -77.25, -12.5)


def test_no_position_is_told_of_a_receiver_without_a_fix() -> None:
    metadata = file(exif=exif(gps={1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}))
    assert (metadata.statements, metadata.problems) == ((), ())


@pytest.mark.parametrize(
    "gps",
    [
        {2: (12.0, 30.0, 36.0), 3: "W", 4: (77.0, 15.0, 0.0)},
        {1: "N", 2: (12.0, 30.0, 36.0), 3: "?", 4: (77.0, 15.0, 0.0)},
        {1: "N", 2: (120.0, 30.0, 36.0), 3: "E", 4: (77.0, 15.0, 0.0)},
        {1: "N", 2: (IFDRational(12, 0), 30.0, 36.0), 3: "E", 4: (77.0, 15.0, 0.0)},
    ],
)
def test_a_position_that_cannot_be_trusted_is_told_and_not_used(gps: dict[int, object]) -> None:
    metadata = file(
        exif=exif(gps=gps),
        xmp="<exif:GPSLatitude>40,30N</exif:GPSLatitude><exif:GPSLongitude>7,15,36W</exif:GPSLongitude>",
    )
    assert choose(metadata.statements).position == Position(40.5, -7.26)
    assert len(metadata.problems) == 1


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        ("40,14.0786450N", "76,17.2284900W", (40.234644, -76.287142)),
        ("-40.5", "7.25", (-40.5, 7.25)),
        ("40.5S", "7.25E", (-40.5, 7.25)),
    ],
)
def test_positions_in_xmp(latitude: str, longitude: str, expected: tuple[float, float]) -> None:
    xmp = f"<exif:GPSLatitude>{latitude}</exif:GPSLatitude><exif:GPSLongitude>{longitude}</exif:GPSLongitude>"
    position = known(
        xmp=f"{xmp}<exif:GPSAltitude>123/2</exif:GPSAltitude><exif:GPSAltitudeRef>1</exif:GPSAltitudeRef>"
    ).position
    assert position is not None
    assert (round(position.latitude, 6), round(position.longitude, 6), position.altitude_m) == (*expected, -61.5)


def test_a_bare_number_in_xmp_obeys_the_half_of_the_world_beside_it() -> None:
    xmp = (
        "<exif:GPSLatitude>40.5</exif:GPSLatitude><exif:GPSLatitudeRef>S</exif:GPSLatitudeRef>"
        "<exif:GPSLongitude>7.25</exif:GPSLongitude><exif:GPSLongitudeRef>W</exif:GPSLongitudeRef>"
    )
    assert known(xmp=xmp).position == Position(-40.5, -7.25)
    assert "understood" in file(xmp="<exif:GPSLatitude>north</exif:GPSLatitude>").problems[0]


def test_the_names_of_a_place() -> None:
    xmp = (
        "<photoshop:City>Rome</photoshop:City><photoshop:State>Lazio</photoshop:State>"
        "<photoshop:Country>Italy</photoshop:Country><Iptc4xmpCore:Location>Forum</Iptc4xmpCore:Location>"
    )
    assert known(xmp=xmp).place == Place("Forum", "Rome", "Lazio", "Italy")
    created = (
        '<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<Iptc4xmpExt:City>Rome</Iptc4xmpExt:City>"
        "<Iptc4xmpExt:CountryName>Italy</Iptc4xmpExt:CountryName></rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>"
    )
    assert known(xmp=created).place == Place(city="Rome", country="Italy")


# Words


def test_words_in_the_default_language_come_first() -> None:
    xmp = words("dc:title", de="Hallo", default="Hello") + words("dc:description", fr="Bonjour")
    chosen = known(xmp=xmp)
    assert (chosen.title, chosen.caption) == ("Hello", "Bonjour")


def test_words_keep_their_lines_and_signs() -> None:
    xmp = words("dc:description", default=' &lt;b&gt; &amp; "Ann", 5 $\n two ')
    assert known(xmp=xmp).caption == '<b> & "Ann", 5 $\n two'


@pytest.mark.parametrize(
    "slogan",
    [
        "OLYMPUS DIGITAL CAMERA", "SONY DSC", "Exif_JPEG_PICTURE", "KONICA MINOLTA DIGITAL CAMERA", "<Digimax i50>",
        "ACME", "dav", '{"a":1}', "0 1 2", "***", "oplus_32", "binary comment",
    ],
)  # fmt: skip
def test_what_cameras_say_of_themselves_is_no_caption(slogan: str) -> None:
    assert known(exif=exif({0x010E: slogan, 0x010F: "ACME"})).caption == ""


def test_a_caption_that_a_person_wrote_is_one() -> None:
    assert known(exif=exif({0x010E: "Our digital camera club"})).caption == "Our digital camera club"
    assert known(xmp=words("dc:description", default="1984")).caption == "1984"
    assert known(xmp=words("dc:description", default="SONY DSC")).caption == ""


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        (b"ASCII\0\0\0Ann and Bob", "Ann and Bob"),
        (b"UNICODE\0" + "Zoë и Ann".encode("utf-16-le"), "Zoë и Ann"),
        (b"UNICODE\0" + "Zoë".encode("utf-16-be"), "Zoë"),
        (b"JIS\0\0\0\0\0" + "日本".encode("iso2022_jp"), "日本"),
        (b"\0" * 8 + b"plain words", "plain words"),
        (b"ASCII\0\0\0" + b" " * 40, ""),
        (b"\0" * 64, ""),
    ],
)
def test_the_comment_of_the_user_in_each_code_as_bytes_and_as_the_standard_wants(comment: bytes, expected: str) -> None:
    as_bytes = jpeg(exif=exif(photo={0x9286: comment}))
    as_undefined = as_bytes.replace(b"\x92\x86\x00\x01", b"\x92\x86\x00\x07")
    assert as_undefined != as_bytes
    for data in (as_bytes, as_undefined):
        assert choose(read(Path("photo.jpg"), data).statements).caption == expected


def test_text_that_is_not_utf_8_is_read_as_windows_wrote_it() -> None:
    assert known(exif=exif({0x010E: b"Caf\xe9 \x80 Z\xfcrich"})).caption == "Café € Zürich"
    assert parsing.decoded("Zürich ü".encode()[:-1]) == "Zürich "
    assert parsing.decoded(b"\x81\xe9") == "\x81é"


def test_titles_and_captions_of_iptc() -> None:
    tags = [
        RawTag("Iptc.Application2.ObjectName", "String", "Sea"),
        RawTag("Iptc.Application2.Caption", "String", b"Caf\xe9".decode("utf-8", "surrogateescape")),
        RawTag("Iptc.Application2.City", "String", "Rome"),
        RawTag("Iptc.Application2.Keywords", "String", "Boat"),
        RawTag("Iptc.Application2.Keywords", "String", "boat"),
    ]
    assert [getattr(fact, "text", fact) for fact in facts_of(IptcTags(tags), ())][:3] == [
        "Sea",
        "Café",
        Place(city="Rome"),
    ]


def test_latin_1_that_is_declared_is_believed() -> None:
    latin = "Ã©".encode("latin-1")  # is also UTF-8 for another word
    tags = [
        RawTag("Iptc.Envelope.CharacterSet", "String", "\x1b.A"),
        RawTag("Iptc.Application2.Caption", "String", latin.decode()),
    ]
    assert IptcTags(tags).text("Caption") == "Ã©"
    assert IptcTags(tags[1:]).text("Caption") == "é"


def test_nothing_that_a_database_cannot_hold_comes_out() -> None:
    chosen = known(exif=exif({0x010E: b"a\x00b\x07c", 0x010F: b"M\xfcller\x01"}))
    assert (chosen.caption, chosen.camera.make) == ("a", "Müller")
    assert parsing.clean("a\x00b\x07\ud800\ufffe\tc") == "ab\tc"


# Ratings and cameras


@pytest.mark.parametrize(("text", "stars"), [("3", 3), ("5.0", 5), ("-1", -1), ("0", 0)])
def test_stars(text: str, stars: int) -> None:
    assert known(xmp=f"<xmp:Rating>{text}</xmp:Rating>").rating == stars


@pytest.mark.parametrize(("percent", "stars"), [(0, 0), (1, 1), (25, 2), (50, 3), (75, 4), (99, 5), (100, 5)])
def test_the_percentages_of_windows_are_stars(percent: int, stars: int) -> None:
    assert known(xmp=f"<MicrosoftPhoto:Rating>{percent}</MicrosoftPhoto:Rating>").rating == stars
    assert known(exif=exif({0x4749: percent})).rating == stars


def test_a_rating_that_is_none_is_told_and_not_used() -> None:
    metadata = file(exif=exif({0x4746: 4}), xmp="<xmp:Rating>77</xmp:Rating>")
    assert choose(metadata.statements).rating == 4
    assert "77" in metadata.problems[0]


def test_camera_and_lens() -> None:
    block = exif({0x010F: "Canon ", 0x0110: "EOS R5"}, {0xA434: "RF100-500mm"})
    assert known(exif=block).camera == Camera("Canon", "EOS R5", "RF100-500mm")
    assert known(exif=exif({0x0110: "EOS R5"}), xmp="<aux:Lens>RF100</aux:Lens>").camera == Camera(
        "", "EOS R5", "RF100"
    )


@pytest.mark.parametrize(
    ("photo", "expected"),
    [
        (
            {0x829D: IFDRational(28, 10), 0x829A: IFDRational(1, 250), 0x8827: 400, 0x920A: IFDRational(50, 1)},
            [Exposure(2.8, 0.004, 400, 50.0)],
        ),
        ({0x829D: IFDRational(0, 1), 0x829A: IFDRational(1, 0), 0x8827: 0}, []),
        ({0x829A: IFDRational(30, 1)}, [Exposure(seconds=30.0)]),
    ],
)
def test_exposure_as_far_as_the_camera_knew_it(photo: dict[int, object], expected: list[Exposure]) -> None:
    metadata = file(exif=exif({}, photo))
    assert [one.fact for one in metadata.statements if isinstance(one.fact, Exposure)] == expected
    assert metadata.problems == ()


def test_people_without_a_place_in_the_picture() -> None:
    details = (
        '<Iptc4xmpExt:PersonInImageWDetails><rdf:Bag><rdf:li rdf:parseType="Resource">'
        + words("Iptc4xmpExt:PersonName", default="Carl")
        + "</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImageWDetails>"
    )
    xmp = bag("Iptc4xmpExt:PersonInImage", "Ann", "Bob, Jr.", " Ann ") + bag("mediapro:People", "Dora") + details
    assert set(known(xmp=xmp).people) == {"Ann", "Bob, Jr.", "Carl", "Dora"}


@pytest.mark.parametrize("value", [0, 9, 77])
def test_an_orientation_that_is_none_is_upright(value: int) -> None:
    assert file(exif=exif({0x0112: value})).orientation == Orientation.TOP_LEFT


@pytest.mark.parametrize("value", range(1, 9))
def test_real_files_of_every_orientation(shared: Path, value: int) -> None:
    path = shared / f"metadata/exif-orientation/Landscape_{value}.jpg"
    metadata = read(path, path.read_bytes())
    assert metadata.orientation == value
    assert metadata.stored_size is not None
    shown = metadata.stored_size.turned if metadata.orientation.swaps_sides else metadata.stored_size
    assert (shown.width, shown.height) == (1800, 1200)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_no_bytes_at_all_raise(head: bytes, tail: bytes) -> None:
    good = jpeg(exif=exif({0x010E: "words"}, {0x9003: "2019:05:04 03:02:01"}), xmp=bag("dc:subject", "a"))
    for data in (head + tail, good[: 300 + len(head)] + tail, good[:40] + head + good[40:] + tail):
        if data:
            read(Path("photo.jpg"), data, now=NOW)
