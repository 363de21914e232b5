"""`readstation restore FOLDER`: bring a backup back; what was there is kept aside."""

from __future__ import annotations

import argparse
from datetime import UTC
from pathlib import Path

from readstation.app.administration.accounts import COMMAND_LINE
from readstation.app.administration.backups import record_restore
from readstation.bootstrap import backups_of, open_station, system_clock


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the folder of the backup")
    parser.add_argument(
        "--accept-older",
        action="store_true",
        help="go back although this workspace has changes that the backup lacks",
    )


def run(args: argparse.Namespace) -> int:
    now = system_clock().now()
    backup, kept = backups_of(args.home).restore(args.folder, now, accept_older=args.accept_older)
    record_restore(open_station(args.home), backup, COMMAND_LINE)
    made_at = backup.made_at.astimezone(UTC)
    print(f"Restored generation {backup.generation}, made {made_at:%Y-%m-%d %H:%M} UTC.")
    print(f"What was here before is kept in {kept}.")
    return 0
