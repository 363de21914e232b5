"""Comparing with the prior: the lesion on two dates and over them, in place, planes, key images."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from readstation.app.viewport.viewport_state import Role
from readstation.domain.measurement import Length
from readstation.ui.reading.key_image_strip import KeyImageStrip
from readstation.ui.reading.lesion_plot import LesionPlot
from readstation.ui.reconstruction.reconstruction_view import ReconstructionView
from readstation.ui.tour.input_events import click
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require

CURRENT, PRIOR = 0, 1
LESION = "Left lung mass"
INTERVAL = "6 months earlier"


class CompareSteps:
    """The reader has measured the mass; the study hangs beside its prior, linked."""

    def __init__(self, stage: TourStage) -> None:
        self._stage = stage

    def steps(self) -> list[TourStep]:
        return [*self._lesion(), *self._in_place(), *self._further()]

    def _lesion(self) -> list[TourStep]:
        return [
            TourStep(
                "lesion_dates",
                "The same lesion on two dates: selected in both, linked, the change in mm and %",
                self._link_lesion,
                lambda: "%" in self._said,
                self._check_lesion,
            ),
            TourStep(
                "lesion_list",
                "The lesion over its dates: since the one before, the baseline and the nadir",
                lambda: self._stage.press("Shift+M"),
                lambda: self._stage.is_visible(LesionPlot) and self._plot.is_drawn,
                self._check_list,
            ),
        ]

    def _in_place(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "prior_in_place",
                "One key shows the prior in the place of the current study, at the same level",
                lambda: stage.press("Escape", "J"),
                lambda: self._role is Role.PRIOR and stage.is_painted(CURRENT),
                self._check_in_place,
            ),
            TourStep(
                "current_in_place",
                "The same key brings the current study back",
                lambda: stage.press("J", "F"),
                lambda: self._role is Role.CURRENT and stage.is_painted(CURRENT),
                lambda: {"role": self._role.value},
                has_picture=False,
            ),
        ]

    def _further(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "key_image",
                "A key image: its star, and the strip under the thumbnails",
                lambda: stage.press("Alt+K"),
                lambda: stage.is_visible(KeyImageStrip),
                lambda: {"strip": stage.visible(KeyImageStrip).heading.text()},
            ),
            TourStep(
                "planes",
                "Planes through the volume, joined by the crosshair",
                lambda: stage.press("Ctrl+R"),
                self._are_planes_painted,
                lambda: {"cut": stage.visible(ReconstructionView).cut_words},
                timeout_s=180,  # machine code is made once after an installation
            ),
            TourStep(
                "planes_left",
                "And back to the image boxes",
                lambda: stage.press("Ctrl+R"),
                lambda: stage.is_painted(CURRENT) and not stage.is_visible(ReconstructionView),
                lambda: {"role": self._role.value},
                has_picture=False,
            ),
        ]

    @property
    def _role(self) -> Role:
        return self._stage.box(CURRENT).state.role

    @property
    def _plot(self) -> LesionPlot:
        return self._stage.visible(LesionPlot)

    @property
    def _said(self) -> str:
        """Return what is said of the length on the current study."""
        return self._stage.reading.model.measurements.say(self._lengths(CURRENT)[0])

    def _lengths(self, index: int) -> list[Length]:
        shown = self._stage.box(index).visible_measurements
        found = [m for m in shown if isinstance(m, Length)]
        require(found, "No length is shown.")
        return found

    def _link_lesion(self) -> None:
        for index in (PRIOR, CURRENT):
            self._select(index)
        self._stage.press("Ctrl+J")

    def _select(self, index: int) -> None:
        """Click the first end of the length that a box shows."""
        stage = self._stage
        view, transform = stage.view(index), stage.box(index).transform
        end = self._lengths(index)[0].start
        if transform is not None:
            ratio = view.devicePixelRatioF()
            x, y = transform.to_viewport(end.column, end.row)
            click(view, QPoint(round(x / ratio), round(y / ratio)))

    def _check_lesion(self) -> dict[str, str]:
        here, there = self._lengths(CURRENT)[0], self._lengths(PRIOR)[0]
        require(here.tracking_uid == there.tracking_uid, "The lesions are not the same.")
        name = here.tracking.tracking_identifier
        require(name == LESION, f"The lesion is called {name}.")
        return {"prior": there.text, "says": self._said}

    def _check_list(self) -> dict[str, str]:
        course = self._plot.course
        require(course is not None and len(course.dates) > 1, "The lesion has one date only.")
        return {"course": course.text if course is not None else ""}

    def _check_in_place(self) -> dict[str, str]:
        title = self._stage.text_in(self._stage.reading.grid.boxes[CURRENT])
        require(INTERVAL in title, f"The box does not say how old the prior is: {title}")
        return {"box": title}

    def _are_planes_painted(self) -> bool:
        pages = self._stage.reading.pages
        return self._stage.is_visible(ReconstructionView) and pages.reconstruction.is_showing
