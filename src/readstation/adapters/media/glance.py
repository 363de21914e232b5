"""A glance at the first bytes of a file: what it seems to be, and which study it names."""

from __future__ import annotations

import os
import re

from readstation.adapters.dicom.header_scan import ScannedHeader, UnusualHeaderError
from readstation.adapters.dicom.index_scan import (
    HEAD_BYTES,
    SOP_INSTANCE_UID,
    STUDY_INSTANCE_UID,
    IndexScan,
)
from readstation.adapters.media.zip_archive import MAGIC as ZIP_MAGIC
from readstation.app.importing.import_ports import Glance

DICOM_MARK = slice(128, 132), b"DICM"
FIRST_GROUPS = frozenset({b"\x02\x00", b"\x08\x00", b"\x10\x00", b"\x00\x08"})
"""How a data set without a preamble begins; the last one is big endian."""
UID = re.compile(rb"[0-9.]{1,64}")
STRANGER = Glance(is_dicom=False)
UNUSUAL = Glance(is_dicom=True)


def glance_at(descriptor: int, scan: IndexScan) -> Glance | None:
    """Look at an open file; None where it is a ZIP archive."""
    head = os.read(descriptor, HEAD_BYTES)
    if head.startswith(ZIP_MAGIC):
        return None
    place, mark = DICOM_MARK
    if head[place] != mark:
        return UNUSUAL if head[:2] in FIRST_GROUPS else STRANGER
    try:
        found = scan.scan_open_file(descriptor, head, os.fstat(descriptor).st_size)
    except UnusualHeaderError:
        return UNUSUAL
    return Glance(True, _uid(found, STUDY_INSTANCE_UID), _uid(found, SOP_INSTANCE_UID))


def _uid(found: ScannedHeader, tag: int) -> str:
    uid = found.values.get(tag, b"").rstrip(b"\0 ")
    return uid.decode("ascii") if UID.fullmatch(uid) else ""
