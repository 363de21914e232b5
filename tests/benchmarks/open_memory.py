"""Memory with a CT of 1,000 slices open, all of them loaded: 524 MB of pixels.

Included: proportional set size of the program with its decode workers, and of the browser with all
its processes and its page. Ours is one image box with the product's loader and an open workspace,
not the whole window; the import ran in a process before. Left out: the HTTP server.
"""

from contextlib import closing
from tempfile import TemporaryDirectory

from tests.benchmarks import targets
from tests.benchmarks.contender import AbsentError, Contender, screen
from tests.benchmarks.data import ct, files_of
from tests.benchmarks.loading import CORNERSTONE, OURS, RIVALS, our_loading
from tests.benchmarks.process_memory import HeldMemory, can_tell, memory_of
from tests.benchmarks.row import Row, not_run, row


def measure(smoke: bool) -> list[Row]:
    """Return one row beside Cornerstone3D; only ours in a smoke run."""
    name = "memory, 1,000-slice CT open"
    if not can_tell():
        return [not_run(name, CORNERSTONE, "this system does not tell", targets.MEMORY_1000)]
    files = [str(path) for path in files_of(ct(1000, smoke=smoke))]
    with screen() as variables, TemporaryDirectory() as home:
        loaded(our_loading(variables), files, home)  # imports
        ours = loaded(our_loading(variables), files, home)
        note = f"{ours.anonymous_mb:.0f} MB of it anonymous"
        if smoke:
            return [row(name, [ours.total_mb], note=note, unit="MB", target=targets.MEMORY_1000)]
        try:
            theirs = loaded(RIVALS[CORNERSTONE](variables), files, home)
        except AbsentError as reason:
            return [not_run(name, CORNERSTONE, str(reason), targets.MEMORY_1000)]
    return [
        row(
            name,
            [ours.total_mb],
            CORNERSTONE,
            [theirs.total_mb],
            note,
            unit="MB",
            target=targets.MEMORY_1000,
        )
    ]


def loaded(contender: Contender, files: list[str], home: str) -> HeldMemory:
    """Let a contender load everything; return what it holds then, and end it."""
    with closing(contender):
        contender.call("start", width=900, height=900, workers=2)
        if contender.name == OURS:
            contender.call("prepare", files=files, home=home)
        answer = contender.call("load", files=files)
        if answer["failed"]:
            raise RuntimeError(f"{contender.name}: {answer['failed']} images did not load")
        return memory_of(contender.process_id)
