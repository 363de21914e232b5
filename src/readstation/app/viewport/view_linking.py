"""Window, zoom and pan of one viewport carried to the others, each only if it is switched on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from readstation.app.viewport.viewport_links import Aspect
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import PresentationVoi, ViewportState
from readstation.domain.measurement import ImagePoint
from readstation.imaging.rigid_transform import RigidTransform

Relation = Callable[[ViewportModel, ViewportModel], RigidTransform | None]


class ViewLinks:
    """Follows changes of each viewport; scrolling is the business of `LinkGroup`."""

    def __init__(self, models: Sequence[ViewportModel], relation: Relation) -> None:
        self._models, self._relation = models, relation
        self.aspects: frozenset[Aspect] = frozenset()
        self._before: dict[int, ViewportState] = {}
        self._is_carrying = False

    @property
    def words(self) -> str:
        """Return which aspects are linked, for the reader; empty without any."""
        names = [aspect.value for aspect in Aspect if aspect in self.aspects]
        return f"{', '.join(names)} linked" if names else ""

    def toggle(self, aspect: Aspect, by: ViewportModel) -> None:
        """Switch one aspect on or off; switched on, the others take it from this viewport."""
        self.aspects = self.aspects ^ {aspect}
        if aspect in self.aspects:
            self._carry(by, frozenset({aspect}))
        for model in self._models:
            model.touch()

    def clear(self) -> None:
        """Switch everything off: the study is left."""
        self.aspects = frozenset()
        self._before.clear()

    def follow(self, source: ViewportModel, state: ViewportState) -> None:
        """Carry what changed in one viewport to the others."""
        before = self._before.get(id(source))
        if before is state:
            return
        self._before[id(source)] = state
        if not self.aspects or self._is_carrying or before is None:
            return
        changed = _changed(before, state) & self.aspects
        if changed and before.frame_index == state.frame_index:
            self._carry(source, changed)

    def _carry(self, source: ViewportModel, aspects: frozenset[Aspect]) -> None:
        self._is_carrying = True
        try:
            for target in self._models:
                if target is not source and _are_alike(source, target):
                    self._carry_to(source, target, aspects)
        finally:
            self._is_carrying = False

    def _carry_to(
        self, source: ViewportModel, target: ViewportModel, aspects: frozenset[Aspect]
    ) -> None:
        state = source.state
        if Aspect.WINDOW in aspects and not isinstance(state.voi_choice, PresentationVoi):
            target.change(voi_choice=state.voi_choice, is_inverted=state.is_inverted)
        if Aspect.ZOOM in aspects:
            zoom = same_scale(source, target) if state.zoom is not None else None
            target.change(zoom=zoom)
        if Aspect.PAN in aspects:
            center = self._same_place(source, target) if state.center is not None else None
            target.change(center=center)

    def _same_place(self, source: ViewportModel, target: ViewportModel) -> ImagePoint | None:
        """Return the image point of the target that shows what is in the middle of the source."""
        here, there, view = source.description, target.description, source.transform
        if here is None or there is None or view is None:
            return None
        transform = self._relation(source, target)
        if here.plane is not None and there.plane is not None and transform is not None:
            point_mm = here.plane.to_patient(view.center_column, view.center_row)
            column, row, _ = there.plane.to_image(transform.apply(point_mm))
            return ImagePoint(column, row)
        share = (view.center_column / here.columns, view.center_row / here.rows)
        return ImagePoint(share[0] * there.columns, share[1] * there.rows)


def same_scale(source: ViewportModel, target: ViewportModel) -> float | None:
    """Return the zoom at which the target shows a millimetre as large as the source does.

    Without a spacing the same share of the image is shown.
    """
    here, there, view = source.description, target.description, source.transform
    if here is None or there is None or view is None:
        return None
    a, b = _column_spacing_mm(source), _column_spacing_mm(target)
    if a is None or b is None:
        return view.zoom * here.columns / there.columns
    return view.zoom * b / a


def _column_spacing_mm(model: ViewportModel) -> float | None:
    image = model.description
    if image is None:
        return None
    if image.plane is not None:
        return image.plane.column_spacing_mm
    return image.calibration.column_spacing_mm


def _changed(before: ViewportState, after: ViewportState) -> frozenset[Aspect]:
    found = set()
    if (before.voi_choice, before.is_inverted) != (after.voi_choice, after.is_inverted):
        found.add(Aspect.WINDOW)
    if before.zoom != after.zoom:
        found.add(Aspect.ZOOM)
    if before.center != after.center:
        found.add(Aspect.PAN)
    return frozenset(found)


def _are_alike(source: ViewportModel, target: ViewportModel) -> bool:
    here, there = source.description, target.description
    if here is None or there is None or here.modality != there.modality:
        return False
    return source.state.value_scale is target.state.value_scale
