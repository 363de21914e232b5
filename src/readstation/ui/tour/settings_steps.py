"""What a station's users may set for themselves, and the record of a change."""

from __future__ import annotations

from readstation.domain.settings import GRAPHICS, MEMORY_PERCENT
from readstation.ui.settings.settings_view import FROM_NEXT_START, SettingCard, SettingsView
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require

HALF = 50


class SettingsSteps:
    """The reader gives images half of the memory; it is said from when that holds."""

    def __init__(self, stage: TourStage) -> None:
        self._stage = stage

    def steps(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "settings",
                "The settings of the station, all answers in sight",
                lambda: stage.press("Ctrl+7"),
                lambda: stage.is_visible(SettingsView) and HALF in self._card.answers.offered,
                self._check_nothing_changed,
            ),
            TourStep(
                "settings_changed",
                "A change is saved, on record, and it is said from when it holds",
                self._give_half,
                lambda: self._card.state.text() == FROM_NEXT_START,
                self._check_change,
            ),
        ]

    @property
    def _card(self) -> SettingCard:
        return self._stage.visible(SettingsView).cards[MEMORY_PERCENT.key]

    def _give_half(self) -> None:
        self._card.answers.button(HALF).setFocus()
        self._stage.press("Space")

    def _check_nothing_changed(self) -> dict[str, str]:
        require(not self._stage.station.settings.values().stored, "Something is set already.")
        return {"says": self._card.state.text()}

    def _check_change(self) -> dict[str, str]:
        values = self._stage.station.settings.values()
        require(values.of(MEMORY_PERCENT) == HALF, "The answer was not stored.")
        require(values.of(GRAPHICS) == GRAPHICS.default, "Another setting has changed.")
        return {"memory": MEMORY_PERCENT.words_for(values.of(MEMORY_PERCENT))}
