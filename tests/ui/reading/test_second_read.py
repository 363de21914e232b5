"""A study is handed over from the reading screen, read by another reader, and comes back."""

import pytest
from PySide6.QtCore import Qt

from readstation.app.handoff.request_model import RequestModel
from readstation.app.reading.layout import Layout
from readstation.domain.claim import ClaimTask
from readstation.domain.handoff import HandoffStatus, HandoffType
from readstation.domain.report import Section
from tests.reading_workspace import CURRENT
from tests.ui.reading.test_reading_view import PATIENCE_MS, is_claimed, open_study


def handoffs(reading):
    with reading.station.unit_of_work() as work:
        return work.handoffs.of_study(CURRENT)


def hand_over(qtbot, view, kind: HandoffType) -> None:
    open_study(qtbot, view)
    view.side.report.model.set_section(Section.IMPRESSION, "First impression.")
    view.grid.boxes[0].view.setFocus()
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_F4)
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_F9)
    qtbot.waitUntil(view.side.request.isVisible, timeout=PATIENCE_MS)
    panel = view.side.request
    model: RequestModel = panel._model
    qtbot.waitUntil(lambda: bool(panel._readers), timeout=PATIENCE_MS)
    qtbot.keyClicks(panel.question_field, "Nodule or vessel?")
    model.change(to_reader_id="reader2", handoff_type=kind)
    panel.submit()
    qtbot.waitUntil(lambda: view.model.state.opened is None, timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("kind", "words"),
    [(HandoffType.BLIND_SECOND_READ, ""), (HandoffType.OVER_READ, "First impression.")],
)
def test_a_second_reader_gets_the_study_and_the_view_but_blind_no_conclusion(
    qtbot, screen_of, reading, notices, kind, words
) -> None:
    first = screen_of("reader1")
    hand_over(qtbot, first, kind)
    assert not is_claimed(reading)
    second = screen_of("reader2")
    second.navigation.open_study(CURRENT, ClaimTask.SECOND_READ)
    qtbot.waitUntil(lambda: second.side.opinion.model is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: second.model.state.layout == Layout.FOUR, timeout=PATIENCE_MS)
    assert second.side.opinion.isVisible()
    assert second.side.opinion.model.base.impression == words
    assert handoffs(reading)[0].status is HandoffStatus.IN_PROGRESS
    assert not notices.shown


def test_an_open_second_reader_sees_the_first_read_beside_the_images(
    qtbot, screen_of, reading
) -> None:
    first = screen_of("reader1")
    hand_over(qtbot, first, HandoffType.OVER_READ)
    second = screen_of("reader2")
    second.navigation.open_study(CURRENT, ClaimTask.SECOND_READ)
    comparison = second.side.opinion.comparison
    qtbot.waitUntil(lambda: comparison.comparison is not None, timeout=PATIENCE_MS)
    assert comparison.isVisible()
    words = {pair.section: pair.first for pair in comparison.comparison.sections}
    assert words[Section.IMPRESSION] == "First impression."
    assert comparison.comparison.handoff.opinion is None
