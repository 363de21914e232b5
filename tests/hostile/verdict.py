"""What is asked of a mutated file, through the very code that a decode worker runs.

Each of inspect, describe, decode and preview must give a typed refusal or an answer, in time
and memory. Answers have to be JSON, to agree with each other, and to be read back as the window
reads them; pixels have to be as large, deep and signed as described; and where the damage did not
touch what makes the pixels, they are those of the undamaged file.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode import reducible
from readstation.adapters.decode import worker as worker_module
from readstation.adapters.decode.decode_workers import stored_frame
from readstation.adapters.decode.described_frames import unpack_frames
from readstation.adapters.decode.plain_values import from_plain
from readstation.adapters.decode.worker import CPU_S, DEFAULT_MEMORY_BYTES, MEMORY_BYTES, Worker
from readstation.adapters.decode.worker_limits import limit_cpu, limit_memory
from readstation.app.importing.instance_header import InstanceHeader
from readstation.app.importing.refusals import REFUSALS
from readstation.imaging.frame import StoredFrame
from tests.hostile.memory import resident_mib
from tests.hostile.trials import Trial, seeds_by_name
from tests.hostile.window import show_in_window

MAX_S = 5.0
"""Of the processor: what else the machine does is not the file's doing."""
MAX_RESIDENT_MIB = 512
MAX_REPLY_BYTES = 64 * 1024**2
LEISURE_S = 600
OPERATIONS = ("inspect", "describe", "decode", "preview")
PREVIEW_SLOT = 1
FOUND_BY_DECODING = frozenset({"CORRUPT_FRAME", "TOO_LARGE", "MALFORMED"})
"""What may be wrong with a frame of which there was a first look; all else is found before."""


class WrongError(Exception):
    """The file shows a defect."""


