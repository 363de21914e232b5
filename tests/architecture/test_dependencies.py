"""Each dependency is used, and justified in the README; nothing else is imported."""

import ast
import re
import sys
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.checkout_files import CHECKOUT, committed_files

IMPORT_NAMES = {
    "argon2-cffi": "argon2",
    "opencv-python-headless": "cv2",
    "pyside6-essentials": "PySide6",
}
COMES_WITH_QT = {"shiboken6"}
DATA_ALONE = {"tzdata"}  # read by zoneinfo where the system has no zones


def project():
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def declared():
    return {canonicalize_name(Requirement(text).name) for text in project()["dependencies"]}


def imported():
    found = set()
    for path in committed_files("src"):
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"readstation", "__future__"} - COMES_WITH_QT


def test_what_is_imported_is_exactly_what_is_declared():
    assert imported() == {IMPORT_NAMES.get(name, name) for name in declared() - DATA_ALONE}


def test_each_dependency_has_its_line_under_parts_in_the_readme():
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    parts = readme.partition("\n## Parts\n")[2].partition("\n## ")[0]
    justified = {
        canonicalize_name(name) for name in re.findall(r"^\| ([\w-]+) \| .{10,}", parts, re.M)
    }
    tests = {
        canonicalize_name(Requirement(t).name) for t in project()["optional-dependencies"]["test"]
    }
    assert declared() | tests <= justified
