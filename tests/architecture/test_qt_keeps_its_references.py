"""Qt's binding returns None and True without giving references of them away.

PySide6 6.12.0 on Python 3.11 does: after some thousand calls the interpreter aborts. Hence the pin.
"""

import os
import subprocess
import sys

COUNT = """
import sys
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

class Sender(QObject):
    sent = Signal(str, int)

application = QApplication([])
widget, sender = QWidget(), Sender()
sender.sent.connect(lambda text, number: None)

def lost(constant, call, times=1000):
    before = sys.getrefcount(constant)
    for _ in range(times):
        call()
    return before - sys.getrefcount(constant)

for constant in (None, True, False):
    for call in (
        widget.update, widget.parent, widget.repaint, application.processEvents,
        widget.isVisible, lambda: widget.setProperty("x", True), lambda: sender.sent.emit("a", 1),
        lambda: sender.blockSignals(False),
    ):
        print(lost(constant, call))
"""


def test_thousand_calls_lose_no_reference():
    run = subprocess.run(
        [sys.executable, "-c", COUNT],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    lost = [int(line) for line in run.stdout.split()]
    assert len(lost) == 24
    assert max(lost) < 100, lost
