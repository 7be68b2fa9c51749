"""The files beside a photo that describe it: which they are, and their XMP."""

from collections.abc import Collection
from pathlib import PurePath
from xml.parsers import expat

from photoscribe.core.errors import Undecodable
from photoscribe.metadata import exiv2_access
from photoscribe.metadata.exiv2_access import RawTags

LARGEST_BYTES = 64 << 20
_LEAST_BYTES = 128  # exiv2 looks at 80 bytes to tell the format, and gives up on less
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_WRAPPING = {"adobe:ns:meta/ xmpmeta", "adobe:ns:meta/ xmptk", "about"} | {
    f"{_RDF} {name}" for name in ("RDF", "Description", "about")
}
_SUFFIXES = (".xmp", ".XMP", ".Xmp")
_PICASA = (".picasa.ini", "Picasa.ini", "picasa.ini", ".Picasa.ini")


def sidecars_of(name: str, siblings: Collection[str]) -> tuple[str, ...]:
    """The names among `siblings` that describe the photo `name`, the most specific first.

    IMG.jpg.xmp, then IMG.xmp, which belongs to IMG.jpg as well as to IMG.CR2; then Picasa's file of the folder.
    Upper and lower case of the suffixes are the same. siblings: of the same folder; a set is asked a few times only.
    """
    if is_sidecar(name):
        return ()
    stem, suffix = _split(name)
    full = dict.fromkeys([name, stem + suffix.lower(), stem + suffix.upper()])
    candidates = [one + ending for one in full for ending in _SUFFIXES]
    candidates += [stem + ending for ending in _SUFFIXES if suffix]
    return tuple(one for one in dict.fromkeys([*candidates, *_PICASA]) if one in siblings)


def is_sidecar(name: str) -> bool:
    return name.lower().endswith(".xmp") or name.lower() in {one.lower() for one in _PICASA}


def _split(name: str) -> tuple[str, str]:
    suffix = PurePath(name).suffix
    return (name[: -len(suffix)], suffix) if suffix else (name, "")


def read_xmp(data: bytes, *, xmp_groups: Collection[str] | None = None) -> RawTags:
    """The tags of an XMP packet that stands alone, in any of Unicode's codes, with or without its wrapping.

    xmp_groups: as for exiv2_access.read_raw.

    Raises Undecodable for anything else, and for a packet that cannot be parsed.
    """
    packet = _in_utf8(data)
    if not packet.strip(b" \t\r\n\0"):
        raise Undecodable("it is empty. Delete it, or write it again.")
    if b"<rdf:RDF" in packet[:4096] and b"xmpmeta" not in packet[:4096]:
        packet = packet[packet.index(b"<rdf:RDF") :]
        packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + packet.partition(b"<?xpacket end")[0] + b"</x:xmpmeta>"
    try:
        tags = exiv2_access.read_raw(packet.ljust(_LEAST_BYTES), xmp_groups=xmp_groups)
    except Undecodable as error:
        raise Undecodable("it is no XMP. Delete it, or write it again.") from error
    if not tags.mime.endswith("xml"):
        raise Undecodable("it is no XMP. Delete it, or write it again.")
    if tags.xmp_packet and not tags.xmp and not _holds_nothing(packet):
        raise Undecodable("its XMP cannot be parsed. Delete it, or write it again.")
    return tags


def _in_utf8(data: bytes) -> bytes:
    """exiv2 knows no other code, while XMP may be in UTF-16 and UTF-32, with a mark of the order of bytes."""
    for mark, code in ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
                       (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):  # fmt: skip
        if data.startswith(mark):
            return data.decode(code, "replace").encode()
    return data


def _holds_nothing(packet: bytes) -> bool:
    """Whether it is well-formed and has no property: some programs begin with an empty sidecar."""
    properties: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        properties.extend({name, *attributes} - _WRAPPING)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    try:
        parser.Parse(packet.rstrip(b"\0"), True)
    except expat.ExpatError:
        return False
    return not properties
