"""Imports point down; what is pure stays free of Qt, databases and files."""

import os
import subprocess
import sys

from tests.checkout_files import CHECKOUT

SOURCE = CHECKOUT / "src" / "readstation"
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
IMPORT_ALL_BELOW = """
import importlib, pkgutil, sys
import {package} as package
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
found = {{name.partition(".")[0] for name in sys.modules}}
print(*sorted(found & {foreign!r}))
"""
FOREIGN = {
    "readstation.domain": {"PySide6", "sqlalchemy", "pydicom", "numpy", "cv2", "socket"},
    "readstation.imaging": {"PySide6", "sqlalchemy", "pydicom", "imagecodecs"},
    "readstation.app": {"PySide6", "pyqtgraph", "sqlalchemy", "alembic", "pydicom", "imagecodecs"},
}


def test_import_contracts_are_kept():
    """In a process of its own: import-linter switches off every logger that exists."""
    run = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--config", CHECKOUT / "pyproject.toml", "--no-cache"],
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_importing_a_pure_layer_loads_nothing_foreign():
    for package, foreign in FOREIGN.items():
        run = subprocess.run(
            [sys.executable, "-c", IMPORT_ALL_BELOW.format(package=package, foreign=foreign)],
            env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert run.stdout.split() == [], package
