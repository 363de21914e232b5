"""Qt widgets, ours and pyqtgraph's: a step is over when all of them are painted and read back.

The time runs from the change to the end of the event-loop turn that painted it into the window's
backing store, from which one pixel is read.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from tests.benchmarks.contenders.answering import timed

MOST_TURNS = 200


class Painted(QObject):
    """Waits until some widgets were painted; only paintings at which `counts` is true count."""

    def __init__(
        self, widgets: Sequence[QWidget], counts: Callable[[], bool] = lambda: True
    ) -> None:
        super().__init__()
        self._counts = counts
        self._widgets = tuple(widgets)
        self._unpainted: set[QObject] = set()
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._counts():
            self._unpainted.discard(watched)
        return False

    def expect(self) -> None:
        """Begin to wait for every widget to be painted."""
        self._unpainted = set(self._widgets)

    def wait(self) -> None:
        """Run the event loop until each has been painted, then read a pixel back."""
        for _ in range(MOST_TURNS):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
            if not self._unpainted:
                break
        else:
            raise RuntimeError(f"{len(self._unpainted)} image boxes were not painted")
        self.read_back()

    @property
    def is_done(self) -> bool:
        """Every widget has been painted since `expect`."""
        return not self._unpainted

    def read_back(self) -> None:
        """Read a pixel of what was painted."""
        device = self._widgets[0].window().backingStore().paintDevice()
        assert isinstance(device, QImage)
        device.pixel(device.width() // 2, device.height() // 2)

    def timed(self, steps, change) -> dict[str, list[float]]:
        """Return the times of steps until they are on the screen."""

        def whole(step):
            self.expect()
            change(step)
            self.wait()

        return timed(steps, whole)


def window_of(widgets: Sequence[QWidget], width: int, height: int) -> QWidget:
    """Return a shown window in which widgets share this many pixels, in at most two rows."""
    window = QWidget()
    grid = QGridLayout(window)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(0)
    rows = 1 if len(widgets) < 3 else 2
    for number, widget in enumerate(widgets):
        grid.addWidget(widget, number % rows, number // rows)
    window.setFixedSize(QSize(width, height))
    window.show()
    while not (window.isVisible() and window.windowHandle().isExposed()):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    for _ in range(20):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents)
    return window
