"""Set ReadStation up if need be, then run every check. Arguments are passed on to pytest."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import setup_environment
from system_parts import duration

# More processes than two would starve the ones that tests start themselves.
IN_PARALLEL = ("-n", str(min(os.cpu_count() or 1, 2)), "--dist", "worksteal")


def checks(arguments: list[str]) -> dict[str, list[str]]:
    """Return every check by name with its command, the quick ones first."""
    python = str(setup_environment.python_of_the_environment())
    return {
        "lint": [python, "-m", "ruff", "check", "."],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "types": [python, "-m", "mypy"],
        "layers": [str(setup_environment.program("lint-imports"))],
        "tests": [python, "-m", "pytest", *IN_PARALLEL, *arguments],
    }


def main(arguments: list[str]) -> int:
    """Run all checks, also after one has failed; return 0 only if all passed."""
    setup_environment.prepare(setup_environment.TEST_LOCK)
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    results = {}
    for name, command in checks(arguments).items():
        print(f"--- {name}", flush=True)
        began = time.monotonic()
        run = subprocess.run(command, cwd=setup_environment.CHECKOUT, env=environment, check=False)
        results[name] = (run.returncode, time.monotonic() - began)
    print("\nCheck    Result  Time")
    for name, (code, seconds) in results.items():
        print(f"{name:8} {'FAILED' if code else 'passed'}  {duration(seconds)}")
    return int(any(code for code, _ in results.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
