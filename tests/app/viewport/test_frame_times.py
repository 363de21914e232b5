"""What a frame recording says, and that it can be read back."""

from dataclasses import replace

import pytest

from readstation.app.viewport.frame_times import (
    Cause,
    Gap,
    PaintedFrame,
    cause_of,
    parse_lines,
    percentile,
    summary_of,
)
from readstation.app.viewport.viewport_state import ChosenWindow, ViewportState
from readstation.domain.errors import ReadStationError
from readstation.domain.measurement import ImagePoint
from readstation.imaging.orientation import AS_STORED
from readstation.imaging.voi import VoiWindow

FRAME = PaintedFrame(12.5, Cause.WINDOW, 3.25, 2.5, 1.125, 900, 800)
STATE = ViewportState()


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"frame_index": 1, "zoom": 2.0}, Cause.SCROLL),
        ({"frame_index": 1, "is_cine_playing": True}, Cause.CINE),
        ({"voi_choice": ChosenWindow(VoiWindow(40, 400))}, Cause.WINDOW),
        ({"is_inverted": True}, Cause.WINDOW),
        ({"zoom": 2.0, "center": ImagePoint(1, 1)}, Cause.ZOOM),
        ({"orientation": AS_STORED.turned(1)}, Cause.ZOOM),
        ({"center": ImagePoint(1, 1)}, Cause.PAN),
        ({"is_focused": True}, Cause.OTHER),
        ({}, Cause.OTHER),
    ],
)
def test_the_cause_is_what_changed(changes, cause):
    assert cause_of(STATE, replace(STATE, **changes)) is cause


def test_what_is_written_is_read_back():
    gap = Gap(13.0, 61.5)
    lines = ["# heading", FRAME.line(), gap.line(), "", "# summary"]
    assert parse_lines(lines) == ([FRAME], [gap])


def test_a_last_line_cut_short_is_left_out():
    assert parse_lines([FRAME.line(), FRAME.line()[:-9]]) == ([FRAME], [])


@pytest.mark.parametrize("lines", [["what\tis this"], ["gap\tx\ty", FRAME.line()]])
def test_another_file_is_refused(lines):
    with pytest.raises(ReadStationError, match="Line 1 is none"):
        parse_lines(lines)


def test_the_summary_counts_by_cause_and_names_the_longest_pause():
    frames = [replace(FRAME, paint_ms=float(ms)) for ms in range(1, 101)]
    frames.append(replace(FRAME, cause=Cause.OTHER, wait_ms=0.0))
    lines = summary_of(frames, [Gap(1, 61.5), Gap(2, 140.0)])
    assert lines[0].split()[:3] == ["all", "frames", "101"]
    assert "paint ms median  50.0  p95  95.0  max 100.0" in lines[1]
    assert lines[2].startswith("other")
    assert lines[2].endswith("input to paint ms median     -  p95     -  max     -")
    assert lines[-1] == "pauses of the event loop over 50 ms: 2, longest 140 ms"


def test_nothing_recorded_is_said_too():
    assert summary_of([], [])[-1] == "pauses of the event loop over 50 ms: 0"


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.25, 1), (0.26, 2), (0.95, 4), (1, 4)])
def test_a_percentile_is_a_value_that_was_measured(share, value):
    assert percentile([1, 2, 3, 4], share) == value
