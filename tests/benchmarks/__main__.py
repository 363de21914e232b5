"""Measure: `python -m tests.benchmarks [--smoke] [--only NAME] [--json FILE]`.

Each entry of ROWS measures one subject and returns its lines. --smoke runs each once, to see that
it still runs; its times mean nothing.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import decode, startup
from tests.benchmarks.row import Row

ROWS: dict[str, Callable[[bool], list[Row]]] = {
    "startup": startup.measure,
    "decode": decode.measure,
}


def main() -> int:
    """Print the table; return 1 if a subject could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one round of everything")
    parser.add_argument("--only", choices=ROWS, action="append", help="only this subject")
    parser.add_argument("--json", type=Path, help="also write the lines to this file")
    options = parser.parse_args()
    rows, failed = [], []
    for subject in options.only or ROWS:
        try:
            found = ROWS[subject](options.smoke)
        except (RuntimeError, OSError) as error:
            failed.append(f"{subject}: {error}")
            continue
        rows += found
        for row in found:
            print(row.as_text(), flush=True)
    if options.json:
        lines = [row.as_json() for row in rows]
        options.json.write_text(json.dumps(lines, indent=1), encoding="utf-8")
    for line in failed:
        print(f"Could not be measured: {line}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
