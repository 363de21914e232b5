"""How much memory this machine has, and how much of it a container leaves to this process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUP = Path("/proc/self/cgroup")
NO_LIMIT = 1 << 60
"""Version 1 writes a number near 2**63 where there is no limit."""


class LocalMemory:
    """Implements the port `SystemMemory` for Linux, macOS and Windows."""

    def __init__(self, cgroups: Path = CGROUPS, own_cgroup: Path = OWN_CGROUP) -> None:
        self._cgroups = cgroups
        self._own_cgroup = own_cgroup

    def total_bytes(self) -> int | None:
        """Return the machine's memory, None if it cannot be found out."""
        if sys.platform == "win32":
            return _windows_memory()
        try:
            return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError):
            return None

    def limit_bytes(self) -> int | None:
        """Return the lowest limit of the control groups this process is in (Linux)."""
        limits = (_limit(path) for path in self._limit_files())
        return min((limit for limit in limits if limit is not None), default=None)

    def _limit_files(self) -> Iterator[Path]:
        """Yield the files that may hold a limit: of the own group and of all above it."""
        try:
            lines = self._own_cgroup.read_text(encoding="utf-8").splitlines()
        except OSError:
            return
        for line in lines:
            _, _, rest = line.partition(":")
            controllers, _, group = rest.partition(":")
            if controllers not in {"", "memory"}:
                continue
            root = self._cgroups / controllers if controllers else self._cgroups
            name = "memory.limit_in_bytes" if controllers else "memory.max"
            place = root / group.strip("/")
            for folder in (place, *place.parents):
                if folder.is_relative_to(root):
                    yield folder / name


def _limit(path: Path) -> int | None:
    """Return the number in a file; None for "max", for no number, and for no file."""
    try:
        words = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    limit = int(words) if words.isascii() and words.isdigit() else None
    return limit if limit is not None and 0 < limit < NO_LIMIT else None


def _windows_memory() -> int | None:
    if sys.platform != "win32":
        return None
    import ctypes  # noqa: PLC0415 - elsewhere it is not wanted

    class MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX of the Windows API."""

        _fields_ = [
            ("length", ctypes.c_ulong),
            ("load_percent", ctypes.c_ulong),
            ("total_physical", ctypes.c_ulonglong),
            ("others", ctypes.c_ulonglong * 6),
        ]

    status = MemoryStatus(length=ctypes.sizeof(MemoryStatus))
    is_told = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.total_physical) if is_told else None
