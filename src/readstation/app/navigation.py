"""Where the reader is: the screen, the open study, and what waits on other screens."""

from __future__ import annotations

from collections.abc import Callable

from readstation.domain.claim import ClaimTask
from readstation.domain.late_dataclass import dataclass

Listener = Callable[[], None]
READ_SCREEN_ID = "read"


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """Which study is to be on the reading screen, and for what."""

    study_instance_uid: str
    task: ClaimTask


class Navigation:
    """State: the current screen, the study asked for, the counts on the rail.

    Listeners are called after a change, on the GUI thread, and read the new state from here.
    """

    def __init__(self) -> None:
        self.screen_id = ""
        self.open: OpenStudy | None = None
        self.following: OpenStudy | None = None
        """What "next study" opens: it may be made ready before it is asked for."""
        self.upcoming: tuple[OpenStudy, ...] = ()
        """The studies of the list that come next, `following` first."""
        self.counts: dict[str, int] = {}
        self._screen_listeners: list[Listener] = []
        self._study_listeners: list[Listener] = []
        self._count_listeners: list[Listener] = []
        self._following_listeners: list[Listener] = []

    def go(self, screen_id: str) -> None:
        """Show a screen; does nothing if it is shown already."""
        if screen_id != self.screen_id:
            self.screen_id = screen_id
            _call(self._screen_listeners)

    def open_study(self, study_instance_uid: str, task: ClaimTask = ClaimTask.READ) -> None:
        """Ask for a study and show the reading screen, which claims it."""
        wanted = OpenStudy(study_instance_uid, task)
        if wanted != self.open:
            self.open = wanted
            _call(self._study_listeners)
        self.go(READ_SCREEN_ID)

    def close_study(self) -> None:
        """Leave the open study; the reading screen gives it back."""
        if self.open is not None:
            self.open = None
            _call(self._study_listeners)

    def set_following(
        self, following: OpenStudy | None, further: tuple[OpenStudy, ...] = ()
    ) -> None:
        """Say which study comes after the open one, None at the end of the list, and after it."""
        upcoming = (following, *further) if following is not None else ()
        if (following, upcoming) != (self.following, self.upcoming):
            self.following, self.upcoming = following, upcoming
            _call(self._following_listeners)

    def open_following(self) -> bool:
        """Go on to the next study; False if there is none."""
        if self.following is None:
            return False
        self.open_study(self.following.study_instance_uid, self.following.task)
        return True

    def set_count(self, screen_id: str, count: int) -> None:
        """Say how many things wait on a screen; shown on the rail."""
        if self.counts.get(screen_id, 0) != count:
            self.counts[screen_id] = count
            _call(self._count_listeners)

    def listen_screen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after the screen has changed; returns how to stop."""
        return _add(self._screen_listeners, listener)

    def listen_study(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after another study was asked for, or none; returns how to stop."""
        return _add(self._study_listeners, listener)

    def listen_following(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after another study comes next; returns how to stop."""
        return _add(self._following_listeners, listener)

    def listen_counts(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after a count has changed; returns how to stop."""
        return _add(self._count_listeners, listener)


def _add(listeners: list[Listener], listener: Listener) -> Callable[[], None]:
    listeners.append(listener)
    return lambda: listeners.remove(listener)


def _call(listeners: list[Listener]) -> None:
    for listener in list(listeners):
        listener()
