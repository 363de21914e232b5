"""Which processor makes the pixels of images, and why."""

from __future__ import annotations

from enum import Enum

from readstation.domain.late_dataclass import dataclass

SOFTWARE_RENDERERS = (
    "llvmpipe",
    "softpipe",
    "swrast",
    "software rasterizer",
    "swiftshader",
    "microsoft basic render",
    "gdi generic",
    "apple software renderer",
    "lavapipe",
)
"""Words by which a driver tells that it draws on the CPU, and slower than we do; lower case."""


class GraphicsUse(Enum):
    """What the settings say about a graphics processor."""

    AUTOMATIC = "automatic"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class GraphicsFinding:
    """What was found of OpenGL on this machine; `failure` says what speaks against its use."""

    renderer: str = ""
    failure: str = ""
    equal_images: int = 0


@dataclass(frozen=True, slots=True)
class GraphicsStanding:
    """Who paints the images now, and why, in the reader's words."""

    is_gpu: bool
    reason: str

    @property
    def text(self) -> str:
        """Return it as one line.

        >>> GraphicsStanding(False, "it is switched off").text
        'CPU, it is switched off'
        """
        return f"{'GPU' if self.is_gpu else 'CPU'}, {self.reason}"


SWITCHED_OFF = GraphicsStanding(False, "the graphics processor is switched off in the settings")


def is_software(renderer: str) -> bool:
    """Return True if nothing but the CPU is behind a driver, or it does not say what is.

    >>> is_software("llvmpipe (LLVM 15.0.6, 256 bits)"), is_software(""), is_software("GeForce")
    (True, True, False)
    """
    said = renderer.lower()
    return not said.strip() or any(word in said for word in SOFTWARE_RENDERERS)