@dataclass
class Judge:
    """Runs trials in this process, which should be a worker's: limited, and not to be missed."""

    folder: Path
    begin: Callable[[str], None] = lambda _operation: None
    slowest_s: float = 0.0
    _made: int = 0
    _references: dict[str, NDArray[Any] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._descriptor = os.open(self.folder / "pixels", os.O_RDWR | os.O_CREAT)
        preview = os.open(self.folder / "preview", os.O_RDWR | os.O_CREAT)
        self._worker = Worker([self._descriptor, preview])
        reducible.SLOW_MS = 0  # else none of these small frames has a first look

    def judge(self, trial: Trial) -> str:
        """Return how the file was answered; raise WrongError if that is not allowed."""
        try:
            draft = trial.make()
            expected = self._reference(trial.seed) if draft.keeps_pixels else None
            began = time.process_time()
            verdict = self._try(draft.content(), expected)
            taken = time.process_time() - began
            self.slowest_s = max(self.slowest_s, taken)
            if taken > MAX_S:
                raise WrongError(f"it took {taken:.1f} s")
            if resident_mib() > MAX_RESIDENT_MIB:
                raise WrongError(f"{resident_mib()} MiB are resident")
        except WrongError:
            raise
        except Exception as problem:  # whatever comes out is the finding
            raise WrongError(traceback.format_exc(limit=-6)) from problem
        return verdict

    def _try(self, content: bytes, expected: NDArray[Any] | None) -> str:
        self._made += 1
        path = self.folder / str(self._made)
        path.write_bytes(content)
        try:
            replies = {name: self._ask(name, path) for name in OPERATIONS}
        finally:
            limit_cpu(LEISURE_S)  # what follows is this test's own work
            self.begin("look")  # not sooner: until then the limit is the last operation's
            path.unlink()
        verdicts = {name: refused_code(reply) for name, reply in replies.items()}
        if not verdicts["inspect"]:
            InstanceHeader.from_plain(replies["inspect"]["header"])
        frames = () if verdicts["describe"] else unpack_frames(replies["describe"])
        if not verdicts["preview"] and replies["preview"]["arrays"]:
            self._check_preview(verdicts["decode"], replies["preview"], frames)
        if verdicts["decode"]:
            return verdicts["decode"]
        facts = self._facts(replies["decode"])
        pixels = facts["arrays"]["pixels"]
        frame = check_pixels(pixels, facts, frames)
        if frames:
            show_in_window(frames, frame)
        if expected is None:
            return "shown"
        if pixels.dtype != expected.dtype or not np.array_equal(pixels, expected, equal_nan=False):
            raise WrongError("other pixels are shown, although the damage did not touch them")
        return "shown as undamaged"

    def _check_preview(self, refused: str, reply: dict[str, Any], frames: Any) -> None:
        """Raise if there is a first look at what is refused, or it does not fit the frame."""
        if refused and refused.split(" ", maxsplit=1)[0] not in FOUND_BY_DECODING:
            raise WrongError(f"a first look at a frame that is refused: {refused}")
        facts = self._facts(reply, PREVIEW_SLOT)
        small = [
            replace(frame, rows=-(-frame.rows // 2), columns=-(-frame.columns // 2))
            for frame in frames[:1]
        ]
        check_pixels(facts["arrays"]["pixels"], facts, small)

    def _ask(self, name: str, path: Path) -> dict[str, Any]:
        self.begin(name)
        limit_memory(MEMORY_BYTES.get(name, DEFAULT_MEMORY_BYTES))
        limit_cpu(CPU_S)
        request = {"operation": name, "path": str(path), "frame_index": 0, "as_shown": True}
        slot = PREVIEW_SLOT if name == "preview" else 0
        reply = self._worker.answer({**request, "slot": slot})
        sent = json.dumps(reply).encode()
        if len(sent) > MAX_REPLY_BYTES:
            raise WrongError(f"a reply of {len(sent)} bytes")
        return dict(json.loads(sent))

    def _facts(self, reply: dict[str, Any], slot: int = 0) -> dict[str, Any]:
        """Return the reply as the program reads it."""
        arrays = self._worker._shared[slot].read(reply["arrays"])
        padding = from_plain(reply["pixel_padding"])
        return {**reply, "arrays": arrays, "pixel_padding": padding}

    def _reference(self, name: str) -> NDArray[Any] | None:
        if name not in self._references:
            path = self.folder / "reference"
            path.write_bytes(seeds_by_name()[name].content())
            reply = self._ask("decode", path)
            path.unlink()
            self._references[name] = (
                None if "refused" in reply else self._facts(reply)["arrays"]["pixels"]
            )
        return self._references[name]


def refused_code(reply: dict[str, Any]) -> str:
    """Return the code of a typed refusal, '' for an answer."""
    if "refused" not in reply:
        return ""
    code, message, remedy = reply["refused"]
    sentence = REFUSALS[code][0]
    if not message.startswith(sentence) or remedy != REFUSALS[code][1]:
        raise WrongError(f"the refusal {code} says: {message} {remedy}")
    for name in worker_module.EXPECTED_FAILURES:
        if code == "MALFORMED" and message.endswith(f": {name.__name__}."):
            return f"MALFORMED by {name.__name__}"
    return str(code)


def check_pixels(pixels: NDArray[Any], facts: dict[str, Any], frames: Any) -> StoredFrame:
    """Return the frame that the window gets; raise if it is not what reply and description say."""
    bits, is_signed = facts["bits_stored"], facts["is_signed"]
    if pixels.dtype.kind in "iu" and pixels.ndim == 2:
        low = -(1 << bits - 1) if is_signed else 0
        if pixels.min() < low or pixels.max() >= low + (1 << bits):
            raise WrongError(f"values {pixels.min()} to {pixels.max()} in {bits} bits")
    if pixels.ndim not in {2, 3} or (pixels.ndim == 3 and pixels.shape[2] != 3):
        raise WrongError(f"pixels of shape {pixels.shape}")
    shown = stored_frame(pixels, facts, facts["pixel_padding"])
    if not frames:
        return shown
    frame = frames[0]
    if (frame.rows, frame.columns) != pixels.shape[:2]:
        raise WrongError(f"{frame.rows} x {frame.columns} described, {pixels.shape} decoded")
    if frame.is_colour != (pixels.ndim == 3):
        raise WrongError("colour described and gray decoded, or the reverse")
    if frame.number_of_frames != facts["number_of_frames"]:
        raise WrongError("two numbers of frames")
    return shown
