"""What a process keeps in memory, as the system tells it."""

import os
import resource
import sys
from pathlib import Path

PEAK, NOW = "VmHWM", "VmRSS"


def resident_mib(kind: str = PEAK, process_id: int | None = None) -> int:
    """Return the most, or what now, is resident.

    getrusage is the last resort: a process inherits the peak of the one that started it.
    """
    status = Path(f"/proc/{process_id or os.getpid()}/status")
    if not status.is_file():
        per_mib = 1024 if sys.platform == "linux" else 1024**2
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // per_mib
    lines = status.read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(kind)).split()[1]) // 1024
