"""Whether a demo workspace still shows the day it was made for.

The rule: orders stand at fixed distances from the moment the workspace was built, so with time all
of them become overdue. A workspace in which nobody has worked is built anew when it is opened later
than `FRESH_FOR`. One in which somebody has worked is left exactly as it is, because nothing that a
person has written may move or vanish; the reader is told how to start over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from readstation.app.demo.demo_folder import read_marker
from readstation.app.station import Station
from readstation.domain.audit import AuditAction

FRESH_FOR = timedelta(minutes=30)

LOOKING_AROUND = frozenset(
    {
        AuditAction.LOGGED_IN,
        AuditAction.LOGIN_FAILED,
        AuditAction.LOGGED_OUT,
        AuditAction.STUDY_OPENED,
        AuditAction.STUDY_CLAIMED,
        AuditAction.STUDY_RELEASED,
        AuditAction.IMAGES_DISPLAYED,
        AuditAction.AUDIT_VERIFIED,
    }
)
"""What may have happened in a workspace that still counts as unused."""


class DemoAge(Enum):
    FRESH = "fresh"
    UNFINISHED = "building it was interrupted"
    AGED_UNUSED = "aged, nobody has worked in it"
    AGED_IN_USE = "aged, somebody has worked in it"

    @property
    def should_be_rebuilt(self) -> bool:
        return self in (DemoAge.UNFINISHED, DemoAge.AGED_UNUSED)


def demo_age(station: Station) -> DemoAge:
    """Return what the marker and the audit log say of the demo workspace of `station`."""
    marker = read_marker(station.home)
    if marker is None or marker.built_at is None:
        return DemoAge.UNFINISHED
    if is_fresh(station.home, station.clock.now()):
        return DemoAge.FRESH
    return DemoAge.AGED_IN_USE if _has_been_worked_in(station) else DemoAge.AGED_UNUSED


def is_fresh(home: Path, now: datetime) -> bool:
    """Return whether `home` is a demo workspace that was built a short time ago."""
    marker = read_marker(home)
    return marker is not None and marker.built_at is not None and now - marker.built_at < FRESH_FOR


def _has_been_worked_in(station: Station) -> bool:
    is_built = False
    with station.unit_of_work() as work:
        for row in work.audit.rows():
            action = row.event.action
            if is_built and action not in LOOKING_AROUND:
                return True
            is_built = is_built or action is AuditAction.DEMO_BUILT
    return False
