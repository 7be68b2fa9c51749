"""Which files are photos: by their suffix, and by what their bytes say."""

import struct
from pathlib import PurePath

from photoscribe.core.photo import MediaKind


def _suffixes(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


IMAGE_SUFFIXES = _suffixes(
    ".jpg .jpeg .jpe .jfif .jif .mpo .png .apng .webp .tif .tiff .gif .bmp .dib "
    ".heic .heif .heics .heifs .hif .avif .avifs .jp2 .j2k .j2c .jpc .jpf .jpx"
)
RAW_SUFFIXES = _suffixes(
    ".3fr .ari .arw .bay .cap .cr2 .cr3 .crw .cs1 .dcr .dcs .dng .drf .eip .erf .fff .gpr .iiq .k25 .kdc .mdc .mef "
    ".mos .mrw .nef .nrw .orf .ori .pef .ptx .pxn .raf .raw .rw2 .rwl .rwz .sr2 .srf .srw .sti .x3f"
)
VIDEO_SUFFIXES = _suffixes(
    ".mp4 .m4v .mov .qt .avi .mkv .webm .3gp .3g2 .mts .m2ts .m2t .mpg .mpeg .mpe .vob .mod .tod .wmv .asf .flv .f4v "
    ".ogv .insv .lrv .mxf"
)
DICOM_SUFFIXES = frozenset({".dcm", ".dicom", ".dic"})

_KIND_OF_SUFFIX: dict[str, MediaKind] = {
    **dict.fromkeys(IMAGE_SUFFIXES, "image"),
    **dict.fromkeys(RAW_SUFFIXES, "raw"),
    **dict.fromkeys(VIDEO_SUFFIXES, "video"),
    **dict.fromkeys(DICOM_SUFFIXES, "dicom"),
}

IMAGE_FORMATS = frozenset({"jpeg", "png", "webp", "tiff", "gif", "bmp", "heif", "avif", "jp2"})
RAW_FORMATS = frozenset({"cr2", "cr3", "crw", "dng", "orf", "raf", "rw2", "mrw", "x3f"})
VIDEO_FORMATS = frozenset({"mp4", "matroska", "avi", "mpegts", "mpegps", "asf", "flv", "ogg"})

# What `sniff` recognises but nothing here decodes, in words that finish "looks like ...".
OTHER_FORMATS = {
    "jxl": "a JPEG XL picture",
    "psd": "a Photoshop document",
    "svg": "an SVG drawing",
    "postscript": "a PostScript document",
    "pdf": "a PDF document",
    "zip": "a ZIP archive or an office document",
    "archive": "a compressed archive",
    "ole": "an old office document",
    "html": "a web page",
    "xml": "an XML document",
    "plist": "a property list",
    "sqlite": "a database",
    "program": "a program",
    "audio": "a sound file",
    "text": "plain text",
}

_MAGIC = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
    (b"\xff\x0a", "jxl"),
    (b"FUJIFILMCCD-RAW", "raf"),
    (b"FOVb", "x3f"),
    (b"\0MRM", "mrw"),
    (b"IIRO", "orf"),
    (b"IIRS", "orf"),
    (b"MMOR", "orf"),
    (b"IIU\0", "rw2"),
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"FLV\x01", "flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"\0\0\x01\xba", "mpegps"),
    (b"\0\0\x01\xb3", "mpegps"),
    (b"OggS", "ogg"),
    (b"8BPS", "psd"),
    (b"%!PS", "postscript"),
    (b"\xc5\xd0\xd3\xc6", "postscript"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"bplist00", "plist"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\0", "program"),
    (b"ID3", "audio"),
    (b"fLaC", "audio"),
)

_RIFF_FORMATS = {b"WEBP": "webp", b"AVI ": "avi", b"WAVE": "audio"}
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset(
    {
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"hevm",
        b"hevs",
        b"mif1",
        b"mif2",
        b"msf1",
        b"jpeg",
        b"j2ki",
    }
)
_QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"pnot", b"skip", b"free"})
_DIB_HEADER_BYTES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


def media_kind(path: PurePath) -> MediaKind | None:
    """What the suffix promises; None where it is no photo, a sidecar for instance."""
    return _KIND_OF_SUFFIX.get(path.suffix.lower())


def sniff(data: bytes) -> str | None:
    """The format that the first bytes show: one of the *_FORMATS, "dicom", or None when they show nothing.

    A few hundred bytes are enough. NEF, ARW, PEF and others are "tiff": only their suffix tells them apart.
    """
    head = data[:1024]
    if head[128:132] == b"DICM":  # first: DICOM may begin as a TIFF, so that both kinds of programs can read it
        return "dicom"
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    return _sniff_tiff(data) or _sniff_container(head) or _sniff_document(head)


def _sniff_tiff(data: bytes) -> str | None:
    if data[:4] not in {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}:
        return "crw" if data[6:14] == b"HEAPCCDR" else None
    if data[8:10] == b"CR":
        return "cr2"
    return "dng" if _has_dng_version(data) else "tiff"


def _has_dng_version(data: bytes) -> bool:
    """Whether the first directory has tag 50706: such a file called .tif would else show its thumbnail."""
    order = "<" if data[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        return any(
            struct.unpack_from(order + "H", data, start + 2 + 12 * i)[0] == 50706 for i in range(min(count, 200))
        )
    except struct.error:
        return False


def _sniff_container(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] in _RIFF_FORMATS:
        return _RIFF_FORMATS[head[8:12]]
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    if head[4:8] in _QUICKTIME_BOXES:
        return "mp4"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _DIB_HEADER_BYTES:
        return "bmp"
    # A sync byte begins each packet of a transport stream; camcorders put four bytes of time before it.
    in_step = any(head[at : at + 1] == head[at + step : at + step + 1] == b"G" for at, step in ((0, 188), (4, 192)))
    return "mpegts" if in_step else None


def _sniff_brands(head: bytes) -> str:
    size = int.from_bytes(head[:4], "big")
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))}
    if b"crx " in brands:
        return "cr3"
    if brands & _AVIF_BRANDS:
        return "avif"
    if head[8:12] in _HEIF_BRANDS or (brands & _HEIF_BRANDS and not brands & {b"isom", b"mp41", b"mp42", b"qt  "}):
        return "heif"
    return "audio" if head[8:12] in {b"M4A ", b"M4B "} else "mp4"


def _sniff_document(head: bytes) -> str | None:
    if b"%PDF-" in head:
        return "pdf"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head")):
        return "html"
    if text.startswith((b"<?xml", b"<svg", b"<x:xmpmeta", b"<?xpacket", b"<!doctype plist")):
        return "svg" if b"<svg" in text else "plist" if b"plist" in text else "xml"
    try:
        readable = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or error.reason != "unexpected end of data":
            return None
        readable = head[: error.start].decode("utf-8")
    return "text" if readable and all(sign.isprintable() or sign in "\t\r\n\f" for sign in readable) else None
