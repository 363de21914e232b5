"""One decode worker seen from the program: started without waiting, replaced when it dies."""

from __future__ import annotations

import json
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading  # noqa: TID251 - a lock for the pipe; no thread is started
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

import readstation
from readstation.adapters.decode.request_inbox import WITHDRAW, WITHDRAWN, to_bytes
from readstation.adapters.decode.shared_arrays import Place, SharedArrays
from readstation.app.importing.refusals import REFUSALS, refusal
from readstation.domain.errors import RefusedInputError

MODULE = "readstation.adapters.decode.worker"
START_S = 30.0
DEATH_S = 5.0
SLOTS = 3
"""How many files carry pixels: one is read and one filled, and one more is there for a program
that is slow to read because it is busy with the screen."""
MAX_REPLY_BYTES = 64 * 1024**2
PIXELS_MODE = "readstation-pixels"
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
KEEP_FREED_MEMORY = {
    # For the GNU C library: buffers of the size of a frame are used again, not faulted in anew.
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024**2),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 1024**2),
}


class Withdrawn(Exception):  # noqa: N818 - not an error: another request was more urgent
    """Leaves the wait for a reply to a request that was withdrawn before the worker began it."""


class WorkerProcess:
    """A running worker, its connection and the pixels it shares."""

    def __init__(self) -> None:
        self._pixels = [_open_pixels() for _ in range(SLOTS)]
        self._connection, process_end = multiprocessing.Pipe()
        self._process = _spawn(process_end, self._pixels)
        process_end.close()
        self._shared = [SharedArrays(descriptor) for descriptor, _path in self._pixels]
        self._answered = False
        self._sent = 0
        self._unanswered: deque[int] = deque()
        self._may_be_withdrawn = 0
        self._sending = threading.Lock()
        if sys.platform != "win32":  # what `Connection.poll` makes anew for each call
            self._poller = select.poll()
            self._poller.register(self._connection.fileno(), select.POLLIN)

    @property
    def process_id(self) -> int:
        return self._process.pid

    def ask(self, request: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """Send one request and wait for its reply; see `receive`."""
        self.send(request)
        return self.receive(timeout_s)

    def send(self, request: dict[str, Any]) -> None:
        """Send a request, also while the worker is at another. What fails is told by `receive`."""
        with self._sending:
            self._sent += 1
            self._unanswered.append(self._sent)
            with suppress(OSError):
                self._connection.send_bytes(to_bytes(self._sent, request))

    def withdraw(self) -> None:
        """Take back what a run of frames has queued; safe while another thread waits for a reply.

        What the worker has begun it ends. A request that waits alone is left alone.
        """
        with self._sending:
            if len(self._unanswered) < 2 or self._may_be_withdrawn:
                return
            self._may_be_withdrawn = len(self._unanswered)
            with suppress(OSError):
                self._connection.send_bytes(to_bytes(0, {"operation": WITHDRAW}))

    def receive(self, timeout_s: float) -> dict[str, Any]:
        """Wait for the reply to the oldest unanswered request.

        Raises
        ------
        RefusedInputError
            What the worker says of the file; TOO_SLOW or DECODER_DIED if it says nothing. After
            those two the worker is gone.
        Withdrawn
            If the request was withdrawn.
        """
        allowed = timeout_s if self._answered else timeout_s + START_S
        try:
            if not self._has_reply(allowed):
                self.close()
                raise refusal("TOO_SLOW", f"over {timeout_s:g} s")
            number, reply = json.loads(self._connection.recv_bytes(MAX_REPLY_BYTES))
        except (EOFError, OSError, RecursionError, TypeError, ValueError) as problem:
            self.close()
            raise self._refusal_of_death() from problem
        self._answered = True
        may_be_withdrawn = self._note_answer(number)
        if "refused" in reply:
            raise _typed(reply["refused"])
        if WITHDRAWN in reply:
            raise Withdrawn if may_be_withdrawn else refusal("DECODER_DIED")
        answer: dict[str, Any] = reply
        return answer

    def _note_answer(self, number: Any) -> bool:
        """Count a reply to the oldest request; return whether that may have been withdrawn."""
        with self._sending:
            if number != self._unanswered.popleft():  # pixels of another frame, or nonsense
                raise refusal("DECODER_DIED")
            may_be = self._may_be_withdrawn > 0
            self._may_be_withdrawn -= may_be
            return may_be

    def _refusal_of_death(self) -> RefusedInputError:
        """Tell a worker that computed for too long from one that crashed."""
        if sys.platform != "win32" and self._process.returncode == -signal.SIGXCPU:
            return refusal("TOO_SLOW", "the decoder computed for too long")
        return refusal("DECODER_DIED")

    def _has_reply(self, timeout_s: float) -> bool:
        if self._connection.closed:
            raise EOFError
        if sys.platform == "win32":
            return self._connection.poll(timeout_s)
        return bool(self._poller.poll(timeout_s * 1000))

    def take_arrays(self, places: list[Place], slot: int = 0) -> dict[str, NDArray[Any]]:
        """Return copies of the arrays that the last reply to a request for `slot` named."""
        try:
            return self._shared[slot].read(places)
        except (TypeError, ValueError, KeyError, OSError) as problem:
            raise refusal("DECODER_DIED") from problem

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None and not self._connection.closed

    def kill(self) -> None:
        """Cut short what the worker does; safe while another thread waits for its reply."""
        self._process.kill()

    def close(self) -> None:
        """End the worker; it has nothing to save."""
        if self._connection.closed:
            return
        self._connection.close()
        self._process.kill()
        self._process.wait(DEATH_S)
        for shared, (descriptor, path) in zip(self._shared, self._pixels, strict=True):
            shared.close()
            os.close(descriptor)
            if path is not None:
                path.unlink(missing_ok=True)


@contextmanager
def understood() -> Iterator[None]:
    """Take an answer that makes no sense for what it is: the worker is broken."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
        raise refusal("DECODER_DIED", "its answer makes no sense") from problem


def _typed(refused: Any) -> RefusedInputError:
    """Return the refusal that a worker sent, as far as it is one."""
    if isinstance(refused, list) and len(refused) == 3 and refused[0] in REFUSALS:
        code, message, remedy = (str(part) for part in refused)
        return RefusedInputError(code, message, remedy)
    return refusal("DECODER_DIED")


def _open_pixels() -> tuple[int, Path | None]:
    """Open the file that carries pixels: without a name where the system can, else temporary."""
    if sys.platform == "linux":
        return os.memfd_create(PIXELS_MODE), None
    descriptor, name = tempfile.mkstemp(prefix=PIXELS_MODE)
    return descriptor, Path(name)


def _spawn(end: Connection, pixels: list[tuple[int, Path | None]]) -> subprocess.Popen[bytes]:
    handle = end.fileno()
    where = [str(descriptor if path is None else path) for descriptor, path in pixels]
    command = [sys.executable, "-P", "-m", MODULE, str(handle), *where]
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            env=_environment(),
            startupinfo=startup,
            stdin=subprocess.DEVNULL,
            creationflags=subprocess.BELOW_NORMAL_PRIORITY_CLASS,
        )
    kept = (handle, *(descriptor for descriptor, path in pixels if path is None))
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        env=_environment(),
        pass_fds=kept,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=None if os.environ.get("READSTATION_WORKER_TRACE") else subprocess.DEVNULL,
    )


def _environment() -> dict[str, str]:
    """Pass on what a process needs to start, nothing else: no tokens, no proxies."""
    needed = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LD_LIBRARY_PATH")
    passed = {name: os.environ[name] for name in needed if name in os.environ}
    root = str(Path(readstation.__file__).resolve().parents[1])
    return {**passed, **KEEP_FREED_MEMORY, **ONE_THREAD, "PYTHONPATH": root}
