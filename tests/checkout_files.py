"""The files of this checkout as a fresh clone has them, with or without git at hand."""

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def committed_files(folder: str = ".") -> Iterator[Path]:
    """Yield every file below a folder of the checkout that .gitignore does not name."""
    patterns = (CHECKOUT / ".gitignore").read_text(encoding="utf-8").split()
    ignored = [".git", *(pattern.strip("/") for pattern in patterns)]
    for place, folders, names in os.walk(CHECKOUT / folder):
        folders[:] = sorted(name for name in folders if not matches(name, ignored))
        yield from (Path(place, name) for name in sorted(names) if not matches(name, ignored))


def matches(name: str, patterns: list[str]) -> bool:
    """Say whether one of the patterns fits a name."""
    return any(fnmatch(name, pattern) for pattern in patterns)
