"""Measure: `python -m tests.benchmarks [--smoke] [--rows NAME...] [--json FILE]`.

NAME is a subject (`viewing`) or one part of it (`viewing.ct`); without names everything runs.
--smoke runs each part once on small data, to see that it still runs; its times mean nothing. A
rival that is not installed leaves a row that says so.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import (
    decode,
    decode_series,
    fusion,
    index,
    kernel,
    loading,
    meanwhile,
    memory_curve,
    open_memory,
    open_series,
    reformat,
    registration,
    report,
    startup,
    switch,
    viewing,
)
from tests.benchmarks.data import FOLDER_VARIABLE
from tests.benchmarks.row import Row

Measure = Callable[[bool], Iterable[Row]]

# Each part by name; what stands before the dot is its subject.
ROWS: dict[str, Measure] = {
    "startup": startup.measure,
    "decode.frame": decode.measure,
    "decode.series": decode_series.measure,
    "kernel": kernel.measure,
    "index": index.measure,
    "open.1000": open_series.measure_1000,
    "open.300": open_series.measure_300,
    "viewing.ct": viewing.measure_ct,
    "viewing.mg": viewing.measure_mg,
    "viewing.mg_4_up": viewing.measure_mg_4_up,
    "viewing.ct_8_up": viewing.measure_ct_8_up,
    "switch": switch.measure,
    "meanwhile": meanwhile.measure,
    "loading.raw": loading.measure_raw,
    "loading.jpeg_ls": loading.measure_jpeg_ls,
    "loading.jpeg_2000": loading.measure_jpeg_2000,
    "loading.htj2k": loading.measure_htj2k,
    "registration": registration.measure,
    "registration.program": registration.measure_in_program,
    "memory.ct": open_memory.measure,
    "memory.curve": memory_curve.measure,
    "reformat": reformat.measure,
    "fusion": fusion.measure,
}


def main(arguments: list[str] | None = None, parts: Mapping[str, Measure] = ROWS) -> int:
    """Print the table; return 1 if a part failed or a rival that is required did not run."""
    options = parser(parts).parse_args(arguments)
    if options.data:
        os.environ[FOLDER_VARIABLE] = str(options.data.resolve())
    on, date = report.machine(), datetime.now(UTC)
    rows, failed = measured(chosen(options.rows, parts), parts, smoke=options.smoke)
    print(report.verdict(rows))
    if options.json:
        text = report.as_json(rows, on, date, smoke=options.smoke)
        options.json.write_text(text, encoding="utf-8")
    if options.markdown:
        options.markdown.write_text(report.as_markdown(rows, on, date), encoding="utf-8")
    if options.require_rivals:
        failed += [f"{row.name}, {row.rival_name}: {row.not_run}" for row in rows if row.not_run]
    for line in failed:
        print(f"Could not be measured: {line}", file=sys.stderr)
    return int(bool(failed))


def measured(
    names: list[str], parts: Mapping[str, Measure], *, smoke: bool
) -> tuple[list[Row], list[str]]:
    """Run these parts and print each row as it comes; return them, and what failed."""
    rows: list[Row] = []
    failed: list[str] = []
    for name in names:
        try:
            for row in parts[name](smoke):
                rows.append(row)
                print(report.as_text(row), flush=True)
        except (RuntimeError, OSError) as error:
            failed.append(f"{name}: {error}")
    return rows, failed


def parser(parts: Mapping[str, Measure]) -> argparse.ArgumentParser:
    """Return what reads the command line."""
    made = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    made.add_argument("--smoke", action="store_true", help="one round of everything, small")
    names = sorted({*parts, *(name.partition(".")[0] for name in parts)})
    made.add_argument("--rows", choices=names, nargs="+", metavar="NAME", help=", ".join(names))
    made.add_argument("--data", type=Path, help="where the images are kept from run to run")
    made.add_argument("--json", type=Path, help="also write the rows to this file")
    made.add_argument("--markdown", type=Path, help="also write the table to this file")
    made.add_argument(
        "--require-rivals", action="store_true", help="fail where a rival is not installed"
    )
    return made


def chosen(names: list[str] | None, parts: Mapping[str, Measure]) -> list[str]:
    """Return the parts to run, in the table's order."""
    if names is None:
        return list(parts)
    return [name for name in parts if {name, name.partition(".")[0]} & set(names)]


if __name__ == "__main__":
    sys.exit(main())
