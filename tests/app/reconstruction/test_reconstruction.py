"""Three planes through one volume show the right place of the right patient, or say why not."""

import itertools
import math

import pytest

from readstation.app.jobs import JobCancelled, JobContext
from readstation.app.reconstruction.load_source import (
    NotReformattedError,
    load_source,
    why_not_reformatted,
)
from readstation.app.reconstruction.plane_model import NO_MEASURING, make_plane
from readstation.app.reconstruction.plane_opening import PlaneOpening
from readstation.app.reconstruction.plane_set import NOTE, Cut, Direction, plane_set
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.viewport.image_description import LossyCompression
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.measurement import ImagePoint
from readstation.imaging.orientation import AS_STORED, edge_letters
from readstation.imaging.reslice import Projection, Slab
from readstation.imaging.voi import VoiWindow
from tests.app.reconstruction.volumes import NoFiles, needed, series, source_of, value_at

AXIAL, CORONAL, SAGITTAL = Direction


def opened(display_set=None):
    """Return a reconstruction whose planes are all there."""
    display_set = display_set or series()
    reconstruction = Reconstruction()
    assert reconstruction.begin(PlaneOpening(display_set))
    for model in reconstruction.planes.values():
        model.resize(300, 300)
    reconstruction.take(display_set, source_of(display_set))
    make_all(reconstruction)
    return reconstruction


def make_all(reconstruction):
    while (wanted := reconstruction.next_wanted()) is not None:
        reconstruction.take_plane(wanted, make_plane(wanted, JobContext()))


def test_every_plane_shows_the_values_of_where_it_says_it_lies():
    reconstruction = opened()
    for model in reconstruction.planes.values():
        image, values = model.description, model.frame.stored_values
        assert values.shape == (image.rows, image.columns)
        seen = 0
        for row, column in itertools.product(range(image.rows), range(image.columns)):
            x, y, z = image.plane.to_patient(column + 0.5, row + 0.5)
            if 0 <= x <= 14.5 and 0 <= y <= 9.5 and 0 <= z <= 22:
                assert values[row, column] == pytest.approx(value_at(x, y, z), abs=1.01)
                seen += 1
        assert seen > 200


def test_axial_planes_of_an_axial_series_are_its_own_images():
    display_set = series()
    source = source_of(display_set)
    images = plane_set(source, AXIAL, Cut())
    assert [i.plane.position_mm for i in images] == [
        pytest.approx(i.plane.position_mm) for i in display_set.images
    ]
    assert (images[0].rows, images[0].columns) == (20, 30)


def test_letters_follow_from_the_plane():
    reconstruction = opened()
    seen = {}
    for direction, model in reconstruction.planes.items():
        letters = edge_letters(AS_STORED, model.description.plane)
        seen[direction] = (letters.left, letters.right, letters.top, letters.bottom)
    assert seen == {
        AXIAL: ("R", "L", "A", "P"),
        CORONAL: ("R", "L", "H", "F"),
        SAGITTAL: ("A", "P", "H", "F"),
    }


def test_each_plane_says_that_it_was_not_acquired_and_keeps_the_cautions_of_every_slice():
    compressed = series(compression=LossyCompression(is_lossy=True, ratio=10.0))
    for model in opened(compressed).planes.values():
        assert model.description.notes[0] == NOTE
        assert model.description.compression.is_lossy
        assert model.description.banner == compressed.first.banner
        assert model.description.sop_instance_uid not in {
            i.sop_instance_uid for i in compressed.images
        }


@pytest.mark.parametrize(
    ("display_set", "reason"),
    [
        (series(skip=(5,)), "1 gap between images"),
        (series(samples_per_pixel=3), "Colour images"),
        (series(skip=range(2, 12)), "fewer than 3 images"),
    ],
)
def test_irregular_stacks_are_refused_with_the_reason_and_nothing_is_asked_for(display_set, reason):
    reconstruction = Reconstruction()
    assert not reconstruction.begin(PlaneOpening(display_set))
    assert reason in reconstruction.refusal
    assert not reconstruction.is_waiting
    assert reconstruction.next_wanted() is None
    assert why_not_reformatted(series()) == ""


def test_a_volume_with_a_slice_that_cannot_be_shown_is_refused():
    stack = needed(series())
    lacking = (*stack[:4], needed(series(), held=False)[4], *stack[5:])
    with pytest.raises(NotReformattedError, match="One image of this series cannot be displayed"):
        load_source(NoFiles(), lacking, JobContext())


def test_the_job_ends_when_it_is_cancelled():
    job = JobContext()
    job.cancel()
    with pytest.raises(JobCancelled):
        load_source(NoFiles(), needed(series()), job)


