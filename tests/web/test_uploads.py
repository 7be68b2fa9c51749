"""What a browser may send in, and where it goes."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photoscribe.app.uploading import fit_name
from photoscribe.compose import Application
from tests.web.conftest import HOSTS, wait_for


def jpeg(colour: str = "red") -> bytes:
    stream = BytesIO()
    Image.new("RGB", (40, 30), colour).save(stream, "JPEG")
    return stream.getvalue()


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF/></x:xmpmeta>'


def send(client: TestClient, *files: tuple[str, bytes], paths: list[str] | None = None) -> list[dict[str, str]]:
    answer = client.post(
        "/api/uploads", files=[("files", file) for file in files], data={"paths": paths} if paths else {}
    )
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()
    return found


def stored(application: Application) -> list[str]:
    folder = application.settings.library / "uploads"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_photo_is_stored_by_date_and_indexed(client: TestClient) -> None:
    (sent,) = send(client, ("a.jpg", jpeg()))
    assert sent["outcome"] == "stored"
    path = Path(sent["path"])
    assert path.read_bytes() == jpeg()
    assert path.parent.name.startswith("20")
    assert path.parent.parent.name == path.parent.name[:4]
    job = client.get("/api/jobs").json()["items"][0]
    assert wait_for(client, job["id"])["state"] == "done"
    assert client.get("/api/status").json()["photos"] == 1
    (again,) = send(client, ("renamed.jpg", jpeg()))
    assert (again["outcome"], again["path"]) == ("known", sent["path"])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("program.jpg", b"\x7fELF" + bytes(100)),
        ("notes.txt", b"hello"),
        ("empty.jpg", b""),
        ("lonely.xmp", XMP),
        ("no.xmp", b"hello"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_reason(
    client: TestClient, application: Application, name: str, data: bytes
) -> None:
    (sent,) = send(client, (name, data))
    assert sent["outcome"] == "refused"
    assert sent["reason"]
    assert stored(application) == []
    assert client.get("/api/jobs").json()["items"] == []


def test_nothing_is_ever_overwritten(client: TestClient) -> None:
    first, second = send(client, ("a.jpg", jpeg("red")), ("a.jpg", jpeg("blue")))
    assert first["path"] != second["path"]
    assert Path(first["path"]).read_bytes() == jpeg("red")
    assert Path(second["path"]).read_bytes() == jpeg("blue")
    (third,) = send(client, ("a.jpg", jpeg("red")))
    assert third["outcome"] == "known"


def test_a_sidecar_stays_with_its_photo_under_its_new_name(client: TestClient) -> None:
    send(client, ("a.jpg", jpeg("red")))
    sent = send(client, ("a.jpg.xmp", XMP), ("a.jpg", jpeg("blue")))
    assert [one["outcome"] for one in sent] == ["stored", "stored"]
    assert sent[0]["path"] == sent[1]["path"] + ".xmp"
    assert sent[1]["path"].endswith("a (2).jpg")


def test_folders_are_kept_and_lead_nowhere_else(client: TestClient, application: Application) -> None:
    paths = ["trip/day 1/a.jpg", "../../../../etc/cron.d/b.jpg"]
    sent = send(client, ("a.jpg", jpeg("red")), ("b.jpg", jpeg("blue")), paths=paths)
    uploads = application.settings.library / "uploads"
    assert sent[0]["path"].endswith("trip/day 1/a.jpg")
    assert all(Path(one["path"]).resolve().is_relative_to(uploads.resolve()) for one in sent)


def test_an_upload_over_the_limit_leaves_nothing(application: Application) -> None:
    with TestClient(application.web(HOSTS, upload_limit_bytes=5000), base_url="http://localhost") as client:
        large = jpeg() + bytes(10_000)
        answer = client.post("/api/uploads", files={"files": ("a.jpg", large)})
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n' + large

        def chunks() -> Iterator[bytes]:
            yield body[:3000]
            yield body[3000:]

        told = client.post(
            "/api/uploads", content=chunks(), headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
        assert told.status_code == 413
        assert client.get("/api/status").json()["upload_limit_bytes"] == 5000
    assert stored(application) == []
    assert list((application.settings.library / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("multipart/form-data", b"", 415),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nabc',
            400,
        ),
    ],
)
def test_what_is_no_form_is_told_so(client: TestClient, kind: str, body: bytes, status: int) -> None:
    assert client.post("/api/uploads", content=body, headers={"Content-Type": kind}).status_code == status


@given(st.text(max_size=300))
def test_no_name_leads_out_of_its_folder_or_is_hidden(name: str) -> None:
    fit = fit_name(name)
    assert not fit.is_absolute()
    assert fit != PurePosixPath()
    for part in fit.parts:
        assert part not in {".", ".."}
        assert not part.startswith(".")
        assert not set(part) & set('/\\:*?"<>|\0')
        assert 0 < len(part.encode()) <= 255


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("IMG 1.JPG", "IMG 1.JPG"),
        ("../../etc/passwd", "etc/passwd"),
        ("C:\\Windows\\a.jpg", "C_/Windows/a.jpg"),
        (".htaccess", "htaccess"),
        ("con.jpg", "_con.jpg"),
        ("", "photo"),
        ("a\x00b.jpg", "a_b.jpg"),
    ],
)
def test_names_are_kept_as_far_as_they_are_harmless(name: str, fit: str) -> None:
    assert str(fit_name(name)) == fit
