"""Which presentation states apply to a frame, and how one changes what is shown (PS3.4 N.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.displayed_area import DisplayedArea
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation import PresentationLutShape, Rendering
from readstation.imaging.presentation_state import PresentationState, PresentationStateKind
from readstation.imaging.shutter import DisplayShutter
from readstation.imaging.voi import Voi, VoiLut, VoiLutFunction, VoiWindow

FULL_RANGE = "full range"


class Extent(Enum):
    """How much of a presentation state is applied; the value is the word for the reader."""

    WHOLE = "whole"
    GRAPHICS = "graphics only"


@dataclass(frozen=True, slots=True)
class PresentedFrame:
    """All that a presentation state says of one frame.

    `rendering` is None for colour; `area` is None for the whole image.
    """

    rendering: Rendering | None
    orientation: DisplayOrientation
    area: DisplayedArea | None
    shutter: DisplayShutter | None


def applies_to(state: PresentationState, description: ImageDescription) -> bool:
    """Return True if the state was made for this frame of this study and suits its pixels.

    A state of another study or patient never applies, whatever it refers to (H01).
    """
    d = description
    is_same_study = bool(d.study_instance_uid) and state.study_instance_uid == d.study_instance_uid
    is_same_patient = state.patient_id == d.banner.patient_id
    is_for_colour = state.kind is PresentationStateKind.COLOUR
    return (
        is_same_study
        and is_same_patient
        and is_for_colour == d.is_colour
        and state.covers(d.sop_instance_uid, d.frame_number)
    )


def states_for(
    states: Iterable[PresentationState], description: ImageDescription
) -> tuple[PresentationState, ...]:
    """Return the states that apply to a frame, the newest first."""
    found = [state for state in states if applies_to(state, description)]
    return tuple(sorted(found, key=_age_key, reverse=True))


def _age_key(state: PresentationState) -> tuple[str, str]:
    return (state.created.isoformat() if state.created else "", state.sop_instance_uid)


def apply_to_render(state: PresentationState, description: ImageDescription) -> PresentedFrame:
    """Return how a state shows one frame, independent of any reader.

    Parameters
    ----------
    state : PresentationState
        One that `applies_to` the frame.
    description : ImageDescription
        Of the frame. Its own modality transform, windows, shape and MONOCHROME1 are not used:
        what the state leaves out is identity (PS3.4 N.2.1).

    Returns
    -------
    PresentedFrame
        Pixels of the frame rendered and then turned so are those of DCMTK's dcmp2pgm bit for bit.
        That program applies no area, no shutter and no graphics, and takes SIGMOID and
        LINEAR_EXACT for LINEAR.
    """
    uid, number = description.sop_instance_uid, description.frame_number
    rendering = None
    if not description.is_colour:
        voi = state.voi_of(uid, number) or full_range(description, state.modality_transform)
        is_inverse = state.presentation_lut_shape is PresentationLutShape.INVERSE
        rendering = Rendering(
            state.modality_transform,
            voi,
            is_inverse and state.presentation_lut is None,
            state.presentation_lut,
            palette=state.palette,
        )
    return PresentedFrame(rendering, state.orientation, state.area_of(uid, number), state.shutter)


def full_range(description: ImageDescription, modality: ModalityTransform) -> Voi:
    """Return the VOI that shows every possible modality value, which is what none means.

    The range has as many steps as there are values, as in DCMTK: where that is a power of two it
    is the table that changes nothing.
    """
    d = description
    if modality.lut is not None:
        bits = max(max(modality.lut.data).bit_length(), 1)
        return _identity_table(0, bits)
    lowest_stored = -(1 << (d.bits_stored - 1)) if d.is_signed else 0
    ends = [
        value * modality.rescale_slope + modality.rescale_intercept
        for value in (lowest_stored, lowest_stored + (1 << d.bits_stored) - 1)
    ]
    lowest, count = min(ends), max(ends) - min(ends) + 1
    if count == 1 << d.bits_stored and lowest == int(lowest) and d.bits_stored <= 16:
        return _identity_table(int(lowest), d.bits_stored)
    width = count * 255 / 256
    return VoiWindow(lowest + width / 2, width, VoiLutFunction.LINEAR_EXACT, FULL_RANGE)


@lru_cache(maxsize=8)
def _identity_table(lowest: int, bits: int) -> VoiLut:
    return VoiLut(lowest, bits, tuple(range(1 << bits)), FULL_RANGE)


def in_units_of_image(voi: Voi, state: ModalityTransform, image: ModalityTransform) -> Voi:
    """Return a state's VOI in the image's own modality values, as the reader knows them.

    Only straight lines can be brought over; a table, or a VOI beside a table, stays as it is.
    """
    if state == image or state.lut or image.lut or isinstance(voi, VoiLut):
        return voi
    gain = image.rescale_slope / state.rescale_slope
    is_linear = voi.function is VoiLutFunction.LINEAR
    half, one = (0.5, 1.0) if is_linear else (0.0, 0.0)  # LINEAR counts whole units (C.11.2.1.2)
    center = (voi.center - half - state.rescale_intercept) * gain + image.rescale_intercept + half
    width = max(abs((voi.width - one) * gain) + one, one or 1e-6)
    named = voi.explanation if gain == 1 else ""  # it may speak of the other unit: SUV 0-6
    return replace(voi, center=center, width=width, explanation=named)
