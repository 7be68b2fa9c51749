"""DICOM pictures as a viewer opens them."""

import io
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from photoscribe.core.errors import Undecodable
from photoscribe.core.photo import Size
from photoscribe.media.decoding import Limits, decode
from tests.media.pictures import is_upright, quarters

pydicom = pytest.importorskip("pydicom")

PLACE = Path("scan.dcm")
DEFLATED = "1.2.840.10008.1.2.1.99"


def scan(
    values: NDArray[Any], photometric: str = "MONOCHROME2", *, syntax: str = "1.2.840.10008.1.2.1", **tags: Any
) -> bytes:
    """values: (h, w), (frames, h, w) or (h, w, 3)."""
    dataset = pydicom.dataset.FileDataset("scan", {}, preamble=bytes(128))
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    is_colour = values.ndim == 3 and values.shape[2] == 3
    dataset.Rows, dataset.Columns = values.shape[:2] if is_colour or values.ndim == 2 else values.shape[1:]
    dataset.SamplesPerPixel = 3 if is_colour else 1
    if is_colour:
        dataset.PlanarConfiguration = 0
    if values.ndim == 3 and not is_colour:
        dataset.NumberOfFrames = len(values)
    dataset.BitsAllocated = dataset.BitsStored = values.dtype.itemsize * 8
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(values.dtype.kind == "i")
    dataset.PhotometricInterpretation = photometric
    for name, value in tags.items():
        setattr(dataset, name, value)
    dataset.PixelData = values.tobytes()
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def greys(data: bytes) -> list[int]:
    decoded = decode(PLACE, data)
    assert decoded.kind == "dicom"
    assert (decoded.pixels[..., 0] == decoded.pixels[..., 2]).all()
    return [int(value) for value in decoded.pixels[0, :, 0]]


ROW = np.array([[0, 100, 200, 400]], np.int16)


def test_without_a_window_least_to_most_is_black_to_white() -> None:
    assert greys(scan(ROW)) == [0, 64, 128, 255]
    assert decode(PLACE, scan(ROW)).full_size == Size(4, 1)


def test_monochrome1_is_inverted() -> None:
    assert greys(scan(ROW, "MONOCHROME1")) == [255, 191, 128, 0]


def test_the_window_of_the_file_is_used() -> None:
    assert greys(scan(ROW, WindowCenter=150, WindowWidth=101)) == [0, 1, 255, 255]
    assert greys(scan(ROW, WindowCenter=[150, 0], WindowWidth=[101, 9])) == [0, 1, 255, 255]
    assert greys(scan(ROW, WindowCenter=200, WindowWidth=400, VOILUTFunction="LINEAR_EXACT")) == [0, 64, 128, 255]
    sigmoid = greys(scan(ROW, WindowCenter=200, WindowWidth=400, VOILUTFunction="SIGMOID"))
    assert sigmoid[2] == 128
    assert 0 < sigmoid[0] < sigmoid[1] < sigmoid[2] < sigmoid[3] < 255
    assert greys(scan(ROW, WindowCenter=150, WindowWidth=0)) == [0, 64, 128, 255], "a window of no width is none"


def test_the_window_is_in_units_after_rescaling() -> None:
    data = scan(ROW, RescaleSlope=2, RescaleIntercept=-1000, WindowCenter=-800, WindowWidth=401)
    assert greys(data) == [0, 128, 255, 255]


def test_padding_does_not_darken_the_picture() -> None:
    values = np.array([[-2000, 0, 50, 100]], np.int16)
    assert greys(scan(values, PixelPaddingValue=-2000)) == [0, 0, 128, 255]


def test_a_table_of_values_is_used() -> None:
    table = pydicom.dataset.Dataset()
    table.LUTDescriptor = [4, 0, 8]
    table.LUTData = [0, 10, 20, 255]
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    values = np.array([[0, 1, 2, 3]], np.uint8)
    assert greys(scan(values, VOILUTSequence=[table])) == [0, 10, 20, 255]


