"""Where a tour plays: the window, the database behind it, and how to find what is on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QDialog, QPushButton, QTableView, QWidget

from readstation.app.ports import UnitOfWork
from readstation.app.station import Station
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.study import Study
from readstation.ui.calls.critical_banner import CriticalBanner
from readstation.ui.main_window import MainWindow
from readstation.ui.reading.reading_view import ReadingView
from readstation.ui.report.report_panel import ReportPanel
from readstation.ui.tour.input_events import click, press_keys, type_text
from readstation.ui.tour.tour_failure import TourFailure
from readstation.ui.viewport.viewport_view import ViewportView
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel

W = TypeVar("W", bound=QWidget)
Part = TypeVar("Part")


class TourStage:
    """What every step works with. Reads the database itself: that is what it checks against."""

    def __init__(self, window: MainWindow, station: Station, accession_number: str) -> None:
        self.window = window
        self.station = station
        self.accession_number = accession_number

    # On the screen

    def visible(self, kind: type[W]) -> W:
        """Return the one visible widget of a kind."""
        found = [w for w in self.window.findChildren(kind) if w.isVisible()]
        if not found:
            raise TourFailure(f"No {kind.__name__} is on the screen.")
        return found[0]

    def is_visible(self, kind: type[QWidget]) -> bool:
        return any(w.isVisible() for w in self.window.findChildren(kind))

    def text_in(self, widget: QWidget) -> str:
        """Return all the words that labels and badges inside `widget` show."""
        labels = [w.text() for w in widget.findChildren(PlainLabel) if w.isVisible()]
        badges = [w.text for w in widget.findChildren(Badge) if w.isVisible()]
        return " | ".join(text for text in (*labels, *badges) if text)

    def button(self, parent: QWidget, text: str) -> QPushButton:
        """Return the visible button that says `text`."""
        found = [b for b in parent.findChildren(QPushButton) if b.isVisible() and text in b.text()]
        if not found:
            raise TourFailure(f"No button says {text}.")
        return found[0]

    @property
    def reading(self) -> ReadingView:
        return self.visible(ReadingView)

    @property
    def report(self) -> ReportPanel:
        return self.visible(ReportPanel)

    @property
    def banner(self) -> CriticalBanner:
        return self.visible(CriticalBanner)

    def box(self, index: int) -> ViewportModel:
        return self.reading.model.boxes[index]

    def view(self, index: int) -> ViewportView:
        return self.reading.grid.boxes[index].view

    def is_painted(self, index: int) -> bool:
        """Whether an image box has its pixels and is not waiting for others."""
        box = self.box(index)
        return box.frame is not None and box.token is not None and not box.refusal

    # By hand

    def press(self, *keys: str) -> None:
        """Press keys one after the other, in the window or in the dialog over it."""
        if not self.is_visible(QDialog):
            self.window.activateWindow()
        for one in keys:
            press_keys(self.window, one)

    def log_in(self, user_id: str, password: str) -> None:
        login = self.window.login
        login.user_id.clear()
        type_text(login.user_id, user_id)
        type_text(login.password, password)
        self.press("Return")

    def click_row(self, table: QTableView, row: int) -> None:
        """Click the first cell of a row."""
        index = table.model().index(row, 0)
        table.scrollTo(index)
        click(table.viewport(), table.visualRect(index).center())

    # In the database

    def stored(self, read: Callable[[UnitOfWork], Part]) -> Part:
        """Return what `read(work)` finds."""
        with self.station.unit_of_work() as work:
            return read(work)

    @property
    def study(self) -> Study:
        """The study the tour reads."""
        wanted = self.accession_number
        studies = self.stored(lambda work: work.studies.all())
        return next(s for s in studies if s.accession_number == wanted)


def require(condition: object, sentence: str) -> None:
    """Stop the tour with a sentence unless `condition` holds."""
    if not condition:
        raise TourFailure(sentence)
