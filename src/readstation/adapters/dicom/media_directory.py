"""The files that a DICOMDIR names (PS3.3 F.3, PS3.10 8)."""

from __future__ import annotations

from pathlib import Path

from readstation.adapters.dicom.attributes import parse_header, quiet_parsing
from readstation.adapters.dicom.part10 import open_part10
from readstation.app.importing.refusals import refusal

MAX_RECORDS = 200_000


def read_media_directory(path: Path) -> list[list[str]]:
    """Return the components of every Referenced File ID (0004,1500), as written and unchecked."""
    opened = open_part10(path)
    try:
        with quiet_parsing():
            attributes = parse_header(opened)
            if "DirectoryRecordSequence" not in attributes:
                raise refusal("NOT_DICOM", "no directory records")
            records = attributes.items("DirectoryRecordSequence")
            if len(records) > MAX_RECORDS:
                raise refusal("TOO_MANY_ELEMENTS", "directory records")
            named = (list(record.texts("ReferencedFileID")) for record in records)
            return [components for components in named if components]
    finally:
        opened.source.close()
