"""The tables of body regions, read when they are first needed: no list of what waits needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from readstation.adapters.system.site_files import ANATOMY_NAME
from readstation.app.on_first_use import OnFirstUse

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from readstation.domain.anatomy import Anatomy


def late_anatomy(home: Path, resources: Traversable) -> Callable[[], Anatomy]:
    """Return what reads the tables when they are first needed.

    A site's own file is read at once: what is wrong with it is to be known before work begins.

    Raises
    ------
    SettingError
        If the site's own file is there and cannot be used.
    """

    def load() -> Anatomy:
        from readstation.adapters.system.anatomy_file import load_anatomy  # noqa: PLC0415 - as above

        return load_anatomy(home, resources)

    tables = OnFirstUse(load)
    if (home / ANATOMY_NAME).is_file():
        tables.get()
    return tables.get
