"""The question to a second reader, their answer, and what the first reader makes of it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QPushButton

from readstation.domain.claim import ClaimTask
from readstation.domain.handoff import (
    Handoff,
    HandoffStatus,
    HandoffType,
    Opinion,
    Reconciliation,
)
from readstation.domain.report import ReportStatus
from readstation.ui.handoff.handoff_detail import HandoffDetail
from readstation.ui.handoff.handoff_view import HandoffView
from readstation.ui.reading.reading_view import ReadingView
from readstation.ui.second_read.opinion_panel import OpinionPanel
from readstation.ui.second_read.request_panel import RequestPanel
from readstation.ui.tour.input_events import click, type_text
from readstation.ui.tour.reading_steps import CURRENT, PRIOR
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require
from readstation.ui.worklist.worklist_view import WorklistView

QUESTION = "Do you agree that the mass is larger than on the SIMULATED prior?"
NOTE = "Larger in both diameters; the surrounding halo is new."


class SecondReadSteps:
    """The first reader asks, the second answers, the first decides."""

    def __init__(
        self, stage: TourStage, first_id: str, second_id: str, passwords: Mapping[str, str]
    ) -> None:
        self._stage, self._first_id, self._second_id = stage, first_id, second_id
        self._passwords = passwords
        self._frame_index = 0

    def steps(self) -> list[TourStep]:
        return [*self._asking(), *self._answering(), *self._deciding()]

    def _asking(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "ask_panel",
                "Another reader is to be asked",
                lambda: stage.press("Ctrl+2", "F9"),
                self._can_choose_reader,
                lambda: {"panel": stage.text_in(stage.visible(RequestPanel))},
                has_picture=False,
            ),
            TourStep(
                "ask_second_reader",
                "A second reader is asked: type, question, blind or open, due time",
                self._fill_in_request,
                self._can_hand_over,
                lambda: {"panel": stage.text_in(stage.visible(RequestPanel))},
            ),
            TourStep(
                "handed_over",
                "Handed over: the report waits, and nobody holds the study",
                lambda: stage.press("Ctrl+Return"),
                lambda: stage.is_visible(WorklistView),
                self._check_handed_over,
            ),
        ]

    def _answering(self) -> list[TourStep]:
        stage = self._stage
        return [
            self._log_in_as(self._second_id, "second_login", "The second reader logs in"),
            TourStep(
                "second_list",
                "The question stands in the second reader's list",
                lambda: stage.press("Ctrl+4"),
                self._has_card,
                self._check_second_list,
            ),
            TourStep(
                "second_read",
                "The images as the first reader left them, and the question beside them",
                lambda: click(self._detail.open_button),
                self._is_second_read_open,
                self._check_second_read,
            ),
            TourStep(
                "opinion",
                "The second reader agrees, with a note, and returns the opinion",
                self._return_opinion,
                lambda: "returned" in stage.text_in(stage.visible(OpinionPanel)),
                self._check_returned,
            ),
        ]

    def _deciding(self) -> list[TourStep]:
        return [
            self._log_in_as(self._first_id, "first_back", "The first reader is back"),
            TourStep(
                "answered_list",
                "The answer is in the first reader's list",
                lambda: self._stage.press("Ctrl+4"),
                lambda: self._has_card() and self._detail.decision.isVisible(),
                lambda: {"says": self._stage.text_in(self._detail)},
                has_picture=False,
            ),
            TourStep(
                "compare_reads",
                "Both reads side by side; the first reader decides",
                lambda: click(self._detail.decision.decisions.button(Reconciliation.KEEP_FIRST)),
                self._can_decide,
                lambda: {"says": self._stage.text_in(self._detail)},
            ),
            TourStep(
                "decided",
                "The second read is complete; the report is the first reader's again",
                lambda: click(self._detail.decision.button),
                lambda: self._has_card() and not self._detail.decision.isVisible(),
                self._check_decided,
            ),
            TourStep(
                "reopened",
                "The study is opened once more, to be signed",
                lambda: click(self._detail.open_button),
                self._is_reopened,
                lambda: {"report": self._stage.report.header.status_badge.text},
                has_picture=False,
            ),
        ]

    def _log_in_as(self, user_id: str, step_id: str, title: str) -> TourStep:
        stage = self._stage

        def enter() -> None:
            stage.press("Ctrl+Shift+Q")
            stage.log_in(user_id, self._passwords[user_id])

        def is_in() -> bool:
            session = stage.window.session
            is_there = session is not None and session.user.user_id == user_id
            return is_there and stage.is_visible(WorklistView) and self._is_list_read()

        return TourStep(step_id, title, enter, is_in, lambda: {"logged in": user_id})

    @property
    def _detail(self) -> HandoffDetail:
        return self._stage.visible(HandoffView).detail

    def _is_list_read(self) -> bool:
        return bool(self._stage.visible(WorklistView).model.rows)

    def _has_card(self) -> bool:
        return self._stage.is_visible(HandoffView) and self._detail.card is not None

    def _can_choose_reader(self) -> bool:
        if not self._stage.is_visible(RequestPanel):
            return False
        return bool(self._stage.visible(RequestPanel).readers.findChildren(QPushButton))

    def _fill_in_request(self) -> None:
        self._frame_index = self._stage.box(CURRENT).state.frame_index
        panel = self._stage.visible(RequestPanel)
        click(panel.types.button(HandoffType.OVER_READ))
        click(panel.readers.button(self._second_id))
        click(panel.blind.button(False))
        type_text(panel.question_field, QUESTION)

    def _can_hand_over(self) -> bool:
        return self._stage.visible(RequestPanel).submit_button.isEnabled()

    def _check_handed_over(self) -> dict[str, str]:
        handoff, uid = self._handoff(), self._stage.study.study_instance_uid
        now = self._stage.station.clock.now()
        claim = self._stage.stored(lambda work: work.claims.current(uid, ClaimTask.READ))
        require(handoff.question == QUESTION, "Another question is stored.")
        require(handoff.to_reader_id == self._second_id, "Another reader is asked.")
        require(claim is None or not claim.is_live(now), "The study is still held.")
        require(self._report_status() is ReportStatus.AWAITING_SECOND_READ, "It does not wait.")
        return {"handoff": handoff.status.value, "report": ReportStatus.AWAITING_SECOND_READ.value}

    def _check_second_list(self) -> dict[str, str]:
        words = self._stage.text_in(self._detail)
        require(QUESTION in words, "The question is not in the list.")
        return {"says": words}

    def _is_second_read_open(self) -> bool:
        stage = self._stage
        if not stage.is_visible(ReadingView) or not stage.is_visible(OpinionPanel):
            return False
        is_ready = stage.visible(OpinionPanel).model is not None
        return is_ready and stage.is_painted(CURRENT) and stage.is_painted(PRIOR)

    def _check_second_read(self) -> dict[str, str]:
        stage, index = self._stage, self._stage.box(CURRENT).state.frame_index
        require(index == self._frame_index, "Other images than the first reader left are shown.")
        require(self._handoff().status is HandoffStatus.IN_PROGRESS, "It is not in progress.")
        return {"image": str(index + 1), "panel": stage.text_in(stage.visible(OpinionPanel))}

    def _return_opinion(self) -> None:
        panel = self._stage.visible(OpinionPanel)
        click(panel.opinions.button(Opinion.AGREE))
        type_text(panel.text_field, NOTE)
        self._stage.press("Ctrl+Return")

    def _check_returned(self) -> dict[str, str]:
        handoff = self._handoff()
        require(handoff.status is HandoffStatus.RETURNED, f"It is {handoff.status.value}.")
        require(handoff.opinion is Opinion.AGREE, "Another opinion is stored.")
        require(handoff.opinion_text == NOTE, "Another note is stored.")
        return {"opinion": Opinion.AGREE.value, "note": handoff.opinion_text}

    def _can_decide(self) -> bool:
        return self._detail.decision.button.isEnabled()

    def _check_decided(self) -> dict[str, str]:
        handoff = self._handoff()
        require(handoff.status is HandoffStatus.COMPLETED, f"It is {handoff.status.value}.")
        return {"handoff": handoff.status.value, "report": self._report_status().value}

    def _is_reopened(self) -> bool:
        stage = self._stage
        if not stage.is_visible(ReadingView) or stage.reading.model.state.opened is None:
            return False
        is_painted = stage.is_painted(CURRENT) and stage.is_painted(PRIOR)
        model = stage.report.model
        return is_painted and model is not None and not model.state.is_read_only

    def _handoff(self) -> Handoff:
        uid = self._stage.study.study_instance_uid
        found = self._stage.stored(lambda work: work.handoffs.of_study(uid))
        require(found, "No handoff is stored.")
        return found[-1]

    def _report_status(self) -> ReportStatus:
        uid = self._stage.study.study_instance_uid
        draft = self._stage.stored(
            lambda work: work.reports.open_draft_of_study(uid, self._first_id)
        )
        require(draft is not None, "No report is stored.")
        assert draft is not None  # noqa: S101 - for the type checker; required above
        return draft.status
