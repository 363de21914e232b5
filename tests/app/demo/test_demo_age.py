"""A demo workspace is built anew only if nothing that anybody did would be lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readstation.adapters.db.database import open_database
from readstation.app.demo.demo_age import DemoAge, demo_age
from readstation.app.demo.demo_folder import mark_as_being_built, mark_as_built
from readstation.app.demo.story_clock import StoryClock
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.policy import Policy
from readstation.resource_files import resources

BUILT_AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


@pytest.fixture
def station(tmp_path: Path) -> Station:
    mark_as_being_built(tmp_path)
    nothing: Any = None
    return Station(
        home=tmp_path,
        station_name="test",
        unit_of_work=open_database(tmp_path).unit_of_work,
        images=nothing,
        frames=nothing,
        clock=StoryClock(BUILT_AT),
        passwords=nothing,
        policy=Policy(),
        resources=resources(),
    )


def record(station: Station, *actions: AuditAction) -> None:
    with station.unit_of_work() as work:
        for action in actions:
            work.audit.append(AuditEvent(action, "reader1", station.clock.now()))
        work.commit()


def later(station: Station, by: timedelta) -> Station:
    return replace(station, clock=StoryClock(BUILT_AT + by))


def built(station: Station) -> Station:
    record(station, AuditAction.REPORT_SIGNED, AuditAction.DEMO_BUILT)
    mark_as_built(station.home, BUILT_AT)
    return station


def test_a_workspace_that_was_never_finished_is_built_anew(station: Station) -> None:
    assert demo_age(station) is DemoAge.UNFINISHED
    assert DemoAge.UNFINISHED.should_be_rebuilt


def test_a_new_workspace_is_left_alone(station: Station) -> None:
    assert demo_age(later(built(station), timedelta(minutes=29))) is DemoAge.FRESH
    assert not DemoAge.FRESH.should_be_rebuilt


def test_an_old_workspace_that_was_only_looked_at_is_built_anew(station: Station) -> None:
    record(built(station), AuditAction.LOGGED_IN, AuditAction.STUDY_OPENED)
    assert demo_age(later(station, timedelta(minutes=31))) is DemoAge.AGED_UNUSED
    assert DemoAge.AGED_UNUSED.should_be_rebuilt


@pytest.mark.parametrize(
    "action",
    [AuditAction.DRAFT_SAVED, AuditAction.CRITICAL_FLAGGED, AuditAction.CONCERN_RAISED],
)
def test_an_old_workspace_with_somebodys_work_is_kept(
    station: Station, action: AuditAction
) -> None:
    record(built(station), AuditAction.LOGGED_IN, action, AuditAction.LOGGED_OUT)
    assert demo_age(later(station, timedelta(days=3))) is DemoAge.AGED_IN_USE
    assert not DemoAge.AGED_IN_USE.should_be_rebuilt
