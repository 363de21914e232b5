"""Cine by the clock; what is passed over is counted."""

import pytest

from readstation.app.viewport.cine import CinePlayer, cine_rate, cine_text
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
    assert cine_text(model, player.dropped_frames) == "Cine 10 fps (file), 2 dropped"


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
    assert (model.state.frame_index, cine_text(model, 0)) == (0, "")
