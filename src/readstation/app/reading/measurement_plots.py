"""What is plotted of the selected measurement: a histogram of a region, a profile of a line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from readstation.app.viewport.drawing import subject_of
from readstation.app.viewport.measuring import value_unit
from readstation.app.viewport.value_scale import modality_transform_of
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.measurement import (
    CalibrationLine,
    EllipseRoi,
    FreehandRoi,
    Length,
    RectangleRoi,
)
from readstation.imaging.roi_plots import histogram_of, profile_of


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """A curve or, with one edge more than values, bars. `told` sums it up in words."""

    title: str
    across: str
    up: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    told: str

    @property
    def is_bars(self) -> bool:
        return len(self.x) == len(self.y) + 1


def plot_of_selected(model: ViewportModel) -> Plot | None:
    """Return what is to be plotted; None where nothing that has a plot is selected."""
    subject = subject_of(model)
    selected = model.measurements.find(model.state.selected_measurement_uid)
    if subject is None or selected is None or selected.frame != subject.description.frame_key:
        return None
    modality = modality_transform_of(subject.description, subject.scale)
    unit = value_unit(subject.description, subject.scale)
    if isinstance(selected, EllipseRoi | RectangleRoi | FreehandRoi):
        found = histogram_of(subject.pixels, modality, selected)
        title, counts = "Histogram", found.counts.astype(np.float64)
        return Plot(title, unit, "pixels", found.edges, counts, selected.text)
    if isinstance(selected, Length | CalibrationLine) and not selected.calibration.has_axes:
        profile = profile_of(subject.pixels, modality, selected.start, selected.end)
        values = profile.values[np.isfinite(profile.values)]
        told = f"{values.min():.6g} to {values.max():.6g} {unit}" if values.size else "no values"
        x = profile.share * selected.value
        return Plot("Profile along the line", selected.unit, unit, x, profile.values, told)
    return None
