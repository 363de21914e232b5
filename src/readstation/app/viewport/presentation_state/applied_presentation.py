"""How an applied presentation state and the reader's own changes make up one view.

While the state is in effect its values stand in the reader's fields (window, orientation, zoom).
What the reader changes afterwards wins, and stays when scrolling to images the state is not for;
what they left alone goes back there to what it was before, and returns with the state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.presentation_state.presented_frame import Extent, applies_to
from readstation.app.viewport.viewport_state import (
    AS_IN_PRESENTATION_STATE,
    AppliedPresentation,
    ViewportState,
)
from readstation.imaging.displayed_area import DisplayedArea, SizeMode
from readstation.imaging.graphic_annotation import Annotation, GraphicLayer
from readstation.imaging.presentation_state import PresentationState

PARTS = {
    "window": ("voi_choice",),
    "inversion": ("is_inverted",),
    "orientation": ("orientation",),
    "zoom": ("zoom", "center"),
}
"""What of a view a presentation state sets, in the reader's words, and the fields it is kept in."""


@dataclass(frozen=True, slots=True)
class PresentationStatus:
    """What the reader is told of the applied state. `label` is untrusted text."""

    label: str
    extent: Extent
    is_in_effect: bool
    modified: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        name = f"Presentation state {self.label}".strip()
        if not self.is_in_effect:
            return f"{name}: not for this image"
        if self.extent is Extent.GRAPHICS:
            return f"{name}: graphics only"
        return f"{name}, modified: {', '.join(self.modified)}" if self.modified else name

    @property
    def short_text(self) -> str:
        """The same for a narrow box: what matters first, as the end is cut off."""
        if not self.is_in_effect:
            return f"Not this image: state {self.label}"
        if self.extent is Extent.GRAPHICS:
            return f"Graphics only: state {self.label}"
        return f"{'Modified state' if self.modified else 'State'} {self.label}".strip()


def in_effect(state: ViewportState, description: ImageDescription) -> PresentationState | None:
    """Return the state whose graphics belong to this frame, if one is applied."""
    applied = state.presentation
    if applied is None or not applies_to(applied.state, description):
        return None
    return applied.state


def in_full_effect(state: ViewportState, description: ImageDescription) -> PresentationState | None:
    """Return the state that also sets window, orientation and area of this frame."""
    applied = state.presentation
    if applied is None or applied.extent is not Extent.WHOLE:
        return None
    return in_effect(state, description)


def with_presentation(
    state: ViewportState,
    presentation: PresentationState | None,
    extent: Extent,
    description: ImageDescription,
) -> ViewportState:
    """Return the view after applying a presentation state, or after taking it away (None)."""
    bare = without_presentation(state, description)
    if presentation is None:
        return bare
    before = _fields_of(bare)
    applied = replace(bare, presentation=AppliedPresentation(presentation, extent, before))
    return _entered(applied) if in_full_effect(applied, description) else applied


def without_presentation(state: ViewportState, description: ImageDescription) -> ViewportState:
    """Return the view without its presentation state; the reader's own changes stay."""
    left = _left(state) if in_full_effect(state, description) else state
    return replace(left, presentation=None)


def follow_scrolling(
    state: ViewportState, old: ImageDescription, new: ImageDescription
) -> ViewportState:
    """Return the view of another frame: the state goes where it does not apply, and comes back."""
    was, now = in_full_effect(state, old), in_full_effect(state, new)
    if was and not now:
        return _left(state)
    return _entered(state) if now and not was else state


def area_of(state: ViewportState, description: ImageDescription) -> DisplayedArea | None:
    """Return the area that a fitted view shows; None for the whole image as it is."""
    presentation = in_full_effect(state, description)
    if presentation is None or state.presentation is None:
        return None
    d = description
    area = presentation.area_of(d.sop_instance_uid, d.frame_number)
    if area is None or state.presentation.is_area_shown:
        return area
    return DisplayedArea((1, 1), (d.columns, d.rows), SizeMode.SCALE_TO_FIT, area.row_aspect)


def fitted(state: ViewportState) -> ViewportState:
    """Return the view with the whole image fitted in, whatever area the state shows."""
    applied = state.presentation
    if applied is not None and applied.is_area_shown:
        applied = replace(applied, is_area_shown=False)
    return replace(state, zoom=None, center=None, presentation=applied)


def status_of(state: ViewportState, description: ImageDescription) -> PresentationStatus | None:
    """Return what the reader is told of the applied state; None without one."""
    applied = state.presentation
    if applied is None:
        return None
    label = applied.state.content_label
    if in_effect(state, description) is None:
        return PresentationStatus(label, applied.extent, is_in_effect=False)
    modified = _modified(state, applied, description) if applied.extent is Extent.WHOLE else ()
    return PresentationStatus(label, applied.extent, is_in_effect=True, modified=modified)


def graphics_of(
    state: ViewportState, description: ImageDescription
) -> tuple[tuple[Annotation, GraphicLayer], ...]:
    """Return the state's graphics over this frame, lowest layer first."""
    presentation = in_effect(state, description)
    if presentation is None or not state.are_measurements_visible:
        return ()
    return presentation.annotations_of(description.sop_instance_uid, description.frame_number)


def view_of(state: ViewportState) -> dict[str, Any]:
    """Return the fields that make up a view and its presentation state, to go back to it."""
    return {**dict(_fields_of(state)), "presentation": state.presentation}


def _modified(
    state: ViewportState, applied: AppliedPresentation, description: ImageDescription
) -> tuple[str, ...]:
    wanted = _wanted(applied.state)
    parts = [
        part
        for part, names in PARTS.items()
        if any(getattr(state, name) != wanted[name] for name in names)
        and not (description.is_colour and part in {"window", "inversion"})
    ]
    area = applied.state.area_of(description.sop_instance_uid, description.frame_number)
    is_refitted = area is not None and not applied.is_area_shown
    if is_refitted and "zoom" not in parts and not _shows_all(area, description):
        parts.append("zoom")
    return tuple(parts)


def _shows_all(area: DisplayedArea | None, description: ImageDescription) -> bool:
    return area is None or area.is_whole(description.columns, description.rows)


def _wanted(presentation: PresentationState) -> dict[str, Any]:
    return {
        "voi_choice": AS_IN_PRESENTATION_STATE,
        "is_inverted": False,
        "orientation": presentation.orientation,
        "zoom": None,
        "center": None,
    }


def _fields_of(state: ViewportState) -> tuple[tuple[str, Any], ...]:
    return tuple((name, getattr(state, name)) for names in PARTS.values() for name in names)


def _entered(state: ViewportState) -> ViewportState:
    """Put the state's values where the reader has changed nothing since it was applied."""
    if state.presentation is None:
        return state
    before = dict(state.presentation.before)
    return _moved(state, from_=before, to=_wanted(state.presentation.state))


def _left(state: ViewportState) -> ViewportState:
    """Put back what was there before, where the reader has changed nothing."""
    if state.presentation is None:
        return state
    before = dict(state.presentation.before)
    return _moved(state, from_=_wanted(state.presentation.state), to=before)


def _moved(state: ViewportState, *, from_: dict[str, Any], to: dict[str, Any]) -> ViewportState:
    changed: dict[str, Any] = {}
    for names in PARTS.values():
        if all(getattr(state, name) == from_[name] for name in names):
            changed |= {name: to[name] for name in names}
    return replace(state, **changed)
