"""What a reader must not miss stays whole in the strip over an image box, however narrow."""

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt

from readstation.app.reading.key_image_book import Standing, Star
from readstation.ui.reading.box_strip import BoxStrip
from readstation.ui.start_window import make_application

DAY, MOMENT = "2024-11-21", "2024-11-21 10:53"


@pytest.fixture
def strip(qtbot) -> BoxStrip:
    make_application()
    strip = BoxStrip()
    qtbot.addWidget(strip)
    strip.role.setText("PRIOR −24 mo")
    strip.say_when(DAY, MOMENT)
    strip.title.say("R CC · SYNTHETIC (SIMULATED) OF TWO YEARS AGO")
    strip.link.say("aligned by reader, offset 7.0 mm 2.0°")
    strip.show_count(1, 50)
    return strip


def show(strip, width) -> None:
    strip.resize(width, strip.sizeHint().height())
    strip.show()
    strip.arrange()


def is_whole(label) -> bool:
    return label.width() >= label.fontMetrics().horizontalAdvance(label.text())


@pytest.mark.parametrize("width", [160, 220, 305, 345, 400, 620, 1200])
def test_role_date_and_number_are_whole_or_absent(strip, width) -> None:
    show(strip, width)
    assert strip.role.isVisible()
    for label in (strip.role, strip.date, strip.count):
        assert is_whole(label) or not label.isVisible()
    right = [w.geometry().right() for w in (strip.count, strip.link) if w.isVisible()]
    assert max(right, default=0) <= width


def test_a_prior_mammogram_in_one_of_eight_boxes_says_its_date_and_its_side(strip) -> None:
    strip.show_count(1, 1)
    show(strip, 305)
    assert strip.date.isVisible()
    assert strip.date.text() == DAY
    metrics, right = strip.title.fontMetrics(), Qt.TextElideMode.ElideRight
    cut = metrics.elidedText(strip.title.text(), right, strip.title.width())
    assert cut.startswith("R CC")


def test_with_room_for_all_the_time_is_said_too(strip) -> None:
    show(strip, 1200)
    assert strip.date.text() == MOMENT
    assert all(is_whole(label) for label in (strip.title, strip.link))


def test_the_key_of_what_is_offered_is_whole_and_the_link_gives_way(strip) -> None:
    strip.presentations.say("1 presentation state  Shift+P")
    show(strip, 620)
    assert strip.presentations.isVisible()
    assert is_whole(strip.presentations)


def test_parts_never_lie_over_each_other(strip) -> None:
    strip.show_standing(Standing(Star.REJECTED, "Rejected for quality reasons"))
    strip.presentations.say("1 presentation state  Shift+P")
    for width in range(120, 1300, 60):
        show(strip, width)
        shown = [w for w in strip.children() if w.isWidgetType() and w.isVisible()]
        spans = sorted((w.x(), w.x() + w.width()) for w in shown)
        assert all(a[1] <= b[0] for a, b in pairwise(spans)), width


def test_a_warning_of_the_file_is_dropped_for_nothing_but_the_role(strip) -> None:
    strip.show_standing(Standing(Star.REJECTED, "Rejected for quality reasons"))
    show(strip, 240)
    assert strip.warning.isVisible()
    strip.show_standing(None)
    assert not strip.warning.isVisible()
