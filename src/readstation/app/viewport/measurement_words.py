"""What is said beside a measurement: its value, and where it comes from if it is not ours."""

from __future__ import annotations

from collections.abc import Callable

from readstation.domain.measurement import Measurement

Words = Callable[[Measurement], str]


def words_of(measurement: Measurement) -> str:
    """Return the lesion's name, value, unit and source; for foreign ones the maker as well."""
    name, value = measurement.tracking.tracking_identifier, measurement.text
    said = f"{name}: {value}" if name and value else name or value
    by = f", by {measurement.maker}" if measurement.maker else ""
    return f"{said}{by}"
