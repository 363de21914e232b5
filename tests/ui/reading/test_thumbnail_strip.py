"""Thumbnails that come into a strip too short for all of them, before or after their frames."""

from dataclasses import replace

import pytest

from readstation.app.reading.display_set import DisplaySet
from readstation.ui.job_runner import JobRunner
from readstation.ui.reading.thumbnail_strip import ThumbnailStrip
from readstation.ui.start_window import make_application
from tests.app.reading.test_reading_model import a_model, opened_study

LONG = "T1 mprage sagittal with contrast, reconstruction of thin slices, second acquisition"


@pytest.fixture
def strip(qtbot):
    make_application()
    jobs, model = JobRunner(), a_model()
    made = ThumbnailStrip(model, jobs)
    qtbot.addWidget(made)
    made.setFixedHeight(300)
    made.show()
    qtbot.waitExposed(made)
    opened, display_set = opened_study("1")
    model.open(opened)
    for number in range(4):
        images = tuple(
            replace(i, series_number=number, series_description=LONG) for i in display_set.images
        )
        model.add_sets((DisplaySet(images),))
    yield made
    jobs.shutdown()


def test_a_long_name_has_all_its_lines(qtbot, strip) -> None:
    qtbot.waitUntil(lambda: all(t.picture.isVisible() for t in strip.thumbnails))
    assert len(strip.thumbnails) == 4
    for thumbnail in strip.thumbnails:
        title = thumbnail.title
        line_px = title.fontMetrics().height()
        assert title.heightForWidth(title.width()) >= 3 * line_px
        assert title.height() >= title.heightForWidth(title.width())


def test_frames_that_came_before_their_thumbnails_are_let_go(strip) -> None:
    opened, display_set = opened_study("2")
    strip._model.open(opened)
    strip._show_preview(display_set, None)
    assert list(strip._early) == [display_set]
    strip._model.add_sets((display_set,))
    (thumbnail,) = [t for t in strip.thumbnails if t.display_set is display_set]
    assert thumbnail.picture.text() == "no\npreview"
    assert not strip._early
