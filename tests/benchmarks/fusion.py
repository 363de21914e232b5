"""PET over CT as it is painted: two windows, two look-ups, one blend, beside numpy and memcpy.

900 x 900 pixels of both on one plane, shown at 1:1 with half of the opacity. Ours is what an image
box does when the window of one of them moves, painted on a picture in memory; its table is made
anew too. numpy looks both up in tables that are there and mixes them with numbers of 16 bit.
The bound copies the painted picture. CPU time of one thread; sampling the plane is in `reformat`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from readstation.imaging.colour_layer import ColourLayer
from readstation.imaging.colour_tables import ColourTable
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.presentation import Rendering
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.voi import VoiLutFunction, VoiWindow
from readstation.ui.viewport.image_canvas import RasterCanvas
from readstation.ui.viewport.layer_painter import LayerPainter
from tests.benchmarks.reformat import cpu_ms_of
from tests.benchmarks.row import Row, measure_in_turn, row
from tests.benchmarks.targets import FUSION, FUSION_NUMPY

SIDE, SMOKE_SIDE = 900, 60
ROUNDS = 41
HOUNSFIELD = ModalityTransform(1.0, -1024.0, "HU", is_stated=True)
UPTAKE = ModalityTransform(0.001, 0.0, is_stated=True)
HALF = 0.5


def measure(smoke: bool) -> Iterator[Row]:
    """Return a row for a step of each window, beside numpy, and one beside copying."""
    side = SMOKE_SIDE if smoke else SIDE
    rounds = 1 if smoke else ROUNDS
    ct, pet = smooth(side, 900, 2300, noise=25), smooth(side, 200, 8900, noise=90)
    picture = QImage(side, side, QImage.Format.Format_RGB32)
    steps = {
        "the CT window": painted(picture, ct, pet, moves_ct=True),
        "the PET window": painted(picture, ct, pet, moves_ct=False),
    }
    by_numpy, copied = mixed(ct, pet), copy_of(picture)
    for name, ours in steps.items():
        for warm in (ours, by_numpy, copied):
            warm()
        taken = measure_in_turn(
            rounds,
            ours=lambda run=ours: cpu_ms_of(run),
            numpy=lambda: cpu_ms_of(by_numpy),
            copy=lambda: cpu_ms_of(copied),
        )
        label = f"fusion: {side}x{side}, a step of {name}"
        yield row(label, taken["ours"], "numpy", taken["numpy"], target=FUSION_NUMPY)
        yield row(label, taken["ours"], "memcpy", taken["copy"], target=FUSION)


def smooth(side: int, low: int, high: int, *, noise: int) -> np.ndarray:
    """Return values that change slowly but for noise, as those of a patient do."""
    y, x = np.indices((side, side)) / side * 9
    values = low + (high - low) * (1 + np.sin(x) * np.cos(y)) / 2
    grain = np.random.default_rng(4).integers(-noise, noise + 1, values.shape)
    return np.clip(values + grain, 0, high).astype(np.int16)


def painted(
    picture: QImage, ct: np.ndarray, pet: np.ndarray, *, moves_ct: bool
) -> Callable[[], None]:
    """Return what paints both, with one of the windows a step on each time."""
    side = picture.width()
    transform = ViewTransform(side, side, side, side, 1.0, side / 2, side / 2)
    canvas, layers, steps = RasterCanvas(), LayerPainter(), count()
    canvas.set_frame(StoredFrame(ct, "MONOCHROME2", 16, is_signed=True))
    frame = StoredFrame(pet, "MONOCHROME2", 16, is_signed=True)
    base = Rendering(HOUNSFIELD, VoiWindow(40, 400))
    over = Rendering(UPTAKE, uptake_to(6.0), palette=ColourTable.HOT_IRON.palette)
    still = ColourLayer(frame, over, HALF)

    def run() -> None:
        step = next(steps) % 30
        shown, layer = base, still
        if moves_ct:
            shown = replace(base, voi=VoiWindow(40 + step, 400))
        else:
            layer = ColourLayer(frame, replace(over, voi=uptake_to(6 + step / 10)), HALF)
        painter = QPainter(picture)
        canvas.paint(painter, QSize(side, side), transform, shown, None)
        layers.paint(painter, layer, transform)
        painter.end()

    return run


def uptake_to(top: float) -> VoiWindow:
    return VoiWindow(top / 2, top, VoiLutFunction.LINEAR_EXACT)


def mixed(ct: np.ndarray, pet: np.ndarray) -> Callable[[], None]:
    """Return what mixes both with numpy."""
    gray = np.clip((np.arange(2301) - 1024 + 160) / 400 * 255, 0, 255).astype(np.uint8)
    colours = np.array(ColourTable.HOT_IRON.palette.colours)
    rgb = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1)
    table = rgb[np.clip(np.arange(8901) * 256 // 6000, 0, 255)].astype(np.uint16)

    def run() -> None:
        below = gray[ct].astype(np.uint16)[..., None]
        made = ((below + table[pet]) // 2).astype(np.uint8)
        del made

    return run


def copy_of(picture: QImage) -> Callable[[], None]:
    source = np.frombuffer(picture.constBits(), np.uint32)
    target = np.empty_like(source)

    def run() -> None:
        np.copyto(target, source)

    return run
