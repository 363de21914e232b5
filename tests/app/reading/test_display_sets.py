"""H24: how a series parts into stacks, in which order, and what is said of irregular ones."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.adapters.dicom.describe_frames import describe_frames
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance
from readstation.app.reading.display_set import group_into_display_sets
from tests.app.reading.stacks import AXIAL, CORONAL, NOON, SAGITTAL, at, image, stack

HEIGHTS = [5.0 * n for n in range(12)]


def grouped(images):
    """Return each set as what differs and how many images it has."""
    sets = group_into_display_sets(images)
    assert Counter(id(i) for s in sets for i in s.images) == Counter(map(id, images))
    return [(s.differs, len(s.images)) for s in sets]


def heights(display_set):
    return [one.plane.position_mm[2] for one in display_set.images]


def repeated(count, modality="MR", **values):
    """Return the same twelve slices, once for each value; `values` names lists of values."""
    return [
        one
        for round_number in range(count)
        for one in stack(
            HEIGHTS,
            100 * round_number + 1,
            modality,
            **{name: each[round_number] for name, each in values.items()},
        )
    ]


CASES = {
    "one stack": (stack(HEIGHTS), [("", 12)]),
    "b-values": (
        repeated(3, diffusion_b_value=[1000.0, 0.0, 500.0]),
        [("b=0", 12), ("b=500", 12), ("b=1000", 12)],
    ),
    "b-values and a map made of them": (
        [
            *repeated(2, diffusion_b_value=[0.0, 800.0], image_type=[("ORIGINAL", "DIFF")] * 2),
            *stack(HEIGHTS, 500, image_type=("DERIVED", "ADC")),
        ],
        [("derived ADC", 12), ("original DIFF · b=0", 12), ("original DIFF · b=800", 12)],
    ),
    "directions within one b-value": (
        [
            *stack(HEIGHTS, diffusion_b_value=0.0),
            *repeated(
                2,
                diffusion_b_value=[1000.0] * 2,
                gradient_direction=[(1.0, 0.0, 0.0), (0.0, 1.0, 0.0)],
            ),
        ],
        [("b=0", 12), ("b=1000 · direction 1", 12), ("b=1000 · direction 2", 12)],
    ),
    "echoes by number": (repeated(2, echo_number=[1, 2]), [("echo 1", 12), ("echo 2", 12)]),
    "echoes by their time": (
        repeated(2, echo_time_ms=[80.0, 20.0]),
        [("echo 1", 12), ("echo 2", 12)],
    ),
    "temporal positions": (
        repeated(3, temporal_position=[1, 2, 3]),
        [("time 1", 12), ("time 2", 12), ("time 3", 12)],
    ),
    "heart phases, each place with moments of its own": (
        [
            one
            for phase in range(4)
            for one in (
                image(
                    100 * phase + n,
                    at((0, 0, z)),
                    trigger_time_ms=40.0 * phase + 0.5 * n,
                )
                for n, z in enumerate(HEIGHTS)
            )
        ],
        [("phase 1", 12), ("phase 2", 12), ("phase 3", 12), ("phase 4", 12)],
    ),
    "magnitude and phase images": (
        repeated(2, image_type=[("ORIGINAL", "PRIMARY", "P"), ("ORIGINAL", "PRIMARY", "M")]),
        [("magnitude", 12), ("phase image", 12)],
    ),
    "inversion times": (
        repeated(2, inversion_time_ms=[250.0, 300.0]),
        [("TI 250", 12), ("TI 300", 12)],
    ),
    "kernels": (
        repeated(2, "CT", convolution_kernel=["B30f", "B70f"]),
        [("kernel B30f", 12), ("kernel B70f", 12)],
    ),
    "two tube voltages": (
        repeated(2, "CT", kvp=[140.0, 80.0]),
        [("80 kV", 12), ("140 kV", 12)],
    ),
    "passes of a contrast agent": (
        repeated(2, "CT", acquisition_number=[3, 2]),
        [("acquisition 2", 12), ("acquisition 3", 12)],
    ),
    "passes known by their time alone": (
        repeated(2, "CT", acquisition_datetime=[NOON, NOON + timedelta(seconds=30)]),
        [("pass 1", 12), ("pass 2", 12)],
    ),
    "time frames of a dynamic PET": (
        repeated(2, "PT", frame_reference_time_ms=[30000.0, 10000.0]),
        [("time frame 1", 12), ("time frame 2", 12)],
    ),
    "two acquisitions of which one lies between the slices of the other": (
        [
            *stack(HEIGHTS, 1, "CT", acquisition_number=1),
            *stack([z + 1.3 for z in HEIGHTS], 50, "CT", acquisition_number=2),
        ],
        [("acquisition 1", 12), ("acquisition 2", 12)],
    ),
    "a new acquisition for every slice": (
        [
            image(n, at((0, 0, z)), "CT", acquisition_number=n)
            for n, z in enumerate(HEIGHTS, start=1)
        ],
        [("", 12)],
    ),
    "one acquisition after the other along the table": (
        [
            *stack(HEIGHTS, 1, "CT", acquisition_number=1),
            *stack([60 + z for z in HEIGHTS], 50, "CT", acquisition_number=2),
        ],
        [("", 24)],
    ),
    "three planes of a localizer": (
        [
            *(image(n, at((0, 0, 10 * n), AXIAL)) for n in range(3)),
            *(image(n, at((0, 10 * n, 0), CORONAL)) for n in range(3, 6)),
            *(image(n, at((10 * n, 0, 0), SAGITTAL)) for n in range(6, 9)),
        ],
        [("axial", 3), ("coronal", 3), ("sagittal", 3)],
    ),
    "three single views stay together": (
        [
            image(1, at((0, 0, 0), AXIAL)),
            image(2, at((0, 0, 0), CORONAL)),
            image(3, at((0, 0, 0), SAGITTAL)),
        ],
        [("", 3)],
    ),
    "one place through time is a cine": (
        [image(n, at((0, 0, 0)), trigger_time_ms=30.0 * n) for n in range(20)],
        [("", 20)],
    ),
    "images without a place beside a stack": (
        [*stack(HEIGHTS), image(99)],
        [("", 12), ("without position", 1)],
    ),
    "images without a place": ([image(1), image(2)], [("", 2)]),
    "one image missing of one phase is no phase at all": (
        repeated(2, trigger_time_ms=[0.0, 40.0])[:-1],
        [("", 23)],
    ),
}


@pytest.mark.parametrize(("images", "expected"), CASES.values(), ids=CASES.keys())
def test_a_series_parts_by_what_differs(images, expected):
    assert sorted(grouped(images)) == sorted(expected)
    assert [words for words, _ in grouped(images)] == [words for words, _ in expected]


@pytest.mark.parametrize(("images", "expected"), CASES.values(), ids=CASES.keys())
def test_the_same_holds_for_the_frames_of_one_instance(images, expected):
    if any(one.plane is None for one in images):
        pytest.skip("frames without a place are a cine")
    frames = [
        replace(
            one,
            sop_instance_uid="1.1.1.1",
            frame_number=n,
            number_of_frames=len(images),
            instance_number=1,
        )
        for n, one in enumerate(images, start=1)
    ]
    if len({one.plane for one in frames}) == 1:
        assert grouped(frames) == [("", len(frames))]
        return
    assert grouped(frames) == expected


def test_stacks_of_an_enhanced_instance_are_apart():
    frames = [
        image(1, at((0, 0, 5 * n)), sop="1.1.1.1", frame=n, frames=8, stack_id=str(1 + n // 5))
        for n in range(1, 9)
    ]
    assert grouped(frames) == [("stack 1", 4), ("stack 2", 4)]


def test_instances_of_one_concatenation_are_one_stack():
    halves = [
        image(half, at((0, 0, 50 * half + 5 * n)), sop=f"1.1.1.{half}", frame=n + 1, frames=10)
        for half in (1, 2)
        for n in range(10)
    ]
    assert grouped(halves) == [("", 20)]


@pytest.mark.parametrize("modality", ["US", "XA", "RF", "NM"])
def test_a_cine_is_its_own_set_in_the_order_of_its_frames(modality):
    cine = [image(1, None, modality, sop="1.1.1.1", frame=n, frames=9) for n in range(9, 0, -1)]
    (shown,) = group_into_display_sets(cine)
    assert [one.frame_number for one in shown.images] == list(range(1, 10))
    assert shown.stack is None


def test_the_title_says_what_differs():
    images = repeated(2, diffusion_b_value=[0.0, 1000.0], series_description=["DWI", "DWI"])
    assert [s.title for s in group_into_display_sets(images)] == ["DWI · b=0", "DWI · b=1000"]


@given(st.permutations(stack(HEIGHTS)))
def test_a_shuffled_stack_is_read_from_the_head(images):
    (shown,) = group_into_display_sets(images)
    assert heights(shown) == HEIGHTS[::-1]
    assert shown.stack is not None
    assert shown.stack.is_regular
    assert shown.stack.spacing_mm == pytest.approx(5)


@given(st.sets(st.integers(1, 10), min_size=1, max_size=4))
def test_every_missing_slice_is_a_gap_at_its_place(missing):
    kept = [z for n, z in enumerate(HEIGHTS) if n not in missing]
    (shown,) = group_into_display_sets(stack(kept))
    assert shown.stack is not None
    here = heights(shown)
    wide = {i for i in range(len(here) - 1) if here[i] - here[i + 1] > 5.5}
    assert not shown.stack.is_regular
    if 2 * len(wide) < len(here) - 1:
        assert shown.stack.spacing_mm == pytest.approx(5)
        assert set(shown.stack.gaps) == wide
        assert shown.stack.words == f"{len(wide)} gap{'s' * (len(wide) > 1)}"
    else:  # the wide step is the usual one
        assert "uneven spacing" in shown.stack.words


@given(st.integers(0, 11), st.integers(1, 3))
def test_a_position_that_comes_again_is_said(place, times):
    images = [*stack(HEIGHTS), *stack([HEIGHTS[place]] * times, 90)]
    (shown,) = group_into_display_sets(images)
    assert shown.stack is not None
    assert len(shown.stack.duplicates) == times
    assert "repeated position" in shown.stack.words
    numbers = [one.instance_number for one in shown.images]
    again = numbers.index(place + 1)
    assert numbers[again : again + times + 1] == [place + 1, *range(90, 90 + times)]


def test_a_tilted_gantry_is_said_and_the_order_is_along_the_normal():
    images = [image(n, at((0, 0.3 * z, z))) for n, z in enumerate(HEIGHTS)]
    (shown,) = group_into_display_sets(images[::-1])
    assert heights(shown) == HEIGHTS[::-1]
    assert shown.stack is not None
    assert (shown.stack.is_tilted, shown.stack.words) == (True, "tilted")


def test_a_fan_of_slices_is_said_not_to_be_parallel():
    def turned(degrees):
        angle = radians(degrees)
        return ((1.0, 0.0, 0.0), (0.0, cos(angle), sin(angle)))

    fan = [image(n, at((0, 0, 5 * n), turned(2 * n))) for n in range(4)]
    (shown,) = group_into_display_sets(fan)
    assert shown.stack is not None
    assert shown.stack.words == "not parallel"


@given(
    st.lists(
        st.builds(
            lambda z, b, e, kind: (z, b, e, kind),
            st.sampled_from([0.0, 5.0, 10.0, 15.0]),
            st.sampled_from([None, 0.0, 1000.0]),
            st.sampled_from([None, 1, 2]),
            st.sampled_from([AXIAL, CORONAL, None]),
        ),
        max_size=24,
    ),
    st.randoms(use_true_random=False),
)
def test_no_image_is_lost_or_doubled_and_the_order_they_came_in_does_not_matter(rows, chance):
    images = [
        image(n, None if c is None else at((0, z, z), c), diffusion_b_value=b, echo_number=e)
        for n, (z, b, e, c) in enumerate(rows)
    ]
    sets = group_into_display_sets(images)
    found = sorted(one.instance_number for s in sets for one in s.images)
    assert found == list(range(len(images)))
    # which plane leads is a matter of the first image; what belongs together is not
    shuffled = group_into_display_sets(chance.sample(images, len(images)))
    parted = {frozenset(one.instance_number for one in s.images) for s in sets}
    assert {frozenset(one.instance_number for one in s.images) for s in shuffled} == parted


def described(folder):
    for path in sorted(folder.rglob("*.dcm")):
        opened = open_part10(path)
        try:
            yield from describe_frames(read_instance(opened))
        finally:
            opened.source.close()


def test_real_series_are_one_regular_stack_each(shared_data):
    found = list(described(shared_data / "03_mr" / "t1_7T_defaced_PDDL"))
    assert len(found) == 64
    (shown,) = group_into_display_sets(found)
    assert shown.stack is not None
    assert shown.stack.is_regular
    assert shown.stack.spacing_mm == pytest.approx(0.67, abs=0.01)


@pytest.mark.parametrize(
    ("name", "count", "spacing_mm"), [("BRTUM001", 15, 6.0), ("BRTUM003", 24, 6.0)]
)
def test_a_real_enhanced_instance_is_a_stack(shared_data, name, count, spacing_mm):
    path = shared_data / "03_mr" / "enhanced_multiframe_brain_tumour_NEMA" / name
    opened = open_part10(path)
    try:
        found = describe_frames(read_instance(opened))
    finally:
        opened.source.close()
    (shown,) = group_into_display_sets(found)
    assert len(shown.images) == count
    assert shown.stack is not None
    assert shown.stack.is_regular
    assert shown.stack.spacing_mm == pytest.approx(spacing_mm, abs=0.01)
