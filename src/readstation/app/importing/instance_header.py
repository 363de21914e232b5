"""What the index keeps of one instance: plain values, checked, in the words of PS3.6."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.domain.study import CodedConcept


@dataclass(frozen=True, slots=True)
class PersonNameGroups:
    """A Person Name: its alphabetic, ideographic and phonetic groups, components parted by ^."""

    alphabetic: str
    ideographic: str = ""
    phonetic: str = ""

    @property
    def joined(self) -> str:
        """Return the groups as DICOM writes them, parted by =, empty ones at the end left out."""
        return "=".join((self.alphabetic, self.ideographic, self.phonetic)).rstrip("=")


@dataclass(frozen=True, slots=True)
class PatientHeader:
    """Patient attributes; identity is (Patient ID, issuer)."""

    patient_id: str
    issuer_of_patient_id: str
    patient_name: PersonNameGroups
    patient_birth_date: str
    patient_sex: str


@dataclass(frozen=True, slots=True)
class StudyHeader:
    """Study attributes; dates are YYYYMMDD and times HHMMSS as the modality wrote them, or ''."""

    study_instance_uid: str
    study_id: str
    accession_number: str
    study_date: str
    study_time: str
    timezone_offset_from_utc: str
    study_description: str
    referring_physician_name: PersonNameGroups
    institution_name: str
    procedure_codes: tuple[CodedConcept, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesHeader:
    """Series attributes."""

    series_instance_uid: str
    modality: str
    series_number: int | None
    series_description: str
    body_part_examined: str
    laterality: str
    view_position: str
    frame_of_reference_uid: str
    anatomic_regions: tuple[CodedConcept, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceHeader:
    """One instance: where it belongs, what it is, and whether it can be displayed."""

    patient: PatientHeader
    study: StudyHeader
    series: SeriesHeader
    sop_class_uid: str
    sop_class_name: str
    sop_instance_uid: str
    instance_number: int | None
    transfer_syntax_uid: str
    rows: int
    columns: int
    number_of_frames: int
    image_type: tuple[str, ...]
    is_displayable: bool
    not_displayable_reason: str
    is_lossy: bool
    is_simulated: bool
    warnings: tuple[str, ...] = ()
    descriptions: PackedDescriptions | None = field(default=None, compare=False, repr=False)
    """Of its images, where they were read on the way; they travel beside the header."""

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        plain = asdict(self)
        del plain["descriptions"]
        return plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> InstanceHeader:
        """Return the header that `to_plain` was made from."""
        known = dict(plain)
        patient, study = dict(known.pop("patient")), dict(known.pop("study"))
        series = dict(known.pop("series"))
        patient["patient_name"] = PersonNameGroups(**patient["patient_name"])
        study["referring_physician_name"] = PersonNameGroups(**study["referring_physician_name"])
        study["procedure_codes"] = _codes(study["procedure_codes"])
        series["anatomic_regions"] = _codes(series["anatomic_regions"])
        return cls(
            patient=PatientHeader(**patient),
            study=StudyHeader(**study),
            series=SeriesHeader(**series),
            image_type=tuple(known.pop("image_type")),
            warnings=tuple(known.pop("warnings")),
            **known,
        )


def _codes(plain: Iterable[Mapping[str, str]]) -> tuple[CodedConcept, ...]:
    return tuple(CodedConcept(**code) for code in plain)
