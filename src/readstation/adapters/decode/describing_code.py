"""Which code describes images: a fingerprint that changes whenever that code does."""

from __future__ import annotations

import hashlib
import secrets
import sys
import zlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import readstation

SOURCES = (
    "adapters/dicom",
    "adapters/decode",
    "app/importing",
    "app/viewport/image_description.py",
    "domain",
    "imaging",
)
"""Everything of this program that has a part in a description."""
PACKAGES = ("pydicom", "imagecodecs", "numpy", "opencv-python-headless")


@cache
def describing_code() -> str:
    """Return the fingerprint, computed once per process; a few milliseconds.

    Without sources to tell by it is another one in every process: nothing kept is believed then.
    """
    return fingerprint(Path(readstation.__file__).parent, _versions()) or secrets.token_hex(16)


def fingerprint(package: Path, versions: str) -> str:
    """Return a hash over the sources in `package` and the versions; empty without sources."""
    digest = hashlib.sha256(versions.encode())
    count = 0
    for path in _sources(package):
        content = path.read_bytes()
        digest.update(f"\n{path.relative_to(package).as_posix()} {len(content)}\n".encode())
        digest.update(content)
        count += 1
    return digest.hexdigest()[:32] if count else ""


def _sources(package: Path) -> Iterator[Path]:
    for name in SOURCES:
        place = package / name
        yield from [place] if place.is_file() else sorted(place.rglob("*.py"))
        yield from [] if place.is_file() else sorted(place.rglob("*.json"))


def _versions() -> str:
    """Return what else a description depends on, as text."""
    named = [f"python {sys.version_info[:3]}", f"zlib {zlib.ZLIB_RUNTIME_VERSION}"]
    return "\n".join([*named, *(f"{name} {_version(name)}" for name in PACKAGES)])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
