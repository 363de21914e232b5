"""What a reviewer sees of the sign-off, and the proof that nothing was changed since."""

from __future__ import annotations

from readstation.domain.quality import RadpeerScore
from readstation.ui.qa.quality_view import QualityView
from readstation.ui.tour.input_events import click, type_text
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require
from readstation.ui.worklist.worklist_view import WorklistView

COMMENT = "Mass measured and phoned in time."


class QualitySteps:
    """The reviewer audits the report that the tour signed."""

    def __init__(self, stage: TourStage, user_id: str, password: str) -> None:
        self._stage, self._user_id, self._password = stage, user_id, password

    def steps(self) -> list[TourStep]:
        return [*self._looking(), *self._judging()]

    def _looking(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "reviewer_login",
                "A quality reviewer logs in",
                self._come_in,
                lambda: stage.window.session_view is not None and stage.is_visible(WorklistView),
                lambda: {"logged in": self._user_id},
                has_picture=False,
            ),
            TourStep(
                "quality",
                "The reviewer sees signed reports with what stands out",
                lambda: stage.press("Ctrl+5"),
                lambda: self._stage.is_visible(QualityView) and bool(self._view.model.state.shown),
                self._check_list,
                has_picture=False,  # the newest report is chosen at once: see the next picture
            ),
            TourStep(
                "timeline",
                "How this report came to be signed, step by step",
                self._choose,
                lambda: self._is_chosen() and bool(self._view.model.state.steps),
                self._check_story,
            ),
        ]

    def _judging(self) -> list[TourStep]:
        return [
            TourStep(
                "peer_review",
                "A RADPEER score is recorded",
                self._score,
                lambda: (
                    self._view.model.state.selected_signoff is not None
                    and self._view.model.state.selected_signoff.review is not None
                ),
                self._check_score,
            ),
            TourStep(
                "audit",
                "The audit log is verified: no row changed, removed, reordered or cut off",
                self._verify,
                lambda: "verified" in self._view.parts.audit_badge.text,
                self._check_audit,
            ),
        ]

    @property
    def _view(self) -> QualityView:
        return self._stage.visible(QualityView)

    def _come_in(self) -> None:
        self._stage.press("Ctrl+Shift+Q")
        self._stage.log_in(self._user_id, self._password)

    def _own_report(self) -> str:
        uid = self._stage.study.study_instance_uid
        shown = self._view.model.state.shown
        return next(s.version.report_id for s in shown if s.study.study_instance_uid == uid)

    def _check_list(self) -> dict[str, str]:
        shown = self._view.model.state.shown
        stored = self._stage.stored(lambda work: work.reports.latest_signed())
        signed = {v.report_id for v in stored}
        require(
            {s.version.report_id for s in shown} <= signed, "The list shows what is not signed."
        )
        require(self._own_report(), "The report of the tour is not in the list.")
        return {"signed reports": str(len(shown))}

    def _choose(self) -> None:
        ids = [s.version.report_id for s in self._view.model.state.shown]
        self._stage.click_row(self._view.parts.table, ids.index(self._own_report()))

    def _is_chosen(self) -> bool:
        return self._view.model.state.selected == self._own_report()

    def _check_story(self) -> dict[str, str]:
        lines = self._view.parts.story.lines
        require(lines, "The story is empty.")
        return {"story": "; ".join(lines)}

    def _score(self) -> None:
        panel = self._view.parts.score
        click(panel.buttons[RadpeerScore.CONCUR])
        type_text(panel.comment, COMMENT)
        click(panel.record_button)

    def _check_score(self) -> dict[str, str]:
        report_id = self._own_report()
        review = self._stage.stored(lambda work: work.quality.of_report(report_id))[0]
        require(review.score is RadpeerScore.CONCUR, "Another score is stored.")
        require(review.comment == COMMENT, "Another comment is stored.")
        return {"score": review.score.value, "by": review.reviewer_id}

    def _verify(self) -> None:
        click(self._view.parts.verify_button)

    def _check_audit(self) -> dict[str, str]:
        rows = self._stage.stored(lambda work: sum(1 for _ in work.audit.rows()))
        return {"badge": self._view.parts.audit_badge.text, "rows": str(rows)}
