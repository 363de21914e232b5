"""Time on the screen counts only while the reading screen can be seen."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from readstation.ui.reading import viewing_recorder
from readstation.ui.reading.viewing_recorder import ViewingRecorder

ACTIVE, INACTIVE = Qt.ApplicationState.ApplicationActive, Qt.ApplicationState.ApplicationInactive


@pytest.mark.parametrize(
    ("is_shown", "state", "expected"),
    [(True, ACTIVE, True), (True, INACTIVE, False), (False, ACTIVE, False)],
    ids=["in front", "behind another program", "another screen is shown"],
)
def test_time_counts_only_while_the_images_are_in_front(
    qtbot, monkeypatch, is_shown, state, expected
) -> None:
    told: list[bool] = []
    seen = SimpleNamespace(
        count_time=lambda *, is_in_view: told.append(is_in_view), take_new=lambda *_: ()
    )
    clock = SimpleNamespace(now=lambda: None)
    context = SimpleNamespace(
        station=SimpleNamespace(clock=clock),
        session=SimpleNamespace(user=SimpleNamespace(user_id="reader1")),
    )
    view = QWidget()
    qtbot.addWidget(view)
    view.setVisible(is_shown)
    application = SimpleNamespace(applicationState=lambda: state)
    monkeypatch.setattr(viewing_recorder, "QGuiApplication", application)
    recorder = ViewingRecorder(SimpleNamespace(seen=seen), context, view)
    recorder.flush()
    recorder.end()
    assert told == [expected, expected]
