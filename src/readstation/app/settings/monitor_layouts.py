"""The layouts across monitors that a station remembers, one for each arrangement of monitors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from readstation.domain.errors import StoreError
from readstation.domain.monitors import Arrangement, MonitorLayout

MOST_REMEMBERED = 40
"""Arrangements; the one that was chosen for longest ago is forgotten first."""


class MonitorLayoutStore(Protocol):
    """The remembered layouts of one workspace: code of the layout by key of the arrangement."""

    def codes(self) -> Mapping[str, str]:
        """Return what is stored, oldest first; nothing in it has been checked."""
        ...

    def save(self, codes: Mapping[str, str]) -> None:
        """Store all of them. Raises StoreError; nothing has changed then."""
        ...


class NoMonitorLayouts:
    """Where no workspace is open nothing is remembered."""

    def codes(self) -> Mapping[str, str]:
        return MappingProxyType({})

    def save(self, codes: Mapping[str, str]) -> None:  # noqa: ARG002 - see the port
        raise StoreError("This station keeps no layouts.", "Open a workspace first.")


NOTHING_REMEMBERED: Final = NoMonitorLayouts()


def remembered_layout(store: MonitorLayoutStore, arrangement: Arrangement) -> MonitorLayout | None:
    """Return the layout that was last chosen for these monitors in these places, if any."""
    code = store.codes().get(arrangement.key, "")
    try:
        layout = MonitorLayout.of_code(code)
    except ValueError:
        return None
    return layout if layout.fits(len(arrangement)) else None


def remember_layout(
    store: MonitorLayoutStore, arrangement: Arrangement, layout: MonitorLayout
) -> None:
    """Keep `layout` for these monitors in these places.

    Raises
    ------
    StoreError
        If it could not be stored.
    """
    codes = dict(store.codes())
    codes.pop(arrangement.key, None)
    codes[arrangement.key] = layout.code
    store.save(dict(list(codes.items())[-MOST_REMEMBERED:]))
