"""What tells the images of one series apart besides their place, and which of it splits a series.

The tables are data: a key that is missing for a modality never splits its series.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Acquisition:
    """Attributes of one frame, None or empty where the file says nothing."""

    image_type: tuple[str, ...] = ()
    acquisition_number: int | None = None
    stack_id: str = ""
    echo_number: int | None = None
    diffusion_b_value: float | None = None  # s/mm2
    gradient_direction: tuple[float, ...] = ()
    temporal_position: int | None = None
    trigger_time_ms: float | None = None
    frame_reference_time_ms: float | None = None
    inversion_time_ms: float | None = None


NO_ACQUISITION = Acquisition()


class SplitKey(Enum):
    """By what a series is split; the value is what its title calls it."""

    IMAGE_TYPE = "type"
    RECONSTRUCTION = "kernel"
    TUBE_VOLTAGE = "kV"
    ECHO = "echo"
    B_VALUE = "b"
    DIRECTION = "direction"
    INVERSION = "TI"
    TEMPORAL_POSITION = "time"
    PHASE = "phase"
    FRAME_TIME = "time frame"
    ACQUISITION = "acquisition"
    ACQUISITION_TIME = "pass"


_K = SplitKey
SPLIT_KEYS: dict[str, tuple[SplitKey, ...]] = {
    "MR": (
        _K.IMAGE_TYPE,
        _K.ECHO,
        _K.B_VALUE,
        _K.TEMPORAL_POSITION,
        _K.INVERSION,
        _K.PHASE,
        _K.DIRECTION,
        _K.ACQUISITION,
        _K.ACQUISITION_TIME,
    ),
    "CT": (
        _K.IMAGE_TYPE,
        _K.RECONSTRUCTION,
        _K.TUBE_VOLTAGE,
        _K.TEMPORAL_POSITION,
        _K.PHASE,
        _K.ACQUISITION,
        _K.ACQUISITION_TIME,
    ),
    "PT": (_K.IMAGE_TYPE, _K.TEMPORAL_POSITION, _K.FRAME_TIME, _K.PHASE, _K.ACQUISITION),
    "NM": (_K.IMAGE_TYPE, _K.TEMPORAL_POSITION, _K.FRAME_TIME, _K.PHASE),
}
"""Where images of a series lie at the same place: tried in this order, by modality."""
OTHER_SPLIT_KEYS = (_K.IMAGE_TYPE, _K.TEMPORAL_POSITION, _K.ACQUISITION)

RANKED_KEYS = frozenset({_K.PHASE, _K.FRAME_TIME, _K.ACQUISITION_TIME, _K.DIRECTION})
"""Moments differ a little from place to place: there the first at each place belong together."""

IMAGE_TYPE_WORDS = {
    "M": "magnitude",
    "P": "phase image",
    "R": "real",
    "I": "imaginary",
    "M_FFE": "magnitude",
    "P_FFE": "phase image",
    "ORIGINAL": "original",
    "DERIVED": "derived",
    "PRIMARY": "primary",
    "SECONDARY": "secondary",
}
"""Values of Image Type (0008,0008) in words; others are shown as they are."""


def split_keys_of(modality: str) -> tuple[SplitKey, ...]:
    return SPLIT_KEYS.get(modality, OTHER_SPLIT_KEYS)
