"""What is measured against what: one process for each, all alive at once, asked in turn.

A contender answers `call(what, **arguments)` with plain values: `load`, `window`, `scroll`,
`picture`. It measures its own steps; what passes between the processes is in no figure.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

from tests.checkout_files import CHECKOUT

PATIENCE_S = 20


class AbsentError(RuntimeError):
    """This contender cannot run here; the text says why."""


class Contender(Protocol):
    """One side of a comparison."""

    name: str

    @property
    def process_id(self) -> int: ...

    def call(self, what: str, **arguments: Any) -> dict[str, Any]: ...

    def close(self) -> None: ...


class PythonContender:
    """A module of `tests.benchmarks.contenders` in a process of its own; one line per call."""

    def __init__(self, name: str, module: str, *options: str, **environment: str) -> None:
        self.name = name
        paths = os.pathsep.join((str(CHECKOUT / "src"), str(CHECKOUT)))
        self._child = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.contenders.{module}", *options],
            env={**os.environ, "PYTHONPATH": paths, **environment},
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    @property
    def process_id(self) -> int:
        return self._child.pid

    def call(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Ask for a piece of work and wait for what came of it.

        Raises
        ------
        AbsentError
            If the process lacks what it needs.
        RuntimeError
            If it fails.
        """
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        try:
            self._child.stdin.write(json.dumps({"what": what, "arguments": arguments}) + "\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            pass  # the process has ended; what it said before is still to be read
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self._child.wait(PATIENCE_S)}")
        answer: dict[str, Any] = json.loads(line)
        if "absent" in answer:
            raise AbsentError(str(answer["absent"]))
        if "error" in answer:
            raise RuntimeError(f"{self.name}: {answer['error']}")
        return answer

    def close(self) -> None:
        """Let the process end, or end it."""
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()
        try:
            self._child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


@contextmanager
def screen(width: int = 1920, height: int = 1200) -> Iterator[dict[str, str]]:
    """Yield the variables of a screen for Qt and VTK: an X server of its own, or none at all."""
    program = shutil.which("Xvfb")
    if program is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    command = [program, "-displayfd", "1", "-screen", "0", f"{width}x{height}x24"]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp", "-noreset"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert server.stdout is not None
    try:
        number = server.stdout.readline().decode("ascii").strip()
        if not number:
            raise RuntimeError("the X server Xvfb did not start")
        yield {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{number}", "WAYLAND_DISPLAY": ""}
    finally:
        server.terminate()
        server.wait(PATIENCE_S)
        server.stdout.close()


def closing(stack: ExitStack, contender: Contender) -> Contender:
    """Return a contender that is closed with the stack."""
    stack.callback(contender.close)
    return contender
