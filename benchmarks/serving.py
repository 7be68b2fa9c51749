"""A server to measure: photoscribe as a process on a library, and a browser to look at it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, sync_playwright

_SECONDS_TO_START = 120
FLAGS = (
    "--no-sandbox",  # for root, where Chromium refuses its sandbox
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--enable-precise-memory-info",
)
_IMITATED_CARD = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")


@contextmanager
def serving(library: Path) -> Iterator[str]:
    """The address of photoscribe on that library, until the end of the block."""
    chosen = str(port())
    program: list[str | Path] = [sys.executable, "-m", "photoscribe", "--library", library]
    command = [*program, "serve", "--no-open", "--port", chosen]
    with running(command, at=chosen) as address:
        yield address


@contextmanager
def running(command: Sequence[str | Path], at: str) -> Iterator[str]:
    """A program that serves on port `at` of this machine."""
    address = f"http://127.0.0.1:{at}"
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        list(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            _wait(process, address)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"the server ended with {process.returncode}")
        try:
            httpx.get(f"{address}/api/status", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"no answer from {address} in {_SECONDS_TO_START} s")


def port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@cache
def _client(address: str) -> httpx.Client:
    """Kept, as its making takes longer than most answers."""
    return httpx.Client(base_url=address, timeout=60)


def ask(address: str, path: str, **query: str | float) -> Any:
    answer = _client(address).get(path, params=query or None)
    answer.raise_for_status()
    return answer.json()


def make_library(into: Path, photos: int, faces: int = 0) -> None:
    """A library of photos that nobody took; see synthetic_library.py."""
    maker = Path(__file__).with_name("synthetic_library.py")
    sizes = ["--photos", str(photos), "--faces", str(faces or photos)]
    subprocess.run([sys.executable, maker, *sizes, "--into", into], check=True, stdout=subprocess.DEVNULL)


@contextmanager
def chromium(*, maps: bool = False) -> Iterator[Browser]:
    """Draws as it does on a machine without a graphics card, in software.

    maps: with an imitated card instead, since maps need one. The imitation takes 100 ms for a screen of photos that the
    software draws in 10 (2026-11-20), so it says nothing about frames.
    """
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        sys.exit("no Chromium to measure with. On Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=[*FLAGS, *(_IMITATED_CARD if maps else ["--disable-gpu"])]
        )
        yield browser
        browser.close()


def machine() -> str:
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{processors} processors"


def quantile(times: Sequence[float], share: float) -> float:
    """The time that this share of all was at most."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
