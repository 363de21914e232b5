"""How hung images are first shown, kept up while boxes change size and until the reader acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from readstation.app.hanging.hung_orientation import chest_wall_edge, hung_orientation
from readstation.app.hanging.hung_scale import anchored, fitted_scale, quarter
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.window.window_choice import apply_preset
from readstation.domain.hanging import Anchor, BoxLook, SetFacts, Window, Zoom
from readstation.imaging.view_transform import ViewTransform, fit_zoom
from readstation.imaging.voi import VoiWindow

NOT_TO_SCALE = "Not at the same scale as the others: this image states no pixel spacing."


@dataclass(slots=True)
class _Hung:
    """One box that still looks as it was hung."""

    box: ViewportModel
    look: BoxLook
    side: str
    images: tuple[ImageDescription, ...]
    view: tuple[object, ...] = ()
    """What was set last; another value of it is the reader's."""
    basis: tuple[object, ...] = ()
    """What zoom and position were computed from."""

    @property
    def is_live(self) -> bool:
        """Whether zoom or position depend on the size of the box."""
        is_fit = self.look.zoom is Zoom.FIT and self.look.anchor is Anchor.CENTER
        return not is_fit

    @property
    def column_spacing_mm(self) -> float | None:
        d = self.box.description
        return d.calibration.column_spacing_mm if d is not None else None


class HungLooks:
    """Follows the boxes. One that the reader zooms, pans or turns is left alone from then on."""

    def __init__(self, boxes: Sequence[ViewportModel]) -> None:
        self._hung: dict[int, _Hung] = {}
        self._is_setting = False
        for box in boxes:
            box.on_change(partial(self._follow, box))

    def clear(self) -> None:
        self._hung.clear()

    def dress(self, boxes: Sequence[tuple[ViewportModel, BoxLook, SetFacts]]) -> None:
        """Show the images that have just been put into these boxes as their looks say."""
        self._hung.clear()
        self._is_setting = True
        try:
            for box, look, facts in boxes:
                self._hang(box, look, facts)
        finally:
            self._is_setting = False
        self._fit_all()

    def look_of(self, box: ViewportModel) -> BoxLook | None:
        """Return the look of a box if the reader has not changed it."""
        return next((hung.look for hung in self._hung.values() if hung.box is box), None)

    def _hang(self, box: ViewportModel, look: BoxLook, facts: SetFacts) -> None:
        d = box.description
        if d is None:
            return
        orientation = hung_orientation(
            look.orientation, d, side=facts.laterality, view=facts.view, plane=facts.plane
        )
        box.orient(orientation)
        choose_window(box, look.window)
        hung = _Hung(box, look, facts.laterality, box.display_set)
        hung.view = _view(box)
        self._hung[id(box)] = hung

    def _follow(self, box: ViewportModel, _state: object) -> None:
        hung = self._hung.get(id(box))
        if hung is None or self._is_setting:
            return
        if box.display_set is not hung.images or _view(box) != hung.view:
            del self._hung[id(box)]
        elif hung.is_live and _basis(box) != hung.basis:
            self._fit_all()

    def _fit_all(self) -> None:
        """Compute zoom and position anew; boxes of one scale depend on each other."""
        live = [hung for hung in self._hung.values() if hung.is_live and _has_size(hung.box)]
        scale = _common_scale(live)
        self._is_setting = True
        try:
            for hung in live:
                self._fit(hung, scale)
        finally:
            self._is_setting = False

    def _fit(self, hung: _Hung, scale: float | None) -> None:
        start = _fitted(hung.box)
        if start is None:
            return
        hung.box.set_transform(_placed(start, hung, scale))
        if hung.look.zoom is Zoom.SAME_SCALE and not hung.column_spacing_mm and len(self._hung) > 1:
            hung.box.change(notice=NOT_TO_SCALE)
        hung.view, hung.basis = _view(hung.box), _basis(hung.box)


def choose_window(box: ViewportModel, window: Window) -> None:
    """Apply a window; a preset that this kind of image does not have leaves the file's."""
    if window.center is not None and window.width is not None:
        box.set_window(VoiWindow(window.center, window.width))
    for preset in box.presets if window.preset else ():
        if preset.name.casefold() == window.preset.casefold():
            apply_preset(box, preset.key)
            return


def _placed(start: ViewTransform, hung: _Hung, scale: float | None) -> ViewTransform:
    look, spacing = hung.look, hung.column_spacing_mm
    if look.zoom is Zoom.QUADRANT:
        return quarter(start, look.quadrant)
    if look.zoom is Zoom.ONE_TO_ONE:
        start = replace(start, zoom=1.0)
    elif look.zoom is Zoom.SAME_SCALE and scale is not None and spacing:
        start = replace(start, zoom=scale * spacing)
    edge = chest_wall_edge(hung.side) if look.anchor is Anchor.CHEST_WALL else ""
    return anchored(start, edge)


def _fitted(box: ViewportModel) -> ViewTransform | None:
    """Return the transform in which the whole image just fits, in the middle of its box."""
    now = box.transform
    if now is None:
        return None
    middle = replace(now, center_column=now.columns / 2, center_row=now.rows / 2)

    return replace(middle, zoom=fit_zoom(middle))


def _common_scale(hung: Sequence[_Hung]) -> float | None:
    scales = []
    for each in hung:
        start, spacing = _fitted(each.box), each.column_spacing_mm
        if each.look.zoom is Zoom.SAME_SCALE and spacing and start is not None:
            scales.append(fitted_scale(start, spacing))
    return min(scales, default=None)


def _has_size(box: ViewportModel) -> bool:
    return min(box.viewport_size_px) > 1


def _view(box: ViewportModel) -> tuple[object, ...]:
    return (box.state.zoom, box.state.center, box.state.orientation)


def _basis(box: ViewportModel) -> tuple[object, ...]:
    d = box.description
    if d is None:
        return (box.viewport_size_px,)
    return (box.viewport_size_px, d.rows, d.columns, d.calibration.column_spacing_mm)
