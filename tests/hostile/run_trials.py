"""Runs trials in processes that may die or hang, and tells of each file what became of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.conftest import CHECKOUT
from tests.hostile.trials import Trial, corpus, numbered

PROCESSES = min(os.cpu_count() or 2, 8)
HANGS_AFTER_S = 60.0
STARTS_WITHIN_S = 120.0
POLL_S = 0.05
MEMORY_FOLDER = Path("/dev/shm")


@dataclass
class Outcome:
    """What became of the files of one run."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    slowest_s: float = 0.0
    most_resident_mib: int = 0

    def take(self, line: str) -> None:
        """Take one line that a process wrote."""
        if not line.startswith("{"):
            self.counts[line] += 1
            return
        told = json.loads(line)
        if "wrong" in told:
            self.wrong.append((told["trial"], told["wrong"]))
        else:
            self.slowest_s = max(self.slowest_s, told["slowest_s"])
            self.most_resident_mib = max(self.most_resident_mib, told["resident_mib"])

    def take_death(self, trial: Trial, operation: str, code: int) -> None:
        """Take that a process ended over a file: decoding has a limit of CPU time, and may."""
        if operation in {"decode", "preview"} and code == -signal.SIGXCPU:
            self.counts["TOO_SLOW, ended by the limit of CPU time"] += 1
        else:
            self.wrong.append((str(trial), f"the process ended with {code} at {operation}"))

    @property
    def judged(self) -> int:
        return self.counts.total() + len(self.wrong)

    def report(self) -> str:
        """Return the result as lines."""
        lines = [f"{count:7} {verdict}" for verdict, count in self.counts.most_common()]
        lines += [
            f"{self.judged} files, slowest {self.slowest_s:.2f} s, "
            f"most memory {self.most_resident_mib} MiB, {len(self.wrong)} wrong"
        ]
        lines += [f"{trial}\n    {wrong}" for trial, wrong in self.wrong]
        return "\n".join(lines)


class Track:
    """Every `PROCESSES`th trial, judged by one process after another as they die."""

    def __init__(self, folder: Path, first: int, end: int) -> None:
        self._folder, self._end = folder, end
        folder.mkdir()
        self._output: IO[str] = (folder / "output").open("w+", encoding="utf-8")
        self._start(first)

    def is_over(self, outcome: Outcome) -> bool:
        """Look after the process once; note what it died of and go on behind that."""
        code = self._process.poll()
        number, operation = self._progress()
        if number != self._number:
            self._number, self._since = number, time.monotonic()
        patience_s = STARTS_WITHIN_S if number is None else HANGS_AFTER_S
        if code is None:
            if time.monotonic() - self._since < patience_s:
                return False
            self._process.kill()
            code = self._process.wait()
        self._collect(outcome)
        if code == 0:
            return True
        if number is None:
            outcome.wrong.append(("none", f"the process could not start: {code}"))
            return True
        trial = list(corpus())[number] if number < 0 else numbered(number)
        outcome.take_death(trial, operation, code)
        if number + PROCESSES >= self._end:
            return True
        self._start(number + PROCESSES)
        return False

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._output.close()

    def _start(self, first: int) -> None:
        (self._folder / "progress").unlink(missing_ok=True)
        numbers = [str(number) for number in (first, self._end, PROCESSES)]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "src"), str(CHECKOUT)]),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        command = [sys.executable, "-W", "ignore", "-m", "tests.hostile.trial_process"]
        self._process = subprocess.Popen(
            [*command, str(self._folder), *numbers],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
        )
        self._number: int | None = None
        self._since = time.monotonic()

    def _progress(self) -> tuple[int | None, str]:
        try:
            words = (self._folder / "progress").read_text(encoding="ascii").split()
            return int(words[0]), words[1]
        except (FileNotFoundError, IndexError, ValueError):
            return None, ""

    def _collect(self, outcome: Outcome) -> None:
        self._output.flush()
        self._output.seek(0)
        for line in self._output.read().splitlines():
            outcome.take(line)
        self._output.seek(0)
        self._output.truncate()


def run_trials(first: int, end: int) -> Outcome:
    """Judge the trials from `first` up to `end`; negative numbers are those of the corpus."""
    outcome = Outcome()
    place = MEMORY_FOLDER if MEMORY_FOLDER.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="readstation-trials", dir=place) as folder:
        tracks = list(_tracks(Path(folder), first, end))
        running = list(tracks)
        try:
            while running:
                running = [track for track in running if not track.is_over(outcome)]
                time.sleep(POLL_S)
        finally:
            for track in tracks:
                track.close()
    return outcome


def _tracks(folder: Path, first: int, end: int) -> Iterator[Track]:
    for number in range(first, min(first + PROCESSES, end)):
        yield Track(folder / str(number), number, end)


if __name__ == "__main__":
    print(run_trials(int(sys.argv[1]), int(sys.argv[2])).report())
