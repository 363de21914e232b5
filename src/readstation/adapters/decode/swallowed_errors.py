"""Errors that a native codec prints instead of raising them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from readstation.app.importing.refusals import refusal

if TYPE_CHECKING:
    from sys import UnraisableHookArgs


@contextmanager
def refuse_swallowed_errors() -> Iterator[None]:
    """Refuse the frame if a codec met an error that it could not raise.

    The HTJ2K decoder of imagecodecs 2026.3.6 then returns the lines it has, the rest black.
    """
    swallowed: list[str] = []

    def note(error: UnraisableHookArgs) -> None:
        swallowed.append(error.exc_type.__name__)

    before = sys.unraisablehook
    sys.unraisablehook = note
    try:
        yield
    finally:
        sys.unraisablehook = before
    if swallowed:
        raise refusal("CORRUPT_FRAME", f"the decoder gave up with {swallowed[0]}")
