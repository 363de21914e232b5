"""A station that keeps no decoded frames on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readstation.domain.late_dataclass import dataclass

if TYPE_CHECKING:
    from readstation.imaging.frame import StoredFrame


@dataclass(frozen=True, slots=True)
class NoScratch:
    """Implements the port `FrameScratch` by holding nothing."""

    def holds(self, _content_sha256: str, _frame_number: int) -> bool:
        return False

    def read(self, _content_sha256: str, _frame_number: int) -> StoredFrame | None:
        return None

    def write(self, _content_sha256: str, _frame_number: int, _frame: StoredFrame) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""


NO_SCRATCH = NoScratch()
