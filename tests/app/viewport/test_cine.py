"""Cine by the clock; what is passed over is counted."""

import pytest

from readstation.app.viewport.cine import CinePlayer, CineTimes, cine_rate
from readstation.app.viewport.viewport_model import ViewportModel
from tests.app.viewport.conftest import described, stored


@pytest.mark.parametrize(
    ("values", "rate"),
    [
        ({"cine_rate_hz": 30.0}, (30.0, True)),
        ({"frame_time_ms": 40.0}, (25.0, True)),
        ({"cine_rate_hz": 12.0, "frame_time_ms": 40.0}, (12.0, True)),
        ({}, (20.0, False)),
        ({"frame_time_ms": 0.0}, (20.0, False)),
        ({"cine_rate_hz": -3.0}, (20.0, False)),
        ({"cine_rate_hz": 1e6}, (20.0, False)),
        ({"frame_time_ms": float("nan")}, (20.0, False)),
    ],
)
def test_the_files_rate_is_used_if_it_is_possible(values, rate):
    assert cine_rate(described(**values)) == rate


def loop(count, **values):
    return [described(n, cine_rate_hz=10.0, **values) for n in range(count)]


def test_each_frame_comes_in_its_turn_and_the_loop_closes(make_viewport):
    model = make_viewport(loop(4))
    player = CinePlayer(model)
    player.start(100.0)
    seen = []
    for tick in range(50):
        player.tick(100.0 + tick * 0.02)
        seen.append(model.state.frame_index)
    assert seen[::5] == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert player.dropped_frames == 0


def test_a_frame_still_on_its_way_holds_the_cine_and_what_was_missed_is_counted():
    model = ViewportModel()
    model.set_display_set(loop(10))
    player = CinePlayer(model)
    player.start(0.0)
    player.tick(0.35)
    assert model.state.frame_index == 0
    model.show_frame(model.token, stored())
    player.tick(0.35)
    assert model.state.frame_index == 3
    assert player.dropped_frames == 2
    model.change(is_cine_playing=True)
    assert player.text == "Cine 10 fps (file), 2 dropped"


def test_scrolling_by_hand_goes_on_from_there(make_viewport):
    model = make_viewport(loop(10))
    player = CinePlayer(model)
    player.start(0.0)
    player.tick(0.1)
    model.go_to(7)
    player.tick(0.15)
    player.tick(0.26)
    assert model.state.frame_index == 8


def test_a_single_image_does_not_play(make_viewport):
    model = make_viewport(loop(1))
    player = CinePlayer(model)
    player.start(0.0)
    player.tick(9.0)
    assert (model.state.frame_index, player.text) == (0, "")


def play(model, seconds, *, start_s=0.0, tick_s=0.01):
    """Play and return the player and the frame at every tick."""
    player, seen = CinePlayer(model), []
    model.change(is_cine_playing=True)
    player.start(start_s)
    for tick in range(round(seconds / tick_s)):
        player.tick(start_s + tick * tick_s)
        seen.append(model.state.frame_index)
    return player, seen


def test_frames_of_unequal_times_stay_as_long_as_each_should(make_viewport):
    times = (100.0, 30.0, 70.0, 100.0)
    model = make_viewport([described(n, frame_time_ms=ms) for n, ms in enumerate(times)])
    _, seen = play(model, 0.6)
    assert [seen.count(index) for index in range(4)] == [20, 6, 14, 20]
    assert seen[:30] == seen[30:]
    assert CineTimes.of(model.display_set).rate_hz == pytest.approx(4 / 0.3)


def test_a_file_that_asks_for_it_plays_forth_and_back(make_viewport):
    model = make_viewport(loop(4, is_cine_sweeping=True))
    _, seen = play(model, 1.3)
    assert seen[::10] == [0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0]


def test_the_rate_that_is_reached_is_said_beside_the_one_wanted(make_viewport):
    model = make_viewport(loop(50))
    player = CinePlayer(model)
    model.change(is_cine_playing=True)
    player.start(0.0)
    assert player.text == "Cine 10 fps (file)"
    for frame in range(20):  # every other frame comes too late
        player.tick(frame * 0.2)
        player.note_shown(frame * 0.2)
    assert player.text == "Cine 5 of 10 fps (file), 19 dropped"


def test_a_rate_nobody_states_is_called_the_programs_own(make_viewport):
    model = make_viewport([described(n) for n in range(9)])
    player, _ = play(model, 0.1)
    assert player.text == "Cine 20 fps (default)"


def test_the_cine_waits_for_images_and_leaves_none_of_them_out():
    model = ViewportModel()
    model.set_display_set(loop(30))
    player = CinePlayer(model)
    model.change(is_cine_playing=True)
    player.start(0.0)
    for tick in range(40):
        player.tick(tick * 0.05)
    assert player.text == "Cine waits for images, 10 fps (file)"
    model.show_frame(model.token, stored())
    player.tick(2.0)
    player.tick(2.1)
    assert (model.state.frame_index, player.dropped_frames) == (1, 0)
    assert player.text == "Cine 10 fps (file)"


def test_a_frame_that_is_refused_is_passed_in_its_turn():
    model = ViewportModel()
    model.on_frame_wanted(lambda token, _: model.show_refusal(token, "broken"))
    model.set_display_set(loop(5))
    _, seen = play(model, 0.5)
    assert seen[::10] == [0, 1, 2, 3, 4]
