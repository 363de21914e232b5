"""What every object that ReadStation writes has in common: file, patient, study, time, texts.

An object is added to the study of an image that is here, and patient and study are copied from the
header of that image as they are, whatever the standard thinks of their values: an object that
names its patient in another way than the images beside it would be sorted under another patient.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from readstation.app.importing.dicom_dates import zone_of
from readstation.app.importing.instance_header import InstanceHeader

IMPLEMENTATION_UID = "2.25.139285436187250389716354108302146127811"
PRODUCT = "ReadStation"
KNOWN_SEXES = frozenset({"M", "F", "O"})
LATIN_1, UTF_8 = "ISO_IR 100", "ISO_IR 192"
TEXT_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UT"})


def new_object(sop_class_uid: str, sop_instance_uid: str) -> FileDataset:
    """Return a dataset that holds its own class and name, and a file header that agrees."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = UID(sop_class_uid)
    meta.MediaStorageSOPInstanceUID = UID(sop_instance_uid)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_UID)
    meta.ImplementationVersionName = PRODUCT.upper()
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    dataset.SOPClassUID = sop_class_uid
    dataset.SOPInstanceUID = sop_instance_uid
    return dataset


def patient_and_study(dataset: Dataset, image: InstanceHeader) -> None:
    """Copy whose the object is and what it belongs to from an image of the study."""
    patient, study = image.patient, image.study
    dataset.PatientName = patient.patient_name.joined
    dataset.PatientID = patient.patient_id
    if patient.issuer_of_patient_id:
        dataset.IssuerOfPatientID = patient.issuer_of_patient_id
    dataset.PatientBirthDate = patient.patient_birth_date
    dataset.PatientSex = patient.patient_sex if patient.patient_sex in KNOWN_SEXES else ""
    dataset.StudyInstanceUID = study.study_instance_uid
    dataset.StudyID = study.study_id
    dataset.StudyDate = study.study_date
    dataset.StudyTime = study.study_time
    dataset.AccessionNumber = study.accession_number
    dataset.ReferringPhysicianName = study.referring_physician_name.joined
    if study.study_description:
        dataset.StudyDescription = study.study_description
    if study.timezone_offset_from_utc:
        dataset.TimezoneOffsetFromUTC = study.timezone_offset_from_utc


def date_and_time(now: datetime, image: InstanceHeader) -> tuple[str, str]:
    """Return an aware time as DA and TM, in the zone that the study states or this machine's."""
    local = now.astimezone(zone_of(image.study.timezone_offset_from_utc))
    return local.strftime("%Y%m%d"), local.strftime("%H%M%S")


def content_of(dataset: Dataset) -> bytes:
    """Return the whole file; its texts are in Latin 1 where that holds them, else in UTF-8."""
    dataset.SpecificCharacterSet = _character_set(dataset)
    content = BytesIO()
    dataset.save_as(content, enforce_file_format=True)
    return content.getvalue()


def _character_set(dataset: Dataset) -> str:
    """Return Latin 1 where it holds all texts, as older readers know it, else UTF-8."""
    texts = [str(e.value) for e in dataset.iterall() if e.VR in TEXT_VRS]
    try:
        "".join(texts).encode("latin-1")
    except UnicodeEncodeError:
        return UTF_8
    return LATIN_1
