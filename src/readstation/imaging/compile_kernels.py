"""Compiles the loops that sample planes and keeps the machine code: run as a program of its own.

The compiler is written in Python, so that in a thread it would hold up a reader for seconds.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from readstation.imaging.modality_lut import IDENTITY
from readstation.imaging.plane import ImagePlane
from readstation.imaging.reslice import Interpolation, reslice
from readstation.imaging.volume import Volume

SMALL = 4


def compile_for(kind: str, interpolation: Interpolation) -> None:
    """Sample a plane through a volume of one kind of number: that compiles what it takes."""
    dtype = np.dtype(kind)
    padding = math.nan if dtype.kind == "f" else 0.0
    volume = Volume(
        np.zeros((SMALL,) * 3, dtype), np.eye(4)[:3], IDENTITY, padding, has_padding=False
    )
    plane = ImagePlane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 1.0)
    reslice(volume, plane, (SMALL, SMALL), interpolation=interpolation)


def main(ready: Path, kinds: Sequence[str]) -> None:
    """Compile everything; a file named after each kind of number says that its code is there."""
    for interpolation in (Interpolation.LINEAR, Interpolation.CUBIC):
        for kind in kinds:
            compile_for(kind, interpolation)
            if interpolation is Interpolation.LINEAR:
                (ready / kind).touch()
    (ready / "all").touch()


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(int(sys.argv[2]))
    main(Path(sys.argv[1]), sys.argv[3:])
