"""The worklist screen: lists, table, and the panel of the selected study."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from readstation.app.changes import Subject
from readstation.app.commands import Context
from readstation.app.jobs import JobContext, Lane
from readstation.app.navigation import OpenStudy
from readstation.app.worklist.find_worklist import (
    StudyDetails,
    WorklistPage,
    find_worklist,
    study_details,
)
from readstation.app.worklist.row_text import Seen
from readstation.app.worklist.worklist_model import Opening, WorklistModel
from readstation.domain.deadline import time_zone
from readstation.domain.errors import ReadStationError
from readstation.domain.reader import Permission
from readstation.domain.worklist_lists import LISTS, ReaderFacts
from readstation.ui import theme
from readstation.ui.command_binding import bind_commands
from readstation.ui.screens import ScreenContext
from readstation.ui.start_mark import mark_start
from readstation.ui.widgets.section import EmptyState
from readstation.ui.worklist import lists_panel
from readstation.ui.worklist.filter_bar import FilterBar
from readstation.ui.worklist.lists_panel import ListsPanel
from readstation.ui.worklist.worklist_table import WorklistTable

if TYPE_CHECKING:
    from readstation.app.session import Session
    from readstation.app.station import Station
    from readstation.domain.study import Series
    from readstation.ui.worklist.detail_panel import DetailPanel

REFRESH_MS, TICK_MS, DETAILS_AFTER_MS = 5000, 1000, 120
SLOW_MS = 300
"""Nobody is told before this that the list is being read: mostly it is there by then."""
MOST_UPCOMING = 5
WIDE_FROM_PX = 1600
DETAIL_WIDTHS_PX = 280, 340
SHOWN_CHANGES = {
    Subject.WORKLIST,
    Subject.REPORT,
    Subject.CRITICAL_RESULTS,
    Subject.HANDOFFS,
    Subject.STUDIES,
}


class WorklistView(QWidget):
    """Shows what waits. Reads the database in a job, every few seconds and after each change.

    What tells of the selected study is made when the first rows are painted, in the next turn of
    the event loop: a list can be used without it.
    """

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        user = context.session.user
        self.model = WorklistModel(user.user_id, context.station.anatomy)
        self._zone = time_zone(context.station.policy.calendar.time_zone)
        self._is_unshown, self._was_shown = False, False
        self._is_reading, self._is_stale, self._details_uid = False, False, ""
        self.is_ready, self._is_slow = False, False
        self.refresh()  # it is read while the parts are made
        QTimer.singleShot(SLOW_MS, self, self._say_that_it_is_slow)
        self.setProperty("role", "screen")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.lists, self.bar = ListsPanel(), FilterBar(self.model, self._zone)
        self.table = WorklistTable(self._seen)
        self._side, self._middle = theme.surface("detail"), QStackedWidget()
        self._place()
        self._timers = [
            _running_timer(self, REFRESH_MS, self.refresh),
            _running_timer(self, TICK_MS, self._tick),
        ]
        self._details_timer = QTimer(self)
        self._details_timer.setSingleShot(True)
        self._details_timer.setInterval(DETAILS_AFTER_MS)
        self._details_timer.timeout.connect(self._read_details)
        self._connect()
        self._stops = [
            context.changes.listen(SHOWN_CHANGES, self.refresh),
            context.navigation.listen_study(self._tell_what_follows),
        ]
        bind_commands(context.registry, Context.WORKLIST, self, self)
        self._show_model()

    @cached_property
    def detail(self) -> DetailPanel:
        """The panel of the selected study."""
        from readstation.ui.worklist.detail_panel import DetailPanel  # noqa: PLC0415

        may_raise_concern = self._context.session.user.may(Permission.RAISE_CONCERN)
        panel = DetailPanel(self._zone, may_raise_concern=may_raise_concern)
        panel.concern_raised.connect(self._raise_concern)
        self._side_column.addWidget(panel)
        return panel

    @cached_property
    def empty(self) -> EmptyState:
        """What is said in place of rows."""
        said = EmptyState("list-checks", "")
        self._middle.addWidget(said)
        return said

    def _place(self) -> None:
        self._side_column = QVBoxLayout(self._side)
        self._side_column.setContentsMargins(0, 0, 0, 0)
        self._middle.addWidget(self.table)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self._middle, 1)
        below.addWidget(self._side)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.bar)
        right.addLayout(below, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.lists)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self.model.listen(self._show_model)
        self.model.listen(self._tell_what_follows)
        self.lists.chosen.connect(self._choose_list)
        self.bar.read_next.clicked.connect(self.read_next)
        self.table.chosen.connect(self.model.select)
        self.table.opened.connect(self.open_selected)
        self.table.painted.connect(self._begin_soon)

    def _seen(self) -> Seen:
        page = self.model.page
        facts = page.facts if page else ReaderFacts(self._context.session.user.user_id)
        return Seen(self._context.station.clock.now(), self._zone, facts)

    def refresh(self) -> None:
        """Read the list again; a change during a reading starts one more after it."""
        if self._is_reading:
            self._is_stale = True
            return
        self._is_reading, self._is_stale = True, False
        station, session = self._context.station, self._context.session
        handle = self._context.jobs.start(
            Lane.DATABASE, lambda _job: find_worklist(station, session)
        )
        handle.succeeded.connect(self._take_page)
        handle.failed.connect(self._show_failure)
        handle.ended.connect(self._end_reading)

    def _take_page(self, page: WorklistPage) -> None:
        self.model.replace_page(page)
        self.bar.show_refreshed(page.at)
        if not (self.model.rows and self.table.isVisible()):
            self._begin_soon()  # nothing will be painted

    def _begin_soon(self) -> None:
        QTimer.singleShot(0, self, self._show_ready)

    def _show_ready(self) -> None:
        """Rows stand on the screen and keys are taken: show what else there is."""
        mark_start("worklist")
        self._show_rest()
        self._context.show_ready()

    def _show_rest(self) -> None:
        if not self.is_ready:
            self.is_ready = True
            self._show_selected()

    def _show_failure(self, failure: BaseException) -> None:
        if isinstance(failure, ReadStationError):
            self.bar.show_refreshed(self.model.as_of, failure.message)
        else:
            self._context.errors.show(failure)
            self.bar.show_refreshed(self.model.as_of, "see the notice")
        self._context.show_ready()

    def _end_reading(self) -> None:
        self._is_reading = False
        if self._is_stale:
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_unshown:
            self._show_model()

    def _show_model(self) -> None:
        """Show the model, now or as soon as this screen can be seen again."""
        self._is_unshown = self._was_shown and not self.isVisible()
        if self._is_unshown:
            return
        self._was_shown = True
        model = self.model
        self.lists.show_model(model)
        self.bar.show_model()
        self.table.show_rows(model.rows, model.selected_uid)
        self._show_empty()
        self._show_selected()

    def _show_empty(self) -> None:
        model = self.model
        if model.rows or (model.page is None and not self._is_slow):
            self._middle.setCurrentWidget(self.table)
            return
        self._middle.setCurrentWidget(self.empty)
        self.empty.set_text(*_why_empty(model))

    def _say_that_it_is_slow(self) -> None:
        self._is_slow = True
        self._show_empty()

    def _show_selected(self) -> None:
        if not self.is_ready:
            return
        chosen = self.model.selected
        if chosen is None:
            self._details_uid = ""
            self.detail.clear()
            return
        self.detail.show_study(chosen, self._seen())
        if chosen.study_instance_uid != self._details_uid:
            self._details_uid = chosen.study_instance_uid
            self.detail.concern_edit.clear()
            self.detail.clear_details()
            self._details_timer.start()

    def _read_details(self) -> None:
        uid = self._details_uid
        if not uid:
            return
        station, session = self._context.station, self._context.session
        handle = self._context.jobs.start(
            Lane.DATABASE, lambda _job: study_details(station, session, uid)
        )
        handle.succeeded.connect(self._take_details)
        handle.failed.connect(self._context.errors.show)

    def _take_details(self, details: StudyDetails) -> None:
        if details.study.study_instance_uid != self._details_uid:
            return
        self.detail.show_details(details)
        if self._context.session.user.may(Permission.OPEN_IMAGES):
            self._read_preview(details)

    def _read_preview(self, details: StudyDetails) -> None:
        station, session = self._context.station, self._context.session
        uid, series = details.study.study_instance_uid, details.series

        def work(_job: JobContext) -> tuple[str, object]:
            return uid, _preview(station, session, series)

        handle = self._context.jobs.start(Lane.FILES, work)
        handle.succeeded.connect(self._take_preview)
        handle.failed.connect(self._context.errors.show)

    def _take_preview(self, answer: tuple[str, object]) -> None:
        uid, pixels = answer
        if uid != self._details_uid:
            return
        if pixels is None:
            self.detail.preview.show_words("no preview")
        else:
            self.detail.preview.show_pixels(pixels)

    def _tick(self) -> None:
        if not self.isVisible():
            return
        self.table.rows_model.tick()
        chosen = self.model.selected
        if chosen is not None and self.is_ready:
            self.detail.tick(chosen, self._seen())

    def open_selected(self) -> None:
        self._open(self.model.selected_opening())

    def read_next(self) -> None:
        self._open(self.model.next_opening())

    def _open(self, opening: Opening | None) -> None:
        if opening is not None:
            self._context.navigation.open_study(opening.study_instance_uid, opening.task)

    def _tell_what_follows(self) -> None:
        """Say which study "next study" on the reading screen opens."""
        navigation = self._context.navigation
        now = navigation.open.study_instance_uid if navigation.open else ""
        found = self.model.openings_after(now, MOST_UPCOMING)
        upcoming = tuple(OpenStudy(one.study_instance_uid, one.task) for one in found)
        navigation.set_following(upcoming[0] if upcoming else None, upcoming[1:])

    def focus_search(self) -> None:
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    def clear_filter(self) -> None:
        self.model.clear_filter()
        self.table.setFocus()

    def step_list(self, step: int) -> None:
        """Go to the list below or above, around the ends."""
        ids = [one.id for one in LISTS]
        self._choose_list(ids[(ids.index(self.model.list.id) + step) % len(ids)])

    def _choose_list(self, list_id: str) -> None:
        self.model.choose_list(list_id)
        self.table.setFocus()

    def focus_concern(self) -> None:
        if self.model.selected is not None:
            self._show_rest()
            self.detail.concern_edit.setFocus()

    def _raise_concern(self, concern: str) -> None:
        from readstation.app.worklist.raise_concern import raise_concern  # noqa: PLC0415

        station, session, uid = self._context.station, self._context.session, self._details_uid

        def work(_job: JobContext) -> str:
            raise_concern(station, session, uid, concern)
            return uid

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(self._concern_raised)
        handle.failed.connect(self._context.errors.show)

    def _concern_raised(self, uid: str) -> None:
        if uid == self._details_uid:
            self.detail.concern_edit.clear()
        self._context.changes.publish(Subject.WORKLIST)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= WIDE_FROM_PX
        self.lists.setFixedWidth(lists_panel.WIDE_PX if is_wide else lists_panel.NARROW_PX)
        self._side.setFixedWidth(DETAIL_WIDTHS_PX[is_wide])

    def end_session(self) -> None:
        """Stop reading and listening; the screen is about to be destroyed."""
        for stop in self._stops:
            stop()
        for timer in (*self._timers, self._details_timer):
            timer.stop()


def _why_empty(model: WorklistModel) -> tuple[str, str]:
    if model.page is None:
        return "Reading the worklist", ""
    if model.hidden_count:
        hidden = f"The filter hides all {model.hidden_count} studies of this list."
        return hidden, "Press Esc to clear the filter."
    return model.list.empty_text, "Other lists are at the left."


def _running_timer(view: QWidget, interval_ms: int, run: Callable[[], None]) -> QTimer:
    timer = QTimer(view)
    timer.setInterval(interval_ms)
    timer.timeout.connect(run)
    timer.start()
    return timer


def _preview(station: Station, session: Session, series: tuple[Series, ...]) -> object:
    """Return pixels, or None: the image box of the reading screen says why there are none."""
    # OpenCV takes as long to load as Qt: here, in a job, once the list can be used
    from readstation.app.worklist.preview_study import preview_study  # noqa: PLC0415

    try:
        return preview_study(station, session, series)
    except ReadStationError:
        return None
