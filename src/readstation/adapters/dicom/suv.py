"""What a PET image states about weight, dose and times, from checked attributes."""

from __future__ import annotations

from datetime import datetime, timedelta

from readstation.adapters.dicom.attributes import Attributes
from readstation.app.importing.dicom_dates import (
    read_datetime,
    read_local_datetime,
    read_offset_min,
)
from readstation.domain.suv_inputs import SuvInputs

ENHANCED_SOP_CLASSES = frozenset({"1.2.840.10008.5.1.4.1.1.130", "1.2.840.10008.5.1.4.1.1.128.1"})
GE_PET, GE_SCAN_DATETIME = "GEMS_PETD_01", 0x0D
PHILIPS_PET, PHILIPS_SUV, PHILIPS_ACTIVITY = "Philips PET Private Group", 0x00, 0x09
ANY_DAY = "20000101"


def read_suv_inputs(root: Attributes) -> SuvInputs | None:
    """Return what SUV is computed from; None for anything but PET."""
    if root.text("Modality", 16) != "PT":
        return None
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
        is_enhanced=root.text("SOPClassUID", 64) in ENHANCED_SOP_CLASSES,
    )


def _acquisition(root: Attributes) -> datetime | None:
    stated = read_local_datetime(root.text("AcquisitionDate"), root.text("AcquisitionTime"))
    return stated or read_datetime(root.text("AcquisitionDateTime"))


def _seconds(time: str) -> float | None:
    at = read_local_datetime(ANY_DAY, time)
    if at is None:
        return None
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return (at - midnight) / timedelta(seconds=1)
