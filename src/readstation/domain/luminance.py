"""A measured luminance table, and how far it is from the Grayscale Standard Display Function."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from readstation.domain.errors import RefusedInputError
from readstation.domain.gsdf import (
    BRIGHTEST_CD_M2,
    DARKEST_CD_M2,
    jnd_of_luminance,
    luminance_of_jnd,
)

FEWEST_POINTS = 9
MOST_POINTS = 1024
COMPARED_POINTS = 18
"""How many levels a contrast response is judged on (AAPM TG18 and TG270 measure 18)."""
LEAST_RATIO = 5.0
BIT_DEPTHS = (8, 10)
MEASURE_AGAIN = "Measure again in the dark, from the darkest level to the brightest."


@dataclass(frozen=True, slots=True)
class LuminancePoint:
    """What the screen gives at one digital driving level, without ambient light."""

    driving_level: int
    luminance_cd_m2: float


@dataclass(frozen=True, slots=True)
class LuminanceTable:
    """The characteristic curve of one display as it was measured (PS3.14 3.1)."""

    points: tuple[LuminancePoint, ...]
    bit_depth: int = 8
    ambient_cd_m2: float = 0.0
    """Light of the room that the screen reflects; part of what the reader sees."""

    @property
    def maximum_level(self) -> int:
        return int(2**self.bit_depth) - 1

    @property
    def darkest_cd_m2(self) -> float:
        """The darkest luminance with ambient light."""
        return self.points[0].luminance_cd_m2 + self.ambient_cd_m2

    @property
    def brightest_cd_m2(self) -> float:
        """The brightest luminance with ambient light."""
        return self.points[-1].luminance_cd_m2 + self.ambient_cd_m2

    @property
    def ratio(self) -> float:
        return self.brightest_cd_m2 / self.darkest_cd_m2


def require_plausible(table: LuminanceTable) -> LuminanceTable:
    """Return `table` if a display can be like that.

    Raises
    ------
    RefusedInputError
        With the first thing that is wrong; its code is LUMINANCE_TABLE.
    """
    for is_good, message, remedy in _rules(table):
        if not is_good:
            raise RefusedInputError("LUMINANCE_TABLE", message, remedy)
    return table


def _rules(table: LuminanceTable) -> list[tuple[bool, str, str]]:
    levels = [p.driving_level for p in table.points]
    values = [p.luminance_cd_m2 for p in table.points]
    if table.bit_depth not in BIT_DEPTHS:
        return [(False, "A display is driven with 8 or 10 bit.", "Choose 8 or 10 bit.")]
    if not FEWEST_POINTS <= len(levels) <= MOST_POINTS:
        return [
            (
                False,
                f"The table has {len(levels)} levels.",
                f"Measure {FEWEST_POINTS} to {MOST_POINTS} levels; 18 are usual.",
            )
        ]
    ends = (levels[0], levels[-1]) == (0, table.maximum_level)
    is_light = all(0 <= v <= BRIGHTEST_CD_M2 for v in (*values, table.ambient_cd_m2))
    dark, bright = values[0] + table.ambient_cd_m2, values[-1] + table.ambient_cd_m2
    return [
        (
            ends and all(a < b for a, b in pairwise(levels)),
            f"The driving levels do not rise from 0 to {table.maximum_level}.",
            "List each level once, in order, with both ends.",
        ),
        (is_light, "A luminance is not between 0 and 3993 cd/m².", MEASURE_AGAIN),
        (
            all(a <= b for a, b in pairwise(values)),
            "A higher level gives less light than a lower one.",
            MEASURE_AGAIN,
        ),
        (
            dark >= DARKEST_CD_M2,
            "The darkest level gives less light than the standard function covers "
            f"({DARKEST_CD_M2} cd/m²).",
            "Enter the ambient luminance of the room; the reader sees both together.",
        ),
        (
            bright >= LEAST_RATIO * dark,
            "The brightest level is hardly brighter than the darkest.",
            "Check the unit (cd/m²), the brightness of the display and the ambient luminance.",
        ),
    ]


@dataclass(frozen=True, slots=True)
class ContrastStep:
    """Contrast between two neighbouring levels, per JND, beside what the standard wants."""

    presentation_fraction: float
    """Middle of the step, 0 darkest to 1 brightest."""
    contrast_per_jnd: float
    wanted_per_jnd: float

    @property
    def deviation(self) -> float:
        """0.1 for ten percent too much contrast, -0.1 for ten percent too little."""
        return self.contrast_per_jnd / self.wanted_per_jnd - 1


@dataclass(frozen=True, slots=True)
class ResponsePoint:
    """What is seen at one P-value, as a fraction of the highest; ambient light included."""

    presentation_fraction: float
    luminance_cd_m2: float


def measured_response(table: LuminanceTable) -> tuple[ResponsePoint, ...]:
    """Return what the display shows if P-values drive it as they are, at 18 levels at most."""
    count = len(table.points)
    chosen = table.points
    if count > COMPARED_POINTS:
        last = COMPARED_POINTS - 1
        chosen = tuple(table.points[round(i * (count - 1) / last)] for i in range(last + 1))
    return tuple(
        ResponsePoint(
            p.driving_level / table.maximum_level, p.luminance_cd_m2 + table.ambient_cd_m2
        )
        for p in chosen
    )


def standard_luminance(response: tuple[ResponsePoint, ...], presentation_fraction: float) -> float:
    """Return the luminance that the standard wants between the ends of `response`."""
    first, last = (jnd_of_luminance(p.luminance_cd_m2) for p in (response[0], response[-1]))
    return luminance_of_jnd(max(first + presentation_fraction * (last - first), 1.0))


def contrast_steps(response: tuple[ResponsePoint, ...]) -> tuple[ContrastStep, ...]:
    """Return the contrast between neighbours against the standard's (AAPM TG18 4.3.4, TG270).

    Between two P-values the standard wants the same number of JNDs everywhere; the contrast
    2 (L2 - L1) / (L2 + L1) per JND is compared with that of the standard luminances.
    """
    first, last = (jnd_of_luminance(p.luminance_cd_m2) for p in (response[0], response[-1]))
    steps = []
    for low, high in pairwise(response):
        span = high.presentation_fraction - low.presentation_fraction
        jnds = (last - first) * span
        wanted = [standard_luminance(response, p.presentation_fraction) for p in (low, high)]
        steps.append(
            ContrastStep(
                (low.presentation_fraction + high.presentation_fraction) / 2,
                _contrast(low.luminance_cd_m2, high.luminance_cd_m2) / jnds,
                _contrast(*wanted) / jnds,
            )
        )
    return tuple(steps)


def largest_deviation(response: tuple[ResponsePoint, ...]) -> float:
    """Return the contrast deviation of the worst step as a positive fraction."""
    return max(abs(step.deviation) for step in contrast_steps(response))


def _contrast(low: float, high: float) -> float:
    return 2 * (high - low) / (high + low)
