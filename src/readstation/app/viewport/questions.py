"""What a drawn measurement still has to be told: words, a vertebra, a true length."""

from __future__ import annotations

from dataclasses import replace

from readstation.app.viewport.lesion_names import NAME_LESION, ask_for_name, name_lesion
from readstation.app.viewport.measurement_book import Step
from readstation.app.viewport.measuring import CannotMeasureError
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.tool_table import TOOLS
from readstation.app.viewport.user_calibration import (
    make_calibration_line,
    recalibrated,
    refusal_to_calibrate,
)
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.measurement import (
    Arrow,
    CalibrationLine,
    Length,
    Measurement,
    SpineLabel,
    TextMark,
    Unfinished,
)
from readstation.domain.measurement.kinds import KIND_NAMES
from readstation.domain.measurement.mark import MAX_WORDS, VERTEBRAE, next_vertebra

QUESTIONS: dict[type[Measurement], str] = {
    Arrow: TOOLS[Tool.ARROW].question,
    TextMark: TOOLS[Tool.TEXT].question,
    SpineLabel: TOOLS[Tool.SPINE].question,
    CalibrationLine: TOOLS[Tool.CALIBRATION].question,
}

NOT_YOURS = "Another reader made this measurement: it is shown, and stays."


def finish(
    model: ViewportModel, made: Measurement, *, instead_of: Measurement | None = None
) -> None:
    """Keep what was drawn, or ask first for what the drawing does not say."""
    is_new = instead_of is None
    if is_new and model.state.tool is Tool.CALIBRATION and model.description is not None:
        refusal = refusal_to_calibrate(model.description)
        if refusal is not None:
            model.set_draft(None)
            model.change(notice=f"{refusal.message} {refusal.remedy}")
            return
    if is_new and isinstance(made, SpineLabel) and suggested(model) != VERTEBRAE[0]:
        made = replace(made, words=suggested(model))
    elif is_new and TOOLS[model.state.tool].question:
        model.set_draft(made)
        model.change(question=TOOLS[model.state.tool].question)
        return
    _keep(model, made, instead_of)


def ask_about(model: ViewportModel) -> None:
    """Ask anew for words or length of the selected measurement, or how its lesion is called."""
    selected = model.measurements.find(model.state.selected_measurement_uid)
    question = next((q for kind, q in QUESTIONS.items() if type(selected) is kind), "")
    if selected is not None and question and model.measurements.is_own(selected):
        model.set_draft(selected)
        model.change(question=question)
    elif selected is not None:
        ask_for_name(model)


def suggested(model: ViewportModel) -> str:
    """Return what the question can be answered with as it stands."""
    draft = model.draft
    if model.state.question == NAME_LESION and draft and not isinstance(draft, Unfinished):
        return draft.tracking.tracking_identifier
    if isinstance(draft, CalibrationLine):
        return f"{draft.stated_mm:g}"
    if isinstance(draft, Arrow | TextMark) and draft.words:
        return draft.words
    labels = [m.words for m in model.measurements if isinstance(m, SpineLabel) and not m.maker]
    if model.state.tool is Tool.SPINE and labels:
        return next_vertebra(labels[-2] if len(labels) > 1 else "", labels[-1])
    return VERTEBRAE[0] if model.state.tool is Tool.SPINE else ""


def answer(model: ViewportModel, text: str) -> bool:
    """Take the answer and keep the measurement; False, with a notice, if it cannot be."""
    draft, d = model.draft, model.description
    if draft is None or isinstance(draft, Unfinished) or d is None or not model.state.question:
        return False
    if model.state.question == NAME_LESION:
        name_lesion(model, draft, text)
        return True
    try:
        made = _answered(model, draft, text)
    except CannotMeasureError as refusal:
        model.change(notice=f"{refusal.message} {refusal.remedy}")
        return False
    known = model.measurements.find(made.measurement_uid)
    model.change(question="", notice="")
    _keep(model, made, known)
    return True


def withdraw(model: ViewportModel) -> None:
    """Drop what is being drawn, or deselect; what was kept before stays."""
    model.set_draft(None)
    model.change(question="", selected_measurement_uid="", notice="")


def _answered(model: ViewportModel, draft: Measurement, text: str) -> Measurement:
    d, words = model.description, visible_text(" ".join(text.split()))[:MAX_WORDS]
    if d is not None and isinstance(draft, Length | CalibrationLine):
        line = make_calibration_line(d, draft.points, draft.measurement_uid, text)
        return replace(line, tracking=draft.tracking)
    if isinstance(draft, SpineLabel):
        words = words.upper()
        if words not in VERTEBRAE:
            raise CannotMeasureError("There is no such vertebra.", "Type C1 to C7, T1 to T12, …")
    if isinstance(draft, TextMark) and not words:
        raise CannotMeasureError("There are no words yet.", "Type some, or press Esc.")
    return replace(draft, words=words) if isinstance(draft, Arrow | TextMark) else draft


def _keep(model: ViewportModel, made: Measurement, was: Measurement | None) -> None:
    """Keep a measurement and all that a calibration line changes, as one step."""
    model.set_draft(None)
    changed: tuple[Measurement, ...] = ()
    if isinstance(made, CalibrationLine) and model.description is not None:
        others = (m for m in own_on_frame(model) if m.measurement_uid != made.measurement_uid)
        changed = recalibrated(model.description, (*others, made))
    try:
        model.measurements.put_all((made, *changed), instead_of=() if was is None else (was,))
    except CannotMeasureError as refusal:
        model.change(notice=f"{refusal.message} {refusal.remedy}")
        return
    model.change(selected_measurement_uid=made.measurement_uid)


def remove_selected(model: ViewportModel) -> None:
    """Remove the selected measurement; with a calibration line goes what it said of others."""
    book, uid = model.measurements, model.state.selected_measurement_uid
    selected, d = book.find(uid), model.description
    if selected is not None and not book.is_own(selected):
        model.change(notice=NOT_YOURS)
        return
    changed: tuple[Measurement, ...] = ()
    if isinstance(selected, CalibrationLine) and d is not None:
        changed = recalibrated(d, (m for m in own_on_frame(model) if m is not selected))
    if book.remove_all((uid,), and_put=changed):
        model.change(selected_measurement_uid="")


def say_step(model: ViewportModel, step: Step, done: str) -> None:
    """Show the frame where a step was undone or done again, and say what it was."""
    model.set_draft(None)
    if not step:
        model.change(question="", notice="There is nothing more to undo or to do again.")
        return
    change = step[0]
    subject = change.subject
    is_shown = model.go_to_frame(subject.frame.sop_instance_uid, subject.frame.frame_number)
    selected = subject.measurement_uid if change.after is not None and is_shown else ""
    where = "" if is_shown else " It is on an image that hangs elsewhere."
    model.change(
        selected_measurement_uid=selected,
        question="",
        notice=f"{done}: {KIND_NAMES[type(subject)]}.{where}",
    )


def own_on_frame(model: ViewportModel) -> tuple[Measurement, ...]:
    """Return the measurements of the frame shown that the reader may change."""
    d, book = model.description, model.measurements
    return tuple(m for m in book.on_frame(d.frame_key) if book.is_own(m)) if d else ()
