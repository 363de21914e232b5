"""The window through a thousand hostile answers: its process lives, and does not grow."""

import sys
from pathlib import Path

import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers, stored_frame
from readstation.app.importing.refusals import REFUSALS
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import save_image
from tests.hostile.trials import numbered
from tests.hostile.window import show_in_window

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="measures its memory through /proc"),
]
FILES = 1_000
MAX_GROWTH_KIB = 64 * 1024


def resident_kib():
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def show(workers, path):
    """Import, describe, decode and show a file as the program does; return how it ended."""
    try:
        workers.inspect(path)
    except RefusedInputError as refused:
        return refused.code
    try:
        frames = workers.describe(path)
        values, facts = workers.decode(path, 0, as_shown=True)
        frame = stored_frame(values, facts, facts["pixel_padding"])
    except RefusedInputError as refused:
        return refused.code
    show_in_window(frames, frame)
    return "shown"


def test_the_window_outlives_a_thousand_hostile_files_and_does_not_grow(tmp_path):
    workers = DecodeWorkers(2)
    path = tmp_path / "file.dcm"
    try:
        show(workers, save_image(path))
        for number in range(200):  # what is loaded once is no growth
            path.write_bytes(numbered(number).make().content())
            assert show(workers, path) in {"shown", *REFUSALS}
        before = resident_kib()
        for number in range(200, FILES):
            path = tmp_path / f"{number}.dcm"
            path.write_bytes(numbered(number).make().content())
            assert show(workers, path) in {"shown", *REFUSALS}, numbered(number)
            path.unlink()
        assert resident_kib() - before < MAX_GROWTH_KIB
    finally:
        workers.close()
