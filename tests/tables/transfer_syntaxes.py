"""Every transfer syntax: its decoder, its golden vectors, and the files of shared/data.

``python -m tests.tables.transfer_syntaxes`` prints the table as Markdown; a test asserts that no
file differs from what two other decoders agreed on.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.transfer_syntaxes import BY_UID, REFUSED
from readstation.domain.errors import RefusedInputError
from readstation.domain.transfer_syntax import TRANSFER_SYNTAXES, TransferSyntax
from tests.conftest import find_shared_data
from tests.golden.archive import stored_vectors
from tests.golden.encoders import SAME_LIBRARY

EXACT, DIFFERS = "exact", "differs"
HEADS = ("transfer syntax", "decoder", "golden vectors", "encoders", "files", "exact", "refused")
SHARED_VECTORS = {
    **dict.fromkeys(range(100, 102), 100),
    **dict.fromkeys(range(102, 107), 102),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: EXACT, DIFFERS, or the code of its refusal."""

    path: str
    transfer_syntax_uid: str
    result: str
    reason: str = ""


def files_with_pixels(data: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of the manifest whose pixels two other decoders agree on."""
    with (data / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["pixel_sha256"])


def outcomes(data: Path, workers: DecodeWorkers) -> Iterator[Outcome]:
    """Decode every file and compare the hash of all its frames."""
    for row in files_with_pixels(data):
        uid, path = row["transfer_syntax"], row["path"]
        try:
            same = hash_of_pixels(workers, data / path) == row["pixel_sha256"]
        except RefusedInputError as refused:
            yield Outcome(path, uid, refused.code, refused.message)
        else:
            yield Outcome(path, uid, EXACT if same else DIFFERS)


def hash_of_pixels(workers: DecodeWorkers, path: Path) -> str:
    """Return the SHA-256 of the stored values of all frames."""
    digest = hashlib.sha256()
    for index in range(workers.number_of_frames(path)):
        digest.update(workers.decode(path, index, as_shown=False)[0].tobytes())
    return digest.hexdigest()


def table(found: list[Outcome]) -> str:
    """Return one line per registered transfer syntax, and the reasons of refusals."""
    by_syntax: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        by_syntax[outcome.transfer_syntax_uid].append(outcome)
    vectors, encoders = _golden_vectors()
    lines = [f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|"]
    lines += [_line(s, by_syntax[s.uid], vectors, encoders) for s in TRANSFER_SYNTAXES]
    refused = [o for o in found if o.result not in {EXACT, DIFFERS}]
    lines += ["", *(f"- `{o.path}`: {o.reason}" for o in refused)]
    marked = sorted({f"- {name}: {why}" for name, why in SAME_LIBRARY.items()})
    lines += ["", "Encoders marked with a star; these vectors are borne out by a second decoder:"]
    return "\n".join([*lines, *marked])


def _golden_vectors() -> tuple[Counter[str], dict[str, set[str]]]:
    vectors: Counter[str] = Counter()
    encoders: dict[str, set[str]] = defaultdict(set)
    for row, vector in stored_vectors():
        vectors[vector.transfer_syntax_uid] += 1
        star = "*" if row["encoder"] in SAME_LIBRARY else ""
        encoders[vector.transfer_syntax_uid].add(row["encoder"] + star)
    return vectors, encoders


def _line(
    syntax: TransferSyntax,
    found: list[Outcome],
    vectors: Counter[str],
    encoders: dict[str, set[str]],
) -> str:
    name = f"{syntax.name} {syntax.uid.removeprefix('1.2.840.10008.')}"
    if syntax.uid in REFUSED:
        return f"| {name} | none: {REFUSED[syntax.uid]} | | | {len(found) or ''} | | |"
    source = _source_of_vectors(syntax.uid)
    counts = Counter(outcome.result for outcome in found)
    differing = f", {counts[DIFFERS]} differ" if counts[DIFFERS] else ""
    refused = sum(counts.values()) - counts[EXACT] - counts[DIFFERS]
    made_by = ", ".join(sorted(encoders[source]))
    numbers = f"{len(found)} | {counts[EXACT]}{differing} | {refused}" if found else " | | "
    decoder = BY_UID[syntax.uid].codec.value
    return f"| {name} | {decoder} | {vectors[source]} | {made_by} | {numbers} |"


def _source_of_vectors(uid: str) -> str:
    """Return the syntax whose vectors prove this one: videos of one coding share theirs."""
    head, _, number = uid.removesuffix(".1").rpartition(".")
    if ".4.10" in uid and number.isdigit() and int(number) in SHARED_VECTORS:
        return f"{head}.{SHARED_VECTORS[int(number)]}"
    return uid


def main() -> None:
    data = find_shared_data()
    if data is None:
        raise SystemExit("shared/data does not lie beside this checkout")
    with closing(DecodeWorkers(1)) as workers:
        print(table(list(outcomes(data, workers))))


if __name__ == "__main__":
    main()
