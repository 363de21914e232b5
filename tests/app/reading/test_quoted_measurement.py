"""What goes into the report is what is on the image now."""

from types import SimpleNamespace

import pytest

from readstation.app.reading.quoted_measurement import measurement_to_quote
from readstation.app.viewport.measurement_book import MeasurementBook
from readstation.domain.measurement import ImagePoint, Probe
from readstation.domain.study import FrameKey

FRAME = FrameKey("1.2.3", 1)


def probe(uid: str, value: float) -> Probe:
    return Probe(uid, FRAME, ImagePoint(3, 4), value, "HU")


@pytest.fixture
def images():
    book = MeasurementBook()
    state = SimpleNamespace(selected_measurement_uid="")
    return SimpleNamespace(measurements=book, active=SimpleNamespace(state=state))


def test_what_was_measured_last_is_quoted(images) -> None:
    last = probe("1", -1010)
    images.measurements.put(last)
    assert measurement_to_quote(images, last) == last


def test_what_was_undone_is_not_quoted(images) -> None:
    last = probe("1", -1010)
    images.measurements.put(last)
    images.measurements.undo()
    assert measurement_to_quote(images, last) is None


def test_the_selected_one_comes_before_the_last_one(images) -> None:
    one, last = probe("1", 30), probe("2", 40)
    images.measurements.put(one)
    images.measurements.put(last)
    images.active.state.selected_measurement_uid = "1"
    assert measurement_to_quote(images, last) == one


def test_what_was_changed_since_is_quoted_as_it_is_now(images) -> None:
    last, now = probe("1", 30), probe("1", 55)
    images.measurements.put(last)
    images.measurements.put(now)
    assert measurement_to_quote(images, last) == now


def test_nothing_measured_is_nothing_to_quote(images) -> None:
    assert measurement_to_quote(images, None) is None
