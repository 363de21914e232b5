"""What a measured luminance table must be like, and how far it is from the standard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.errors import RefusedInputError
from readstation.domain.gsdf import jnd_of_luminance, luminance_of_jnd
from readstation.domain.luminance import (
    LuminancePoint,
    LuminanceTable,
    contrast_steps,
    largest_deviation,
    measured_response,
    require_plausible,
)

LEVELS = tuple(range(0, 256, 15))


def table_of(
    *values: float, ambient: float = 0.2, levels: tuple[int, ...] = LEVELS
) -> LuminanceTable:
    points = tuple(LuminancePoint(d, v) for d, v in zip(levels, values, strict=True))
    return LuminanceTable(points, 8, ambient)


def standard_table(low: float = 0.6, high: float = 420.0, ambient: float = 0.2) -> LuminanceTable:
    first, last = jnd_of_luminance(low), jnd_of_luminance(high)
    values = [luminance_of_jnd(first + (last - first) * d / 255) - ambient for d in LEVELS]
    return table_of(*values, ambient=ambient)


def gamma_table(gamma: float) -> LuminanceTable:
    return table_of(*(0.4 + 400 * (d / 255) ** gamma for d in LEVELS))


def test_a_display_that_follows_the_standard_has_no_deviation() -> None:
    assert largest_deviation(measured_response(require_plausible(standard_table()))) < 0.005


@pytest.mark.parametrize(("gamma", "least"), [(1.0, 1.0), (1.8, 0.3), (2.2, 0.3)])
def test_a_power_law_is_not_the_standard(gamma: float, least: float) -> None:
    assert largest_deviation(measured_response(gamma_table(gamma))) > least


def test_one_dark_level_is_found_at_its_place() -> None:
    good = standard_table()
    p = good.points[9]
    dipped = LuminancePoint(p.driving_level, p.luminance_cd_m2 * 0.97)
    steps = contrast_steps(
        measured_response(replace(good, points=(*good.points[:9], dipped, *good.points[10:])))
    )
    assert max(range(17), key=lambda i: steps[i].deviation) == 9
    assert min(range(17), key=lambda i: steps[i].deviation) == 8
    assert steps[8].deviation < -0.09 < 0.09 < steps[9].deviation


def test_a_dense_table_is_judged_on_eighteen_levels() -> None:
    points = tuple(LuminancePoint(d, 0.4 + d) for d in range(256))
    response = measured_response(LuminanceTable(points, 8, 0.2))
    assert len(response) == 18
    assert [p.luminance_cd_m2 for p in response] == [pytest.approx(d + 0.6) for d in LEVELS]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (replace(standard_table(), bit_depth=12), "8 or 10 bit"),
        (LuminanceTable(standard_table().points[:4]), "has 4 levels"),
        (LuminanceTable(standard_table().points, 10, 0.2), "from 0 to 1023"),
        (LuminanceTable(standard_table().points[1:], 8, 0.2), "from 0 to 255"),
        (LuminanceTable(standard_table().points[::-1], 8, 0.2), "from 0 to 255"),
        (replace(standard_table(), ambient_cd_m2=-1.0), "between 0 and 3993"),
        (replace(standard_table(), ambient_cd_m2=float("nan")), "between 0 and 3993"),
        (table_of(*range(17), 5000.0), "between 0 and 3993"),
        (table_of(*range(9), 3.0, *range(9, 17)), "less light than a lower one"),
        (table_of(*range(18), ambient=0.0), "darkest level"),
        (table_of(*(100.0 + d for d in range(18))), "hardly brighter"),
    ],
)
def test_a_table_no_display_can_have_is_refused(table: LuminanceTable, words: str) -> None:
    with pytest.raises(RefusedInputError, match=words) as refused:
        require_plausible(table)
    assert refused.value.code == "LUMINANCE_TABLE"
    assert refused.value.remedy


@given(st.floats(0.1, 5), st.floats(100, 2000), st.floats(0, 3))
def test_whatever_the_range_the_standard_deviates_from_itself_by_nothing(
    low: float, high: float, ambient: float
) -> None:
    table = standard_table(low + ambient, high + ambient, ambient)
    assert largest_deviation(measured_response(table)) < 0.03
