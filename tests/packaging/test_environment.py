"""The maker of environments where Python lacks what it needs."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from tests.packaging.checkout import ROOT, Checkout, make_checkout, script


@pytest.fixture
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment", ROOT / "tools" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    checkout = make_checkout(tmp_path)
    for name, value in checkout.surroundings().items():
        monkeypatch.setenv(name, value)
    return checkout


def make(maker: ModuleType, checkout: Checkout, monkeypatch: pytest.MonkeyPatch, *present: str) -> int:
    """Runs the maker as if Python had only these of ensurepip and pip; a name that ends in "!" comes with apt."""
    installed = checkout.root.parent / "installed"
    monkeypatch.setattr(
        maker, "present", lambda name: name in present or (f"{name}!" in present and installed.exists())
    )
    script(checkout.root.parent / "bin" / "apt-get", f'echo "$@" >> "{installed}.log"; touch "{installed}"\n')
    arguments = [checkout.root, checkout.environment, checkout.root / "requirements.lock"]
    monkeypatch.setattr("sys.argv", ["environment.py", *map(str, arguments)])
    code: int = maker.main()
    return code


def test_without_ensurepip_the_pip_of_the_system_serves(
    maker: ModuleType, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert make(maker, checkout, monkeypatch, "pip") == 0
    assert not list(checkout.environment.glob("lib/python*/site-packages/pip"))
    assert checkout.start("x").stderr == ""


def test_root_gets_the_missing_package_from_apt(
    maker: ModuleType, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert make(maker, checkout, monkeypatch, "ensurepip!") == 0
    assert "-venv" in (checkout.root.parent / "installed.log").read_text()


def test_others_are_told_what_to_install(
    maker: ModuleType, checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert make(maker, checkout, monkeypatch) == 1
    assert "Run `apt install python3." in capsys.readouterr().err
    assert not (checkout.root.parent / "installed.log").exists()


def test_a_full_disk_is_named_as_such(maker: ModuleType, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n")
    assert maker.remedy(log).startswith("The disk is full")


def test_a_package_without_a_build_is_told_from_a_missing_network(maker: ModuleType, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("ERROR: No matching distribution found for exiv2==0.19.2\n")
    assert "has no build for this machine" in maker.remedy(log)
    log.write_text("WARNING: Retrying (Retry(total=0))\nERROR: No matching distribution found for exiv2==0.19.2\n")
    assert "no connection" in maker.remedy(log)
    log.write_text("ERROR: something else\n")
    assert maker.remedy(log).startswith("Setting up failed: something else;")
