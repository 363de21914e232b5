"""The reading screen: header, thumbnails, images, and the report beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from readstation.app.commands import Context
from readstation.app.hanging.hanging_desk import HangingDesk
from readstation.app.navigation import OpenStudy
from readstation.app.reading.frame_cache import FrameCache
from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.reading_desk import ReadingDesk, Wish
from readstation.app.reading.reading_model import ReadingModel
from readstation.app.reading.viewer_state import restore_viewer_state
from readstation.app.station import Station
from readstation.app.viewport.window.window_presets import WindowPresets, parse_window_presets
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import ReadStationError, SettingError
from readstation.domain.settings import PRIOR_ROWS, WINDOW_DRAG
from readstation.domain.study import FrameKey
from readstation.ui.command_binding import bind_commands
from readstation.ui.reading.exporter import Exporter
from readstation.ui.reading.frame_loader import FrameLoader
from readstation.ui.reading.hanging_keeper import HangingKeeper
from readstation.ui.reading.image_grid import ImageGrid
from readstation.ui.reading.image_pages import ImagePages
from readstation.ui.reading.key_image_keeper import KeyImageKeeper
from readstation.ui.reading.key_image_strip import KeyImageStrip
from readstation.ui.reading.measurement_desk import MeasurementDesk
from readstation.ui.reading.measurement_keeper import MeasurementKeeper
from readstation.ui.reading.patient_header import PatientHeader
from readstation.ui.reading.prefetcher import Prefetcher
from readstation.ui.reading.reading_side import ReadingSide
from readstation.ui.reading.reading_spread import ReadingSpread
from readstation.ui.reading.registrar import Registrar
from readstation.ui.reading.study_opener import StudyOpener
from readstation.ui.reading.thumbnail_strip import ThumbnailStrip
from readstation.ui.reading.tool_bar import ToolBar
from readstation.ui.reading.view_keeper import ViewKeeper
from readstation.ui.reading.viewing_recorder import ViewingRecorder
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.main_window_of import main_window_of
from readstation.ui.widgets.section import EmptyState

NOTHING_OPEN = "No study is open."
HOW_TO_OPEN = "Choose one in the list (Ctrl+1) and press Enter."
SLOW_MS = 150
"""An opening that takes longer is said in words; a quick one leaves the boxes where they are."""
OPENING = "Opening the study…"
NO_FURTHER = ("No further study waits in this list.", "Choose another list, or clear its filter.")
CALL_ACTION = "calls.call_most_pressing"
"""Command of the calls; the call panel lies over every screen, so the window runs it."""


class ReadingView(QWidget):
    """Places the parts of the reading screen and opens what navigation asks for."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.model = _new_model(context.station)
        self.desk = ReadingDesk(self.model)
        self.header = PatientHeader()
        self.grid = _new_grid(self.model, context)
        self.pages = ImagePages(self.model, self.grid, _presets(context.station), context)
        self.thumbnails = ThumbnailStrip(self.model, context.jobs)
        self.tools = ToolBar(context.registry, self.desk)
        self.opener = StudyOpener(self.model, context, self)
        self.loader = FrameLoader(self.model.supply, context.station, context.jobs, self)
        self.prefetcher = Prefetcher(self.model, self.loader, context, self)
        self.registrar = Registrar(self.model, context.station, context.jobs, self)
        self.recorder = ViewingRecorder(self.model, context, self.grid)
        self.measurements = MeasurementKeeper(self.model, context, self)
        self.measuring = MeasurementDesk(self.model, self.grid, context, self.measurements, self)
        self.key_images = KeyImageKeeper(self.model, context, self)
        self.key_strip = KeyImageStrip(self.model)
        self.exporter = Exporter(self.model, self.grid, context, self)
        self.views = ViewKeeper(self.model, context, self)
        self.hanging = HangingKeeper(self.model, self.grid, context, self)
        self.side = ReadingSide(self.desk, context)
        self.nothing_open = EmptyState("scan-eye", NOTHING_OPEN, HOW_TO_OPEN)
        self._spread = ReadingSpread(self, context.registry)
        self._restored: OpenedStudy | None = None
        self._why_read_only = ""
        self._has_ended = False
        self._body = QStackedWidget()
        self._say_opening = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._say_opening.timeout.connect(self._show_nothing)
        self._place()
        self._connect()
        if context.station.memory.problem:
            context.errors.show(SettingError(context.station.memory.problem))
        bind_commands(context.registry, Context.READING, self, self.desk)
        bind_commands(context.registry, Context.IMAGES, self.grid, self.desk)
        # F12 and the other report keys are no image keys, so they work among the images too
        bind_commands(context.registry, Context.REPORT, self, self.side.report)
        self._follow_navigation()

    def end_session(self) -> None:
        """Give everything back: text saved, claim released, images gone."""
        if not self._has_ended:
            self._has_ended = True
            self._stop_listening()
            self._close(is_final=True)
            self.prefetcher.end()
            self.model.supply.forget_pixels()

    def lend_report(self) -> QWidget:
        """Give the report away, with the name of its patient and its own keys."""
        return self._spread.lend_report()

    def take_report_back(self) -> None:
        self._spread.take_report_back()

    def place_side(self) -> None:
        """Show the report beside the images."""
        self._row.addWidget(self.side)

    def spread(self, further: int) -> list[QWidget]:
        """Divide the image boxes; return what holds those of `further` monitors."""
        return self._spread.spread(further)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keys on: who turns to this screen turns to the images."""
        super().focusInEvent(event)
        self.focus_images()

    def focus_images(self) -> None:
        if self.model.state.opened is not None:
            self.pages.focus()

    def _connect(self) -> None:
        self._stop_listening = self._context.navigation.listen_study(self._follow_navigation)
        self.opener.opened.connect(self._show_opened)
        self.opener.abandoned.connect(self.side.give_back)
        self.opener.failed.connect(self._context.navigation.close_study)
        self.opener.progressed.connect(self.tools.show_progress)
        self.recorder.claim_lost.connect(self.side.lose_claim)
        self.opener.finished.connect(self._tell_what_is_missing)
        for show in (
            self.grid.show_progress,
            self.thumbnails.show_progress,
            self._tell_what_is_missing,
        ):
            self.loader.progressed.connect(show)
        self.tools.stop_asked.connect(self._stop_reading)
        self.header.prior_asked.connect(self.opener.add_prior)
        self.header.prior_report_asked.connect(self.side.show_prior_report)
        self.desk.on_wish(self._grant)
        self.pages.turning.connect(self.recorder.flush)
        self.pages.currentChanged.connect(lambda page: self.tools.setVisible(page == 0))
        self.side.frame_asked.connect(self._go_to_frame)
        self.side.claim_ended.connect(self.recorder.forget_claim)
        self.side.claim_ended.connect(self.measurements.forget_claim)
        self.side.claim_ended.connect(self.key_images.forget_claim)
        self.key_strip.chosen.connect(self._go_to_frame)
        self.key_strip.export_asked.connect(partial(self.desk.wish, Wish.EXPORT_KEY_IMAGES))
        self.key_images.quoted.connect(self.side.report.insert_measurement)
        self.side.claim_lost.connect(self._tell_of_lost_claim)
        self.side.left.connect(self._leave)
        self.opener.finished.connect(self._restore_view)
        self._connect_lesions()
        self.measurements.measured.connect(self.side.take_measurement)
        self.measurements.left_out_changed.connect(self.thumbnails.show_left_out)
        self.grid.saving.confirmed.connect(self.views.save)

    def _connect_lesions(self) -> None:
        self.opener.finished.connect(self.measuring.go_on)
        self.measuring.prior_asked.connect(self.opener.add_prior)
        self.measuring.quoted.connect(self.side.report.insert_measurement)

    def _follow_navigation(self) -> None:
        wanted = self._context.navigation.open
        if wanted is None:
            self._close()
            self.nothing_open.set_text(NOTHING_OPEN, HOW_TO_OPEN)
        else:
            self.nothing_open.set_text(OPENING)
            self._switch(wanted)
            self._say_opening.start()

    def _switch(self, wanted: OpenStudy) -> None:
        """Go to another study: what is typed is saved first, the rest is written after it opens.

        The database lane works in this order, so a study left and asked for again is given back
        before it is opened anew.
        """
        self.side.report.save_now()
        displayed = self.recorder.end()
        self.loader.cancel()
        ahead = self.prefetcher.studies.take(wanted.study_instance_uid)
        self.opener.open(wanted.study_instance_uid, wanted.task, ahead)
        self.recorder.record(displayed)
        self._clear()
        if ahead is not None:
            self.opener.wait_briefly()

    def _close(self, *, is_final: bool = False) -> None:
        self.recorder.record(self.recorder.end())
        self.loader.cancel()
        self.opener.cancel()
        self._clear(is_final=is_final)
        self._show_nothing()

    def _clear(self, *, is_final: bool = False) -> None:
        """Take everything of the study off the screen; its images are gone already."""
        self.pages.close_planes()
        self.side.close_study(is_final=is_final)
        self.measurements.close_study()
        self.key_images.close_study()
        self.exporter.close_study()
        self.measuring.close_study()
        self.grid.saving.hide()
        self.header.clear()

    def _show_nothing(self) -> None:
        self._say_opening.stop()
        self._body.setCurrentWidget(self.nothing_open)

    def _show_opened(self, opened: OpenedStudy) -> None:
        self._say_opening.stop()
        self.header.show_study(opened)
        self._why_read_only = _status(opened)
        self.header.show_status(self._why_read_only)
        self._body.setCurrentIndex(0)
        self.recorder.begin(opened.claim)
        self.measurements.open_study(opened)
        self.key_images.open_study(opened)
        self.side.open_study(opened)
        self.grid.focus_active()

    def _grant(self, wish: Wish) -> None:
        granted: dict[Wish, Callable[[], object]] = {
            Wish.LOOK_AT_IMAGES: self.pages.focus,
            Wish.REFORMAT: self.pages.toggle,
            Wish.CHOOSE_WINDOW: self.grid.choose_window,
            Wish.CHOOSE_PRESENTATION: self.grid.choose_presentation,
            Wish.CHOOSE_HANGING: self.hanging.open_chooser,
            Wish.SAVE_HANGING: self.hanging.ask_to_save,
            Wish.SAVE_VIEW: partial(self.views.ask, self.grid),
            Wish.CLOSE: self._leave,
            Wish.NEXT_STUDY: self._read_next,
            Wish.CALL: self._call,
            Wish.INSERT_MEASUREMENT: self._insert_measurement,
            **self.measuring.grants,
            **self.key_images.grants,
            **self.exporter.grants,
        }
        granted.get(wish, partial(self.side.grant, wish))()

    def _insert_measurement(self) -> None:
        """Quote the lesion chosen in the list, else what was measured last."""
        if not self.measuring.quote_listed():
            self.side.grant(Wish.INSERT_MEASUREMENT)

    def _call(self) -> None:
        action = main_window_of(self).findChild(QAction, CALL_ACTION)
        if action is not None:
            action.trigger()

    def _read_next(self) -> None:
        if not self._context.navigation.open_following():
            self._context.errors.show(ReadStationError(*NO_FURTHER))

    def _stop_reading(self) -> None:
        """Stop a slow opening: with images there they are hung, without any the study is left."""
        if self.model.state.opened is None:
            self._leave()
        else:
            self.opener.stop_reading()

    def _tell_what_is_missing(self) -> None:
        """Name images that cannot be shown, in the header and, where none is left, in the box."""
        reasons = self.model.refusals
        if not reasons:
            return
        others = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        if self.model.state.opened is not None and not self._why_read_only:
            self.header.show_status(f"Not all images can be displayed{others}: {reasons[0]}")
        if not self.model.state.sets:
            self.model.active.change(notice=f"No image can be displayed{others}. {reasons[0]}")

    def _tell_of_lost_claim(self, error: ReadStationError) -> None:
        self._why_read_only = f"Read-only now. {error.message}"
        self.header.show_status(self._why_read_only)
        self._context.errors.show(error)

    def _leave(self) -> None:
        self._context.navigation.close_study()
        self._context.navigation.go("list")

    def _restore_view(self) -> None:
        """Show a second reader what the first one left; a blind one gets the layout alone."""
        opened = self.model.state.opened
        if opened is None or opened.task is not ClaimTask.SECOND_READ or opened.handoff is None:
            return
        if not opened.handoff.viewer_state or self._restored is opened:
            return
        self._restored = opened
        try:
            restore_viewer_state(self.model, opened.handoff.viewer_state)
        except ReadStationError as error:
            self._context.errors.show(error)

    def _go_to_frame(self, frame: FrameKey) -> None:
        if self.model.go_to_frame(frame):
            self.grid.focus_active()

    def _place(self) -> None:
        """Place the parts from the outside in: Qt looks up the style of all that is moved in."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._body, 1)
        reading = QWidget()
        self._body.addWidget(reading)
        self._body.addWidget(self.nothing_open)
        self._row = QHBoxLayout(reading)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        left = QVBoxLayout()
        self._row.addLayout(left, 1)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        images = QHBoxLayout()
        left.addLayout(images, 1)
        images.setSpacing(0)
        strips = QVBoxLayout()
        images.addLayout(strips)
        strips.addWidget(self.thumbnails, 1)
        strips.addWidget(self.key_strip)
        images.addWidget(self.pages, 1)
        left.addWidget(self.tools)
        self.place_side()


def _presets(station: Station) -> WindowPresets:
    text = (station.resources / "window_presets.toml").read_text(encoding="utf-8")
    return parse_window_presets(text)


def _new_model(station: Station) -> ReadingModel:
    return ReadingModel(
        _presets(station),
        FrameCache.within(station.memory.size_bytes),
        station.scratch,
        hanging=_new_hanging(station),
        scale=station.policy.diagnostic_scale,
    )


def _new_grid(model: ReadingModel, context: ScreenContext) -> ImageGrid:
    drag = context.station.settings.values().of(WINDOW_DRAG)
    return ImageGrid(model, context.registry, context.displays, down_raises_level=drag == "raises")


def _new_hanging(station: Station) -> HangingDesk:
    desk = HangingDesk(lambda: station.hanging().load(), station.anatomy)
    desk.is_prior_below = station.settings.values().of(PRIOR_ROWS) == "below"
    return desk


def _status(opened: OpenedStudy) -> str:
    if opened.is_read_only and opened.owner_name:
        return f"Read-only: {opened.owner_name} is reading this study"
    if opened.is_read_only:
        return "Read-only: your role does not write reports"
    return ""
