"""`readstation doctor`: whether the machine, the installation and the workspace are in order."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator

from readstation.app.administration.health import (
    Health,
    HealthRow,
    check_decoders,
    check_guard,
    check_images,
    failed,
    failed_unless,
    warning,
)
from readstation.app.administration.workspace_health import (
    check_audit,
    check_clock,
    check_database,
    check_disk,
    check_displays,
    check_records,
    check_resources,
)
from readstation.bootstrap import (
    database_facts,
    display_facts,
    graphics_standing,
    has_workspace,
    workspace_at,
)
from readstation.cli.main import EXIT_REFUSED
from readstation.domain.errors import ReadStationError
from readstation.resource_files import resources
from readstation.ui.display_probe import DisplayFacts

OLDEST_PYTHON = (3, 11)
FIRST_UNTRIED_QT = (6, 12)
FONT = "Inter"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--full", action="store_true", help="read every stored image, not a sample")
    parser.add_argument("--json", action="store_true", help="one JSON line per finding")


def run(args: argparse.Namespace) -> int:
    """Print what was found; return 3 if something has failed."""
    has_failed = False
    for row in _rows(args):
        has_failed = has_failed or row.health is Health.FAILED
        if args.json:
            made = {
                "subject": row.subject,
                "health": row.health.value,
                "found": row.found,
                "remedy": row.remedy,
            }
            print(json.dumps(made, ensure_ascii=False), flush=True)
        else:
            mark = row.health.value
            print(f"{mark:8} {row.subject}: {row.found}. {row.remedy}".rstrip(), flush=True)
    return EXIT_REFUSED if has_failed else 0


def _rows(args: argparse.Namespace) -> Iterator[HealthRow]:
    yield _python()
    facts = display_facts()
    yield from check_display(facts)
    yield HealthRow("Images painted by", graphics_standing(args.home).text)
    yield check_resources(resources())
    if not has_workspace(args.home):
        yield warning(
            "Workspace",
            f"there is none in {args.home}",
            "`readstation demo` or `readstation import` makes one; or name another with --home.",
        )
        return
    yield HealthRow("Workspace", str(args.home))
    yield check_disk(args.home)
    try:
        yield from check_database(database_facts(args.home))
        with workspace_at(args.home) as workspace:
            station = workspace.station
            one_row: tuple[Callable[[], HealthRow], ...] = (
                lambda: check_audit(station),
                lambda: check_records(station),
                lambda: check_clock(station),
            )
            for look in one_row:
                yield look()
            if facts.platform != "offscreen":
                yield from check_displays(station, facts.displays)
            yield from check_decoders(workspace.workers)
            yield check_guard(workspace.workers)
            yield from check_images(station, workspace.images, every=args.full)
    except ReadStationError as error:
        yield failed("Workspace", f"cannot be used: {error.message.rstrip('.')}", error.remedy)


def _python() -> HealthRow:
    is_new = sys.version_info[:2] >= OLDEST_PYTHON
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return failed_unless(is_new, "Python", found, "Install Python 3.11 or newer.")


def check_display(facts: DisplayFacts) -> Iterator[HealthRow]:
    """Yield what Qt says of itself, of the display and of the fonts."""
    if facts.failure:
        yield failed(
            "Qt", facts.failure, "Start with packaging/run.py, which installs what it needs."
        )
        return
    version = tuple(int(part) for part in facts.qt_version.split(".")[:2])
    found = f"{facts.qt_version}, platform {facts.platform}"
    if version >= FIRST_UNTRIED_QT:
        yield failed("Qt", found, "Install PySide6-Essentials 6.11: later ones are not tried here.")
    else:
        yield HealthRow("Qt", found)
    if facts.platform == "offscreen":
        yield warning("Display", "none", "Only the tour and the verbs without a window run here.")
    else:
        found = ", ".join(
            f"{d.name} {d.width_px}x{d.height_px}, {d.bit_depth} bit" for d in facts.displays
        )
        yield HealthRow("Display", found or "none")
    has_look = facts.font_family == FONT and facts.has_icons
    yield failed_unless(
        has_look, "Fonts and icons", f"{facts.font_family}", "Install ReadStation again."
    )
