"""One decode worker for all that the verb `render` is asked in a module of tests."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.cli import render


class Kept:
    """Workers that stay when the verb is done with them."""

    def __init__(self, workers: DecodeWorkers) -> None:
        self._workers = workers

    def __getattr__(self, name: str) -> object:
        return getattr(self._workers, name)

    def close(self) -> None:
        """Leave them to the next call."""


@contextmanager
def kept_decoder() -> Iterator[None]:
    """Start no worker for each call of the verb; `test_native.py` runs the verb as it is."""
    with closing(DecodeWorkers(1)) as workers, pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "DecodeWorkers", lambda _count: Kept(workers))
        yield
