"""The other end of a `PythonContender`: reads calls line by line, answers line by line."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Answer = Callable[..., Mapping[str, Any]]


def answer_calls(answers: Mapping[str, Answer]) -> None:
    """Answer until the input ends. What libraries print goes to the error stream."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        call = json.loads(line)
        try:
            reply = dict(answers[call["what"]](**call["arguments"]))
        except ImportError as error:
            reply = {"absent": f"{error.name or error} is not installed"}
        except (RuntimeError, OSError, ValueError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def timed(steps: Iterable[Any], change: Callable[[Any], None]) -> dict[str, list[float]]:
    """Return wall and CPU time of each step, all threads of this process."""
    wall_ms, cpu_ms = [], []
    for step in steps:
        cpu_s, began_s = time.process_time(), time.perf_counter()
        change(step)
        wall_ms.append((time.perf_counter() - began_s) * 1000)
        cpu_ms.append((time.process_time() - cpu_s) * 1000)
    return {"wall_ms": wall_ms, "cpu_ms": cpu_ms}
