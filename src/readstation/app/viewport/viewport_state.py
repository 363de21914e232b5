"""The values that make up what a viewport shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from readstation.app.viewport.presentation_state.presented_frame import Extent
from readstation.app.viewport.value_scale import ValueScale
from readstation.domain.measurement import ImagePoint
from readstation.domain.viewing import VisiblePart
from readstation.imaging.orientation import AS_STORED, DisplayOrientation
from readstation.imaging.presentation_state import PresentationState
from readstation.imaging.voi import Voi, VoiWindow


class Tool(Enum):
    """What dragging with the left button does; the value is its name for the reader."""

    WINDOW = "Window"
    SCROLL = "Scroll"
    PAN = "Pan"
    ZOOM = "Zoom"
    MAGNIFIER = "Magnifier"
    CURSOR = "3D cursor"
    LENGTH = "Length"
    BIDIRECTIONAL = "Long and short axis"
    ANGLE = "Angle"
    COBB = "Cobb angle"
    ELLIPSE = "Ellipse ROI"
    RECTANGLE = "Rectangle ROI"
    FREEHAND = "Freehand ROI"
    PROBE = "Probe"
    ARROW = "Arrow"
    TEXT = "Text"
    SPINE = "Spine labels"
    CALIBRATION = "Calibration line"


class Role(Enum):
    """Which study the viewport shows, as the reader must always be able to tell."""

    NONE = ""
    CURRENT = "CURRENT"
    PRIOR = "PRIOR"


@dataclass(frozen=True, slots=True)
class RequestToken:
    """Names one request for one frame. Pixels with any other token are not shown."""

    epoch: int
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    frame_number: int


@dataclass(frozen=True, slots=True)
class FileVoi:
    """The window or LUT at this place in each frame's own file; automatic without one."""

    index: int = 0


@dataclass(frozen=True, slots=True)
class ChosenWindow:
    """A window the reader chose; it stays while scrolling. `name` is that of a preset, or empty."""

    window: VoiWindow
    name: str = ""


@dataclass(frozen=True, slots=True)
class PresentationVoi:
    """The window or LUT that the applied presentation state gives each frame."""


VoiChoice = FileVoi | ChosenWindow | PresentationVoi
AS_IN_FILE = FileVoi()
AS_IN_PRESENTATION_STATE = PresentationVoi()


@dataclass(frozen=True, slots=True)
class AppliedPresentation:
    """A presentation state that the reader applied, and what the view was before, by field name.

    `is_area_shown` turns False when the reader fits the whole image instead.
    """

    state: PresentationState
    extent: Extent
    before: tuple[tuple[str, object], ...] = ()
    is_area_shown: bool = True


@dataclass(frozen=True, slots=True)
class ViewportState:
    """All that the reader can change; replaced as a whole.

    `zoom` is device pixels per image column, None for fit; `center` None is the image's middle.
    """

    frame_index: int = 0
    voi_choice: VoiChoice = AS_IN_FILE
    value_scale: ValueScale = ValueScale.AS_STORED
    is_inverted: bool = False
    orientation: DisplayOrientation = AS_STORED
    zoom: float | None = None
    center: ImagePoint | None = None
    tool: Tool = Tool.WINDOW
    are_measurements_visible: bool = True
    is_overlay_visible: bool = True  # the words
    are_overlay_planes_visible: bool = True  # 60xx graphics
    is_shutter_applied: bool = True
    is_cine_playing: bool = False
    is_linked: bool = False
    is_focused: bool = False
    role: Role = Role.NONE
    selected_measurement_uid: str = ""
    presentation: AppliedPresentation | None = None
    question: str = ""  # what a drawn measurement still has to be told
    magnified: ImagePoint | None = None  # what the magnifier is held over
    notice: str = ""  # one sentence about the last refused action


@dataclass(frozen=True, slots=True)
class DisplayedFrame:
    """A frame that was really painted, completely and at full bit depth.

    `painted_scale` is device pixels per image column: below 1 not every pixel had its own.
    `part` is what of it lay inside its box.
    """

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    frame_number: int
    painted_scale: float
    voi: Voi | None
    part: VisiblePart
