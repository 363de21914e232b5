"""The screen itself: its test pattern, what is seen on it, and what that proves."""

from __future__ import annotations

from readstation.domain.display import CheckKind, DisplayCheck
from readstation.ui.display.display_view import DisplayView
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require

NOT_VERIFIED = "not verified"


class DisplaySteps:
    """The reader looks at the test pattern; without measured luminances nothing is verified."""

    def __init__(self, stage: TourStage, reader_id: str) -> None:
        self._stage, self._reader_id = stage, reader_id

    def steps(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "display_check",
                "The display check: a test pattern and what to look for on it",
                lambda: stage.press("Ctrl+6"),
                lambda: stage.is_visible(DisplayView),
                self._check_page,
            ),
            TourStep(
                "display_looked_at",
                "What was seen is recorded; luminances were not measured, so it is not verified",
                lambda: stage.press("Alt+L", "Alt+A", "Ctrl+Return"),
                lambda: bool(self._checks()) and bool(self._view.parts.history.sentences),
                self._check_record,
            ),
        ]

    @property
    def _view(self) -> DisplayView:
        return self._stage.visible(DisplayView)

    def _checks(self) -> tuple[DisplayCheck, ...]:
        key = self._view.display.key
        return self._stage.stored(lambda work: work.display_checks.of_display(key))

    def _check_page(self) -> dict[str, str]:
        words = self._stage.text_in(self._view)
        require(NOT_VERIFIED in words.lower(), "The page does not say that nothing is verified.")
        require(not self._checks(), "A new workspace already has a check of this display.")
        return {"display": self._view.display.key, "says": words}

    def _check_record(self) -> dict[str, str]:
        (check,) = self._checks()
        require(check.kind is CheckKind.VISUAL and check.has_passed, "The look did not pass.")
        require(check.checked_by == self._reader_id, "Another person is said to have looked.")
        words = self._stage.text_in(self._view)
        require(NOT_VERIFIED in words.lower(), "A look alone counts as verified.")
        return {"recorded": check.sentence}
