"""Keywords of every scheme are one set of tags."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.facts import TagPath
from photoscribe.core.precedence import choose
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.exiv2_access import RawTag
from photoscribe.metadata.iptc_facts import IptcTags, facts_of
from photoscribe.metadata.reading import read
from photoscribe.metadata.xmp_facts import acdsee_paths
from tests.metadata.samples import bag, jpeg, written

CATEGORIES = (
    "&lt;Categories&gt;&lt;Category Assigned=&quot;0&quot;&gt;Places&lt;Category Assigned=&quot;1&quot;&gt;Rome"
    "&lt;/Category&gt;&lt;/Category&gt;&lt;Category Assigned=&quot;1&quot;&gt;Sea&lt;/Category&gt;&lt;/Categories&gt;"
)


def tags(xmp: str) -> set[TagPath]:
    return set(choose(read(Path("photo.jpg"), jpeg(xmp=xmp)).statements).tags)


@pytest.mark.parametrize(
    ("xmp", "expected"),
    [
        (bag("dc:subject", "Sea", "a, b"), {("Sea",), ("a, b",)}),
        (bag("lr:hierarchicalSubject", "Places|Italy|Rome"), {("Places", "Italy", "Rome")}),
        (bag("digiKam:TagsList", "Places/Rome", "Sea", kind="Seq"), {("Places", "Rome"), ("Sea",)}),
        (bag("MicrosoftPhoto:LastKeywordXMP", "Places/Rome"), {("Places", "Rome")}),
        (bag("mediapro:CatalogSets", "Places|Rome"), {("Places", "Rome")}),
        (f"<acdsee:categories>{CATEGORIES}</acdsee:categories>", {("Places", "Rome"), ("Sea",)}),
        ("<dc:subject>alone</dc:subject>", {("alone",)}),
        (bag("lr:hierarchicalSubject", "|Places||Rome|", "  ", "|"), {("Places", "Rome")}),
        (bag("digiKam:TagsList", "_Digikam_Internal_Tags_/Scanned", "Sea"), {("Sea",)}),
        (bag("dc:subject", "Rome", "Italy", "Sea") + bag("lr:hierarchicalSubject", "Places|Italy|Rome"),
         {("Places", "Italy", "Rome"), ("Sea",)}),
        (bag("dc:subject", "Zürich &amp; Sons", "日本", "ночь"), {("Zürich & Sons",), ("日本",), ("ночь",)}),
    ],
)  # fmt: skip
def test_each_scheme_in_its_own_way(xmp: str, expected: set[TagPath]) -> None:
    assert tags(xmp) == expected


def test_one_word_in_all_schemes_is_one_tag() -> None:
    xmp = (
        bag("dc:subject", "Rome")
        + bag("lr:hierarchicalSubject", "Places|Rome")
        + bag("digiKam:TagsList", "Places/Rome", kind="Seq")
        + bag("MicrosoftPhoto:LastKeywordXMP", "Places/Rome")
        + bag("mediapro:CatalogSets", "Places|Rome")
    )
    assert tags(xmp) == {("Places", "Rome")}


def test_keywords_that_windows_wrote_into_exif() -> None:
    from PIL import Image  # noqa: PLC0415 -- for this one block

    block = Image.Exif()
    block[0x9C9E] = "Sea;Zürich; ;Ночь".encode("utf-16-le") + b"\0\0"
    assert set(choose(read(Path("photo.jpg"), jpeg(exif=block)).statements).tags) == {("Sea",), ("Zürich",), ("Ночь",)}


def test_real_keywords_of_picasa(shared: Path) -> None:
    path = shared / "metadata/immich-test-assets/metadata/tags/picasa.jpg"
    assert choose(read(path, path.read_bytes()).statements).tags == (("Frost",), ("Yard",))


@pytest.mark.parametrize("declared", [True, False])
def test_iptc_keywords_in_utf_8_declared_or_not(tmp_path: Path, exiftool: ExifTool, declared: bool) -> None:
    path = written(tmp_path, jpeg())
    extra = ["-CodedCharacterSet=UTF8"] if declared else []
    reply = exiftool.run("-overwrite_original", "-charset", "iptc=utf8", *extra, "-IPTC:Keywords=Zürich", path=path)
    assert reply.status == 0, reply.errors
    assert choose(read(path, path.read_bytes()).statements).tags == (("Zürich",),)


def test_iptc_keywords_in_latin_1(tmp_path: Path, exiftool: ExifTool) -> None:
    path = written(tmp_path, jpeg())
    reply = exiftool.run("-overwrite_original", "-charset", "iptc=latin1", "-IPTC:Keywords=Zürich", path=path)
    assert reply.status == 0, reply.errors
    assert choose(read(path, path.read_bytes()).statements).tags == (("Zürich",),)


def test_a_keyword_that_iptc_cut_short_is_no_second_tag() -> None:
    whole = "A keyword that is far longer than the sixty-four bytes which IPTC grants"
    keywords = [RawTag("Iptc.Application2.Keywords", "String", word) for word in (whole[:64], "Sea")]
    assert [fact.tag for fact in facts_of(IptcTags(keywords), [(whole,)]) if hasattr(fact, "tag")] == [("Sea",)]
    assert len(facts_of(IptcTags(keywords), [("Other",)])) == 2


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(["<Category>", "</Category>", 'x Assigned="1">', "A", "<"])).map("".join)
)
def test_no_categories_at_all_raise(text: str) -> None:
    acdsee_paths(text)


def test_deeply_nested_categories_are_read_in_good_time() -> None:
    deep = '<Category Assigned="1">a' * 500 + "</Category>" * 500
    assert len(acdsee_paths(deep)[-1]) == 500
