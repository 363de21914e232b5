"""Descriptions of frames as text and back: what a whole series says alike is written once.

A file's descriptions become two texts: one that is the same for every file of most series, and
a short one that names the image, its number, its place and its levels. Whoever reads many back
turns the shared text into values once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache, lru_cache
from typing import Any

from readstation.adapters.decode.describing_code import describing_code
from readstation.adapters.decode.plain_values import from_plain, to_plain
from readstation.adapters.dicom.pixel_geometry import MAX_FRAMES
from readstation.app.importing.refusals import refusal
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.domain.acquisition import Acquisition
from readstation.imaging.modality_lut import IDENTITY
from readstation.imaging.plane import ImagePlane

Origin = tuple[float, float, float]
ORIGIN: Origin = (0.0, 0.0, 0.0)
NAMES = tuple(field.name for field in fields(ImageDescription))
PLAIN = ("sop_instance_uid", "instance_number", "slice_location_mm", "x_ray_tube_current_ma")
"""Fields of its own that JSON carries as they are."""
LOOK = ("modality_transform", "vois")
"""Fields that differ in some series and in most do not: written apart, read once where alike."""
NEUTRAL: dict[str, Any] = {
    "sop_instance_uid": "",
    "instance_number": None,
    "slice_location_mm": None,
    "x_ray_tube_current_ma": None,
    "modality_transform": IDENTITY,
    "vois": (),
    "frame_number": 1,
    "acquisition_datetime": None,
}
"""What stands in the shared part for the fields that are an image's own."""
NUMBER_AT, ACQUIRED_AT, PLANE_AT, ACQUISITION_AT = map(
    NAMES.index, ("frame_number", "acquisition_datetime", "plane", "acquisition")
)
MOMENTS = ("acquisition_number", "trigger_time_ms", "frame_reference_time_ms")
"""What an acquisition says of one image alone, in many series."""
NO_MOMENTS: dict[str, Any] = dict.fromkeys(MOMENTS)
LOOK_AT, PLAIN_AT = tuple(map(NAMES.index, LOOK)), tuple(map(NAMES.index, PLAIN))


def pack_frames(frames: list[ImageDescription]) -> dict[str, str]:
    """Return JSON-ready texts; of frames that are alike to the end only the number is sent."""
    kept = len(frames)
    while kept > 1 and _numbered(frames[kept - 1], kept - 1) == frames[kept - 2]:
        kept -= 1
    shared, looks = _Parts(), _Parts()
    own = [_own(frame, shared, looks) for frame in frames[:kept]]
    texts = {"frames": own, "looks": looks.texts, "alike": len(frames) - kept}
    return {"code": describing_code(), "shared": _json(shared.texts), "own": _json(texts)}


def unpack_frames(reply: dict[str, Any]) -> tuple[ImageDescription, ...]:
    """Return one description per frame, of what a worker has just said."""
    return Unpacker().unpack(PackedDescriptions(reply["code"], reply["shared"], reply["own"]))


class Unpacker:
    """Turns texts into descriptions; what many of them share is read once."""

    def __init__(self) -> None:
        self._shared: Callable[[str], list[list[Any]]] = cache(_shared_values)
        self._looks: Callable[[str], list[Any]] = cache(_look_values)

    def unpack(self, packed: PackedDescriptions) -> tuple[ImageDescription, ...]:
        """Return one description per frame; text that makes no sense raises as its reader does."""
        shared, own = self._shared(packed.shared), json.loads(packed.own)
        looks = own["looks"]
        frames = [
            _frame(shared[_place(part)], self._looks(looks[_place(look)]), [number, *values])
            for number, (part, look, *values) in enumerate(own["frames"], start=1)
        ]
        count = len(frames) + int(own["alike"])
        if not frames or not len(frames) <= count <= MAX_FRAMES:
            raise refusal("DECODER_DIED")
        alike = range(len(frames) + 1, count + 1)
        return (*frames, *(_numbered(frames[-1], number) for number in alike))


class _Parts:
    """Texts in the order they came, each once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    @property
    def texts(self) -> list[str]:
        return list(self._places)

    def place_of(self, value: Any) -> int:
        return self._places.setdefault(_json(value), len(self._places))


def _own(frame: ImageDescription, shared: _Parts, looks: _Parts) -> list[Any]:
    plane = frame.plane
    neutral = None if plane is None else replace(plane, position_mm=ORIGIN)
    return [
        shared.place_of(
            to_plain(
                replace(
                    frame,
                    **NEUTRAL,
                    plane=neutral,
                    acquisition=replace(frame.acquisition, **NO_MOMENTS),
                )
            )
        ),
        looks.place_of([to_plain(getattr(frame, name)) for name in LOOK]),
        to_plain(frame.acquisition_datetime),
        None if plane is None else plane.position_mm,
        _moments(frame.acquisition),
        *(getattr(frame, name) for name in PLAIN),
    ]


def _frame(shared: list[Any], look: list[Any], own: list[Any]) -> ImageDescription:
    number, acquired, position, moments, *plain = own
    values = shared.copy()
    values[NUMBER_AT] = number
    values[ACQUIRED_AT] = from_plain(acquired) if acquired is not None else None
    for place, value in zip(LOOK_AT, look, strict=True):
        values[place] = value
    for place, value in zip(PLAIN_AT, plain, strict=True):
        values[place] = value
    if moments is not None:
        values[ACQUISITION_AT] = _at_moments(values[ACQUISITION_AT], tuple(moments))
    if values[PLANE_AT] is not None:
        values[PLANE_AT] = _moved(values[PLANE_AT], position)
    return ImageDescription(*values)


def _moments(acquisition: Acquisition) -> list[float | None] | None:
    stated = [getattr(acquisition, name) for name in MOMENTS]
    return None if stated == [None] * len(MOMENTS) else stated


@lru_cache(maxsize=1024)  # in most series they are the same for all images
def _at_moments(known: Acquisition, moments: tuple[Any, ...]) -> Acquisition:
    return replace(known, **dict(zip(MOMENTS, moments, strict=True)))


def _moved(plane: ImagePlane, position: list[float]) -> ImagePlane:
    x, y, z = position
    rows, columns = plane.row_cosines, plane.column_cosines
    spacings = (plane.row_spacing_mm, plane.column_spacing_mm)
    return ImagePlane((x, y, z), rows, columns, *spacings, plane.frame_of_reference_uid)


def _shared_values(text: str) -> list[list[Any]]:
    parts = (from_plain(json.loads(part)) for part in json.loads(text))
    return [[getattr(part, name) for name in NAMES] for part in parts]


def _look_values(text: str) -> list[Any]:
    return [from_plain(value) for value in json.loads(text)]


def _place(number: int) -> int:
    """Return a place in a list; JSON that counts from the end is refused."""
    if number < 0:
        raise IndexError
    return number


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _numbered(frame: ImageDescription, number: int) -> ImageDescription:
    return replace(frame, frame_number=number)
