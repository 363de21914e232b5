"""`readstation frames`: what a recording of READSTATION_FRAMES says."""

from __future__ import annotations

import argparse
from pathlib import Path

from readstation.app.viewport.frame_times import parse_lines, summary_of
from readstation.domain.errors import ReadStationError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("file", type=Path, metavar="FILE")


def run(args: argparse.Namespace) -> int:
    """Print the summary."""
    try:
        text = args.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadStationError(
            f"{args.file} cannot be read as a frame recording.",
            "Name a file that READSTATION_FRAMES made.",
        ) from error
    for line in summary_of(*parse_lines(text.splitlines())):
        print(line)
    return 0
