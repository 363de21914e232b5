"""What the use cases about displays need from outside."""

from __future__ import annotations

from typing import Protocol

from readstation.domain.display import DisplayCheck


class DisplayCheckRepository(Protocol):
    """Checks are added and read; the database refuses any change."""

    def add(self, check: DisplayCheck) -> None: ...

    def of_display(self, display_key: str) -> tuple[DisplayCheck, ...]:
        """Return the checks of one display, the last one kept first."""
        ...

    def all(self) -> tuple[DisplayCheck, ...]:
        """Return every check, the last one kept first."""
        ...
