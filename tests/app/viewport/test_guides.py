"""Reference lines and the 3D cursor follow the patient, and nothing that is not known."""

import pytest

from readstation.app.viewport.link_book import pair_of
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.tools import begin_drag
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role, Tool
from readstation.domain.measurement import ImagePoint
from readstation.imaging.plane import ImagePlane
from readstation.imaging.registration import Registration
from readstation.imaging.rigid_transform import RigidTransform
from tests.app.viewport.conftest import described, shown


def axials(series=1, uid="9.9"):
    """Ten slices of 15 by 10 mm, 2 mm apart."""
    planes = (ImagePlane((0, 0, 2.0 * n), (1, 0, 0), (0, 1, 0), 0.5, 0.5, uid) for n in range(10))
    return [described(n, series, plane=plane) for n, plane in enumerate(planes)]


def sagittals(series=2, uid="9.9"):
    planes = (
        ImagePlane((1.0 * n, -2, 20), (0, 1, 0), (0, 0, -1), 1.0, 0.5, uid) for n in range(15)
    )
    return [described(n, series, plane=plane) for n, plane in enumerate(planes)]


def grouped(*display_sets):
    group, models = LinkGroup(), []
    for descriptions in display_sets:
        model = ViewportModel()
        model.resize(300, 200)
        shown(model, descriptions)
        group.add(model)
        models.append(model)
    return group, models


def test_the_image_in_focus_is_a_line_on_the_images_across_it() -> None:
    group, (a, b) = grouped(axials(), sagittals())
    a.change(is_focused=True, role=Role.PRIOR)
    a.go_to(4)
    guides = group.guides.on(b)
    rows = {round(row, 6) for _, row in guides.line}
    assert rows == {20 - 8.0 + 0.5}
    assert guides.role is Role.PRIOR
    assert group.guides.on(a).line is None


def test_the_line_moves_with_every_scroll_and_only_then_is_the_other_told() -> None:
    group, (a, b) = grouped(axials(), sagittals())
    a.change(is_focused=True)
    told = []
    b.on_change(lambda _state: told.append(group.guides.on(b).line))
    a.go_to(5)
    a.go_to(6)
    assert len(told) == 2
    assert told[0] != told[1]
    a.change(is_overlay_visible=False)
    assert len(told) == 2


def test_parallel_images_are_not_told_of_lines_they_do_not_have() -> None:
    _, (a, b) = grouped(axials(), axials(2))
    a.change(is_focused=True)
    told = []
    b.on_change(told.append)
    a.go_to(5)
    assert told == []


def test_lines_can_be_hidden_and_stay_while_the_reader_types_elsewhere() -> None:
    group, (a, b) = grouped(axials(), sagittals())
    a.change(is_focused=True)
    a.go_to(3)
    a.change(is_focused=False)
    assert group.guides.on(b).line is not None
    group.guides.toggle_lines()
    assert group.guides.on(b).line is None


def test_no_line_between_studies_that_nobody_registered() -> None:
    group, (a, b) = grouped(axials(), sagittals(uid="8.8"))
    a.change(is_focused=True)
    assert group.guides.on(b).line is None
    pair = pair_of(a.display_set[0], b.display_set[0])
    group.book.take(pair, Registration(RigidTransform(translation_mm=(0, 0, 3.0))))
    rows = {round(row, 6) for _, row in group.guides.on(b).line}
    assert rows == {20 - 3.0 + 0.5}


def test_the_cursor_shows_one_point_of_the_patient_and_scrolls_the_others_there() -> None:
    group, (a, b, c) = grouped(axials(), sagittals(), axials(3))
    a.go_to(3)
    group.guides.point_at(a, ImagePoint(14.5, 8.5))
    assert b.state.frame_index == 7
    assert c.state.frame_index == 3
    point = a.description.plane.to_patient(14.5, 8.5)
    for model in (a, b, c):
        cursor = group.guides.on(model).cursor
        there = model.description.plane.to_patient(cursor.column, cursor.row)
        assert there == pytest.approx(point, abs=0.51)


def test_the_cursor_is_only_on_the_image_it_was_put_on() -> None:
    group, (a, b) = grouped(axials(), axials(2))
    group.guides.point_at(a, ImagePoint(10, 10))
    b.go_to(6)
    assert group.guides.on(b).cursor is None
    b.go_to(0)
    assert group.guides.on(b).cursor is not None
    group.clear()
    assert group.guides.on(a).cursor is None


def test_a_point_outside_the_other_study_is_not_shown_there() -> None:
    group, (a, b) = grouped(axials(), axials(2, "8.8"))
    pair = pair_of(a.display_set[0], b.display_set[0])
    group.book.take(pair, Registration(RigidTransform(translation_mm=(0, 9.0, 0))))
    group.guides.point_at(a, ImagePoint(10, 10))
    assert group.guides.on(b).cursor is None
    group.guides.point_at(a, ImagePoint(10, 1))
    assert group.guides.on(b).cursor == ImagePoint(10, 19)


def test_the_cursor_tool_points_where_it_is_dragged() -> None:
    group, (a, b) = grouped(axials(), axials(2))
    drag = begin_drag(a, Tool.CURSOR, 150, 100)
    first = group.guides.on(b).cursor
    drag.move(160, 110)
    drag.end()
    second = group.guides.on(b).cursor
    assert (second.column - first.column, second.row - first.row) == (
        pytest.approx(10 / a.transform.zoom, abs=0.2),
        pytest.approx(10 / a.transform.zoom, abs=0.2),
    )


def test_images_without_position_take_the_cursor_away() -> None:
    group, (a, b) = grouped([described(n, 1) for n in range(3)], axials(2))
    group.guides.point_at(b, ImagePoint(5, 5))
    group.guides.point_at(a, ImagePoint(5, 5))
    assert group.guides.on(a).cursor is None
    assert group.guides.on(b).cursor is None
