"""What the audit log says of images that were looked at."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from readstation.app.ports import DisplayedFrame
from readstation.app.reading.record_displayed import record_displayed
from readstation.domain.study import FrameKey

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def detail_of(*shown_ms: int) -> dict[str, object]:
    events = []
    work = SimpleNamespace(
        viewing=SimpleNamespace(add=list),
        audit=SimpleNamespace(append=events.append),
        commit=lambda: None,
    )
    station = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: NOW), unit_of_work=lambda: nullcontext(work)
    )
    frames = [
        DisplayedFrame("1.2", FrameKey(f"1.2.{n}", 1), "reader1", NOW, shown_ms=ms)
        for n, ms in enumerate(shown_ms)
    ]
    record_displayed(station, frames)
    (event,) = events
    return json.loads(event.detail)


def test_an_image_that_only_just_came_is_not_said_to_have_been_shown_for_no_time() -> None:
    assert detail_of(0, 20) == {"frames": 2, "at_diagnostic_scale": 0}


@pytest.mark.parametrize(("shown_ms", "seconds"), [((1200, 300), 1.5), ((60,), 0.1)])
def test_the_time_of_several_images_is_added_up(shown_ms, seconds) -> None:
    assert detail_of(*shown_ms)["shown_s"] == seconds
