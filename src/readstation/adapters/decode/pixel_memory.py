"""Memory for volumes that goes back to the system as soon as nobody holds it.

The C library keeps pieces of up to 32 MiB that were freed, in case they are asked for again; with
series of different sizes coming and going, that is memory which no budget counts.

Pages of 2 MiB are asked for where a system has them: to get memory in pages of 4 KiB takes longer
than to fill it from the page cache.
"""

from __future__ import annotations

import math
import mmap
import sys
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

OWN_FROM_BYTES = 1024**2
HUGE_FROM_BYTES = 4 * 1024**2
HUGE_PAGES: int | None = getattr(mmap, "MADV_HUGEPAGE", None)


def fresh_memory(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """Return an array whose contents are not set; what is not touched of it takes no memory."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size < OWN_FROM_BYTES:
        return np.empty(shape, dtype)
    return np.ndarray(shape, dtype, buffer=_map(size))


def _map(size: int) -> mmap.mmap:
    if sys.platform == "win32":
        return mmap.mmap(-1, size)
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if HUGE_PAGES is not None and size >= HUGE_FROM_BYTES:
        with suppress(OSError):  # a kernel without them
            memory.madvise(HUGE_PAGES)
    return memory
