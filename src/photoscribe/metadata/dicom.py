"""What the header of a DICOM file says of a picture. Never who the patient is: a scan is no photo of a person."""

import io
import logging
import re
import warnings
import zlib
from datetime import datetime
from typing import Any

from photoscribe.core.errors import Undecodable
from photoscribe.core.facts import Camera, Fact, Tagging, Text
from photoscribe.core.photo import Size
from photoscribe.metadata import parsing
from photoscribe.metadata.dates import ORIGINAL_EXIF, Dated

LARGEST_INFLATED_BYTES = 256 << 20
_DEFLATED = b"1.2.840.10008.1.2.1.99"
_TAG_ROOT = "DICOM"


def is_dicom(data: bytes, suffix: str) -> bool:
    return data[128:132] == b"DICM" or suffix.lower() in {".dcm", ".dicom"}


def read(data: bytes, now: datetime, problems: list[str]) -> tuple[list[Fact], list[Dated], Size | None]:
    """Facts, dates and the size of the stored pixels; nothing of what cannot be read, which problems tells."""
    try:
        import pydicom  # noqa: PLC0415 -- an extra, and 0.9 s to import
    except ImportError:
        problems.append("Its DICOM header is not read. Install the extra photoscribe[dicom].")
        return [], [], None
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)  # it warns of every broken value
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            header = _header(pydicom, data)
            return _facts(header), _dates(header, now, problems), _size(header)
    except Exception as error:  # noqa: BLE001 -- pydicom raises of all kinds on broken files
        fact = " ".join(str(error).split())[:120] or type(error).__name__
        problems.append(f"Its DICOM header cannot be read ({fact}). Export it again from its source.")
        return [], [], None


def _header(pydicom: Any, data: bytes) -> Any:
    if _inflates_beyond(data, LARGEST_INFLATED_BYTES):
        raise Undecodable("it inflates beyond all measure")
    header = pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True, force=True)
    if data[128:132] != b"DICM" and not any(name in header for name in ("SOPClassUID", "Modality", "Rows")):
        raise Undecodable("it is no DICOM")
    return header


def _inflates_beyond(data: bytes, limit_bytes: int) -> bool:
    """Pydicom inflates a deflated file at once and whole, even to read its header: 10 MB may be a bomb of 10 GB."""
    start = 144 + int.from_bytes(data[140:144], "little")
    if data[128:132] != b"DICM" or _DEFLATED not in data[132:start]:
        return False
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size, rest = 0, data[start:]
    while rest and not inflater.eof and size <= limit_bytes:
        size += len(inflater.decompress(rest, 1 << 24))
        rest = inflater.unconsumed_tail
    return size > limit_bytes


def _text(header: Any, name: str) -> str:
    value = header.get(name)
    return "" if value is None else parsing.clean(str(value))


def _facts(header: Any) -> list[Fact]:
    found: list[Fact] = []
    camera = Camera(_text(header, "Manufacturer"), _text(header, "ManufacturerModelName"))
    if camera != Camera():
        found.append(camera)
    patient = [part.casefold() for part in re.split(r"[\^=,\s]+", _text(header, "PatientName")) if len(part) > 2]
    described = [_text(header, name) for name in ("StudyDescription", "SeriesDescription", "ImageComments")]
    nameless = [text for text in described if not any(part in text.casefold() for part in patient)]
    caption = "; ".join(dict.fromkeys(filter(None, nameless)))
    if caption:
        found.append(Text("caption", caption))
    for name in ("Modality", "BodyPartExamined"):
        value = parsing.clean_name(_text(header, name))
        if value:
            found.append(Tagging((_TAG_ROOT, value)))
    return found


def _dates(header: Any, now: datetime, problems: list[str]) -> list[Dated]:
    zone = _text(header, "TimezoneOffsetFromUTC")
    moments = [_text(header, "AcquisitionDateTime")]
    for name in ("Acquisition", "Content", "Series", "Study"):
        day, time = _text(header, f"{name}Date"), _text(header, f"{name}Time")
        moments.append(day + time if day else "")
    for moment in moments:
        digits, _, fraction = moment.partition("+")[0].partition("-")[0].partition(".")
        if len(digits) < 8 or not digits.isdecimal():
            continue
        digits = digits.ljust(14, "0")
        text = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}"
        own = next((moment[moment.index(sign) :] for sign in "+-" if sign in moment), "")
        taken = parsing.taken(text, now, problems, offset=own or zone, subsecond=fraction)
        if taken is not None:
            return [Dated(ORIGINAL_EXIF, taken)]
    return []


def _size(header: Any) -> Size | None:
    width, height = header.get("Columns"), header.get("Rows")
    return Size(int(width), int(height)) if width and height and int(width) > 0 and int(height) > 0 else None
