"""Every check of the project, one after the other; the work of ./test.

    ./test              everything
    ./test --fast       without the tests marked slow, and without coverage
    ./test ARGUMENTS    only pytest, with these: ./test -k orientation, ./test tests/core

All checks run even when one fails. Ends with what was skipped and why, and with a line of counts, in which each check
counts as one. With CI=true a skip fails too, except for the reasons in OPTIONAL.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

PROGRAMS = {"exiftool": "libimage-exiftool-perl", "exiv2": "exiv2", "chromium": "chromium"}
PAGE_CHECKS = ("packages", "types", "lint", "tests", "client")

# Skips that do no harm in CI: what is missing there is no fault of the machine's set-up.
OPTIONAL = (
    "no test photos at ",  # ../shared is not part of the repository
    "this system ",  # the promise is about another kind of system
    "root may read everything",  # and CI is often root
)


@dataclass
class Tally:
    """Counts of tests and checks, and what is to be said at the end."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def add(self, name: str, *, ok: bool) -> None:
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            self.broken.append(name)


def main() -> int:
    arguments = sys.argv[1:]
    fast = "--fast" in arguments
    for_pytest = [argument for argument in arguments if argument != "--fast"]
    tally, in_ci = Tally(), os.environ.get("CI", "").lower() in {"1", "true"}
    install_programs()
    with tempfile.TemporaryDirectory() as folder:
        reports = Path(folder)
        if not for_pytest:
            for name, command in static_checks().items():
                tally.add(name, ok=check(name, command))
        whole = not (fast or for_pytest)
        run_pytest(tally, reports, [*for_pytest, *(["-m", "not slow"] if fast else [])], coverage=whole)
        measured = reports / "coverage.json"
        if whole:
            floors = [sys.executable, "tools/coverage_floors.py", str(measured)]
            tally.add("coverage", ok=measured.exists() and check("coverage", floors, show=True))
    return close(tally, in_ci=in_ci, fast=fast)


def static_checks() -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    return {
        "format": [*python, "ruff", "format", "--check", "--output-format=concise", "."],
        "lint": [*python, "ruff", "check", "--output-format=concise", "."],
        "types": [*python, "mypy"],
        "imports": [sys.executable, str(BIN / "lint-imports"), "--no-cache"],
        "packages": [*python, "pip", "check"],
        **{f"page: {what}": [sys.executable, "tools/page_checks.py", what] for what in PAGE_CHECKS},
    }


def install_programs() -> None:
    """What Debian has and Python cannot bring, where we may: as root with apt."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if not missing or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"installing {' '.join(missing)}", flush=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (install, ["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0 and command is install:
            return
    print(f"could not install {' '.join(missing)}: {done.stderr.strip()}")


def check(name: str, command: list[str], *, show: bool = False) -> bool:
    """Whether it passed; its words are shown when it did not."""
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - started:.1f} s)", flush=True)
    if show or done.returncode:
        print(done.stdout.decode(errors="replace"), end="", flush=True)
    return done.returncode == 0


def environment() -> dict[str, str]:
    """Ours, without what a person's shell adds to Python; each of two workers computes on one thread."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    kept["PATH"] = f"{BIN}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return kept | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def run_pytest(tally: Tally, reports: Path, arguments: list[str], *, coverage: bool) -> None:
    junit, started = reports / "junit.xml", time.monotonic()
    command = [sys.executable, "-m", "pytest", f"--junit-xml={junit}", "-o", "junit_logging=no"]
    if not {"-x", "--pdb", "-s", "-n"} & set(arguments):
        command += ["-n", "2", "--dist", "loadfile"]
    if coverage:
        command += ["--cov", f"--cov-report=json:{reports / 'coverage.json'}", "--cov-report="]
    added = environment() | {"COVERAGE_FILE": str(reports / "coverage")}
    code = subprocess.run([*command, *arguments], cwd=ROOT, env=added, check=False).returncode
    before = tally.failed
    if junit.exists():
        count(tally, junit)
    if code and tally.failed == before:
        tally.add(f"pytest (exit code {code})", ok=False)
    print(f"{'FAILED' if code else 'ok    '} tests ({time.monotonic() - started:.1f} s)", flush=True)


def count(tally: Tally, junit: Path) -> None:
    for case in ET.parse(junit).getroot().iter("testcase"):  # noqa: S314  # pytest wrote it a moment ago
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            tally.add(f"{case.get('classname')}::{case.get('name')}", ok=False)
        elif skip is not None and skip.get("type") != "pytest.xfail":
            tally.skipped += 1
            tally.reasons[skip.get("message", "")] += 1
        else:
            tally.passed += 1


def close(tally: Tally, *, in_ci: bool, fast: bool) -> int:
    """Says what was left out and what failed; the last line is for people and machines."""
    if tally.reasons:
        print("\nskipped:")
    for reason, times in sorted(tally.reasons.items()):
        required = in_ci and not re.match("|".join(map(re.escape, OPTIONAL)), reason)
        print(f"  {times:4} {reason}{'  <- required in CI' if required else ''}")
        if required:
            tally.skipped -= times
            tally.failed += times
            tally.broken.append(f"a required suite was skipped: {reason}")
    if fast:
        print("\nleft out by --fast: tests marked slow, coverage")
    if tally.broken:
        print("\nfailed:")
        for name in tally.broken:
            print(f"  {name}")
    print(f"\n{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\ninterrupted")
        sys.exit(130)
