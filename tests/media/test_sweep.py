"""Every file that other projects collected to break readers: a picture or a sentence, soon, in little memory."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_SECONDS_FOR_ONE = 10.0
_BYTES_FOR_ALL = 1_000_000_000

# A process of its own, with a hard limit: a decoder that dies or fills the memory fails this test, not the suite.
_SWEEP = """
import json, resource, sys, time
from pathlib import Path

resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))

from photoscribe.core.errors import Undecodable
from photoscribe.media.decoding import Decoded, decode
from photoscribe.media.fingerprint import picture_hash

for path in sorted(Path(sys.argv[1]).rglob("*")):
    if not path.is_file():
        continue
    print(json.dumps({"at": str(path)}), flush=True)
    data = path.read_bytes()
    started = time.perf_counter()
    try:
        decoded = decode(path, data)
        found = "picture" if isinstance(decoded, Decoded) else repr(decoded)
    except Undecodable as error:
        found = str(error)
    seconds = time.perf_counter() - started
    print(json.dumps({"path": str(path), "found": found, "seconds": seconds, "hash": picture_hash(data)}), flush=True)
# Not ru_maxrss, which starts from what the process that started this one had taken.
status = Path("/proc/self/status").read_text(encoding="ascii")
print(json.dumps({"peak": int(status.partition("VmHWM:")[2].split()[0]) * 1024}))
"""


@pytest.fixture(scope="module")
def swept(shared: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _SWEEP, str(shared / "metadata")],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"died at {lines[-1] if lines else 'the start'}: {done.stderr[-2000:]}"
    return lines


def test_every_file_is_a_picture_or_a_sentence(swept: list[dict[str, Any]]) -> None:
    found = {line["path"]: line["found"] for line in swept if "path" in line}
    assert len(found) > 2000
    assert [path for path, what in found.items() if not what or "\n" in what or len(what) > 250] == []
    assert sum(what == "picture" for what in found.values()) >= 760  # 771 on 2026-11-20, with every extra


def test_no_file_takes_long(swept: list[dict[str, Any]]) -> None:
    assert [line for line in swept if line.get("seconds", 0) > _SECONDS_FOR_ONE] == []


def test_no_file_takes_more_than_a_gigabyte(swept: list[dict[str, Any]]) -> None:
    assert swept[-1]["peak"] < _BYTES_FOR_ALL


def test_every_file_has_a_hash(swept: list[dict[str, Any]]) -> None:
    assert all(len(line["hash"]) == 32 for line in swept if "path" in line)
