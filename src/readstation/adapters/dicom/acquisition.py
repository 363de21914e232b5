"""What tells a frame apart from others of its series, classic or enhanced (PS3.3 C.7.6.16)."""

from __future__ import annotations

from readstation.adapters.dicom.frame_attributes import FrameAttributes
from readstation.domain.acquisition import Acquisition

FRAME_TYPES = {"MR": "MRImageFrameTypeSequence", "CT": "CTImageFrameTypeSequence"}
CONTENT, DIFFUSION, CARDIAC = (
    "FrameContentSequence",
    "MRDiffusionSequence",
    "CardiacSynchronizationSequence",
)
DIRECTION = "DiffusionGradientDirectionSequence"
MOST_TYPES, MOST_NAME = 8, 16
SIEMENS = (0x0019, "SIEMENS MR HEADER", 0x0C)


def read_acquisition(
    frame: FrameAttributes, modality: str, image_type: tuple[str, ...]
) -> Acquisition:
    """Return the attributes of one frame; its own groups come before the data set."""
    root = frame.root
    group = FRAME_TYPES.get(modality, "")
    own_type = frame.place(group, "FrameType").texts("FrameType") if group else ()
    acquired = _whole(frame, "FrameAcquisitionNumber", CONTENT)
    temporal = _whole(frame, "TemporalPositionIndex", CONTENT)
    common = Acquisition(
        image_type=tuple(own_type or image_type)[:MOST_TYPES],
        acquisition_number=acquired or root.integer("AcquisitionNumber"),
        stack_id=frame.text(CONTENT, "StackID")[:MOST_NAME],
        temporal_position=temporal or root.integer("TemporalPositionIdentifier"),
        trigger_time_ms=_trigger_time(frame),
        frame_reference_time_ms=root.number("FrameReferenceTime"),
    )
    return _of_magnetic_resonance(frame, common) if modality == "MR" else common


def _of_magnetic_resonance(frame: FrameAttributes, common: Acquisition) -> Acquisition:
    root = frame.root
    directed = frame.items(DIRECTION, DIFFUSION)
    place = directed[0] if directed else root
    direction = place.numbers("DiffusionGradientOrientation")
    return Acquisition(
        image_type=common.image_type,
        acquisition_number=common.acquisition_number,
        stack_id=common.stack_id,
        temporal_position=common.temporal_position,
        trigger_time_ms=common.trigger_time_ms,
        frame_reference_time_ms=common.frame_reference_time_ms,
        echo_number=root.integer("EchoNumbers"),
        diffusion_b_value=_b_value(frame),
        gradient_direction=direction if len(direction) == 3 else (),
        inversion_time_ms=root.number("InversionTime"),
    )


def _b_value(frame: FrameAttributes) -> float | None:
    stated = frame.number(DIFFUSION, "DiffusionBValue")
    return stated if stated is not None else frame.root.private_number(*SIEMENS)


def _trigger_time(frame: FrameAttributes) -> float | None:
    stated = frame.root.number("TriggerTime")
    return stated if stated is not None else frame.number(CARDIAC, "NominalCardiacTriggerDelayTime")


def _whole(frame: FrameAttributes, keyword: str, group: str) -> int | None:
    return frame.place(group, keyword).integer(keyword)
