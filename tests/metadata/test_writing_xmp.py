"""XMP packets as trees: every spelling understood or refused, nothing lost on the way through."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.errors import WriteRefused
from photoscribe.metadata.exiv2_access import plain_key, read_raw
from photoscribe.metadata.xmp_fields import without_categories
from photoscribe.metadata.xmp_serializing import serialized
from photoscribe.metadata.xmp_tree import LANG, RDF_TYPE, Array, Fields, Node, Packet, Struct, Text, name_of, parse
from tests.metadata.samples import bag, packet, words

DC = "http://purl.org/dc/elements/1.1/"
URIS = [DC, "http://ns.adobe.com/xap/1.0/", "urn:a", "urn:b#", "http://www.metadataworkinggroup.com/schemas/regions/"]

text = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), max_size=12).filter(
    lambda found: "\ufffe" not in found and "\uffff" not in found
)
names = st.builds(name_of, st.sampled_from(URIS), st.sampled_from(["a", "B", "c-d", "\u00e9t\u00e9"]))


def fields(values: st.SearchStrategy[Node]) -> st.SearchStrategy[Fields]:
    return st.dictionaries(names, values, max_size=3).map(lambda found: tuple(found.items()))


simple: st.SearchStrategy[Node] = st.builds(Text, text, st.booleans())
kinds: st.SearchStrategy[Literal["Bag", "Seq", "Alt"]] = st.sampled_from(["Bag", "Seq", "Alt"])
trees: st.SearchStrategy[Node] = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(Struct, fields(inner), fields(simple)),
        st.builds(Array, kinds, st.lists(inner, max_size=3).map(tuple), fields(simple)),
        st.builds(Text, text, st.booleans(), fields(simple)),
        st.builds(Text, text, st.just(False), st.just(((LANG, Text("x-default")),))),
    ),
    max_leaves=8,
)
packets = st.builds(Packet, fields(trees), text.filter(lambda found: found == found.strip()))


@given(packets)
def test_every_tree_comes_back_from_its_packet(made: Packet) -> None:
    again = parse(serialized(made))
    assert again.properties == made.properties
    assert again.about == made.about


@pytest.mark.parametrize(
    "body",
    [
        "<rdf:Description rdf:about='' xmlns:dc='{dc}' dc:source='x'/>",
        "<rdf:Description rdf:about='' xmlns:dc='{dc}'><dc:source>x</dc:source></rdf:Description>",
        "<rdf:Description about='' xmlns:dc='{dc}'><dc:source rdf:value='x'/></rdf:Description>",
        "<rdf:Description rdf:about='' xmlns:other='{dc}'><other:source>x</other:source></rdf:Description>",
        "<rdf:Description rdf:about=''/><rdf:Description rdf:about='' xmlns:dc='{dc}' dc:source='x'/>",
        "<!-- a note --><rdf:Description rdf:about='' xmlns:dc='{dc}'>\n <dc:source>x</dc:source>\n</rdf:Description>",
        "<rdf:Description xmlns:dc='{dc}'><dc:source><rdf:Description rdf:value='x'/></dc:source></rdf:Description>",
    ],
)
def test_one_value_in_every_spelling_is_one_value(body: str) -> None:
    rdf = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' + body.format(dc=DC) + "</rdf:RDF>"
    assert parse(rdf.encode()).properties == ((name_of(DC, "source"), Text("x")),)


@pytest.mark.parametrize(
    "value",
    [
        "<dc:source rdf:parseType='Resource'><dc:a>1</dc:a><dc:b>2</dc:b></dc:source>",
        "<dc:source><rdf:Description><dc:a>1</dc:a><dc:b>2</dc:b></rdf:Description></dc:source>",
        "<dc:source><rdf:Description dc:a='1'><dc:b>2</dc:b></rdf:Description></dc:source>",
        "<dc:source dc:a='1' dc:b='2'/>",
    ],
)
def test_one_structure_in_every_spelling_is_one_structure(value: str) -> None:
    found = parse(packet(value)).get(name_of(DC, "source"))
    assert found == Struct(((name_of(DC, "a"), Text("1")), (name_of(DC, "b"), Text("2"))))


def test_qualifiers_and_typed_nodes_are_kept() -> None:
    source = name_of(DC, "source")
    qualified = "<dc:source rdf:parseType='Resource'><rdf:value>x</rdf:value><dc:a>1</dc:a></dc:source>"
    assert parse(packet(qualified)).get(source) == Text("x", qualifiers=((name_of(DC, "a"), Text("1")),))
    typed = "<dc:source><dc:Thing dc:a='1'/></dc:source>"
    found = parse(packet(typed)).get(source)
    assert found == Struct(((name_of(DC, "a"), Text("1")),), ((RDF_TYPE, Text(f"{DC}Thing", is_uri=True)),))
    again = parse(serialized(parse(packet(typed)))).get(source)
    assert again == found
    linked = parse(packet("<dc:source rdf:resource='http://x/?a=1&amp;b=2'/>")).get(source)
    assert linked == Text("http://x/?a=1&b=2", is_uri=True)


@pytest.mark.parametrize(
    "body",
    [
        "<dc:source rdf:parseType='Literal'><b/></dc:source>",
        "<dc:source rdf:ID='x'>1</dc:source>",
        "<dc:source dc:a='1'>text</dc:source>",
        "<dc:source><rdf:Bag/><rdf:Bag/></dc:source>",
        "<dc:source>text<rdf:Bag/></dc:source>",
        "<dc:source><rdf:Bag><dc:a/></rdf:Bag></dc:source>",
        "<dc:source><rdf:Bag rdf:ID='x'/></dc:source>",
        "<dc:source rdf:resource='x' rdf:value='y'/>",
        "<dc:source><rdf:Description rdf:about='x'/></dc:source>",
        "<dc:source><rdf:Description rdf:nodeID='x'/></dc:source>",
        "<dc:source rdf:parseType='Resource'><dc:a>1</dc:a><dc:a>2</dc:a></dc:source>",
        "<dc:source>1</dc:source><dc:source>2</dc:source>",
        "<unnamed>1</unnamed>",
        "<dc:source rdf:parseType='Resource'><unnamed>1</unnamed></dc:source>",
        "text",
        "<dc:source>" * 70 + "</dc:source>" * 70,
    ],
)
def test_what_is_not_understood_is_refused_rather_than_lost(body: str) -> None:
    with pytest.raises(WriteRefused):
        parse(packet(body))


@pytest.mark.parametrize(
    "whole",
    [
        b"",
        b"<x/>",
        b"no xml",
        b"\xff\xfe<",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:other="1"/>',
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/">text</x:xmpmeta>',
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a/><b/></x:xmpmeta>',
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Bag/></rdf:RDF>',
        b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description about="a"/>%s</r:RDF>'
        % b'<r:Description about="b"/>',
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xml:lang="en"/></rdf:RDF>',
    ],
)
def test_a_packet_that_is_none_is_refused(whole: bytes) -> None:
    with pytest.raises(WriteRefused):
        parse(whole)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_packets_in_every_encoding_are_read(encoding: str) -> None:
    plain = packet("<dc:source>h\u00e9</dc:source>").decode()
    assert parse(plain.encode(encoding) + bytes(4)).get(name_of(DC, "source")) == Text("h\u00e9")


def test_single_bytes_that_are_not_utf8_are_latin_1_as_adobes_toolkit_has_it() -> None:
    data = packet("<dc:source>h?</dc:source>").replace(b"h?", b"h\xe9")
    assert parse(data).get(name_of(DC, "source")) == Text("h\u00e9")


def test_what_stands_round_the_packet_does_not_matter() -> None:
    data = packet("<dc:source>x</dc:source>")
    assert parse(b"\0 \n" + data + b"\0" * 100 + b"rest").get(name_of(DC, "source")) == Text("x")


def test_prefixes_that_clash_get_new_names_and_the_toolkit_keeps_its_own() -> None:
    made = Packet(((name_of("urn:a", "x"), Text("1")), (name_of("urn:b", "x"), Text("2"))), toolkit="Camera 1")
    data = serialized(Packet(made.properties, "", made.toolkit, (("urn:a", "dc"), ("urn:b", "dc"))))
    again = parse(data)
    assert again.properties == made.properties
    assert again.toolkit == "Camera 1"
    assert (
        parse(serialized(Packet(made.properties, prefixes=(("urn:a", "rdf"), ("urn:b", ""))))).properties
        == again.properties
    )


def test_exiv2_reads_the_same_in_our_packet_as_in_the_one_it_came_from() -> None:
    body = (
        bag("dc:subject", "a", "b &amp; c") + words("dc:title", default="T", de="D")
        + "<xmp:Label>Red</xmp:Label><exif:Flash rdf:parseType='Resource'><exif:Fired>True</exif:Fired></exif:Flash>"
    )  # fmt: skip
    before = read_raw(packet(body))
    after = read_raw(serialized(parse(packet(body))))
    assert {(plain_key(tag.key), tag.text) for tag in before.xmp} == {
        (plain_key(tag.key), tag.text) for tag in after.xmp
    }


def test_padding_stands_before_the_end() -> None:
    assert len(serialized(Packet(), padding=7)) == len(serialized(Packet())) + 7
    assert parse(serialized(Packet(), padding=7)) == parse(serialized(Packet()))


def test_a_category_of_acdsee_is_no_longer_assigned_and_its_neighbours_are() -> None:
    whole = '<Categories><Category Assigned="1">People<Category Assigned="1">Ann</Category></Category></Categories>'
    assert without_categories(whole, ["People|Ann"]) == whole.replace('Assigned="1">Ann', 'Assigned="0">Ann')
    assert without_categories(whole, ["People|Bob"]) == whole
    assert without_categories("<Category/>Ann</Category>", ["Ann"]) == "<Category/>Ann</Category>"
