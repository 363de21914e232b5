"""What one viewport shows, how the reader changes it, and which pixels may be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from readstation.app.viewport.frame_rendering import (
    KeptRendering,
    KeptTransform,
    automatic_voi_of,
    file_vois_of,
)
from readstation.app.viewport.frame_slot import DisplayListener, FrameSlot, WantListener
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.measurement_book import MeasurementBook
from readstation.app.viewport.opening_view import opening_view
from readstation.app.viewport.presentation_state.applied_presentation import (
    fitted,
    follow_scrolling,
    with_presentation,
)
from readstation.app.viewport.presentation_state.presented_frame import Extent
from readstation.app.viewport.value_scale import ValueScale
from readstation.app.viewport.viewport_links import Links
from readstation.app.viewport.viewport_state import (
    ChosenWindow,
    FileVoi,
    RequestToken,
    Role,
    Tool,
    ViewportState,
    VoiChoice,
)
from readstation.app.viewport.window.window_presets import NO_PRESETS, WindowPreset, WindowPresets
from readstation.domain.measurement import ImagePoint, Measurement, Unfinished
from readstation.imaging.frame import StoredFrame
from readstation.imaging.orientation import AS_STORED, DisplayOrientation
from readstation.imaging.presentation import Rendering
from readstation.imaging.presentation_state import PresentationState
from readstation.imaging.stack_order import StackReport
from readstation.imaging.view_transform import ViewTransform
from readstation.imaging.voi import Voi, VoiWindow

if TYPE_CHECKING:
    from readstation.imaging.colour_layer import ColourLayer

ChangeListener = Callable[[ViewportState], None]
VIEW_FIELDS = frozenset({"voi_choice", "is_inverted", "orientation", "zoom", "center"})
NOTHING_BEGUN: dict[str, Any] = {
    "selected_measurement_uid": "",
    "question": "",
    "magnified": None,
    "notice": "",
}
_Listener = TypeVar("_Listener")
ScrollListener = Callable[["ViewportModel"], None]
Stack = StackReport | None
"""How regularly the images lie; None where they are no slices."""


def _listen(listeners: list[_Listener], listener: _Listener) -> Callable[[], None]:
    listeners.append(listener)
    return lambda: listeners.remove(listener)


class ViewportModel:
    """One viewport: its display set, the frame it asks for, and the state the reader changes.

    Pixels come in through `show_frame` or `show_refusal` and are taken only for the current
    `token`. Whenever the wanted frame changes, the old pixels are dropped at once.
    """

    def __init__(self, presets: WindowPresets = NO_PRESETS, role: Role = Role.NONE) -> None:
        self.state = ViewportState(role=role)
        self.display_set: tuple[ImageDescription, ...] = ()
        self.stack: Stack = None
        self.measurements = MeasurementBook()
        self.draft: Measurement | Unfinished | None = None
        self.viewport_size_px = (1, 1)
        self.link_group: Links[ViewportModel] | None = None
        self.layer: ColourLayer | None = None  # what lies over the pixels in colours
        self._presets = presets
        self._automatic: Voi | None = None
        self._transform = KeptTransform()
        self._rendering = KeptRendering()
        self._times_told = 0
        self._slot = FrameSlot()
        self._change: list[ChangeListener] = []
        self._scroll: list[ScrollListener] = []

    # Listening

    def on_change(self, listener: ChangeListener) -> Callable[[], None]:
        """Call `listener` after every change of state or pixels; returns how to stop."""
        return _listen(self._change, listener)

    def on_frame_wanted(self, listener: WantListener) -> Callable[[], None]:
        """Call `listener` when a frame's pixels are needed; it answers with `show_frame`."""
        return _listen(self._slot.want_listeners, listener)

    def on_displayed(self, listener: DisplayListener) -> Callable[[], None]:
        """Call `listener` each time a requested frame has been painted."""
        return _listen(self._slot.display_listeners, listener)

    def on_scrolled(self, listener: ScrollListener) -> Callable[[], None]:
        """Call `listener` when the reader, not a link, moved to another frame."""
        return _listen(self._scroll, listener)

    # What is shown

    @property
    def token(self) -> RequestToken | None:
        """Return the name of the newest request."""
        return self._slot.token

    @property
    def frame(self) -> StoredFrame | None:
        return self._slot.frame

    @property
    def preview(self) -> StoredFrame | None:
        """Return a coarse picture of the frame that is on its way: for looking at only."""
        return self._slot.preview

    @property
    def refusal(self) -> str:
        """Return why there are no pixels and will be none; empty while they are on their way."""
        return self._slot.refusal

    @property
    def description(self) -> ImageDescription | None:
        """Return the wanted frame's description; None for an empty viewport."""
        return self.display_set[self.state.frame_index] if self.display_set else None

    @property
    def presets(self) -> tuple[WindowPreset, ...]:
        d = self.description
        return self._presets.of(d.modality, d.body_part_examined) if d else ()

    @property
    def voi(self) -> Voi | None:
        """Return the VOI in use; None before pixels are there to derive an automatic one."""
        self._settle_window()
        d = self.description
        return self._rendering.voi(d, self.state, self._automatic) if d is not None else None

    @property
    def is_window_automatic(self) -> bool:
        d, is_files = self.description, isinstance(self.state.voi_choice, FileVoi)
        return is_files and not (d is not None and file_vois_of(d, self.state))

    @property
    def rendering(self) -> Rendering | None:
        """Return how the current frame's values become gray levels; None before it is there."""
        d, voi = self.description, self.voi
        if d is None or self.frame is None or voi is None:
            return None
        return self._rendering.rendering(d, self.frame, self.state, voi)

    @property
    def transform(self) -> ViewTransform | None:
        """Return where image points lie in the viewport; None for an empty one."""
        d = self.description
        return self._transform.of(d, self.state, self.viewport_size_px) if d is not None else None

    @property
    def visible_measurements(self) -> tuple[Measurement, ...]:
        d = self.description
        if d is None or not self.state.are_measurements_visible:
            return ()
        return self.measurements.with_draft(d.frame_key, self.draft)

    # Which images

    def set_display_set(
        self, images: Sequence[ImageDescription], *, frame_index: int = 0, stack: Stack = None
    ) -> None:
        """Show other images: everything of the old ones goes before anything new comes."""
        old = self.state
        self.display_set, self.stack = tuple(images), stack
        self._automatic = None
        last = max(len(self.display_set) - 1, 0)
        self.state = ViewportState(
            frame_index=min(max(frame_index, 0), last),
            tool=old.tool,
            role=old.role if images else Role.NONE,
            is_focused=old.is_focused,
            is_linked=old.is_linked,
            are_measurements_visible=old.are_measurements_visible,
            is_overlay_visible=old.is_overlay_visible,
            are_overlay_planes_visible=old.are_overlay_planes_visible,
        )
        self.state = replace(self.state, **opening_view(self.display_set, self.presets))
        self._request()

    def clear(self) -> None:
        """Show nothing, and accept no pixels that are still on their way."""
        self.set_display_set(())

    def go_to(self, frame_index: int, *, by_link: bool = False) -> None:
        """Show another frame of the display set, the nearest there is."""
        last = len(self.display_set) - 1
        index = min(max(frame_index, 0), max(last, 0))
        if index == self.state.frame_index or last < 0:
            return
        old = self.display_set[self.state.frame_index]
        moved = replace(self.state, frame_index=index, **NOTHING_BEGUN)
        self.state = follow_scrolling(moved, old, self.display_set[index])
        self._request()
        if not by_link:
            for listener in list(self._scroll):
                listener(self)

    def scroll(self, steps: int) -> None:
        self.go_to(self.state.frame_index + steps)

    def go_to_frame(self, sop_instance_uid: str, frame_number: int = 1) -> bool:
        """Show a given frame; returns False if it is not in the display set."""
        for index, d in enumerate(self.display_set):
            if (d.sop_instance_uid, d.frame_number) == (sop_instance_uid, frame_number):
                self.go_to(index)
                return True
        return False

    def show_frame(self, token: RequestToken, frame: StoredFrame) -> bool:
        """Take the pixels that `token` asked for; late ones are ignored. True if taken."""
        if not self._slot.take(token, frame):
            return False
        self._settle_window()
        self._tell()
        return self.frame is not None

    def show_preview(self, token: RequestToken, preview: StoredFrame) -> None:
        """Show a coarse picture until the frame that `token` asked for is there."""
        if self._slot.take_preview(token, preview):
            self._tell()

    def show_refusal(self, token: RequestToken, message: str) -> bool:
        """Say in the image box why the frame that `token` asked for cannot be shown."""
        if not self._slot.refuse(token, message):
            return False
        self._tell()
        return True

    def mark_painted(self, token: RequestToken, painted_scale: float) -> None:
        """Record that the frame of `token` is on the screen; called by the widget that painted."""
        if self.transform is not None:
            self._slot.mark_painted(token, painted_scale, self.voi, self.transform.visible_part)

    # Window

    def set_window(self, window: VoiWindow, name: str = "") -> None:
        self.change(voi_choice=ChosenWindow(window, name))

    def choose_voi(self, choice: VoiChoice) -> None:
        self.change(voi_choice=choice)

    def change_scale(self, scale: ValueScale, choice: VoiChoice) -> None:
        """Show values in another unit, with a window in that unit."""
        new = replace(self.state, value_scale=scale, voi_choice=choice)
        if new != self.state:
            self.state, self._automatic = new, None
            self._tell()

    def _settle_window(self) -> None:
        """Derive an automatic window where nothing else says one: it looks at every pixel.

        The first image that needs one settles it for the whole series.
        """
        d = self.description
        if d and self._automatic is None and self._rendering.voi(d, self.state, None) is None:
            self.derive_window()

    def derive_window(self) -> None:
        """Derive the automatic window anew from the frame that is shown."""
        d = self.description
        if d is not None and self.frame is not None and not d.is_colour:
            self._automatic = automatic_voi_of(d, self.frame, self.state)

    # View

    def resize(self, width_px: int, height_px: int) -> None:
        """Note the viewport's size in device pixels."""
        if (width_px, height_px) != self.viewport_size_px:
            self.viewport_size_px = (max(width_px, 1), max(height_px, 1))
            self._tell()

    def set_transform(self, transform: ViewTransform) -> None:
        """Take zoom and centre from a panned or zoomed transform."""
        center = ImagePoint(transform.center_column, transform.center_row)
        self.change(zoom=transform.zoom, center=center)

    def zoom_by(self, factor: float, x_px: float, y_px: float) -> None:
        """Zoom around a point of the viewport that stays where it is."""
        if self.transform is not None:
            self.set_transform(self.transform.zoomed(factor, x_px, y_px))

    def fit(self) -> None:
        self._replace(fitted(self.state))

    def one_to_one(self) -> None:
        """Show one image pixel on one device pixel."""
        self.change(zoom=1.0)

    def orient(self, orientation: DisplayOrientation) -> None:
        self.change(orientation=orientation)

    def toggle_invert(self) -> None:
        self.change(is_inverted=not self.state.is_inverted)

    def choose_tool(self, tool: Tool) -> None:
        """Take another tool; what the last one left unfinished goes."""
        self.draft = None
        self.change(tool=tool, question="", magnified=None)

    def reset(self) -> None:
        """Return to the opening window, fit and orientation; measurements stay."""
        opening = opening_view(self.display_set, self.presets)
        self.change_scale(opening["value_scale"], opening["voi_choice"])
        self.change(
            is_inverted=opening["is_inverted"],
            presentation=None,
            orientation=AS_STORED,
            zoom=None,
            center=None,
            notice="",
        )

    def change(self, **values: object) -> None:
        """Replace fields of the state other than the frame, and tell listeners if they differ.

        What was said of the last action goes when the reader changes the view.
        """
        if not VIEW_FIELDS.isdisjoint(values):
            values.setdefault("notice", "")
        self._replace(replace(self.state, **values))  # type: ignore[arg-type]  # by replace

    def present(self, state: PresentationState | None, extent: Extent = Extent.WHOLE) -> None:
        """Apply a presentation state to what is shown, or take the applied one away."""
        d = self.description
        if d is not None:
            self._replace(with_presentation(self.state, state, extent, d))

    def _replace(self, new: ViewportState) -> None:
        if new != self.state:
            self.state = new
            self._tell()

    def touch(self) -> None:
        """Tell listeners that something they show besides the state has changed."""
        self._tell()

    def set_draft(self, measurement: Measurement | Unfinished | None) -> None:
        """Show a measurement that is still being drawn."""
        self.draft = measurement
        self._tell()

    def _request(self) -> None:
        """Drop the pixels and ask for others; tell once if they are there already."""
        self.draft, before = None, self._times_told
        self._slot.request(self.description)
        if self._times_told == before:
            self._tell()

    def _tell(self) -> None:
        self._times_told += 1
        for listener in list(self._change):
            listener(self.state)
