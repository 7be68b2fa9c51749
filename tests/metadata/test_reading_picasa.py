"""What Picasa knew of a folder's photos, from its .picasa.ini."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.geometry import Box, Orientation
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.precedence import choose
from photoscribe.metadata import picasa
from photoscribe.metadata.reading import read
from tests.metadata.samples import jpeg, mwg, mwg_region, written
from tests.metadata.test_reading_regions import FACE, stored_and_face


def rect64(left: float, top: float, right: float, bottom: float) -> str:
    """As Picasa writes it: hexadecimal, leading zeros left out."""
    digits = "".join(f"{round(value * 65535):04x}" for value in (left, top, right, bottom))
    return f"rect64({digits.lstrip('0')})"


def read_with(folder: Path, ini: str | bytes, *, name: str = "IMG.jpg", data: bytes | None = None) -> FileMetadata:
    path = written(folder, data or jpeg(), name)
    sidecar = written(folder, ini if isinstance(ini, bytes) else ini.encode(), ".picasa.ini")
    return read(path, path.read_bytes(), sidecars=[sidecar])


PEOPLE = "[Contacts2]\n8e62398ebda8c1a5=Ann Müller;;\n0a8325c557b085=Bob;bob@example.org;\n"


def test_faces_have_their_names_and_places(tmp_path: Path) -> None:
    faces = f"{rect64(0.01, 0.2, 0.25, 0.5)},8e62398ebda8c1a5;{rect64(0.6, 0.2, 0.7, 0.4)},a8325c557b085"
    ini = f"{PEOPLE}[IMG.jpg]\nfaces={faces}\n"
    ann, bob = choose(read_with(tmp_path, ini).statements).regions
    assert (ann.name, bob.name) == ("Ann Müller", "Bob")
    assert [round(value, 3) for value in (ann.box.x, ann.box.y, ann.box.w, ann.box.h)] == [0.01, 0.2, 0.24, 0.3]


def test_leading_zeros_that_picasa_leaves_out_are_put_back() -> None:
    assert rect64(0, 0, 0.5, 0.5) == "rect64(80008000)"
    found = picasa.parse(f"[a.jpg]\nfaces={rect64(0, 0, 0.5, 0.5)},1\n".encode())["a.jpg"]
    assert found.faces[0][1] == pytest.approx((0, 0, 0.5, 0.5), abs=1e-4)


@pytest.mark.parametrize("orientation", list(Orientation))
def test_faces_are_relative_to_the_stored_pixels(tmp_path: Path, orientation: Orientation) -> None:
    stored, (x, y, w, h) = stored_and_face(orientation)
    ini = f"{PEOPLE}[IMG.jpg]\nrotate=rotate(1)\nfaces={rect64(x, y, x + w, y + h)},8e62398ebda8c1a5\n"
    data = jpeg(stored.size, orientation=int(orientation))
    (region,) = choose(read_with(tmp_path, ini, data=data).statements).regions
    assert_near(region.box)


def test_faces_of_raw_files_are_relative_to_the_upright_picture(tmp_path: Path) -> None:
    ini = f"{PEOPLE}[IMG.NEF]\nfaces={rect64(FACE.x, FACE.y, FACE.x + FACE.w, FACE.y + FACE.h)},8e62398ebda8c1a5\n"
    data = jpeg((300, 400), orientation=6)
    (region,) = choose(read_with(tmp_path, ini, name="IMG.NEF", data=data).statements).regions
    assert_near(region.box)


def assert_near(box: Box) -> None:
    assert (box.x, box.y, box.w, box.h) == pytest.approx((FACE.x, FACE.y, FACE.w, FACE.h), abs=1e-3)


@pytest.mark.parametrize("contact", ["ffffffffffffffff", "0", "1234"])
def test_a_face_that_nobody_named_has_no_name(tmp_path: Path, contact: str) -> None:
    ini = f"{PEOPLE}[IMG.jpg]\nfaces={rect64(0.1, 0.2, 0.3, 0.4)},{contact}\n"
    assert [region.name for region in choose(read_with(tmp_path, ini).statements).regions] == [""]


def test_old_contacts_name_people_but_not_accounts(tmp_path: Path) -> None:
    ini = (
        "[Contacts]\nd10a8325c557b085=joedoe_lh,cb989580bc43a91\naaaa=Carl;;\n"
        f"[IMG.jpg]\nfaces={rect64(0.1, 0.2, 0.3, 0.4)},d10a8325c557b085;{rect64(0.6, 0.2, 0.8, 0.4)},aaaa\n"
    )
    assert [region.name for region in choose(read_with(tmp_path, ini).statements).regions] == ["", "Carl"]


def test_stars_captions_and_keywords(tmp_path: Path) -> None:
    ini = "[IMG.jpg]\nstar=yes\ncaption=By the sea = fun\nkeywords=beer,two words, ,Beer\nbackuphash=36003\n"
    chosen = choose(read_with(tmp_path, ini).statements)
    assert (chosen.rating, chosen.caption) == (5, "By the sea = fun")
    assert chosen.tags == (("beer",), ("two words",))


def test_names_of_files_compare_as_on_windows(tmp_path: Path) -> None:
    assert choose(read_with(tmp_path, "[img.JPG]\nstar=yes\n").statements).rating == 5
    assert choose(read_with(tmp_path, "[other.jpg]\nstar=yes\n").statements).rating is None
    assert choose(read_with(tmp_path, "[a] b.jpg]\nstar=yes\n", name="a] b.jpg").statements).rating == 5


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_file_may_be_in_the_code_of_windows(tmp_path: Path, code: str) -> None:
    ini = f"{PEOPLE}[IMG.jpg]\r\nfaces={rect64(0.1, 0.2, 0.3, 0.4)},8e62398ebda8c1a5\r\n".encode(code)
    assert [region.name for region in choose(read_with(tmp_path, ini).statements).regions] == ["Ann Müller"]


def test_a_face_in_the_file_as_well_is_one_face(tmp_path: Path) -> None:
    ini = f"{PEOPLE}[IMG.jpg]\nfaces={rect64(0.1, 0.2, 0.3, 0.4)},8e62398ebda8c1a5\n"
    data = jpeg(xmp=mwg(mwg_region("", x=0.2, y=0.3, w=0.2, h=0.2)))
    (region,) = choose(read_with(tmp_path, ini, data=data).statements).regions
    assert region.name == "Ann Müller"


def test_a_rectangle_that_is_none_costs_itself(tmp_path: Path) -> None:
    faces = f"{rect64(0.5, 0.5, 0.4, 0.6)},8e62398ebda8c1a5;rect64(xyz),1;{rect64(0.6, 0.2, 0.8, 0.4)},0"
    ini = f"{PEOPLE}[IMG.jpg]\nfaces={faces}\n"
    metadata = read_with(tmp_path, ini)
    chosen = choose(metadata.statements)
    assert [region.name for region in chosen.regions] == [""]
    assert chosen.people == ("Ann Müller",)
    assert "'Ann Müller'" in metadata.problems[0]


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    assert choose(read_with(tmp_path, "[IMG.jpg]\nstar=yes\n").statements).rating == 5
    ini = written(tmp_path, b"[IMG.jpg]\nstar=no \n", ".picasa.ini")
    os.utime(ini, ns=(1, 1))
    assert choose(read(tmp_path / "IMG.jpg", jpeg(), sidecars=[ini]).statements).rating is None


@given(
    st.binary(max_size=200)
    | st.text(st.sampled_from("[]=;,()rect64faces0x\nIMG.jpgContacts2"), max_size=120).map(str.encode)
)
def test_no_file_at_all_raises(data: bytes) -> None:
    picasa.parse(b"[IMG.jpg]\nfaces=" + data)
    picasa.parse(data)
