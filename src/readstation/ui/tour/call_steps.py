"""Telling somebody: a message that does not count, then a person who reads it back."""

from __future__ import annotations

from readstation.domain.critical_result import CallOutcome, CriticalResultStatus, ReadBack
from readstation.ui.calls.call_panel import CallPanel
from readstation.ui.calls.calls_view import CallsView
from readstation.ui.calls.critical_banner import CriticalBanner
from readstation.ui.tour.input_events import click, type_text
from readstation.ui.tour.report_steps import critical_result
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require

NURSE = "Demo Nurse Clover"


class CallSteps:
    """The reader phones until a person has read the message back."""

    def __init__(self, stage: TourStage, reader_id: str) -> None:
        self._stage, self._reader_id = stage, reader_id

    def steps(self) -> list[TourStep]:
        return [*self._without_success(), *self._with_success()]

    def _without_success(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "call_panel",
                "Call and log: whom to call, and the words to read out",
                lambda: stage.press("Ctrl+Shift+L"),
                lambda: stage.is_visible(CallPanel) and self._panel.draft is not None,
                self._check_panel,
            ),
            TourStep(
                "call_failed",
                "A message left is logged and closes nothing: the clock runs on",
                self._leave_message,
                self._is_logged,
                self._check_failed,
            ),
        ]

    def _with_success(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "call_reached",
                "The second call reaches a person who reads the message back",
                self._fill_in_success,
                self._can_close,
                self._check_ready_to_close,
            ),
            TourStep(
                "call_closed",
                "Closed as communicated; the statement stands in the report",
                lambda: click(self._panel.close_button),
                lambda: not stage.is_visible(CriticalBanner) and bool(self._statements()),
                self._check_closed,
            ),
            TourStep(
                "calls",
                "The call screen: every attempt, and that it was in time",
                self._show_calls,
                lambda: stage.is_visible(CallsView) and bool(stage.visible(CallsView).cards),
                self._check_calls,
            ),
        ]

    @property
    def _panel(self) -> CallPanel:
        return self._stage.visible(CallPanel)

    def _check_panel(self) -> dict[str, str]:
        words = self._panel.read_this.text()
        require("DEMO" in words, "The words to read out name no patient.")
        return {"read this": words, "number": self._panel.number_field.text()}

    def _leave_message(self) -> None:
        click(self._panel.outcomes.button(CallOutcome.MESSAGE_LEFT))
        type_text(self._panel.note_field, "Voicemail of the emergency physician, no details left.")
        click(self._panel.save_button)

    def _is_logged(self) -> bool:
        """Whether the panel knows of the attempt and takes entries for the next one."""
        panel = self._panel
        draft = panel.draft
        is_known = draft is not None and len(draft.card.result.attempts) == 1
        return is_known and panel.contacts.isEnabled()

    def _check_failed(self) -> dict[str, str]:
        result = critical_result(self._stage)
        require(len(result.attempts) == 1, "The attempt is not stored.")
        require(result.is_open, "A message left has closed the result.")
        require(result.status is CriticalResultStatus.ATTEMPTED, f"It is {result.status.value}.")
        return {"status": result.status.value, "banner": self._stage.text_in(self._stage.banner)}

    def _fill_in_success(self) -> None:
        panel = self._panel
        contacts = [panel.contacts.button(i) for i in range(3)]
        nurse = next(button for button in contacts if NURSE in button.text())
        click(nurse)
        click(panel.outcomes.button(CallOutcome.REACHED))
        click(panel.read_backs.button(ReadBack.CONFIRMED))

    def _can_close(self) -> bool:
        return self._panel.close_button.isEnabled()

    def _check_ready_to_close(self) -> dict[str, str]:
        panel = self._panel
        require(NURSE in panel.name_field.text(), "The panel does not name the person.")
        return {"to": panel.name_field.text(), "number": panel.number_field.text()}

    def _statements(self) -> tuple[str, ...]:
        model = self._stage.report.model
        return model.state.content.communications if model else ()

    def _check_closed(self) -> dict[str, str]:
        result = critical_result(self._stage)
        require(result.status is CriticalResultStatus.COMMUNICATED, f"It is {result.status.value}.")
        require(result.closed_in_time, "It was communicated too late.")
        statement = self._statements()[0]
        require(NURSE in statement, "The statement does not name the person.")
        return {"statement": statement}

    def _show_calls(self) -> None:
        self._stage.press("Escape", "Ctrl+3")

    def _check_calls(self) -> dict[str, str]:
        words = self._stage.text_in(self._stage.visible(CallsView))
        require("reached in time" in words, "The screen does not say that it was in time.")
        return {"calls": words}
