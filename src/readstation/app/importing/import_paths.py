"""Use case: bring files into the workspace, each one wholly or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from readstation.app.importing.import_plan import ImportPlan, PlannedFile, plan_import
from readstation.app.importing.import_ports import (
    Candidate,
    InstanceInspector,
    MediaReader,
    StagedFile,
    StagingStore,
)
from readstation.app.importing.index_rows import instance_row, series_row, study_row
from readstation.app.importing.instance_header import InstanceHeader
from readstation.app.importing.outcomes import FileOutcome, ImportReport, ImportResult
from readstation.app.jobs import JobContext
from readstation.app.ports import Clock, UnitOfWork
from readstation.app.study_ports import AddedInstance
from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import RefusedInputError
from readstation.domain.study import Instance

Position = tuple[int, int]
"""The place of a file in the report: of the file found, then within the archive that it is."""

BATCH = 50
RESULTS = {
    AddedInstance.ADDED: ImportResult.IMPORTED,
    AddedInstance.DUPLICATE: ImportResult.DUPLICATE,
    AddedInstance.CONFLICT: ImportResult.CONFLICT,
}
DESCRIBED = frozenset({ImportResult.IMPORTED, ImportResult.DUPLICATE})
NOT_SHOWN = "It is no image that ReadStation displays."
PREAMBLE_NOTE = "The preamble of the file was not empty and was cleared."

Outcomes = dict[Position, FileOutcome]


@dataclass(frozen=True, slots=True)
class ImportTools:
    """What an import works with."""

    images: StagingStore
    inspector: InstanceInspector
    media: MediaReader
    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock


@dataclass(frozen=True, slots=True)
class Checked:
    """A file whose bytes are durable, waiting for its index row."""

    name: str
    header: InstanceHeader
    staged: StagedFile
    is_new: bool


def import_paths(
    paths: Iterable[Path],
    tools: ImportTools,
    actor_id: str,
    job: JobContext | None = None,
    announce: Callable[[ImportPlan], None] | None = None,
) -> ImportReport:
    """Import files, folders, DICOMDIR media and ZIP archives; say of each file what became of it.

    First all files are looked at, and `announce` is told what is there; then they are taken in,
    study by study. A file is visible only when its bytes are durable and its row is committed.
    Cancelling keeps what was committed before and leaves nothing half done.
    """
    job = job or JobContext()
    plan = plan_import(paths, tools, job)
    if announce is not None:
        announce(plan)
    outcomes: Outcomes = {}
    waiting: dict[Position, Checked] = {}
    try:
        for count, (position, file, candidate) in enumerate(_parts(plan)):
            job.progress(min(count, len(plan.files)), len(plan.files), candidate.name)
            checked = _same(candidate, file.here, tools) or _check(candidate, tools)
            if isinstance(checked, FileOutcome):
                outcomes[position] = checked
            else:
                waiting[position] = checked
            if len(waiting) >= BATCH:
                outcomes |= _index(waiting, tools, actor_id)
                waiting = {}
        outcomes |= _index(waiting, tools, actor_id)
        waiting = {}
    finally:
        for left_over in waiting.values():
            _forget(left_over, tools)
    return ImportReport(tuple(outcomes[position] for position in sorted(outcomes)))


def _parts(plan: ImportPlan) -> Iterator[tuple[Position, PlannedFile, Candidate]]:
    """Yield every file, archives opened, with its place in the report."""
    for file in plan.files:
        for number, candidate in enumerate(file.parts()):
            yield (file.position, number), file, candidate


def _same(candidate: Candidate, here: Instance | None, tools: ImportTools) -> FileOutcome | None:
    """Return the outcome of a file whose very bytes are here; it is read, but nothing is written.

    Its hash says so, not the glance: equal bytes were inspected when they came in.
    """
    if here is None or candidate.read is None or candidate.glance is None:
        return None
    try:
        if not tools.images.holds(candidate.read(), here.content_sha256):
            return None
    except RefusedInputError as refused:
        return _refused(candidate, refused)
    return FileOutcome(
        candidate.name,
        ImportResult.DUPLICATE,
        study_instance_uid=candidate.glance.study_instance_uid,
        sop_instance_uid=here.sop_instance_uid,
        is_displayable=here.is_displayable,
        reason="" if here.is_displayable else NOT_SHOWN,
    )


def _check(candidate: Candidate, tools: ImportTools) -> Checked | FileOutcome:
    """Copy, inspect and keep one file, or say why not."""
    if candidate.read is None:
        return _refused(candidate, candidate.refusal)
    try:
        staged = tools.images.stage(candidate.read())
    except RefusedInputError as refused:
        return _refused(candidate, refused)
    try:
        header = tools.inspector.inspect(staged.path)
        is_new = tools.images.keep(staged)
    except RefusedInputError as refused:
        return _refused(candidate, refused)
    finally:
        tools.images.discard(staged)
    return Checked(candidate.name, header, staged, is_new)


def _refused(candidate: Candidate, refused: RefusedInputError | None) -> FileOutcome:
    if refused is None:
        return FileOutcome(candidate.name, ImportResult.SKIPPED)
    is_stranger = refused.code in {"NOT_DICOM", "MEDIA_DIRECTORY", "EMPTY"}
    result = ImportResult.REFUSED
    if is_stranger and not candidate.is_named:
        result = ImportResult.SKIPPED
    return FileOutcome(candidate.name, result, refused.code, refused.message, refused.remedy)


def _index(waiting: dict[Position, Checked], tools: ImportTools, actor_id: str) -> Outcomes:
    """Write the rows of one batch and its audit events in one transaction."""
    if not waiting:
        return {}
    now = tools.clock.now()
    with tools.unit_of_work() as work:
        outcomes = {position: _add(work, checked, now) for position, checked in waiting.items()}
        work.descriptions.put(_descriptions(waiting, outcomes))
        for event in _audit_events(outcomes.values(), actor_id, now):
            work.audit.append(event)
        work.commit()
    for position, outcome in outcomes.items():
        if outcome.result is ImportResult.REFUSED:
            _forget(waiting[position], tools)
    return outcomes


def _add(work: UnitOfWork, checked: Checked, now: datetime) -> FileOutcome:
    header, sha256 = checked.header, checked.staged.content_sha256
    notes = header.warnings
    if checked.staged.preamble_was_cleared:
        notes = (*notes, PREAMBLE_NOTE)
    try:
        added = work.studies.add_instance(
            study_row(header), series_row(header), instance_row(header, sha256), now
        )
    except RefusedInputError as refused:
        return FileOutcome(
            checked.name, ImportResult.REFUSED, refused.code, refused.message, refused.remedy
        )
    return FileOutcome(
        checked.name,
        RESULTS[added],
        reason=header.not_displayable_reason,
        study_instance_uid=header.study.study_instance_uid,
        sop_instance_uid=header.sop_instance_uid,
        is_displayable=header.is_displayable,
        notes=notes,
    )


def _descriptions(
    waiting: dict[Position, Checked], outcomes: Outcomes
) -> dict[str, PackedDescriptions]:
    """Return what was described of the files that are indexed under their own bytes."""
    kept = (waiting[p] for p, o in outcomes.items() if o.result in DESCRIBED)
    return {
        checked.staged.content_sha256: checked.header.descriptions
        for checked in kept
        if checked.header.descriptions is not None
    }


def _audit_events(
    outcomes: Iterable[FileOutcome], actor_id: str, now: datetime
) -> Iterator[AuditEvent]:
    """Yield one event per study that something was added to."""
    outcomes = tuple(outcomes)
    for uid in ImportReport(outcomes).study_instance_uids:
        of_study = ImportReport(tuple(o for o in outcomes if o.study_instance_uid == uid))
        detail = {
            "imported": of_study.count(ImportResult.IMPORTED),
            "conflicts": of_study.count(ImportResult.CONFLICT),
            "preambles_cleared": sum(PREAMBLE_NOTE in o.notes for o in of_study.outcomes),
        }
        yield AuditEvent(
            action=AuditAction.IMAGES_IMPORTED,
            actor_id=actor_id,
            at=now,
            study_instance_uid=uid,
            detail=json.dumps(detail, sort_keys=True),
        )


def _forget(checked: Checked, tools: ImportTools) -> None:
    if checked.is_new:
        tools.images.forget(checked.staged.content_sha256)
