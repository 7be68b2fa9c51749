"""What ./test counts, and what it lets pass."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

JUNIT = """<testsuites><testsuite name="pytest">
<testcase classname="tests.a" name="good"/>
<testcase classname="tests.a" name="known"><skipped type="pytest.xfail" message="known"/></testcase>
<testcase classname="tests.a" name="bad"><failure message="no"/></testcase>
<testcase classname="tests.a" name="broken"><error message="no"/></testcase>
<testcase classname="tests.b" name="one"><skipped type="pytest.skip" message="no test photos at /x"/></testcase>
<testcase classname="tests.b" name="two"><skipped type="pytest.skip" message="exiftool is not installed"/></testcase>
<testcase classname="tests.b" name="three"><skipped type="pytest.skip" message="exiftool is not installed"/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("checks", ROOT / "tools" / "checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "checks", module)  # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tally(checks: ModuleType, tmp_path: Path) -> Any:
    report = tmp_path / "junit.xml"
    report.write_text(JUNIT, encoding="utf-8")
    tally = checks.Tally()
    checks.count(tally, report)
    return tally


def test_tests_are_counted_by_what_became_of_them(tally: Any) -> None:
    assert (tally.passed, tally.failed, tally.skipped) == (2, 2, 3)
    assert tally.broken == ["tests.a::bad", "tests.a::broken"]


def test_at_home_skips_are_named_and_harmless(checks: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    tally = checks.Tally(passed=5, skipped=2)
    tally.reasons["exiftool is not installed"] = 2
    assert checks.close(tally, in_ci=False, fast=False) == 0
    said = capsys.readouterr().out
    assert "2 exiftool is not installed" in said
    assert said.splitlines()[-1] == "5 passed, 0 failed, 2 skipped"


def test_in_ci_only_the_optional_may_be_skipped(
    checks: ModuleType, tally: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checks.close(tally, in_ci=True, fast=False) == 1
    said = capsys.readouterr().out
    assert "a required suite was skipped: exiftool is not installed" in said
    assert said.splitlines()[-1] == "2 passed, 4 failed, 1 skipped"


def floors(tmp_path: Path, **covered: tuple[int, int]) -> subprocess.CompletedProcess[str]:
    files = {
        f"src/photoscribe/{layer}/file.py": {
            "summary": {"num_statements": all_, "covered_lines": ran, "num_branches": 0, "covered_branches": 0},
            "missing_lines": list(range(ran + 1, all_ + 1)),
            "missing_branches": [[1, -1]],
        }
        for layer, (ran, all_) in covered.items()
    }
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": files}), encoding="utf-8")
    command = [sys.executable, str(ROOT / "tools" / "coverage_floors.py"), str(report)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_each_layer_is_held_to_its_own_floor(tmp_path: Path) -> None:
    assert floors(tmp_path, core=(10, 10), app=(19, 20), stores=(1, 10)).returncode == 0
    core = floors(tmp_path, core=(999, 1000), app=(20, 20))
    assert core.returncode == 1
    assert "src/photoscribe/core/file.py:1000 never ran" in core.stdout
    assert "src/photoscribe/core/file.py:1 never went to the end" in core.stdout
    assert floors(tmp_path, core=(10, 10), app=(18, 20)).returncode == 1


def test_missing_programs_are_installed_by_root_after_a_look_at_the_newest_lists(
    checks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$1" >> "{log}"\n[ "$1" = update ] || [ "$(wc -l < "{log}")" -gt 1 ]\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(checks, "PROGRAMS", {"a-program-nobody-has": "its-package"})
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    checks.install_programs()
    assert not log.exists()
    monkeypatch.setattr("os.geteuid", lambda: 0)
    checks.install_programs()
    assert log.read_text().split() == ["install", "update", "install"]
