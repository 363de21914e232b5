"""Makes `vectors.zip` and `resources/golden_vectors.json` again: run as a program.

`python -m tests.golden.make_golden` needs DCMTK, GDCM, FFmpeg, opj_compress, cjxl and cjpeg, and
for the bounds of lossy images pylibjpeg-libjpeg. Each vector is decoded here by a second program
too, where there is one: that is where the tolerance of a lossy vector comes from.
"""

import base64
import hashlib
import json
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from readstation.adapters.decode.golden_vectors import GoldenVector
from tests.golden.recipes import every_recipe
from tests.golden.second_decoders import VIDEO, bound_of

HERE = Path(__file__).parent
ARCHIVE = HERE / "vectors.zip"
STARTED = HERE.parents[1] / "resources" / "golden_vectors.json"
AT_START_PER_SYNTAX = 6
PREDICTORS = {"1.2.840.10008.1.2.4.57"}
MAY_LOSE = {
    f"1.2.840.10008.1.2.4.{n}" for n in (*range(50, 57), 91, 100, 102, 107, 108, 111, 112, 203)
}
MOMENT = (2026, 1, 1, 0, 0, 0)


def make_vector(recipe):
    """Encode one image; return its row of the index and its bytes, None if it went wrong."""
    encoder, options, encode = recipe["encoder"]
    row = {**recipe, "encoder": encoder}
    image = GoldenVector(**row, codestream=b"").expected()
    unshifted = GoldenVector(**{**row, "lost_bits": 0}, codestream=b"").expected()
    codestream = bytes(encode(unshifted, {"is_signed": False, **row}))
    second, bound = bound_of(codestream, image, row)
    if bound and row["transfer_syntax_uid"] in MAY_LOSE:
        row["tolerance"] = bound + 1
    elif bound and second.split()[0] == encoder.split()[0]:
        return None  # the encoder itself is wrong: FFmpeg's JPEG 2000 beyond 8 bits
    elif bound:
        raise ValueError(f"{second} differs by {bound} from {row}")
    digest = hashlib.sha256(image.tobytes()).hexdigest()
    return row | {"options": options, "second_decoder": second, "sha256": digest}, codestream


def for_the_start(made):
    """Choose a few vectors per transfer syntax: the ones that differ most in how they are made."""
    chosen = {}
    for row, codestream in sorted(made, key=lambda one: one[0]["pattern"] == "blocks"):
        if row["rows"] == 16 or row["transfer_syntax_uid"] in VIDEO:
            of_syntax = chosen.setdefault(row["transfer_syntax_uid"], {})
            of_syntax.setdefault(_what_differs(row), (row, codestream))
    for of_syntax in chosen.values():
        yield from list(of_syntax.values())[:AT_START_PER_SYNTAX]


def _what_differs(row):
    """Return the options where they matter (predictors, containers), else the kind of pixels."""
    if row["transfer_syntax_uid"] in VIDEO | PREDICTORS:
        return row["options"]
    return row["bits"], row.get("samples", 1), row.get("is_signed", False), *_pattern(row)


def _pattern(row):
    return (row["pattern"],) if row["pattern"] == "blocks" else ()


def plain(row, codestream):
    kept = {key: value for key, value in row.items() if key in GoldenVector.__slots__}
    return kept | {"codestream": base64.b64encode(codestream).decode("ascii")}


def write_archive(made):
    index, packed, offset = [], [], 0
    for row, codestream in made:
        index.append(row | {"offset": offset, "length": len(codestream)})
        packed.append(codestream)
        offset += len(codestream)
    with zipfile.ZipFile(ARCHIVE, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        rows = "[\n" + ",\n".join(json.dumps(row) for row in index) + "\n]\n"
        archive.writestr(zipfile.ZipInfo("index.json", MOMENT), rows, zipfile.ZIP_DEFLATED, 9)
        content = zipfile.ZipInfo("codestreams.bin", MOMENT)
        archive.writestr(content, b"".join(packed), zipfile.ZIP_DEFLATED, 9)


def main():
    """Encode everything, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        tried = list(pool.map(make_vector, every_recipe()))
    write([vector for vector in tried if vector is not None])
    print(f"{len(tried)} tried; FFmpeg cannot read some of its own JPEG 2000 back: they are out")
    return 0


def write(made):
    """Write the archive and the choice for the start."""
    write_archive(made)
    started = [plain(row, codestream) for row, codestream in for_the_start(made)]
    lines = ",\n".join(json.dumps(vector) for vector in started)
    STARTED.write_text('{"vectors": [\n' + lines + "\n]}\n", encoding="utf-8")
    print(f"{len(made)} vectors, {len(started)} of them at start")


if __name__ == "__main__":
    sys.exit(main())
