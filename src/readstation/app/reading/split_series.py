"""How the images of one series part into stacks: by where they lie, and by what was acquired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.acquisition import (
    IMAGE_TYPE_WORDS,
    RANKED_KEYS,
    SplitKey,
    split_keys_of,
)
from readstation.imaging.plane import ImagePlane, Vector, dot
from readstation.imaging.stack_order import SAME_POSITION_MM

Images = tuple[ImageDescription, ...]
Value = TypeVar("Value", bound=Hashable)
FEWEST_PER_ORIENTATION = 2
"""A series that turns with every image is one series: a rotation, or three scout views."""
FEWEST_PER_PART = 2
CROWDED = 0.5
"""Of the usual distance: images nearer than this belong to two stacks, or lie at one place."""
USUAL_STEP = 0.9
"""Which of the distances, sorted, is the usual one; where two stacks interlace it is a large one.
"""
BETWEEN = " · "
AXES = ("sagittal", "coronal", "axial")


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """Images that form one stack, and what tells them from the rest of their series."""

    images: Images
    differs: str = ""


def split_series(images: Sequence[ImageDescription]) -> tuple[SeriesPart, ...]:
    """Part images that have a place; those of one place only, or of none, stay together."""
    everything = tuple(images)
    placed = tuple(image for image in everything if image.plane is not None)
    if not placed:
        return (SeriesPart(everything),)
    rest = tuple(image for image in everything if image.plane is None)
    parts = [
        SeriesPart(part.images, _joined(*labels, part.differs))
        for labels, stack in _stacks(placed)
        for part in _by_acquisition(stack, split_keys_of(stack[0].modality))
    ]
    return (*parts, SeriesPart(rest, "without position")) if rest else tuple(parts)


def has_own_geometry(frames: Sequence[ImageDescription]) -> bool:
    """Return True if the frames of one instance lie at different places: a stack, no cine."""
    planes = {frame.plane for frame in frames}
    return None not in planes and len(planes) > 1


def _stacks(images: Images) -> list[tuple[tuple[str, ...], Images]]:
    """Part by Stack ID (0020,9056), then by orientation."""
    found: list[tuple[tuple[str, ...], Images]] = []
    by_stack = _parted(images, lambda image: image.acquisition.stack_id)
    for name, stack in by_stack.items():
        label = f"stack {name}" if len(by_stack) > 1 and name else ""
        turned = _by_orientation(stack)
        found += [((label, words), part) for words, part in turned]
    return found


def _by_orientation(images: Images) -> list[tuple[str, Images]]:
    planes = {_cosines(image): image.plane for image in images if image.plane is not None}
    if len(planes) == 1:
        return [("", images)]
    leaders: list[ImagePlane] = []
    leader_of: dict[object, int] = {}
    for cosines, plane in planes.items():
        near = (i for i, leader in enumerate(leaders) if plane.is_parallel_to(leader))
        index = next(near, None)
        if index is None:
            leaders.append(plane)
            index = len(leaders) - 1
        leader_of[cosines] = index
    if len(leaders) == 1 or len(images) < FEWEST_PER_ORIENTATION * len(leaders):
        return [("", images)]
    parts = _parted(images, lambda image: leader_of[_cosines(image)])
    words = _numbered([_axis(leaders[index].normal) for index in parts])
    return list(zip(words, parts.values(), strict=True))


def _cosines(image: ImageDescription) -> tuple[Vector, Vector] | None:
    plane = image.plane
    return None if plane is None else (plane.row_cosines, plane.column_cosines)


def _axis(normal: Vector) -> str:
    return AXES[max(range(3), key=lambda axis: abs(normal[axis]))]


def _numbered(words: Sequence[str]) -> list[str]:
    """Return words, numbered where one comes twice."""
    counts, so_far = Counter(words), Counter[str]()
    named = []
    for word in words:
        so_far[word] += 1
        named.append(f"{word} {so_far[word]}" if counts[word] > 1 else word)
    return named


def _by_acquisition(images: Images, keys: tuple[SplitKey, ...]) -> list[SeriesPart]:
    """Part images that crowd at the same places by the first keys that explain it."""
    positions = _positions(images)
    crowd = _crowded(positions)
    if not crowd or max(positions) - min(positions) <= SAME_POSITION_MM:
        return [SeriesPart(images)]
    for number, key in enumerate(keys):
        parts = _explained(images, positions, key, crowd)
        if parts:
            rest = keys[number + 1 :]
            return [
                SeriesPart(finer.images, _joined(part.differs, finer.differs))
                for part in parts
                for finer in _by_acquisition(part.images, rest)
            ]
    return [SeriesPart(images)]


def _explained(
    images: Images, positions: Sequence[float], key: SplitKey, crowd: int
) -> list[SeriesPart]:
    """Return the parts by one key if they crowd less than the whole, else nothing."""
    values = _values(images, key)
    if key in RANKED_KEYS:
        ranks = _ranks(positions, values)
        if ranks is None:
            return []
        values = ranks
    parts = dict[Hashable, list[int]]()
    for index, value in enumerate(values):
        parts.setdefault(value, []).append(index)
    if len(parts) < 2 or len(images) < FEWEST_PER_PART * len(parts):
        return []
    left = sum(_crowded([positions[i] for i in part]) for part in parts.values())
    if left >= crowd:
        return []
    ordered = sorted(parts.items(), key=lambda item: _in_order(item[0]))
    labels = _labels(key, [value for value, _ in ordered])
    return [
        SeriesPart(tuple(images[i] for i in part), label)
        for label, (_, part) in zip(labels, ordered, strict=True)
    ]


def _positions(images: Images) -> list[float]:
    first = images[0].plane
    if first is None:
        return []
    normal = first.normal
    return [dot(image.plane.position_mm, normal) for image in images if image.plane is not None]


def _crowded(positions: Sequence[float]) -> int:
    """Return how many images lie much nearer to their neighbour than is usual."""
    ordered = sorted(positions)
    steps = [b - a for a, b in pairwise(ordered)]
    moved = sorted(step for step in steps if step > SAME_POSITION_MM)
    usual = moved[int(len(moved) * USUAL_STEP)] if moved else SAME_POSITION_MM
    limit = max(usual * CROWDED, SAME_POSITION_MM)
    return sum(step <= limit for step in steps)


def _ranks(positions: Sequence[float], values: Sequence[Hashable]) -> list[Hashable] | None:
    """Return which of the images at its place each one is; None unless all places are alike."""
    places: list[list[int]] = []
    before: float | None = None
    for index in sorted(range(len(positions)), key=positions.__getitem__):
        if before is None or positions[index] - before > SAME_POSITION_MM:
            places.append([])
        places[-1].append(index)
        before = positions[index]
    found: list[Hashable] = [0] * len(positions)
    for place in places:
        there = [values[index] for index in place]
        if len(place) != len(places[0]) or len(set(there)) != len(place) or None in there:
            return None
        for rank, index in enumerate(sorted(place, key=lambda i: _in_order(values[i])), start=1):
            found[index] = rank
    return found


READERS: dict[SplitKey, Callable[[ImageDescription], Hashable]] = {
    SplitKey.IMAGE_TYPE: lambda image: image.acquisition.image_type,
    SplitKey.RECONSTRUCTION: lambda image: image.convolution_kernel,
    SplitKey.TUBE_VOLTAGE: lambda image: image.kvp,
    SplitKey.B_VALUE: lambda image: image.acquisition.diffusion_b_value,
    SplitKey.DIRECTION: lambda image: image.acquisition.gradient_direction or None,
    SplitKey.INVERSION: lambda image: image.acquisition.inversion_time_ms,
    SplitKey.TEMPORAL_POSITION: lambda image: image.acquisition.temporal_position,
    SplitKey.PHASE: lambda image: image.acquisition.trigger_time_ms,
    SplitKey.FRAME_TIME: lambda image: image.acquisition.frame_reference_time_ms,
    SplitKey.ACQUISITION: lambda image: image.acquisition.acquisition_number,
    SplitKey.ACQUISITION_TIME: lambda image: image.acquisition_datetime,
}


def _values(images: Images, key: SplitKey) -> list[Hashable]:
    if key is SplitKey.ECHO:
        return _echoes(images)
    read = READERS[key]
    return [read(image) for image in images]


def _echoes(images: Images) -> list[Hashable]:
    """Return Echo Number(s) (0018,0086); where they are all one, the order of echo times."""
    numbers = [image.acquisition.echo_number for image in images]
    if len(set(numbers)) > 1:
        return list(numbers)
    times = sorted({image.echo_time_ms for image in images if image.echo_time_ms is not None})
    number_of = {time: number for number, time in enumerate(times, start=1)}
    return [number_of.get(image.echo_time_ms or 0.0) for image in images]


def _in_order(value: object) -> tuple[bool, float, str]:
    """Return what sorts values of one key: numbers first, then words, nothing last."""
    if isinstance(value, (int, float)):
        return (False, float(value), "")
    return (value is None, 0.0, str(value))


def _labels(key: SplitKey, values: Sequence[Hashable]) -> list[str]:
    if key is SplitKey.IMAGE_TYPE:
        return _type_words([value if isinstance(value, tuple) else () for value in values])
    return [_label(key, value) for value in values]


def _label(key: SplitKey, value: Hashable) -> str:
    if value is None or value == "":
        return f"no {key.value}"
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    if key is SplitKey.B_VALUE:
        return f"b={shown}"
    if key is SplitKey.TUBE_VOLTAGE:
        return f"{shown} kV"
    return f"{key.value} {shown}"


def _type_words(types: Sequence[tuple[str, ...]]) -> list[str]:
    """Return only those values of Image Type that differ, in words."""
    length = max(len(one) for one in types)
    padded = [(*one, *("",) * (length - len(one))) for one in types]
    differing = [i for i in range(length) if len({one[i] for one in padded}) > 1]
    words = (
        " ".join(IMAGE_TYPE_WORDS.get(one[i], one[i]) for i in differing if one[i])
        for one in padded
    )
    return [word or "plain" for word in words]


def _parted(images: Images, value: Callable[[ImageDescription], Value]) -> dict[Value, Images]:
    found: dict[Value, list[ImageDescription]] = {}
    for image in images:
        found.setdefault(value(image), []).append(image)
    return {key: tuple(part) for key, part in found.items()}


def _joined(*labels: str) -> str:
    return BETWEEN.join(label for label in labels if label)
