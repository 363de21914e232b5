"""Every file of shared/data: the right pixels, or a typed reason, quickly and within limits."""

import sys
import time
from pathlib import Path

import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.transfer_syntaxes import BY_UID
from readstation.app.importing.import_paths import import_paths
from readstation.app.importing.outcomes import ImportResult
from readstation.app.importing.refusals import REFUSALS
from readstation.bootstrap import workspace_at
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import save_image
from tests.tables.transfer_syntaxes import (
    DIFFERS,
    EXACT,
    files_with_pixels,
    hash_of_pixels,
    outcomes,
    table,
)

pytestmark = pytest.mark.slow

SECONDS_PER_FILE = 2.0
MAX_RESIDENT_KIB = 512 * 1024
REFUSED_ON_PURPOSE = {
    # High Bit is not Bits Stored - 1: which bits are the pixel is anybody's guess (PS3.5 8.1.1)
    "15_malformed/fuzz_cat04_pixel_data/TC0303_bits_highbit_gt_ba.dcm",
    "15_malformed/fuzz_cat18_cve_dcmtk_minmax_voi/TC0935_minmax_hb255.dcm",
    "15_malformed/synthetic_hostile/bitsstored_highbit_mismatch.dcm",
}


@pytest.fixture(scope="module")
def workers():
    pool = DecodeWorkers(1)
    yield pool
    pool.close()


def peak_resident_kib(process_id):
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])


ACCEPTABLE = {*REFUSALS, "right", "not shown"}


def outcome_of(workers, path, expected):
    try:
        if not workers.inspect(path).is_displayable:
            return "not shown"
        found = hash_of_pixels(workers, path)
    except RefusedInputError as refused:
        return refused.code
    return "right" if found == expected or not expected else "wrong pixels"


def test_stored_values_equal_what_two_other_decoders_agreed_on(workers, shared_data):
    found = list(outcomes(shared_data, workers))
    print(table(found))
    assert [o for o in found if o.result == DIFFERS] == []
    refused = {o.path: o.result for o in found if o.result != EXACT}
    assert set(refused) == REFUSED_ON_PURPOSE
    assert set(refused.values()) == {"BAD_PIXEL_GEOMETRY"}
    assert all(o.transfer_syntax_uid in BY_UID for o in found)


def test_every_malformed_file_is_right_or_refused_in_time_and_memory(workers, shared_data):
    workers.inspect(shared_data / "10_transfer_syntaxes" / "small_pydicom" / "CT_small.dcm")
    hashes = {row["path"]: row["pixel_sha256"] for row in files_with_pixels(shared_data)}
    for path in sorted((shared_data / "15_malformed").rglob("*")):
        if path.is_dir():
            continue
        started = time.monotonic()
        expected = hashes.get(path.relative_to(shared_data).as_posix(), "")
        assert outcome_of(workers, path, expected) in ACCEPTABLE, path.name
        assert time.monotonic() - started < SECONDS_PER_FILE, path.name
    if sys.platform == "linux":
        assert peak_resident_kib(workers.process_ids[0]) < MAX_RESIDENT_KIB


def test_the_rest_of_a_hostile_batch_is_imported(shared_data, tmp_path):
    good = [
        save_image(
            tmp_path / "in" / f"{n}.dcm",
            StudyInstanceUID=f"2.25.99.{n}",
            SeriesInstanceUID=f"2.25.99.{n}.1",
            SOPInstanceUID=f"2.25.99.{n}.1.1",
        )
        for n in range(3)
    ]
    with workspace_at(tmp_path / "home") as workspace:
        batch = [good[0], shared_data / "15_malformed", *good[1:]]
        report = import_paths(batch, workspace.import_tools(), "tester")
        with workspace.station.unit_of_work() as work:
            stored = {s.study_instance_uid for s in work.studies.all()}
    assert {f"2.25.99.{n}" for n in range(3)} <= stored
    assert len(report.outcomes) == 80
    refused = [o for o in report.outcomes if o.result is ImportResult.REFUSED]
    assert all(o.code and o.reason and o.remedy for o in refused)
