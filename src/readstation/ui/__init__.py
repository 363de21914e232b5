"""Widgets. PySide6 and pyqtgraph live here and nowhere else."""

import builtins

import PySide6.QtCore  # noqa: F401 - it puts its own function in place of Python's import

# For its switch to snake_case names, PySide reads the source of every module that is imported from
# then on. Nobody switches here, so imports are Python's again: a fifth of the way to the worklist.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
