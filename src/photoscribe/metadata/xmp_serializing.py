"""XMP trees as packets: plain RDF/XML with properties as elements, which every reader we know takes.

Source: XMP specification part 1 (ISO 16684-1:2019), annex C, and part 3 for the packet wrapper.
"""

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from photoscribe.metadata.namespaces import PREFIXES
from photoscribe.metadata.xmp_tree import LANG, META, RDF, XML, Array, Fields, Node, Packet, Struct, Text

_STANDARD = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    **PREFIXES,
}
_RESERVED = {"rdf": RDF, "x": META, "xml": XML}

_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_TAIL = '\n<?xpacket end="w"?>'

# XML readers turn a carriage return into a line feed unless it is written as a reference.
_REFERENCES = {"\r": "&#xD;"}
_ATTRIBUTE_REFERENCES = {"\r": "&#xD;", "\n": "&#xA;", "\t": "&#x9;"}


def serialized(packet: Packet, *, padding: int = 0) -> bytes:
    """The packet in UTF-8. padding: spaces before its end."""
    prefixes = _prefixes(packet)
    names = _Names(prefixes)
    body = "".join(_property(name, node, names, "   ") for name, node in packet.properties)
    declared = "".join(f"\n    xmlns:{prefix}={quoteattr(uri)}" for uri, prefix in prefixes.items())
    text = (
        f"{_HEAD}<x:xmpmeta xmlns:x={quoteattr(META)} x:xmptk={_quoted(packet.toolkit)}>\n"
        f" <rdf:RDF xmlns:rdf={quoteattr(RDF)}>\n"
        f"  <rdf:Description rdf:about={_quoted(packet.about)}{declared}>\n"
        f"{body}  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>{' ' * padding}{_TAIL}"
    )
    return text.encode("utf-8")


class _Names:
    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = {**prefixes, RDF: "rdf", XML: "xml"}

    def qualified(self, name: str) -> str:
        uri, local = name.rsplit(" ", 1)
        return f"{self._prefixes[uri]}:{local}"


def _prefixes(packet: Packet) -> dict[str, str]:
    """A prefix for each namespace in use: the packet's own, the customary one, or a new one."""
    wanted = {uri: prefix for prefix, uri in _STANDARD.items()} | {
        uri: prefix for uri, prefix in packet.prefixes if prefix
    }
    given: dict[str, str] = {}
    for uri in dict.fromkeys(_namespaces(packet.properties)):
        prefix = wanted.get(uri, "ns1")
        number = 1
        while prefix in _RESERVED or prefix in given.values():
            number += 1
            prefix = f"ns{number}"
        given[uri] = prefix
    return given


def _namespaces(fields: Fields) -> Iterator[str]:
    for name, node in fields:
        uri = name.rsplit(" ", 1)[0]
        if uri not in {RDF, XML}:
            yield uri
        yield from _inner_namespaces(node)


def _inner_namespaces(node: Node) -> Iterator[str]:
    yield from _namespaces(node.qualifiers)
    if isinstance(node, Struct):
        yield from _namespaces(node.fields)
    elif isinstance(node, Array):
        for item in node.items:
            yield from _inner_namespaces(item)


def _property(name: str, node: Node, names: _Names, indent: str) -> str:
    """One property element, with its line break."""
    tag = names.qualified(name)
    others = tuple(pair for pair in node.qualifiers if pair[0] != LANG)
    lang = next((value for key, value in node.qualifiers if key == LANG), None)
    attributes = f" xml:lang={_quoted(lang.text)}" if isinstance(lang, Text) else ""
    if others:
        value = _property(f"{RDF} value", _bare(node), names, indent + " ")
        return _resource(tag, attributes, value + _all(others, names, indent + " "), indent)
    if isinstance(node, Text):
        if node.is_uri:
            return f"{indent}<{tag} rdf:resource={_quoted(node.text)}{attributes}/>\n"
        return f"{indent}<{tag}{attributes}>{escape(node.text, _REFERENCES)}</{tag}>\n"
    if isinstance(node, Struct):
        return _resource(tag, attributes, _all(node.fields, names, indent + " "), indent)
    items = "".join(_property(f"{RDF} li", item, names, indent + "  ") for item in node.items)
    array = f"{indent} <rdf:{node.kind}>\n{items}{indent} </rdf:{node.kind}>\n"
    return f"{indent}<{tag}{attributes}>\n{array}{indent}</{tag}>\n"


def _resource(tag: str, attributes: str, content: str, indent: str) -> str:
    # parseType forbids every other attribute but xml:lang.
    opening = f'{indent}<{tag} rdf:parseType="Resource"{attributes}'
    return f"{opening}>\n{content}{indent}</{tag}>\n" if content else f"{opening}/>\n"


def _all(fields: Iterable[tuple[str, Node]], names: _Names, indent: str) -> str:
    return "".join(_property(name, node, names, indent) for name, node in fields)


def _bare(node: Node) -> Node:
    if isinstance(node, Text):
        return Text(node.text, node.is_uri)
    return Struct(node.fields) if isinstance(node, Struct) else Array(node.kind, node.items)


def _quoted(text: str) -> str:
    return '"' + re.sub('"', "&quot;", escape(text, _ATTRIBUTE_REFERENCES)) + '"'
