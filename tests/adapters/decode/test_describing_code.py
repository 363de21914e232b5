"""A description made by other code is told by its fingerprint."""

import shutil
from pathlib import Path

import pytest

import readstation
from readstation.adapters.decode.describing_code import describing_code, fingerprint

PACKAGE = Path(readstation.__file__).parent


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(PACKAGE, tmp_path / "readstation", ignore=shutil.ignore_patterns("ui"))


@pytest.mark.parametrize(
    "changed",
    [
        "adapters/dicom/spatial.py",
        "adapters/decode/self_test.py",
        "app/viewport/image_description.py",
        "app/importing/dicom_dates.py",
        "domain/calibration.py",
        "imaging/plane.py",
    ],
)
def test_it_changes_with_every_source_that_has_a_part_in_a_description(copy, changed):
    before = fingerprint(copy, "versions")
    source = copy / changed
    source.write_text(source.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert fingerprint(copy, "versions") != before


def test_a_new_a_renamed_and_a_removed_source_change_it(copy):
    made = copy / "adapters" / "dicom" / "newer.py"
    seen = [fingerprint(copy, "")]
    made.write_text("x = 1\n", encoding="utf-8")
    seen.append(fingerprint(copy, ""))
    made = made.rename(made.with_name("newest.py"))
    seen.append(fingerprint(copy, ""))
    assert len(set(seen)) == 3
    made.unlink()
    assert fingerprint(copy, "") == seen[0]


def test_the_versions_of_libraries_are_part_of_it(copy):
    assert fingerprint(copy, "pydicom 3.0.2") != fingerprint(copy, "pydicom 3.0.3")


def test_it_is_the_same_for_the_same_sources_wherever_they_are(copy):
    assert fingerprint(copy, "a") == fingerprint(PACKAGE, "a")
    assert describing_code() == describing_code()


def test_without_sources_there_is_none(tmp_path):
    assert fingerprint(tmp_path, "versions") == ""
