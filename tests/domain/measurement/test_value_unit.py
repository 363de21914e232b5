"""Numbers get the digits that a reader can use; what is no number is said to be none."""

import math

import pytest

from readstation.domain.measurement.value_unit import shown, shown_in


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (0.004, "0.00"),
        (0.999, "1.00"),
        (-0.25, "-0.25"),
        (1.0, "1.0"),
        (1.5, "1.5"),
        (-999.94, "-999.9"),
        (1000.0, "1000"),
        (-1024.4, "-1024"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_a_number_has_the_digits_that_its_size_deserves(value, text) -> None:
    assert shown(value) == text
    assert shown_in(value, "HU") == text


def test_an_uptake_value_always_has_two_decimals_unless_it_is_none() -> None:
    assert shown_in(12.345, "SUVbw g/ml") == "12.35"
    assert shown_in(math.nan, "SUVbw g/ml") == "–"
