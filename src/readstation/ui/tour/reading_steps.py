"""Opening the study, comparing, windowing, measuring."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from readstation.app.viewport.viewport_state import ChosenWindow, Role, Tool
from readstation.domain.claim import ClaimTask
from readstation.imaging.voi import VoiWindow
from readstation.ui.reading.reading_view import ReadingView
from readstation.ui.tour.hanging_steps import HangingSteps
from readstation.ui.tour.input_events import drag, roll_wheel
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require

CURRENT, PRIOR = 0, 1
TUMOUR_SLICE, SAME_LEVEL_IN_PRIOR = 11, 8
NOTCHES = 3
LUNG_CENTER, LUNG_WIDTH = -600, 1500
TUMOUR = ((287.0, 374.0), (350.0, 336.0))
"""Column and row of the two ends of its longest diameter."""


class ReadingSteps:
    """The reader opens the study beside its prior and looks at it."""

    def __init__(self, stage: TourStage, reader_id: str) -> None:
        self._stage, self._reader_id = stage, reader_id
        self._counted = 0

    def steps(self) -> list[TourStep]:
        opened, *compared = self._beside_prior()
        return [opened, *HangingSteps(self._stage).steps(), *compared, *self._tools()]

    def _beside_prior(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "open",
                "Enter opens it: current and simulated prior side by side, claimed for the reader",
                lambda: stage.press("Return"),
                self._is_open,
                self._check_open,
                timeout_s=60,  # the first registration of an installation is compiled first
            ),
            TourStep(
                "scroll",
                "Every image is looked at; the station keeps count",
                lambda: stage.press("Home"),
                self._scroll_on,
                self._check_seen,
                timeout_s=60,
            ),
            TourStep(
                "compare",
                "Both are linked at this level and scroll together",
                self._link_and_scroll,
                self._has_scrolled,
                self._check_linked,
            ),
        ]

    def _tools(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "window_lung",
                "The lung window by its key",
                lambda: stage.press("3"),
                lambda: self._window.center == LUNG_CENTER,
                self._check_lung,
            ),
            TourStep(
                "window_drag",
                "Any other window by dragging, here from the mediastinal one",
                self._drag_window,
                lambda: stage.is_painted(CURRENT),
                self._check_dragged,
            ),
            TourStep(
                "measure",
                "A length across the mass, in millimetres with their source",
                self._measure,
                lambda: bool(stage.box(CURRENT).visible_measurements),
                self._check_measured,
            ),
        ]

    @property
    def _window(self) -> VoiWindow:
        voi = self._stage.box(CURRENT).voi
        require(isinstance(voi, VoiWindow), "There is no window yet.")
        assert isinstance(voi, VoiWindow)  # noqa: S101 - for the type checker; required above
        return voi

    def _is_open(self) -> bool:
        stage = self._stage
        if not stage.is_visible(ReadingView) or stage.reading.model.state.opened is None:
            return False
        is_hung = stage.is_painted(CURRENT) and stage.is_painted(PRIOR)
        return is_hung and stage.report.model is not None

    def _check_open(self) -> dict[str, str]:
        stage, uid = self._stage, self._stage.study.study_instance_uid
        claim = stage.stored(lambda work: work.claims.current(uid, ClaimTask.READ))
        require(claim is not None, "The study is not claimed.")
        assert claim is not None  # noqa: S101 - for the type checker; required above
        require(claim.owner_id == self._reader_id, "The study is claimed by somebody else.")
        header = stage.text_in(stage.reading.header)
        require("DEMO, Alpha" in header and "DEMO-0001" in header, "The header names another.")
        require(stage.box(CURRENT).state.role is Role.CURRENT, "The left box is not the current.")
        require(stage.box(PRIOR).state.role is Role.PRIOR, "The right box is not the prior.")
        prior = stage.text_in(stage.reading.grid.boxes[PRIOR])
        require("SIMULATED" in prior.upper(), "The prior does not say that it is simulated.")
        return {"header": header, "prior": prior, "claimed by": claim.owner_id}

    def _scroll_on(self) -> bool:
        """Go one image on whenever the present one was painted; done when all were."""
        seen = self._stage.reading.model.seen
        if self._counted < seen.count < seen.total:
            self._counted = seen.count
            self._stage.press("Down")
        return seen.count == seen.total

    def _check_seen(self) -> dict[str, str]:
        seen = self._stage.reading.model.seen
        says = self._stage.reading.tools.seen.text()
        require(f"{seen.count}/{seen.total}" in says, f"The tool bar says {says}.")
        return {"tool bar": says}

    def _link_and_scroll(self) -> None:
        stage = self._stage
        stage.view(PRIOR).setFocus()
        stage.press("Home", *["Down"] * SAME_LEVEL_IN_PRIOR)
        stage.view(CURRENT).setFocus()
        stage.press("Home", *["Down"] * TUMOUR_SLICE, "Shift+K")
        roll_wheel(stage.view(CURRENT), NOTCHES)
        roll_wheel(stage.view(CURRENT), -NOTCHES + 1)

    def _has_scrolled(self) -> bool:
        stage = self._stage
        return stage.is_painted(CURRENT) and stage.is_painted(PRIOR)

    def _check_linked(self) -> dict[str, str]:
        stage = self._stage
        here, there = stage.box(CURRENT).state, stage.box(PRIOR).state
        require(here.is_linked and there.is_linked, f"Not linked. {here.notice}")
        require(here.frame_index == TUMOUR_SLICE + 1, "The current study did not scroll.")
        require(
            there.frame_index == SAME_LEVEL_IN_PRIOR + 1, "The prior did not follow the current."
        )
        return {
            "current image": str(here.frame_index + 1),
            "prior image": str(there.frame_index + 1),
            "says": stage.reading.model.links.status(stage.box(CURRENT)),
        }

    def _check_lung(self) -> dict[str, str]:
        window = self._window
        require(window.width == LUNG_WIDTH, "The lung window has another width.")
        return {"center": str(window.center), "width": str(window.width)}

    def _drag_window(self) -> None:
        stage = self._stage
        stage.press("4")
        view = stage.view(CURRENT)
        middle = view.rect().center()
        drag(view, middle, middle + QPoint(60, 20))

    def _check_dragged(self) -> dict[str, str]:
        choice, window = self._stage.box(CURRENT).state.voi_choice, self._window
        require(isinstance(choice, ChosenWindow), "Dragging did not change the window.")
        require((window.center, window.width) != (40, 400), "The window is still the preset.")
        return {"center": f"{window.center:g}", "width": f"{window.width:g}"}

    def _measure(self) -> None:
        stage = self._stage
        stage.press("L")
        view, transform = stage.view(CURRENT), stage.box(CURRENT).transform
        require(stage.box(CURRENT).state.tool is Tool.LENGTH, "L does not choose the length tool.")
        if transform is not None:
            ratio = view.devicePixelRatioF()
            ends = [transform.to_viewport(*corner) for corner in TUMOUR]
            start, end = (QPoint(round(x / ratio), round(y / ratio)) for x, y in ends)
            drag(view, start, end)

    def _check_measured(self) -> dict[str, str]:
        uid = self._stage.study.study_instance_uid
        stored = self._stage.stored(lambda work: work.measurements.of_study(uid, self._reader_id))
        shown = self._stage.box(CURRENT).visible_measurements
        require([m.text for m in stored] == [m.text for m in shown], "Shown and stored differ.")
        text = shown[0].text
        require("mm" in text, f"The length has no unit of the patient: {text}")
        self._stage.press("W")
        return {"length": text}
