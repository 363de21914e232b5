"""What ReadStation needs from Linux itself, and how to get it on Debian and its relatives.

Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time

# Shared library -> Debian package; asked of the loader, because a package database can be wrong.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libstdc++.so.6": "libstdc++6",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
DISPLAY_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
# Language that a font must cover, as fc-list knows it -> Debian package. Inter is packed already;
# these are for names and reports in other scripts.
FONTS = {
    ":lang=ar": "fonts-dejavu-core",
    ":lang=ja": "fonts-wqy-microhei",
    ":lang=ko": "fonts-wqy-microhei",
}
APT_WAIT_S = 1800


def has_display() -> bool:
    """Say whether a window can be opened here."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_libraries(libraries: dict[str, str]) -> list[str]:
    """Return the packages of those libraries that the loader does not find."""
    if not sys.platform.startswith("linux"):
        return []
    return sorted({package for name, package in libraries.items() if not is_loadable(name)})


def is_loadable(library: str) -> bool:
    """Say whether the system's loader finds a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_fonts() -> list[str]:
    """Return the packages of the fonts without which some patients' names are empty boxes."""
    if not sys.platform.startswith("linux"):
        return []
    finder = shutil.which("fc-list")
    if finder is None:
        return ["fontconfig", *FONTS.values()]
    return [package for question, package in FONTS.items() if not finds_font(finder, question)]


def finds_font(finder: str, question: str) -> bool:
    """Say whether fontconfig knows a font that answers a question such as `:lang=ja`."""
    run = subprocess.run(
        [finder, question, "family"], capture_output=True, text=True, timeout=60, check=False
    )
    return bool(run.stdout.strip())


def missing_venv() -> list[str]:
    """Return the package without which this Python cannot make environments, if it is missing."""
    if all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        return []
    return [f"python3.{sys.version_info.minor}-venv"]


def install(required: list[str], wished: list[str]) -> None:
    """Install packages with apt-get where that is permitted; else name the line to type.

    Raises
    ------
    SystemExit
        A required package is missing and cannot be installed from here.
    """
    packages = sorted({*required, *wished})
    if not packages:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not may_use_apt():
        explain(required, packages)
        return
    print("    " + shlex.join(command), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-q"], command):
        finished = subprocess.run(step, env=environment, timeout=APT_WAIT_S, check=False)
    if finished.returncode and required:
        sys.exit(
            f"apt-get could not install what ReadStation needs: {' '.join(required)}.\n"
            f"See its message above, then run: {shlex.join(command)}"
        )


def may_use_apt() -> bool:
    """Say whether this is Debian or a relative, and we are its administrator."""
    administrator = hasattr(os, "geteuid") and os.geteuid() == 0
    return administrator and shutil.which("apt-get") is not None


def explain(required: list[str], packages: list[str]) -> None:
    """Say what a person with the right to install has to do; stop if we cannot do without."""
    line = f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not required:
        print(f"    Some scripts have no font here. To get them: {line}", flush=True)
        return
    if shutil.which("apt-get"):
        sys.exit(f"ReadStation needs system packages that are missing here. Run this line:\n{line}")
    if missing_venv():
        sys.exit(
            "This Python has no venv or no pip: install both with your system's package tool, "
            "or use the Python of python.org."
        )
    sys.exit(
        "ReadStation needs libraries that Debian packs as follows; install the like of them with "
        f"your system's package tool: {' '.join(required)}"
    )


def duration(seconds: float) -> str:
    """Return a duration as people say it."""
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


class Progress:
    """Numbered steps with their times, printed as they happen."""

    def __init__(self, count: int) -> None:
        self.count, self.done, self.began = count, 0, time.monotonic()

    def step(self, text: str) -> None:
        self.done += 1
        print(f"[{self.done}/{self.count}] {text}", flush=True)

    def end(self, text: str) -> None:
        print(f"{text} ({duration(time.monotonic() - self.began)})", flush=True)
