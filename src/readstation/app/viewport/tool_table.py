"""The tools as data: a further one is a row here and the geometry of its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from readstation.app.viewport.measuring import (
    Make,
    make_angle,
    make_arrow,
    make_bidirectional,
    make_cobb_angle,
    make_ellipse,
    make_freehand,
    make_length,
    make_probe,
    make_rectangle,
    make_spine_label,
    make_text,
)
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.measurement import ImagePoint, across

Points = tuple[ImagePoint, ...]
Snap = Callable[[Points, ImagePoint, float], ImagePoint]
OUTLINE = 0
"""Points needed by a tool that draws an outline: as many as the stroke has."""


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One tool: keys (the first is shown), icon, and for drawing tools what they make.

    `points_needed` are set by press and release, in as many drags as it takes. `snap` puts the last
    point where it has to be. `question` is asked when all points are there.
    """

    tool: Tool
    keys: tuple[str, ...]
    icon: str
    points_needed: int = 0
    make: Make | None = None
    snap: Snap | None = None
    question: str = ""
    begin: Make | None = None

    @property
    def name(self) -> str:
        return self.tool.value


TOOL_ROWS: tuple[ToolRow, ...] = (
    ToolRow(Tool.WINDOW, ("W",), "contrast"),
    ToolRow(Tool.SCROLL, ("S",), "list"),
    ToolRow(Tool.PAN, ("P",), "move"),
    ToolRow(Tool.ZOOM, ("Z",), "zoom-in"),
    ToolRow(Tool.MAGNIFIER, ("Shift+Z",), "scan-search"),
    ToolRow(Tool.CURSOR, ("Shift+G",), "scan-eye"),
    ToolRow(Tool.LENGTH, ("L", "D"), "ruler", 2, make_length),
    ToolRow(
        Tool.BIDIRECTIONAL,
        ("Shift+L",),
        "ruler-dimension-line",
        4,
        make_bidirectional,
        across,
        begin=make_length,
    ),
    ToolRow(Tool.ANGLE, ("A",), "angle", 3, make_angle),
    ToolRow(Tool.COBB, ("Shift+A",), "drafting-compass", 4, make_cobb_angle),
    ToolRow(Tool.ELLIPSE, ("O", "E"), "circle", 2, make_ellipse),
    ToolRow(Tool.RECTANGLE, ("Shift+O",), "square", 2, make_rectangle),
    ToolRow(Tool.FREEHAND, ("Y",), "lasso", OUTLINE, make_freehand),
    ToolRow(Tool.PROBE, ("X",), "crosshair", 1, make_probe),
    ToolRow(Tool.ARROW, ("Q",), "arrow-up-left", 2, make_arrow, question="Words beside the arrow"),
    ToolRow(Tool.TEXT, ("B",), "type", 1, make_text, question="Words on the image"),
    ToolRow(Tool.SPINE, ("Shift+B",), "bone", 1, make_spine_label, question="Vertebra"),
    ToolRow(
        Tool.CALIBRATION, ("Shift+D",), "pencil-ruler", 2, make_length, question="True length in mm"
    ),
)
TOOLS = {row.tool: row for row in TOOL_ROWS}
