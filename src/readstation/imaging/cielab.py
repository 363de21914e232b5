"""CIELab colours, as DICOM states them, to the colours of a screen (PS3.3 C.10.7.1.1)."""

from __future__ import annotations

import numpy as np

WHITE_D50 = np.array([0.96422, 1.0, 0.82521])
EPSILON, KAPPA = 216 / 24389, 24389 / 27
# XYZ of white point D50 to linear sRGB, the adaptation to D65 (Bradford) included
XYZ_TO_SRGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)


def srgb_of(cielab: tuple[float, float, float]) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255; colours that a screen cannot show are clipped.

    Examples
    --------
    >>> srgb_of((100.0, 0.0, 0.0))
    (255, 255, 255)
    """
    lightness, a, b = cielab
    y = (lightness + 16) / 116
    curve = np.array([y + a / 500, y, y - b / 200])
    cubes = curve**3
    ratios = np.where(cubes > EPSILON, cubes, (116 * curve - 16) / KAPPA)
    linear = np.clip(XYZ_TO_SRGB @ (ratios * WHITE_D50), 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (round(float(value) * 255) for value in encoded)
    return (red, green, blue)
