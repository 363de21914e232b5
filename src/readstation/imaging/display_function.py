"""P-values to digital driving levels, so that a display follows the GSDF (PS3.14)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from readstation.domain.gsdf import (
    LUMINANCE_DENOMINATOR,
    LUMINANCE_NUMERATOR,
    jnd_of_luminance,
)
from readstation.domain.luminance import COMPARED_POINTS, LuminanceTable, ResponsePoint

P_VALUE_BITS = 16
P_VALUES = 1 << P_VALUE_BITS


def driving_luminances(table: LuminanceTable, bit_depth: int) -> NDArray[np.float64]:
    """Return the luminance of every driving level, between the measured ones interpolated.

    Parameters
    ----------
    table : LuminanceTable
        Measured with any number of levels; 8 or 10 bit.
    bit_depth : int
        Of the driving levels wanted, 8 or 10; a table of the other depth is read by fraction.

    Returns
    -------
    ndarray, shape (2**bit_depth,), float64
        cd/m² with ambient light, never falling. At a measured level exactly what was measured.

    Notes
    -----
    PS3.14 leaves the interpolation open. A monotone cubic (Fritsch and Carlson) cannot overshoot,
    as the usual spline does near black. From 18 levels of displays with gamma 1.8 to 2.8 it is
    within 5 % of what was not measured.
    """
    measured = np.array([p.driving_level for p in table.points], dtype=np.float64)
    seen = np.array([p.luminance_cd_m2 for p in table.points]) + table.ambient_cd_m2
    levels = np.arange(1 << bit_depth, dtype=np.float64)
    wanted = levels * (table.maximum_level / ((1 << bit_depth) - 1))
    luminances = _monotone_cubic(measured, seen, wanted)
    where = np.minimum(np.searchsorted(measured, wanted), len(measured) - 1)
    is_measured = measured[where] == wanted
    luminances[is_measured] = seen[where[is_measured]]
    return np.asarray(np.maximum.accumulate(luminances))


def standard_luminances(
    darkest_cd_m2: float, brightest_cd_m2: float, count: int = P_VALUES
) -> NDArray[np.float64]:
    """Return the luminance in cd/m², shape (count,), of P-values evenly spaced in JNDs.

    References
    ----------
    DICOM PS3.14 7.1 and annex D.1 (the JND indices of the ends by the standard's polynomial).
    """
    first, last = jnd_of_luminance(darkest_cd_m2), jnd_of_luminance(brightest_cd_m2)
    indices = np.linspace(first, last, count)
    return _luminances_of_jnds(np.maximum(indices, 1.0))


def driving_level_table(table: LuminanceTable, bit_depth: int) -> NDArray[np.uint16]:
    """Build the table from a P-value (16 bit) to the driving level that shows it.

    Parameters
    ----------
    table : LuminanceTable
        The display's measured characteristic curve.
    bit_depth : int
        Of the driving levels, 8 or 10.

    Returns
    -------
    ndarray, shape (65536,), uint16
        For each P-value the level whose luminance is nearest to the standard's; of two equally
        near ones the higher, as DCMTK has it. Never falling.

    Notes
    -----
    Some 10 ms; built once per display, in a job, not per image. The JND indices of the ends come
    from the polynomial of the standard, which is up to 0.1 JND off: on a fine-stepped display the
    first P-value can therefore be a level or two above 0.

    References
    ----------
    DICOM PS3.14 annex D.1.3.
    """
    shown = driving_luminances(table, bit_depth)
    wanted = standard_luminances(float(shown[0]), float(shown[-1]))
    above = np.clip(np.searchsorted(shown, wanted, side="left"), 0, len(shown) - 1)
    below = np.maximum(above - 1, 0)
    is_below_nearer = np.abs(shown[below] - wanted) < np.abs(shown[above] - wanted)
    return np.where(is_below_nearer, below, above).astype(np.uint16)


def corrected_response(table: LuminanceTable, bit_depth: int) -> tuple[ResponsePoint, ...]:
    """Return what the display shows through its driving level table, at 18 P-values."""
    shown = driving_luminances(table, bit_depth)
    levels = driving_level_table(table, bit_depth)
    fractions = np.linspace(0.0, 1.0, COMPARED_POINTS)
    p_values = np.rint(fractions * (P_VALUES - 1)).astype(np.int64)
    return tuple(
        ResponsePoint(float(p) / (P_VALUES - 1), float(shown[levels[p]])) for p in p_values
    )


def _luminances_of_jnds(indices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `domain.gsdf.luminance_of_jnd` of every index."""
    x = np.log(indices)
    above, below = (
        np.polynomial.polynomial.polyval(x, coefficients)
        for coefficients in (LUMINANCE_NUMERATOR, LUMINANCE_DENOMINATOR)
    )
    return np.asarray(10.0 ** (above / below))


def _monotone_cubic(
    x: NDArray[np.float64], y: NDArray[np.float64], wanted: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Interpolate without overshooting (Fritsch and Carlson 1980, Hermite cubic)."""
    width = np.diff(x)
    slope = np.diff(y) / width
    ends = (slope[0] + (slope[0] - slope[1]) / 2, slope[-1] + (slope[-1] - slope[-2]) / 2)
    tangent = np.concatenate(([ends[0]], (slope[:-1] + slope[1:]) / 2, [ends[1]]))
    tangent = np.maximum(tangent, 0)
    tangent[:-1][slope == 0] = 0
    tangent[1:][slope == 0] = 0
    steep = np.where(slope == 0, 1.0, slope)
    alpha, beta = tangent[:-1] / steep, tangent[1:] / steep
    size = np.hypot(alpha, beta)
    scale = np.where(size > 3, 3 / np.maximum(size, 1e-300), 1.0)
    limited = np.minimum(np.append(scale, 1.0), np.insert(scale, 0, 1.0))
    tangent = tangent * limited
    i = np.clip(np.searchsorted(x, wanted, side="right") - 1, 0, len(x) - 2)
    h, t = width[i], (wanted - x[i]) / width[i]
    return np.asarray(
        y[i]
        + (y[i + 1] - y[i]) * t**2 * (3 - 2 * t)
        + h * tangent[i] * t * (1 - t) ** 2
        + h * tangent[i + 1] * t**2 * (t - 1)
    )
