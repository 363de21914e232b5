"""Report panels under test: a real database, a real job runner, and what the panel said."""

import threading
from dataclasses import dataclass, field, replace

from readstation.app.changes import ChangeFeed
from readstation.app.commands import CommandRegistry, Context
from readstation.app.navigation import Navigation
from readstation.app.report.open_report import open_report
from readstation.domain.errors import StoreError
from readstation.ui.command_binding import bind_commands
from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner
from readstation.ui.report.report_commands import REPORT_COMMANDS
from readstation.ui.report.report_panel import ReportPanel
from readstation.ui.screens import ScreenContext
from tests.app.report.report_station import READER, SEEN, UID


@dataclass
class Notices:
    """Keeps what was shown to the reader."""

    shown: list = field(default_factory=list)

    def show_notice(self, text, remedy):
        self.shown.append((text, remedy))


class Gate:
    """Stands between the station and its database: commits wait, or fail, on demand."""

    def __init__(self, desk):
        self._open = desk.station.unit_of_work
        self.may_commit = threading.Event()
        self.may_commit.set()
        self.failure = None
        self.commits_begun = 0
        desk.station = replace(desk.station, unit_of_work=self.unit_of_work)

    def unit_of_work(self):
        work, gate = self._open(), self

        class Gated(type(work)):
            def commit(self):
                gate.commits_begun += 1
                gate.may_commit.wait(10)
                if gate.failure is not None:
                    raise gate.failure
                super().commit()

        work.__class__ = Gated
        return work

    def break_disk(self):
        self.failure = StoreError("The disk is full.", "Free some space.")


class PanelDesk:
    """A desk with one panel on it."""

    def __init__(self, qtbot, desk):
        self.qtbot, self.desk = qtbot, desk
        self.gate = Gate(desk)
        self.notices, self.feed = Notices(), ChangeFeed()
        self.runner = JobRunner()
        self.session = desk.session(READER)
        registry = CommandRegistry(REPORT_COMMANDS)
        self.context = ScreenContext(
            desk.station,
            self.session,
            self.runner,
            ErrorPresenter(self.notices),
            self.feed,
            registry,
            Navigation(),
        )
        self.on_screen = SEEN
        self.panel = ReportPanel(self.context, lambda: self.on_screen)
        bind_commands(registry, Context.REPORT, self.panel, self.panel)
        qtbot.addWidget(self.panel)
        self.panel.resize(440, 1000)
        self.panel.show()
        qtbot.waitExposed(self.panel)
        self.panel.activateWindow()

    def open(self, uid=UID):
        """Claim a study and show its report."""
        claim = self.desk.claim(uid=uid)
        opened = open_report(self.desk.station, self.session, claim)
        self.panel.show_report(opened)
        return opened

    @property
    def saved_label(self):
        return self.panel.header.saved_label.text()

    def editor(self, section):
        return self.panel.form.sections[section].editor

    def wait_saved(self):
        self.qtbot.waitUntil(lambda: self.panel.is_safe, timeout=5000)

    def stored(self):
        return self.desk.draft(self.panel.model.state.base.report_id)

    def stop(self):
        self.gate.failure = None
        self.gate.may_commit.set()
        self.runner.shutdown()
