"""How much memory a process and all its children hold; only Linux tells it exactly."""

from dataclasses import dataclass
from pathlib import Path

PROCESSES = Path("/proc")
KIB_PER_MB = 1e6 / 1024


@dataclass(frozen=True)
class HeldMemory:
    """Proportional set size: a page that several processes share counts in parts."""

    total_mb: float
    anonymous_mb: float


def can_tell() -> bool:
    return (PROCESSES / "self" / "smaps_rollup").is_file()


def memory_of(process_id: int) -> HeldMemory:
    """Return what a process and its descendants hold together."""
    total = anonymous = 0
    for one in descendants(process_id):
        try:
            text = (PROCESSES / str(one) / "smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue  # it has just ended
        lines = (line.split() for line in text.splitlines()[1:])
        sizes = {words[0]: int(words[1]) for words in lines}
        total += sizes["Pss:"]
        anonymous += sizes["Pss_Anon:"]
    return HeldMemory(total / KIB_PER_MB, anonymous / KIB_PER_MB)


def descendants(process_id: int) -> set[int]:
    """Return a process and all that it started, directly or not."""
    parents: dict[int, int] = {}
    for folder in PROCESSES.iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            parents[int(folder.name)] = int(text.rpartition(")")[2].split()[1])
    found = {process_id}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found
