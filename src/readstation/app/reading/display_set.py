"""How the images of a study group into what is hung together, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readstation.app.reading.split_series import BETWEEN, has_own_geometry, split_series
from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.plane import ImagePlane, dot
from readstation.imaging.stack_order import SAME_POSITION_MM, StackReport, report_in_order

ONE_SET_PER_INSTANCE = frozenset({"CR", "DX", "MG", "PX", "RG", "IO"})
"""Projection images are views, not slices: each gets its own image box."""


@dataclass(frozen=True, slots=True, eq=False)
class DisplaySet:
    """Images hung together, in reading order (PS3.3 C.23)."""

    images: tuple[ImageDescription, ...]
    differs: str = ""
    """What tells it from other sets of its series, as "b=1000" or "phase 3"; mostly empty."""
    stack: StackReport | None = None
    """How regularly its slices lie, in reading order; None where they are no stack."""

    @property
    def first(self) -> ImageDescription:
        return self.images[0]

    @property
    def preview(self) -> ImageDescription:
        """The image that stands for the set in its thumbnail."""
        return self.images[len(self.images) // 2]

    @property
    def series_instance_uid(self) -> str:
        return self.first.series_instance_uid

    @property
    def study_instance_uid(self) -> str:
        return self.first.study_instance_uid

    @property
    def title(self) -> str:
        """What the thumbnail says: the description, or view, or modality, and what differs."""
        image = self.first
        view = " ".join(p for p in (image.laterality, image.view_position) if p)
        name = image.series_description or view or image.modality or "Images"
        return f"{name}{BETWEEN}{self.differs}" if self.differs else name

    @property
    def is_multi_frame(self) -> bool:
        return self.first.number_of_frames > 1


def group_into_display_sets(
    descriptions: Iterable[ImageDescription],
) -> tuple[DisplaySet, ...]:
    """Group one series: projections and cines apart, slices together as far as they form a stack.

    A multi-frame instance whose frames lie at different places is the same as as many instances.
    """
    groups: dict[str, list[ImageDescription]] = {}
    for image in descriptions:
        is_alone = image.number_of_frames > 1 or image.modality in ONE_SET_PER_INSTANCE
        groups.setdefault(image.sop_instance_uid if is_alone else "", []).append(image)
    slices = groups.pop("", [])
    alone: list[DisplaySet] = []
    for images in groups.values():
        if images[0].modality not in ONE_SET_PER_INSTANCE and has_own_geometry(images):
            slices += images
        else:
            alone.append(DisplaySet(in_reading_order(images)))
    parts = split_series(slices) if slices else ()
    return (*(_stack(part.images, part.differs) for part in parts), *alone)


def _stack(images: Sequence[ImageDescription], differs: str) -> DisplaySet:
    ordered = in_reading_order(images)
    planes = [image.plane for image in ordered if image.plane is not None]
    is_stack = 1 < len(planes) == len(ordered) and _is_one_space(planes)
    return DisplaySet(ordered, differs, report_in_order(planes) if is_stack else None)


def in_reading_order(images: Sequence[ImageDescription]) -> tuple[ImageDescription, ...]:
    """Sort slices along their common normal; those at one place by time, then by their number.

    Feet to head goes last image first, as axial stacks are read from the head downwards.
    """
    planes = [image.plane for image in images if image.plane is not None]
    if len(planes) == len(images) > 1 and _is_one_space(planes):
        normal = planes[0].normal
        positions = [dot(plane.position_mm, normal) for plane in planes]
        return _along_normal(images, positions, from_head=normal[2] > 0.5)
    return tuple(sorted(images, key=_by_number))


def _is_one_space(planes: Sequence[ImagePlane]) -> bool:
    head = planes[0]
    return all(
        plane.frame_of_reference_uid == head.frame_of_reference_uid and plane.is_parallel_to(head)
        for plane in planes
    )


def _along_normal(
    images: Sequence[ImageDescription], positions: Sequence[float], *, from_head: bool
) -> tuple[ImageDescription, ...]:
    """Sort by position; images nearer than can be told apart lie at one place."""
    places: list[list[int]] = []
    before: float | None = None
    for index in sorted(range(len(images)), key=positions.__getitem__):
        if before is None or positions[index] - before > SAME_POSITION_MM:
            places.append([])
        places[-1].append(index)
        before = positions[index]
    if from_head:
        places.reverse()
    if len(places) == len(images):
        return tuple(images[place[0]] for place in places)
    within = (sorted((images[i] for i in place), key=_by_time) for place in places)
    return tuple(image for place in within for image in place)


def _by_time(image: ImageDescription) -> tuple[float, float, float, tuple[int, str, int]]:
    acquired = image.acquisition
    return (
        acquired.temporal_position or 0,
        acquired.trigger_time_ms or 0.0,
        acquired.frame_reference_time_ms or 0.0,
        _by_number(image),
    )


def _by_number(image: ImageDescription) -> tuple[int, str, int]:
    return (image.instance_number or 0, image.sop_instance_uid, image.frame_number)


def in_strip_order(sets: Sequence[DisplaySet]) -> tuple[DisplaySet, ...]:
    """Sort by study in the order they came, then by series number."""
    studies = list(dict.fromkeys(s.study_instance_uid for s in sets))

    def rank(display_set: DisplaySet) -> tuple[int, bool, int]:
        number = display_set.first.series_number
        return (studies.index(display_set.study_instance_uid), number is None, number or 0)

    return tuple(sorted(sets, key=rank))
