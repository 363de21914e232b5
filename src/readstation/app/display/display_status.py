"""Use cases: what is known of a display now, its history, and all displays there are."""

from __future__ import annotations

from readstation.app.station import Station
from readstation.domain.display import Display, DisplayCheck, DisplayStanding, standing_of


def display_status(station: Station, display: Display) -> DisplayStanding:
    """Return what the checks of this display say now."""
    return standing_of(display, display_history(station, display), station.clock.now())


def display_history(station: Station, display: Display) -> tuple[DisplayCheck, ...]:
    """Return every check of this display, newest first."""
    with station.unit_of_work() as work:
        return work.display_checks.of_display(display.key)


def all_displays(station: Station) -> tuple[DisplayStanding, ...]:
    """Return the standing of every display that was ever checked here, by name."""
    with station.unit_of_work() as work:
        checks = work.display_checks.all()
    newest: dict[str, Display] = {}
    for check in checks:
        newest.setdefault(check.display.key, check.display)
    now = station.clock.now()
    return tuple(
        standing_of(display, [c for c in checks if c.display.key == key], now)
        for key, display in sorted(newest.items())
    )
