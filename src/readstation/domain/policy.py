"""The site's obligations: limits that start a clock. Defaults are product.md section 1."""

from __future__ import annotations

from dataclasses import field
from datetime import date, timedelta

from readstation.domain.late_dataclass import dataclass
from readstation.domain.order import OrderPriority, PatientClass
from readstation.domain.urgency import Urgency
from readstation.domain.viewing import DEFAULT_SCALE, DiagnosticScale


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Working days of the site. Weekday 0 is Monday."""

    time_zone: str = "UTC"
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class ReportLimit:
    """When a final report is due, counted from exam completion."""

    warn_after: timedelta
    due_after: timedelta
    outer_limit: timedelta | None = None
    outer_business_days: int | None = None


_URGENT_INPATIENT = ReportLimit(timedelta(hours=3), timedelta(hours=4))
_ROUTINE_INPATIENT = ReportLimit(timedelta(hours=20), timedelta(hours=24))
_OUTPATIENT = ReportLimit(timedelta(hours=24), timedelta(hours=48), outer_business_days=5)

_REPORT_LIMITS: dict[tuple[PatientClass, OrderPriority], ReportLimit] = {
    (PatientClass.EMERGENCY, OrderPriority.URGENT): _URGENT_INPATIENT,
    (PatientClass.EMERGENCY, OrderPriority.ROUTINE): _ROUTINE_INPATIENT,
    (PatientClass.INPATIENT, OrderPriority.URGENT): _URGENT_INPATIENT,
    (PatientClass.INPATIENT, OrderPriority.ROUTINE): _ROUTINE_INPATIENT,
    (PatientClass.OUTPATIENT, OrderPriority.URGENT): _ROUTINE_INPATIENT,
    (PatientClass.OUTPATIENT, OrderPriority.ROUTINE): _OUTPATIENT,
}
"""A STAT order has one limit whatever the class and is not in the table: `deadline.limit_of`."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a site may edit, in one file under resources/."""

    communication_limits: dict[Urgency, timedelta] = field(
        default_factory=lambda: {
            Urgency.CRITICAL: timedelta(minutes=60),
            Urgency.SIGNIFICANT: timedelta(hours=24),
        }
    )
    """Discovery to contact. Routine findings have no clock."""
    escalate_after: tuple[timedelta, ...] = (
        timedelta(minutes=15),
        timedelta(minutes=30),
        timedelta(minutes=45),
    )
    """When an open critical result moves to the next contact, counted from discovery."""
    stat_limit: ReportLimit = ReportLimit(
        timedelta(minutes=45), timedelta(minutes=60), outer_limit=timedelta(hours=24)
    )
    report_limits: dict[tuple[PatientClass, OrderPriority], ReportLimit] = field(
        default_factory=lambda: dict(_REPORT_LIMITS)
    )
    screening_limit: ReportLimit = ReportLimit(
        timedelta(hours=72), timedelta(hours=120), outer_business_days=10
    )
    calendar: BusinessCalendar = BusinessCalendar()
    diagnostic_scale: DiagnosticScale = DEFAULT_SCALE
    site_name: str = "ReadStation demo site"
