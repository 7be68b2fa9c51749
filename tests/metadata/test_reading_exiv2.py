"""exiv2 read through one door: every tag as it stands, quietly, from several threads."""

import hashlib
import io
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from photoscribe.core.errors import Undecodable
from photoscribe.core.photo import Size
from photoscribe.core.precedence import choose
from photoscribe.metadata import exiv2_access, namespaces
from photoscribe.metadata.exiv2_access import RawTag, bytes_of, plain_key, read_raw
from photoscribe.metadata.jpeg_segments import extended_packet
from photoscribe.metadata.reading import read
from tests.metadata.samples import bag, jpeg, mwg, mwg_region, packet, words


def test_every_tag_is_read_with_its_type_and_its_bytes() -> None:
    block = Image.Exif()
    block[0x010F] = b"M\xfcller"
    block[0x9C9E] = b"a\0;\0b\0\0\0"
    block[0x011A] = 72.0
    xmp = bag("dc:subject", "a, b", "c") + words("dc:title", de="Hallo", default="Hello") + "<xmp:Rating>3</xmp:Rating>"
    tags = read_raw(jpeg((60, 40), exif=block, xmp=xmp))
    assert (tags.mime, tags.width, tags.height) == ("image/jpeg", 60, 40)
    exif = {tag.key: tag for tag in tags.exif}
    assert bytes_of(exif["Exif.Image.Make"]) == b"M\xfcller"
    assert bytes_of(exif["Exif.Image.XPKeywords"]) == b"a\0;\0b\0\0\0"
    assert exif["Exif.Image.XResolution"] == RawTag("Exif.Image.XResolution", "Rational", "72/1")
    found = {tag.key: tag for tag in tags.xmp}
    assert found["Xmp.dc.subject"] == RawTag("Xmp.dc.subject", "XmpBag", "a, b, c", ("a, b", "c"))
    assert found["Xmp.dc.title"].items == ("Hello", "Hallo")
    assert found["Xmp.xmp.Rating"] == RawTag("Xmp.xmp.Rating", "XmpText", "3")
    assert b"<dc:subject>" in tags.xmp_packet.encode()


def test_only_the_wanted_tags_are_read_when_some_are_wanted() -> None:
    block = Image.Exif()
    block[0x010F], block[0x0110] = "ACME", "One"
    data = jpeg(exif=block, xmp=bag("dc:subject", "a") + "<xmp:Rating>3</xmp:Rating>")
    tags = read_raw(data, exif_keys={"Exif.Image.Model"}, xmp_groups={"xmp"})
    assert [tag.key for tag in (*tags.exif, *tags.xmp)] == ["Exif.Image.Model", "Xmp.xmp.Rating"]


def with_profile(profile: bytes, **more: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 6)).save(target, "JPEG", icc_profile=profile, **more)
    return target.getvalue()


def test_a_colour_profile_is_known_by_its_hash() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert read_raw(with_profile(profile)).icc_sha256 == hashlib.sha256(profile).hexdigest()
    assert read_raw(jpeg()).icc_sha256 == ""


def test_a_broken_colour_profile_costs_no_metadata() -> None:
    block = Image.Exif()
    block[0x010F] = "ACME"
    data = with_profile(b"no profile" * 20, exif=block, xmp=packet(words("dc:title", default="Sea")))
    with pytest.raises(Undecodable, match="ICC"):
        read_raw(data)
    metadata = read(Path("a.jpg"), data)
    chosen = choose(metadata.statements)
    assert (chosen.title, chosen.camera.make, metadata.stored_size) == ("Sea", "ACME", Size(8, 6))
    assert "ICC" in metadata.problems[0]


def test_a_broken_exif_block_costs_no_xmp() -> None:
    data = jpeg(xmp=words("dc:title", default="Sea"), orientation=6).replace(b"Exif\0\0MM\0*", b"Exif\0\0XX\0*")
    with pytest.raises(Undecodable):
        read_raw(data)
    metadata = read(Path("a.jpg"), data)
    assert choose(metadata.statements).title == "Sea"
    assert len(metadata.problems) == 1


@pytest.mark.parametrize(
    "data", [b"", b"x", b"not a picture at all", b"\xff\xd8\xff\xe1\xff\xff", b"\0\0\0\x18ftypmp42" + b"\0" * 64]
)
def test_what_exiv2_cannot_read_is_told_with_the_remedy(data: bytes) -> None:
    with pytest.raises(Undecodable, match=r"\. (ExifTool|Repair)"):
        read_raw(data)


