"""The table of measurements: as text, as Markdown for the README, as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.benchmarks.row import HEADINGS, Row

PACKAGES = ("PySide6-Essentials", "numpy", "opencv-python-headless", "pyqtgraph", "vtk")


def machine() -> dict[str, object]:
    """Return what the figures depend on, without a name of the machine."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": memory_gib(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := installed(name))},
    }


def processor() -> str:
    """Return the processor's name where the system tells it."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text(encoding="utf-8").splitlines() if facts.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def memory_gib() -> float | None:
    """Return the size of the machine's memory where the system tells it."""
    if not hasattr(os, "sysconf"):
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)


def installed(package: str) -> str:
    """Return the version of a package, nothing where it is absent."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def as_json(rows: Sequence[Row], on: dict[str, object], date: datetime, *, smoke: bool) -> str:
    """Return the whole run."""
    document = {
        "machine": on,
        "date": date.astimezone(UTC).isoformat(timespec="seconds"),
        "smoke": smoke,
        "rows": [row.as_json() for row in rows],
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def as_markdown(rows: Sequence[Row], on: dict[str, object], date: datetime) -> str:
    """Return the table for a page, with the machine and the date."""
    lines = [
        f"Measured {date:%Y-%m-%d} with `python -m tests.benchmarks` on {on['system']}, "
        f"{on['processor']}, {on['cores']} cores, {on['memory_gib']} GiB, load {on['load']} at the "
        f"start, no GPU; Python {on['python']}, {packages_of(on)}.",
        "",
        markdown_line(HEADINGS),
        markdown_line(["---"] * len(HEADINGS)),
        *(markdown_line(row.cells()) for row in rows),
        "",
        verdict(rows),
    ]
    return "\n".join(lines) + "\n"


def verdict(rows: Sequence[Row]) -> str:
    """Return how many targets were reached; one of several rivals is a target of its own."""
    met = sum(row.met is True for row in rows)
    missed = sum(row.met is False for row in rows)
    absent = sum(bool(row.not_run) for row in rows)
    return f"{met} targets met, {missed} missed, {absent} rows not run."


def packages_of(on: dict[str, object]) -> str:
    packages = on["packages"]
    assert isinstance(packages, dict)
    return ", ".join(f"{name} {found}" for name, found in packages.items())


def markdown_line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def as_text(row: Row) -> str:
    """Return one line for the terminal."""
    name, ours, beside, ratio, target, met, note = row.cells()
    return f"{name:52} {ours:>12}  {beside:30} {ratio:26} {target:12} {met:7} {note}".rstrip()
