"""Every file of shared/data: the right pixels, or a typed reason, quickly and within limits."""

import csv
import hashlib
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.app.importing.import_paths import import_paths
from readstation.app.importing.outcomes import ImportResult
from readstation.app.importing.refusals import REFUSALS
from readstation.bootstrap import workspace_at
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import save_image

pytestmark = pytest.mark.slow

SECONDS_PER_FILE = 2.0
MAX_RESIDENT_KIB = 512 * 1024
LOSSY = {f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 53, 55, 81, 91, 203)}
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


def manifest(shared_data):
    with (shared_data / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hash_of_pixels(workers, path):
    digest = hashlib.sha256()
    for index in range(workers.number_of_frames(path)):
        digest.update(workers.decode(path, index, as_shown=False)[0].tobytes())
    return digest.hexdigest()


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
    table, wrong = defaultdict(Counter), {}
    for row in manifest(shared_data):
        if not row["pixel_sha256"]:
            continue
        path = shared_data / row["path"]
        try:
            found = hash_of_pixels(workers, path)
            result = "exact" if found == row["pixel_sha256"] else "differs"
        except RefusedInputError as refused:
            result = refused.code
        table[row["transfer_syntax"]][result] += 1
        if result != "exact":
            wrong[row["path"]] = result
    for syntax, counts in sorted(table.items()):
        print(syntax, "lossy" if syntax in LOSSY else "", dict(counts))
    assert set(wrong) == REFUSED_ON_PURPOSE
    assert set(wrong.values()) == {"BAD_PIXEL_GEOMETRY"}


def test_every_malformed_file_is_right_or_refused_in_time_and_memory(workers, shared_data):
    workers.inspect(shared_data / "10_transfer_syntaxes" / "small_pydicom" / "CT_small.dcm")
    hashes = {row["path"]: row["pixel_sha256"] for row in manifest(shared_data)}
    for path in sorted((shared_data / "15_malformed").rglob("*")):
        if path.is_dir():
            continue
        started = time.monotonic()
        expected = hashes[path.relative_to(shared_data).as_posix()]
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
