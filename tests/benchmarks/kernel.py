"""Stored values to gray levels at full resolution, any VOI function, beside copying the same bytes.

Included: one pass of `apply_lut` over a whole mammogram, into memory that is there already, with a
table that is built. Left out: making the table (about 0.1 ms while a reader windows) and reading
the values. The bound copies the 16-bit source into memory that is there already, in one thread, as
memcpy does. All 65,536 stored values, signed and unsigned, go the same way and are compared with
the formulas of PS3.3 C.11.2, worked out here in 64-bit floating point and rounded down.
"""

import time
from collections.abc import Callable

import numpy as np

from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.presentation import Rendering, apply_lut, build_display_lut
from readstation.imaging.voi import Voi, VoiLut, VoiLutFunction, VoiWindow
from tests.benchmarks import targets
from tests.benchmarks.data import Series, image_of
from tests.benchmarks.row import Row, measure_in_turn, row

CODES = 1 << 16
TABLE_BITS, TABLE_ENTRIES = 12, 4096
MODALITY = ModalityTransform(1.0, 0.0)
FALLING = tuple(int(v) for v in np.linspace((1 << TABLE_BITS) - 1, 0, TABLE_ENTRIES))
VOIS: dict[str, Voi] = {
    "LINEAR": VoiWindow(6000, 9000),
    "LINEAR_EXACT": VoiWindow(6000, 9000, VoiLutFunction.LINEAR_EXACT),
    "SIGMOID": VoiWindow(6000, 9000, VoiLutFunction.SIGMOID),
    "VOI LUT": VoiLut(2000, TABLE_BITS, FALLING),
}
CHECKED = ((40, 400), (-600, 1500), (300, 1501), (0, 1), (0.5, 2), (6000, 9000), (32768, 65536))


def measure(smoke: bool) -> list[Row]:
    """Return a row per VOI function, and how many codes differ."""
    size = (256, 208) if smoke else (4096, 3328)
    values = image_of(Series("mg", 1, rows=size[0], columns=size[1]), 0)
    different = sum(codes_that_differ(dtype) for dtype in (np.uint16, np.int16))
    checked = 2 * CODES * (len(CHECKED) * 3 + 1)
    note = f"{different} of {checked:,} codes differ"
    rows = []
    for name, voi in VOIS.items():
        ours, copy = passes(values, voi)
        for warm in (ours, copy):
            warm()
        taken = measure_in_turn(1 if smoke else 60, ours=ours, copy=copy)
        label = f"kernel, {size[0]}x{size[1]}, {name}"
        rows.append(row(label, taken["ours"], "memcpy", taken["copy"], note, target=targets.KERNEL))
    name = "kernel, codes that differ, all VOI functions"
    return [*rows, row(name, [different], unit="codes", target=targets.KERNEL_CODES)]


def passes(values: np.ndarray, voi: Voi) -> tuple[Callable[[], float], Callable[[], float]]:
    """Return what times one pass of ours, and one copy."""
    table = table_of(values.dtype, voi)
    levels, copied = np.zeros(values.shape, np.uint8), np.zeros_like(values)

    def ours() -> float:
        began = time.perf_counter()
        apply_lut(values, table, out=levels)
        return (time.perf_counter() - began) * 1000

    def copy() -> float:
        began = time.perf_counter()
        np.copyto(copied, values)
        return (time.perf_counter() - began) * 1000

    return ours, copy


def table_of(dtype: np.dtype, voi: Voi) -> np.ndarray:
    """Return the product's table, as its 8-bit output has it."""
    return build_display_lut(dtype, Rendering(MODALITY, voi)).astype(np.uint8)


def codes_that_differ(dtype: type) -> int:
    """Return how many codes come out other than by the formulas, over all windows and functions."""
    codes = np.arange(CODES, dtype=np.uint32).astype(np.uint16).reshape(256, 256).view(dtype)
    stored = codes.astype(np.float64)
    different = 0
    for center, width in CHECKED:
        for function in VoiLutFunction:
            shown = apply_lut(codes, table_of(codes.dtype, VoiWindow(center, width, function)))
            wanted = by_formula(stored, center, width, function)
            different += int(np.count_nonzero(shown != wanted))
    lut = VoiLut(2000, TABLE_BITS, FALLING)
    entries = np.clip(stored - lut.first_value_mapped, 0, TABLE_ENTRIES - 1).astype(int)
    wanted = np.asarray(FALLING)[entries] >> (TABLE_BITS - 8)
    shown = apply_lut(codes, table_of(codes.dtype, lut))
    return different + int(np.count_nonzero(shown != wanted))


def by_formula(x: np.ndarray, center: float, width: float, function: VoiLutFunction) -> np.ndarray:
    """Return gray levels 0 to 255 as PS3.3 C.11.2.1.2 and C.11.2.1.3 write them."""
    if function is VoiLutFunction.SIGMOID:
        with np.errstate(over="ignore"):
            return np.floor(255 / (1 + np.exp(-4 * (x - center) / width)))
    if function is VoiLutFunction.LINEAR:
        center, width = center - 0.5, width - 1
    levels = np.where(x > center, 255.0, 0.0)
    if width:
        levels = np.floor(x * (255 / width) + (255 - (center / width + 0.5) * 255))
    levels[x <= center - width / 2] = 0
    levels[x > center + width / 2] = 255
    return np.clip(levels, 0, 255)
