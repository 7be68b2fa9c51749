"""The web app's own checks: page_checks.py packages|types|lint|tests|client, one each; part of ./test.

packages   installs what the checks need (npm ci), where it is not there
types      svelte-check and tsc
lint       eslint
tests      vitest
client     ui/src/lib/schema.d.ts is what the server's OpenAPI document says now; --write makes it so
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
UI = ROOT / "ui"
CLIENT = UI / "src" / "lib" / "schema.d.ts"
SCRIPTS = {"types": "check", "lint": "lint", "tests": "test"}


def main() -> int:
    what, write = sys.argv[1], "--write" in sys.argv
    builder = _builder()
    node, npm = builder.find_node()
    if what == "packages":
        return (
            0
            if builder.packages_are_there(UI, checks=True)
            else _run(node, [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        )
    if what == "client":
        return _client(node, write=write)
    return _run(node, [*npm, "run", "--silent", SCRIPTS[what]])


def _builder() -> ModuleType:
    """hatch_build.py, which knows where Node is."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    if spec is None or spec.loader is None:
        raise RuntimeError("hatch_build.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _client(node: list[str], *, write: bool) -> int:
    with tempfile.TemporaryDirectory() as folder:
        document, fresh = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        document.write_bytes(subprocess.check_output([sys.executable, str(ROOT / "tools" / "openapi")]))
        program = UI / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
        options = ["--root-types", "--root-types-no-schema-prefix", "--default-non-nullable", "false"]
        code = _run(node, [*node, str(program), str(document), "-o", str(fresh), *options])
        if code or write:
            if not code:
                CLIENT.write_bytes(fresh.read_bytes())
            return code
        if fresh.read_bytes() == CLIENT.read_bytes():
            return 0
    print("ui/src/lib/schema.d.ts is not what the server says. Make it anew: tools/page_checks.py client --write")
    return 1


def _run(node: list[str], command: list[str]) -> int:
    path = os.pathsep.join([str(Path(node[0]).parent), os.environ.get("PATH", "")])
    return subprocess.run(command, cwd=UI, env={**os.environ, "PATH": path}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
