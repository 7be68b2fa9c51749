"""Sidecars: whose they are, and that they win field by field without hiding what they do not say."""

from pathlib import Path

import pytest
from PIL import Image

from photoscribe.core.facts import Origin, Place
from photoscribe.core.metadata import FileMetadata, Metadata
from photoscribe.core.precedence import choose
from photoscribe.metadata.reading import read
from photoscribe.metadata.sidecars import is_sidecar, sidecars_of
from tests.metadata.samples import bag, jpeg, mwg, mwg_region, packet, words, written

IN_FILE = (
    words("dc:title", default="file's title")
    + words("dc:description", default="file's caption")
    + "<xmp:Rating>2</xmp:Rating><photoshop:City>Rome</photoshop:City>"
    + bag("dc:subject", "in file")
    + mwg(mwg_region("Ann", x=0.2, y=0.2, w=0.1, h=0.1))
)


def with_sidecars(folder: Path, *contents: bytes | str, name: str = "IMG.jpg") -> FileMetadata:
    path = written(folder, jpeg(xmp=IN_FILE), name)
    sidecars = [
        written(folder, packet(content) if isinstance(content, str) else content, f"{n}.xmp")
        for n, content in enumerate(contents)
    ]
    return read(path, path.read_bytes(), sidecars=sidecars)


def known(metadata: FileMetadata) -> Metadata:
    return choose(metadata.statements)


@pytest.mark.parametrize(
    ("name", "siblings", "expected"),
    [
        ("IMG.jpg", {"IMG.jpg", "IMG.xmp", "IMG.jpg.xmp", "IMG.CR2"}, ("IMG.jpg.xmp", "IMG.xmp")),
        ("IMG.CR2", {"IMG.jpg", "IMG.xmp", "IMG.jpg.xmp", "IMG.CR2"}, ("IMG.xmp",)),
        ("IMG.JPG", {"IMG.JPG", "IMG.jpg.XMP", "IMG.Xmp"}, ("IMG.jpg.XMP", "IMG.Xmp")),
        ("a.b.jpg", {"a.xmp", "a.b.xmp"}, ("a.b.xmp",)),
        ("IMG.jpg", {"img.jpg.xmp", "IMG.jpg2.xmp", "IMG.xmp.bak"}, ()),
        ("IMG.jpg", {".picasa.ini", "IMG.jpg.xmp"}, ("IMG.jpg.xmp", ".picasa.ini")),
        ("IMG.jpg", {"Picasa.ini"}, ("Picasa.ini",)),
        ("IMG", {"IMG.xmp"}, ("IMG.xmp",)),
        ("IMG.xmp", {"IMG.xmp", "IMG.xmp.xmp", ".picasa.ini"}, ()),
        (".jpg", {".xmp", ".jpg.xmp"}, (".jpg.xmp",)),
    ],
)
def test_which_sidecars_a_photo_has(name: str, siblings: set[str], expected: tuple[str, ...]) -> None:
    assert sidecars_of(name, siblings) == expected
    assert sidecars_of(name, sorted(siblings)) == expected


def test_what_is_a_sidecar() -> None:
    assert all(map(is_sidecar, ["a.xmp", "A.XMP", ".picasa.ini", "Picasa.ini"]))
    assert not any(map(is_sidecar, ["a.jpg", "xmp", "a.xmp.jpg", "desktop.ini"]))


def test_a_sidecar_wins_field_by_field(tmp_path: Path) -> None:
    chosen = known(with_sidecars(tmp_path, words("dc:title", default="sidecar's title") + "<xmp:Rating>5</xmp:Rating>"))
    assert (chosen.title, chosen.rating) == ("sidecar's title", 5)
    assert (chosen.caption, chosen.place) == ("file's caption", Place(city="Rome"))


def test_tags_and_faces_of_both_are_united(tmp_path: Path) -> None:
    xmp = bag("dc:subject", "in sidecar") + mwg(mwg_region("Bob", x=0.7, y=0.2, w=0.1, h=0.1))
    chosen = known(with_sidecars(tmp_path, xmp))
    assert set(chosen.tags) == {("in file",), ("in sidecar",)}
    assert [region.name for region in chosen.regions] == ["Ann", "Bob"]


def test_a_face_renamed_in_the_sidecar_has_its_new_name(tmp_path: Path) -> None:
    chosen = known(with_sidecars(tmp_path, mwg(mwg_region("Anna", x=0.2, y=0.2, w=0.1, h=0.1))))
    assert [region.name for region in chosen.regions] == ["Anna"]


