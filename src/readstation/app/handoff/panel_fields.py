"""What stands in a panel that is being filled in. No Qt: the panel follows this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

Fields = TypeVar("Fields", bound=Any)


class PanelFields(Generic[Fields]):
    """State: one frozen dataclass of fields. Listeners hear every change."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self._listeners: list[Callable[[], None]] = []

    def on_change(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def change(self, **changes: object) -> None:
        """Replace some of the fields, by name."""
        fields = replace(self.fields, **changes)
        if fields != self.fields:
            self.fields = fields
            for listener in list(self._listeners):
                listener()
