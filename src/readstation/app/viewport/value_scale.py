"""In which unit the reader sees modality values: the file's own, or a standardized uptake value.

An SUV scale is used only where every image of the display set can state it; an SUV window is
never laid over Bq/ml. Going from one scale to another keeps the picture: the window's numbers
change, not the gray levels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from functools import lru_cache

from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.body_measure import MEASURES, SuvKind
from readstation.domain.errors import ReadStationError
from readstation.domain.suv import SuvFactor, suv_or_refusal
from readstation.domain.suv_inputs import refused
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.voi import Voi, VoiLut, VoiLutFunction, VoiWindow, WindowError


class ValueScale(Enum):
    """The value names the scale for the reader; the file's own has the name of its unit."""

    AS_STORED = ""
    SUVBW = "SUVbw"
    SUVLBM = "SUVlbm (Janmahasatian)"
    SUVBSA = "SUVbsa"


KIND_OF_SCALE = {
    ValueScale.SUVBW: SuvKind.BW,
    ValueScale.SUVLBM: SuvKind.LBM_JANMAHASATIAN,
    ValueScale.SUVBSA: SuvKind.BSA,
}
GRAMS_PER_ML = frozenset({ValueScale.SUVBW, ValueScale.SUVLBM})  # what an SUV preset means
CACHED_FACTORS = 8192

_factor_of = lru_cache(maxsize=CACHED_FACTORS)(suv_or_refusal)


def suv_of(
    description: ImageDescription, kind: SuvKind = SuvKind.BW
) -> SuvFactor | ReadStationError:
    """Return the factor that makes an SUV of this frame's modality values, or why there is none."""
    inputs = description.suv_inputs
    if inputs is None:
        return refused(
            "NOT_PET",
            "This image has no uptake values.",
            remedy="Choose a PET series.",
        )
    transform = description.modality_transform
    if not transform.is_stated or transform.lut is not None or description.is_colour:
        return refused("NO_RESCALE", "The file does not say what its stored values stand for.")
    return _factor_of(inputs, kind)


def is_stated_in(description: ImageDescription, scale: ValueScale) -> bool:
    """Return True if this frame's values can be shown in `scale`."""
    kind = KIND_OF_SCALE.get(scale)
    return kind is None or isinstance(suv_of(description, kind), SuvFactor)


def refusal_of(
    descriptions: Iterable[ImageDescription], scale: ValueScale
) -> ReadStationError | None:
    """Return why these frames cannot all be shown in `scale`; None if they can."""
    kind = KIND_OF_SCALE.get(scale)
    if kind is None:
        return None
    for description in descriptions:
        found = suv_of(description, kind)
        if isinstance(found, ReadStationError):
            return found
    return None


def modality_transform_of(description: ImageDescription, scale: ValueScale) -> ModalityTransform:
    """Return what leads from stored values to values in `scale`.

    The file's own transform where the frame cannot be stated in `scale`: ask `is_stated_in`.
    """
    transform = description.modality_transform
    factor = scale_factor(description, scale)
    if factor == 1 and not is_suv(description, scale):
        return transform
    return replace(
        transform,
        rescale_slope=transform.rescale_slope * factor,
        rescale_intercept=transform.rescale_intercept * factor,
        rescale_type=scale.value,
    )


def is_suv(description: ImageDescription, scale: ValueScale) -> bool:
    """Return True if this frame's values really are shown as SUV."""
    return scale in KIND_OF_SCALE and is_stated_in(description, scale)


def scale_factor(description: ImageDescription, scale: ValueScale) -> float:
    """Return what the file's modality values are multiplied with; 1 for the file's own unit."""
    kind = KIND_OF_SCALE.get(scale)
    found = suv_of(description, kind) if kind else None
    return found.factor if isinstance(found, SuvFactor) else 1.0


def suv_unit(description: ImageDescription, scale: ValueScale) -> str:
    """Return for example `SUVbw g/ml`; empty where values are not shown as SUV."""
    kind = KIND_OF_SCALE.get(scale)
    found = suv_of(description, kind) if kind else None
    return found.unit if isinstance(found, SuvFactor) else ""


def scaled_voi(voi: Voi, factor: float) -> Voi | None:
    """Return the VOI that shows `factor` times the values alike; None for a LUT.

    The result is LINEAR_EXACT or SIGMOID: LINEAR means whole units (C.11.2.1.2), SUV is none.
    """
    if factor == 1:
        return voi
    if isinstance(voi, VoiLut):
        return None
    is_linear = voi.function is VoiLutFunction.LINEAR
    center = voi.center - 0.5 if is_linear else voi.center
    width = voi.width - 1 if is_linear else voi.width
    function = VoiLutFunction.LINEAR_EXACT if is_linear else voi.function
    try:
        return VoiWindow(center * factor, width * factor, function, voi.explanation)
    except WindowError:
        return None


def scaled_vois(vois: Iterable[Voi], factor: float) -> tuple[Voi, ...]:
    """Return the windows of the file for values that are multiplied with `factor`."""
    if factor == 1:
        return tuple(vois)
    found = (scaled_voi(voi, factor) for voi in vois)
    return tuple(voi for voi in found if voi is not None)


def suv_lines(description: ImageDescription) -> tuple[str, ...]:
    """Return formula, inputs and factor of each kind of SUV, or the reason it is refused."""
    if description.suv_inputs is None:
        return ()
    lines: dict[str, None] = {}
    for kind in SuvKind:
        found = suv_of(description, kind)
        if isinstance(found, SuvFactor):
            lines.update(dict.fromkeys(found.lines))
        else:
            lines[f"No {MEASURES[kind].label}: {found.message}"] = None
    return tuple(lines)


def suv_refusal_note(description: ImageDescription) -> str:
    """Return the sentence for a PET image without SUV; empty if it has one or is no PET."""
    found = suv_of(description) if description.suv_inputs is not None else None
    return f"No SUV: {found.message}" if isinstance(found, ReadStationError) else ""
