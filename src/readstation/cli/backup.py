"""`readstation backup FOLDER`: a checked copy of the database while it is in use."""

from __future__ import annotations

import argparse
from pathlib import Path

from readstation.app.administration.backups import back_up
from readstation.bootstrap import backups_of, open_station


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a new folder for the backup")


def run(args: argparse.Namespace) -> int:
    backup = back_up(open_station(args.home), backups_of(args.home), None, args.folder)
    print(f"Backup of generation {backup.generation} in {backup.folder}, checked.")
    print("It holds the audit key: keep it as safe as the workspace.")
    print(f"Images are not part of it: copy the folder {args.home / 'images'} as it is.")
    return 0
