"""A real decode worker whose decoder does to it what a hostile file may: see MISDEEDS.

The name of the file to decode says what happens. Everything else is the worker of the product:
its limits, its guard, its pipe, its shared file.
"""

import ctypes
import os
import signal
import socket
import time
from pathlib import Path

import numpy as np

from readstation.adapters.decode import worker
from readstation.adapters.decode.worker_limits import limit_cpu

kept = []


def crash():
    ctypes.string_at(0)


def compute_without_end():
    limit_cpu(0)
    while True:
        pass


def grow():
    kept.append(np.ones(3 * 1024**3, np.uint8))


def grow_little_by_little():
    while True:
        kept.append(np.ones(8 * 1024**2, np.uint8))


def fill_the_shared_file():
    pixels = int(worker.sys.argv[2])
    os.pwrite(pixels, b"x", worker.MAX_SHARED_BYTES + 1)


def cut_the_shared_file_off():
    os.truncate(int(worker.sys.argv[2]), 0)


def connect():
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def write_a_file():
    Path("hostile.txt").write_text("x", encoding="utf-8")


MISDEEDS = {
    "crash": crash,
    "abort": os.abort,
    "leave": lambda: os._exit(0),
    "compute": compute_without_end,
    "hang": lambda: time.sleep(1000),
    "grow": grow,
    "grow slowly": grow_little_by_little,
    "fill": fill_the_shared_file,
    "connect": connect,
    "write": write_a_file,
    "fork": os.fork,
    "kill": lambda: os.kill(os.getppid(), signal.SIGKILL),
}
LIES = {
    "no arrays": {"arrays": []},
    "strange arrays": {"arrays": 7},
    "arrays beyond the file": {"arrays": [{"name": "pixels", "shape": [9, 9999999], "offset": 0}]},
    "strange refusal": {"refused": {"a": 1}},
    "unknown refusal": {"refused": ["<b>", "x", "y"]},
    "a list": [1, 2],
    "strange facts": {"pixel_padding": {"kind of value": "Nothing"}},
    "deep": None,
}


class MisbehavingWorker(worker.Worker):
    def __init__(self, pixels_fd):
        super().__init__(pixels_fd)
        self._decode_well = self.operations["decode"]
        self.operations["decode"] = self.misbehave

    def misbehave(self, request):
        name = Path(request["path"]).name
        try:
            MISDEEDS.get(name, bool)()
        except MemoryError:
            kept.clear()
            raise
        except OSError as problem:
            return {"refused": ["CORRUPT_FRAME", f"errno {problem.errno}", "Do not."]}
        reply = self._decode_well(request)
        if name == "cut":
            cut_the_shared_file_off()
        lie = LIES.get(name, {})
        return {**reply, **lie} if isinstance(lie, dict) else lie


if __name__ == "__main__":
    worker.Worker = MisbehavingWorker
    worker.main()
