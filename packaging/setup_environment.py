"""Make the folder .venv of this checkout hold exactly the pinned packages, once.

Standard library only: this runs before anything is installed. Where pip finds packages is the
machine's own configuration; nothing here overrides it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import system_parts

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGING = CHECKOUT / "packaging"
VENV = CHECKOUT / ".venv"
STAMP = VENV / "readstation.json"
OLDEST = (3, 11)
RUN_LOCK, TEST_LOCK = "requirements.lock", "requirements-test.lock"
# The test lock repeats the run lock, so installing it installs both.
CONTAINS = {RUN_LOCK: [RUN_LOCK], TEST_LOCK: [TEST_LOCK, RUN_LOCK]}


def prepare(lock: str) -> Path:
    """Return the Python of an environment that holds what `lock` names; make it if need be."""
    refuse_an_old_python()
    required = system_parts.missing_libraries(system_parts.LIBRARIES)
    if system_parts.has_display():
        required += system_parts.missing_libraries(system_parts.DISPLAY_LIBRARIES)
    if not is_current(lock):
        make(lock, required)
    else:
        system_parts.install(required, [])
    return python_of_the_environment()


def refuse_an_old_python() -> None:
    """Stop with a sentence where this Python is too old."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"ReadStation needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is Python "
            f"{sys.version.split()[0]}. Start this script with a newer one."
        )


def make(lock: str, required: list[str]) -> None:
    """Install what is missing, from the system's libraries up to our own packages."""
    progress = system_parts.Progress(4)
    progress.step("System libraries and fonts")
    wished = [
        *system_parts.missing_libraries(system_parts.DISPLAY_LIBRARIES),
        *system_parts.missing_fonts(),
    ]
    system_parts.install([*required, *system_parts.missing_venv()], wished)
    progress.step(f"Environment {VENV.relative_to(CHECKOUT)}")
    installed = still_valid_locks()
    if not installed:
        make_empty_environment()
    progress.step(f"Packages of packaging/{lock}, each checked against its hash")
    install_packages(lock)
    progress.step("Source folder")
    show_source_folder()
    for contained in CONTAINS[lock]:
        installed[contained] = digest(contained)
    write_stamp(installed)
    progress.end("Set up")


def this_place() -> dict[str, str]:
    """Return what an environment is bound to: a Python and a folder."""
    return {"python": sys.version, "base": sys.base_prefix, "folder": str(CHECKOUT)}


def write_stamp(installed: dict[str, str]) -> None:
    """Record that .venv holds these locks."""
    STAMP.write_text(json.dumps({**this_place(), "locks": installed}, indent=1), "utf-8")


def digest(lock: str) -> str:
    """Return the hash of a lock file."""
    return hashlib.sha256((PACKAGING / lock).read_bytes()).hexdigest()


def still_valid_locks() -> dict[str, str]:
    """Return the locks that .venv holds, or none where it must be made anew."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
        installed = dict(stamp.pop("locks"))
    except (OSError, ValueError, KeyError):
        return {}
    unchanged = all(digest(lock) == installed[lock] for lock in installed if lock in CONTAINS)
    return installed if stamp == this_place() and unchanged else {}


def is_current(lock: str) -> bool:
    """Say whether .venv already holds what a lock names, for this Python and this folder."""
    return lock in still_valid_locks() and python_of_the_environment().exists()


def make_empty_environment() -> None:
    """Make .venv anew; replacing packages in place leaves parts of the old ones behind."""
    if VENV.exists():
        shutil.rmtree(VENV)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def install_packages(lock: str) -> None:
    """Install the pinned packages; stop with a sentence where pip fails."""
    command = [str(python_of_the_environment()), "-m", "pip", "install"]
    command += ["--disable-pip-version-check", "--no-input", "--require-hashes"]
    command += ["--only-binary", ":all:", "-r", str(PACKAGING / lock)]
    if subprocess.run(command, cwd=CHECKOUT, check=False).returncode:
        sys.exit(
            "pip could not install the packages that ReadStation needs; its reason is above.\n"
            "The first set-up needs the network, or pip's own settings for a local package index."
        )


def show_source_folder() -> None:
    """Let the environment's Python find src/readstation as it is in this checkout."""
    folder = sysconfig.get_path("purelib", "venv", {"base": str(VENV), "platbase": str(VENV)})
    Path(folder, "readstation_checkout.pth").write_text(f"{CHECKOUT / 'src'}\n", "utf-8")


def scripts_folder() -> Path:
    """Return the folder of the environment's programs."""
    return VENV / ("Scripts" if os.name == "nt" else "bin")


def python_of_the_environment() -> Path:
    """Return the environment's Python."""
    return program("python")


def program(name: str) -> Path:
    """Return a program of the environment."""
    return scripts_folder() / (f"{name}.exe" if os.name == "nt" else name)
