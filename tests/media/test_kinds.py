"""Suffixes and first bytes."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.media.kinds import OTHER_FORMATS, media_kind, sniff
from tests.media.pictures import encoded, quarters, tiff


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jpg", "image"),
        ("A.JPEG", "image"),
        ("b.HEIC", "image"),
        ("c.hif", "image"),
        ("d.avif", "image"),
        ("e.CR3", "raw"),
        ("f.dng", "raw"),
        ("g.NEF", "raw"),
        ("h.MOV", "video"),
        ("i.m2ts", "video"),
        ("j.dcm", "dicom"),
        ("k.xmp", None),
        ("l.jpg.xmp", None),
        ("m", None),
        (".jpg", None),
    ],
)
def test_a_suffix_tells_the_kind_in_any_case(name: str, kind: str | None) -> None:
    assert media_kind(Path("album") / name) == kind


@pytest.mark.parametrize(
    ("pillow", "name"),
    [
        ("JPEG", "jpeg"),
        ("PNG", "png"),
        ("WEBP", "webp"),
        ("TIFF", "tiff"),
        ("GIF", "gif"),
        ("BMP", "bmp"),
        ("AVIF", "avif"),
        ("HEIF", "heif"),
        ("JPEG2000", "jp2"),
        ("PDF", "pdf"),
        ("EPS", "postscript"),
    ],
)
def test_bytes_tell_the_format(pillow: str, name: str) -> None:
    assert sniff(encoded(quarters(), pillow)) == name


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"FUJIFILMCCD-RAW 0201", "raf"),
        (b"IIRO\x08\0\0\0", "orf"),
        (b"IIU\0\x18\0\0\0", "rw2"),
        (b"II*\0\x10\0\0\0CR\x02\0", "cr2"),
        (b"II\x1a\0\0\0HEAPCCDR", "crw"),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "cr3"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "avif"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isommp41", "mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\2\0qt  ", "mp4"),
        (b"\0\0\0\x14ftypM4A \0\0\2\0isom", "audio"),
        (b"\0\0\0\x08wide\0\0\0\x08mdat", "mp4"),
        (b"RIFF\0\0\0\0AVI LIST", "avi"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio"),
        (b"\x1aE\xdf\xa3\x01\0\0\0", "matroska"),
        ((b"G" + bytes(187)) * 4, "mpegts"),
        ((bytes(4) + b"G" + bytes(187)) * 4, "mpegts"),
        (bytes(128) + b"DICM", "dicom"),
        (b"II*\0" + bytes(124) + b"DICM", "dicom"),
        (b"\xff\x0a\xfa\x7f", "jxl"),
        (b"PK\x03\x04\x14\0", "zip"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "html"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">', "svg"),
        (b'<?xpacket begin="" id="W5M0"?>', "xml"),
        (b'<?xml version="1.0"?><!DOCTYPE plist PUBLIC>', "plist"),
        (b'{"title": "IMG_1.jpg"}', "text"),
        ("Grüße, Ωmega".encode()[:-1], "text"),
        (b"BM is not always a bitmap", "text"),
        (b"\0\0\0\0", None),
        (b"", None),
    ],
)
def test_first_bytes_of_what_nobody_here_encodes(head: bytes, name: str | None) -> None:
    assert sniff(head) == name


def test_a_negative_named_tif_is_still_a_negative() -> None:
    assert sniff(tiff({256: ("I", (8,)), 50706: ("B", (1, 4, 0, 0))})) == "dng"
    assert sniff(tiff({256: ("I", (8,))})) == "tiff"


def test_a_directory_that_lies_beyond_the_end_is_no_negative() -> None:
    assert sniff(b"MM\0*" + struct.pack(">I", 999_999)) == "tiff"


@given(st.binary(max_size=600))
def test_any_bytes_can_be_sniffed(data: bytes) -> None:
    name = sniff(data)
    assert name is None or name.isalnum()


def test_every_format_that_is_not_ours_has_words() -> None:
    assert all(words.startswith(("a ", "an ", "plain ")) for words in OTHER_FORMATS.values())
