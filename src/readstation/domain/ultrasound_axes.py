"""Ultrasound regions whose two axes measure different things: M-mode, Doppler spectra, curves.

A line there has no length. It has an extent along each axis that states a unit: so much time, so
much velocity (PS3.3 C.8.5.5.1.1, C.8.5.5.1.15 to C.8.5.5.1.17).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from readstation.domain.calibration import (
    AXIS_FORMATS,
    Calibration,
    SpacingSource,
    UltrasoundRegion,
)

NO_MEASURE_FORMATS = frozenset({0, 5})  # none, graphics
# Physical Units X/Y Direction (0018,6024), (0018,6026), C.8.5.5.1.15; 0 is none
AXIS_UNITS = {
    1: "%",
    2: "dB",
    3: "cm",
    4: "s",
    5: "Hz",
    6: "dB/s",
    7: "cm/s",
    8: "cm²",
    9: "cm²/s",
    10: "cm³",
    11: "cm³/s",
    12: "°",
}
Point = tuple[float, float]


def axes_at(regions: Sequence[UltrasoundRegion], points: Sequence[Point]) -> Calibration | None:
    """Return the scales along both axes of the one region that holds all points.

    None if there is no such region, if several with different scales overlap there, or if none
    of its axes states a unit.
    """
    holding = [r for r in regions if all(r.contains(*point) for point in points)]
    measuring = [r for r in holding if r.region_spatial_format not in NO_MEASURE_FORMATS]
    found = {_axes(r) for r in measuring}
    if len(found) != 1:
        return None
    return found.pop()


def axis_values_at(
    regions: Sequence[UltrasoundRegion], point: Point
) -> tuple[tuple[float, str], ...]:
    """Return what a point of a spectrum or M-mode stands for, as (value, unit): y, then x.

    Counted from the reference pixel, which lies relative to the region (C.8.5.5.1.16); an axis
    without a reference or a unit is left out.
    """
    if axes_at(regions, [point]) is None:
        return ()
    region = next(
        r for r in regions if r.contains(*point) and r.region_spatial_format in AXIS_FORMATS
    )
    axes = (
        (
            point[1] - region.region_location_min_y0,
            region.reference_pixel_y0,
            region.reference_pixel_physical_value_y,
            region.physical_delta_y,
            region.physical_units_y_direction,
        ),
        (
            point[0] - region.region_location_min_x0,
            region.reference_pixel_x0,
            region.reference_pixel_physical_value_x,
            region.physical_delta_x,
            region.physical_units_x_direction,
        ),
    )
    return tuple(
        (value + (place - pixel - 0.5) * delta, AXIS_UNITS[unit])
        for place, pixel, value, delta, unit in axes
        if pixel is not None and value is not None and _is_scale(delta, unit)
    )


def _axes(region: UltrasoundRegion) -> Calibration | None:
    if region.region_spatial_format not in AXIS_FORMATS:
        return None
    x = (region.physical_delta_x, region.physical_units_x_direction)
    y = (region.physical_delta_y, region.physical_units_y_direction)
    has_x, has_y = _is_scale(*x), _is_scale(*y)
    if not (has_x or has_y):
        return None
    return Calibration(
        None,
        None,
        SpacingSource.US_AXES,
        per_column=abs(x[0]) if has_x else None,
        column_axis_unit=AXIS_UNITS[x[1]] if has_x else "",
        per_row=abs(y[0]) if has_y else None,
        row_axis_unit=AXIS_UNITS[y[1]] if has_y else "",
    )


def _is_scale(delta: float, unit: int) -> bool:
    return unit in AXIS_UNITS and math.isfinite(delta) and delta != 0
