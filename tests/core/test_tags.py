import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.errors import UsageError
from photoscribe.core.tags import (
    TagSaid,
    TagStanding,
    TagStated,
    TagWritten,
    ancestors,
    clean_tag,
    from_files,
    standing_tags,
    tag_key,
    tag_of,
    tag_text,
)

ITALY, BEACH = ("Places", "Italy"), ("Beach",)


def stated(*tags: tuple[str, ...], origin: str = "xmp") -> list[TagStated]:
    return [TagStated(tag, origin) for tag in tags]


def shown(standing: tuple[TagStanding, ...]) -> set[tuple[str, str]]:
    return {(tag_text(one.tag), one.origin) for one in standing}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Beach", ("Beach",)),
        (" Places / Italy//", ("Places", "Italy")),
        ("Cafe\u0301", ("Caf\xe9",)),
        ("a\u202eb\0", ("ab",)),
        ("New\tYork  City", ("New York City",)),
    ],
)
def test_a_tag_is_kept_clean(text: str, tag: tuple[str, ...]) -> None:
    assert clean_tag(text) == tag


@pytest.mark.parametrize("text", ["", " / ", "\0", "x" * 201, "/".join("x" * 21), "/".join(["x" * 150] * 7)])
def test_a_tag_that_cannot_be_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(UsageError, match="Try"):
        clean_tag(text)


@given(st.text())
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    try:
        tag = clean_tag(text)
    except UsageError:
        return
    assert clean_tag(tag_text(tag)) == tag
    assert tag_of(tag_text(tag)) == tag
    assert tag_key(clean_tag(tag_text(tag))) == tag_key(tag)


def test_case_and_the_way_accents_are_written_make_no_other_tag() -> None:
    assert tag_key(("PLACES", "Cafe\u0301")) == tag_key(("places", "Caf\xe9"))
    assert tag_key(("a/b",)) != tag_key(("a", "b"))


def test_the_tags_above_one_are_its_beginnings() -> None:
    assert list(ancestors("a/b/c")) == ["a", "a/b"]
    assert list(ancestors("a")) == []


def test_the_user_outranks_the_file() -> None:
    said = [TagSaid(("beach",), "rejected"), TagSaid(("Sun",), "confirmed")]
    assert shown(standing_tags(stated(BEACH, ("sun",), ("Sea",)), said, ())) == {("Sun", "user"), ("Sea", "xmp")}


def test_a_flat_keyword_of_a_file_that_is_part_of_a_path_is_that_path() -> None:
    assert shown(standing_tags(stated(("Italy",), ITALY), (), ())) == {("Places/Italy", "xmp")}
    said = [TagSaid(ITALY, "confirmed")]
    assert shown(standing_tags(stated(("Italy",)), said, ())) == {("Places/Italy", "user")}


def test_what_the_user_confirmed_stands_even_beside_a_path_that_has_it() -> None:
    assert shown(standing_tags(stated(ITALY), [TagSaid(("Italy",), "confirmed")], ())) == {
        ("Italy", "user"),
        ("Places/Italy", "xmp"),
    }


def test_the_highest_rank_gives_spelling_and_origin() -> None:
    both = [*stated(("beach",), origin="iptc"), *stated(BEACH, origin="sidecar")]
    assert from_files(both, ()) == (TagStated(BEACH, "sidecar"),)


def test_what_we_wrote_is_no_word_of_the_file_and_what_we_took_out_is() -> None:
    written = [TagWritten(ITALY, added=True), TagWritten(("Sea",), added=False)]
    read_since = stated(("Italy",), ITALY, BEACH)
    assert shown(standing_tags(read_since, (), written)) == {("Beach", "xmp"), ("Sea", "file")}
    theirs = [TagWritten(ITALY, added=True, word=False)]
    assert shown(standing_tags(read_since, (), theirs)) == {("Beach", "xmp"), ("Italy", "xmp")}
