"""How many cached previews a second come over HTTP: `python benchmarks/pictures.py [--library DIR] [--seconds 5]`.

Asked for: 500 a second, of 200 different ones. The client keeps six connections, as a browser does, and parses no more
of an answer than its length; it runs on the same processors. Floor: the same bytes from an ASGI function that holds
them in memory, behind the same server program (uvicorn) without anything of ours.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from measuring import table
from serving import ask, machine, make_library, port, quantile, running, serving

CONNECTIONS = 6
ASKED = 500
ACCEPT = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"  # what Chromium sends for an <img>

_FLOOR = """
import asyncio, pathlib, sys, uvicorn
kept = {path.name: path.read_bytes() for path in pathlib.Path(sys.argv[1]).iterdir()}
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = kept.get(scope["path"].rpartition("/")[2], b"")
    headers = [(b"content-type", b"image/webp"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
uvicorn.run(app, port=int(sys.argv[2]), log_level="critical", access_log=False)
"""


@dataclass(frozen=True, slots=True)
class Rate:
    name: str
    asked: int
    seconds: float
    size_bytes: float
    times: Sequence[float]

    @property
    def per_second(self) -> float:
        return self.asked / self.seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures cached previews over HTTP.")
    parser.add_argument("--library", type=Path, help="one that has previews; without it one of 2,000 photos is made")
    parser.add_argument("--pictures", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        library = arguments.library or Path(scratch) / "library"
        if arguments.library is None:
            make_library(library, 2000)
        measure(library, Path(scratch), arguments.pictures, arguments.seconds)


def measure(library: Path, scratch: Path, count: int, seconds: float) -> None:
    rates = []
    with serving(library) as address:
        photos = ask(address, "/api/photos", limit=count)["items"]
        bodies = scratch / "bodies"
        bodies.mkdir()
        for name, query in (("grid, 320 px", "side=320"), ("grid of a sharp screen, 640 px", "side=640")):
            paths = [f"/api/photos/{one['id']}/picture?{query}&v={one['version']}" for one in photos]
            _warm(address, paths)
            rates.append(asyncio.run(_rate(name, address, paths, seconds)))
        paths = [f"/api/photos/{one['id']}/picture?side=320&v={one['version']}" for one in photos]
        _keep(address, paths, bodies)
        revisited = asyncio.run(_rate("the same, 304", address, paths, seconds, _tags(address, paths)))
        rates.append(revisited)
    chosen = str(port())
    with running([sys.executable, "-c", _FLOOR, bodies, chosen], at=chosen) as address:
        floor = asyncio.run(_rate("floor: bare uvicorn", address, [f"/{n}" for n in range(len(paths))], seconds))
    report([*rates, floor], count)


def report(rates: Sequence[Rate], count: int) -> None:
    floor = rates[-1]
    rows = [
        (
            rate.name,
            f"{rate.per_second:.0f}",
            f"{rate.size_bytes / 1000:.1f}",
            f"{1000 * quantile(rate.times, 0.5):.1f}",
            f"{1000 * quantile(rate.times, 0.95):.1f}",
            f"{floor.per_second / rate.per_second:.1f}",
        )
        for rate in rates
    ]
    print(f"{count} pictures over {CONNECTIONS} connections; {machine()}, shared with the client\n")
    print(table(("", "a second", "kB each", "p50 ms", "p95 ms", "time / floor"), rows))
    first = rates[0]
    verdict = "reached" if first.per_second >= ASKED else "MISSED"
    print(f"\n{first.per_second:.0f} cached previews a second ({ASKED} are asked for: {verdict})")


def _warm(address: str, paths: Sequence[str]) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        for path in paths:
            client.get(path, headers={"Accept": ACCEPT}).raise_for_status()


def _keep(address: str, paths: Sequence[str], into: Path) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        for number, path in enumerate(paths):
            (into / str(number)).write_bytes(client.get(path, headers={"Accept": ACCEPT}).content)


def _tags(address: str, paths: Sequence[str]) -> list[str]:
    with httpx.Client(base_url=address, timeout=60) as client:
        return [client.get(path, headers={"Accept": ACCEPT}).headers.get("etag", "") for path in paths]


async def _rate(
    name: str, address: str, paths: Sequence[str], seconds: float, tags: Sequence[str] | None = None
) -> Rate:
    """Asks for the pictures in turn, over and over, for that long."""
    deadline = time.perf_counter() + seconds
    started = time.perf_counter()
    jobs = [_client(address, paths, tags, first, deadline) for first in range(CONNECTIONS)]
    answers = [one for some in await asyncio.gather(*jobs) for one in some]
    took = time.perf_counter() - started
    return Rate(name, len(answers), took, sum(size for _, size in answers) / len(answers), [t for t, _ in answers])


async def _client(
    address: str, paths: Sequence[str], tags: Sequence[str] | None, first: int, deadline: float
) -> list[tuple[float, int]]:
    """Seconds and body bytes of every answer on one connection."""
    where = urlsplit(address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port, limit=2**20)
    answers, at = [], first
    while (before := time.perf_counter()) < deadline:
        number = at % len(paths)
        known = f"If-None-Match: {tags[number]}\r\n" if tags else ""
        writer.write(
            f"GET {paths[number]} HTTP/1.1\r\nHost: {where.netloc}\r\nAccept: {ACCEPT}\r\n{known}\r\n".encode()
        )
        answers.append((0.0, await _answer(reader)))
        answers[-1] = (time.perf_counter() - before, answers[-1][1])
        at += CONNECTIONS
    writer.close()
    return answers


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = head.split(b" ", 2)[1]
    if status == b"304":
        return 0
    if status != b"200":
        sys.exit(f"an answer that is no picture: {head.decode()}")
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return length


if __name__ == "__main__":
    main()
