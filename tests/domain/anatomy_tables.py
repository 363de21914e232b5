"""The tables of body regions that come with the program, for tests of the rules that use them."""

from functools import cache
from pathlib import Path

from readstation.adapters.system.anatomy_file import load_anatomy
from readstation.domain.anatomy import Anatomy
from readstation.resource_files import resources


@cache
def shipped_anatomy() -> Anatomy:
    return load_anatomy(Path("no such workspace"), resources())
