"""Several monitors: what each shows is chosen, everything goes there, and comes back."""

from __future__ import annotations

from readstation.domain.monitors import MonitorUse
from readstation.ui.monitors.image_window import ImageWindow
from readstation.ui.monitors.monitor_chooser import MonitorChooser
from readstation.ui.monitors.monitor_places import MonitorPlaces
from readstation.ui.palette.key_help import KeyHelp
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require

CURRENT, PRIOR = 0, 1
SOUGHT = "prior"


class MonitorSteps:
    """The reader looks up keys, spreads the study over the monitors there are, and gathers it."""

    def __init__(self, stage: TourStage, monitor_count: int) -> None:
        self._stage, self._count = stage, monitor_count

    def steps(self) -> list[TourStep]:
        """Return the steps; with one monitor there is nothing to spread over."""
        spread = self._spread() if self._count > 2 else []
        return [*self._keys(), *self._choice(), *spread]

    def _keys(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "key_sheet",
                "Every key of every screen, made from the list of commands",
                lambda: stage.press("F1"),
                lambda: stage.is_visible(KeyHelp),
                lambda: {"commands": str(stage.visible(KeyHelp).count)},
            ),
            TourStep(
                "key_sheet_search",
                "Typing finds commands, those without keys too",
                lambda: stage.press(*SOUGHT.upper()),
                lambda: stage.visible(KeyHelp).search.text() == SOUGHT,
                self._check_found,
            ),
        ]

    def _choice(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "monitors",
                "The monitors as they stand, and what they can show",
                lambda: stage.press("Esc", "Ctrl+F11", "Down"),
                lambda: stage.is_visible(MonitorChooser),
                self._check_choice,
            ),
        ]

    def _spread(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "monitors_spread",
                "List and report on the left, current in the middle, prior on the right",
                lambda: stage.press("Return"),
                self._is_spread,
                self._check_spread,
            ),
            TourStep(
                "monitors_gathered",
                "One key brings everything back to one monitor",
                lambda: stage.press("Ctrl+F2"),
                lambda: not stage.is_visible(ImageWindow) and stage.is_painted(CURRENT),
                lambda: {"windows": "1"},
                has_picture=False,
            ),
        ]

    @property
    def _places(self) -> MonitorPlaces:
        view = self._stage.window.session_view
        require(view is not None, "Nobody is logged in.")
        assert view is not None  # noqa: S101 - for the type checker; required above
        return view.monitor_places()

    def _check_found(self) -> dict[str, str]:
        found = self._stage.visible(KeyHelp).count
        require(0 < found < 20, f"{found} commands speak of a {SOUGHT}.")
        return {"found": str(found)}

    def _check_choice(self) -> dict[str, str]:
        chooser = self._stage.visible(MonitorChooser)
        said = [chooser.picture.words(index) for index in range(self._count)]
        if self._count < 2:
            self._stage.press("Esc")
        return {"monitors": "; ".join(said)}

    def _is_spread(self) -> bool:
        stage = self._stage
        return len(self._places.windows) == 2 and all(map(stage.is_painted, (CURRENT, PRIOR)))

    def _check_spread(self) -> dict[str, str]:
        stage, places = self._stage, self._places
        boxes = stage.reading.grid.boxes
        for index, window in enumerate(places.windows):
            require(boxes[index].window() is window, f"Image box {index + 1} is elsewhere.")
            require("Alpha" in stage.text_in(window), f"Window {index + 1} names nobody.")
        layout = places.layout
        require(layout.use_of(layout.desk) is MonitorUse.DESK, "The desk has images.")
        return {"layout": layout.code}
