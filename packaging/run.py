"""Set ReadStation up if need be, then open it on the demo workspace.

Arguments are passed on to `readstation demo`. Without a display, one reading day is walked through
instead (`readstation tour`), and its pictures are kept.
"""

from __future__ import annotations

import os
import subprocess
import sys

import setup_environment
import system_parts

PICTURES = setup_environment.CHECKOUT / "build" / "tour"


def main(arguments: list[str]) -> int:
    """Return the exit code of ReadStation."""
    python = setup_environment.prepare(setup_environment.RUN_LOCK)
    environment = dict(os.environ)
    if system_parts.has_display():
        verb = ["demo", *arguments]
    else:
        print(f"There is no display here: the tour's pictures go to {PICTURES}", flush=True)
        environment["QT_QPA_PLATFORM"] = "offscreen"
        verb = ["tour", "--out", str(PICTURES), *arguments]
    try:
        return subprocess.run(
            [str(python), "-m", "readstation", *verb], env=environment, check=False
        ).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
