"""What a first pass over many files wants to know of each, as raw values in a tenth of the time."""

from __future__ import annotations

import os
import re
import stat

from readstation.adapters.dicom.byte_source import BINARY, NO_FOLLOW, NO_WAIT
from readstation.adapters.dicom.header_memory import HeaderMemory
from readstation.adapters.dicom.header_scan import (
    CS,
    ScannedHeader,
    UnusualHeaderError,
)

SPECIFIC_CHARACTER_SET = 0x00080005
SOP_CLASS_UID, SOP_INSTANCE_UID = 0x00080016, 0x00080018
STUDY_INSTANCE_UID, SERIES_INSTANCE_UID = 0x0020000D, 0x0020000E
INDEX_TAGS = frozenset(
    {
        SPECIFIC_CHARACTER_SET,
        0x00080008,  # Image Type
        SOP_CLASS_UID,
        SOP_INSTANCE_UID,
        0x00080020,  # Study Date
        0x00080021,  # Series Date
        0x00080030,  # Study Time
        0x00080050,  # Accession Number
        0x00080060,  # Modality
        0x00081030,  # Study Description
        0x0008103E,  # Series Description
        0x00100010,  # Patient's Name
        0x00100020,  # Patient ID
        0x00100021,  # Issuer of Patient ID
        0x00100030,  # Patient's Birth Date
        0x00100040,  # Patient's Sex
        0x00180015,  # Body Part Examined
        STUDY_INSTANCE_UID,
        SERIES_INSTANCE_UID,
        0x00200011,  # Series Number
        0x00200013,  # Instance Number
        0x00200032,  # Image Position (Patient)
        0x00280008,  # Number of Frames
        0x00280010,  # Rows
        0x00280011,  # Columns
    }
)
CHARACTER_SET_NAMES = re.compile(rb"[A-Z0-9_ \\]*\0?")  # PS3.5 6.2, code strings
READ = os.O_RDONLY | NO_FOLLOW | NO_WAIT | BINARY
HEAD_BYTES = 8 * 1024
MAX_HEAD_BYTES = 1024 * 1024


class IndexScan:
    """Scans one file after another; those of one series in no time. Not for several threads."""

    def __init__(self) -> None:
        self._memory = HeaderMemory(INDEX_TAGS)

    def scan(self, head: bytes, size: int) -> ScannedHeader:
        """Return the raw values of the index tags of a file of `size` bytes, beginning with `head`.

        Raises
        ------
        UnusualHeaderError
            If pydicom has to read it, or nobody can.
        """
        found = self._memory.scan(head, size)
        if found.vrs.get(SPECIFIC_CHARACTER_SET, CS) != CS:  # all texts hang on it
            raise UnusualHeaderError("a character set of another VR")
        if not CHARACTER_SET_NAMES.fullmatch(found.values.get(SPECIFIC_CHARACTER_SET, b"")):
            raise UnusualHeaderError("a character set that no name stands for")
        return found

    def scan_open_file(self, descriptor: int, head: bytes, size: int) -> ScannedHeader:
        """Scan a file of which `head` was read just now; read more where the header is long."""
        try:
            return self.scan(head, size)
        except UnusualHeaderError as unusual:
            if not unusual.needs_more:
                raise
        return self.scan(head + os.read(descriptor, MAX_HEAD_BYTES - len(head)), size)

    def scan_file(self, path: str | os.PathLike[str]) -> ScannedHeader:
        """Scan an ordinary file.

        Raises
        ------
        UnusualHeaderError, OSError
        """
        descriptor = os.open(path, READ)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnusualHeaderError("no ordinary file")
            return self.scan_open_file(descriptor, os.read(descriptor, HEAD_BYTES), status.st_size)
        finally:
            os.close(descriptor)
