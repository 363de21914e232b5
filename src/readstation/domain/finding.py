"""Findings: structured items of a report, with urgency and follow-up."""

from __future__ import annotations

from enum import Enum
from typing import Self

from readstation.domain.errors import RefusedStepError
from readstation.domain.late_dataclass import dataclass
from readstation.domain.study import FrameKey
from readstation.domain.urgency import Urgency

__all__ = [
    "INTERVAL_DAYS",
    "Finding",
    "FollowUp",
    "Laterality",
    "MeasurementLink",
    "Urgency",
    "count_and_unit",
    "interval_in_words",
    "require_follow_up",
]


class Laterality(Enum):
    """Site side (PS3.16 CID 244); NONE where it does not apply."""

    NONE = ""
    LEFT = "left"
    RIGHT = "right"
    BILATERAL = "bilateral"
    MIDLINE = "midline"


INTERVAL_DAYS: dict[str, int] = {"year": 365, "month": 30, "week": 7, "day": 1}
"""What the units of a follow-up interval are worth, the largest first."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A recommended next examination. Modality and interval are never left open."""

    modality: str
    interval_days: int
    body_part: str = ""
    with_contrast: bool = False
    guideline: str = ""

    @property
    def is_complete(self) -> bool:
        return bool(self.modality.strip()) and self.interval_days > 0

    def sentence(self) -> str:
        """Return the recommendation in words.

        >>> FollowUp("CT", 84, "chest").sentence()
        'Follow-up: CT chest in 12 weeks.'
        """
        subject = " ".join(p for p in (self.modality, self.body_part) if p)
        contrast = " with contrast" if self.with_contrast else ""
        guideline = f" ({self.guideline})" if self.guideline else ""
        return (
            f"Follow-up: {subject}{contrast} in {interval_in_words(self.interval_days)}{guideline}."
        )


def interval_in_words(days: int) -> str:
    """Return an interval as a reader says it.

    >>> [interval_in_words(d) for d in (1, 10, 28, 90, 365, 730)]
    ['1 day', '10 days', '4 weeks', '3 months', '1 year', '2 years']
    """
    count, unit = count_and_unit(days)
    return f"{count} {unit}" + ("s" if count != 1 else "")


def count_and_unit(days: int) -> tuple[int, str]:
    """Return an interval in its largest whole unit.

    >>> count_and_unit(84)
    (12, 'week')
    """
    unit = next(unit for unit, size in INTERVAL_DAYS.items() if days % size == 0)
    return days // INTERVAL_DAYS[unit], unit


@dataclass(frozen=True, slots=True)
class MeasurementLink:
    """A measurement, or a key image, quoted in a finding, with the way back to its image."""

    measurement_id: str
    frame: FrameKey
    text: str
    """What was measured, in its stated unit: `11.4 mm`; of a key image, which one it is."""

    @classmethod
    def to_key_image(cls, frame: FrameKey, words: str) -> Self:
        return cls("", frame, words)

    @property
    def is_key_image(self) -> bool:
        """Return True if the image itself is quoted, and nothing that was measured on it."""
        return not self.measurement_id

    @property
    def line(self) -> str:
        """Return what the text of a report says."""
        return f"{'Key image' if self.is_key_image else 'Measured'}: {self.text}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation. `text` is kept exactly as typed."""

    finding_id: str
    text: str
    site: str = ""
    laterality: Laterality = Laterality.NONE
    urgency: Urgency = Urgency.ROUTINE
    is_incidental: bool = False
    follow_up: FollowUp | None = None
    no_follow_up_reason: str = ""
    measurements: tuple[MeasurementLink, ...] = ()


def require_follow_up(finding: Finding) -> None:
    """Refuse an incidental finding that leaves its follow-up open.

    Raises
    ------
    RefusedStepError
        Without modality, interval, or a stated reason why none is needed.
    """
    if not finding.is_incidental or finding.no_follow_up_reason.strip():
        return
    follow_up = finding.follow_up
    if follow_up is None or not follow_up.is_complete:
        raise RefusedStepError(
            "An incidental finding has no complete follow-up.",
            "Give a modality and an interval, or state why no follow-up is needed.",
        )
