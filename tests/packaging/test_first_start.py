"""`./photoscribe` from a fresh checkout: sets itself up once, stays out of the way afterwards, says what is wrong."""

import json
import os
import resource
import statistics
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.packaging.checkout import Checkout, make_checkout, make_wheel, script


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout that has been started once."""
    checkout = make_checkout(tmp_path_factory.mktemp("made"))
    first = checkout.start("first start")
    assert first.returncode == 0, first.stderr
    return checkout


@pytest.fixture
def fresh(tmp_path: Path) -> Checkout:
    return make_checkout(tmp_path)


def test_the_first_start_sets_up_and_then_is_the_program(fresh: Checkout) -> None:
    done = fresh.start("index", "--json", "my photos", "", "-person:Bob")
    assert done.returncode == 0
    assert json.loads(done.stdout)["arguments"] == ["index", "--json", "my photos", "", "-person:Bob"]
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["Setting", "Ready"]


def test_later_starts_are_silent_and_keep_folder_arguments_and_exit_code(made: Checkout, tmp_path: Path) -> None:
    done = made.start("a b", "*", "--", "-x", cwd=tmp_path, settings={"EXIT": "3"})
    assert (done.returncode, done.stderr) == (3, "")
    assert json.loads(done.stdout)["arguments"] == ["a b", "*", "--", "-x"]
    assert json.loads(done.stdout)["folder"] == str(tmp_path)


def test_a_link_in_another_folder_starts_the_same_program(made: Checkout, tmp_path: Path) -> None:
    (tmp_path / "far").symlink_to(made.root / "photoscribe")
    (tmp_path / "relative").symlink_to("far")
    done = made.start("x", program=tmp_path / "relative", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_packages_of_the_users_own_do_not_replace_the_locked_ones(made: Checkout, tmp_path: Path) -> None:
    (tmp_path / "greeting.py").write_text("raise SystemExit('the wrong one')\n")
    done = made.start(cwd=tmp_path, settings={"PYTHONPATH": str(tmp_path), "PYTHONHOME": "/nowhere"})
    assert done.returncode == 0
    assert str(made.root) in json.loads(done.stdout)["greeting"]


def test_a_later_start_costs_less_than_50_ms(made: Checkout) -> None:
    sources = made.root / "ui" / "src"
    sources.mkdir(parents=True)
    for number in range(200):
        (sources / f"{number}.ts").write_text("x" * 4000)
    assert made.start().returncode == 0
    python, program = made.environment / "bin" / "python", made.environment / "bin" / "photoscribe"

    def milliseconds(*command: Path | str) -> float:
        """Of processor time, its children's included: the clock would also count who else uses the machine."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, env=made.surroundings(), capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    bare = statistics.median(milliseconds(python, "-I", program) for _ in range(9))
    whole = statistics.median(milliseconds(made.root / "photoscribe") for _ in range(9))
    assert whole - bare < 50  # 13 ms with 200 files of the web app, 2026-11-20


@pytest.mark.slow
def test_a_package_with_another_hash_is_not_installed(fresh: Checkout) -> None:
    make_wheel(fresh.wheels, "1.0").write_bytes(b"not what was locked")
    done = fresh.start()
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not the locked one" in done.stderr.splitlines()[-1]
    assert not (fresh.environment / "made-from").exists()


@pytest.mark.slow
def test_without_a_network_one_sentence_names_the_remedy(fresh: Checkout) -> None:
    closed = {
        "PIP_NO_INDEX": "0",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "1",
        "PIP_FIND_LINKS": "",
    }
    done = fresh.start(settings=closed)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 2
    assert "Connect this machine" in done.stderr.splitlines()[-1]
    assert fresh.start().returncode == 0


@pytest.mark.slow
def test_settings_that_send_packages_elsewhere_are_ignored(fresh: Checkout, tmp_path: Path) -> None:
    done = fresh.start(settings={"PIP_TARGET": str(tmp_path / "t"), "PIP_USER": "1", "PIP_REQUIRE_VIRTUALENV": "1"})
    assert done.returncode == 0
    assert not (tmp_path / "t").exists()


def test_a_python_that_is_too_old_or_too_new_is_named(fresh: Checkout, tmp_path: Path) -> None:
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("dirname", "readlink", "cmp", "sh"):
        (commands / name).symlink_to(Path("/usr/bin") / name)
    nothing = fresh.start(settings={"PATH": str(commands)})
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert nothing.stderr.startswith("photoscribe needs Python 3.11 to 3.14. Install one")
    script(commands / "python3", 'if [ "$1" = -I ]; then exit 1; fi; echo "; found only 3.9"\n')
    old = fresh.start(settings={"PATH": str(commands)})
    assert old.stderr.startswith("photoscribe needs Python 3.11 to 3.14; found only 3.9. Install one")
    assert len(old.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="this system runs the tests without the right to become another user")
@pytest.mark.slow
def test_a_checkout_that_may_not_be_written_uses_the_users_cache() -> None:
    # Not under pytest's folder: another pytest that starts meanwhile would close it to other users.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        checkout = make_checkout(Path(folder))
        home = Path(folder) / "home"
        os.chown(home, 65534, 65534)
        for sentence in ("Ready", ""):
            done = checkout.start(user="nobody")
            assert done.returncode == 0, done.stderr
            assert sentence in done.stderr
        assert str(home / ".cache") in json.loads(done.stdout)["greeting"]
        assert not (checkout.root / ".environments").exists()
        homeless = checkout.start(user="nobody", settings={"HOME": ""})
    assert homeless.returncode == 1
    assert "set HOME" in homeless.stderr
