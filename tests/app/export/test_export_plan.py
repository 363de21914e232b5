"""What files are called: nothing of the patient, the right ending, never a name that is taken."""

from pathlib import Path

import pytest

from readstation.app.export.export_plan import (
    ExportKind,
    ExportPlan,
    free_name,
    suggested_name,
    with_ending,
)
from readstation.app.export.export_ports import PictureFormat
from readstation.app.viewport.image_description import ImageDescription, PatientBanner

IMAGE = ImageDescription(
    "1", "1.1", "1.1.1",
    banner=PatientBanner("Doe^Jane", "4711"),
    modality="../MR",
    series_number=3,
    series_description="Doe, Jane",
    instance_number=7,
    number_of_frames=9,
    frame_number=2,
)  # fmt: skip


def test_a_suggested_name_holds_numbers_and_modality_only():
    names = {kind: suggested_name(kind, IMAGE, PictureFormat.JPEG) for kind in ExportKind}
    assert names[ExportKind.PICTURE] == "MR series 3 image 7 frame 2.jpg"
    assert names[ExportKind.CINE] == "MR series 3.avi"
    assert names[ExportKind.KEY_IMAGES] == "MR key image.jpg"


@pytest.mark.parametrize(
    ("typed", "kind", "made"),
    [
        ("a", ExportKind.PICTURE, "a.png"),
        ("a.PNG", ExportKind.PICTURE, "a.PNG"),
        ("a.jpg", ExportKind.PICTURE, "a.png"),
        ("v1.2", ExportKind.PICTURE, "v1.2.png"),
        ("a.png", ExportKind.CINE, "a.avi"),
        ("folder", ExportKind.OBJECTS, "folder"),
    ],
)
def test_a_file_has_the_ending_of_what_is_in_it(typed, kind, made):
    assert with_ending(Path(typed), kind, PictureFormat.PNG) == Path(made)


def test_key_images_are_numbered_so_that_they_sort():
    plan = ExportPlan(ExportKind.KEY_IMAGES, Path("x/key.png"))
    assert [p.name for p in plan.targets(2)] == ["key 1.png", "key 2.png"]
    assert plan.targets(11)[0] == Path("x/key 01.png")
    assert ExportPlan(ExportKind.PICTURE, Path("a.png")).targets(1) == (Path("a.png"),)


def test_a_free_name_is_one_that_is_not_there(tmp_path):
    path = tmp_path / "a.png"
    assert free_name(path) == path
    path.touch()
    (tmp_path / "a (2).png").touch()
    assert free_name(path) == tmp_path / "a (3).png"
