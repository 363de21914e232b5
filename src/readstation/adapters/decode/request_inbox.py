"""What a worker was asked and has not begun: requests may wait while it works, and be withdrawn.

So a run of frames keeps it busy: the next request is there before the reply to the last is read.
"""

from __future__ import annotations

import json
import select
import sys
from collections import deque
from multiprocessing.connection import Connection
from typing import Any

MAX_REQUEST_BYTES = 64 * 1024
WITHDRAW = "withdraw"
WITHDRAWN = "withdrawn"
"""The operation that withdraws what waits, and the reply to each request that was withdrawn."""

_ENCODER = json.JSONEncoder(separators=(",", ":"))
Message = tuple[int, dict[str, Any]]
"""The number of a request, and the request or the reply to it."""


class Inbox:
    """The requests that arrived over a connection, oldest first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: deque[Message] = deque()
        if sys.platform != "win32":  # what `Connection.poll` makes anew for each call
            self._poller = select.poll()
            self._poller.register(connection.fileno(), select.POLLIN)

    def next(self) -> Message | None:
        """Return the request to work on, waiting for one; None when the other end closed."""
        try:
            while not self._waiting or self._has_more():
                self._receive()
        except (EOFError, OSError):
            return None
        return self._waiting.popleft()

    def _receive(self) -> None:
        number, request = json.loads(self._connection.recv_bytes(MAX_REQUEST_BYTES))
        if request["operation"] != WITHDRAW:
            self._waiting.append((number, request))
            return
        for withdrawn, _request in self._waiting:
            self._connection.send_bytes(to_bytes(withdrawn, {WITHDRAWN: True}))
        self._waiting.clear()

    def _has_more(self) -> bool:
        if sys.platform == "win32":
            return self._connection.poll()
        return bool(self._poller.poll(0))


def to_bytes(number: int, message: dict[str, Any]) -> bytes:
    """Return a message as it travels."""
    return _ENCODER.encode((number, message)).encode()
