"""The one place that knows the Python API of exiv2: open bytes, read every tag as text, register namespaces.

exiv2's XMP parser keeps global state that its authors call unsafe in threads, so every use of the library,
in this process, happens while holding LOCK. A read takes 0.1 to 0.5 ms (measured 2026-11-20), so waiting is cheap.

Text is UTF-8; bytes that are not come through as surrogate escapes and `bytes_of` gives them back exactly.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from threading import RLock
from typing import Any, NamedTuple

import exiv2

from photoscribe.core.errors import Undecodable
from photoscribe.metadata.namespaces import PREFIXES

LOCK = RLock()


class RawTag(NamedTuple):
    """key: exiv2's, "Exif.Photo.DateTimeOriginal". type: exiv2's name of it, "Ascii". text: its whole value.

    items: what an XMP array holds ("XmpBag", "XmpSeq", "XmpAlt"), whose text joins them by a comma, so that the
    text cannot be split again; or the values of a "LangAlt", the default language first.
    """

    key: str
    type: str
    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawTags:
    """All that exiv2 reads in one file, in the file's order; a key may repeat.

    width, height: of the stored pixels as exiv2 sees them, 0 where it does not. icc_sha256: "" without a profile.
    xmp_packet: "" without one; one that stands in the file and cannot be parsed leaves `xmp` empty.
    iptc: in the order of the file; the charset is not applied.
    """

    mime: str
    width: int
    height: int
    exif: tuple[RawTag, ...]
    iptc: tuple[RawTag, ...]
    xmp: tuple[RawTag, ...]
    xmp_packet: str = ""
    comment: str = ""
    icc_sha256: str = ""


def _prepare() -> None:
    # Without this the library prints its warnings to stderr, in the middle of a progress bar.
    exiv2.LogMsg.setHandler(None)
    exiv2.XmpParser.initialize()
    for prefix, uri in PREFIXES.items():
        if not exiv2.XmpProperties.prefix(uri):  # exiv2 0.28.9 knows them all but our own
            exiv2.XmpProperties.registerNs(uri, prefix)


_prepare()

_INNER_PREFIX = re.compile(r"/[^/:\[\]]+:")
_ARRAYS = frozenset({"XmpBag", "XmpSeq", "XmpAlt"})
# exiv2 0.28 parses films too, but only as made-up "Xmp.video" tags, and its writer silently does nothing on them.
_FILMS = frozenset({exiv2.ImageType.asf, exiv2.ImageType.mkv, exiv2.ImageType.qtime, exiv2.ImageType.riff})


def is_known(data: bytes) -> bool:
    """Whether it begins as a file of a format that open_image takes."""
    with LOCK:
        try:
            kind = exiv2.ImageFactory.getType(data)
        except exiv2.Exiv2Error:  # fewer bytes than some format's mark
            return False
    return kind != exiv2.ImageType.none and kind not in _FILMS


def open_image(data: bytes) -> Any:
    """An exiv2.Image over a copy of nothing: `data` itself, with its metadata read. Hold LOCK while using it.

    Raises Undecodable when exiv2 does not know the format or finds the file broken.
    """
    with LOCK:
        if not is_known(data):
            raise Undecodable("exiv2 knows no such image format. ExifTool, when installed, may.")
        try:
            image = exiv2.ImageFactory.open(data)
            image.readMetadata()
        except exiv2.Exiv2Error as error:
            raise Undecodable(f"the metadata cannot be read ({error.message}). Repair or convert the file.") from error
        return image


def read_raw(
    data: bytes, *, exif_keys: Collection[str] | None = None, xmp_groups: Collection[str] | None = None
) -> RawTags:
    """Every tag of a file; or of EXIF those of some keys, of XMP those of some groups ("dc"), which is quicker.

    Raises Undecodable as open_image does.
    """
    with LOCK:
        return raw_tags(open_image(data), exif_keys=exif_keys, xmp_groups=xmp_groups)


def raw_tags(
    image: Any, *, exif_keys: Collection[str] | None = None, xmp_groups: Collection[str] | None = None
) -> RawTags:
    """The tags of an image from open_image, or of one being changed. With `xmp_groups` no packet that was parsed."""
    with LOCK:
        exif = image.exifData() if exif_keys is None else [tag for tag in image.exifData() if tag.key() in exif_keys]
        xmp = list(image.xmpData())
        packet = image.xmpPacket() if xmp_groups is None or not xmp else ""
        if xmp_groups is not None:
            xmp = [tag for tag in xmp if tag.groupName() in xmp_groups]
        return RawTags(
            mime=image.mimeType(),
            width=image.pixelWidth(),
            height=image.pixelHeight(),
            exif=tuple([RawTag(tag.key(), tag.typeName(), tag.toString()) for tag in exif]),
            iptc=tuple([RawTag(tag.key(), tag.typeName(), tag.toString()) for tag in image.iptcData()]),
            xmp=tuple([_xmp_tag(tag) for tag in xmp]),
            xmp_packet=packet,
            comment=image.comment(),
            icc_sha256=_icc_sha256(image),
        )


def _xmp_tag(tag: Any) -> RawTag:
    kind = tag.typeName()
    items: tuple[str, ...] = ()
    if kind == "LangAlt":
        items = tuple(tag.value().values())
    elif kind in _ARRAYS:
        items = tuple(tag.value())
    return RawTag(tag.key(), kind, tag.toString(), items)


def _icc_sha256(image: Any) -> str:
    if not image.iccProfileDefined():
        return ""
    return hashlib.sha256(bytes(image.iccProfile().data())).hexdigest()


def plain_key(key: str) -> str:
    """An XMP key without the prefixes inside its path: "Xmp.mwg-rs.Regions/RegionList[1]/Name".

    exiv2 names the property itself by its own prefix, but what stands inside a structure by the prefix of the
    packet at hand, which may be any: "Xmp.mwg-rs.Regions/r:RegionList[1]/r:Name".
    """
    return _INNER_PREFIX.sub("/", key) if "/" in key else key


def bytes_of(tag: RawTag) -> bytes:
    """The bytes that stand in the file for a tag of text or of bytes ("Ascii", "String", "Byte", "Undefined").

    exiv2 gives the types of bytes as decimal numbers; text as it is, without its closing NUL.
    """
    if tag.type in {"Byte", "Undefined"}:
        try:
            return bytes([int(number) for number in tag.text.split()])
        except ValueError:  # UserComment and the like are "Undefined" with a text form of their own
            pass
    return tag.text.encode("utf-8", "surrogateescape")
