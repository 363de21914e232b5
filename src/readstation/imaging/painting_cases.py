"""Made-up viewports that whoever paints images in another way has to paint like the renderer.

They cover what a painter can get wrong: every bit pattern of 8 and 16 bit, every way to a table,
marks, padding, colour, both depths of a screen, and the image's place at any zoom and orientation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.imaging.display_function import P_VALUES
from readstation.imaging.frame import PixelPadding, StoredFrame
from readstation.imaging.image_marks import ImageMarks
from readstation.imaging.lut_image import LutImage
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.output import TEN_BIT, UNCORRECTED, DisplayOutput
from readstation.imaging.palette import ColourPalette
from readstation.imaging.presentation import PresentationLut, Rendering
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.viewport_renderer import ViewportRenderer
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow

SIDE_PX = 256
DTYPES = (np.uint8, np.int8, np.uint16, np.int16)
SCRAMBLE = 40_503
"""Odd: multiples of it, modulo a power of two, come to every bit pattern once."""
CORRECTED = DisplayOutput(10, (np.linspace(0, 1, P_VALUES) ** 1.7 * 1023).astype(np.uint16))
WINDOW = VoiWindow(1_000, 30_000)
PLAIN = Rendering(ModalityTransform(), WINDOW)
RENDERINGS = (
    PLAIN,
    replace(PLAIN, is_inverse=True),
    Rendering(ModalityTransform(0.5, -20), VoiWindow(40, 99, VoiLutFunction.LINEAR_EXACT)),
    Rendering(ModalityTransform(), VoiWindow(100, 5_000, VoiLutFunction.SIGMOID)),
    Rendering(ModalityTransform(), VoiLut(-50, 8, tuple(reversed(range(256))))),
    replace(PLAIN, presentation_lut=PresentationLut(0, 12, tuple(range(4095, -1, -5)))),
    replace(PLAIN, padding=PixelPadding(90, 120), is_inverse=True),
    replace(PLAIN, palette=ColourPalette(tuple(n * 257 << 8 & 0xFFFFFF for n in range(256)))),
)
PLACES = (
    (1.0, 0.0, 0.0),  # zoom, and how far the image is panned, in device pixels
    (1.0, -70.0, 55.0),
    (2.7, 0.0, 0.0),
    (7.3, 160.0, -140.0),
    (0.7, 20.0, 0.0),
    (0.31, 0.0, -100.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class PaintingCase:
    """A viewport of `SIDE_PX`: what it is made of, and the renderer's pixels at the same place."""

    name: str
    image: LutImage
    pixels: NDArray[np.uint32]


def painting_cases() -> Iterator[PaintingCase]:
    """Yield every case; its arrays are valid until the next one is asked for."""
    outputs = (UNCORRECTED, TEN_BIT, CORRECTED)
    for (kind, dtype), (number, rendering) in product(enumerate(DTYPES), enumerate(RENDERINGS)):
        frame, output = _every_code(dtype), outputs[(kind + number) % len(outputs)]
        name = f"table {number} of {np.dtype(dtype)}, {output.bit_depth} bit"
        yield _case(name, _renderer(frame, output), _view(frame), rendering, None)
    orientations = tuple(DisplayOrientation(*kind) for kind in product(range(4), (False, True)))
    for number, (orientation, place) in enumerate(product(orientations, PLACES)):
        frame = _part_of(_every_code(DTYPES[number % len(DTYPES)]))
        renderer = _renderer(frame, outputs[number % len(outputs)])
        rendering = RENDERINGS[-2] if number % 2 else RENDERINGS[-1]
        transform = replace(_view(frame), orientation=orientation, zoom=place[0])
        yield _case(
            f"{orientation} at {place}",
            renderer,
            transform.panned(*place[1:]),
            rendering,
            _marks(frame),
        )
    yield from _without_a_table()


def _without_a_table() -> Iterator[PaintingCase]:
    codes = _every_code(np.uint8).stored_values
    colour = StoredFrame(np.dstack((codes, codes[::-1], codes.T)), "RGB", 8)
    yield _case("colour", _renderer(colour, TEN_BIT), _view(colour), None, _marks(colour))
    wide = StoredFrame(codes.astype(np.float32) * 100, "MONOCHROME2", 32)
    yield _case("floating point", _renderer(wide, TEN_BIT), _view(wide), PLAIN, None)


def _case(
    name: str,
    renderer: ViewportRenderer,
    transform: ViewTransform,
    rendering: Rendering | None,
    marks: ImageMarks | None,
) -> PaintingCase:
    image = renderer.lut_image(transform, rendering, marks)
    rendered = renderer.render(transform, rendering, marks)
    if image is None or rendered is None:
        raise AssertionError(f"the case shows nothing: {name}")
    return PaintingCase(name, image, rendered.pixels)


def _every_code(dtype: type[Any]) -> StoredFrame:
    kind = np.dtype(dtype)
    codes = np.arange(SIDE_PX * SIDE_PX, dtype=np.uint32) * np.uint32(SCRAMBLE)
    values = codes.astype(f"u{kind.itemsize}").view(kind).reshape(SIDE_PX, SIDE_PX)
    return StoredFrame(values, "MONOCHROME2", 8 * kind.itemsize, kind.kind == "i")


def _part_of(frame: StoredFrame) -> StoredFrame:
    return replace(frame, stored_values=frame.stored_values[:140, :201])


def _renderer(frame: StoredFrame, output: DisplayOutput) -> ViewportRenderer:
    renderer = ViewportRenderer()
    renderer.set_frame(frame)
    renderer.set_output(output)
    return renderer


def _view(frame: StoredFrame) -> ViewTransform:
    middle = (frame.columns / 2, frame.rows / 2)
    return ViewTransform(frame.columns, frame.rows, SIDE_PX, SIDE_PX, 1.0, *middle)


def _marks(frame: StoredFrame) -> ImageMarks:
    """Return a shutter that leaves a circle, and graphics that cross it."""
    rows, columns = np.ogrid[: frame.rows, : frame.columns]
    radii = np.hypot(rows - frame.rows / 2, columns - frame.columns / 2)
    graphic = (rows % 37 == 5) | (columns % 53 == 9)
    return ImageMarks(radii > frame.rows / 2, 0x6000, graphic)
