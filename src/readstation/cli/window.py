"""`readstation`: opens the program."""

from __future__ import annotations

import argparse
import gc
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--as", dest="user_id", default="", help="fill in this user name")


def run(args: argparse.Namespace) -> int:
    """Open the window and return when it is closed."""
    return open_program(args.home, args.user_id)


def open_program(home: Path, user_id: str) -> int:
    """Load Qt, open the window and return when it is closed."""
    gc.disable()  # until the first screen can be used: looking for garbage takes a twentieth of it
    from readstation.program import run_program  # noqa: PLC0415 - `--help` needs no Qt

    return run_program(home, log_in_as=user_id)
