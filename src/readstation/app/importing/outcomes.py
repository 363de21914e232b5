"""What became of each file of an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum


class ImportResult(Enum):
    IMPORTED = "imported"
    DUPLICATE = "already here"
    CONFLICT = "conflict: other bytes under the same UID, both kept"
    REFUSED = "refused"
    SKIPPED = "skipped: not DICOM"


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One file and what became of it; `code`, `reason` and `remedy` where it was not taken in."""

    name: str
    result: ImportResult
    code: str = ""
    reason: str = ""
    remedy: str = ""
    study_instance_uid: str = ""
    sop_instance_uid: str = ""
    is_displayable: bool = True
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The outcomes of one import, in the order of the files."""

    outcomes: tuple[FileOutcome, ...] = field(default=())

    def count(self, result: ImportResult) -> int:
        return sum(outcome.result is result for outcome in self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Return True if nothing was refused and nothing conflicts."""
        return not (self.count(ImportResult.REFUSED) or self.count(ImportResult.CONFLICT))

    @property
    def study_instance_uids(self) -> tuple[str, ...]:
        """Return the studies that something was added to, each once."""
        added = {ImportResult.IMPORTED, ImportResult.CONFLICT}
        uids = (o.study_instance_uid for o in self.outcomes if o.result in added)
        return tuple(dict.fromkeys(uids))

    def summary(self) -> str:
        """Return one line for the reader.

        >>> ImportReport().summary()
        'Nothing was found to import.'
        """
        counts = Counter(outcome.result for outcome in self.outcomes)
        if not counts:
            return "Nothing was found to import."
        words = [
            (ImportResult.IMPORTED, "imported"),
            (ImportResult.DUPLICATE, "already here"),
            (ImportResult.CONFLICT, "in conflict"),
            (ImportResult.REFUSED, "refused"),
            (ImportResult.SKIPPED, "not DICOM"),
        ]
        parts = [f"{counts[result]} {word}" for result, word in words if counts[result]]
        return f"{len(self.outcomes)} files: {', '.join(parts)}."
