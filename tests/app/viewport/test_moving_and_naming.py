"""A measurement moved whole by its line, and a lesion that gets a name."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.app.reading.lesions import LesionDates, as_same_lesion
from readstation.app.viewport.lesion_names import NAME_LESION, NOT_YOURS, SELECT_ONE, ask_for_name
from readstation.app.viewport.questions import answer, ask_about, suggested, withdraw
from readstation.app.viewport.tools import begin_drag
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.measurement import EllipseRoi, ImagePoint, Length, TextMark
from readstation.domain.measurement.editing import shifted
from tests.app.viewport.conftest import COLUMNS, described

numbers = st.integers(0, 64 * 100).map(lambda n: n / 64)
moves = st.floats(-300, 300, allow_nan=False)


@pytest.fixture
def viewport(make_viewport):
    model = make_viewport([described(1), described(2)], value=40)
    model.change(zoom=10.0)
    return model


def drag(model, *image_points, tool=Tool.LENGTH):
    """Drag from one image point over others, as the mouse does."""
    model.choose_tool(tool)
    places = [model.transform.to_viewport(*point) for point in image_points]
    held = begin_drag(model, tool, *places[0])
    for place in places[1:]:
        held.move(*place)
    held.end()


def kept(model):
    return list(model.measurements)


def a_length(viewport):
    drag(viewport, (5, 5), (15, 5))
    (made,) = kept(viewport)
    assert viewport.state.selected_measurement_uid == made.measurement_uid
    return made


def test_a_selected_measurement_follows_its_line_as_a_whole_and_one_undo_takes_it_back(viewport):
    made = a_length(viewport)
    drag(viewport, (10, 5), (12, 8))
    (moved,) = kept(viewport)
    assert moved.points == (ImagePoint(7, 8), ImagePoint(17, 8))
    assert (moved.measurement_uid, moved.text) == (made.measurement_uid, made.text)
    viewport.measurements.undo()
    assert kept(viewport) == [made]
    viewport.measurements.redo()
    assert kept(viewport) == [moved]


def test_a_click_on_a_line_selects_and_a_drag_there_draws_what_the_tool_draws(viewport):
    made = a_length(viewport)
    viewport.change(selected_measurement_uid="")
    drag(viewport, (10, 5))
    assert viewport.state.selected_measurement_uid == made.measurement_uid
    viewport.change(selected_measurement_uid="")
    drag(viewport, (10, 5), (10, 15))
    assert kept(viewport)[0] == made
    assert len(kept(viewport)) == 2


def test_a_press_beside_every_line_deselects(viewport):
    a_length(viewport)
    drag(viewport, (10, 12))
    assert viewport.state.selected_measurement_uid == ""


def test_an_ellipse_is_held_at_its_outline_and_its_values_follow(viewport):
    viewport.frame.stored_values[:, COLUMNS // 2 :] = 500
    drag(viewport, (2, 4), (10, 12), tool=Tool.ELLIPSE)
    (made,) = kept(viewport)
    drag(viewport, (6, 4), (22, 6), tool=Tool.WINDOW)
    (moved,) = kept(viewport)
    assert isinstance(moved, EllipseRoi)
    assert moved.start == ImagePoint(18, 6)
    assert moved.statistics.mean == made.statistics.mean + 460


def test_nothing_leaves_the_image_and_other_frames_are_not_reached(viewport):
    a_length(viewport)
    drag(viewport, (10, 5), (90, 5))
    (moved,) = kept(viewport)
    assert moved.points == (ImagePoint(COLUMNS - 10, 5), ImagePoint(COLUMNS, 5))
    places = [viewport.transform.to_viewport(*p) for p in ((25, 5), (20, 9))]
    held = begin_drag(viewport, Tool.LENGTH, *places[0])
    held.move(*places[1])
    viewport.go_to(1)
    held.end()
    assert kept(viewport) == [moved]


def test_what_others_measured_is_not_moved(viewport):
    made = a_length(viewport)
    viewport.measurements.remove(made.measurement_uid)
    viewport.measurements.show_others([replace(made, maker="Other")])
    viewport.change(selected_measurement_uid=made.measurement_uid)
    drag(viewport, (10, 5), (12, 8), tool=Tool.WINDOW)
    assert kept(viewport)[0].points == made.points


@given(st.lists(st.builds(ImagePoint, numbers, numbers), min_size=1, max_size=5), moves, moves)
def test_a_moved_shape_keeps_its_form_and_stays_inside(points, columns, rows):
    moved = shifted(tuple(points), (columns, rows), (100, 100))
    apart = {(m.column - p.column, m.row - p.row) for m, p in zip(moved, points, strict=True)}
    assert len(apart) == 1
    assert all(0 <= m.column <= 100 and 0 <= m.row <= 100 for m in moved)
    assert all(np.float32(m.column) == m.column for m in moved)


# Names


def test_return_on_a_length_asks_how_its_lesion_is_called_and_the_name_stands_before_the_value(
    viewport,
):
    made = a_length(viewport)
    ask_about(viewport)
    assert viewport.state.question == NAME_LESION
    answer(viewport, "  RUL \n nodule <b>" + chr(0x202E))
    (named,) = kept(viewport)
    assert viewport.state.question == ""
    said = viewport.measurements.say(named)
    assert said.startswith("RUL nodule <b>")
    assert said.endswith(made.text)
    assert said.isprintable()
    assert named.tracking_uid == made.tracking_uid
    ask_about(viewport)
    assert suggested(viewport).startswith("RUL nodule")
    answer(viewport, "")
    assert kept(viewport)[0].tracking.tracking_identifier == ""
    viewport.measurements.undo()
    assert kept(viewport) == [named]


def test_all_measurements_of_a_lesion_get_the_name_in_one_step(viewport):
    made = a_length(viewport)
    again = replace(as_same_lesion(made, made), measurement_uid="f" * 32)
    viewport.measurements.put(again)
    ask_for_name(viewport)
    answer(viewport, "node")
    assert [m.tracking.tracking_identifier for m in viewport.measurements] == ["node"] * 2
    viewport.measurements.undo()
    assert [m.tracking.tracking_identifier for m in viewport.measurements] == [""] * 2


def test_an_unnamed_measurement_of_an_earlier_date_is_said_by_the_name_of_its_lesion(viewport):
    made = a_length(viewport)
    earlier = replace(as_same_lesion(made, made), measurement_uid="e" * 32)
    viewport.measurements.show_others([earlier])
    foreign = replace(earlier, measurement_uid="d" * 32, maker="Other")
    ask_for_name(viewport)
    answer(viewport, "node")
    dates = LesionDates(lambda: viewport.measurements)
    assert dates.words(earlier).startswith("node: ")
    assert not dates.words(foreign).startswith("node")


def test_a_link_between_dates_keeps_the_name_that_either_has():
    start, end, calibration = ImagePoint(1, 1), ImagePoint(2, 2), described().calibration
    frame = described().frame_key
    plain = Length("a" * 32, frame, start, end, calibration)
    named = as_same_lesion(replace(plain, measurement_uid="b" * 32), plain)
    named = replace(named, tracking=replace(named.tracking, tracking_identifier="node"))
    assert as_same_lesion(plain, named).tracking.tracking_identifier == "node"
    assert as_same_lesion(named, plain).tracking.tracking_identifier == "node"


def test_two_lesions_of_one_name_are_said_to_be_two(viewport):
    for row in (5, 15):
        drag(viewport, (5, row), (15, row))
        ask_for_name(viewport)
        answer(viewport, "node")
    assert viewport.state.notice == "Another lesion is called node as well."


def test_only_own_measurements_of_lesions_are_named(viewport):
    ask_for_name(viewport)
    assert viewport.state.notice == SELECT_ONE
    made = a_length(viewport)
    viewport.measurements.remove(made.measurement_uid)
    viewport.measurements.show_others([made])
    viewport.change(selected_measurement_uid=made.measurement_uid)
    ask_for_name(viewport)
    assert (viewport.state.notice, viewport.state.question) == (NOT_YOURS, "")
    words = TextMark("c" * 32, made.frame, ImagePoint(3, 3), "here")
    viewport.measurements.put(words)
    viewport.change(selected_measurement_uid=words.measurement_uid)
    ask_for_name(viewport)
    assert viewport.state.question == ""


def test_escape_keeps_the_name_as_it_was(viewport):
    a_length(viewport)
    ask_for_name(viewport)
    withdraw(viewport)
    assert kept(viewport)[0].tracking.tracking_identifier == ""
