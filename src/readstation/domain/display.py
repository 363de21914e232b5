"""A display of a station: who it is, what was checked on it, and whether that still holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from readstation.domain.luminance import LuminanceTable

VISUAL_VALID = timedelta(days=30)
"""How long the quick look at the test pattern counts."""
LUMINANCE_VALID = timedelta(days=365)
"""How long measured luminances count."""


@dataclass(frozen=True, slots=True)
class Display:
    """One screen as the system names it."""

    name: str
    manufacturer: str = ""
    model: str = ""
    serial_number: str = ""
    width_px: int = 0
    height_px: int = 0
    bit_depth: int = 8
    """Of one gray level on its way to the screen: 8, or 10 on a 30-bit desktop."""

    @property
    def key(self) -> str:
        """What its checks are kept under; by serial number where there is one.

        >>> Display("DP-1", "Eizo", "RX660", "123").key
        'Eizo|RX660|123'
        >>> Display("screen", width_px=1920, height_px=1200).key
        'screen|1920x1200'
        """
        if self.serial_number:
            return "|".join((self.manufacturer, self.model, self.serial_number))
        known = [part for part in (self.name, self.manufacturer, self.model) if part]
        return "|".join([*known, f"{self.width_px}x{self.height_px}"])

    @property
    def title(self) -> str:
        """Maker and model, or the name of the connector."""
        return " ".join(part for part in (self.manufacturer, self.model) if part) or (
            self.name or self.key
        )


class Grade(Enum):
    """What a display may be used for, best first."""

    MAMMOGRAPHY = "diagnostic, mammography included"
    DIAGNOSTIC = "diagnostic, not for mammography"
    OTHER = "not diagnostic"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class GradeLimit:
    """What a display must reach, ambient light included."""

    grade: Grade
    least_maximum_cd_m2: float
    least_ratio: float
    largest_deviation: float


GRADE_LIMITS: tuple[GradeLimit, ...] = (
    GradeLimit(Grade.MAMMOGRAPHY, 420.0, 250.0, 0.10),
    GradeLimit(Grade.DIAGNOSTIC, 350.0, 250.0, 0.10),
    GradeLimit(Grade.OTHER, 250.0, 100.0, 0.20),
)
"""ACR-AAPM-SIIM technical standard and AAPM TG18/TG270; the first that holds counts."""
DIAGNOSTIC_LIMIT = next(limit for limit in GRADE_LIMITS if limit.grade is Grade.DIAGNOSTIC)


@dataclass(frozen=True, slots=True)
class LuminanceResult:
    """What a measured table amounts to."""

    minimum_cd_m2: float
    maximum_cd_m2: float
    ratio: float
    uncorrected_deviation: float
    """Largest contrast deviation of the display as it is."""
    deviation: float
    """The same with the correction table, where one is used."""
    is_corrected: bool

    @property
    def grade(self) -> Grade:
        for limit in GRADE_LIMITS:
            if (
                self.maximum_cd_m2 >= limit.least_maximum_cd_m2
                and self.ratio >= limit.least_ratio
                and self.deviation <= limit.largest_deviation
            ):
                return limit.grade
        return Grade.FAILED

    @property
    def shortfalls(self) -> tuple[str, ...]:
        """What keeps it from diagnostic grade."""
        limit = DIAGNOSTIC_LIMIT
        found = []
        if self.maximum_cd_m2 < limit.least_maximum_cd_m2:
            wanted = f"{limit.least_maximum_cd_m2:.0f}"
            found.append(f"brightest {self.maximum_cd_m2:.0f} cd/m², {wanted} needed")
        if self.ratio < limit.least_ratio:
            found.append(f"ratio {self.ratio:.0f}, {limit.least_ratio:.0f} needed")
        if self.deviation > limit.largest_deviation:
            most = f"{100 * limit.largest_deviation:.0f} %"
            off = f"{100 * self.deviation:.0f} %"
            found.append(f"contrast {off} off the GSDF, {most} allowed")
        return tuple(found)

    @property
    def sentence(self) -> str:
        """The result in one line."""
        how = "with the correction table" if self.is_corrected else "as it is"
        measured = (
            f"{self.minimum_cd_m2:.3g} to {self.maximum_cd_m2:.4g} cd/m² (ratio {self.ratio:.0f}), "
            f"contrast within {100 * self.deviation:.1f} % of the GSDF {how}"
        )
        short = "; ".join(self.shortfalls)
        return f"{self.grade.value.capitalize()}: {measured}{f' ({short})' if short else ''}."


class CheckKind(Enum):
    """How a display was checked."""

    LUMINANCE = "luminance"
    VISUAL = "visual"


@dataclass(frozen=True, slots=True)
class VisualQuestion:
    """One thing to look for on the test pattern."""

    question_id: str
    sentence: str


VISUAL_QUESTIONS: tuple[VisualQuestion, ...] = (
    VisualQuestion("dark inset", "The square inside the black field (5 %) can be seen."),
    VisualQuestion("bright inset", "The square inside the white field (95 %) can be seen."),
    VisualQuestion("gray steps", "All 18 gray steps can be told apart."),
    VisualQuestion("ramp", "The ramp rises evenly, without bands or jumps."),
    VisualQuestion("line pairs", "Single lines are sharp in the centre and in all four corners."),
    VisualQuestion("grid", "The grid is straight, complete and square up to the edges."),
    VisualQuestion("letters", "The faint letters READ can be made out in all three fields."),
    VisualQuestion("uniformity", "There are no stains, reflections or dead pixels."),
)
"""Every one must be answered with yes for the display to pass."""


@dataclass(frozen=True, slots=True)
class DisplayCheck:
    """One check, as it is kept for good."""

    check_id: str
    display: Display
    kind: CheckKind
    checked_at: datetime
    checked_by: str
    checked_by_name: str
    instrument: str = ""
    table: LuminanceTable | None = None
    result: LuminanceResult | None = None
    failed_questions: tuple[str, ...] = ()
    note: str = ""

    @property
    def grade(self) -> Grade | None:
        return self.result.grade if self.result is not None else None

    @property
    def has_passed(self) -> bool:
        if self.kind is CheckKind.VISUAL:
            return not self.failed_questions
        return self.grade is not Grade.FAILED

    @property
    def sentence(self) -> str:
        """What came of it, in one line."""
        if self.result is not None:
            return self.result.sentence
        if not self.failed_questions:
            return f"All {len(VISUAL_QUESTIONS)} points seen as they should be."
        return f"Not as it should be: {', '.join(self.failed_questions)}."


class DisplayStatus(Enum):
    NOT_VERIFIED = "not verified"
    VERIFIED = "verified"
    DUE = "check due"
    FAILED = "check failed"


@dataclass(frozen=True, slots=True)
class DisplayStanding:
    """What is known of a display now, and what it is driven with."""

    display: Display
    status: DisplayStatus = DisplayStatus.NOT_VERIFIED
    luminance: DisplayCheck | None = None
    visual: DisplayCheck | None = None
    due_at: datetime | None = None

    @property
    def table(self) -> LuminanceTable | None:
        """The measured table to correct with; None where the display needs no correction."""
        check = self.luminance
        if check is None or check.result is None or not check.result.is_corrected:
            return None
        return check.table if check.has_passed else None

    @property
    def last_checked_at(self) -> datetime | None:
        moments = [c.checked_at for c in (self.luminance, self.visual) if c is not None]
        return max(moments, default=None)

    @property
    def badge(self) -> str:
        """The words on every image box; short, and never more than is known.

        The date is that of the luminances, in UTC.
        """
        depth = f"{self.display.bit_depth}-bit display"
        if self.status is DisplayStatus.VERIFIED and self.luminance is not None:
            words = f"{depth}, GSDF verified {self.luminance.checked_at:%Y-%m-%d}"
            is_other = self.luminance.grade is Grade.OTHER
            return f"{words}, {Grade.OTHER.value}" if is_other else words
        if self.status is DisplayStatus.NOT_VERIFIED:
            return f"{depth}, not verified"
        return f"{depth}, {self.status.value}"

    @property
    def short_badge(self) -> str:
        """The same where there is little room; the caution stays, the date goes."""
        depth = f"{self.display.bit_depth}-bit"
        if self.status is not DisplayStatus.VERIFIED or self.luminance is None:
            return f"{depth}, {self.status.value}"
        is_other = self.luminance.grade is Grade.OTHER
        return f"{depth}, {Grade.OTHER.value if is_other else self.status.value}"

    @property
    def record(self) -> str:
        """What is kept with a signature: which display, depth, status, date, grade."""
        display, check = self.display, self.luminance
        pixels = f" {display.width_px}x{display.height_px}" if display.serial_number else ""
        parts = [
            f"{display.key.replace('|', ' ')}{pixels}",
            f"{display.bit_depth} bit",
            self.status.value,
        ]
        if self.last_checked_at is not None:
            parts.append(f"last check {self.last_checked_at:%Y-%m-%d}")
        if check is not None and check.grade is not None:
            parts.append(f"luminance {check.checked_at:%Y-%m-%d} {check.grade.value}")
        return ", ".join(parts)


def standing_of(display: Display, checks: Sequence[DisplayCheck], now: datetime) -> DisplayStanding:
    """Return what `checks` of this display, newest first, say at the moment `now`.

    Without measured luminances nothing is verified. A failed check counts until one of the same
    kind has passed. The quick look is due sooner than the measurement, which includes one. What
    was measured with another bit depth is due again.
    """
    luminance = _newest(checks, CheckKind.LUMINANCE)
    visual = _newest(checks, CheckKind.VISUAL)
    if any(check is not None and not check.has_passed for check in (luminance, visual)):
        return DisplayStanding(display, DisplayStatus.FAILED, luminance, visual, now)
    if luminance is None:
        return DisplayStanding(display, DisplayStatus.NOT_VERIFIED, None, visual)
    looked_at = max(c.checked_at for c in (luminance, visual) if c is not None)
    due_at = min(luminance.checked_at + LUMINANCE_VALID, looked_at + VISUAL_VALID)
    is_same_path = luminance.display.bit_depth == display.bit_depth
    status = DisplayStatus.VERIFIED if now < due_at and is_same_path else DisplayStatus.DUE
    return DisplayStanding(display, status, luminance, visual, due_at)


def _newest(checks: Sequence[DisplayCheck], kind: CheckKind) -> DisplayCheck | None:
    return next((check for check in checks if check.kind is kind), None)
