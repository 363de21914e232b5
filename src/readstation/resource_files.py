"""Where the files of the top-level folder `resources` are, however the program was installed."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

PACKED_NAME = "resources"


@cache
def resources() -> Traversable:
    """Return the folder `resources`: packed into the installed package, or in the checkout."""
    package = files("readstation")
    packed = package / PACKED_NAME
    if packed.is_dir():
        return packed
    return Path(str(package)).parents[1] / PACKED_NAME
