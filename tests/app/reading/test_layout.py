"""Display sets and what is hung first."""

import pytest

from readstation.app.reading.display_set import DisplaySet, group_into_display_sets
from readstation.app.reading.layout import Layout, best_match
from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.plane import ImagePlane


def axial(z_mm: float, number: int, series: str = "1", frame_of_reference: str = "9"):
    plane = ImagePlane(
        position_mm=(0.0, 0.0, z_mm),
        row_cosines=(1.0, 0.0, 0.0),
        column_cosines=(0.0, 1.0, 0.0),
        row_spacing_mm=1.0,
        column_spacing_mm=1.0,
        frame_of_reference_uid=frame_of_reference,
    )
    return ImageDescription(
        "1.1", series, f"{series}.{number}", modality="CT", instance_number=number, plane=plane
    )


def view(laterality: str, position: str) -> ImageDescription:
    uid = f"7.{laterality}{position}"
    return ImageDescription(
        "1.1", "7", uid, modality="MG", laterality=laterality, view_position=position
    )


def test_axial_slices_start_at_the_head_whatever_their_numbers() -> None:
    (stack,) = group_into_display_sets([axial(-5, 1), axial(20, 2), axial(7, 3)])
    assert [image.instance_number for image in stack.images] == [2, 3, 1]


def test_slices_of_two_frames_of_reference_fall_back_to_instance_numbers() -> None:
    images = [axial(1, 3), axial(2, 1, frame_of_reference="8"), axial(3, 2)]
    (stack,) = group_into_display_sets(images)
    assert [image.instance_number for image in stack.images] == [1, 2, 3]


def test_two_slices_at_one_position_fall_back_to_instance_numbers() -> None:
    (stack,) = group_into_display_sets([axial(5, 2), axial(5, 1)])
    assert [image.instance_number for image in stack.images] == [1, 2]


def test_every_projection_and_every_multi_frame_instance_hangs_alone() -> None:
    cine = [
        ImageDescription("1.1", "3", "3.1", modality="US", frame_number=n, number_of_frames=3)
        for n in (1, 2, 3)
    ]
    assert len(group_into_display_sets([view("R", "CC"), view("L", "CC")])) == 2
    assert [len(s.images) for s in group_into_display_sets(cine)] == [3]


def test_the_best_match_is_of_the_same_modality() -> None:
    current = group_into_display_sets([axial(1, 1)])
    prior = group_into_display_sets([axial(1, 1, "5"), axial(2, 2, "5")])
    assert best_match(current[0], (DisplaySet((view("R", "CC"),)),)) is None
    assert best_match(current[0], prior) is prior[0]


@pytest.mark.parametrize("layout", [Layout.ONE, Layout.TWO, Layout.FOUR, Layout(2, 4)])
def test_a_layout_has_as_many_boxes_as_rows_by_columns(layout: Layout) -> None:
    assert layout.box_count == layout.rows * layout.columns
    assert layout.title == f"{layout.rows}×{layout.columns}"
    assert Layout.of_code(layout.code) == layout


def test_a_layout_of_an_earlier_format_is_understood() -> None:
    assert [Layout.of_code(c) for c in ("ONE", "TWO", "FOUR")] == [
        Layout.ONE,
        Layout.TWO,
        Layout.FOUR,
    ]


@pytest.mark.parametrize("code", ["", "0x1", "two", "2x", "2x4x1"])
def test_what_is_no_layout_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=code or "^$"):
        Layout.of_code(code)


def test_a_layout_of_too_many_boxes_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 12 boxes"):
        Layout.of_code("5x5")
