"""What the quality screen shows. No Qt: the screen follows this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from readstation.app.quality.quality_metrics import QualityMetrics, quality_metrics
from readstation.app.quality.signoffs import SignOff
from readstation.app.quality.timeline import TimelineStep
from readstation.domain.quality import RadpeerScore
from readstation.domain.reader import User


@dataclass(frozen=True, slots=True, eq=False)
class QualityState:
    """`selected` is the report id of the row whose story is open."""

    signoffs: tuple[SignOff, ...] = ()
    is_loaded: bool = False
    selected: str = ""
    steps: tuple[TimelineStep, ...] = ()
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

    @property
    def metrics(self) -> QualityMetrics:
        return quality_metrics(self.shown)

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
        kept = self.state.selected
        if kept not in {s.version.report_id for s in signoffs}:
            kept = signoffs[0].version.report_id if signoffs else ""
        steps = self.state.steps if kept == self.state.selected else ()
        self._set(
            replace(self.state, signoffs=signoffs, is_loaded=True, selected=kept, steps=steps)
        )

    def select(self, report_id: str) -> None:
        if report_id != self.state.selected:
            self._set(replace(self.state, selected=report_id, steps=()))

    def show_steps(self, report_id: str, steps: tuple[TimelineStep, ...]) -> None:
        """Take the story of one report; a late answer for another row is dropped."""
        if report_id == self.state.selected:
            self._set(replace(self.state, steps=steps))

    def filter_reader(self, reader_name: str) -> None:
        self._set(replace(self.state, reader_filter=reader_name))

    def set_unreviewed_only(self, *, unreviewed_only: bool) -> None:
        self._set(replace(self.state, unreviewed_only=unreviewed_only))

    def why_not_reviewable(self) -> str:
        """Return why the open row cannot be scored by this reviewer, or nothing."""
        signoff = self.state.selected_signoff
        if signoff is None:
            return "Select a signed report."
        if self._reviewer.user_id in signoff.signer_ids | {signoff.version.author_id}:
            return "You signed this report; another reviewer must score it."
        if signoff.review is not None:
            return f"Scored {signoff.review.score.value} already."
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
        self.state = state
        for listener in self._listeners:
            listener(state)
