"""The window: login page or session, notices below, palette above. Places screens; no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from readstation.app.changes import ChangeFeed
from readstation.app.commands import CommandRegistry, Context
from readstation.app.navigation import Navigation, OpenStudy
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.graphics import GraphicsUse
from readstation.domain.settings import GRAPHICS
from readstation.ui.after_start import AfterStart, Step
from readstation.ui.command_binding import bind_commands
from readstation.ui.displays import Displays
from readstation.ui.errors import ErrorPresenter
from readstation.ui.gpu.graphics_back_end import GraphicsBackEnd
from readstation.ui.idle import IDLE_LIMIT_MS, IdleWatch
from readstation.ui.job_runner import JobHandle, JobRunner
from readstation.ui.screens import ScreenContext
from readstation.ui.session_view import SessionView, load_first_screen
from readstation.ui.start_mark import mark_start
from readstation.ui.widgets.notice_bar import NoticeBar
from readstation.ui.window_commands import GO

if TYPE_CHECKING:
    from readstation.ui.login.login_view import LoginView
    from readstation.ui.monitors.monitor_chooser import MonitorChooser
    from readstation.ui.palette.command_palette import CommandPalette
    from readstation.ui.palette.key_help import KeyHelp

SMALLEST_PX = (1100, 640)
IDLE_NOTE = "The station was locked because nobody used it."


class SessionNotices:
    """Shows the notices of one session, and none that arrive after it has ended."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        self._window, self._session = window, session

    def show_notice(self, text: str, remedy: str) -> None:
        if self._window.session is self._session:
            self._window.notices.show_notice(text, remedy)


