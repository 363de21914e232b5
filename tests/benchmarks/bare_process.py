"""The least that another process can cost: a byte there, a byte back, and a frame read.

A Python process that does nothing but answer. Its frame lies in a file in memory, as a worker's
does, and is read from there into an array of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

ANSWER = """
import os
while os.read(0, 1):
    os.write(1, b"x")
"""
IN_MEMORY = Path("/dev/shm")


class BareProcess:
    """Answers at once; ends with the block."""

    def __init__(self, frame_bytes: int) -> None:
        self._size = frame_bytes
        self._file = tempfile.TemporaryFile(  # noqa: SIM115 - closed in __exit__
            buffering=0, dir=IN_MEMORY if IN_MEMORY.is_dir() else None
        )
        self._file.write(bytes(frame_bytes))
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-c", ANSWER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self.ask()

    def ask(self) -> np.ndarray:
        """Send a byte, wait for the answer, and read the frame."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(b"x")
        if stdout.read(1) != b"x":
            raise RuntimeError("the bare process ended")
        frame = np.empty(self._size, np.uint8)
        self._file.seek(0)
        self._file.readinto(frame.data)
        return frame

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()
        self._file.close()
