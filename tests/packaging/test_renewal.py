"""The environment of `./photoscribe` through everything that happens to it: it is whole, or it is made again."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.packaging.checkout import Checkout, make_checkout

pytestmark = pytest.mark.slow


@pytest.fixture
def fresh(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path)


def test_two_first_starts_at_once_set_up_once(fresh: Checkout) -> None:
    starts = [
        subprocess.Popen(
            [fresh.root / "photoscribe", str(number)],
            env=fresh.surroundings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    said = [start.communicate(timeout=120) for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0]
    assert [json.loads(out)["arguments"] for out, _ in said] == [["0"], ["1"], ["2"]]
    assert sum("Setting photoscribe up" not in err and "Setting up" in err for _, err in said) == 1


def test_a_set_up_killed_midway_is_made_again(fresh: Checkout) -> None:
    first = subprocess.Popen(
        [fresh.root / "photoscribe"],
        env=fresh.surroundings(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (fresh.environment / "bin" / "python").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    done = fresh.start()
    assert done.returncode == 0
    assert "Ready" in done.stderr


def test_a_half_unpacked_package_does_not_survive(fresh: Checkout) -> None:
    fresh.start()
    (fresh.environment / "made-from" / "root").unlink()
    [package] = fresh.environment.glob("lib/python*/site-packages/greeting.py")
    package.unlink()
    assert fresh.start().returncode == 0


def test_a_new_lock_is_installed_at_the_next_start(fresh: Checkout) -> None:
    fresh.start()
    fresh.lock("2.0")
    done = fresh.start()
    assert done.returncode == 0
    [package] = fresh.environment.glob("lib/python*/site-packages/greeting.py")
    assert package.read_text() == "VERSION = '2.0'\n"


def test_a_changed_pyproject_renews_only_the_checkout_itself(fresh: Checkout) -> None:
    fresh.start()
    for wheel in fresh.wheels.iterdir():
        wheel.unlink()
    with (fresh.root / "pyproject.toml").open("a") as pyproject:
        pyproject.write("# changed\n")
    done = fresh.start()
    assert (done.returncode, done.stderr) == (0, "")


def test_changed_sources_of_the_web_app_renew_only_the_checkout_itself(fresh: Checkout) -> None:
    page = fresh.root / "ui" / "src" / "pages" / "Page.svelte"
    page.parent.mkdir(parents=True)
    page.write_text("<h1>one</h1>")
    fresh.start()
    page.write_text("<h1>two</h1>")
    for wheel in fresh.wheels.iterdir():
        wheel.unlink()
    done = fresh.start()
    assert done.returncode == 0
    assert done.stderr.splitlines() == ["Building the web app anew, since its sources changed."]
    assert fresh.start().stderr == ""
    page.rename(page.with_name("Other.svelte"))
    assert fresh.start().stderr != ""
    page.with_name("Page.test.ts").write_text("a test is in no build")
    assert fresh.start().stderr == ""


def test_a_moved_checkout_is_set_up_where_it_is_now(fresh: Checkout) -> None:
    fresh.start()
    moved = Checkout(fresh.root.rename(fresh.root.parent / "elsewhere"), fresh.wheels)
    done = moved.start()
    assert done.returncode == 0
    assert str(moved.root) in json.loads(done.stdout)["greeting"]


def test_a_vanished_python_means_a_new_environment(fresh: Checkout) -> None:
    fresh.start()
    python = fresh.environment / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    done = fresh.start()
    assert done.returncode == 0
    assert "Ready" in done.stderr
