"""Where the files of the top-level folder `resources` are, however the program was installed."""

from functools import cache
from pathlib import Path

PACKED_NAME = "resources"


@cache
def resources() -> Path:
    """Return the folder `resources`: packed into the installed package, or in the checkout."""
    package = Path(__file__).parent
    packed = package / PACKED_NAME
    return packed if packed.is_dir() else package.parents[1] / PACKED_NAME
