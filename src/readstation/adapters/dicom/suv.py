"""What a PET image states about weight, dose and times, from checked attributes."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.frame_attributes import FrameAttributes
from readstation.app.importing.dicom_dates import (
    read_datetime,
    read_local_datetime,
    read_offset_min,
)
from readstation.domain.suv_inputs import SuvInputs

ENHANCED_PET = "1.2.840.10008.5.1.4.1.1.130"
LEGACY_CONVERTED_PET = "1.2.840.10008.5.1.4.1.1.128.1"
BQ_PER_MBQ = 1e6
YES = "YES"
CORRECTIONS = {"DecayCorrected": "DECY", "AttenuationCorrected": "ATTN"}
REAL_WORLD, TRANSFORM = "RealWorldValueMappingSequence", "PixelValueTransformationSequence"
UNITS_OF_CODE = {"Bq/ml": "BQML", "g/ml": "GML", "cm2/ml": "CM2ML"}  # UCUM
SAME_RELATIVE = 1e-9
GE_PET, GE_SCAN_DATETIME = "GEMS_PETD_01", 0x0D
PHILIPS_PET, PHILIPS_SUV, PHILIPS_ACTIVITY = "Philips PET Private Group", 0x00, 0x09
ANY_DAY = "20000101"


def read_suv_inputs(frame: FrameAttributes) -> SuvInputs | None:
    """Return what SUV is computed from; None for anything but PET."""
    root = frame.root
    if root.text("Modality", 16) != "PT":
        return None
    inputs = _of_image(root)
    if root.text("SOPClassUID", 64) == ENHANCED_PET:
        return _of_enhanced_frame(frame, inputs)
    return inputs


def _of_image(root: Attributes) -> SuvInputs:
    injections = root.items("RadiopharmaceuticalInformationSequence")
    injected = root.first_item("RadiopharmaceuticalInformationSequence")
    nuclide = injected.first_item("RadionuclideCodeSequence")
    start = injected.text("RadiopharmaceuticalStartDateTime", 32)
    return SuvInputs(
        units=root.text("Units", 16),
        suv_type=root.text("SUVType", 16),
        corrected_image=root.texts("CorrectedImage"),
        decay_correction=root.text("DecayCorrection", 16),
        patient_weight_kg=root.number("PatientWeight"),
        patient_size_m=root.number("PatientSize"),
        patient_sex=root.text("PatientSex", 16),
        number_of_injections=len(injections),
        radionuclide_total_dose_bq=injected.number("RadionuclideTotalDose"),
        radionuclide_half_life_s=injected.number("RadionuclideHalfLife"),
        radionuclide_code_value=nuclide.text("CodeValue", 16),
        radionuclide_code_meaning=nuclide.text("CodeMeaning", 64),
        radiopharmaceutical_start_time_s=_seconds(injected.text("RadiopharmaceuticalStartTime")),
        radiopharmaceutical_start_datetime=read_datetime(start),
        radiopharmaceutical_start_offset_min=read_offset_min(start[-5:]),
        series_datetime=read_local_datetime(root.text("SeriesDate"), root.text("SeriesTime")),
        acquisition_datetime=_acquisition(root),
        timezone_offset_min=read_offset_min(root.text("TimezoneOffsetFromUTC", 16)),
        frame_reference_time_ms=root.number("FrameReferenceTime"),
        actual_frame_duration_ms=root.number("ActualFrameDuration"),
        decay_factor=root.number("DecayFactor"),
        ge_scan_datetime=read_datetime(root.private_text(0x0009, GE_PET, GE_SCAN_DATETIME)),
        philips_suv_factor=root.private_number(0x7053, PHILIPS_PET, PHILIPS_SUV),
        philips_activity_factor=root.private_number(0x7053, PHILIPS_PET, PHILIPS_ACTIVITY),
        is_gated="GATED" in root.texts("SeriesType"),
        is_legacy_converted=root.text("SOPClassUID", 64) == LEGACY_CONVERTED_PET,
    )


def _of_enhanced_frame(frame: FrameAttributes, inputs: SuvInputs) -> SuvInputs:
    """Return the inputs as enhanced PET states them: dose in MBq, flags, datetimes (C.8.22)."""
    root, dose_mbq = frame.root, inputs.radionuclide_total_dose_bq
    corrected_to = root.text("DecayCorrectionDateTime", 32)
    moment, offset = read_datetime(corrected_to), read_offset_min(corrected_to[-5:])
    scanner = inputs.timezone_offset_min
    if moment is not None and offset is not None and scanner is not None:
        moment += timedelta(minutes=scanner - offset)
    return replace(
        inputs,
        units=_real_world_units(frame),
        suv_type="",
        corrected_image=tuple(
            term for keyword, term in CORRECTIONS.items() if root.text(keyword, 16) == YES
        ),
        decay_correction="START" if moment is not None else "",
        decay_corrected_to=moment,
        timezone_offset_min=scanner if scanner is not None else offset,
        radionuclide_total_dose_bq=None if dose_mbq is None else dose_mbq * BQ_PER_MBQ,
    )


def _real_world_units(frame: FrameAttributes) -> str:
    """Return the unit of the real world value mapping if rescaled values are just those values."""
    mapping = frame.place(REAL_WORLD, "RealWorldValueSlope")
    rescale = frame.place(TRANSFORM, "RescaleSlope")
    pairs = (
        (mapping.number("RealWorldValueSlope"), rescale.number("RescaleSlope")),
        (mapping.number("RealWorldValueIntercept"), rescale.number("RescaleIntercept")),
    )
    for real, rescaled in pairs:
        if real is None or rescaled is None:
            return ""
        if not math.isclose(real, rescaled, rel_tol=SAME_RELATIVE):
            return ""
    code = mapping.first_item("MeasurementUnitsCodeSequence").text("CodeValue", 16)
    return UNITS_OF_CODE.get(code, "")


def _acquisition(root: Attributes) -> datetime | None:
    stated = read_local_datetime(root.text("AcquisitionDate"), root.text("AcquisitionTime"))
    return stated or read_datetime(root.text("AcquisitionDateTime"))


def _seconds(time: str) -> float | None:
    at = read_local_datetime(ANY_DAY, time)
    if at is None:
        return None
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return (at - midnight) / timedelta(seconds=1)
