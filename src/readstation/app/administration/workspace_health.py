"""What `doctor` asks of database, audit log, records, clock, disk and resources."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path

from readstation.app.administration.health import HealthRow, failed, failed_unless, warning
from readstation.app.display.display_status import display_status
from readstation.app.ports import UnitOfWork
from readstation.app.station import Station
from readstation.domain.deadline import time_zone
from readstation.domain.display import Display, DisplayStatus
from readstation.domain.errors import ReadStationError

MIB = 1024**2
LOW_DISK_MIB, NO_DISK_MIB = 5 * 1024, 500
CLOCK_SLACK = timedelta(seconds=60)
NEEDED_RESOURCES = (
    "policy.toml",
    "window_presets.toml",
    "golden_vectors.json",
    "themes/dark.toml",
    "themes/readstation.qss",
    "fonts/Inter-Regular.ttf",
    "icons/triangle-alert.svg",
    "report_templates/generic.toml",
)
RESTORE = "Stop, keep the files, and restore the newest backup."


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What SQLite itself says. Pairs are journal mode and synchronous level."""

    sqlite_version: str
    wanted: tuple[str, str]
    in_effect: tuple[str, str]
    page_faults: tuple[str, ...]
    orphans: int
    revision: str
    newest_revision: str
    altered: tuple[str, ...]
    """Tables, indexes and triggers that are not as the migrations make them."""


def check_database(facts: DatabaseFacts) -> Iterator[HealthRow]:
    """Yield version and mode, integrity, schema."""
    journal, synchronous = facts.in_effect
    yield failed_unless(
        facts.in_effect == facts.wanted,
        "SQLite",
        f"{facts.sqlite_version}, journal {journal} and synchronous {synchronous} in effect",
        f"It should be {' and '.join(facts.wanted)}: do not keep the workspace on a network disk.",
    )
    faults = len(facts.page_faults) + facts.orphans
    yield failed_unless(
        not faults,
        "Database pages and references",
        "whole" if not faults else f"{faults} faults",
        RESTORE,
    )
    yield failed_unless(
        facts.revision == facts.newest_revision,
        "Database schema",
        f"revision {facts.revision or 'unknown'}, newest {facts.newest_revision}",
        "Start the program once to bring it up to date.",
    )
    yield failed_unless(
        not facts.altered,
        "Database rules",
        "as the program made them" if not facts.altered else f"altered: {', '.join(facts.altered)}",
        "Somebody changed what protects signed rows: ask who, and restore the newest backup.",
    )


def check_audit(station: Station) -> HealthRow:
    """Return whether the audit chain holds up to its anchor. Nothing is recorded."""
    with station.unit_of_work() as work:
        rows, fault = work.audit.verify()
    if fault is None:
        return HealthRow("Audit log", f"{rows} rows, whole")
    found = f"breaks at row {fault.sequence_number}: {fault.reason}"
    return failed("Audit log", found, "Keep the files, and ask who changed them.")


def check_records(station: Station) -> HealthRow:
    """Return whether every report, call, handoff and review is as it was stored."""
    with station.unit_of_work() as work:
        looks: list[Callable[[], object]] = [
            lambda: work.critical_results.all(open_only=False, viewer_id=None),
            lambda: work.handoffs.all(open_only=False),
            work.quality.all,
        ]
        studies = [study.study_instance_uid for study in work.studies.all()]
        looks += [_reader_of(work, uid) for uid in studies]
        damage = [reason for look in looks if (reason := _complaint(look))]
    return failed_unless(
        not damage,
        "Stored records",
        f"{len(studies)} studies, all as they were stored"
        if not damage
        else f"{len(damage)} damaged; first: {damage[0]}",
        RESTORE,
    )


def _reader_of(work: UnitOfWork, study_instance_uid: str) -> Callable[[], object]:
    def read() -> object:
        return (
            work.reports.versions_of_study(study_instance_uid, ""),
            work.reports.open_draft_of_study(study_instance_uid, ""),
        )

    return read


def _complaint(look: Callable[[], object]) -> str:
    try:
        look()
    except ReadStationError as error:
        return error.message
    return ""


def check_clock(station: Station) -> HealthRow:
    """Return whether the clock has gone back behind what was recorded already."""
    now = station.clock.now()
    newest = _newest_event(station)
    time_zone(station.policy.calendar.time_zone)
    if newest is not None and newest - now > CLOCK_SLACK:
        behind = int((newest - now).total_seconds() // 60)
        return warning(
            "Clock",
            f"{behind} minutes behind the newest entry of the audit log",
            "Set the clock of this computer; due times depend on it.",
        )
    return HealthRow("Clock", f"{now:%Y-%m-%d %H:%M} UTC, site in {_zone(station)}")


def _zone(station: Station) -> str:
    return station.policy.calendar.time_zone


def _newest_event(station: Station) -> datetime | None:
    with station.unit_of_work() as work:
        try:
            return max((row.event.at for row in work.audit.rows()), default=None)
        except ReadStationError:
            return None  # the row about the audit log says why


def check_disk(home: Path) -> HealthRow:
    """Return whether there is room to write."""
    try:
        free_mib = shutil.disk_usage(home).free // MIB
    except OSError:
        return failed("Disk", "cannot be asked", "Check that the workspace folder exists.")
    found = f"{free_mib:,} MiB free"
    if free_mib < NO_DISK_MIB:
        return failed("Disk", found, "Free some space before reading on.")
    if free_mib < LOW_DISK_MIB:
        return warning("Disk", found, "Free some space soon.")
    return HealthRow("Disk", found)


def check_displays(station: Station, displays: Iterable[Display]) -> Iterator[HealthRow]:
    """Yield what the checks of each connected display say."""
    for display in displays:
        standing = display_status(station, display)
        subject = f"Display {display.title}"
        if standing.status is DisplayStatus.VERIFIED:
            yield HealthRow(subject, standing.badge)
        else:
            yield warning(subject, standing.badge, "Check it: command Display check (Ctrl+6).")


def check_resources(folder: Traversable) -> HealthRow:
    """Return whether the files that come with the program are there."""
    missing = [name for name in NEEDED_RESOURCES if not folder.joinpath(name).is_file()]
    found = "fonts, icons, templates, presets are there"
    if missing:
        found = f"missing: {', '.join(missing)}"
    return failed_unless(not missing, "Resources", found, "Install ReadStation again.")
