"""What the decode worker may use of the machine; each limit where the system knows it."""

from __future__ import annotations

import sys
import time

if sys.platform == "win32":

    def limit_process(*, memory_bytes: int, file_bytes: int) -> None:
        """Windows has no resource limits of this kind; the parent's wall clock still holds."""

    def limit_memory(memory_bytes: int) -> None:
        """See `limit_process`."""

    def limit_cpu(cpu_s: int) -> None:
        """See `limit_process`."""

else:
    import os
    import resource

    BEHIND_THE_WINDOW = 5
    """Where there are not enough cores, the window paints first: nobody sees a decoder wait."""

    def limit_process(*, memory_bytes: int, file_bytes: int) -> None:
        """Set the limits that hold for the whole life of the worker."""
        os.nice(BEHIND_THE_WINDOW)
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_FSIZE, file_bytes)
        _lower(resource.RLIMIT_AS, memory_bytes)
        _lower(resource.RLIMIT_NOFILE, 64)

    _in_force: dict[int, int] = {}
    """What was set last: most requests need what the one before them had."""

    def limit_memory(memory_bytes: int) -> None:
        """Set how much memory this process may have in all, for the coming request."""
        _soften(resource.RLIMIT_AS, memory_bytes)

    def limit_cpu(cpu_s: int) -> None:
        """End this process if it computes for longer than this from now, to the next second."""
        _soften(resource.RLIMIT_CPU, int(time.process_time()) + cpu_s + 1)

    def _lower(kind: int, value: int) -> None:
        _soft, hard = resource.getrlimit(kind)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))

    def _soften(kind: int, value: int) -> None:
        if _in_force.get(kind) == value:
            return
        _soft, hard = resource.getrlimit(kind)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (allowed, hard))
        _in_force[kind] = value
