"""One system call fails or is the last one: SQLite and the anchor must both hold."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from readstation.adapters.db.database import open_database
from tests.adapters.db.conftest import NOW, a_series, a_study, an_instance

SOURCE = Path(__file__).parents[3] / "src"

CHILD = """
import os, sys
from pathlib import Path
from datetime import UTC, datetime
from readstation.adapters.db.database import open_database
from tests.adapters.db.conftest import NOW, a_series, a_study, an_instance
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import StoreError

database = open_database(Path(sys.argv[1]))
os.write(1, b"open\\n")
for number in range(1, 5):
    try:
        with database.unit_of_work() as work:
            now = datetime.now(UTC)
            work.audit.append(AuditEvent(AuditAction.DRAFT_SAVED, "a", now, detail=str(number)))
            work.commit()
    except StoreError as error:
        os.write(1, f"refused {error.message}\\n".encode())
        continue
    os.write(1, f"saved {number}\\n".encode())
"""

FAULTS = [
    *[f"inject=fdatasync,fsync:error=EIO:when={n}" for n in (1, 4)],
    *[f"inject=pwrite64:error=ENOSPC:when={n}+" for n in (1, 6)],
    *[f"inject=pwrite64:signal=SIGKILL:when={n}" for n in (1, 5, 9)],
    *[f"inject=fdatasync,fsync:signal=SIGKILL:when={n}" for n in (1, 3, 8)],
    *[f"inject=unlink:signal=SIGKILL:when={n}" for n in (1, 2)],
    *[f"inject=rename:signal=SIGKILL:when={n}" for n in (1, 2)],
]


@pytest.mark.peer
@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_called_saved_is_there_and_the_log_is_whole(tmp_path, peer_program, fault):
    strace = peer_program("strace")
    home = tmp_path / "home"
    open_database(home)
    watched = f"trace={fault.split('=')[1].split(':')[0]}"
    child = [sys.executable, "-c", CHILD, str(home)]
    done = subprocess.run(
        [strace, "-f", "-qq", "-o", os.devnull, "-e", watched, "-e", fault, *child],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        timeout=60,
    )
    if "ptrace" in done.stderr:
        pytest.skip("this machine lets no program watch another")
    said = done.stdout.split("\n")
    assert "open" in said, done.stderr
    saved = {line.split()[1] for line in said if line.startswith("saved")}
    assert "SIGKILL" in fault or len(saved) < 4 or "fsync" in fault
    with open_database(home).unit_of_work() as work:
        checked, broken = work.audit.verify()
        found = [row.event.detail for row in work.audit.rows()]
    assert broken is None
    assert saved <= set(found)
    assert found == sorted(found)
    assert checked == len(found)
    with open_database(home).unit_of_work() as work:  # the fault has left nothing in the way
        work.studies.add_instance(a_study(), a_series(), an_instance(), NOW)
        work.commit()
    assert not list(home.glob("*-journal"))
