"""ZIP archives as candidates: read member by member, within limits, names used for display only."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from readstation.app.importing.import_ports import Candidate
from readstation.app.importing.refusals import refusal
from readstation.domain.errors import RefusedInputError

MAGIC = b"PK\x03\x04"
MAX_ENTRIES = 100_000
MAX_TOTAL_BYTES = 16 * 1024**3
MAX_MEMBER_BYTES = 2 * 1024**3
MAX_RATIO = 200
RATIO_MATTERS_FROM = 16 * 1024**2
READ_STEP = 1024**2
ENCRYPTED = 0x1
FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)


def zip_candidates(path: Path, shown: str) -> Iterator[Candidate]:
    """Yield the members of an archive; the whole archive is refused if it promises too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            _check_totals(members)
            budget = Budget(MAX_TOTAL_BYTES)
            for member in members:
                name = f"{shown}: {member.filename}"
                if member.flag_bits & ENCRYPTED:
                    refused = refusal("BAD_ARCHIVE", "it is encrypted")
                    yield Candidate(name, refusal=refused, is_named=False)
                else:
                    reading = partial(_read_member, archive, member, budget)
                    yield Candidate(name, read=reading, is_named=False)
    except FAILURES as problem:
        yield Candidate(shown, refusal=refusal("BAD_ARCHIVE", type(problem).__name__))
    except RefusedInputError as refused:
        yield Candidate(shown, refusal=refused)


class Budget:
    """Bytes that may still be unpacked from one archive."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    def spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise refusal("ARCHIVE_TOO_LARGE")


def _check_totals(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_ENTRIES:
        raise refusal("ARCHIVE_TOO_LARGE", f"{len(members)} entries")
    if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
        raise refusal("ARCHIVE_TOO_LARGE")


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget
) -> Iterator[bytes]:
    """Unpack one member, counting what really comes out: declared sizes are not believed."""
    unpacked = 0
    try:
        with archive.open(member) as file:
            while chunk := file.read(READ_STEP):
                unpacked += len(chunk)
                budget.spend(len(chunk))
                _check_member(unpacked, member.compress_size)
                yield chunk
    except FAILURES as problem:
        raise refusal("BAD_ARCHIVE", type(problem).__name__) from problem


def _check_member(unpacked: int, packed: int) -> None:
    if unpacked > MAX_MEMBER_BYTES:
        raise refusal("ARCHIVE_TOO_LARGE", "one entry")
    if unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * max(packed, 1):
        raise refusal("ARCHIVE_TOO_LARGE", "one entry is packed too tightly")
