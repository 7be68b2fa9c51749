"""Makes the environment of ./photoscribe or ./test: a virtual environment with the locked packages and this checkout.

Standard library only; run by a bare Python >= 3.11 as `environment.py CHECKOUT FOLDER LOCK` (see environment.sh).
Speaks on stderr, in sentences. An environment is whole when its `made-from` folder stands; anything else is made anew,
because a package of which half was unpacked can look installed to pip.
"""

import fcntl
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

# Settings of other programs that would send our packages elsewhere, or stop pip. Indexes and proxies stay the user's.
_NOT_FOR_PIP = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_CONSTRAINT", "PIP_NO_BINARY")
_NOT_FOR_PYTHON = ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__")


class Refused(Exception):
    """The environment cannot be made; the message says what to do."""


class Plan(NamedTuple):
    checkout: Path
    folder: Path
    lock: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def log(self) -> Path:
        return self.folder.with_name(self.folder.name + ".log")

    @property
    def made_from(self) -> dict[str, bytes]:
        """What the environment depends on, by the file name under `made-from`."""
        return {
            "root": os.fsencode(self.checkout) + b"\n",
            "lock": self.lock.read_bytes(),
            "pyproject.toml": (self.checkout / "pyproject.toml").read_bytes(),
            "ui": self._ui(),
        }

    def _ui(self) -> bytes:
        """What environment.sh compares, by its own words."""
        listing = ["sh", "-c", 'root=$0; . "$root/tools/environment.sh"; list_ui', str(self.checkout)]
        return subprocess.run(listing, stdout=subprocess.PIPE, check=True).stdout


def main() -> int:
    plan = Plan(*(Path(argument) for argument in sys.argv[1:4]))
    try:
        plan.folder.parent.mkdir(parents=True, exist_ok=True)
        with alone(plan) as held:
            if stale(plan):
                make(plan, held)
    except Refused as refused:
        say(str(refused))
    except KeyboardInterrupt:
        say("Interrupted while setting up. Run the same command again: what was fetched is kept.")
        return 130
    except OSError as error:
        say(f"Setting up failed in {plan.folder}: {error.strerror or error}. Mend that and run the same command again.")
    else:
        return 0
    return 1


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


