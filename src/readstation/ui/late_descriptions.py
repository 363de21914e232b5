"""Leaves out what PySide knows in words of its functions, until somebody asks.

PySide brings that as the text of seven modules, compiled anew at each start: a fifth of the way to
the worklist. It words the error for wrong arguments, answers `help`, and writes stubs for editors.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from threading import RLock  # noqa: TID251 - a lock; no thread is started
from types import ModuleType
from typing import Any

PACKAGE = "shibokensupport.signature"
PARTS = (
    "errorhandler",
    "layout",
    "lib.enum_sig",
    "lib.pyi_generator",
    "lib.tool",
    "mapping",
    "parser",
)
LATE = frozenset(f"{PACKAGE}.{part}" for part in PARTS)
CALLED_FROM_C = {f"{PACKAGE}.mapping": "update_mapping"}
"""Functions that PySide's C++ takes out of a module's dictionary, where nothing can be late."""


@contextmanager
def late_descriptions() -> Iterator[None]:
    """While this is open, PySide's first import leaves them out.

    A PySide that brings them in another way, or under other names, loads them as it ever did.
    """
    finders = sys.meta_path
    sys.meta_path = _Finders(finders)
    try:
        yield
    finally:
        finders[:] = sys.meta_path
        sys.meta_path = finders


def is_filled(module: ModuleType) -> bool:
    """Return whether a module has its content, unlike a late one that nobody has looked into."""
    return "__getattr__" not in vars(module)


class _Finders(list[Any]):
    """Where Python looks for modules; PySide puts its own finder first for a moment."""

    def insert(self, index: Any, finder: Any) -> None:
        super().insert(index, _LateFinder(finder))

    def remove(self, finder: Any) -> None:
        super().remove(next(one for one in self if getattr(one, "finder", one) is finder))


class _LateFinder:
    def __init__(self, finder: Any) -> None:
        self.finder = finder

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        spec = self.finder.find_spec(name, path, target)
        if spec is not None and name in LATE:
            spec.loader = _LateLoader(spec.loader)
        return spec


class _LateLoader:
    """Makes a module whose content comes with the first look for anything in it."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: Any) -> None:
        name, is_begun, lock = module.__name__, False, RLock()

        def fill() -> None:
            nonlocal is_begun
            with lock:
                if not is_begun:
                    is_begun = True
                    self._fill(module, name)

        def look_for(attribute: str) -> Any:
            if not attribute.startswith("__"):  # what Python itself asks of any module
                fill()
            if attribute in vars(module):
                return vars(module)[attribute]
            raise AttributeError(f"module {name!r} has no attribute {attribute!r}")

        def call(*arguments: Any) -> Any:
            fill()
            return vars(module)[called](*arguments)

        called = CALLED_FROM_C.get(name, "")
        if called:
            setattr(module, called, call)
        module.__getattr__ = look_for

    def _fill(self, module: Any, name: str) -> None:
        """Run the module under the name it had: PySide moves it into a package of its own."""
        spec = module.__spec__
        moved_to, spec.name = spec.name, name
        try:
            self._loader.exec_module(module)
        finally:
            spec.name = moved_to
        del module.__getattr__
