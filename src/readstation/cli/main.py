"""Parses the command line and turns every failure into a sentence, a remedy and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from readstation import __version__
from readstation.domain.errors import ReadStationError, UnreachableError

VERBS: dict[str, str] = {
    "window": "open the program (the default)",
    "demo": "build the bundled demo workspace and open it",
    "worklist": "what waits to be read, in order, with each score and why",
    "study": "show one study, or its priors with reasons",
    "report": "show a report, or write it as text or PDF",
    "calls": "critical results that have to be communicated, with their clocks",
    "handoffs": "studies that wait for another reader, with their due times",
    "user": "list, add and close accounts, set passwords",
    "backup": "copy the database, checked, while it is in use",
    "restore": "bring a backup back; what was there is kept",
    "audit": "verify the audit log",
    "import": "bring files, folders, DICOMDIR media and ZIP archives into the workspace",
    "doctor": "check the machine, the decoders and every stored image",
    "render": "write frames as the viewport makes them, or as they are stored",
}
"""Verb to one line of help. Each has a module `readstation.cli.<verb>` with two functions:
`add_arguments(parser)` and `run(args) -> int`. A trailing underscore avoids Python keywords."""

EXIT_REFUSED, EXIT_UNREACHABLE = 3, 4


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; return 0 only on success."""
    args = _parser(list(sys.argv[1:] if argv is None else argv))
    try:
        return int(args.run(args))
    except ReadStationError as error:
        print(f"readstation: {error.message} {error.remedy}".rstrip(), file=sys.stderr)
        return EXIT_UNREACHABLE if isinstance(error, UnreachableError) else EXIT_REFUSED


def _parser(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="readstation",
        description="A workstation on which radiologists read, report and hand over studies.",
        epilog="Not for diagnostic use without local validation.",
    )
    parser.add_argument("--version", action="version", version=f"readstation {__version__}")
    parser.add_argument(
        "--home", type=Path, default=None, help="the workspace folder; READSTATION_HOME if absent"
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    wanted = next((a for a in argv if a in VERBS), None)
    for verb, help_line in VERBS.items():
        verb_parser = verbs.add_parser(verb, help=help_line, description=help_line)
        if verb == wanted:  # importing every verb would make each of them slow to start
            module: Any = import_module(f"readstation.cli.{module_name(verb)}")
            module.add_arguments(verb_parser)
            verb_parser.set_defaults(run=module.run)
    if wanted is None and not {"-h", "--help", "--version"} & set(argv):
        argv = [*argv, "window"]
        return _parser(argv)
    args = parser.parse_args(argv)
    args.home = args.home or default_home(args.verb or "")
    return args


def module_name(verb: str) -> str:
    """Return the module of a verb; `import` is a Python keyword."""
    return "import_files" if verb == "import" else verb


def default_home(verb: str = "") -> Path:
    """Return READSTATION_HOME, or where this system keeps program data; the demo has its own."""
    named = os.environ.get("READSTATION_HOME")
    folder = "readstation-demo" if verb == "demo" else "readstation"
    return Path(named) if named else user_data_path(folder, appauthor=False)
