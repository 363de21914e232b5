"""The Grayscale Standard Display Function against the table printed in PS3.14 annex B."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.errors import RefusedInputError
from readstation.domain.gsdf import (
    BRIGHTEST_CD_M2,
    DARKEST_CD_M2,
    FIRST_JND,
    LAST_JND,
    jnd_of_luminance,
    luminance_of_jnd,
)

# PS3.14 table B-1, JND index 1 to 50, cd/m²
TABLE_B_1 = (
    *(0.0500, 0.0547, 0.0594, 0.0643, 0.0696, 0.0750, 0.0807, 0.0866, 0.0927, 0.0991),
    *(0.1056, 0.1124, 0.1194, 0.1267, 0.1342, 0.1419, 0.1498, 0.1580, 0.1664, 0.1750),
    *(0.1839, 0.1931, 0.2025, 0.2121, 0.2220, 0.2321, 0.2425, 0.2532, 0.2641, 0.2752),
    *(0.2867, 0.2984, 0.3104, 0.3226, 0.3351, 0.3479, 0.3610, 0.3744, 0.3880, 0.4019),
    *(0.4161, 0.4306, 0.4454, 0.4605, 0.4759, 0.4916, 0.5076, 0.5239, 0.5405, 0.5574),
)


@pytest.mark.parametrize(("jnd_index", "printed"), list(enumerate(TABLE_B_1, start=1)))
def test_luminance_is_the_one_printed_in_annex_b(jnd_index: int, printed: float) -> None:
    assert f"{luminance_of_jnd(jnd_index):.4f}" == f"{printed:.4f}"


def test_the_ends_are_those_of_the_table() -> None:
    assert luminance_of_jnd(FIRST_JND) == pytest.approx(DARKEST_CD_M2, abs=5e-5)
    # The formula interpolates Barten's model: the table's last row is 3993.4040
    assert luminance_of_jnd(LAST_JND) == pytest.approx(BRIGHTEST_CD_M2, rel=2e-5)


def test_the_inverse_gives_the_indices_of_annex_d() -> None:
    """PS3.14 D.1.2: this monitor reaches from JND 32.54 to 453.85."""
    assert jnd_of_luminance(luminance_of_jnd(32.54)) == pytest.approx(32.54, abs=0.05)
    assert jnd_of_luminance(luminance_of_jnd(453.85)) == pytest.approx(453.85, abs=0.05)


@given(st.floats(FIRST_JND, LAST_JND), st.floats(1e-3, 1.0))
def test_more_jnds_are_more_light(jnd_index: float, more: float) -> None:
    assert luminance_of_jnd(jnd_index + more) > luminance_of_jnd(jnd_index)


def test_the_inverse_returns_to_every_index() -> None:
    worst = max(
        abs(jnd_of_luminance(luminance_of_jnd(j)) - j) for j in range(FIRST_JND, LAST_JND + 1)
    )
    assert worst < 0.1


@pytest.mark.parametrize("luminance", [0.0, -1.0, math.nan])
def test_what_gives_no_light_has_no_index(luminance: float) -> None:
    with pytest.raises(RefusedInputError):
        jnd_of_luminance(luminance)
