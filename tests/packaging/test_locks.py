"""The locks hold what pyproject.toml asks for, whole, hashed, and the same in both."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?P<marker> ; [^\\]+)? \\\n(?P<hashes>(?:    --hash=.*\n)+)", re.MULTILINE
)
LOCKS = ("requirements.lock", "requirements-dev.lock", "benchmarks/peers.lock")


def locked(lock: str) -> dict[str, Version]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {canonicalize_name(entry["name"]): Version(entry["version"]) for entry in ENTRY.finditer(text)}


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def asked_for(*extras: str) -> list[Requirement]:
    wanted = project()
    lists = [wanted["project"]["dependencies"], wanted["dependency-groups"]["build"]]
    lists += [wanted["project"]["optional-dependencies"][extra] for extra in extras]
    return [Requirement(text) for group in lists for text in group]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("requirements.lock", ("raw", "video", "dicom")),
        ("requirements-dev.lock", ("raw", "video", "dicom", "dev")),
    ],
)
def test_a_lock_satisfies_what_pyproject_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    have = locked(lock)
    missing = [
        str(r) for r in asked_for(*extras) if have.get(canonicalize_name(r.name), Version("0")) not in r.specifier
    ]
    assert missing == [], "run tools/lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pinned_and_hashed_package(lock: str) -> None:
    rest = ENTRY.sub("", (ROOT / lock).read_text(encoding="utf-8"))
    assert [line for line in rest.splitlines() if line and not line.lstrip().startswith("#")] == []


def test_users_run_the_versions_that_were_tested() -> None:
    used, tested = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: version for name, version in used.items() if tested.get(name) != version} == {}


def test_the_build_backend_comes_from_the_lock() -> None:
    build = [Requirement(text).name for text in project()["build-system"]["requires"]]
    assert set(build) <= set(locked("requirements.lock"))


def test_the_licence_is_the_one_that_is_declared() -> None:
    assert project()["project"]["license"] == "GPL-3.0-or-later"
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3" in (ROOT / "LICENSE").read_text(
        encoding="utf-8"
    )
