"""How the study hangs: which protocol was chosen and why, and its next stage."""

from __future__ import annotations

from readstation.ui.reading.hanging_chooser import HangingChooser
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require

CURRENT, PRIOR = 0, 1
LUNGS, FIRST = "Lungs, current and prior", "Current and prior"


class HangingSteps:
    """The reader asks why the images hang so, looks at the lungs, and goes back."""

    def __init__(self, stage: TourStage) -> None:
        self._stage = stage

    def steps(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "hanging_why",
                "Which hanging protocol was chosen and why, with the others to choose from",
                lambda: stage.press("Shift+H"),
                lambda: stage.is_visible(HangingChooser),
                self._check_why,
            ),
            TourStep(
                "hanging_stage",
                "The next stage of the protocol: both in the lung window",
                self._next_stage,
                self._is_painted,
                lambda: self._check_stage(LUNGS),
            ),
            TourStep(
                "hanging_back",
                "And back to the first stage",
                lambda: stage.press(","),
                self._is_painted,
                lambda: self._check_stage(FIRST),
            ),
        ]

    def _next_stage(self) -> None:
        self._stage.press("Esc")
        self._stage.press(".")

    def _is_painted(self) -> bool:
        stage = self._stage
        is_gone = not stage.is_visible(HangingChooser)
        return is_gone and stage.is_painted(CURRENT) and stage.is_painted(PRIOR)

    def _check_why(self) -> dict[str, str]:
        chooser = self._stage.visible(HangingChooser)
        why = chooser.why.text()
        require("chest (+20)" in why, f"The chooser does not say why: {why}")
        return {"protocol": chooser.now.text(), "why": why}

    def _check_stage(self, title: str) -> dict[str, str]:
        says = self._stage.reading.tools.hanging.text()
        require(title in says, f"The tool bar says {says}.")
        window = self._stage.box(CURRENT).voi
        return {"stage": says, "window": window.explanation if window is not None else ""}
