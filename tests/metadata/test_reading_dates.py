"""Which date is when a photo was taken, wherever in a file it stands."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.facts import Taken
from photoscribe.core.precedence import choose
from photoscribe.metadata import parsing
from photoscribe.metadata.exiv2_access import RawTag
from photoscribe.metadata.iptc_facts import IptcTags, dates_of
from photoscribe.metadata.reading import read
from tests.metadata.samples import NOW, exif, file, known, local

ORIGINAL, DIGITIZED, MODIFIED = 0x9003, 0x9004, 0x0132


def test_the_date_of_the_original_has_its_fraction_and_its_offset() -> None:
    block = exif({MODIFIED: "2020:01:01 00:00:01"}, {ORIGINAL: "2019:05:04 03:02:01", 0x9291: "25", 0x9011: "-03:30"})
    assert known(exif=block).taken == Taken(local(2019, 5, 4, 3, 2, 1, 250_000), -210)


def test_a_date_of_modification_is_no_date_of_a_photo() -> None:
    assert (
        known(exif=exif({MODIFIED: "2020:01:01 00:00:01"}), xmp="<xmp:ModifyDate>2020-01-01</xmp:ModifyDate>").taken
        is None
    )


@pytest.mark.parametrize(
    ("photo", "xmp", "expected"),
    [
        ({ORIGINAL: "2001:01:01 10:00:00"}, "<exif:DateTimeOriginal>2002-01-01T10:00:00</exif:DateTimeOriginal>", 2001),
        (
            {DIGITIZED: "2001:01:01 10:00:00"},
            "<exif:DateTimeOriginal>2002-01-01T10:00:00</exif:DateTimeOriginal>",
            2002,
        ),
        ({DIGITIZED: "2001:01:01 10:00:00"}, "<photoshop:DateCreated>2002-01-01</photoshop:DateCreated>", 2002),
        ({DIGITIZED: "2001:01:01 10:00:00"}, "<xmp:CreateDate>2002-01-01</xmp:CreateDate>", 2001),
        ({}, "<xmp:CreateDate>2002-01-01</xmp:CreateDate>", 2002),
        (
            {},
            "<xmp:CreateDate>2002-01-01</xmp:CreateDate><exif:DateTimeDigitized>2003-01-01</exif:DateTimeDigitized>",
            2003,
        ),
    ],
)
def test_the_most_direct_date_counts(photo: dict[int, object], xmp: str, expected: int) -> None:
    taken = known(exif=exif(photo=photo), xmp=xmp).taken
    assert taken is not None
    assert taken.local.year == expected


def test_iptcs_date_comes_after_digitization_and_before_creation() -> None:
    tags = [RawTag("Iptc.Application2.DateCreated", "Date", "2004-02-17")]
    assert dates_of(IptcTags(tags), NOW, [])[0].taken == Taken(local(2004, 2, 17))
    tags.append(RawTag("Iptc.Application2.TimeCreated", "Time", "14:30:00+02:00"))
    assert dates_of(IptcTags(tags), NOW, [])[0].taken == Taken(local(2004, 2, 17, 14, 30), 120)


def test_iptcs_zero_offset_says_nothing() -> None:
    tags = [
        RawTag("Iptc.Application2.DateCreated", "Date", "2004-02-17"),
        RawTag("Iptc.Application2.TimeCreated", "Time", "14:30:00+00:00"),
    ]
    assert dates_of(IptcTags(tags), NOW, [])[0].taken == Taken(local(2004, 2, 17, 14, 30))


def test_iptcs_time_without_a_day_is_no_date(shared: Path) -> None:
    path = shared / "metadata/immich-test-assets/metadata/dates/time-created.jpg"
    assert choose(read(path, path.read_bytes(), now=NOW).statements).taken is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("datetimeoriginal-gps.jpg", (2025, 12, 1, 11, 30)), ("date-priority-test.jpg", (2023, 2, 2, 2))],
)
def test_real_files_whose_dates_differ_on_purpose(shared: Path, name: str, expected: tuple[int, ...]) -> None:
    path = shared / "metadata/immich-test-assets/metadata/dates" / name
    now = datetime(2027, 1, 1, tzinfo=UTC)
    assert choose(read(path, path.read_bytes(), now=now).statements).taken == Taken(local(*expected))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0000:00:00 00:00:00", "says nothing"),
        ("1904:01:01 00:00:00", "never set"),
        ("1970:01:01 00:00:00", "never set"),
        ("1980:01:01 00:00:00", "never set"),
        ("0001:01:01 00:00:00", "never set"),
        ("2026:11:22 00:00:00", "future"),
        ("9999:12:31 23:59:59", "future"),
        ("2019:02:30 10:00:00", "calendar"),
        ("2019:13:01 10:00:00", "calendar"),
        ("yesterday", "understood"),
    ],
)
def test_a_date_that_cannot_be_is_told_and_not_used(text: str, why: str) -> None:
    metadata = file(exif=exif(photo={ORIGINAL: text, DIGITIZED: "2001:01:01 10:00:00"}))
    assert choose(metadata.statements).taken == Taken(local(2001, 1, 1, 10))
    assert len(metadata.problems) == 1
    assert why in metadata.problems[0]


@pytest.mark.parametrize("text", ["", "    :  :     :  :  ", "          "])
def test_a_camera_without_a_clock_is_no_problem(text: str) -> None:
    metadata = file(exif=exif(photo={ORIGINAL: text}))
    assert (metadata.statements, metadata.problems) == ((), ())


def test_a_clock_may_be_a_day_ahead_since_its_zone_is_not_known() -> None:
    assert known(exif=exif(photo={ORIGINAL: "2026:11:20 13:00:00"})).taken is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1890", Taken(local(1890, 1, 1))),
        ("2009-11", Taken(local(2009, 11, 1))),
        ("2009-11-28T13:42", Taken(local(2009, 11, 28, 13, 42))),
        ("2009-11-28T13:42:39.126Z", Taken(local(2009, 11, 28, 13, 42, 39, 126_000), 0)),
        ("2009-11-28T13:42:60+0545", Taken(local(2009, 11, 28, 13, 42, 59), 345)),
        ("2009-11-28T13:42:39+99:00", Taken(local(2009, 11, 28, 13, 42, 39))),
        ("2009-11-28T13:42:39, 2009-11-28", Taken(local(2009, 11, 28, 13, 42, 39))),
        ("2009:11:28 13:42:39 PM", Taken(local(2009, 11, 28, 13, 42, 39))),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, expected: Taken) -> None:
    assert parsing.taken(text, NOW, []) == expected


@given(st.text(max_size=30), st.text(max_size=8), st.text(max_size=8))
def test_no_date_at_all_raises(text: str, offset: str, subsecond: str) -> None:
    parsing.taken(text, NOW, [], offset=offset, subsecond=subsecond)


@given(st.datetimes(datetime(1827, 1, 1), datetime(2026, 11, 19)))  # noqa: DTZ001 -- local clocks
def test_every_date_there_was_survives_exif_and_xmp(moment: datetime) -> None:
    problems: list[str] = []
    expected = Taken(moment)
    if moment.replace(microsecond=0) in (local(1904, 1, 1), local(1970, 1, 1), local(1980, 1, 1)):
        return
    assert parsing.taken(moment.isoformat(), NOW, problems) == expected
    written = moment.strftime("%Y:%m:%d %H:%M:%S")
    assert parsing.taken(written, NOW, problems, subsecond=f"{moment.microsecond:06}") == expected
    assert problems == []
