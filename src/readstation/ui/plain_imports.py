"""Loads Qt and keeps Python's import as it was. Imported before whatever else of `ui`.

For its switch to snake_case names, PySide puts a function of its own in place of Python's import:
it reads the source of every module that is imported from then on. Nobody switches here, and it
took a tenth of the way to the worklist. What is put back still loads the classes of Qt one by one.
"""

import builtins

from readstation.ui.late_descriptions import late_descriptions

with late_descriptions():
    import PySide6.QtCore  # noqa: F401 - what it does to imports is undone here

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