@pytest.mark.parametrize(
    ("content", "is_told"),
    [
        (b"", True),
        (b" \n", True),
        (b"\0" * 100, True),
        (b"not XMP at all", True),
        (jpeg(), True),
        (packet(IN_FILE)[:700], True),
        (packet("<dc:title>"), True),
        (packet(""), False),
        (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>', False),
    ],
)
def test_an_empty_or_broken_sidecar_hides_nothing(tmp_path: Path, content: bytes, is_told: bool) -> None:
    metadata = with_sidecars(tmp_path, content)
    alone = with_sidecars(tmp_path)
    assert metadata.statements == alone.statements
    assert bool(metadata.problems) == is_told
    assert all(problem.startswith("The sidecar '0.xmp'") for problem in metadata.problems)


def test_empty_fields_in_a_sidecar_hide_nothing(tmp_path: Path) -> None:
    empty = (
        words("dc:title", default="")
        + "<xmp:Rating></xmp:Rating><photoshop:City> </photoshop:City>"
        + bag("dc:subject")
    )
    assert known(with_sidecars(tmp_path, empty)) == known(with_sidecars(tmp_path))


def test_of_two_sidecars_the_first_wins_and_the_second_fills(tmp_path: Path) -> None:
    first = words("dc:title", default="first") + bag("dc:subject", "one")
    second = words("dc:title", default="second") + "<xmp:Rating>4</xmp:Rating>" + bag("dc:subject", "two")
    chosen = known(with_sidecars(tmp_path, first, second))
    assert (chosen.title, chosen.rating) == ("first", 4)
    assert set(chosen.tags) == {("in file",), ("one",), ("two",)}


def test_a_sidecar_that_is_gone_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, jpeg(xmp=IN_FILE))
    metadata = read(path, path.read_bytes(), sidecars=[tmp_path / "gone.xmp"])
    assert known(metadata).title == "file's title"
    assert "'gone.xmp'" in metadata.problems[0]


def test_a_photo_whose_own_metadata_is_broken_still_has_its_sidecar(tmp_path: Path) -> None:
    sidecar = written(tmp_path, packet(words("dc:title", default="Sea")), "IMG.xmp")
    metadata = read(tmp_path / "IMG.jpg", b"\xff\xd8\xff\xe0 broken", sidecars=[sidecar])
    assert known(metadata).title == "Sea"
    assert len(metadata.problems) == 1


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_sidecar_may_be_in_any_code_of_unicode(tmp_path: Path, code: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(code, b"")
    text = packet(words("dc:title", default="Zürich")).decode().replace('begin=""', 'begin="\ufeff"')
    assert known(with_sidecars(tmp_path, mark + text.encode(code))).title == "Zürich"


def test_a_real_sidecar_in_utf_16(shared: Path, tmp_path: Path) -> None:
    sidecar = shared / "metadata/immich-test-assets/metadata/xmp/dates/2000.xmp"
    path = written(tmp_path, jpeg())
    taken = known(read(path, path.read_bytes(), sidecars=[sidecar])).taken
    assert taken is not None
    assert (taken.local.isoformat(), taken.offset_minutes) == ("2000-09-27T14:35:33", 120)


def test_a_sidecar_without_the_usual_wrapping(tmp_path: Path) -> None:
    whole = packet(words("dc:title", default="Sea")).decode()
    bare = whole[whole.index("<rdf:RDF") : whole.index("</x:xmpmeta>")]
    for text in (bare, f'<?xml version="1.0" encoding="UTF-8"?>\n{bare}', f"<!-- mine -->{bare}"):
        assert known(with_sidecars(tmp_path, text.encode())).title == "Sea"


def test_regions_of_a_sidecar_are_turned_with_its_photo(tmp_path: Path) -> None:
    path = written(tmp_path, jpeg((400, 300), orientation=6))
    sidecar = written(
        tmp_path, packet(mwg(mwg_region("Ann", x=0.2, y=0.3, w=0.2, h=0.1), applied=(400, 300))), "IMG.xmp"
    )
    (region,) = known(read(path, path.read_bytes(), sidecars=[sidecar])).regions
    box = region.box
    assert [round(value, 6) for value in (box.x, box.y, box.w, box.h)] == [0.65, 0.1, 0.1, 0.2]


def test_where_each_statement_stood_is_told(tmp_path: Path) -> None:
    block = Image.Exif()
    block[0x010F] = "ACME"
    path = written(tmp_path, jpeg(exif=block, xmp=IN_FILE))
    written(tmp_path, b"[IMG.jpg]\nstar=yes\n", ".picasa.ini")
    sidecar = written(tmp_path, packet("<xmp:Rating>5</xmp:Rating>"), "IMG.xmp")
    found = read(path, path.read_bytes(), sidecars=[sidecar, tmp_path / ".picasa.ini"])
    assert {one.origin for one in found.statements} == {Origin("exif"), Origin("xmp"), Origin("sidecar")}
    found = read(tmp_path / "IMG.jpg", path.read_bytes(), sidecars=[tmp_path / ".picasa.ini"])
    assert Origin("picasa") in {one.origin for one in found.statements}
