"""A screen's context on the small station of the reading room."""

from readstation.app.changes import ChangeFeed
from readstation.app.commands import CommandRegistry
from readstation.app.navigation import Navigation
from readstation.ui.calls.calls_commands import CALLS_COMMANDS
from readstation.ui.errors import ErrorPresenter
from readstation.ui.screens import ScreenContext


class Notices:
    """Keeps what the reader is told."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []

    def show_notice(self, text: str, remedy: str) -> None:
        self.shown.append((text, remedy))


def a_context(room, jobs, user_id="first", commands=CALLS_COMMANDS, notices=None) -> ScreenContext:
    return ScreenContext(
        station=room.station,
        session=room.session(user_id),
        jobs=jobs,
        errors=ErrorPresenter(notices or Notices()),
        changes=ChangeFeed(),
        registry=CommandRegistry(commands),
        navigation=Navigation(),
    )
