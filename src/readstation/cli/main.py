"""Parses the command line and turns every failure into a sentence, a remedy and an exit code."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from readstation import __version__
from readstation.domain.errors import NotFoundError, ReadStationError, UnreachableError

VERBS: dict[str, str] = {
    "window": "open the program (the default)",
    "demo": "build the bundled demo workspace and open it",
    "worklist": "what waits to be read, in order, with each score and why",
    "study": "show one study, or its priors with reasons",
    "report": "show a report, or write it as text or PDF",
    "calls": "critical results that have to be communicated, with their clocks",
    "handoffs": "studies that wait for another reader, with their due times",
    "tour": "walk through a reading day on the demo workspace, in pictures",
    "user": "list, add and close accounts, set roles and passwords",
    "backup": "copy the database, checked, while it is in use",
    "restore": "bring a backup back; what was there is kept",
    "audit": "verify the audit log, or export it",
    "qa": "signed reports with what stands out, and the figures of a period",
    "import": "bring files, folders, DICOMDIR media and ZIP archives into the workspace",
    "doctor": "check the machine, the installation and the workspace, with what to do",
    "display": "what is known of the screens; record measured luminances of one",
    "frames": "what a recording of frame times says: READSTATION_FRAMES=FILE makes one",
    "render": "write frames as the viewport makes them, or as they are stored",
}
"""Verb to one line of help. Each has a module `readstation.cli.<verb>` with two functions:
`add_arguments(parser)` and `run(args) -> int`; `module_name` says which module."""

NEED_WORKSPACE = frozenset(
    {"worklist", "study", "report", "calls", "handoffs", "backup", "audit", "qa", "display"}
)
"""These look at a workspace that somebody has made; the others may make one."""

EXIT_REFUSED, EXIT_UNREACHABLE, EXIT_INTERRUPTED = 3, 4, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; return 0 only on success."""
    _print_anything()
    gc.disable()  # modules are loaded, and nothing of them is garbage
    try:
        args = _parse(list(sys.argv[1:] if argv is None else argv))
    finally:
        gc.enable()
    try:
        if args.verb in NEED_WORKSPACE:
            _require_workspace(args.home)
        return int(args.run(args))
    except ReadStationError as error:
        print(f"readstation: {error.message} {error.remedy}".rstrip(), file=sys.stderr)
        return EXIT_UNREACHABLE if isinstance(error, UnreachableError) else EXIT_REFUSED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # `readstation worklist | head`: whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_INTERRUPTED


class VerbParser(argparse.ArgumentParser):
    """The parser of one verb; its module is imported only when it is the one that is asked for."""

    module_of_verb = ""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Declare the arguments of the verb first, then parse as usual."""
        if self.module_of_verb:
            module: Any = import_module(self.module_of_verb)
            self.module_of_verb = ""
            module.add_arguments(self)
            self.set_defaults(run=module.run)
        return super().parse_known_args(args, namespace)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="readstation",
        description="A workstation on which radiologists read, report and hand over studies.",
        epilog="Not for diagnostic use without local validation. Exit codes: 0 success, 2 wrong "
        "usage, 3 refused input, 4 unreachable peer.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"readstation {__version__}")
    parser.add_argument(
        "--home", type=Path, default=None, help="the workspace folder; READSTATION_HOME if absent"
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", parser_class=VerbParser)
    argv = argv or ["window"]
    for verb in argv[:1] if argv[0] in VERBS else VERBS:  # where it comes first, one parser will do
        help_line = VERBS[verb]
        made = verbs.add_parser(verb, help=help_line, description=help_line, allow_abbrev=False)
        made.module_of_verb = f"readstation.cli.{module_name(verb)}"
    args = parser.parse_args(argv)
    if not args.verb:
        args = parser.parse_args([*argv, "window"])
    args.home = args.home or default_home(args.verb)
    return args


def _require_workspace(home: Path) -> None:
    """Refuse to look into a folder that holds nothing: a typing error makes no workspace."""
    if not import_module("readstation.bootstrap").has_workspace(home):
        raise NotFoundError(
            f"There is no workspace in {home}.",
            "Name another folder with --home, or make one: readstation demo, import, or user add.",
        )


def _print_anything() -> None:
    """Let no name stop a command: what a terminal cannot show is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def module_name(verb: str) -> str:
    """Return the module of a verb; `import` is a Python keyword."""
    return "import_files" if verb == "import" else verb


def default_home(verb: str = "") -> Path:
    """Return READSTATION_HOME, or where this system keeps program data; the demo has its own."""
    named = os.environ.get("READSTATION_HOME")
    if named:
        return Path(named)
    from platformdirs import user_data_path  # noqa: PLC0415 - half as long as Python's own start

    folder = "readstation-demo" if verb == "demo" else "readstation"
    return user_data_path(folder, appauthor=False)
