"""What is bundled: enough, small enough, synthetic in every name, and saying what is simulated."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

DEMO = Path(__file__).parents[3] / "resources" / "demo"
WORKSPACE = tomllib.loads((DEMO / "workspace.toml").read_text(encoding="utf-8"))
INVENTED_CREATOR = "Technologist^Demo"


@pytest.fixture(scope="module")
def headers() -> dict[str, list[Dataset]]:
    found: dict[str, list[Dataset]] = defaultdict(list)
    for path in sorted((DEMO / "images").rglob("*.dcm")):
        found[path.parent.name].append(dcmread(path, stop_before_pixels=True))
    return found


def test_there_are_at_least_ten_studies_of_six_patients_and_five_modalities(
    headers: dict[str, list[Dataset]],
) -> None:
    assert len(headers) >= 10
    assert len({h.PatientID for files in headers.values() for h in files}) >= 6
    modalities = {h.Modality for files in headers.values() for h in files}
    assert {"CT", "MR", "CR", "MG", "US"} <= modalities


def test_the_demo_stays_small_enough_for_the_repository() -> None:
    total = sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file())
    assert total < 29_000_000


def test_each_study_has_images_and_each_folder_has_an_order(
    headers: dict[str, list[Dataset]],
) -> None:
    assert set(headers) == {study["folder"] for study in WORKSPACE["studies"]}


def test_images_carry_the_identity_of_their_order_and_nothing_private(
    headers: dict[str, list[Dataset]],
) -> None:
    for study in WORKSPACE["studies"]:
        patient = WORKSPACE["patients"][study["patient"]]
        for header in headers[study["folder"]]:
            assert str(header.PatientName) == patient["patient_name"]
            assert header.PatientID == patient["patient_id"]
            assert header.IssuerOfPatientID == "DEMO"
            assert header.AccessionNumber == study["accession_number"]
            assert str(header.StudyInstanceUID).startswith("2.25.")
            assert not any(element.tag.is_private for element in header.iterall())
            names = {str(e.value) for e in header.iterall() if e.VR == "PN"}
            made_by = {INVENTED_CREATOR} if header.Modality == "PR" else set()
            assert names == {str(header.PatientName), str(header.ReferringPhysicianName)} | made_by


def test_only_the_simulated_study_says_simulated_and_all_of_it_does(
    headers: dict[str, list[Dataset]],
) -> None:
    for study in WORKSPACE["studies"]:
        says_so = [
            all("SIMULATED" in str(h.get(k, "")) for k in ("StudyDescription", "SeriesDescription"))
            and "SIMULATED" in h.ImageComments
            for h in headers[study["folder"]]
        ]
        assert set(says_so) == {study.get("is_simulated", False)}


def test_lossy_images_still_say_that_they_are_lossy(headers: dict[str, list[Dataset]]) -> None:
    for folder in ("cr-chest-hotel", "us-heart-juliett", "us-heart-kilo", "xa-coronary-lima"):
        assert {h.LossyImageCompression for h in headers[folder]} == {"01"}


def test_every_telephone_number_is_one_reserved_for_fiction() -> None:
    numbers = re.findall(
        r'telephone_number = "([^"]*)"', (DEMO / "workspace.toml").read_text(encoding="utf-8")
    )
    assert numbers
    assert all(re.fullmatch(r"555-01\d\d", number) for number in numbers)


def test_the_list_is_interesting_whenever_it_is_opened() -> None:
    studies = WORKSPACE["studies"]
    assert {"STAT", "URGENT", "ROUTINE"} == {s["priority"] for s in studies}
    assert {"ED", "IP", "OP"} == {s["patient_class"] for s in studies}
    assert any(s.get("intent") == "screening" for s in studies)
    assert any(s.get("technologist_concern") for s in studies)
    assert any("expected_instances" in s for s in studies)
    assert any(s["patient_class"] == "IP" and 4 < s["completed_hours_ago"] < 24 for s in studies)


def test_every_source_is_attributed() -> None:
    text = (DEMO / "ATTRIBUTION.md").read_text(encoding="utf-8")
    for study in WORKSPACE["studies"]:
        assert study["folder"] in text
