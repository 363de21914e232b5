"""Use cases: what is known of a display now, its history, and all displays there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from readstation.app.station import Station
from readstation.domain.display import Display, DisplayCheck, DisplayStanding, standing_of

if TYPE_CHECKING:
    from readstation.imaging.output import DisplayOutput


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


@dataclass(frozen=True, slots=True)
class Driven:
    """A display's standing and what it takes, which follows from it."""

    standing: DisplayStanding
    output: DisplayOutput


def driven_displays(station: Station, displays: Iterable[Display]) -> tuple[Driven, ...]:
    """Return the standing of each display with its correction table, if it needs one."""
    return tuple(Driven(s, output_of(s)) for s in (display_status(station, d) for d in displays))


def output_of(standing: DisplayStanding) -> DisplayOutput:
    """Return what a display takes: its own levels, or those its measured table calls for."""
    # numpy and OpenCV are for what draws; `readstation doctor` only asks for the standing
    from readstation.imaging.display_function import driving_level_table  # noqa: PLC0415
    from readstation.imaging.output import TEN_BIT, UNCORRECTED, DisplayOutput  # noqa: PLC0415

    depth = standing.display.bit_depth
    if standing.table is None:
        return TEN_BIT if depth == TEN_BIT.bit_depth else UNCORRECTED
    return DisplayOutput(depth, driving_level_table(standing.table, depth))
