"""Commands of the report panel. All keys hold Ctrl or are function keys: safe while typing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from readstation.app.commands import Command, Context
from readstation.domain.urgency import Urgency


class ReportActions(Protocol):
    """What the panel does on command; each is a no-op where the report allows none of it."""

    def add_finding(self) -> None: ...

    def choose_urgency(self, urgency: Urgency) -> None: ...

    def toggle_incidental(self) -> None: ...

    def write_normal(self) -> None: ...

    def save_now(self) -> None: ...

    def send_preliminary(self) -> None: ...

    def request_second_reader(self) -> None: ...

    def request_sign_off(self) -> None: ...


def _urgency(urgency: Urgency) -> Callable[[ReportActions], None]:
    return lambda panel: panel.choose_urgency(urgency)


REPORT_COMMANDS: tuple[Command, ...] = (
    Command(
        "report.add_finding",
        "Add a finding",
        Context.REPORT,
        lambda panel: panel.add_finding(),
        ("Ctrl+Shift+F",),
        "plus",
    ),
    Command(
        "report.critical",
        "Flag the finding critical",
        Context.REPORT,
        _urgency(Urgency.CRITICAL),
        ("Ctrl+Shift+C",),
        "flag",
    ),
    Command(
        "report.significant",
        "Mark the finding significant",
        Context.REPORT,
        _urgency(Urgency.SIGNIFICANT),
        ("Ctrl+Shift+S",),
    ),
    Command(
        "report.routine",
        "Mark the finding routine",
        Context.REPORT,
        _urgency(Urgency.ROUTINE),
        ("Ctrl+Shift+R",),
    ),
    Command(
        "report.incidental",
        "Mark the finding incidental",
        Context.REPORT,
        lambda panel: panel.toggle_incidental(),
        ("Ctrl+Shift+I",),
    ),
    Command(
        "report.normal_text",
        "Insert normal text",
        Context.REPORT,
        lambda panel: panel.write_normal(),
        ("Ctrl+Shift+N",),
    ),
    Command(
        "report.save",
        "Save the report now",
        Context.REPORT,
        lambda panel: panel.save_now(),
        ("Ctrl+S",),
        "save",
    ),
    Command(
        "report.preliminary",
        "Send as preliminary",
        Context.REPORT,
        lambda panel: panel.send_preliminary(),
        ("Ctrl+Shift+P",),
    ),
    Command(
        "report.second_reader",
        "Ask a second reader",
        Context.REPORT,
        lambda panel: panel.request_second_reader(),
        ("Ctrl+Shift+H",),
        "arrow-left-right",
    ),
    Command(
        "report.sign",
        "Sign the report",
        Context.REPORT,
        lambda panel: panel.request_sign_off(),
        ("F12",),
        "pen-line",
    ),
)
