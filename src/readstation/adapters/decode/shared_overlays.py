"""Overlay planes on their way from the worker to the program: eight pixels to a byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.app.importing.refusals import refusal
from readstation.imaging.overlay_plane import OverlayPlane, OverlayType


def pack_overlays(
    planes: Sequence[OverlayPlane],
) -> tuple[dict[str, NDArray[np.uint8]], list[dict[str, Any]]]:
    """Return the arrays of overlay planes by name, and a JSON-ready record of each."""
    arrays = {_name(plane.group): np.packbits(plane.graphic) for plane in planes}
    return arrays, [_record(plane) for plane in planes]


def unpack_overlays(
    records: Sequence[Mapping[str, Any]], arrays: Mapping[str, NDArray[Any]]
) -> tuple[OverlayPlane, ...]:
    """Return the planes that `pack_overlays` was given."""
    return tuple(_plane(record, arrays) for record in records)


def _record(plane: OverlayPlane) -> dict[str, Any]:
    return {
        "group": plane.group,
        "shape": list(plane.graphic.shape),
        "first_row": plane.first_row,
        "first_column": plane.first_column,
        "overlay_type": plane.overlay_type.value,
        "label": plane.label,
        "description": plane.description,
    }


def _plane(record: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> OverlayPlane:
    rows, columns = (int(length) for length in record["shape"])
    packed = arrays.get(_name(record["group"]))
    if packed is None or packed.dtype != np.uint8 or packed.size != (rows * columns + 7) // 8:
        raise refusal("DECODER_DIED")
    bits = np.unpackbits(packed, count=rows * columns).view(np.bool_)
    return OverlayPlane(
        graphic=bits.reshape(rows, columns),
        first_row=int(record["first_row"]),
        first_column=int(record["first_column"]),
        overlay_type=OverlayType(record["overlay_type"]),
        group=int(record["group"]),
        label=str(record["label"]),
        description=str(record["description"]),
    )


def _name(group: int) -> str:
    return f"overlay {group:04X}"
