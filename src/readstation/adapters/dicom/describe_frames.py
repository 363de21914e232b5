"""Everything a viewport needs to know of each frame, from one parsed file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from readstation.adapters.dicom.acquisition import read_acquisition
from readstation.adapters.dicom.attributes import Attributes, quiet_parsing
from readstation.adapters.dicom.frame_attributes import FrameAttributes, each_frame
from readstation.adapters.dicom.image_notes import image_notes
from readstation.adapters.dicom.look_up_tables import (
    OTHER_REAL_WORLD_VALUES,
    has_other_real_world_values,
    may_be_negative,
    read_modality,
    read_padding,
    read_vois,
)
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.adapters.dicom.read_instance import ReadInstance
from readstation.adapters.dicom.shutters import read_shutter
from readstation.adapters.dicom.sop_classes import sop_class_name, transfer_syntax_name
from readstation.adapters.dicom.spatial import (
    MEASURES,
    read_calibration,
    read_pixel_aspect_ratio,
    read_plane,
    read_ultrasound_regions,
)
from readstation.adapters.dicom.suv import read_suv_inputs
from readstation.app.importing.dicom_dates import read_date, read_datetime, read_local_datetime
from readstation.app.importing.refusals import refusal
from readstation.app.viewport.image_description import (
    NO_DECODER,
    DecoderFacts,
    ImageDescription,
    LossyCompression,
    PatientBanner,
)
from readstation.domain.transfer_syntax import is_lossy_syntax, may_be_lossy_syntax
from readstation.imaging.modality_lut import IDENTITY
from readstation.imaging.presentation import PresentationLutShape

TRANSFORM, VOI = "PixelValueTransformationSequence", "FrameVOILUTSequence"
RESCALE = ("RescaleSlope", "RescaleIntercept")
WINDOWS = ("WindowCenter", "WindowWidth", "VOILUTSequence")
SHUTTER = "FrameDisplayShutterSequence"
CONTENT, ANATOMY = "FrameContentSequence", "FrameAnatomySequence"
MOST_LOSSY_STEPS = 20
MOST_IMAGE_TYPES = 16
SWEEPING = 1  # of Preferred Playback Sequencing

SHOWN_AS_STORED = frozenset(f"1.2.840.10008.5.1.4.1.1.12.{number}" for number in (1, 2, 3))
"""X-Ray angiography and fluoroscopy: their modality LUT leads back to beam intensity and is not
for display (C.8.7.1.1.2; DCMTK leaves it out too)."""


def describe_frames(
    instance: ReadInstance,
    decoder: DecoderFacts = NO_DECODER,
    pixel_notes: tuple[str, ...] = (),
) -> list[ImageDescription]:
    """Return one description per frame; `pixel_notes` is what decoding found odd.

    Raises
    ------
    RefusedInputError
        NOT_AN_IMAGE where the object has no pixels.
    """
    geometry = instance.geometry
    if geometry is None:
        raise refusal("NOT_AN_IMAGE")
    with quiet_parsing():
        common = _describe_common(instance, geometry)
        own = image_notes(instance.attributes, geometry)
        notes = tuple(sentence(note) for note in (*common.notes, *pixel_notes, *own))
        common = replace(common, decoder=decoder, notes=notes)
        frames = each_frame(instance.attributes, geometry.number_of_frames)
        return _timed(_describe_all(common, frames, geometry), instance.attributes)


def _describe_all(
    common: ImageDescription, frames: Iterable[FrameAttributes], geometry: PixelGeometry
) -> list[ImageDescription]:
    """Describe frames; those without groups of their own differ by their number alone."""
    described: list[ImageDescription] = []
    alike: ImageDescription | None = None
    for number, frame in enumerate(frames, start=1):
        if frame.has_groups:
            described.append(_describe_frame(common, frame, geometry, number))
            continue
        alike = alike or _describe_frame(common, frame, geometry, number)
        described.append(replace(alike, frame_number=number))
    return described


def _timed(described: list[ImageDescription], root: Attributes) -> list[ImageDescription]:
    """Give each frame its own time until the next, where a Frame Time Vector states them.

    Its first value has no meaning (C.7.6.5.1.2); the last frame stays as long as the one before.
    """
    after = root.numbers("FrameTimeVector")[1:]
    if described[0].frame_time_ms or not after or len(after) != len(described) - 1:
        return described
    times = (*after, after[-1])
    if min(times) <= 0:
        return described
    return [replace(d, frame_time_ms=t) for d, t in zip(described, times, strict=True)]


def sentence(note: str) -> str:
    """Return a note as the reader sees it.

    >>> sentence("the file has no file meta information")
    'The file has no file meta information.'
    """
    return note if note.endswith(".") else f"{note[:1].upper()}{note[1:]}."


def _describe_common(instance: ReadInstance, geometry: PixelGeometry) -> ImageDescription:
    root, header = instance.attributes, instance.header
    study, series = header.study, header.series
    return ImageDescription(
        study_instance_uid=study.study_instance_uid,
        series_instance_uid=series.series_instance_uid,
        sop_instance_uid=header.sop_instance_uid,
        sop_class_uid=header.sop_class_uid,
        sop_class_name=sop_class_name(header.sop_class_uid),
        transfer_syntax_uid=header.transfer_syntax_uid,
        transfer_syntax_name=transfer_syntax_name(header.transfer_syntax_uid),
        banner=_banner(instance),
        study_date=read_date(study.study_date),
        study_datetime=read_local_datetime(study.study_date, study.study_time),
        acquisition_datetime=_acquisition(root),
        study_description=study.study_description,
        institution_name=study.institution_name,
        accession_number=study.accession_number,
        modality=series.modality,
        body_part_examined=series.body_part_examined,
        series_number=series.series_number,
        series_description=series.series_description,
        instance_number=header.instance_number,
        is_simulated=header.is_simulated,
        burned_in_annotation=root.text("BurnedInAnnotation", 16).upper(),
        compression=_compression(root, header.transfer_syntax_uid),
        notes=header.warnings,
        **_pixels(root, geometry),
        **_acquisition_values(root),
    )


def _pixels(root: Attributes, geometry: PixelGeometry) -> dict[str, Any]:
    shape = root.text("PresentationLUTShape", 16).upper()
    known = {s.value: s for s in PresentationLutShape}
    return {
        "number_of_frames": geometry.number_of_frames,
        "rows": geometry.rows,
        "columns": geometry.columns,
        "bits_allocated": geometry.bits_allocated,
        "bits_stored": geometry.bits_stored,
        "high_bit": root.unsigned_short("HighBit"),
        "is_signed": geometry.is_signed,
        "samples_per_pixel": geometry.samples_per_pixel,
        "photometric_interpretation": geometry.photometric_interpretation,
        "pixel_padding": read_padding(root, geometry),
        "presentation_lut_shape": known.get(shape),
        "pixel_aspect_ratio": read_pixel_aspect_ratio(root),
    }


def _acquisition_values(root: Attributes) -> dict[str, Any]:
    frame_time = root.number("FrameTime")
    cine_rate = root.number("RecommendedDisplayFrameRate") or root.number("CineRate")
    orientation = root.texts("PatientOrientation")
    return {
        "units": root.text("Units", 16),
        "laterality": root.text("ImageLaterality", 16) or root.text("Laterality", 16),
        "view_position": root.text("ViewPosition", 16) or _view_code(root),
        "image_type": tuple(t[:32] for t in root.texts("ImageType"))[:MOST_IMAGE_TYPES],
        "patient_orientation": orientation if len(orientation) == 2 else ("", ""),
        "patient_position": root.text("PatientPosition", 16),
        "kvp": root.number("KVP"),
        "x_ray_tube_current_ma": root.number("XRayTubeCurrent"),
        "repetition_time_ms": root.number("RepetitionTime"),
        "echo_time_ms": root.number("EchoTime"),
        "magnetic_field_strength_t": root.number("MagneticFieldStrength"),
        "contrast_bolus_agent": root.text("ContrastBolusAgent", 64),
        "convolution_kernel": root.text("ConvolutionKernel", 64),
        "frame_time_ms": frame_time if frame_time and frame_time > 0 else None,
        "cine_rate_hz": cine_rate if cine_rate and cine_rate > 0 else None,
        "is_cine_sweeping": root.number("PreferredPlaybackSequencing") == SWEEPING,
    }


def _describe_frame(
    common: ImageDescription, frame: FrameAttributes, geometry: PixelGeometry, number: int
) -> ImageDescription:
    root = frame.root
    notes = list(common.notes)
    modality = read_modality(frame.place_of_any(TRANSFORM, RESCALE), geometry)
    if common.sop_class_uid in SHOWN_AS_STORED:
        modality = IDENTITY
    elif modality is None:
        notes.append("The rescale values of this image are not usable: stored values are shown.")
    is_signed = may_be_negative(modality or IDENTITY, geometry)
    stated = read_vois(frame.place_of_any(VOI, WINDOWS), is_signed=is_signed)
    notes.extend(stated.notes)
    if has_other_real_world_values(frame, modality or IDENTITY):
        notes.append(OTHER_REAL_WORLD_VALUES)
    acquired = read_datetime(frame.text(CONTENT, "FrameAcquisitionDateTime"))
    shutter, bad_shutter = read_shutter(frame.place(SHUTTER, "ShutterShape"))
    if bad_shutter:
        notes.append("The display shutter of this image is not usable: nothing is hidden.")
    return replace(
        common,
        frame_number=number,
        shutter=shutter,
        modality_transform=modality or IDENTITY,
        vois=stated.vois,
        plane=read_plane(frame, root.text("FrameOfReferenceUID", 64)),
        calibration=read_calibration(frame, common.modality),
        ultrasound_regions=read_ultrasound_regions(frame),
        suv_inputs=read_suv_inputs(frame),
        slice_thickness_mm=frame.number(MEASURES, "SliceThickness"),
        slice_location_mm=root.number("SliceLocation"),
        acquisition_datetime=acquired or common.acquisition_datetime,
        laterality=common.laterality or frame.text(ANATOMY, "FrameLaterality")[:16],
        repetition_time_ms=frame.number("MRTimingAndRelatedParametersSequence", "RepetitionTime"),
        echo_time_ms=frame.number("MREchoSequence", "EffectiveEchoTime") or common.echo_time_ms,
        acquisition=read_acquisition(frame, common.modality, common.image_type),
        convolution_kernel=common.convolution_kernel or _kernel(frame),
        notes=tuple(notes),
    )


def _kernel(frame: FrameAttributes) -> str:
    return frame.text("CTReconstructionSequence", "ConvolutionKernel")[:64]


def _banner(instance: ReadInstance) -> PatientBanner:
    patient = instance.header.patient
    return PatientBanner(
        patient_name=patient.patient_name.joined,
        patient_id=patient.patient_id,
        issuer_of_patient_id=patient.issuer_of_patient_id,
        patient_birth_date=read_date(patient.patient_birth_date),
        patient_sex=patient.patient_sex,
    )


def _acquisition(root: Attributes) -> Any:
    for day, time in (("AcquisitionDate", "AcquisitionTime"), ("ContentDate", "ContentTime")):
        found = read_local_datetime(root.text(day), root.text(time))
        if found is not None:
            return found
    return read_datetime(root.text("AcquisitionDateTime"))


def _compression(root: Attributes, transfer_syntax_uid: str) -> LossyCompression:
    """Return lossy if the flag, a method or the transfer syntax says so.

    Where the syntax may be either, only the flag `00` says that nothing was lost.
    """
    ratios = root.numbers("LossyImageCompressionRatio")
    method = root.text("LossyImageCompressionMethod", 64)
    flag = root.text("LossyImageCompression", 16)
    by_syntax = is_lossy_syntax(transfer_syntax_uid) or (
        may_be_lossy_syntax(transfer_syntax_uid) and flag != "00"
    )
    return LossyCompression(
        is_lossy=flag == "01" or bool(method) or by_syntax,
        ratio=ratios[-1] if ratios else None,
        method=method,
        ratios=tuple(ratios)[:MOST_LOSSY_STEPS],
        methods=tuple(root.texts("LossyImageCompressionMethod"))[:MOST_LOSSY_STEPS],
    )


def _view_code(root: Attributes) -> str:
    return root.first_item("ViewCodeSequence").text("CodeMeaning", 64)
