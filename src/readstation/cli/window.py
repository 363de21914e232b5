"""`readstation`: opens the program."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("--as", dest="user_id", default="", help="fill in this user name")


def run(args: argparse.Namespace) -> int:
    """Open the window and return when it is closed."""
    from readstation.program import run_program  # noqa: PLC0415 - `--help` needs no Qt

    return run_program(args.home, log_in_as=args.user_id)
