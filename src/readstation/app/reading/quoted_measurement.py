"""Which measurement goes into the report when the reader asks for it by key."""

from __future__ import annotations

from readstation.app.reading.reading_model import ReadingModel
from readstation.domain.measurement import Measurement

NOTHING_TO_QUOTE = (
    "There is no measurement to insert. Measure something, or select a measurement by a click "
    "on its line."
)


def measurement_to_quote(images: ReadingModel, last: Measurement | None) -> Measurement | None:
    """Return the measurement selected in the active box, else the last one that is still there.

    What was undone or deleted meanwhile is none, and what was changed is quoted as it is now.
    """
    selected = images.measurements.find(images.active.state.selected_measurement_uid)
    if selected is not None:
        return selected
    return images.measurements.find(last.measurement_uid) if last is not None else None
