"""Where the images of each viewport lie, kept while it shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.imaging.plane import Vector
from readstation.imaging.rigid_transform import RigidTransform
from readstation.imaging.stack_extent import StackExtent, extent_of
from readstation.imaging.stack_order import PlaneStack


@dataclass(slots=True)
class _Kept:
    images: tuple[ImageDescription, ...]
    planes: PlaneStack | None
    extent: StackExtent | None
    is_even: bool = False
    overlaps: dict[tuple[int, RigidTransform], tuple[StackExtent, bool]] = field(
        default_factory=dict
    )


class KeptStacks:
    """Worked out once per display set, as a link is followed at every step of the wheel."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}

    def of(self, model: ViewportModel) -> PlaneStack | None:
        """Return where the images of a viewport lie; None if any of them does not say."""
        return self._entry(model).planes

    def are_even(self, *models: ViewportModel) -> bool:
        """Return True if what holds for one image of each viewport holds for all of them."""
        return all(self._entry(model).is_even for model in models)

    def overlap(
        self, source: ViewportModel, target: ViewportModel, transform: RigidTransform
    ) -> bool:
        """Return True if the stacks share room in the patient under a transform."""
        mine, there = self._entry(source), self._entry(target).extent
        if mine.extent is None or there is None:
            return False
        key = (id(target), transform)
        known = mine.overlaps.get(key)
        if known is None or known[0] is not there:
            known = mine.overlaps[key] = (there, mine.extent.overlaps(there, transform))
        return known[1]

    def centre_mm(self, model: ViewportModel) -> Vector | None:
        """Return the patient point in the middle of the stack of a viewport."""
        extent = self._entry(model).extent
        if extent is None:
            return None
        count = len(extent.corners)
        x, y, z = (sum(corner[axis] for corner in extent.corners) / count for axis in range(3))
        return (x, y, z)

    def _entry(self, model: ViewportModel) -> _Kept:
        kept = self._kept.get(id(model))
        if kept is None or kept.images is not model.display_set:
            kept = self._kept[id(model)] = _kept(model.display_set)
        return kept


def _kept(images: tuple[ImageDescription, ...]) -> _Kept:
    planes = [image.plane for image in images if image.plane is not None]
    if not planes or len(planes) != len(images):
        return _Kept(images, None, None)
    head, first = images[0], planes[0]
    is_even = all(
        plane.row_cosines == first.row_cosines
        and plane.column_cosines == first.column_cosines
        and plane.frame_of_reference_uid == first.frame_of_reference_uid
        for plane in planes
    )
    extent = extent_of(planes, head.columns, head.rows, head.slice_thickness_mm or 0.0)
    return _Kept(images, PlaneStack(planes), extent, is_even)
