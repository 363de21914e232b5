"""`python -m readstation` and the `readstation` command."""

from __future__ import annotations

import sys

from readstation.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
