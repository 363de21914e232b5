"""What is asked of OpenGL: 3.3 without leftovers, surfaces with 8 and with 10 bits."""

from __future__ import annotations

from PySide6.QtGui import QOpenGLContext, QSurfaceFormat

from readstation.ui.gpu import gl_names as gl

OPENGL = (3, 3)
SURFACE_FORMATS = {8: gl.RGBA8, 10: gl.RGB10_A2}


def context_format() -> QSurfaceFormat:
    """Return the format of every context that is made here."""
    wanted = QSurfaceFormat()
    wanted.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setVersion(*OPENGL)
    return wanted


def renderer_of(context: QOpenGLContext) -> str:
    """Return how the driver names what draws; the context has to be current."""
    named = context.functions().glGetString(gl.RENDERER)
    return "".join(c for c in str(named or "") if c.isprintable()).strip()
