"""Memory of volumes goes back to the system at once."""

import gc
from pathlib import Path

import numpy as np
import pytest

from readstation.adapters.decode.pixel_memory import OWN_FROM_BYTES, fresh_memory

STATUS = Path("/proc/self/statm")
PAGE = 4096


def resident_bytes() -> int:
    return int(STATUS.read_text(encoding="ascii").split()[1]) * PAGE


@pytest.mark.parametrize("count", [1, OWN_FROM_BYTES // 8, OWN_FROM_BYTES])
def test_it_can_be_written_and_has_the_shape_asked_for(count: int) -> None:
    cells = fresh_memory((count, 2, 2), "<u2")
    cells[...] = 7
    assert (cells.shape, cells.dtype) == ((count, 2, 2), np.dtype("<u2"))
    assert (cells[-1] == 7).all()


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells it so exactly")
def test_what_nobody_holds_takes_no_memory_however_large_it_was() -> None:
    before = resident_bytes()
    kept = []
    for round_ in range(20):
        volumes = [fresh_memory((8, 512, 512), "<u2") for _ in range(4)]
        for volume in volumes:
            volume[...] = round_
        kept = [volumes[0][0]]  # one frame keeps its volume, and only its own
    del volumes, volume
    gc.collect()
    held = resident_bytes() - before
    assert kept[0][0, 0] == 19
    assert held < 2 * 8 * 512 * 512 * 2
