"""Photos made for the tests: small JPEGs with whatever metadata a test wants in them."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

from photoscribe.core.geometry import Orientation
from photoscribe.core.metadata import FileMetadata, Metadata
from photoscribe.core.precedence import choose
from photoscribe.metadata.namespaces import PREFIXES
from photoscribe.metadata.reading import read

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ORIENTATION_TAG = 0x0112
# How the stored pixels of each orientation come from the upright ones.
STORED_BY = {
    Orientation.TOP_RIGHT: Image.Transpose.FLIP_LEFT_RIGHT,
    Orientation.BOTTOM_RIGHT: Image.Transpose.ROTATE_180,
    Orientation.BOTTOM_LEFT: Image.Transpose.FLIP_TOP_BOTTOM,
    Orientation.LEFT_TOP: Image.Transpose.TRANSPOSE,
    Orientation.RIGHT_TOP: Image.Transpose.ROTATE_90,
    Orientation.RIGHT_BOTTOM: Image.Transpose.TRANSVERSE,
    Orientation.LEFT_BOTTOM: Image.Transpose.ROTATE_270,
}
_MORE = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "exifEX": "http://cipa.jp/exif/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
}


def packet(body: str, prefixes: Mapping[str, str] | None = None) -> bytes:
    """An XMP packet around the properties of one description. prefixes: instead of the usual ones."""
    names = {**PREFIXES, **_MORE} if prefixes is None else prefixes
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in names.items())
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about=""{declared}>{body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def bag(name: str, *items: str, kind: str = "Bag") -> str:
    inside = "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
    return f"<{name}><rdf:{kind}>{inside}</rdf:{kind}></{name}>"


def words(name: str, **languages: str) -> str:
    """A text in languages; `default` stands for x-default."""
    inside = "".join(
        f'<rdf:li xml:lang="{"x-default" if language == "default" else language}">{text}</rdf:li>'
        for language, text in languages.items()
    )
    return f"<{name}><rdf:Alt>{inside}</rdf:Alt></{name}>"


def mwg(*regions: str, applied: tuple[int, int] | None = None) -> str:
    """mwg-rs:Regions around regions from `mwg_region`."""
    size = (
        f'<mwg-rs:AppliedToDimensions stDim:w="{applied[0]}" stDim:h="{applied[1]}" stDim:unit="pixel"/>'
        if applied
        else ""
    )
    return (
        f'<mwg-rs:Regions rdf:parseType="Resource">{size}<mwg-rs:RegionList><rdf:Bag>{"".join(regions)}</rdf:Bag>'
        "</mwg-rs:RegionList></mwg-rs:Regions>"
    )


def mwg_region(name: str | None, kind: str | None = "Face", /, **area: object) -> str:
    fields = "".join(
        f' stArea:{key}="{value}"' for key, value in {"unit": "normalized", **area}.items() if value is not None
    )
    described = "".join(
        f' mwg-rs:{key}="{value}"' for key, value in (("Name", name), ("Type", kind)) if value is not None
    )
    return f"<rdf:li><rdf:Description{described}><mwg-rs:Area{fields}/></rdf:Description></rdf:li>"


def mp(*regions: tuple[str, str | None]) -> str:
    """MP:RegionInfo of (name, rectangle)."""
    inside = "".join(
        f'<rdf:li MPReg:PersonDisplayName="{name}"' + (f' MPReg:Rectangle="{rectangle}"' if rectangle else "") + "/>"
        for name, rectangle in regions
    )
    return (
        f'<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>{inside}</rdf:Bag></MPRI:Regions>'
        "</MP:RegionInfo>"
    )


def iptc_region(boundary: str, inside: str = "") -> str:
    return (
        f'<rdf:li rdf:parseType="Resource"><Iptc4xmpExt:RegionBoundary rdf:parseType="Resource">{boundary}'
        f"</Iptc4xmpExt:RegionBoundary>{inside}</rdf:li>"
    )


def iptc(*regions: str) -> str:
    return f"<Iptc4xmpExt:ImageRegion><rdf:Bag>{''.join(regions)}</rdf:Bag></Iptc4xmpExt:ImageRegion>"


def fields(**values: object) -> str:
    return "".join(f"<Iptc4xmpExt:{key}>{value}</Iptc4xmpExt:{key}>" for key, value in values.items())


def jpeg(
    size: tuple[int, int] = (400, 300), *, xmp: bytes | str = b"", exif: Image.Exif | None = None, orientation: int = 1
) -> bytes:
    """size: of the stored pixels. xmp: a packet, or what is to stand in one."""
    exif = exif or Image.Exif()
    if orientation != 1:
        exif[ORIENTATION_TAG] = orientation
    target = io.BytesIO()
    content = packet(xmp) if isinstance(xmp, str) else xmp
    Image.new("RGB", size, "grey").save(target, "JPEG", quality=50, exif=exif, **({"xmp": content} if content else {}))
    return target.getvalue()


def exif(
    image: Mapping[int, object] | None = None,
    photo: Mapping[int, object] | None = None,
    gps: Mapping[int, object] | None = None,
) -> Image.Exif:
    """A block of tags by number, for each directory."""
    block = Image.Exif()
    for tag, value in (image or {}).items():
        block[tag] = value
    for directory, values in ((0x8769, photo), (0x8825, gps)):
        if values:
            block[directory] = dict(values)
    return block


def file(**content: Any) -> FileMetadata:
    """What is read of `jpeg(**content)`."""
    return read(Path("photo.jpg"), jpeg(**content), now=NOW)


def known(**content: Any) -> Metadata:
    return choose(file(**content).statements)


def local(*parts: int) -> datetime:
    """A moment on the clock of some place."""
    year, month, day, *rest = parts
    return datetime(year, month, day, *rest)  # type: ignore[arg-type]  # noqa: DTZ001 -- a local clock, no zone


def written(folder: Path, data: bytes, name: str = "photo.jpg") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
