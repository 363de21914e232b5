"""How the images of a study group into what is hung together, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readstation.app.viewport.image_description import ImageDescription

ONE_SET_PER_INSTANCE = frozenset({"CR", "DX", "MG", "PX", "RG", "IO"})
"""Projection images are views, not slices: each gets its own image box."""

MAMMOGRAPHY_ORDER = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))
"""Right breast on the left of the screen, chest walls back to back."""


@dataclass(frozen=True, slots=True, eq=False)
class DisplaySet:
    """Images hung together, in reading order (PS3.3 C.23)."""

    images: tuple[ImageDescription, ...]

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
        """What the thumbnail says: the series description, or the view, or the modality."""
        image = self.first
        view = " ".join(p for p in (image.laterality, image.view_position) if p)
        return image.series_description or view or image.modality or "Images"

    @property
    def is_multi_frame(self) -> bool:
        return self.first.number_of_frames > 1


def group_into_display_sets(
    descriptions: Iterable[ImageDescription],
) -> tuple[DisplaySet, ...]:
    """Group one series: projections and multi-frame instances apart, slices together."""
    groups: dict[str, list[ImageDescription]] = {}
    for image in descriptions:
        alone = image.number_of_frames > 1 or image.modality in ONE_SET_PER_INSTANCE
        groups.setdefault(image.sop_instance_uid if alone else "", []).append(image)
    return tuple(DisplaySet(in_reading_order(images)) for images in groups.values())


def in_reading_order(images: Sequence[ImageDescription]) -> tuple[ImageDescription, ...]:
    """Sort slices along their common normal, else by instance and frame number.

    Feet to head goes last image first, as axial stacks are read from the head downwards.
    """
    planes = [image.plane for image in images]
    head = planes[0]
    if head is not None and len(images) > 1:
        same_space = all(
            plane is not None
            and plane.frame_of_reference_uid == head.frame_of_reference_uid
            and plane.is_parallel_to(head)
            for plane in planes
        )
        positions = [plane.position_on_normal_mm for plane in planes if plane is not None]
        if same_space and len(set(positions)) == len(images):
            return _along_normal(images, positions, from_head=head.normal[2] > 0.5)
    return tuple(sorted(images, key=_by_number))


def _along_normal(
    images: Sequence[ImageDescription], positions: Sequence[float], *, from_head: bool
) -> tuple[ImageDescription, ...]:
    order = sorted(range(len(images)), key=lambda index: positions[index], reverse=from_head)
    return tuple(images[index] for index in order)


def _by_number(image: ImageDescription) -> tuple[int, str, int]:
    return (image.instance_number or 0, image.sop_instance_uid, image.frame_number)


def in_strip_order(sets: Sequence[DisplaySet]) -> tuple[DisplaySet, ...]:
    """Sort by study in the order they came, then by series number."""
    studies = list(dict.fromkeys(s.study_instance_uid for s in sets))

    def rank(display_set: DisplaySet) -> tuple[int, bool, int]:
        number = display_set.first.series_number
        return (studies.index(display_set.study_instance_uid), number is None, number or 0)

    return tuple(sorted(sets, key=rank))
