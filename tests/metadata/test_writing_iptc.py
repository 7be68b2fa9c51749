"""IPTC: keywords in step, every other data set as it was, whatever it was written in."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.errors import WriteRefused
from photoscribe.metadata import iptc
from photoscribe.metadata.carriers.jpeg import Jpeg
from photoscribe.metadata.iptc import DataSet
from photoscribe.metadata.writing import Writer
from tests.metadata.samples import jpeg, written
from tests.metadata.written_photos import by_exiftool, plan, read, undo, write

HEADLINE = (2, 105)


def jpeg_with(sets: list[DataSet], *, digest: bytes | None = None) -> bytes:
    block = iptc.serialized(sets)
    resources = iptc.with_resource((), iptc.IPTC_RESOURCE, block)
    resources = (*resources, iptc.Resource(0x03ED, b"8BIM\x03\xed\x04name\0", bytes(16)))
    if digest is not None:
        resources = (*resources, iptc.Resource(iptc.DIGEST, b"8BIM\x04\x25\0\0", digest))
    payload = b"Photoshop 3.0\0" + iptc.serialized_resources(resources)
    data = jpeg()
    at = data.index(b"\xff\xdb")
    return data[:at] + b"\xff\xed" + (len(payload) + 2).to_bytes(2, "big") + payload + data[at:]


def sets_in(data: bytes) -> tuple[DataSet, ...]:
    return iptc.parse(Jpeg().read(data).iptc or b"")


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        (None, "cp1252"),
        (None, "utf-8"),
        (b"\x1b%G", "utf-8"),
        (b"\x1b.A", "latin-1"),
        (b"\x1b.B", "iso8859-2"),
        (b"\x1b-L", "iso8859-5"),
    ],
)
def test_all_text_becomes_utf8_and_that_is_declared(
    writer: Writer, tmp_path: Path, declared: bytes | None, encoding: str
) -> None:
    headline = {"iso8859-5": "Жар", "iso8859-2": "Łódź"}.get(encoding, "Café Søn")
    sets = [DataSet(2, 0, b"\0\2"), DataSet(*HEADLINE, headline.encode(encoding)), DataSet(2, 25, b"Sea")]
    if declared is not None:
        sets.insert(0, DataSet(*iptc.CHARSET, declared))
    path = written(tmp_path, jpeg_with(sets))
    (prepared,) = write(writer, path)
    after = sets_in(path.read_bytes())
    assert iptc.texts(after, HEADLINE) == (headline,)
    assert next(one.value for one in after if one.key == HEADLINE) == headline.encode()
    assert [one.value for one in after if one.key == iptc.CHARSET] == [b"\x1b%G"]
    assert by_exiftool(path)["IPTC:Headline"] == headline
    assert iptc.texts(after, iptc.KEYWORDS) == ("Sea", "Ann")
    undo(writer, prepared)
    assert sets_in(path.read_bytes()) == tuple(sets)


def test_a_character_set_that_is_not_known_is_left_alone(writer: Writer, tmp_path: Path) -> None:
    sets = [DataSet(*iptc.CHARSET, b"\x1b$)B"), DataSet(2, 25, b"\xff\xfe")]
    path = written(tmp_path, jpeg_with(sets))
    assert "character set" in plan(writer, path).note
    write(writer, path)
    assert sets_in(path.read_bytes()) == tuple(sets)
    assert [region.name for region in read(path).regions] == ["Ann"]


def test_the_other_resources_of_photoshop_stay_and_its_digest_is_kept_true(writer: Writer, tmp_path: Path) -> None:
    block = iptc.serialized([DataSet(2, 25, b"Sea")])
    true = hashlib.md5(block, usedforsecurity=False).digest()
    for digest, kept in ((true, False), (b"\1" * 16, True)):
        path = written(tmp_path, jpeg_with([DataSet(2, 25, b"Sea")], digest=digest))
        write(writer, path)
        payload = path.read_bytes().partition(b"Photoshop 3.0\0")[2]
        found = iptc.resources_if_whole(payload[: payload.index(b"\xff\xdb")])
        assert found is not None
        assert iptc.resource_data(found, 0x03ED) == bytes(16)
        now = iptc.resource_data(found, iptc.IPTC_RESOURCE) or b""
        # One that was wrong says that another program changed the IPTC: that stays said.
        expected = digest if kept else hashlib.md5(now, usedforsecurity=False).digest()
        assert iptc.resource_data(found, iptc.DIGEST) == expected


def test_a_damaged_block_is_left_alone_and_the_name_written_elsewhere(writer: Writer, tmp_path: Path) -> None:
    data = jpeg_with([DataSet(2, 25, b"Sea")])
    for bad in (
        data.replace(b"8BIM\x04\x04", b"8BIX\x04\x04"),
        data.replace(b"\x1c\x02\x19\0\x03", b"\x1c\x02\x19\0\x7f"),
    ):
        path = written(tmp_path, bad)
        write(writer, path)
        assert [region.name for region in read(path).regions] == ["Ann"]
        assert bad[bad.index(b"Photoshop 3.0") :][:60] in path.read_bytes()


data_sets = st.builds(DataSet, st.integers(1, 9), st.integers(0, 255), st.binary(max_size=30))
texts = st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=10), max_size=4, unique=True)


@given(st.lists(data_sets, max_size=8))
def test_data_sets_come_back_as_they_are(sets: list[DataSet]) -> None:
    assert iptc.parse(iptc.serialized(sets) + b"\0\0") == tuple(sets)


def test_a_long_data_set_comes_back_too() -> None:
    sets = [DataSet(2, 202, b"x" * 40_000)]
    assert iptc.parse(iptc.serialized(sets)) == tuple(sets)


@given(st.lists(data_sets.filter(lambda one: one.key != iptc.CHARSET), max_size=8), texts)
def test_keywords_are_set_and_what_is_no_text_is_the_same_bytes(sets: list[DataSet], keywords: list[str]) -> None:
    after = iptc.changed(sets, {iptc.KEYWORDS: keywords})
    assert set(iptc.texts(after, iptc.KEYWORDS)) == {word for word in keywords if iptc.fits(iptc.KEYWORDS, word)}
    for key in {one.key for one in sets} - {iptc.KEYWORDS, (1, 0), (2, 0)}:
        if after:
            assert len([one for one in after if one.key == key]) == len([one for one in sets if one.key == key])
            if key[0] != 2:
                assert [one.value for one in after if one.key == key] == [one.value for one in sets if one.key == key]
            else:
                assert iptc.texts(after, key) == iptc.texts(sets, key)
    assert iptc.changed(after, {iptc.KEYWORDS: keywords}) == after


@pytest.mark.parametrize("data", [b"\x1c\x02\x19\0\x05ab", b"\x1c\x02", b"junk", b"\x1c\x02\x19\0\0junk"])
def test_a_block_that_is_not_data_sets_is_refused(data: bytes) -> None:
    with pytest.raises(WriteRefused):
        iptc.parse(data)


@pytest.mark.parametrize("data", [b"8BIM\4\4\0\0\0\0\0\x09ab", b"8BIM", b"junkjunkjunk"])
def test_a_block_that_is_not_resources_is_refused(data: bytes) -> None:
    with pytest.raises(WriteRefused):
        iptc.resources(data)
    assert iptc.resources_if_whole(data) is None
