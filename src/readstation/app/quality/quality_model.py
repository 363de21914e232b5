"""What the quality screen shows. No Qt: the screen follows this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from readstation.app.quality.quality_metrics import QualityMetrics, quality_metrics
from readstation.app.quality.signoffs import SignOff
from readstation.app.quality.timeline import TimelineStep
from readstation.domain.quality import RadpeerScore
from readstation.domain.reader import User


class Period(Enum):
    """How far back the list goes; the value is what the screen says."""

    WEEK = "Last 7 days"
    MONTH = "Last 30 days"
    ALL = "All time"

    def since(self, now: datetime) -> datetime | None:
        """Return the first moment of the period; None for all."""
        days = {Period.WEEK: 7, Period.MONTH: 30}.get(self)
        return None if days is None else now - timedelta(days=days)


@dataclass(frozen=True, slots=True, eq=False)
class QualityState:
    """`selected` is the report id of the row whose story is open; it is always a shown row."""

    signoffs: tuple[SignOff, ...] = ()
    is_loaded: bool = False
    selected: str = ""
    steps: tuple[TimelineStep, ...] = ()
    period: Period = Period.MONTH
    reader_filter: str = ""
    unreviewed_only: bool = False

    @property
    def shown(self) -> tuple[SignOff, ...]:
        return tuple(s for s in self.signoffs if self._is_shown(s))

    @property
    def hidden_count(self) -> int:
        return len(self.signoffs) - len(self.shown)

    @property
    def selected_signoff(self) -> SignOff | None:
        return next((s for s in self.signoffs if s.version.report_id == self.selected), None)

    def metrics(self, now: datetime) -> QualityMetrics:
        """Return the figures of what is shown."""
        return quality_metrics(self.shown, now)

    def _is_shown(self, signoff: SignOff) -> bool:
        if self.unreviewed_only and signoff.review is not None:
            return False
        return not self.reader_filter or signoff.reader_name == self.reader_filter


class QualityModel:
    """Holds the state and tells listeners after every change."""

    def __init__(self, reviewer: User) -> None:
        self.state = QualityState()
        self._reviewer = reviewer
        self._listeners: list[Callable[[QualityState], None]] = []

    def on_change(self, listener: Callable[[QualityState], None]) -> None:
        self._listeners.append(listener)

    def show_signoffs(self, signoffs: tuple[SignOff, ...]) -> None:
        """Take a fresh list; the open row stays open if it is still there."""
        self._set(replace(self.state, signoffs=signoffs, is_loaded=True))

    def select(self, report_id: str) -> None:
        if report_id != self.state.selected:
            self._set(replace(self.state, selected=report_id))

    def show_steps(self, report_id: str, steps: tuple[TimelineStep, ...]) -> None:
        """Take the story of one report; a late answer for another row is dropped."""
        if report_id == self.state.selected:
            self._set(replace(self.state, steps=steps))

    def filter_reader(self, reader_name: str) -> None:
        self._set(replace(self.state, reader_filter=reader_name))

    def set_unreviewed_only(self, *, unreviewed_only: bool) -> None:
        self._set(replace(self.state, unreviewed_only=unreviewed_only))

    def set_period(self, period: Period) -> None:
        self._set(replace(self.state, period=period))

    def why_not_reviewable(self) -> str:
        """Return why the open row cannot be scored by this reviewer, or nothing."""
        signoff = self.state.selected_signoff
        if signoff is None:
            return "Select a signed report."
        if self._reviewer.user_id in signoff.reader_ids:
            return "You read or signed this report: another reviewer must score it."
        if signoff.review is not None:
            return "This version has its score."
        return ""

    def why_not_scored(self, score: RadpeerScore | None, comment: str) -> str:
        """Return what is missing before a score can be recorded, or nothing."""
        if reason := self.why_not_reviewable():
            return reason
        if score is None:
            return "Choose a score."
        if score.needs_comment and not comment.strip():
            return f"A score of {score.value} needs a comment."
        return ""

    def _set(self, state: QualityState) -> None:
        shown = [s.version.report_id for s in state.shown]
        if state.selected not in shown:
            state = replace(state, selected=shown[0] if shown else "")
        if state.selected != self.state.selected:
            state = replace(state, steps=())
        self.state = state
        for listener in self._listeners:
            listener(state)
