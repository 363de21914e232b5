"""Every drawing tool: from drags to measurements, with undo, redo and the reader's own spacing."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.adapters.db.content_json import measurement_from_json, measurement_to_json
from readstation.app.viewport.measurement_book import MeasurementBook
from readstation.app.viewport.measuring import CannotMeasureError, Subject, remeasured
from readstation.app.viewport.questions import (
    NOT_YOURS,
    answer,
    ask_about,
    remove_selected,
    say_step,
    suggested,
    withdraw,
)
from readstation.app.viewport.tool_table import TOOL_ROWS, TOOLS
from readstation.app.viewport.tools import begin_drag, handle_at
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.measurement import (
    Angle,
    Arrow,
    Bidirectional,
    CalibrationLine,
    CobbAngle,
    EllipseRoi,
    FreehandRoi,
    ImagePoint,
    Length,
    Probe,
    RectangleRoi,
    SpineLabel,
    TextMark,
    Unfinished,
)
from readstation.domain.study import FrameKey
from tests.app.viewport.conftest import COLUMNS, ROWS, axial, described, stored

P = ImagePoint
PLAIN = Calibration(0.5, 0.5, SpacingSource.DETECTOR)


def drag(model, *places, tool=None):
    """Press at the first place in image pixels, move over the others, release at the last."""
    if tool is not None:
        model.choose_tool(tool)
    press, *moves = [model.transform.to_viewport(*place) for place in places]
    held = begin_drag(model, model.state.tool, *press)
    for move in moves:
        held.move(*move)
    held.end()


@pytest.fixture
def viewport(make_viewport):
    return make_viewport([described(n, calibration=PLAIN) for n in range(3)], value=1064)


def kept(model):
    return list(model.measurements)


RING = [(15 + 6 * np.cos(a), 10 + 6 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 40)]
DRAWN = [
    (Tool.LENGTH, [[(5, 5), (25, 5)]], Length, "10.0 mm (detector)"),
    (
        Tool.BIDIRECTIONAL,
        [[(5, 10), (25, 10)], [(15, 6), (20, 14)]],
        Bidirectional,
        "10.0 × 4.0 mm (detector)",
    ),
    (Tool.ANGLE, [[(25, 5), (5, 5)], [(5, 12), (5, 15)]], Angle, "90.0°"),
    (Tool.COBB, [[(5, 5), (25, 5)], [(5, 10), (15, 20)]], CobbAngle, "Cobb 45.0°"),
    (Tool.RECTANGLE, [[(5, 5), (15, 15)]], RectangleRoi, "HU, area 25.0 mm² (detector), n 100 px"),
    (Tool.ELLIPSE, [[(5, 5), (15, 15)]], EllipseRoi, "HU, area 19.6 mm² (detector), n 80 px"),
    (Tool.FREEHAND, [RING], FreehandRoi, "mean 40.0 SD 0.0 min 40.0 max 40.0 HU"),
    (Tool.PROBE, [[(5.5, 5.5)]], Probe, "40.0 HU"),
]
ASKING = [
    (Tool.ARROW, [[(5, 5), (15, 15)]], Arrow, "a node", "a node"),
    (Tool.TEXT, [[(5, 5)]], TextMark, " two  words ", "two words"),
    (Tool.SPINE, [[(5, 5)]], SpineLabel, "l1", "L1"),
    (
        Tool.CALIBRATION,
        [[(5, 5), (15, 5)]],
        CalibrationLine,
        "25,4 mm",
        "25.4 mm (user calibration)",
    ),
]


@pytest.mark.parametrize(("tool", "drags", "kind", "text"), DRAWN)
def test_each_tool_makes_its_measurement_on_the_frame_shown(viewport, tool, drags, kind, text):
    viewport.choose_tool(tool)
    for places in drags:
        assert kept(viewport) == []
        drag(viewport, *places)
    (made,) = kept(viewport)
    assert type(made) is kind
    assert text in made.text
    assert made.frame == viewport.description.frame_key
    assert made.tracking_uid.startswith("2.25.")
    assert viewport.draft is None
    assert viewport.state.selected_measurement_uid == made.measurement_uid


@pytest.mark.parametrize(("tool", "drags", "kind", "typed", "text"), ASKING)
def test_what_a_drawing_does_not_say_is_asked(viewport, tool, drags, kind, typed, text):
    viewport.choose_tool(tool)
    for places in drags:
        drag(viewport, *places)
    assert viewport.state.question == TOOLS[tool].question
    assert kept(viewport) == []
    assert answer(viewport, typed)
    (made,) = kept(viewport)
    assert (type(made), made.text) == (kind, text)
    assert viewport.state.question == ""


@pytest.mark.parametrize(
    ("tool", "places", "typed"),
    [
        (Tool.TEXT, [(5, 5)], "  "),
        (Tool.SPINE, [(5, 5)], "Q9"),
        (Tool.CALIBRATION, [(5, 5), (15, 5)], "about an inch"),
        (Tool.CALIBRATION, [(5, 5), (15, 5)], "-3"),
        (Tool.CALIBRATION, [(5, 5), (15, 5)], "inf"),
    ],
)
def test_an_answer_that_is_none_keeps_the_question(viewport, tool, places, typed):
    drag(viewport, *places, tool=tool)
    assert not answer(viewport, typed)
    assert viewport.state.question
    assert viewport.state.notice
    withdraw(viewport)
    assert kept(viewport) == []
    assert viewport.draft is None


def test_every_tool_has_one_row_and_no_key_twice():
    assert [row.tool for row in TOOL_ROWS] == list(Tool)
    keys = [key for row in TOOL_ROWS for key in row.keys]
    assert len(keys) == len(set(keys))
    assert "C" not in keys  # it calls


def test_a_second_line_goes_on_by_clicks_and_another_tool_gives_it_up(viewport):
    drag(viewport, (5, 5), (25, 5), tool=Tool.COBB)
    assert isinstance(viewport.draft, Unfinished)
    assert viewport.visible_measurements == ()
    drag(viewport, (5, 10))
    drag(viewport, (15, 20))
    assert kept(viewport)[0].text == "Cobb 45.0°"
    drag(viewport, (5, 5), (25, 5))
    viewport.choose_tool(Tool.LENGTH)
    assert viewport.draft is None


def test_scrolling_gives_up_what_is_unfinished_and_the_question(viewport):
    drag(viewport, (5, 5), tool=Tool.TEXT)
    viewport.scroll(1)
    assert (viewport.draft, viewport.state.question) == (None, "")
    assert not answer(viewport, "late")
    assert kept(viewport) == []


def test_vertebrae_after_the_first_are_named_by_themselves(viewport):
    drag(viewport, (5, 18), tool=Tool.SPINE)
    assert suggested(viewport) == "C1"
    answer(viewport, "L5")
    drag(viewport, (5, 14))
    assert viewport.state.question == ""
    ask_about(viewport)
    assert viewport.state.question == "Vertebra"
    answer(viewport, "L4")
    drag(viewport, (5, 10))
    assert [m.words for m in viewport.measurements] == ["L5", "L4", "L3"]


def test_words_are_plain_and_no_longer_than_what_can_be_stored(viewport):
    drag(viewport, (5, 5), tool=Tool.TEXT)
    answer(viewport, "<b>x</b>\u202e" + "y" * 500)
    (made,) = kept(viewport)
    assert made.words.startswith("<b>x</b>")
    assert "\u202e" not in made.words
    assert len(made.words) == 200


# The reader's own spacing


def test_a_calibration_line_touches_everything_on_its_frame_in_one_step(viewport):
    drag(viewport, (5, 5), (25, 5), tool=Tool.LENGTH)
    drag(viewport, (6, 6.5), (16, 16), tool=Tool.ELLIPSE)
    drag(viewport, (5, 9), (15, 9), tool=Tool.CALIBRATION)
    answer(viewport, "20")
    length, ellipse, line = kept(viewport)
    assert length.text == "40.0 mm (user calibration)"
    assert ellipse.area_unit == "mm² (user calibration)"
    assert ellipse.statistics is not None
    drag(viewport, (5, 12), (15, 12), tool=Tool.LENGTH)
    assert kept(viewport)[-1].text == "20.0 mm (user calibration)"
    viewport.measurements.undo()
    viewport.measurements.undo()
    assert next(m.text for m in viewport.measurements) == "10.0 mm (detector)"
    assert line not in kept(viewport)
    viewport.measurements.redo()
    assert kept(viewport)[0].text == "40.0 mm (user calibration)"
    viewport.change(selected_measurement_uid=line.measurement_uid)
    remove_selected(viewport)
    assert kept(viewport)[0].text == "10.0 mm (detector)"


def test_another_frame_keeps_its_own_spacing(viewport):
    drag(viewport, (5, 8), (15, 8), tool=Tool.CALIBRATION)
    answer(viewport, "20")
    viewport.scroll(1)
    drag(viewport, (5, 5), (25, 5), tool=Tool.LENGTH)
    assert kept(viewport)[-1].text == "10.0 mm (detector)"


@pytest.mark.parametrize("source", SpacingSource)
def test_only_a_spacing_that_is_in_doubt_can_be_stated_by_a_reader(make_viewport, source):
    spacing = None if source is SpacingSource.NONE else 0.5
    model = make_viewport([described(calibration=Calibration(spacing, spacing, source))])
    drag(model, (5, 8), (15, 8), tool=Tool.CALIBRATION)
    certain = {SpacingSource.PATIENT, SpacingSource.US_REGION, SpacingSource.US_AXES}
    assert bool(model.state.question) == (source not in certain)
    assert ("states its spacing in the patient" in model.state.notice) == (source in certain)


# Undo and redo


def test_undo_and_redo_go_over_drawing_moving_and_removing(viewport):
    drag(viewport, (5, 5), (25, 5), tool=Tool.LENGTH)
    (drawn,) = kept(viewport)
    drag(viewport, (25, 5), (15, 5))
    (moved,) = kept(viewport)
    remove_selected(viewport)
    book = viewport.measurements
    states = []
    for _ in range(4):
        states.append(kept(viewport))
        book.undo()
    assert states == [[], [moved], [drawn], []]
    for state in ([drawn], [moved], []):
        book.redo()
        assert kept(viewport) == state
    assert book.redo() == ()
    book.undo()
    drag(viewport, (5, 12), (25, 12), tool=Tool.LENGTH)
    assert book.redo() == ()  # a new step ends what could be done again


def test_undo_tells_listeners_so_that_it_is_stored(viewport):
    told = []
    viewport.measurements.on_measured(lambda m: told.append(("put", m.text)))
    viewport.measurements.on_removed(lambda m: told.append(("gone", m.text)))
    drag(viewport, (5, 5), (25, 5), tool=Tool.LENGTH)
    viewport.measurements.undo()
    viewport.measurements.redo()
    text = "10.0 mm (detector)"
    assert told == [("put", text), ("gone", text), ("put", text)]


def test_undo_shows_the_frame_where_something_changed(viewport):
    drag(viewport, (5, 5), (25, 5), tool=Tool.LENGTH)
    viewport.scroll(2)
    say_step(viewport, viewport.measurements.undo(), "Undone")
    assert viewport.state.frame_index == 0
    assert viewport.state.notice == "Undone: length."
    say_step(viewport, viewport.measurements.undo(), "Undone")
    assert viewport.state.notice == "There is nothing more to undo or to do again."


def test_history_never_crosses_a_study_switch(viewport):
    drag(viewport, (5, 5), (25, 5), tool=Tool.LENGTH)
    viewport.measurements.load(())
    assert viewport.measurements.undo() == ()
    assert kept(viewport) == []


def test_a_handle_held_while_the_image_goes_changes_nothing(viewport):
    drag(viewport, (5, 5), (25, 5), tool=Tool.LENGTH)
    (before,) = kept(viewport)
    held = begin_drag(viewport, Tool.LENGTH, *viewport.transform.to_viewport(25, 5))
    held.move(*viewport.transform.to_viewport(15, 5))
    viewport.scroll(1)
    held.move(*viewport.transform.to_viewport(10, 5))
    assert not viewport.state.notice
    held.end()
    assert kept(viewport) == [before]


def test_a_handle_held_over_a_study_switch_stores_nothing_in_the_next_study(viewport):
    drag(viewport, (5, 5), (25, 5), tool=Tool.LENGTH)
    held = begin_drag(viewport, Tool.LENGTH, *viewport.transform.to_viewport(25, 5))
    held.move(*viewport.transform.to_viewport(15, 5))
    viewport.clear()
    viewport.measurements.load(())
    held.end()
    assert kept(viewport) == []


def test_stored_measurements_that_come_late_do_not_undo_what_was_done_meanwhile(viewport):
    drag(viewport, (5, 5), (25, 5), tool=Tool.LENGTH)
    (drawn,) = kept(viewport)
    remove_selected(viewport)
    earlier = replace(drawn, measurement_uid="ab")
    viewport.measurements.add_stored([drawn, earlier])
    assert kept(viewport) == [earlier]


def test_what_was_made_elsewhere_is_shown_and_never_changed(viewport):
    foreign = Length("f", viewport.description.frame_key, P(5, 5), P(25, 5), PLAIN, maker="Other")
    book = viewport.measurements
    book.show_others([foreign])
    assert viewport.visible_measurements == (foreign,)
    assert handle_at(viewport, *viewport.transform.to_viewport(5, 5)) is None
    with pytest.raises(CannotMeasureError, match="made elsewhere"):
        book.put(replace(foreign, end=P(6, 6)))
    assert not book.remove("f")


def test_what_another_reader_measured_can_be_selected_to_compare_with_and_stays(viewport):
    theirs = Length("f", viewport.description.frame_key, P(5, 5), P(25, 5), PLAIN, maker="Other")
    viewport.measurements.show_others([theirs])
    drag(viewport, (5, 5), tool=Tool.WINDOW)
    assert viewport.state.selected_measurement_uid == "f"
    remove_selected(viewport)
    assert viewport.state.notice == NOT_YOURS
    assert viewport.visible_measurements == (theirs,)
    drag(viewport, (5, 5), (9, 15), tool=Tool.LENGTH)  # over it, an own one can be drawn
    assert viewport.state.selected_measurement_uid == kept(viewport)[-1].measurement_uid != "f"


def test_the_magnifier_lasts_as_long_as_the_button_is_held(viewport):
    viewport.choose_tool(Tool.MAGNIFIER)
    held = begin_drag(viewport, Tool.MAGNIFIER, *viewport.transform.to_viewport(5, 5))
    assert viewport.state.magnified == P(5, 5)
    held.end()
    assert viewport.state.magnified is None


# H15: a measurement never comes to another frame

FRAMES = [
    described(n, frame_number=f, number_of_frames=4, plane=axial(n + f, frame_of_reference_uid=u))
    for n in (1, 2)  # a concatenation: one acquisition in two instances
    for f in (1, 2, 3)
    for u in ("9.1", "9.2")
]
POINTS = (P(2, 2), P(9, 2), P(5, 5), P(5, 9))


def example(number, frame):
    tool = [row for row in TOOL_ROWS if row.make is not None][number % 13 % 12]
    needed = tool.points_needed or 4
    return tool.make(Subject(frame, stored(100)), POINTS[:needed], f"{number:032x}")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["put", "store", "move", "undo", "redo", "reorder", "elsewhere"]),
            st.integers(0, 30),
            st.integers(0, len(FRAMES) - 1),
        ),
        max_size=30,
    )
)
def test_no_sequence_of_saving_loading_and_reordering_brings_one_to_another_frame(steps):
    book, home = MeasurementBook(), {}
    for what, number, place in steps:
        found = book.find(f"{number:032x}")
        if what == "put" and found is None:
            made = example(number, FRAMES[place])
            home[made.measurement_uid] = anchor(made)
            book.put(made)
        elif what in ("move", "elsewhere") and found is not None:
            change_on(book, found, FRAMES[place], what)
        else:
            keep(book, what)
        for m in book:
            assert anchor(m) == home[m.measurement_uid]


def change_on(book, found, frame, what):
    """Measure anew on a frame, or put it there outright: both only where it already is."""
    is_there = anchor(found) == anchor(example(0, frame))
    try:
        if what == "move":
            book.put(remeasured(found, found.points, Subject(frame, stored(100))))
        else:
            book.put(replace(found, frame=frame.frame_key))
    except CannotMeasureError:
        assert not is_there
    else:
        assert is_there


def keep(book, what):
    if what == "store":
        book.load([measurement_from_json(measurement_to_json(m)) for m in book])
    elif what == "reorder":
        book.load(reversed(list(book)))
    elif what == "undo":
        book.undo()
    elif what == "redo":
        book.redo()


def anchor(m):
    return m.frame.sop_instance_uid, m.frame.frame_number, m.frame.frame_of_reference_uid


@pytest.mark.parametrize("number", range(12))
def test_every_kind_comes_back_from_the_database_as_it_was(number):
    made = example(number, FRAMES[3])
    assert measurement_from_json(measurement_to_json(made)) == made
    assert measurement_from_json(measurement_to_json(made)).frame.frame_of_reference_uid == "9.2"


def test_a_measurement_stored_before_lesions_were_tracked_comes_back():
    made = Length("ff", FrameKey("1.2", 3, "9"), P(1, 1), P(2, 2), PLAIN)
    raw = json.loads(measurement_to_json(made))
    del raw["tracking"], raw["maker"]
    assert measurement_from_json(json.dumps(raw)) == made


def test_rows_and_columns_of_the_synthetic_frames_hold_every_example():
    assert max(p.column for p in POINTS) < COLUMNS
    assert max(p.row for p in POINTS) < ROWS