def test_prefixes_inside_a_structure_are_taken_away() -> None:
    assert plain_key("Xmp.mwg-rs.Regions/r:RegionList[1]/r:Area/q:x") == "Xmp.mwg-rs.Regions/RegionList[1]/Area/x"
    assert plain_key("Xmp.dc.subject") == "Xmp.dc.subject"


def test_our_own_namespace_is_known() -> None:
    xmp = "<photoscribe:model>SFace</photoscribe:model>" + mwg(mwg_region("Ann", x=0.5, y=0.5, w=0.1, h=0.1))
    keys = [tag.key for tag in read_raw(jpeg(xmp=xmp)).xmp]
    assert f"Xmp.{namespaces.PHOTOSCRIBE_PREFIX}.model" in keys
    assert "Xmp.mwg-rs.Regions/mwg-rs:RegionList[1]/mwg-rs:Area/stArea:x" in keys


def test_nothing_is_printed_even_for_files_that_it_warns_of(shared: Path) -> None:
    program = textwrap.dedent("""
        import sys
        from pathlib import Path
        from photoscribe.core.errors import Undecodable
        from photoscribe.metadata.exiv2_access import read_raw
        for path in sorted(Path(sys.argv[1]).rglob("*")):
            if path.is_file():
                try:
                    read_raw(path.read_bytes())
                except Undecodable:
                    pass
    """)
    folder = shared / "metadata/metadata-extractor"
    done = subprocess.run([sys.executable, "-W", "error", "-c", program, folder], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_several_threads_read_at_once() -> None:
    datas = [
        jpeg(xmp=bag("dc:subject", f"word {n}") + mwg(mwg_region(f"Ann {n}", x=0.5, y=0.5, w=0.1, h=0.1)))
        for n in range(6)
    ]
    wrong: list[object] = []

    def work(n: int) -> None:
        for _ in range(40):
            chosen = choose(read(Path("a.jpg"), datas[n]).statements)
            if (chosen.tags, chosen.regions[0].name) != (((f"word {n}",),), f"Ann {n}"):
                wrong.append(chosen)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_keeps_the_lock_keeps_others_waiting() -> None:
    done = threading.Event()

    def read_and_tell() -> None:
        read_raw(jpeg())
        done.set()

    with exiv2_access.LOCK:
        thread = threading.Thread(target=read_and_tell)
        thread.start()
        assert not done.wait(0.2)
        read_raw(jpeg())
    assert done.wait(5)
    thread.join()


# XMP that does not fit into one segment


GUID = "0123456789ABCDEF0123456789ABCDEF"


def with_extension(
    data: bytes, content: bytes, *, guid: str = GUID, sizes: tuple[int, ...] = (30_000, 40_000)
) -> bytes:
    """A JPEG with the extended packet in portions, the last one first, as readers must expect."""
    segments, at = [], 0
    for size in (*sizes, len(content)):
        portion = content[at : at + min(size, 60_000)]
        if portion:
            body = b"http://ns.adobe.com/xmp/extension/\0" + guid.encode()
            body += len(content).to_bytes(4, "big") + at.to_bytes(4, "big") + portion
            segments.append(b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body)
        at += len(portion)
    return data[:2] + b"".join(reversed(segments)) + data[2:]


def test_xmp_in_two_parts_is_read_whole() -> None:
    noted = f'<xmpNote:HasExtendedXMP xmlns:xmpNote="http://ns.adobe.com/xmp/note/">{GUID}</xmpNote:HasExtendedXMP>'
    data = jpeg(xmp=words("dc:title", default="Sea") + noted)
    many = packet(bag("dc:subject", *(f"keyword number {n}" for n in range(2000))))
    chosen = choose(read(Path("a.jpg"), with_extension(data, many)).statements)
    assert (chosen.title, len(chosen.tags)) == ("Sea", 2000)
    for broken in (data, with_extension(data, many, guid="F" * 32), with_extension(data, many)[:2] + data[2:]):
        metadata = read(Path("a.jpg"), broken)
        assert choose(metadata.statements).title == "Sea"
        assert "second part" in metadata.problems[0]


def test_an_extension_with_a_gap_is_none() -> None:
    data = with_extension(jpeg(), b"x" * 70_000)
    assert len(extended_packet(data, GUID)) == 70_000
    assert extended_packet(data.replace((30_000).to_bytes(4, "big"), (30_001).to_bytes(4, "big")), GUID) == b""
    assert extended_packet(data[:40_000], GUID) == b""
    assert extended_packet(b"\xff\xd8" + b"\xff" * 10, GUID) == b""
