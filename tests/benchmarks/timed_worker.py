"""The decode worker as it is, with a clock around the codec: for the benchmark alone.

A codec runs slower in a process that has just woken than in one that runs it over and over. What
a worker costs beside the codec is therefore told by one and the same call.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from readstation.adapters.decode import codecs, frame_readers, worker

codec_ms = 0.0


def timed(decode: Callable[..., Any]) -> Callable[..., Any]:
    """Return `decode` with its time added to `codec_ms`."""

    def run(*args: Any, **named: Any) -> Any:
        global codec_ms  # noqa: PLW0603 - one request at a time in this process
        began = time.perf_counter()
        try:
            return decode(*args, **named)
        finally:
            codec_ms += (time.perf_counter() - began) * 1000

    return run


class TimedWorker(worker.Worker):
    """Tells with each decoded frame how long the codec alone took."""

    def _decode(self, request: worker.Request) -> worker.Reply:
        global codec_ms  # noqa: PLW0603 - one request at a time in this process
        codec_ms = 0.0
        reply = super()._decode(request)
        return {**reply, "codec_ms": codec_ms}


def main() -> None:
    """Put the clocks in, then be the worker."""
    codecs.DECODERS.update({codec: timed(decode) for codec, decode in codecs.DECODERS.items()})
    frame_readers.decode_bytewise = timed(frame_readers.decode_bytewise)
    frame_readers.read_native_frame = timed(frame_readers.read_native_frame)
    worker.Worker = TimedWorker  # type: ignore[misc]  # for this process only
    worker.main()


if __name__ == "__main__":
    main()
