"""What the application needs of the index of studies. An adapter implements it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from readstation.domain.patient import PatientIdentity
    from readstation.domain.study import CodedConcept, Instance, InstanceConflict, Series, Study


class AddedInstance(Enum):
    """What became of an instance that was to be indexed."""

    ADDED = "added"
    DUPLICATE = "already here"
    CONFLICT = "other bytes under the same UID"


class StudyRepository(Protocol):
    """Patients, studies, series and instances: the index of what was imported."""

    def add_instance(
        self, study: Study, series: Series, instance: Instance, now: datetime
    ) -> AddedInstance:
        """Index one instance; the study and series rows are made on the first one.

        The same SOP Instance UID with other bytes is kept beside as a conflict.

        Raises
        ------
        RefusedInputError
            If the study is known for another patient, or the series for another study.
        """
        ...

    def get(self, study_instance_uid: str) -> Study: ...

    def series_of(self, study_instance_uid: str) -> tuple[Series, ...]:
        """Return the series with their instances, by series and instance number."""
        ...

    def instance(self, sop_instance_uid: str) -> Instance: ...

    def known_instances(self, sop_instance_uids: Collection[str]) -> dict[str, Instance]:
        """Return those of the instances that are here, by their UID."""
        ...

    def of_patient_id(self, patient_id: str) -> tuple[Study, ...]:
        """Return all studies under this ID whatever the issuer: candidates, not matches."""
        ...

    def of_patient(self, identity: PatientIdentity) -> tuple[Study, ...]: ...

    def all(self) -> tuple[Study, ...]: ...

    def set_expected_instances(self, study_instance_uid: str, expected: int | None) -> None: ...

    def without_codes(self, patient_id: str) -> tuple[tuple[Study, Instance], ...]:
        """Return studies of which nobody has read the codes, each with an image to read."""
        ...

    def add_codes(
        self,
        study_instance_uid: str,
        procedures: Sequence[CodedConcept],
        regions: Sequence[CodedConcept],
    ) -> None:
        """Add codes to those known of a study; from then on they count as read, even if none."""
        ...

    def conflicts(self, study_instance_uid: str | None = None) -> tuple[InstanceConflict, ...]: ...