class MainWindow(QMainWindow):
    """Shows one session at a time. Leaving it destroys every screen that showed it.

    Parameters
    ----------
    make_login : callable
        Makes the login page when it is first needed.
    entering : JobHandle, optional
        Logs somebody in without the login page, which says why if that fails.
    """

    def __init__(
        self,
        station: Station,
        jobs: JobRunner,
        changes: ChangeFeed,
        registry: CommandRegistry,
        make_login: Callable[[], LoginView],
        *,
        entering: JobHandle | None = None,
        idle_limit_ms: int = IDLE_LIMIT_MS,
        warm_up: Iterable[Step] = (),
    ) -> None:
        super().__init__()
        self.graphics = GraphicsBackEnd(self._graphics_use, parent=self)
        self._station, self._jobs, self._changes = station, jobs, changes
        self._registry, self._make_login = registry, make_login
        self.session_view: SessionView | None = None
        self.session: Session | None = None
        self.navigation = Navigation()
        self._monitor_chooser: MonitorChooser | None = None
        self._left: tuple[str, str, OpenStudy | None] | None = None
        self.notices = NoticeBar()
        self._stack = QStackedWidget()
        self._place()
        self._idle = IdleWatch(idle_limit_ms, self)
        self._idle.idle.connect(lambda: self.lock(IDLE_NOTE))
        bind_commands(registry, Context.WINDOW, self, self)
        self.warming_up = AfterStart((), warm_up, self)
        if entering is None:
            self._welcome()
        else:
            entering.succeeded.connect(self.begin)
            entering.failed.connect(self._refuse)
            load_first_screen()  # while the password is checked

    @cached_property
    def login(self) -> LoginView:
        """The login page, made when it is first shown."""
        page = self._make_login()
        page.logged_in.connect(self.begin)
        self._stack.addWidget(page)
        return page

    def _welcome(self, user_id: str = "", note: str = "") -> None:
        self._stack.setCurrentWidget(self.login)
        self.login.welcome(user_id, note)
        QTimer.singleShot(0, partial(mark_start, "login"))

    def _refuse(self, failure: BaseException) -> None:
        self._welcome()
        self.login.show_failure(failure)

    @cached_property
    def palette_view(self) -> CommandPalette:
        """The palette, made when it is first asked for."""
        from readstation.ui.palette.command_palette import CommandPalette  # noqa: PLC0415

        return CommandPalette(self, self._registry, self._station.keys)

    @cached_property
    def key_help(self) -> KeyHelp:
        """The sheet of keys, made when it is first asked for."""
        from readstation.ui.palette.key_help import KeyHelp  # noqa: PLC0415

        return KeyHelp(self, self._registry)

    def _place(self) -> None:
        self.setWindowTitle("ReadStation")
        self.setMinimumSize(*SMALLEST_PX)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self.notices)
        self.setCentralWidget(body)

    def begin(self, session: Session) -> None:
        """Show the screens of a new session; the same person returns to where they were."""
        self.session, self.navigation = session, Navigation()
        self.graphics.follow_settings()
        context = ScreenContext(
            self._station,
            session,
            self._jobs,
            ErrorPresenter(SessionNotices(self, session)),
            self._changes,
            self._registry,
            self.navigation,
            Displays(self._station, self._jobs, graphics=self.graphics),
            self.show_ready,
        )
        view = SessionView(context)
        view.lock_asked.connect(self.lock)
        view.log_out_asked.connect(self.log_out)
        view.monitors_asked.connect(self.choose_monitors)
        self.session_view = view
        self._stack.addWidget(view)
        self._stack.setCurrentWidget(view)
        self._offer_screens(view)
        view.settled.connect(self._idle.watch_input)
        self.notices.clear()
        user_id, screen_id, study = self._left or ("", "", None)
        self._left = None
        is_same_person = user_id == session.user.user_id
        view.start(screen_id if is_same_person else "")
        if is_same_person and study is not None:
            self.navigation.open_study(study.study_instance_uid, study.task)
            self.navigation.go(screen_id)
        self._idle.start()

    def _offer_screens(self, view: SessionView) -> None:
        """Offer the keys of those screens alone that this person's role has."""
        offered = {f"{GO}{screen.id}" for screen in view.screens}
        for action in self.actions():
            if action.objectName().startswith(GO):
                action.setEnabled(action.objectName() in offered)

    def _graphics_use(self) -> GraphicsUse:
        return GraphicsUse(self._station.settings.values().of(GRAPHICS))

    def show_ready(self) -> None:
        """Do from now on what makes the next step faster: the reader can work."""
        if self.session_view is not None:
            self.session_view.show_ready()
        self.warming_up.begin()

    def go(self, screen_id: str) -> None:
        view = self.session_view
        if view is not None and screen_id in [s.id for s in view.screens]:
            self.navigation.go(screen_id)

    def show_palette(self) -> None:
        if self.session_view is not None:
            self.palette_view.open()

    def show_key_help(self) -> None:
        self.key_help.open()

    def choose_monitors(self) -> None:
        """Show what the monitors can show."""
        if self.session_view is not None:
            from readstation.ui.monitors.monitor_chooser import MonitorChooser  # noqa: PLC0415

            places = self.session_view.monitor_places()
            if self._monitor_chooser is None:
                self._monitor_chooser = MonitorChooser(self, self._registry, places)
            self._monitor_chooser.open()

    def use_offered_layout(self, place: int) -> None:
        """Use one of the layouts across monitors, if there are monitors for it."""
        if self.session_view is not None:
            self.session_view.monitor_places().choose_offered(place)

    def dismiss_notice(self) -> None:
        self.notices.dismiss()

    def toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def lock(self, note: str = "The station is locked.") -> None:
        """Hide and clear everything; the same person comes back to the same study."""
        if self.session is None:
            return
        user_id = self.session.user.user_id
        self._left = (user_id, self.navigation.screen_id, self.navigation.open)
        self._end()
        self._welcome(user_id, note)

    def log_out(self) -> None:
        """Hide and clear everything."""
        if self.session is not None:
            self._end()
            self._welcome()

    def _end(self) -> None:
        self._idle.stop()
        if self._monitor_chooser is not None:
            self._monitor_chooser.close()
            self._monitor_chooser.deleteLater()
            self._monitor_chooser = None
        for name in ("palette_view", "key_help"):
            if name in vars(self):
                getattr(self, name).close()
        view, self.session_view = self.session_view, None
        if view is not None:
            view.end()
            self._stack.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.session, self.navigation = None, Navigation()
        self.notices.clear()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.warming_up.stop()
        if self.session_view is not None:
            self._end()
        event.accept()
