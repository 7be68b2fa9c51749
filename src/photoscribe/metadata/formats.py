"""Kinds of files by their content, and what writes each."""

from dataclasses import dataclass

from photoscribe.core.errors import WriteRefused
from photoscribe.metadata import tiff
from photoscribe.metadata.bytes_of_file import View
from photoscribe.metadata.carriers import carrier_of
from photoscribe.metadata.carriers.blocks import Carrier


def _suffixes(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# RAW files that ExifTool writes (its list of 12.57) and whose picture can be compared afterwards; the other ones.
_RAW = _suffixes("arq arw cr2 cr3 dng erf fff gpr iiq mef mos nef nrw orf ori pef raf raw rw2 rwl sr2 srw")
_RAW_AS_TIFF = _RAW | _suffixes("3fr dcr dcs k25 kdc srf cap cs1 ptx pxn rwz sti")

_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"msf1"})
_AVIF = frozenset({b"avif", b"avis"})
_DNG_VERSION = 0xC612


@dataclass(frozen=True, slots=True)
class Format:
    """carrier: for a kind that is rewritten here. exiftool_suffix: for one that ExifTool writes, by which it goes."""

    name: str
    carrier: Carrier | None = None
    exiftool_suffix: str = ""
    is_raw: bool = False
    is_film: bool = False
    has_exif: bool = False


def format_of(view: View, suffix: str) -> Format:
    """suffix: the file's, for kinds that look alike; a wrong one is not believed."""
    head = view[:16]
    suffix = suffix.lower().removeprefix(".")
    carrier = carrier_of(head)
    if carrier is not None and carrier.name == "TIFF" and (suffix in _RAW_AS_TIFF or _is_dng(view)):
        return _raw(suffix if suffix in _RAW_AS_TIFF else "dng")
    if carrier is not None:
        return Format(carrier.name, carrier)
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12], suffix)
    for magic, found in _BY_MAGIC:
        if head.startswith(magic):
            return found
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}:
        return Format("QuickTime", exiftool_suffix=".mov", is_film=True)
    return Format("Such")


def _raw(suffix: str) -> Format:
    return Format(suffix.upper(), exiftool_suffix=f".{suffix}" if suffix in _RAW else "", is_raw=True, has_exif=True)


_BY_MAGIC = (
    (b"GIF8", Format("GIF", exiftool_suffix=".gif")),
    (b"FUJIFILMCCD-RAW", _raw("raf")),
    (b"IIU\0", _raw("rw2")),
    (b"IIRO", _raw("orf")),
    (b"IIRS", _raw("orf")),
    (b"MMOR", _raw("orf")),
    (b"II+\0", Format("BigTIFF")),
    (b"MM\0+", Format("BigTIFF")),
    (b"BM", Format("BMP")),
    (b"\x1aE\xdf\xa3", Format("Matroska", is_film=True)),
    (b"RIFF", Format("AVI", is_film=True)),
    (b"\0\0\0\x0cJXL ", Format("JPEG XL")),
    (b"\xff\x0a", Format("JPEG XL")),
)


def _of_brand(brand: bytes, suffix: str) -> Format:
    if brand in _AVIF:
        return Format("AVIF", exiftool_suffix=".avif", has_exif=True)
    if brand in _HEIF:
        # Many AVIF files are "mif1" first; ExifTool minds only whether the suffix is one of the family.
        known = suffix in {"heic", "heif", "hif", "avif"}
        return Format("HEIF", exiftool_suffix=f".{suffix}" if known else ".heic", has_exif=True)
    if brand == b"crx ":
        return _raw("cr3")
    if brand in {b"jpx ", b"jp2 "}:
        return Format("JPEG 2000")
    known = suffix in {"mp4", "mov", "m4v", "qt", "3gp", "3g2"}
    return Format("MP4", exiftool_suffix=f".{suffix}" if known else ".mp4", is_film=True)


def _is_dng(view: View) -> bool:
    try:
        form = tiff.layout(view)
        return tiff.directory(view, form, form.first).get(_DNG_VERSION) is not None
    except WriteRefused:
        return False