def test_the_first_of_many_frames_is_shown() -> None:
    frames = np.zeros((3, 2, 4), np.uint8)
    frames[0, :, 2:] = 200
    assert greys(scan(frames)) == [0, 0, 255, 255]


def test_colour_is_kept() -> None:
    assert is_upright(decode(PLACE, scan(np.asarray(quarters()), "RGB")).pixels, tolerance=1)
    deep = np.asarray(quarters()).astype(np.uint16) * 257
    assert is_upright(decode(PLACE, scan(deep, "RGB")).pixels, tolerance=1)


def test_ybr_becomes_rgb() -> None:
    ycc = np.asarray(quarters().convert("YCbCr"))
    assert is_upright(decode(PLACE, scan(ycc, "YBR_FULL")).pixels, tolerance=4)


def test_a_palette_is_applied() -> None:
    data = scan(
        np.array([[0, 1]], np.uint8),
        "PALETTE COLOR",
        RedPaletteColorLookupTableDescriptor=[2, 0, 16],
        GreenPaletteColorLookupTableDescriptor=[2, 0, 16],
        BluePaletteColorLookupTableDescriptor=[2, 0, 16],
        RedPaletteColorLookupTableData=np.array([65535, 0], "<u2").tobytes(),
        GreenPaletteColorLookupTableData=np.array([0, 0x8000], "<u2").tobytes(),
        BluePaletteColorLookupTableData=np.array([0, 65535], "<u2").tobytes(),
    )
    assert decode(PLACE, data).pixels[0].tolist() == [[255, 0, 0], [0, 128, 255]]


def test_a_large_scan_is_reduced_by_a_whole_factor() -> None:
    values = np.tile(np.arange(600, dtype=np.int16), (300, 1))
    assert decode(PLACE, scan(values), min_side=200).pixels.shape == (100, 200, 3)


def test_values_all_the_same_are_black_and_no_error() -> None:
    assert greys(scan(np.full((1, 3), 7, np.int16))) == [0, 0, 0]


def test_a_report_has_no_picture(shared: Path) -> None:
    path = shared / "metadata" / "pydicom" / "test_files" / "test-SR.dcm"
    with pytest.raises(Undecodable, match="no picture in this DICOM file"):
        decode(path, path.read_bytes())


def test_a_coding_that_cannot_be_read_is_named(shared: Path) -> None:
    path = shared / "metadata" / "pydicom" / "test_files" / "MR_small_jpeg_ls_lossless.dcm"
    with pytest.raises(Undecodable, match=r"JPEG-LS Lossless"):
        decode(path, path.read_bytes())


def test_dicom_that_begins_as_a_tiff_is_dicom(shared: Path) -> None:
    path = shared / "metadata" / "pydicom" / "test_files" / "MR_small_RLE.dcm"
    assert decode(Path("x.tif"), path.read_bytes()).kind == "dicom"


def test_a_scan_larger_than_accepted_is_refused_by_its_header() -> None:
    data = scan(np.zeros((2, 2), np.uint8), Rows=60000, Columns=60000)
    with pytest.raises(Undecodable, match="too large"):
        decode(PLACE, data)


def test_a_deflated_bomb_is_not_inflated() -> None:
    honest = scan(ROW, syntax=DEFLATED)
    assert greys(honest) == [0, 64, 128, 255]
    start = 144 + int.from_bytes(honest[140:144], "little")
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = honest[:start] + b"".join(packer.compress(bytes(1_000_000)) for _ in range(60)) + packer.flush()
    with pytest.raises(Undecodable, match="inflates beyond"):
        decode(PLACE, bomb, limits=Limits(max_bytes=100_000_000))


@pytest.mark.parametrize("data", [bytes(200), bytes(128) + b"DICM", bytes(128) + b"DICM" + b"\x08\0\x05\0CS\xff\xff"])
def test_broken_dicom_is_a_sentence(data: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(PLACE, data)


def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = scan(ROW)
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(Undecodable, match=r"pip install 'photoscribe\[dicom\]'"):
        decode(PLACE, data)
