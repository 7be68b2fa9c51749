"""The house rules that no linter knows."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("src", "tests", "benchmarks", "tools")
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}

# Spelt with brackets so that this file does not name what it forbids.
FOREIGN = re.compile(
    r"""(?<![\w.}])/(?: wor[k]/(?:main|shared) | tm[p]/w/ | op[t]/(?:pypi|wheels) )
    | \.\./\.librar[y]
    | pyp[i]\.org | pythonhoste[d]\.org | npmj[s]\.(?:org|com) | deb\.debia[n]\.org | cond[a]\.anaconda\.org""",
    re.VERBOSE,
)


def files() -> list[Path]:
    """What is in the repository, or would be with the next `git add`; every file in a copy without git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        found = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    else:
        made = re.compile(r"(^|/)(\.(?!ci/)[^/]+/|__pycache__/|dist/|build/)")
        found = [path for path in ROOT.rglob("*") if not made.search(path.relative_to(ROOT).as_posix())]
    return [path for path in found if path.is_file()]


def code() -> list[Path]:
    return [path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in CODE]


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in code():
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def hold(found: Iterable[object]) -> None:
    """Fails with the whole list, a line each."""
    lines = [str(one) for one in found]
    assert not lines, "\n" + "\n".join(lines)


def test_the_rules_have_code_to_hold() -> None:
    assert len(code()) > 10
    assert sum(1 for _ in functions()) > 50


def test_a_file_has_at_most_400_lines() -> None:
    hold(p.relative_to(ROOT) for p in code() if len(p.read_bytes().splitlines()) > 400)


def test_a_function_has_at_most_50_lines() -> None:
    migrations = "src/photoscribe/stores/migrations/"  # a list of tables, written once and never read as code
    long = [where for where, node in functions() if (node.end_lineno or 0) - node.lineno >= 50]
    hold(where for where in long if not where.startswith(migrations))


def test_a_function_takes_at_most_5_positional_arguments() -> None:
    def positional(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        return len(names) - (names[:1] in (["self"], ["cls"]))

    # pytest hands fixtures over by name, and typer options: neither is ever a position.
    by_name = ("tests/", "src/photoscribe/cli/")
    hold(where for where, node in functions() if positional(node) > 5 and not where.startswith(by_name))


def test_no_file_has_a_name_that_says_nothing() -> None:
    parts = {path: {path.stem, *path.relative_to(ROOT).parts[:-1]} for path in code()}
    hold(path.relative_to(ROOT) for path, names in parts.items() if names & NAMES_THAT_SAY_NOTHING)


def test_nothing_names_a_machine_or_the_host_of_a_registry() -> None:
    named = []
    for path in files():
        text = path.read_text(encoding="utf-8", errors="replace")
        named += [f"{path.relative_to(ROOT)}: {found[0]}" for found in FOREIGN.finditer(text)]
    hold(named)


@pytest.mark.parametrize("silenced", ["noq[a]", "type: ignor[e]", "pragma: no cove[r]"])
def test_a_silenced_check_says_what_for(silenced: str) -> None:
    """A comment of words after the names of what is silenced."""
    comment = re.compile(rf"#\s*{silenced}")
    reasoned = re.compile(rf"#\s*{silenced}(?::\s?[A-Z]+\d+(?:,\s?[A-Z]+\d+)*|\[[\w,\s-]+\])?[\s#:-]+\w+\W+\w+")
    bare = []
    for path in code():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if len(comment.findall(line)) != len(reasoned.findall(line)):
                bare.append(f"{path.relative_to(ROOT)}:{number}")
    hold(bare)
