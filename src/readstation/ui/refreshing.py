"""Reads from the database for a widget that follows what others change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from readstation.app.jobs import JobContext, Lane
from readstation.ui.screens import ScreenContext


class Refreshing(QObject):
    """One read at a time; whatever was asked for meanwhile is one more read after it."""

    def __init__(
        self,
        context: ScreenContext,
        read: Callable[[JobContext], Any],
        take: Callable[[Any], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context, self._read, self._take = context, read, take
        self._is_reading = self._is_stale = self._is_over = False

    def refresh(self) -> None:
        """Read again, and give what was found to `take`; a failure is shown by the presenter."""
        if self._is_reading:
            self._is_stale = True
            return
        self._is_reading, self._is_stale = True, False
        job = self._context.jobs.start(Lane.DATABASE, self._read)
        job.succeeded.connect(self._take)
        job.failed.connect(self._context.errors.show)
        job.ended.connect(self._read_again_if_stale)

    def stop(self) -> None:
        """Start no further read: the session is over."""
        self._is_over = True

    def _read_again_if_stale(self) -> None:
        self._is_reading = False
        if self._is_stale and not self._is_over:
            self.refresh()
