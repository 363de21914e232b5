"""Naming a lesion: one name for all of its measurements, on every image and date."""

from __future__ import annotations

from dataclasses import replace

from readstation.app.viewport.measuring import CannotMeasureError
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.lesion import MAX_NAME
from readstation.domain.measurement import (
    CalibrationLine,
    Measurement,
    SpineLabel,
    TextMark,
    Tracking,
)

NAME_LESION = "Name of the lesion"
SELECT_ONE = "Select a measurement first: click its line or one of its handles."
NO_LESION = "This is no measurement of a lesion."
NOT_YOURS = "This measurement was made elsewhere and is only shown here."
NO_LESIONS = (CalibrationLine, SpineLabel, TextMark)


def ask_for_name(model: ViewportModel) -> None:
    """Ask what the lesion of the selected measurement is called."""
    selected = model.measurements.find(model.state.selected_measurement_uid)
    refusal = ""
    if selected is None:
        refusal = SELECT_ONE
    elif not model.measurements.is_own(selected):
        refusal = NOT_YOURS
    elif isinstance(selected, NO_LESIONS):
        refusal = NO_LESION
    if selected is None or refusal:
        model.change(notice=refusal)
        return
    model.set_draft(selected)
    model.change(question=NAME_LESION)


def name_lesion(model: ViewportModel, measurement: Measurement, text: str) -> None:
    """Give a lesion its name, in one step for all own measurements of it; empty takes it away.

    The lesion stays the same: its UID does not change, and on earlier dates it is found by that.
    """
    name, uid = usable_name(text), measurement.tracking_uid
    book = model.measurements
    every = [m for m in book if book.is_own(m) and m.tracking_uid == uid and uid]
    named = [replace(m, tracking=Tracking(uid, name)) for m in every or [measurement]]
    is_taken = bool(name) and any(
        m.tracking.tracking_identifier == name and m.tracking_uid != uid for m in book
    )
    model.set_draft(None)
    model.change(question="", notice="")
    try:
        book.put_all(named)
    except CannotMeasureError as refusal:
        model.change(notice=f"{refusal.message} {refusal.remedy}")
        return
    said = f"Another lesion is called {name} as well." if is_taken else ""
    model.change(selected_measurement_uid=measurement.measurement_uid, notice=said)


def usable_name(text: str) -> str:
    """Return a name as it is kept: one line of plain text.

    >>> usable_name("  RUL   nodule ")
    'RUL nodule'
    """
    return visible_text(" ".join(text.split()))[:MAX_NAME].strip()
