"""Machine code for planes: made by a process of its own, kept in the user's cache folder.

It is never kept in a workspace: code from there would run with the rights of whoever opens it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from threading import Lock  # noqa: TID251 - a lock; no thread is started
from typing import TYPE_CHECKING

import readstation

if TYPE_CHECKING:
    from readstation.app.jobs import JobContext

COMMAND = ("-P", "-m", "readstation.imaging.compile_kernels")
SOURCE = Path(readstation.__file__).parent / "imaging" / "reslice_kernel.py"
CACHE_VARIABLE = "NUMBA_CACHE_DIR"
PASSED = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LD_LIBRARY_PATH")
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
WORDS = "Preparing planes: once after an installation this takes some seconds."
LOOK_S = 0.1
MOST_LOOKS = 100
IN_BACKGROUND, AT_ONCE = 10, 0
"""How nice the process is to others: not at all once a reader waits."""
KINDS = ("int16", "float32", "uint16", "uint8")
"""Of numbers, those of CT and PET first."""


def user_cache_folder() -> Path:
    """Return where this system keeps what a user's programs can make again."""
    home = Path.home()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = str(home / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(home / ".cache")
    return Path(base) / "readstation"


class KernelCompiler:
    """Starts at most one process; without a folder to write to the first plane compiles.

    So it does where the variable of the compiler's own cache is set: then somebody else keeps it.
    """

    def __init__(self, folder: Path | None = None, command: Sequence[str] = COMMAND) -> None:
        self._folder = (folder or user_cache_folder()) / "planes"
        self._command = tuple(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._ready: Path | None = None
        self._lock = Lock()

    def begin(self) -> None:
        """Compile in the background, unless that was done before."""
        self._begin(IN_BACKGROUND)

    def _begin(self, priority: int) -> None:
        with self._lock:
            own = str(self._folder)
            if self._ready is not None or os.environ.get(CACHE_VARIABLE, own) != own:
                return
            ready = self._folder / _version()
            try:
                ready.mkdir(parents=True, exist_ok=True, mode=0o700)
            except OSError:
                return
            os.environ[CACHE_VARIABLE] = own
            self._ready = ready
            if not (ready / "all").exists():
                with suppress(OSError):
                    self._process = self._start(ready, priority)

    def wait(self, kind: str, job: JobContext) -> None:
        """Return when the code for a kind of number is there, or will not come."""
        self._begin(AT_ONCE)
        ready, process = self._ready, self._process
        if ready is None or process is None or kind not in KINDS:
            return
        looks = 0
        while process.poll() is None and not (ready / kind).exists():
            looks = min(looks + 1, MOST_LOOKS)
            job.progress(looks, MOST_LOOKS, WORDS)
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_S)

    def close(self) -> None:
        """End the process; what it has finished stays."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.terminate()
                self._process.wait()

    def _start(self, ready: Path, priority: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, *self._command, str(ready), str(priority), *KINDS]
        flags = 0
        if sys.platform == "win32" and priority == IN_BACKGROUND:
            flags = subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            env=_environment(self._folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=flags,
        )


def _environment(folder: Path) -> dict[str, str]:
    """Pass on what a process needs to start, nothing else: no tokens, no proxies."""
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    root = str(SOURCE.parents[2])
    return {**passed, **ONE_THREAD, CACHE_VARIABLE: str(folder), "PYTHONPATH": root}


def _version() -> str:
    """Return the name of what machine code depends on: another one is compiled anew."""
    parts = (
        hashlib.sha256(SOURCE.read_bytes()).hexdigest(),
        str(SOURCE.stat().st_mtime_ns),
        metadata.version("numba"),
        platform.python_version(),
        platform.machine(),
        platform.node(),
        str(SOURCE),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
