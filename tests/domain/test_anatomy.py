"""Which part of the body a study shows: by its codes, its body part or its words."""

import pytest

from readstation.domain.anatomy import Anatomy, BodyRegion, Overlap, RegionSource, Side
from tests.domain.anatomy_tables import shipped_anatomy
from tests.domain.worklist_items import a_study


@pytest.mark.parametrize(
    ("body_part", "description", "regions"),
    [
        ("CHEST", "", {"chest"}),
        ("", "CT CAP WITH CONTRAST", {"chest", "abdomen", "pelvis"}),
        ("", "CT_CHEST_ABD_PEL", {"chest", "abdomen", "pelvis"}),
        ("", "CT ABDOMEN PELVIS", {"abdomen", "pelvis"}),
        ("", "Capsule", set()),
        ("BREAST", "MG SCREENING", {"breast"}),
        ("", "Mammographie beidseits", {"breast"}),
        ("", "Echocardiography", {"heart"}),
        ("", "XR lower leg", {"lower leg"}),
        ("", "XR leg", {"lower limb"}),
        ("", "MR neck of femur", {"hip"}),
        ("", "PET skull base to thigh", {"whole body"}),
        ("TLSPINE", "", {"thoracic spine", "lumbar spine"}),
        ("", "", set()),
    ],
)
def test_words_name_regions(body_part, description, regions):
    study = a_study(body_part_examined=body_part, study_description=description)
    assert shipped_anatomy().find(study).regions == regions


def test_a_study_without_a_word_or_code_says_so():
    found = shipped_anatomy().find(a_study(body_part_examined="", study_description=""))
    assert (found.regions, found.source) == (frozenset(), RegionSource.NOTHING)


@pytest.mark.parametrize(
    ("description", "side"),
    [
        ("MR KNEE LEFT", Side.LEFT),
        ("Rt. hand", Side.RIGHT),
        ("LEFT AND RIGHT HANDS", Side.BOTH),
        ("XR HANDS BILATERAL", Side.BOTH),
        ("BRIGHT", Side.UNKNOWN),
        ("XR R/O FRACTURE", Side.UNKNOWN),
        ("MR L SPINE", Side.UNKNOWN),
    ],
)
def test_a_side_is_a_whole_word(description, side):
    assert shipped_anatomy().side_of(a_study(study_description=description)) is side


def test_every_region_of_the_tables_is_the_same_as_itself_and_no_part_is_elsewhere():
    anatomy = shipped_anatomy()
    for region in anatomy.regions:
        own = frozenset({region.id})
        assert anatomy.overlap(own, own) is Overlap.SAME
        for part in region.parts:
            assert anatomy.overlap(own, frozenset({part})) is Overlap.SHARED


def test_overlap_is_the_same_from_both_sides():
    anatomy = shipped_anatomy()
    ids = [region.id for region in anatomy.regions]
    for one in ids:
        for other in ids:
            a, b = frozenset({one}), frozenset({other})
            assert anatomy.overlap(a, b) is anatomy.overlap(b, a)


def test_parts_of_parts_belong_and_a_ring_of_parts_ends():
    ring = Anatomy(
        (
            BodyRegion("a", parts=("b",)),
            BodyRegion("b", parts=("c",)),
            BodyRegion("c", parts=("a",)),
        )
    )
    assert ring.overlap(frozenset({"a"}), frozenset({"c"})) is Overlap.SHARED


def test_empty_tables_know_nothing_and_break_nothing():
    study = a_study(study_description="CT CHEST LEFT")
    assert Anatomy().find(study).regions == frozenset()
    assert Anatomy().side_of(study) is Side.UNKNOWN
