"""The index of what is in the image store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from readstation.adapters.db.plain_statements import PlainRow, PlainStatements
from readstation.adapters.db.schema import (
    audit,
    instance_conflicts,
    instances,
    orders,
    series,
    studies,
)
from readstation.adapters.db.statements import Statements
from readstation.app.study_ports import AddedInstance
from readstation.domain.audit import OBJECT_SAVED
from readstation.domain.errors import NotFoundError, RefusedInputError
from readstation.domain.patient import Patient, PatientIdentity, comparable_name
from readstation.domain.study import CodedConcept, Instance, InstanceConflict, Series, Study

UIDS_PER_QUERY = 500
MOST_CODES = 16
"""Of one study: what is more than that names no region."""
_PATIENT = ("patient_name", "patient_birth_date", "patient_sex")
_SERIES = tuple(column.name for column in series.c)
INSTANCES_OF_STUDY = """
SELECT * FROM instances WHERE study_instance_uid = :study
ORDER BY instance_number NULLS LAST, sop_instance_uid
"""
SERIES_OF_STUDY = """
SELECT * FROM series WHERE study_instance_uid = :study
ORDER BY series_number NULLS LAST, series_instance_uid
"""
_INSTANCE = tuple(c.name for c in instances.c if c.name not in ("study_instance_uid", "added_at"))


class SqlStudyRepository:
    def __init__(self, statements: Statements, plain: PlainStatements) -> None:
        self._statements = statements
        self._plain = plain

    def add_instance(
        self, study: Study, series: Series, instance: Instance, now: datetime
    ) -> AddedInstance:
        self._require_study(study, now)
        self._require_series(series, study.study_instance_uid)
        known = self._statements.row(
            select(instances).where(instances.c.sop_instance_uid == instance.sop_instance_uid)
        )
        if known is not None:
            return self._again(known, instance, now)
        values = {name: getattr(instance, name) for name in _INSTANCE}
        self._statements.run(
            insert(instances).values(
                **values, study_instance_uid=study.study_instance_uid, added_at=now
            )
        )
        return AddedInstance.ADDED

    def get(self, study_instance_uid: str) -> Study:
        found = self._read(studies.c.study_instance_uid == study_instance_uid)
        if not found:
            raise NotFoundError("There is no such study here.", "Import it, or refresh the list.")
        return found[0]

    def series_of(self, study_instance_uid: str) -> tuple[Series, ...]:
        """Return them with their instances; in plain SQL, as a reader waits for these."""
        values = {"study": study_instance_uid}
        members: dict[str, list[Instance]] = defaultdict(list)
        for instance in self._plain.read(_plain_instance, INSTANCES_OF_STUDY, values):
            members[instance.series_instance_uid].append(instance)
        rows = self._plain.rows(SERIES_OF_STUDY, values)
        return self._plain.made(
            rows, lambda row: _plain_series(row, members[row.text("series_instance_uid")])
        )

    def instance(self, sop_instance_uid: str) -> Instance:
        wanted = select(instances).where(instances.c.sop_instance_uid == sop_instance_uid)
        row = self._statements.row(wanted)
        if row is None:
            raise NotFoundError("There is no such image here.", "Import it again.")
        return _instance(row)

    def known_instances(self, sop_instance_uids: Collection[str]) -> dict[str, Instance]:
        """Return those of the instances that are here, by their UID."""
        found: dict[str, Instance] = {}
        uids = list(sop_instance_uids)
        for start in range(0, len(uids), UIDS_PER_QUERY):
            some = instances.c.sop_instance_uid.in_(uids[start : start + UIDS_PER_QUERY])
            for row in self._statements.rows(select(instances).where(some)):
                found[row["sop_instance_uid"]] = _instance(row)
        return found

    def of_patient_id(self, patient_id: str) -> tuple[Study, ...]:
        return self._read(studies.c.patient_id == patient_id)

    def of_patient(self, identity: PatientIdentity) -> tuple[Study, ...]:
        return self._read(
            (studies.c.patient_id == identity.patient_id)
            & (studies.c.issuer_of_patient_id == identity.issuer_of_patient_id)
        )

    def all(self) -> tuple[Study, ...]:
        return self._read(None)

    def set_expected_instances(self, study_instance_uid: str, expected: int | None) -> None:
        changed = update(studies).where(studies.c.study_instance_uid == study_instance_uid)
        if self._statements.run(changed.values(expected_instances=expected)).rowcount != 1:
            raise NotFoundError("There is no such study here.", "Import it first.")

    def without_codes(self, patient_id: str) -> tuple[tuple[Study, Instance], ...]:
        of_patient = studies.c.patient_id == patient_id
        unread = studies.c.procedure_codes.is_(None) | studies.c.anatomic_regions.is_(None)
        found = []
        for study in self._read(of_patient & unread):
            own = instances.c.study_instance_uid == study.study_instance_uid
            shown_first = (instances.c.is_displayable.desc(), instances.c.sop_instance_uid)
            row = self._statements.row(select(instances).where(own).order_by(*shown_first).limit(1))
            if row is not None:
                found.append((study, _instance(row)))
        return tuple(found)

    def add_codes(
        self,
        study_instance_uid: str,
        procedures: Sequence[CodedConcept],
        regions: Sequence[CodedConcept],
    ) -> None:
        own = studies.c.study_instance_uid == study_instance_uid
        known = self._statements.row(select(studies).where(own))
        if known is not None:
            self._add_codes(known, procedures, regions)

    def conflicts(self, study_instance_uid: str | None = None) -> tuple[InstanceConflict, ...]:
        wanted = select(instance_conflicts).order_by(instance_conflicts.c.conflict_number)
        if study_instance_uid is not None:
            of_study = instance_conflicts.c.study_instance_uid == study_instance_uid
            wanted = wanted.where(of_study)
        rows = self._statements.rows(wanted)
        return tuple(
            InstanceConflict(**{k: v for k, v in row.items() if k != "conflict_number"})
            for row in rows
        )

    def _read(self, condition: ColumnElement[bool] | None) -> tuple[Study, ...]:
        wanted = study_query() if condition is None else study_query().where(condition)
        newest = studies.c.study_date_time.desc().nulls_last()
        ordered = wanted.order_by(newest, studies.c.study_instance_uid)
        return tuple(study_from(row) for row in self._statements.rows(ordered))

    def _require_study(self, study: Study, now: datetime) -> None:
        known = self._statements.row(
            select(studies).where(studies.c.study_instance_uid == study.study_instance_uid)
        )
        if known is None:
            self._statements.run(insert(studies).values(**_study_values(study), added_at=now))
        elif not is_onepatient_from(patient_from(known), study.patient):
            raise RefusedInputError(
                "OTHER_PATIENT",
                "This study is already here under another patient.",
                "Ask the sender to correct the patient or the study, then import again.",
            )
        else:
            self._add_codes(known, study.procedure_codes, study.anatomic_regions)

    def _add_codes(
        self, known: Any, procedures: Sequence[CodedConcept], regions: Sequence[CodedConcept]
    ) -> None:
        """Keep codes that other images of the study have not named."""
        named = {"procedure_codes": procedures, "anatomic_regions": regions}
        values = {
            column: tuple(dict.fromkeys((*(known[column] or ()), *codes)))[:MOST_CODES]
            for column, codes in named.items()
        }
        if all(known[column] == codes for column, codes in values.items()):
            return
        own = studies.c.study_instance_uid == known["study_instance_uid"]
        self._statements.run(update(studies).where(own).values(**values))

    def _require_series(self, added: Series, study_instance_uid: str) -> None:
        of_study = series.c.study_instance_uid
        known = self._statements.row(
            select(of_study).where(series.c.series_instance_uid == added.series_instance_uid)
        )
        if known is None:
            values = {name: getattr(added, name) for name in _SERIES}
            values["study_instance_uid"] = study_instance_uid
            self._statements.run(insert(series).values(**values))
        elif known["study_instance_uid"] != study_instance_uid:
            raise RefusedInputError(
                "OTHER_STUDY",
                "This series is already here as part of another study.",
                "Ask the sender to correct it, then import again.",
            )

    def _again(self, known: Any, instance: Instance, now: datetime) -> AddedInstance:
        if known["content_sha256"] == instance.content_sha256:
            return AddedInstance.DUPLICATE
        noted = upsert(instance_conflicts).values(
            sop_instance_uid=instance.sop_instance_uid,
            study_instance_uid=known["study_instance_uid"],
            kept_sha256=known["content_sha256"],
            other_sha256=instance.content_sha256,
            noticed_at=now,
        )
        self._statements.run(noted.on_conflict_do_nothing())
        return AddedInstance.CONFLICT


def is_onepatient_from(known: Patient, other: Patient) -> bool:
    """Return True if two instances of one study may name their patient in these two ways.

    Padding of the name may differ, and birth date, sex or issuer may be left out; nothing else.
    """
    pairs: tuple[tuple[object, object], ...] = (
        (known.patient_birth_date, other.patient_birth_date),
        (known.patient_sex, other.patient_sex),
        (known.identity.issuer_of_patient_id, other.identity.issuer_of_patient_id),
    )
    return (
        known.identity.patient_id == other.identity.patient_id
        and comparable_name(known.patient_name) == comparable_name(other.patient_name)
        and all(not one or not two or one == two for one, two in pairs)
    )


def study_query() -> Select[Any]:
    """Return all columns of a study with its counts; `study_from` reads them.

    Objects that readers saved here are left out of the count: nobody announced them, and one of
    them must never stand in for an image that has not arrived (H05).
    """
    own = studies.c.study_instance_uid
    count = select(func.count()).where(instances.c.study_instance_uid == own)
    saved_here = select(func.count()).where(
        audit.c.study_instance_uid == own, audit.c.action.in_(tuple(OBJECT_SAVED))
    )
    modalities, sides = (
        select(func.group_concat(column.distinct())).where(series.c.study_instance_uid == own)
        for column in (series.c.modality, series.c.laterality)
    )
    is_coded = (orders.c.study_instance_uid == own) & orders.c.procedure_codes.is_not(None)
    ordered = select(orders.c.procedure_codes).where(is_coded).order_by(orders.c.accession_number)
    return select(
        studies,
        (count.scalar_subquery() - saved_here.scalar_subquery()).label("instance_count"),
        modalities.scalar_subquery().label("modalities"),
        sides.scalar_subquery().label("lateralities"),
        ordered.limit(1).scalar_subquery().label("ordered_codes"),
    )


def study_from(row: Any) -> Study:
    """Return the study whose columns are in `row`, among others."""
    return Study(
        study_instance_uid=row["study_instance_uid"],
        patient=patient_from(row),
        accession_number=row["accession_number"],
        study_date_time=row["study_date_time"],
        study_description=row["study_description"],
        modalities_in_study=_listed(row["modalities"]),
        body_part_examined=row["body_part_examined"],
        institution_name=row["institution_name"],
        expected_instances=row["expected_instances"],
        number_of_study_related_instances=row["instance_count"],
        is_simulated=row["is_simulated"],
        procedure_codes=row["procedure_codes"] or (),
        ordered_codes=row["ordered_codes"] or (),
        anatomic_regions=row["anatomic_regions"] or (),
        lateralities=_listed(row["lateralities"]),
    )


def _listed(joined: str | None) -> tuple[str, ...]:
    """Return the values that SQLite has put together, sorted."""
    return tuple(sorted(filter(None, (joined or "").split(","))))


def patient_from(row: Any) -> Patient:
    """Return the patient whose columns are in `row`, among others."""
    identity = PatientIdentity(row["patient_id"], row["issuer_of_patient_id"])
    return Patient(identity, *(row[name] for name in _PATIENT))


def _study_values(study: Study) -> dict[str, Any]:
    patient = study.patient
    shared = {c.name: getattr(study, c.name) for c in studies.c if hasattr(study, c.name)}
    return {
        **shared,
        "patient_id": patient.identity.patient_id,
        "issuer_of_patient_id": patient.identity.issuer_of_patient_id,
        **{name: getattr(patient, name) for name in _PATIENT},
    }


def _instance(row: Any) -> Instance:
    return Instance(**{name: row[name] for name in _INSTANCE})


def _plain_instance(row: PlainRow) -> Instance:
    return Instance(
        row.text("sop_instance_uid"),
        row.text("series_instance_uid"),
        row.text("sop_class_uid"),
        row.text("transfer_syntax_uid"),
        row["instance_number"],
        row["number_of_frames"],
        row["rows"],
        row["columns"],
        row.text("content_sha256"),
        row.flag("is_displayable"),
    )


def _plain_series(row: PlainRow, members: Iterable[Instance]) -> Series:
    return Series(
        row.text("series_instance_uid"),
        row.text("study_instance_uid"),
        row.text("modality"),
        row["series_number"],
        row.text("series_description"),
        row.text("body_part_examined"),
        row.text("laterality"),
        tuple(members),
    )
