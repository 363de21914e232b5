"""The file through which arrays travel from a worker to the program: in memory, without a name.

The program reads it and never maps it: a mapped page that a broken worker cuts off would end the
program. The worker maps its beginning, so that a codec puts a frame where it is read.
"""

from __future__ import annotations

import math
import mmap
import os
import sys
from collections.abc import Mapping, Sequence
from io import FileIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.app.importing.refusals import refusal

MIB = 1024**2
MAX_SHARED_BYTES = 512 * MIB
KEPT_BYTES = 8 * MIB
"""What a file may keep between frames: its pages are memory, and used again without a fault."""
MAX_ARRAYS = 64
MAX_DIMENSIONS = 4
ALIGNMENT = 64

Place = dict[str, Any]
"""Where one array lies: its name, shape, dtype and offset."""


class SharedArrays:
    """One end of the file. The worker writes before it replies, the program reads after that."""

    def __init__(self, descriptor: int) -> None:
        self._file = FileIO(descriptor, "r+", closefd=False)
        self._map: mmap.mmap | None = None
        self._map_address = 0

    def room(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any] | None:
        """Return memory of the file itself, where `write` then finds the first array in place.

        For the worker alone, which harms nobody when it dies of a file that was cut off. None for
        a large array, and where the system cannot do this.
        """
        if sys.platform != "linux" or math.prod(shape) * dtype.itemsize > KEPT_BYTES:
            return None
        if os.fstat(self._file.fileno()).st_size < KEPT_BYTES:
            self._file.truncate(KEPT_BYTES)
        if self._map is None:
            self._map = mmap.mmap(self._file.fileno(), KEPT_BYTES)
            self._map_address = _address(np.frombuffer(self._map, np.uint8))
        return np.ndarray(shape, dtype, self._map)

    def close(self) -> None:
        """Let go of the file; whoever opened it closes it."""
        self._file.close()

    def write(self, arrays: Mapping[str, NDArray[Any]]) -> list[Place]:
        """Write arrays one behind the other; return what the program needs to find them."""
        if sum(values.nbytes + ALIGNMENT for values in arrays.values()) > MAX_SHARED_BYTES:
            raise refusal("TOO_LARGE", "one decoded frame")
        places, offset = [], 0
        for name, values in arrays.items():
            place = {"name": name, "shape": list(values.shape), "dtype": values.dtype.str}
            places.append({**place, "offset": offset})
            self._write_at(offset, values)
            offset += -(-values.nbytes // ALIGNMENT) * ALIGNMENT
        return places

    def read(self, places: Sequence[Place]) -> dict[str, NDArray[Any]]:
        """Return copies of the arrays, each checked against what is there; keep little of it."""
        if len(places) > MAX_ARRAYS:
            raise refusal("DECODER_DIED")
        size = os.fstat(self._file.fileno()).st_size
        arrays = {str(place["name"]): self._read_at(place, size) for place in places}
        if size > KEPT_BYTES:
            self._file.truncate(0)
        return arrays

    def _write_at(self, offset: int, values: NDArray[Any]) -> None:
        if not self._is_in_place(offset, values):
            self._write_bytes(offset, np.ascontiguousarray(values).data.cast("B"))

    def _write_bytes(self, offset: int, remaining: memoryview) -> None:
        self._file.seek(offset)
        while remaining:
            remaining = remaining[self._file.write(remaining) :]

    def _is_in_place(self, offset: int, values: NDArray[Any]) -> bool:
        """Tell whether an array lies in the file already: it was made in what `room` returned."""
        if self._map is None or offset or not values.flags.c_contiguous:
            return False
        return _address(values) == self._map_address

    def _read_at(self, place: Place, file_size: int) -> NDArray[Any]:
        dtype, offset = np.dtype(str(place["dtype"])), int(place["offset"])
        shape = tuple(int(length) for length in place["shape"])
        if dtype.kind not in "iufb" or not 0 < len(shape) <= MAX_DIMENSIONS or min(shape) < 1:
            raise refusal("DECODER_DIED")
        size = math.prod(shape) * dtype.itemsize
        if offset < 0 or offset + size > file_size:
            raise refusal("DECODER_DIED")
        values = np.empty(shape, dtype)
        remaining = values.data.cast("B")
        self._file.seek(offset)
        while remaining:
            count = self._file.readinto(remaining)
            if not count:
                raise refusal("DECODER_DIED")
            remaining = remaining[count:]
        return values


def _address(values: NDArray[Any]) -> int:
    address: int = values.__array_interface__["data"][0]
    return address
