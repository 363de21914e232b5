"""Set up the programs that the benchmarks run beside ours: VTK, SimpleITK, Cornerstone3D, dwv.

    python3 packaging/rivals.py

Packages go into the environment .venv, pages for the browser into the folder .rivals; the product
uses neither. Where pip and npm find packages is the machine's own configuration. A browser
(Chromium) and Node come from the system; without them the rows of the browser are not run.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import setup_environment

LOCK = "requirements-benchmarks.lock"
SOURCES = setup_environment.CHECKOUT / "tests" / "benchmarks" / "browser"
BUILT = setup_environment.CHECKOUT / ".rivals" / "browser"


def main() -> int:
    """Install what is pinned; return 1 where npm is missing or something fails."""
    setup_environment.prepare(setup_environment.TEST_LOCK)
    install_packages()
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not installed: the rows of the browser will not run.", file=sys.stderr)
        return 1
    build_pages(npm)
    print("Rivals are set up. Measure with: .venv/bin/python -m tests.benchmarks")
    return 0


def install_packages() -> None:
    """Add the packages of the lock; what they would need besides is not needed here."""
    command = [str(setup_environment.python_of_the_environment()), "-m", "pip", "install"]
    command += ["--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "-r", str(setup_environment.PACKAGING / LOCK)]
    subprocess.run(command, cwd=setup_environment.CHECKOUT, check=True)


def build_pages(npm: str) -> None:
    """Fetch what the lock of the pages names, run no script of it, and build them.

    Not with `npm ci`: it refuses a lock that does not say where the parts of other systems are.
    """
    BUILT.mkdir(parents=True, exist_ok=True)
    for source in SOURCES.iterdir():
        shutil.copy2(source, BUILT / source.name)
    run(npm, "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
    run(npm, "run", "build")


def run(*command: str) -> None:
    subprocess.run(command, cwd=Path(BUILT), check=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} could not set up the rivals; its reason is above.")
