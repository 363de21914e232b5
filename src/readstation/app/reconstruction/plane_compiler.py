"""What makes machine code of the loops that sample planes, before a reader waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from readstation.app.jobs import JobContext


class PlaneCompiler(Protocol):
    """Compiles beside the program, once after each installation."""

    def begin(self) -> None:
        """See to it that machine code is made; return at once."""
        ...

    def wait(self, kind: str, job: JobContext) -> None:
        """Return when the code for a kind of number is there, or will not come."""
        ...


class NoCompiler:
    """Leaves compiling to the first plane."""

    def begin(self) -> None:
        """Do nothing."""

    def wait(self, kind: str, job: JobContext) -> None:
        """Do not wait."""
        del kind, job
