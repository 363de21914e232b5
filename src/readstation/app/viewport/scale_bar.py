"""The length of the scale bar and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.calibration import Calibration

NICE_LENGTHS_MM = (1, 2, 5, 10, 20, 50, 100, 200, 500)
LARGEST_SHARE = 0.3  # of the viewport's width
SMALLEST_PX = 24


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar of `length_px` device pixels standing for `text`."""

    length_px: float
    text: str


def scale_bar(model: ViewportModel) -> ScaleBar | None:
    """Return the longest round length that fits; None where no spacing is known."""
    transform, calibration = model.transform, _one_calibration(model)
    if transform is None or calibration is None or not calibration.column_spacing_mm:
        return None
    px_per_mm = transform.zoom / calibration.column_spacing_mm
    room_px = transform.viewport_width_px * LARGEST_SHARE
    fitting = [mm for mm in NICE_LENGTHS_MM if SMALLEST_PX <= mm * px_per_mm <= room_px]
    if not fitting:
        return None
    return ScaleBar(fitting[-1] * px_per_mm, f"{fitting[-1]} {calibration.unit}")


def _one_calibration(model: ViewportModel) -> Calibration | None:
    """Return the spacing if the whole image has one; ultrasound only if all regions agree."""
    d = model.description
    if d is None:
        return None
    stated = model.measurements.stated_calibration(d.frame_key)
    if stated is not None:
        return stated
    regions = {r.calibration for r in d.ultrasound_regions if r.calibration.is_known}
    if d.ultrasound_regions:
        return regions.pop() if len(regions) == 1 else None
    return d.calibration if d.calibration.is_known else None