def test_a_volume_that_comes_after_the_reader_went_on_is_not_shown():
    first, second = series(1), series(2)
    reconstruction = Reconstruction()
    reconstruction.begin(PlaneOpening(first))
    late = source_of(first)
    reconstruction.begin(PlaneOpening(second))
    reconstruction.take(first, late)
    assert reconstruction.is_waiting
    assert all(model.description is None for model in reconstruction.planes.values())


def test_an_image_that_comes_after_another_was_asked_for_is_not_shown():
    reconstruction = opened()
    model = reconstruction.planes[CORONAL]
    model.scroll(1)
    wanted = reconstruction.next_wanted()
    late = make_plane(wanted, JobContext())
    model.scroll(1)
    reconstruction.take_plane(wanted, late)
    assert model.frame is None
    make_all(reconstruction)
    assert model.frame is not None
    other = series(2)
    reconstruction.begin(PlaneOpening(other))
    reconstruction.take_plane(wanted, late)
    assert model.frame is None
    assert model.description is None


def test_only_the_newest_image_of_a_plane_is_made():
    reconstruction = opened()
    for _ in range(5):
        reconstruction.planes[SAGITTAL].scroll(1)
    wanted = reconstruction.next_wanted()
    assert wanted.image is reconstruction.planes[SAGITTAL].description
    assert reconstruction.next_wanted() is None


def test_the_crosshair_takes_the_other_planes_to_its_point():
    reconstruction = opened()
    reconstruction.point_at(AXIAL, ImagePoint(8.0, 5.0))
    x, y, _ = reconstruction.planes[AXIAL].description.plane.to_patient(8.0, 5.0)
    assert reconstruction.crosshair_mm[0] == pytest.approx(x, abs=0.26)
    assert reconstruction.crosshair_mm[1] == pytest.approx(y, abs=0.26)
    on_coronal = reconstruction.links.guides.on(reconstruction.planes[CORONAL]).crosshair.centre
    plane = reconstruction.planes[CORONAL].description.plane
    assert plane.to_patient(on_coronal.column, on_coronal.row)[0] == pytest.approx(x, abs=0.26)


def test_window_inversion_and_tool_are_those_of_all_planes():
    reconstruction = opened()
    reconstruction.planes[SAGITTAL].set_window(VoiWindow(77, 333))
    reconstruction.planes[AXIAL].toggle_invert()
    reconstruction.planes[CORONAL].choose_tool(Tool.CURSOR)
    for model in reconstruction.planes.values():
        assert (model.voi.center, model.voi.width) == (77, 333)
        assert model.state.is_inverted
        assert model.state.tool is Tool.CURSOR


@pytest.mark.parametrize("tool", [Tool.LENGTH, Tool.ELLIPSE, Tool.PROBE, Tool.CALIBRATION])
def test_measuring_is_refused_in_words(tool):
    model = opened().planes[CORONAL]
    model.choose_tool(tool)
    assert model.state.tool is Tool.WINDOW
    assert model.state.notice == NO_MEASURING


def test_a_slab_keeps_place_and_window_and_says_what_it_is():
    reconstruction = opened()
    coronal = reconstruction.planes[CORONAL]
    coronal.set_window(VoiWindow(77, 333))
    coronal.scroll(3)
    before = coronal.description.plane
    thin = coronal.frame
    assert thin is None
    make_all(reconstruction)
    reconstruction.set_slab(Slab(4.0, Projection.MAXIMUM))
    make_all(reconstruction)
    assert coronal.description.plane == before
    assert coronal.voi.center == 77
    assert coronal.description.slice_thickness_mm == 4.0
    assert coronal.description.series_description.startswith("Coronal MIP 4 mm")
    reconstruction.next_projection()
    assert reconstruction.cut.slab.projection is Projection.MINIMUM
    reconstruction.thicken(-10)
    assert reconstruction.cut.slab.thickness_mm == 0


def test_turning_keeps_the_planes_at_right_angles_and_the_crosshair_where_it_was():
    reconstruction = opened()
    before = reconstruction.crosshair_mm
    reconstruction.turn(AXIAL, 20.0)
    make_all(reconstruction)
    normals = [m.description.plane.normal for m in reconstruction.planes.values()]
    for a, b in itertools.combinations(normals, 2):
        assert sum(x * y for x, y in zip(a, b, strict=True)) == pytest.approx(0, abs=1e-9)
    angle = math.acos(min(abs(normals[1][1]), 1.0))
    assert math.degrees(angle) == pytest.approx(20)
    assert reconstruction.crosshair_mm == pytest.approx(before, abs=1e-6)
    assert "turned" in reconstruction.planes[CORONAL].description.series_description
    reconstruction.straighten()
    assert not reconstruction.cut.is_oblique


def test_another_series_starts_straight_and_thin():
    reconstruction = opened()
    reconstruction.set_slab(Slab(4.0, Projection.MAXIMUM))
    reconstruction.turn(AXIAL, 20.0)
    reconstruction.begin(PlaneOpening(series(2)))
    assert reconstruction.cut == Cut()
