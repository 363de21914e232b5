"""Read one DICOM file into the plain header that the index keeps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from readstation.adapters.dicom.attributes import Attributes, parse_header, quiet_parsing
from readstation.adapters.dicom.coded_concepts import (
    read_anatomic_regions,
    read_procedure_codes,
)
from readstation.adapters.dicom.part10 import OpenedFile
from readstation.adapters.dicom.pixel_geometry import PixelGeometry, read_pixel_geometry
from readstation.adapters.dicom.sop_classes import (
    MEDIA_STORAGE_DIRECTORY,
    not_displayable_reason,
    sop_class_name,
)
from readstation.app.importing.instance_header import (
    InstanceHeader,
    PatientHeader,
    PersonNameGroups,
    SeriesHeader,
    StudyHeader,
)
from readstation.app.importing.refusals import refusal

UID_SYNTAX = re.compile(r"[0-9]+(\.[0-9]+)*")
MAX_UID = 64
MAX_IDENTITY = 256
FILING_UIDS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
IDENTITY_TEXTS = ("PatientID", "IssuerOfPatientID", "AccessionNumber")
DATE = re.compile(r"[0-9]{8}")
TIME = re.compile(r"([0-9]{2}){1,3}(\.[0-9]{1,6})?")
SIMULATED = re.compile(r"simulat", re.IGNORECASE)
SIMULATION_NOTES = (
    "StudyDescription",
    "SeriesDescription",
    "ImageComments",
    "PatientComments",
    "DerivationDescription",
)


@dataclass(frozen=True, slots=True)
class ReadInstance:
    """One opened file, parsed: the attributes stay inside the adapters."""

    opened: OpenedFile
    attributes: Attributes
    header: InstanceHeader
    geometry: PixelGeometry | None


def read_instance(opened: OpenedFile) -> ReadInstance:
    """Read identity, descriptions and pixel geometry; pixels that cannot be right are refused.

    Identifiers that are missing or malformed come out empty: see `require_identity`.
    """
    with quiet_parsing():
        attributes = parse_header(opened)
        sop_class_uid = _uid(attributes, "SOPClassUID")
        if sop_class_uid == MEDIA_STORAGE_DIRECTORY or "DirectoryRecordSequence" in attributes:
            raise refusal("MEDIA_DIRECTORY")
        geometry, reason = _read_pixels(opened, attributes, sop_class_uid)
        header = _read_header(opened, attributes, geometry, reason)
    return ReadInstance(opened, attributes, header, geometry)


def require_identity(instance: ReadInstance) -> None:
    """Refuse an object that cannot be filed: its UIDs, patient ID and accession number."""
    with quiet_parsing():
        for keyword in FILING_UIDS:
            _require_uid(instance.attributes.full_text(keyword), keyword)
        for keyword in IDENTITY_TEXTS:
            _require_identity_text(instance.attributes.full_text(keyword), keyword)


def _require_uid(uid: str, keyword: str) -> None:
    if not uid:
        raise refusal("MISSING_UID", keyword)
    if not _is_uid(uid):
        raise refusal("BAD_UID", keyword)


def _require_identity_text(text: str, keyword: str) -> None:
    """Refuse a text that tells people apart if it would have to be cut or altered."""
    if len(text) > MAX_IDENTITY:
        raise refusal("BAD_IDENTITY", f"{keyword} is {len(text)} characters long")
    if "\ufffd" in text:
        raise refusal("BAD_IDENTITY", f"{keyword} holds unreadable characters")


def _uid(attributes: Attributes, keyword: str) -> str:
    uid = attributes.full_text(keyword)
    return uid if _is_uid(uid) else ""


def _is_uid(uid: str) -> bool:
    # PS3.5 9.1
    return len(uid) <= MAX_UID and UID_SYNTAX.fullmatch(uid) is not None


def _read_pixels(
    opened: OpenedFile, attributes: Attributes, sop_class_uid: str
) -> tuple[PixelGeometry | None, str]:
    """Return the pixel geometry, or why this object is not shown."""
    reason = not_displayable_reason(sop_class_uid)
    element = opened.structure.pixel_element
    if element is None:
        return None, reason or "This object holds no pixel data."
    return read_pixel_geometry(attributes, element.tag), reason


def _read_header(
    opened: OpenedFile, attributes: Attributes, geometry: PixelGeometry | None, reason: str
) -> InstanceHeader:
    sop_class_uid = _uid(attributes, "SOPClassUID")
    return InstanceHeader(
        patient=_read_patient(attributes),
        study=_read_study(attributes),
        series=_read_series(attributes),
        sop_class_uid=sop_class_uid,
        sop_class_name=sop_class_name(sop_class_uid),
        sop_instance_uid=_uid(attributes, "SOPInstanceUID"),
        instance_number=attributes.integer("InstanceNumber"),
        transfer_syntax_uid=opened.transfer_syntax_uid,
        rows=geometry.rows if geometry else 0,
        columns=geometry.columns if geometry else 0,
        number_of_frames=geometry.number_of_frames if geometry else 0,
        image_type=attributes.texts("ImageType")[:16],
        is_displayable=geometry is not None and not reason,
        not_displayable_reason=reason,
        is_lossy=attributes.text("LossyImageCompression") == "01",
        is_simulated=is_simulated(attributes),
        warnings=opened.warnings,
    )


def is_simulated(attributes: Attributes) -> bool:
    """Say whether any description or comment calls this image simulated."""
    return any(SIMULATED.search(attributes.text(keyword)) for keyword in SIMULATION_NOTES)


def _read_patient(attributes: Attributes) -> PatientHeader:
    return PatientHeader(
        patient_id=attributes.text("PatientID"),
        issuer_of_patient_id=attributes.text("IssuerOfPatientID"),
        patient_name=_name(attributes, "PatientName"),
        patient_birth_date=_date(attributes, "PatientBirthDate"),
        patient_sex=attributes.text("PatientSex", 16),
    )


def _read_study(attributes: Attributes) -> StudyHeader:
    return StudyHeader(
        study_instance_uid=_uid(attributes, "StudyInstanceUID"),
        study_id=attributes.text("StudyID"),
        accession_number=attributes.text("AccessionNumber"),
        study_date=_date(attributes, "StudyDate"),
        study_time=_time(attributes, "StudyTime"),
        timezone_offset_from_utc=attributes.text("TimezoneOffsetFromUTC", 8),
        study_description=attributes.text("StudyDescription"),
        referring_physician_name=_name(attributes, "ReferringPhysicianName"),
        institution_name=attributes.text("InstitutionName"),
        procedure_codes=read_procedure_codes(attributes),
    )


def _read_series(attributes: Attributes) -> SeriesHeader:
    return SeriesHeader(
        series_instance_uid=_uid(attributes, "SeriesInstanceUID"),
        modality=attributes.text("Modality", 16),
        series_number=attributes.integer("SeriesNumber"),
        series_description=attributes.text("SeriesDescription"),
        body_part_examined=attributes.text("BodyPartExamined"),
        laterality=attributes.text("Laterality") or attributes.text("ImageLaterality"),
        view_position=attributes.text("ViewPosition"),
        frame_of_reference_uid=_uid(attributes, "FrameOfReferenceUID"),
        anatomic_regions=read_anatomic_regions(attributes),
    )


def _name(attributes: Attributes, keyword: str) -> PersonNameGroups:
    groups = [group.strip() for group in attributes.text(keyword).split("=")][:3]
    alphabetic, ideographic, phonetic = groups + [""] * (3 - len(groups))
    return PersonNameGroups(alphabetic, ideographic, phonetic)


def _date(attributes: Attributes, keyword: str) -> str:
    found = attributes.text(keyword).replace(".", "")
    return found if DATE.fullmatch(found) else ""


def _time(attributes: Attributes, keyword: str) -> str:
    found = attributes.text(keyword).replace(":", "")
    return found if TIME.fullmatch(found) else ""
