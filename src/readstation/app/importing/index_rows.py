"""From an instance header to the rows that the database keeps."""

from __future__ import annotations

from readstation.app.importing.dicom_dates import read_date, read_local_datetime, to_utc
from readstation.app.importing.instance_header import InstanceHeader
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.study import Instance, Series, Study


def study_row(header: InstanceHeader) -> Study:
    """Return the study as this instance describes it."""
    study, patient = header.study, header.patient
    local = read_local_datetime(study.study_date, study.study_time or "00")
    return Study(
        study_instance_uid=study.study_instance_uid,
        patient=Patient(
            identity=PatientIdentity(patient.patient_id, patient.issuer_of_patient_id),
            patient_name=patient.patient_name.joined,
            patient_birth_date=read_date(patient.patient_birth_date),
            patient_sex=patient.patient_sex,
        ),
        accession_number=study.accession_number,
        study_date_time=to_utc(local, study.timezone_offset_from_utc),
        study_description=study.study_description,
        modalities_in_study=(header.series.modality,) if header.series.modality else (),
        body_part_examined=header.series.body_part_examined,
        institution_name=study.institution_name,
        is_simulated=header.is_simulated,
        procedure_codes=study.procedure_codes,
        anatomic_regions=header.series.anatomic_regions,
    )


def series_row(header: InstanceHeader) -> Series:
    """Return the series as this instance describes it."""
    series = header.series
    return Series(
        series_instance_uid=series.series_instance_uid,
        study_instance_uid=header.study.study_instance_uid,
        modality=series.modality,
        series_number=series.series_number,
        series_description=series.series_description,
        body_part_examined=series.body_part_examined,
        laterality=series.laterality,
    )


def instance_row(header: InstanceHeader, content_sha256: str) -> Instance:
    """Return the row of one instance whose bytes are stored under `content_sha256`."""
    return Instance(
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series.series_instance_uid,
        sop_class_uid=header.sop_class_uid,
        transfer_syntax_uid=header.transfer_syntax_uid,
        instance_number=header.instance_number,
        number_of_frames=header.number_of_frames,
        rows=header.rows or None,
        columns=header.columns or None,
        content_sha256=content_sha256,
        is_displayable=header.is_displayable,
    )
