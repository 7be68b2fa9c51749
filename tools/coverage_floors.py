"""Holds each layer to its share of covered lines and branches: `coverage_floors.py COVERAGE.json`.

core is pure and small, so all of it; app by nearly all; adapters by their contract suites, without a number.
"""

import json
import sys
from pathlib import Path
from typing import Any

FLOORS = {"core": 100.0, "app": 95.0}
_PACKAGE = "src/photoscribe/"


def main() -> int:
    files: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["files"]
    layers: dict[str, list[str]] = {}
    for path in files:
        if path.startswith(_PACKAGE):
            layers.setdefault(path.removeprefix(_PACKAGE).split("/")[0], []).append(path)
    too_low = 0
    for layer, paths in sorted(layers.items()):
        percent, floor = _percent([files[path]["summary"] for path in paths]), FLOORS.get(layer)
        verdict = "" if floor is None else f" of {floor:g} % asked for"
        print(f"{layer:>16} {percent:6.2f} %{verdict}")
        if floor is not None and percent < floor:
            too_low += 1
            for path in paths:
                _print_missing(path, files[path])
    return 1 if too_low else 0


def _percent(summaries: list[dict[str, int]]) -> float:
    wanted = sum(summary["num_statements"] + summary.get("num_branches", 0) for summary in summaries)
    covered = sum(summary["covered_lines"] + summary.get("covered_branches", 0) for summary in summaries)
    return 100 * covered / wanted if wanted else 100.0


def _print_missing(path: str, measured: dict[str, Any]) -> None:
    for line in measured["missing_lines"]:
        print(f"{path}:{line} never ran")
    for origin, target in measured.get("missing_branches", []):
        if origin not in measured["missing_lines"]:
            print(f"{path}:{origin} never went to {'the end' if target < 0 else f'line {target}'}")


if __name__ == "__main__":
    sys.exit(main())
