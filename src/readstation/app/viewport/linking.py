"""Linked scroll: viewports follow each other by patient position, or say why they cannot."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.errors import ReadStationError
from readstation.imaging.plane import ImagePlane
from readstation.imaging.stack_order import PlaneStack

FAR_MM = 3.0
SET_LEVEL = "Put both at the same level and choose Link at this level."


class CannotLinkError(ReadStationError):
    """Two viewports have no common positions."""


def refusal_to_link(
    source: ViewportModel, target: ViewportModel, *, with_offset: bool = False
) -> CannotLinkError | None:
    """Return why `target` cannot follow `source`; None if it can."""
    is_placed = bool(target.display_set) and all(d.plane is not None for d in target.display_set)
    return _refusal(_plane(source), _plane(target), is_placed=is_placed, with_offset=with_offset)


def _refusal(
    here: ImagePlane | None, there: ImagePlane | None, *, is_placed: bool, with_offset: bool
) -> CannotLinkError | None:
    if here is None or there is None or not is_placed:
        return CannotLinkError("These images do not state their position in the patient.")
    if not here.is_parallel_to(there):
        return CannotLinkError("These images lie in different directions.")
    if not with_offset and not _share_frame_of_reference(here, there):
        return CannotLinkError("These series have different frames of reference.", SET_LEVEL)
    return None


class LinkGroup:
    """The viewports of one screen; those linked scroll together.

    Positions are compared along the normal of the following series. Series with different frames
    of reference follow only with an offset that the reader set by linking at a chosen level.
    """

    def __init__(self) -> None:
        self._models: list[ViewportModel] = []
        self._offsets_mm: dict[tuple[str, str], float] = {}
        self._away_mm: dict[int, float] = {}
        self._stacks: dict[int, _Stack] = {}
        self._is_following = False

    def add(self, model: ViewportModel) -> None:
        if model not in self._models:
            self._models.append(model)
            model.link_group = self
            model.on_scrolled(self._follow)

    def clear(self) -> None:
        """Unlink all viewports and forget the offsets."""
        self._offsets_mm.clear()
        self._away_mm.clear()
        for model in self._models:
            model.change(is_linked=False, notice="")

    def toggle(self, by: ViewportModel) -> None:
        """Link all viewports by patient position, or unlink them if they are linked."""
        if by.state.is_linked:
            self.clear()
            return
        self._link(by, with_offset=False)

    def link_at_this_level(self, by: ViewportModel) -> None:
        """Link all viewports, taking the images now shown as the same level."""
        self._offsets_mm.clear()
        for source in self._models:
            for target in self._models:
                offset = _offset_mm(source, target)
                if source is not target and offset is not None:
                    self._offsets_mm[_pair(source, target)] = offset
        self._link(by, with_offset=True)

    def set_offset_mm(self, source: ViewportModel, target: ViewportModel, offset_mm: float) -> None:
        """Let `target` show positions `offset_mm` further along its normal than `source`."""
        self._offsets_mm[_pair(source, target)] = offset_mm
        self._offsets_mm[_pair(target, source)] = -offset_mm

    def status(self, model: ViewportModel) -> str:
        """Return how the viewport is linked, for the reader; empty if it is not."""
        if not model.state.is_linked:
            return ""
        series = _series(model)
        is_offset = any(series in pair for pair in self._offsets_mm)
        status = "linked at level set by reader" if is_offset else "linked by position"
        away_mm = self._away_mm.get(id(model), 0.0)
        return f"{away_mm:.0f} mm away, {status}" if away_mm else status

    def _link(self, by: ViewportModel, *, with_offset: bool) -> None:
        others = [m for m in self._models if m is not by and m.display_set]
        refusals = {}
        for model in others:
            has_offset = with_offset or _pair(by, model) in self._offsets_mm
            refusals[model] = refusal_to_link(by, model, with_offset=has_offset)
        linked = [m for m in others if refusals[m] is None]
        reason = next((str(r.message) for r in refusals.values() if r), "")
        remedy = next((r.remedy for r in refusals.values() if r), "")
        if not linked:
            notice = f"{reason} {remedy}".strip() or "There is no other series to link to."
            by.change(is_linked=False, notice=f"Not linked. {notice}")
            return
        for model in (by, *linked):
            model.change(is_linked=True, notice="")
        for model in others:
            if model not in linked:
                model.change(is_linked=False, notice=f"Not linked. {reason}")
        self._follow(by)

    def _follow(self, source: ViewportModel) -> None:
        if self._is_following or not source.state.is_linked:
            return
        if self._away_mm.pop(id(source), 0.0):
            source.touch()
        self._is_following = True
        try:
            for target in self._models:
                if target is not source and target.state.is_linked:
                    self._move(source, target)
        finally:
            self._is_following = False

    def _move(self, source: ViewportModel, target: ViewportModel) -> None:
        offset = self._offsets_mm.get(_pair(source, target))
        here, stack = _plane(source), self._stack_of(target)
        is_placed = stack is not None
        refusal = _refusal(
            here, _plane(target), is_placed=is_placed, with_offset=offset is not None
        )
        if refusal is not None or here is None or stack is None:
            reason = refusal.message if refusal else ""
            target.change(is_linked=False, notice=f"Not linked. {reason}")
            return
        index, away_mm = stack.nearest(_center_mm(source, here), offset_mm=offset or 0.0)
        target.go_to(index, by_link=True)
        self._note_distance(target, away_mm)

    def _stack_of(self, model: ViewportModel) -> PlaneStack | None:
        """Return where the images of a viewport lie; None if any of them does not say."""
        kept = self._stacks.get(id(model))
        if kept is None or kept.images is not model.display_set:
            kept = _Stack(model.display_set, _planes_of(model.display_set))
            self._stacks[id(model)] = kept
        return kept.planes

    def _note_distance(self, target: ViewportModel, away_mm: float) -> None:
        """Remember how far the nearest image is off, if further than one image is thick."""
        d = target.description
        is_far = d is not None and away_mm > max(d.slice_thickness_mm or 0.0, FAR_MM)
        before, now = self._away_mm.get(id(target), 0.0), away_mm if is_far else 0.0
        self._away_mm[id(target)] = now
        if now != before:
            target.touch()


@dataclass(frozen=True, slots=True)
class _Stack:
    images: tuple[ImageDescription, ...]
    planes: PlaneStack | None


def _planes_of(images: tuple[ImageDescription, ...]) -> PlaneStack | None:
    planes = [d.plane for d in images if d.plane is not None]
    return PlaneStack(planes) if planes and len(planes) == len(images) else None


def _plane(model: ViewportModel) -> ImagePlane | None:
    return model.description.plane if model.description else None


def _share_frame_of_reference(a: ImagePlane, b: ImagePlane) -> bool:
    return bool(a.frame_of_reference_uid) and a.frame_of_reference_uid == b.frame_of_reference_uid


def _center_mm(model: ViewportModel, plane: ImagePlane) -> tuple[float, float, float]:
    d = model.description
    return plane.to_patient(d.columns / 2, d.rows / 2) if d else plane.position_mm


def _offset_mm(source: ViewportModel, target: ViewportModel) -> float | None:
    here, there = _plane(source), _plane(target)
    if here is None or there is None:
        return None
    return -there.to_image(_center_mm(source, here))[2]


def _pair(source: ViewportModel, target: ViewportModel) -> tuple[str, str]:
    return (_series(source), _series(target))


def _series(model: ViewportModel) -> str:
    return model.display_set[0].series_instance_uid if model.display_set else ""
