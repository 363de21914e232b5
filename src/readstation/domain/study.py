"""Studies, series and instances as the worklist and the viewports know them."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import Enum

from readstation.domain.late_dataclass import dataclass
from readstation.domain.patient import Patient


@dataclass(frozen=True, slots=True)
class FrameKey:
    """One frame: SOP Instance UID and frame number, counted from 1 as DICOM does.

    What is measured or seen on a frame is filed under this key and never moves to another.
    """

    sop_instance_uid: str
    frame_number: int = 1
    frame_of_reference_uid: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Instance:
    """One stored SOP instance. Field names are DICOM keywords in snake_case."""

    sop_instance_uid: str
    series_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    instance_number: int | None
    number_of_frames: int
    rows: int | None
    columns: int | None
    content_sha256: str
    """Names the bytes in the image store."""
    is_displayable: bool = True


@dataclass(frozen=True, slots=True)
class Series:
    """A series of the index, with its instances in the order of the database."""

    series_instance_uid: str
    study_instance_uid: str
    modality: str
    series_number: int | None
    series_description: str = ""
    body_part_examined: str = ""
    laterality: str = ""
    instances: tuple[Instance, ...] = ()

    @property
    def image_count(self) -> int:
        """Frames that can be displayed."""
        return sum(i.number_of_frames for i in self.instances if i.is_displayable)


@dataclass(frozen=True, slots=True)
class CodedConcept:
    """One item of a code sequence (PS3.3 8.8)."""

    code_value: str
    coding_scheme_designator: str
    code_meaning: str = ""


@dataclass(frozen=True, slots=True)
class Study:
    """One study with its patient, as the images themselves say."""

    study_instance_uid: str
    patient: Patient
    accession_number: str
    study_date_time: datetime | None
    """UTC; taken from Study Date, Time and Timezone Offset From UTC."""
    study_description: str = ""
    modalities_in_study: tuple[str, ...] = ()
    body_part_examined: str = ""
    institution_name: str = ""
    expected_instances: int | None = None
    """Number of Study Related Instances the sender announced; None when unknown."""
    number_of_study_related_instances: int = 0
    """Instances that are here."""
    is_simulated: bool = False
    """The study was made by a program and says so wherever it shows."""
    procedure_codes: tuple[CodedConcept, ...] = ()
    """Procedure Code Sequence (0008,1032), else what was requested."""
    ordered_codes: tuple[CodedConcept, ...] = ()
    """Procedure codes of its order; they count where those of the images tell nothing."""
    anatomic_regions: tuple[CodedConcept, ...] = ()
    """Anatomic Region Sequence (0008,2218) of its images."""
    lateralities: tuple[str, ...] = ()
    """Laterality (0020,0060) of each series that states one: R, L, U or B."""

    @property
    def completeness(self) -> Completeness:
        if self.expected_instances is None:
            return Completeness.UNKNOWN
        if self.number_of_study_related_instances < self.expected_instances:
            return Completeness.INCOMPLETE
        return Completeness.COMPLETE


class Completeness(Enum):
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNKNOWN = "not announced"


@dataclass(frozen=True, slots=True)
class InstanceConflict:
    """The same SOP Instance UID arrived with other bytes; both are kept."""

    sop_instance_uid: str
    study_instance_uid: str
    kept_sha256: str
    other_sha256: str
    noticed_at: datetime
