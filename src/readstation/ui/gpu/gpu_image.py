"""Draws a `LutImage` with OpenGL 3.3, in whatever context and framebuffer are current."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QOpenGLContext, QOpenGLExtraFunctions
from PySide6.QtOpenGL import (
    QOpenGLShader,
    QOpenGLShaderProgram,
    QOpenGLVertexArrayObject,
)

from readstation.imaging.lut_image import LutImage
from readstation.ui.gpu import gl_names as gl
from readstation.ui.gpu.shader import FRAGMENT, VERTEX

TABLE_SIDE = 256
FORMATS = {
    np.dtype(np.uint8): (gl.R8UI, gl.UNSIGNED_BYTE),
    np.dtype(np.uint16): (gl.R16UI, gl.UNSIGNED_SHORT),
    np.dtype(np.uint32): (gl.R32UI, gl.UNSIGNED_INT),
}
READ_FORMATS = {8: gl.UNSIGNED_INT_8_8_8_8_REV, 10: gl.UNSIGNED_INT_2_10_10_10_REV}
TEXTURES = ("values", "table", "marks", "layer")


class GpuError(Exception):
    """The graphics processor or its driver did not do what it was asked."""


class GpuImage:
    """The textures and the program of one context, which has to be current in every call."""

    def __init__(self, context: QOpenGLContext, fragment: str = FRAGMENT) -> None:
        self._gl: QOpenGLExtraFunctions = context.extraFunctions()
        self._program = _linked(fragment)
        self._places = {name: self._program.uniformLocation(name) for name in UNIFORMS}
        self._corners = QOpenGLVertexArrayObject()
        if not self._corners.create():
            raise GpuError("there are no vertex arrays")
        names: Any = np.zeros(len(TEXTURES), np.uint32)  # Any: the hint says Sequence
        self._textures = names
        self._gl.glGenTextures(len(TEXTURES), self._textures)
        if not self._textures.all():
            raise GpuError("there are no textures")
        self._held: list[NDArray[Any] | None] = [None] * len(TEXTURES)
        self._shapes: list[tuple[Any, ...]] = [()] * len(TEXTURES)

    def draw(self, image: LutImage | None, layer: NDArray[np.uint32], surface_bits: int) -> None:
        """Fill the framebuffer, of the layer's size, with the image and the layer over it.

        Parameters
        ----------
        image : LutImage or None
            None leaves black under the layer. What has not changed since is not sent again.
        layer : ndarray, shape (height, width), uint32
            0xAARRGGBB, premultiplied; sent every time.
        surface_bits : int
            Of a level in the framebuffer: 8 or 10.

        Raises
        ------
        GpuError
            If OpenGL reports an error; what is in the framebuffer then counts for nothing.
        """
        height, width = layer.shape
        self._gl.glViewport(0, 0, width, height)
        for state in (gl.BLEND, gl.DITHER, gl.DEPTH_TEST, gl.SCISSOR_TEST, gl.CULL_FACE):
            self._gl.glDisable(state)
        self._held[TEXTURES.index("layer")] = None
        self._send("layer", layer)
        if not self._program.bind():
            raise GpuError("the shader cannot be used")
        self._say_numbers(image, height, surface_bits)
        self._corners.bind()
        self._gl.glDrawArrays(gl.TRIANGLES, 0, 3)
        self._corners.release()
        self._program.release()
        self._look_for_errors()

    def read(self, left: int, bottom: int, shape: tuple[int, ...], bits: int) -> NDArray[np.uint32]:
        """Return pixels of the framebuffer as `imaging` counts them: top row first, blue lowest."""
        rows, columns = shape
        pixels = np.empty((rows, columns), np.uint32)
        self._gl.glPixelStorei(gl.PACK_ALIGNMENT, 4)
        self._gl.glReadPixels(
            left, bottom, columns, rows, gl.BGRA, READ_FORMATS[bits], _memory(pixels)
        )
        self._look_for_errors()
        return pixels[::-1]

    def release(self) -> None:
        """Give everything back while the context still is current."""
        self._gl.glDeleteTextures(len(TEXTURES), self._textures)
        self._corners.destroy()
        self._program.removeAllShaders()

    def _say_numbers(self, image: LutImage | None, height: int, surface_bits: int) -> None:
        numbers = {"height": height, "surface_bits": surface_bits, "has_table": 0, "has_marks": 0}
        numbers["pixel_bits"] = 8 if image is None else image.bit_depth
        place = (0, 0, 0, 0)
        if image is not None:
            rows, columns = image.values.shape
            place = (image.left_px, image.top_px, columns, rows)
            self._send("values", image.values)
            if image.table is not None:
                numbers["has_table"] = 1
                self._send("table", image.table)
            if image.marks is not None:
                numbers["has_marks"] = 1
                self._send("marks", image.marks)
            for name, ink in asdict(image.inks).items():
                self._gl.glUniform1ui(self._places[name], int(ink))
        for name, number in numbers.items():
            self._gl.glUniform1i(self._places[name], number)
        for unit, name in enumerate(TEXTURES):
            self._gl.glUniform1i(self._places[name], unit)
        self._gl.glUniform4i(self._places["place"], *place)

    def _send(self, name: str, array: NDArray[Any]) -> None:
        """Put an array into its texture, unless it is there."""
        unit = TEXTURES.index(name)
        self._gl.glActiveTexture(gl.TEXTURE0 + unit)
        self._gl.glBindTexture(gl.TEXTURE_2D, int(self._textures[unit]))
        if self._held[unit] is array:
            return
        rows = _as_rows(array, is_table=name == "table")
        internal, kind = FORMATS[rows.dtype]
        height, width = rows.shape
        shape = (rows.shape, internal)
        pixels = _memory(rows)
        self._gl.glPixelStorei(gl.UNPACK_ALIGNMENT, 1)
        if self._shapes[unit] == shape:
            place = (gl.TEXTURE_2D, 0, 0, 0, width, height)
            self._gl.glTexSubImage2D(*place, gl.RED_INTEGER, kind, pixels)
        else:
            for side in (gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER):
                self._gl.glTexParameteri(gl.TEXTURE_2D, side, gl.NEAREST)
            place = (gl.TEXTURE_2D, 0, internal, width, height, 0)
            self._gl.glTexImage2D(*place, gl.RED_INTEGER, kind, pixels)
        self._held[unit], self._shapes[unit] = array, shape

    def _look_for_errors(self) -> None:
        error = self._gl.glGetError()
        if error:
            raise GpuError(f"OpenGL reports error 0x{error:04x}")


UNIFORMS = (
    *TEXTURES,
    "place",
    "height",
    "has_table",
    "has_marks",
    "pixel_bits",
    "surface_bits",
    "black",
    "hidden",
    "white",
)


def _linked(fragment: str) -> QOpenGLShaderProgram:
    program = QOpenGLShaderProgram()
    kinds = QOpenGLShader.ShaderTypeBit
    for kind, source in ((kinds.Vertex, VERTEX), (kinds.Fragment, fragment)):
        if not program.addShaderFromSourceCode(kind, source):
            raise GpuError(f"the shader is not understood: {program.log().strip()}")
    if not program.link():
        raise GpuError(f"the shader cannot be linked: {program.log().strip()}")
    return program


def _as_rows(array: NDArray[Any], *, is_table: bool) -> NDArray[Any]:
    """Return an array as a texture takes it: rows of unsigned numbers, one after the other."""
    unsigned = array.view(f"u{array.itemsize}")
    rows = unsigned.reshape(-1, TABLE_SIDE) if is_table else unsigned
    return np.ascontiguousarray(rows)


def _memory(array: NDArray[Any]) -> Any:
    """Return what PySide takes for a pointer; its type hints say a number, which it refuses."""
    return memoryview(array)  # type: ignore[arg-type]  # numpy's hint is for Python 3.12
