"""Linked scroll follows the patient, not the image number."""

import pytest

from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from tests.app.viewport.conftest import axial, described, shown


def stack(series, positions, frame_of_reference_uid="9.9", **values):
    return [
        described(n, series, plane=axial(z, frame_of_reference_uid, **values))
        for n, z in enumerate(positions)
    ]


def linked(*display_sets):
    group, models = LinkGroup(), []
    for descriptions in display_sets:
        model = shown(ViewportModel(), descriptions)
        group.add(model)
        models.append(model)
    return group, models


def position(model):
    return model.description.plane.position_mm[2]


def test_the_other_series_goes_to_the_nearest_position():
    group, (a, b) = linked(stack(1, range(0, 100, 5)), stack(2, [80 - 2.5 * i for i in range(33)]))
    group.toggle(a)
    assert (a.state.is_linked, b.state.is_linked) == (True, True)
    assert group.status(b) == "linked by position"
    for index in range(20):
        a.go_to(index)
        assert position(b) == min(position(a), 80)
    b.go_to(3)
    assert abs(position(a) - position(b)) <= 2.5


def test_a_position_that_the_other_series_lacks_is_said_with_its_distance():
    group, (a, b) = linked(stack(1, range(0, 100, 5)), stack(2, range(0, 41, 5)))
    group.toggle(a)
    a.go_to(15)
    assert position(b) == 40
    assert group.status(b) == "35 mm away, linked by position"
    b.go_to(0)
    assert (group.status(a), group.status(b)) == ("linked by position",) * 2


def test_unlinking_stops_the_following():
    group, (a, b) = linked(stack(1, range(10)), stack(2, range(10)))
    group.toggle(a)
    a.go_to(4)
    group.toggle(b)
    a.go_to(9)
    assert b.state.frame_index == 4
    assert group.status(a) == ""


def test_series_of_different_frames_of_reference_are_not_linked_by_position():
    group, (a, b) = linked(stack(1, range(10)), stack(2, range(10), "8.8"))
    group.toggle(a)
    assert not a.state.is_linked
    assert a.state.notice == (
        "Not linked. These series have different frames of reference. "
        "Put both at the same level and choose Link at this level."
    )
    a.go_to(5)
    assert b.state.frame_index == 0


def test_linking_at_a_level_keeps_the_distance_the_reader_chose():
    group, (a, b) = linked(stack(1, range(0, 100, 5)), stack(2, range(1000, 1100, 5), "8.8"))
    a.go_to(4)
    b.go_to(7)
    group.link_at_this_level(a)
    assert (position(a), position(b)) == (20, 1035)
    a.go_to(10)
    assert (position(a), position(b)) == (50, 1065)
    b.go_to(0)
    assert position(a) == 0
    assert group.status(a) == "15 mm away, linked at level set by reader"
    assert group.status(b) == "linked at level set by reader"


def test_coronal_and_axial_slices_do_not_follow_each_other():
    coronal = {"row": (1.0, 0, 0), "column": (0, 0, -1.0)}
    group, (a, _) = linked(stack(1, range(5)), stack(2, range(5), **coronal))
    group.toggle(a)
    assert a.state.notice == "Not linked. These images lie in different directions."


def test_images_without_a_position_say_so():
    group, (a, b) = linked(stack(1, range(5)), [described(1, 2), described(2, 2)])
    group.toggle(a)
    assert a.state.notice == "Not linked. These images do not state their position in the patient."
    assert not b.state.is_linked


def test_the_viewports_that_can_are_linked_and_the_other_says_why():
    group, (a, b, c) = linked(stack(1, range(5)), stack(2, range(5)), stack(3, range(5), "8.8"))
    group.toggle(a)
    assert [m.state.is_linked for m in (a, b, c)] == [True, True, False]
    assert "different frames of reference" in c.state.notice


def test_a_lone_viewport_has_nothing_to_link_to():
    group, (a,) = linked(stack(1, range(5)))
    group.toggle(a)
    assert a.state.notice == "Not linked. There is no other series to link to."


def test_another_series_in_a_linked_viewport_is_checked_before_it_follows():
    group, (a, b) = linked(stack(1, range(5)), stack(2, range(5)))
    group.toggle(a)
    b.set_display_set(stack(3, range(5), "8.8"))
    a.go_to(3)
    assert b.state.frame_index == 0
    assert not b.state.is_linked
    assert "different frames of reference" in b.state.notice


def test_another_series_in_a_linked_viewport_is_told_to_the_one_whose_words_name_it():
    group, (a, b) = linked(stack(1, range(5)), stack(2, range(5)))
    group.toggle(a)
    told = []
    a.on_change(lambda _state: told.append(group.status(a)))
    b.set_display_set(stack(3, range(5), "8.8"))
    assert told
    assert told[-1] == group.status(a) != "linked by position"


@pytest.mark.parametrize("flip", [1.0, -1.0])
def test_an_opposite_normal_is_still_parallel(flip):
    upside_down = {"row": (1.0, 0, 0), "column": (0, flip, 0)}
    group, (a, b) = linked(stack(1, range(10)), stack(2, range(10), **upside_down))
    group.toggle(a)
    a.go_to(6)
    assert position(b) == 6
