"""XMP packets as trees of values: parsed from RDF/XML in any of its spellings.

exiv2 drops what it does not model and moves aliases, so a packet that it has read and written again is not the
same packet. Here nothing is lost: what is not understood is refused, never skipped.
Source: XMP specification part 1 (ISO 16684-1:2019), section 7 and annex C.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal
from xml.parsers import expat

from photoscribe.core.errors import WriteRefused

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
META = "adobe:ns:meta/"

# A name is "URI local", as expat joins them; no URI holds a space.
LANG = f"{XML} lang"
RDF_TYPE = f"{RDF} type"
_VALUE = f"{RDF} value"
_ABOUT = {f"{RDF} about", "about"}
_ARRAYS: dict[str, Literal["Bag", "Seq", "Alt"]] = {f"{RDF} {kind}": kind for kind in ("Bag", "Seq", "Alt")}

MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Text:
    """A simple value. is_uri: it stood in rdf:resource."""

    text: str
    is_uri: bool = False
    qualifiers: "Fields" = ()


@dataclass(frozen=True, slots=True)
class Struct:
    fields: "Fields" = ()
    qualifiers: "Fields" = ()

    def get(self, name: str) -> "Node | None":
        return next((node for key, node in self.fields if key == name), None)

    def with_field(self, name: str, node: "Node | None") -> "Struct":
        """The same with the field set in its place, added at the end, or taken away."""
        return replace(self, fields=with_field(self.fields, name, node))


@dataclass(frozen=True, slots=True)
class Array:
    """kind: Bag (no order), Seq (order), Alt (choice; the first is the default)."""

    kind: Literal["Bag", "Seq", "Alt"]
    items: "tuple[Node, ...]" = ()
    qualifiers: "Fields" = ()


Node = Text | Struct | Array
Fields = tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Packet:
    """All properties of one packet. prefixes: by namespace, as the packet declared them."""

    properties: Fields = ()
    about: str = ""
    toolkit: str = "photoscribe"
    prefixes: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> Node | None:
        return next((node for key, node in self.properties if key == name), None)

    def with_property(self, name: str, node: Node | None) -> "Packet":
        """The same with the property set in its place, added at the end, or taken away."""
        return replace(self, properties=with_field(self.properties, name, node))


def with_field(fields: Fields, name: str, node: Node | None) -> Fields:
    if node is None:
        return tuple(pair for pair in fields if pair[0] != name)
    if all(key != name for key, _ in fields):
        return (*fields, (name, node))
    return tuple((key, node if key == name else value) for key, value in fields)


def name_of(uri: str, local: str) -> str:
    return f"{uri} {local}"


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    children: "list[_Element]" = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    @property
    def content(self) -> str:
        return "".join(self.text)


def parse(packet: bytes) -> Packet:
    """Raises WriteRefused for a packet that is not well-formed, or says something that XMP has no meaning for."""
    prefixes: dict[str, str] = {}
    root = _elements(_xml_of(packet), prefixes)
    rdf, toolkit = _find_rdf(root)
    about = ""
    properties: list[tuple[str, Node]] = []
    for description in rdf.children:
        if description.name != f"{RDF} Description":
            raise _unusual("a typed node at the top")
        for name, text in description.attributes.items():
            if name in _ABOUT:
                if about and text and text != about:
                    raise _unusual("two subjects")
                about = about or text
            elif name == LANG or name.startswith((RDF, "xmlns")) or " " not in name:
                raise _unusual(f"the attribute {name!r}")
            else:
                properties.append((name, Text(text)))
        _no_text(description)
        _known(child.name for child in description.children)
        properties.extend((child.name, _value(child, 0)) for child in description.children)
    names = [name for name, _ in properties]
    if len(set(names)) != len(names):
        raise _unusual("a property that stands twice")
    return Packet(tuple(properties), about, toolkit, tuple(prefixes.items()))


def _unusual(what: str) -> WriteRefused:
    return WriteRefused(f"its XMP holds {what}, which is not safe to rewrite. Write to a sidecar instead.")


def _xml_of(packet: bytes) -> str:
    """The XML of a packet in whatever encoding, without what stands round it."""
    text = _decoded(packet)
    start = text.find("<")
    ends = [match.end() for match in re.finditer(r"<\?xpacket\s+end=[^>]*\?>", text)]
    return text[max(0, start) : ends[-1] if ends else None].rstrip("\0 \t\r\n")


def _decoded(packet: bytes) -> str:
    for bom, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32")):
        if packet.startswith(bom):
            return _in(packet[len(bom) :] if encoding == "utf-8" else packet, encoding)
    if packet.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _in(packet, "utf-16")
    if packet[:2] in {b"<\0", b"\0<"}:
        return _in(packet, "utf-16-le" if packet[:1] == b"<" else "utf-16-be")
    return _in(packet, "utf-8")


def _in(packet: bytes, encoding: str) -> str:
    try:
        return packet.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise _unusual("bytes that are not text") from error
    # Adobe's toolkit, and so exiv2, takes single bytes that are not UTF-8 for Latin-1.
    return packet.decode("utf-8", "surrogateescape").translate({0xDC00 + byte: chr(byte) for byte in range(128, 256)})


def _elements(xml: str, prefixes: dict[str, str]) -> _Element:
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    top = _Element("", {})
    stack = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > MAX_DEPTH:
            raise _unusual("more than 64 levels")
        element = _Element(name, attributes)
        stack[-1].children.append(element)
        stack.append(element)

    def characters(text: str) -> None:
        stack[-1].text.append(text)

    def doctype(*_: object) -> None:
        raise _unusual("a document type")

    def namespace(prefix: str | None, uri: str) -> None:
        prefixes.setdefault(uri, prefix or "")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    parser.StartNamespaceDeclHandler = namespace
    try:
        # The declaration of an encoding no longer holds for text that is decoded already.
        parser.Parse(re.sub(r"^<\?xml[^>]*\?>", "", xml).encode("utf-8"), True)
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise WriteRefused(f"its XMP is not well-formed ({error}). Write to a sidecar instead.") from error
    return top.children[0]


def _find_rdf(root: _Element) -> tuple[_Element, str]:
    """The rdf:RDF element and what x:xmptk says."""
    toolkit = "photoscribe"
    if root.name in {f"{META} xmpmeta", f"{META} xapmeta"}:
        for name, text in root.attributes.items():
            if name in {f"{META} xmptk", f"{META} xaptk"}:
                toolkit = text
            else:
                raise _unusual(f"the attribute {name!r}")
        _no_text(root)
        if len(root.children) != 1:
            raise _unusual("more or less than one rdf:RDF")
        root = root.children[0]
    if root.name != f"{RDF} RDF" or root.attributes:
        raise _unusual(f"{root.name!r} for its root")
    _no_text(root)
    return root, toolkit


def _no_text(element: _Element) -> None:
    if element.content.strip():
        raise _unusual("text between its properties")


def _value(element: _Element, depth: int) -> Node:
    """The value of a property element (RDF/XML 7.2.14 to 7.2.21 as XMP restricts them)."""
    attributes = dict(element.attributes)
    lang = _language(attributes.pop(LANG, None))
    parse_type = attributes.pop(f"{RDF} parseType", None)
    if parse_type is not None:
        if parse_type != "Resource" or attributes:
            raise _unusual(f"rdf:parseType {parse_type!r}")
        _no_text(element)
        return _struct(_fields(element.children, depth), lang)
    if element.children:
        if attributes or len(element.children) != 1:
            raise _unusual("a property with two values")
        _no_text(element)
        return _node(element.children[0], lang, depth)
    if not attributes:
        return Text(element.content, qualifiers=lang)
    _no_text(element)
    return _shorthand(attributes, lang)


def _shorthand(attributes: dict[str, str], lang: Fields) -> Node:
    """An empty property element, whose attributes are its value (7.2.21)."""
    resource = attributes.pop(f"{RDF} resource", None)
    value = attributes.pop(_VALUE, None)
    _known(attributes)
    others: Fields = tuple((name, Text(text)) for name, text in attributes.items())
    if resource is not None and value is None:
        return Text(resource, True, (*lang, *others))
    if value is not None and resource is None:
        return Text(value, False, (*lang, *others))
    if resource is not None:
        raise _unusual("a property with two values")
    return Struct(others, lang)


def _node(element: _Element, qualifiers: Fields, depth: int) -> Node:
    """The value that a node element describes: an array or a structure."""
    kind = _ARRAYS.get(element.name)
    _no_text(element)
    if kind is None:
        return _description(element, qualifiers, depth)
    if element.attributes:
        raise _unusual("an array with attributes")
    for item in element.children:
        if not re.fullmatch(re.escape(RDF) + r" (li|_\d+)", item.name):
            raise _unusual(f"{item.name!r} in an array")
    return Array(kind, tuple(_value(item, depth + 1) for item in element.children), qualifiers)


def _description(element: _Element, qualifiers: Fields, depth: int) -> Node:
    attributes = dict(element.attributes)
    for name in _ABOUT & attributes.keys():
        if attributes.pop(name):
            raise _unusual("an inner subject")
    value = attributes.pop(_VALUE, None)
    _known(attributes)
    fields = [(name, Text(text)) for name, text in attributes.items()]
    if value is not None:
        fields.insert(0, (_VALUE, Text(value)))
    if element.name != f"{RDF} Description":
        qualifiers = (*qualifiers, (RDF_TYPE, Text(element.name.replace(" ", ""), is_uri=True)))
    return _struct((*fields, *_fields(element.children, depth)), qualifiers)


def _fields(children: Iterable[_Element], depth: int) -> Iterator[tuple[str, Node]]:
    for child in children:
        if child.name not in {_VALUE, RDF_TYPE}:
            _known([child.name])
        yield child.name, _value(child, depth + 1)


def _known(names: Iterable[str]) -> None:
    for name in names:
        if name.startswith(f"{RDF} ") or " " not in name:
            raise _unusual(f"the name {name!r}")


def _struct(fields: Iterable[tuple[str, Node]], qualifiers: Fields) -> Node:
    """A structure, or, where it has an rdf:value, that value with the other fields as its qualifiers."""
    pairs = tuple(fields)
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise _unusual("a field that stands twice")
    value = next((node for name, node in pairs if name == _VALUE), None)
    if value is None:
        return Struct(pairs, qualifiers)
    others = tuple(pair for pair in pairs if pair[0] != _VALUE)
    return replace(value, qualifiers=(*qualifiers, *value.qualifiers, *others))


def _language(code: str | None) -> Fields:
    return () if code is None else ((LANG, Text(code)),)
