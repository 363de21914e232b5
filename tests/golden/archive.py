"""Reads the golden vectors that `make_golden` wrote."""

import json
import zipfile
from functools import cache
from pathlib import Path

from readstation.adapters.decode.golden_vectors import GoldenVector

ARCHIVE = Path(__file__).parent / "vectors.zip"


@cache
def stored_vectors():
    """Return (row of the index, vector) of every vector."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        rows = json.loads(archive.read("index.json"))
        content = archive.read("codestreams.bin")
    return tuple((row, _vector(row, content)) for row in rows)


def _vector(row, content):
    fields = {key: value for key, value in row.items() if key in GoldenVector.__slots__}
    start = row["offset"]
    return GoldenVector(**fields, codestream=content[start : start + row["length"]])
