"""Writing into files as a job, and taking it back."""

import shutil
from pathlib import Path

from fastapi.testclient import TestClient

from tests.web.conftest import index, wait_for


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_tag_goes_into_every_file_by_a_job_and_comes_out_by_undo(client: TestClient, photos: Path) -> None:
    index(client, photos)
    before = bytes_of(photos)
    said = client.post("/api/bulk", json={"op": "tag", "query": "", "tag": "Places/Rome"})
    assert said.json()["photos"] == 4, said.text
    planned = client.get("/api/photos/1/write").json()
    assert [one["outcome"] for one in planned] == ["planned"]
    assert any("Places/Rome" in field["after"] or "Rome" in field["after"] for field in planned[0]["changes"])
    assert bytes_of(photos) == before, "a plan touched a file"

    done = wait_for(client, client.post("/api/write", json={"query": ""}).json()["id"])
    assert (done["state"], done["done"], done["total"], done["failed"]) == ("done", 4, 4, 0)
    result = done["result"]
    assert isinstance(result, dict)
    assert result["outcomes"] == {"written": 4}
    assert all(now != before[name] for name, now in bytes_of(photos).items())
    again = wait_for(client, client.post("/api/write", json={"photos": [1, 2, 3, 4]}).json()["id"])
    assert again["result"]["outcomes"] == {"same": 4}  # type: ignore[index]  # plain JSON

    change = client.get("/api/history").json()["items"][0]
    assert (change["id"], change["kind"], change["files"]) == (result["change"], "write", 4)
    undone = client.post(f"/api/history/{change['id']}/undo").json()
    assert {one["outcome"] for one in undone["receipts"]} == {"restored"}
    assert bytes_of(photos) == before, "undo did not bring the very bytes back"
    assert client.post(f"/api/history/{change['id']}/undo").status_code == 422


def test_a_file_that_is_away_costs_itself_and_the_job_says_how_many(client: TestClient, photos: Path) -> None:
    index(client, photos)
    client.post("/api/bulk", json={"op": "tag", "query": "", "tag": "x"})
    shutil.move(photos / "large.jpg", photos.parent / "away.jpg")
    done = wait_for(client, client.post("/api/write", json={}).json()["id"])
    assert (done["state"], done["failed"]) == ("done", 1)
