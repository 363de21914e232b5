"""A process that judges a range of trials: `python -m tests.hostile.trial_process FOLDER FROM TO`.

It stands where a decode worker stands. What it is busy with lies in the file `progress`, so that
its parent knows which file it died of, or hangs on; what it found goes to standard output.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from readstation.adapters.decode.worker import DEFAULT_MEMORY_BYTES
from readstation.adapters.decode.worker_limits import limit_process
from tests.hostile.memory import resident_mib
from tests.hostile.trials import corpus, numbered
from tests.hostile.verdict import Judge, WrongError

FILE_BYTES = 512 * 1024**2


def main(folder: Path, first: int, end: int, step: int) -> None:
    """Judge every `step`th trial; negative numbers are those of the corpus."""
    kept = list(corpus())
    limit_process(memory_bytes=DEFAULT_MEMORY_BYTES, file_bytes=FILE_BYTES)
    progress = os.open(folder / "progress", os.O_WRONLY | os.O_CREAT)
    number = first

    def begin(operation: str) -> None:
        os.pwrite(progress, f"{number} {operation:<20}".encode(), 0)

    judge = Judge(folder, begin)
    for number in range(first, end, step):
        trial = kept[number] if number < 0 else numbered(number)
        try:
            print(judge.judge(trial), flush=True)
        except WrongError as wrong:
            tell(wrong=str(wrong), trial=str(trial))
        if number % 500 < step or number + step >= end:
            tell(slowest_s=round(judge.slowest_s, 3), resident_mib=resident_mib())


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(argument) for argument in sys.argv[2:]))
