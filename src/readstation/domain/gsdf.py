"""The Grayscale Standard Display Function: which luminances look evenly spaced (PS3.14)."""

from __future__ import annotations

import math
from functools import reduce

from readstation.domain.errors import RefusedInputError

FIRST_JND, LAST_JND = 1, 1023
DARKEST_CD_M2, BRIGHTEST_CD_M2 = 0.05, 3993.404
"""Luminances of JND index 1 and 1023 as PS3.14 table B-1 prints them."""

# PS3.14 section 7.1, in rising powers of the natural logarithm of the JND index
LUMINANCE_NUMERATOR = (-1.3011877, 8.0242636e-2, 1.3646699e-1, -2.5468404e-2, 1.3635334e-3)
LUMINANCE_DENOMINATOR = (
    1.0,
    -2.5840191e-2,
    -1.0320229e-1,
    2.8745620e-2,
    -3.1978977e-3,
    1.2992634e-4,
)
# PS3.14 section 7.1 note 1, in rising powers of the decimal logarithm of the luminance
_INVERSE = (
    71.498068,
    94.593053,
    41.912053,
    9.8247004,
    0.28175407,
    -1.1878455,
    -0.18014349,
    0.14710899,
    -0.017046845,
)


def luminance_of_jnd(jnd_index: float) -> float:
    """Return the luminance of a JND index.

    Parameters
    ----------
    jnd_index : float
        Number of just-noticeable differences, 1 to 1023; fractions are allowed.

    Returns
    -------
    float
        cd/m², about 0.05 to 3993.

    References
    ----------
    DICOM PS3.14 7.1 (General Formulas).

    Examples
    --------
    >>> round(luminance_of_jnd(1), 4), round(luminance_of_jnd(10), 4)
    (0.05, 0.0991)
    """
    x = math.log(jnd_index)
    exponent = _polynomial(LUMINANCE_NUMERATOR, x) / _polynomial(LUMINANCE_DENOMINATOR, x)
    return math.pow(10.0, exponent)


def jnd_of_luminance(luminance_cd_m2: float) -> float:
    """Return the JND index of a luminance, by the polynomial of the standard.

    Parameters
    ----------
    luminance_cd_m2 : float
        0.05 to 3993 cd/m²; what is a little outside is extrapolated.

    Returns
    -------
    float
        Within 0.1 of the inverse of `luminance_of_jnd`.

    Raises
    ------
    RefusedInputError
        If the luminance is not above zero.

    References
    ----------
    DICOM PS3.14 7.1 note 1.

    Examples
    --------
    >>> round(jnd_of_luminance(luminance_of_jnd(500)), 1)
    500.0
    """
    if not luminance_cd_m2 > 0:
        raise RefusedInputError(
            "LUMINANCE", "A luminance is not above zero.", "Measure it again, in cd/m²."
        )
    return _polynomial(_INVERSE, math.log10(luminance_cd_m2))


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    return reduce(lambda total, coefficient: total * x + coefficient, reversed(coefficients), 0.0)
