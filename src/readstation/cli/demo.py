"""`readstation demo`: builds the bundled demo workspace and opens it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from readstation.app.demo.demo_accounts import read_demo_accounts
from readstation.app.demo.demo_age import DemoAge, demo_age, is_fresh
from readstation.app.demo.demo_folder import (
    empty_demo_folder,
    is_demo_folder,
    mark_as_being_built,
)
from readstation.app.jobs import JobContext
from readstation.bootstrap import demo_tools, system_clock, workspace_at
from readstation.cli.window import open_program
from readstation.resource_files import resources

AGED = (
    "This demo workspace is some time old and somebody has worked in it, so it is left as it is: "
    "its orders have gone on ageing. `readstation demo --reset` builds it anew."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument(
        "--reset", action="store_true", help="build it anew; what was done in it is lost"
    )
    parser.add_argument(
        "--no-window", action="store_true", help="build it, print the accounts, and stop"
    )
    parser.add_argument(
        "--as", dest="user_id", default="", metavar="USER", help="log in with this demo account"
    )


def run(args: argparse.Namespace) -> int:
    """Build what is missing, print the accounts, open the window."""
    prepare_demo(args.home, reset=args.reset)
    print_accounts(args.home)
    if args.no_window:
        return 0
    return open_program(args.home, args.user_id)


def prepare_demo(home: Path, *, reset: bool = False) -> None:
    """Make `home` a demo workspace that is fresh, or one that somebody has worked in."""
    if is_fresh(home, system_clock().now()) and not reset:
        return
    if is_demo_folder(home) and not reset:
        with workspace_at(home) as workspace:
            age = demo_age(workspace.station)
        if not age.should_be_rebuilt:
            if age is DemoAge.AGED_IN_USE:
                print(AGED)
            return
    if reset or is_demo_folder(home):
        _empty(home)
    mark_as_being_built(home)
    print(f"Building the demo workspace in {home}", flush=True)
    from readstation.app.demo.build_demo import build_demo  # noqa: PLC0415 - built only once

    with workspace_at(home) as workspace:
        build_demo(workspace.station, demo_tools(workspace), JobContext(_show_progress))
    _end_progress()


def print_accounts(home: Path) -> None:
    """Say how to log in: these passwords are no secret."""
    print(f"Demo workspace: {home}\nAccounts (real only in a demo workspace):")
    for account in read_demo_accounts(resources()):
        roles = ", ".join(sorted(role.value for role in account.user.roles))
        print(f"  {account.user.user_id:9} {account.password:19} {roles}")
    print("Not for diagnostic use. People and orders are invented.", flush=True)


def _empty(home: Path) -> None:
    if is_demo_folder(home) or (home.exists() and any(home.iterdir())):
        empty_demo_folder(home)


def _show_progress(done: int, total: int, text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total} {text[:60]:60}", end="", file=sys.stderr, flush=True)


def _end_progress() -> None:
    if sys.stderr.isatty():
        print(f"\r{'':70}\r", end="", file=sys.stderr, flush=True)