@contextmanager
def alone(plan: Plan) -> Iterator[int]:
    """Holds the one right to change the folder; yields the lock's descriptor.

    Installers inherit it, so an installer that outlives a killed set-up still keeps the next one waiting.
    """
    with plan.folder.with_name(plan.folder.name + ".busy").open("w") as busy:
        try:
            fcntl.flock(busy, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting photoscribe up; waiting for it.")
            fcntl.flock(busy, fcntl.LOCK_EX)
        yield busy.fileno()


def stale(plan: Plan) -> list[str]:
    """Which of `made-from` differ from the checkout; all of them without a working environment."""
    wanted = plan.made_from
    if not os.access(plan.python, os.X_OK):
        return list(wanted)
    made = {name: plan.folder / "made-from" / name for name in wanted}
    return [name for name, text in wanted.items() if not made[name].is_file() or made[name].read_bytes() != text]


def make(plan: Plan, held: int) -> None:
    """Only the checkout's own part is renewed where that suffices: the packages take a minute."""
    started, made_from = time.monotonic(), plan.made_from
    pip = Pip(plan, held)
    changed = stale(plan)
    whole = not set(changed) <= {"pyproject.toml", "ui"}
    shutil.rmtree(plan.folder / "made-from", ignore_errors=True)
    plan.log.unlink(missing_ok=True)
    if whole:
        say(f"Setting up photoscribe in {plan.folder} (once; some 320 MB are fetched, which takes a minute or more).")
        create(plan, pip)
        pip.install("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(plan.lock))
    elif "ui" in changed:
        say("Building the web app anew, since its sources changed.")
    pip.install("--no-deps", "--no-index", "--no-build-isolation", "--editable", str(plan.checkout))
    unfinished = plan.folder / "made-from.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name, text in made_from.items():
        (unfinished / name).write_bytes(text)
    unfinished.rename(plan.folder / "made-from")
    if whole:
        say(f"Ready after {time.monotonic() - started:.0f} s.")


def create(plan: Plan, pip: "Pip") -> None:
    """A fresh virtual environment; pip comes with it, or is the one of the Python that runs this."""
    if not (present("ensurepip") or present("pip")):
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise Refused(f"This Python has no ensurepip and no pip. Run `apt install {package}`, then this again.")
        apt = ["apt-get", "install", "-y", "--no-install-recommends", package]
        if pip.run(apt) and (pip.run(["apt-get", "update"]) or pip.run(apt)):
            raise Refused(f"This Python has no ensurepip, and `apt-get install {package}` failed; see {plan.log}.")
        importlib.invalidate_caches()
    try:
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=present("ensurepip")).create(plan.folder)
    except subprocess.CalledProcessError as error:
        raise Refused(
            f"Python's own ensurepip failed: {error.output!r}. Reinstall Python, then run this again."
        ) from error


def present(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


class Pip:
    """Runs installers: their words go to the log, a line of progress to a terminal."""

    def __init__(self, plan: Plan, held: int) -> None:
        self._plan = plan
        self._held = held
        self._environment = {k: v for k, v in os.environ.items() if k not in (*_NOT_FOR_PIP, *_NOT_FOR_PYTHON)}
        self._environment |= {"PIP_USER": "0", "DEBIAN_FRONTEND": "noninteractive"}

    def install(self, *arguments: str) -> None:
        python = [sys.executable, "-I", "-m", "pip", "--python", str(self._plan.python)]
        if present("ensurepip"):
            python = [str(self._plan.python), "-I", "-m", "pip"]
        options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--no-warn-script-location"]
        if self.run([*python, "install", *options, *arguments]):
            raise Refused(remedy(self._plan.log))

    def run(self, command: list[str]) -> int:
        """The exit code. Lines are shown one over the other where stderr is a terminal."""
        shown = sys.stderr.isatty()
        with (
            self._plan.log.open("a", encoding="utf-8") as log,
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env=self._environment,
                pass_fds=[self._held],
            ) as process,
        ):
            for line in process.stdout or ():
                log.write(line)
                if shown and line.startswith(("Collecting ", "Installing ")):
                    sys.stderr.write(f"\r\033[K  {line.split(' (from')[0].strip()[:70]}")
                    sys.stderr.flush()
        if shown:
            sys.stderr.write("\r\033[K")
        return process.returncode


def remedy(log: Path) -> str:
    """One sentence for the cause that the log shows."""
    text = log.read_text(encoding="utf-8")
    app = next((line.strip() for line in text.splitlines() if line.strip().startswith("The web app could not")), "")
    if app:
        return f"{app} The whole story is in {log}."
    if "DO NOT MATCH THE HASHES" in text:
        return f"A fetched package is not the locked one (sha256 differs), so nothing was installed; see {log}."
    if "No space left on device" in text:
        return "The disk is full: photoscribe needs about 1 GB. Free some and run the same command again."
    network = ("Retrying (", "NewConnectionError", "ConnectionError", "ReadTimeout", "SSLError", "ProxyError")
    if any(sign in text for sign in network):
        return (
            "The packages could not be fetched: no connection to the package index. Connect this machine (behind a "
            f"proxy: set HTTPS_PROXY) and run the same command again; details in {log}."
        )
    if "No matching distribution found" in text:
        return (
            f"A locked package has no build for this machine ({platform.platform()}), or the index lacks it; see {log}."
        )
    last = next((line for line in reversed(text.splitlines()) if line.startswith("ERROR")), "")
    return f"Setting up failed{': ' + last.removeprefix('ERROR: ') if last else ''}; the whole story is in {log}."


if __name__ == "__main__":
    sys.exit(main())
