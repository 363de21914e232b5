"""Whether OpenGL here paints images exactly as the CPU does; run in a process of its own.

A bad driver ends its process, and one without OpenGL cannot even start: the parent sees no answer.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLFramebufferObject

from readstation.domain.graphics import GraphicsFinding, is_software
from readstation.imaging.lut_image import surface_pixels
from readstation.imaging.painting_cases import SIDE_PX, PaintingCase, painting_cases
from readstation.ui.gpu import gl_names as gl
from readstation.ui.gpu.gpu_image import GpuError, GpuImage
from readstation.ui.gpu.opengl import OPENGL, SURFACE_FORMATS, context_format, renderer_of
from readstation.ui.gpu.shader import FRAGMENT

OVER, OVER_PX = 0xFF4CB5AB, 8
"""Colour and size of the words, as it were, that lie over a corner of each image."""
NOTHING = "OpenGL is not available"
Accepts = Callable[[str], bool]


def is_real(renderer: str) -> bool:
    """Return True for what is taken for a graphics processor."""
    return not is_software(renderer)


def examine(*, accepts: Accepts = is_real, fragment: str = FRAGMENT) -> GraphicsFinding:
    """Return what OpenGL is here and whether it may paint; needs a QGuiApplication.

    Parameters
    ----------
    accepts : callable
        From the renderer's name to whether it may be used.
    fragment : str
        The shader that is tried.
    """
    context, surface = QOpenGLContext(), QOffscreenSurface()
    context.setFormat(context_format())
    if not context.create():
        return GraphicsFinding(failure=NOTHING)
    surface.setFormat(context.format())
    surface.create()
    if not context.makeCurrent(surface):
        return GraphicsFinding(failure=NOTHING)
    renderer = renderer_of(context)
    try:
        found = context.format()
        version = (found.majorVersion(), found.minorVersion())
        if not accepts(renderer):
            return GraphicsFinding(renderer, f"OpenGL is drawn by the CPU here: {renderer}")
        if context.isOpenGLES() or version < OPENGL:
            return GraphicsFinding(renderer, "OpenGL {}.{} is not available".format(*OPENGL))
        return GraphicsFinding(renderer, equal_images=_compare(context, fragment))
    except GpuError as error:
        return GraphicsFinding(renderer, str(error))
    finally:
        context.doneCurrent()


def _compare(context: QOpenGLContext, fragment: str) -> int:
    """Paint every case on both kinds of surface; return how many were equal, which is all."""
    painter, count = GpuImage(context, fragment), 0
    attachment = QOpenGLFramebufferObject.Attachment.NoAttachment
    rooms = {
        bits: QOpenGLFramebufferObject(SIDE_PX, SIDE_PX, attachment, gl.TEXTURE_2D, kind)
        for bits, kind in SURFACE_FORMATS.items()
    }
    try:
        for case in painting_cases():
            for bits, room in rooms.items():
                if case.image.bit_depth <= bits:
                    if not room.bind():
                        raise GpuError(f"there is no framebuffer with {bits} bits")
                    _compare_one(context, painter, case, bits)
                    count += 1
    finally:
        painter.release()
    return count


def _compare_one(context: QOpenGLContext, painter: GpuImage, case: PaintingCase, bits: int) -> None:
    layer = np.zeros((SIDE_PX, SIDE_PX), np.uint32)
    layer[:OVER_PX, :OVER_PX] = OVER
    clear = context.functions()
    clear.glClearColor(0.7, 0.1, 0.4, 0.5)  # what was there before must not pass for an image
    clear.glClear(gl.COLOR_BUFFER_BIT)
    painter.draw(case.image, layer, bits)
    painted = painter.read(0, 0, layer.shape, bits)
    differing = int((painted != _expected(case, layer, bits)).sum())
    if differing:
        raise GpuError(f"{differing} pixels differ from the CPU's in a test image ({case.name})")


def _expected(case: PaintingCase, layer: NDArray[np.uint32], bits: int) -> NDArray[np.uint32]:
    expected = surface_pixels(np.zeros(layer.shape, np.uint32), bits, bits)
    rows, columns = case.pixels.shape
    top, left = case.image.top_px, case.image.left_px
    shown = surface_pixels(case.pixels, case.image.bit_depth, bits)
    expected[top : top + rows, left : left + columns] = shown
    words = layer != 0
    expected[words] = surface_pixels(layer[words], 8, bits)
    return expected


def main(accepts: Accepts = is_real, fragment: str = FRAGMENT) -> int:
    """Print what was found as one line."""
    if hasattr(os, "nice"):
        os.nice(10)  # nobody waits for this, but somebody may be reading
    application = QGuiApplication(["readstation"])
    finding = examine(accepts=accepts, fragment=fragment)
    sys.stdout.write(json.dumps(asdict(finding)) + "\n")
    application.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
