"""Use cases: record measured luminances of a display, or a look at the test pattern."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from typing import Final

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.display import (
    GRADE_LIMITS,
    VISUAL_QUESTIONS,
    CheckKind,
    Display,
    DisplayCheck,
    Grade,
    LuminanceResult,
)
from readstation.domain.errors import RefusedStepError
from readstation.domain.luminance import (
    LuminanceTable,
    largest_deviation,
    measured_response,
    require_plausible,
)
from readstation.domain.reader import Permission
from readstation.imaging.display_function import corrected_response

COMMAND_LINE: Final = "command line"
GOOD_AS_IT_IS = next(g for g in GRADE_LIMITS if g.grade is Grade.DIAGNOSTIC).largest_deviation
"""A display that is this near the GSDF by itself is driven without a correction table."""


def result_of(table: LuminanceTable, bit_depth: int) -> LuminanceResult:
    """Return what a measured table amounts to on a screen of `bit_depth`.

    Raises
    ------
    RefusedInputError
        If no display can be like that.
    """
    require_plausible(table)
    as_it_is = largest_deviation(measured_response(table))
    is_corrected = as_it_is > GOOD_AS_IT_IS
    corrected = (
        largest_deviation(corrected_response(table, bit_depth)) if is_corrected else as_it_is
    )
    return LuminanceResult(
        minimum_cd_m2=table.darkest_cd_m2,
        maximum_cd_m2=table.brightest_cd_m2,
        ratio=table.ratio,
        uncorrected_deviation=as_it_is,
        deviation=corrected,
        is_corrected=is_corrected,
    )


def record_measurement(
    station: Station,
    session: Session | None,
    display: Display,
    table: LuminanceTable,
    *,
    instrument: str,
    note: str = "",
) -> DisplayCheck:
    """Keep measured luminances, with what they amount to; a failed result is kept too.

    Raises
    ------
    RefusedInputError
        If no display can be like that; nothing is kept.
    RefusedStepError
        Without an instrument.
    NotPermittedError
    """
    if session is not None:
        session.user.require(Permission.MEASURE_DISPLAY)
    if not instrument.strip():
        raise RefusedStepError(
            "It is not said what the luminances were measured with.",
            "Name the instrument: maker, model, serial number.",
        )
    return _keep(
        station,
        DisplayCheck(
            uuid.uuid4().hex,
            display,
            CheckKind.LUMINANCE,
            station.clock.now(),
            *_person(session),
            instrument=instrument.strip(),
            table=table,
            result=result_of(table, display.bit_depth),
            note=note,
        ),
    )


def record_visual_check(
    station: Station,
    session: Session,
    display: Display,
    seen: Collection[str],
    *,
    note: str = "",
) -> DisplayCheck:
    """Keep a look at the test pattern; `seen` are the ids of the questions answered with yes."""
    session.user.require(Permission.CHECK_DISPLAY)
    failed = tuple(q.question_id for q in VISUAL_QUESTIONS if q.question_id not in seen)
    return _keep(
        station,
        DisplayCheck(
            uuid.uuid4().hex,
            display,
            CheckKind.VISUAL,
            station.clock.now(),
            *_person(session),
            failed_questions=failed,
            note=note,
        ),
    )


def _person(session: Session | None) -> tuple[str, str]:
    if session is None:
        return COMMAND_LINE, COMMAND_LINE
    return session.user.user_id, session.user.full_name


def _keep(station: Station, check: DisplayCheck) -> DisplayCheck:
    detail = {
        "display": check.display.key,
        "kind": check.kind.value,
        "passed": check.has_passed,
        "grade": check.grade.value if check.grade else "",
        "bit_depth": check.display.bit_depth,
        "check": check.check_id,
    }
    event = AuditEvent(
        AuditAction.DISPLAY_CHECKED, check.checked_by, check.checked_at, detail=json.dumps(detail)
    )
    with station.unit_of_work() as work:
        work.display_checks.add(check)
        work.audit.append(event)
        work.commit()
    return check
