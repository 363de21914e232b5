"""PET over CT: in its place, in its own unit, nowhere that it was not measured, or refused."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readstation.app.jobs import JobContext
from readstation.app.reconstruction.fusion import no_relation
from readstation.app.reconstruction.fusion_rules import (
    NO_MEANING,
    NO_OVERLAP,
    NOTHING_TO_LAY,
    ON_ANATOMY,
    OTHER_PATIENT,
    anatomy_under,
    why_not_fused,
)
from readstation.app.reconstruction.load_source import load_source
from readstation.app.reconstruction.plane_drags import drag_over_plane
from readstation.app.reconstruction.plane_model import make_plane
from readstation.app.reconstruction.plane_opening import PlaneOpening
from readstation.app.reconstruction.plane_set import Direction
from readstation.app.reconstruction.read_out import read_out
from readstation.app.reconstruction.reconstruction import Reconstruction
from readstation.app.reconstruction.whole_mip import is_whole, toggle_whole, turn_lines
from readstation.app.viewport.image_description import PatientBanner
from readstation.app.viewport.link_book import pair_of
from readstation.app.viewport.link_kind import Hindrance, Link, LinkKind
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.value_scale import ValueScale
from readstation.app.viewport.viewport_state import Tool
from readstation.app.viewport.window.window_presets import parse_window_presets
from readstation.domain.measurement import ImagePoint
from readstation.imaging.modality_lut import IDENTITY, modality_values
from readstation.imaging.registration import Registration
from readstation.imaging.reslice import Projection, Slab
from readstation.imaging.rigid_transform import IDENTITY_TRANSFORM, RigidTransform
from readstation.imaging.volume_probe import probe
from readstation.resource_files import resources
from tests.app.reconstruction.phantoms import BACKGROUND_SUV, SUV, pet_over, stack_of
from tests.app.reconstruction.volumes import NoFiles, series, source_of

AXIAL, CORONAL, SAGITTAL = Direction
PRESETS = parse_window_presets((resources() / "window_presets.toml").read_text(encoding="utf-8"))
BANNER = PatientBanner("DEMO^PET", "P1")
MIDDLE_MM = (7.0, 5.0, 11.0)  # of the CT: 15 x 10 x 22 mm
SMALL = {"spacing_mm": (0.9, 1.1, 1.7), "size": (13, 11, 9)}
SPOT = (((0.7, -0.4, 0.9), 3.2, 6.5),)


def ct(number=1, **changes):
    return series(number, banner=BANNER, **changes)


def pet(like, spots=SPOT, **changes):
    return pet_over(like.first, MIDDLE_MM, spots, **{**SMALL, **changes})


def source_from(display_set, frames):
    return load_source(NoFiles(), stack_of(display_set, frames), JobContext())


def make_all(model):
    while (wanted := model.next_wanted()) is not None:
        model.take_plane(wanted, make_plane(wanted, JobContext()))


def opened(base, over=(), relation=None):
    model = Reconstruction(PRESETS)
    model.begin(PlaneOpening(base))
    for plane in model.planes.values():
        plane.resize(300, 300)
    model.fusion.offer(tuple(over), relation or LinkGroup().known)
    model.take(base, source_of(base))
    make_all(model)
    return model


def fused(base=None, relation=None, **changes):
    """Return planes with a PET over them, and that PET."""
    base = base or ct()
    over, frames = pet(base, **changes)
    model = opened(base, [over], relation)
    model.next_layer()
    model.take_layer(over, source_from(over, frames))
    make_all(model)
    return model, over


def uptake_of(model, direction):
    """Return the SUV that a plane is coloured by; no number where nothing is."""
    plane = model.planes[direction]
    frame = plane.layer_frame
    values = modality_values(frame.stored_values, plane.layer.rendering.modality)
    values[frame.stored_values == frame.pixel_padding.lowest] = np.nan
    return values


def places_of(image):
    rows, columns = np.indices((image.rows, image.columns)) + 0.5
    return np.array(
        [image.plane.to_patient(c, r) for r, c in zip(rows.ravel(), columns.ravel(), strict=True)]
    ).reshape(image.rows, image.columns, 3)


@pytest.mark.parametrize("slopes", [(12.5,), (12.5, 7.25, 30.0)])
def test_the_value_at_the_centre_of_a_voxel_is_the_uptake_that_was_stored(slopes):
    model, over = fused(slopes=slopes)
    layer = model.fusion.layer
    _, frames = pet(ct(), slopes=slopes)
    for image in (over.images[0], over.images[3], over.images[-1]):
        stored = frames[image.sop_instance_uid].stored_values
        slope = image.modality_transform.rescale_slope
        for row, column in ((0, 0), (3, 5), (10, 12)):
            at_mm = image.plane.to_patient(column + 0.5, row + 0.5)
            wanted = stored[row, column] * slope * 70_000 / _dose_left()
            found = probe(layer.source.volume, at_mm) * layer.factor
            assert found == pytest.approx(wanted, rel=1e-6)


def _dose_left():
    return 370e6 * 2 ** (-3600 / 6586.2)


@pytest.mark.parametrize("direction", list(Direction))
def test_a_hot_sphere_lies_where_it_was_within_half_a_voxel(direction):
    model, _ = fused()
    wanted = np.add(MIDDLE_MM, SPOT[0][0])
    model.move_crosshair(tuple(wanted))
    make_all(model)
    uptake = uptake_of(model, direction)
    places = places_of(model.planes[direction].description)
    weight = np.where(np.nan_to_num(uptake) > 3.5, uptake - BACKGROUND_SUV, 0.0)
    assert weight.sum() > 0
    centre = (places * weight[..., None]).sum(axis=(0, 1)) / weight.sum()
    across = np.array(model.planes[direction].description.plane.normal) == 0
    away = np.abs(centre - wanted) / SMALL["spacing_mm"]
    assert away[across].max() < 0.5
    assert np.nanmax(uptake) == pytest.approx(6.5, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.floats(-4, 4), st.floats(-3, 3), st.floats(-5, 5)),
    st.floats(-40, 40),
    st.sampled_from(list(Direction)),
    st.sampled_from([Slab(), Slab(3.0, Projection.MAXIMUM), Slab(3.0, Projection.MEAN)]),
)
def test_nothing_is_coloured_beyond_what_was_measured(shift, angle, direction, slab):
    base = ct()
    over, frames = pet_over(base.first, np.add(MIDDLE_MM, shift), SPOT, **SMALL)
    model = opened(base, [over])
    model.next_layer()
    model.take_layer(over, source_from(over, frames))
    model.turn(direction, angle)
    model.set_slab(slab)
    make_all(model)
    volume = model.fusion.layer.source.volume
    reach = math.hypot(*(slab.thickness_mm / 2 / s for s in volume.spacing_mm))
    for plane in model.planes.values():
        places = places_of(plane.description).reshape(-1, 3)
        at = volume.to_voxel @ np.column_stack([places, np.ones(len(places))]).T
        last = np.array(volume.values.shape[::-1])[:, None] - 1
        beyond = np.maximum(-at, at - last).max(axis=0) - 0.5
        if plane.layer_frame is None:
            assert plane.layer is None
            assert beyond.min() > -1e-6
            continue
        frame = plane.layer_frame
        is_coloured = (frame.stored_values != frame.pixel_padding.lowest).ravel()
        assert not (is_coloured & (beyond > reach + 1e-6)).any()
        assert is_coloured[beyond < -1e-6].all()


def test_the_badge_says_what_lies_over_what_and_the_unit_is_proven():
    model, _ = fused()
    for plane in model.planes.values():
        assert plane.layer.words == ("FUSED: PET over CT, opacity 50 %, same frame of reference")
        assert plane.layer.opacity == 0.5
    assert model.fusion.layer.scale is ValueScale.SUVBW
    assert model.fusion.layer.unit == "SUVbw g/ml"
    assert (model.fusion.look.bottom, model.fusion.look.top) == (0, 6)


def test_without_proof_the_unit_is_that_of_the_file_and_no_suv_window_lies_over_it():
    model, _ = fused(suv_inputs=replace(SUV, patient_weight_kg=None))
    layer = model.fusion.layer
    assert layer.scale is ValueScale.AS_STORED
    assert layer.unit == "Bq/ml"
    assert "weight" in layer.no_suv
    suv_tops = {preset.window.width for preset in PRESETS.of("PT") if preset.is_suv}
    for _ in range(4):
        assert model.fusion.look.top > 1000
        assert model.fusion.look.window.width not in suv_tops
        model.fusion.next_window()
    words = read_out(model, AXIAL).text
    assert "Bq/ml" in words
    assert "SUV" not in words


def test_factors_that_differ_between_images_are_no_uptake():
    base = ct()
    over, frames = pet(base)
    images = tuple(
        replace(image, suv_inputs=replace(SUV, patient_weight_kg=70.0 + index))
        for index, image in enumerate(over.images)
    )
    over = replace(over, images=images)
    model = opened(base, [over])
    model.next_layer()
    model.take_layer(over, source_from(over, frames))
    assert model.fusion.layer.unit == "Bq/ml"
    assert "different factors" in model.fusion.layer.no_suv


def test_the_read_out_has_hounsfield_units_and_uptake_of_the_very_point():
    model, _ = fused()
    at_mm = tuple(np.add(MIDDLE_MM, SPOT[0][0]))
    model.move_crosshair(at_mm)
    image = model.planes[AXIAL].description
    column, row, _ = image.plane.to_image(at_mm)
    found = read_out(model, AXIAL, ImagePoint(column, row))
    shown_mm = image.plane.to_patient(column, row)
    hounsfield = probe(model.source.volume, shown_mm)
    uptake = probe(model.fusion.layer.source.volume, shown_mm) * model.fusion.layer.factor
    assert found.values == (f"CT {hounsfield:.1f} HU", f"PET {uptake:.2f} SUVbw g/ml")
    assert uptake == pytest.approx(6.5, abs=0.01)
    assert found.how == "linear between voxels"
    model.set_slab(Slab(4.0, Projection.MAXIMUM))
    assert read_out(model, AXIAL).how == "MIP 4 mm, linear between voxels"


def test_where_no_pet_is_the_read_out_has_a_dash_and_never_a_number():
    model, _ = fused(size=(4, 4, 4))
    found = read_out(model, AXIAL, ImagePoint(0.5, 0.5))
    assert found.values[1] == "PET –"


def test_planes_of_pet_alone_are_read_out_in_uptake():
    over, frames = pet(ct())
    model = Reconstruction(PRESETS)
    model.begin(PlaneOpening(over))
    model.take(over, source_from(over, frames))
    assert model.planes[AXIAL].state.value_scale is ValueScale.SUVBW
    model.move_crosshair(tuple(np.add(MIDDLE_MM, SPOT[0][0])))
    assert read_out(model, AXIAL).values[0].endswith("SUVbw g/ml")
    model.next_layer()
    assert model.fusion.refusal == NOTHING_TO_LAY


def test_crosshair_window_and_zoom_stay_when_the_pet_comes_and_goes():
    base = ct()
    over, frames = pet(base)
    model = opened(base, [over])
    model.point_at(CORONAL, ImagePoint(12.0, 20.0))
    model.planes[AXIAL].zoom_by(2.0, 100, 100)
    before = model.crosshair_mm, [p.state for p in model.planes.values()]
    model.next_layer()
    model.take_layer(over, source_from(over, frames))
    make_all(model)
    assert all(p.layer is not None for p in model.planes.values())
    assert (model.crosshair_mm, [p.state for p in model.planes.values()]) == before
    model.next_layer()
    make_all(model)
    assert all(p.layer is None and p.frame is not None for p in model.planes.values())
    assert (model.crosshair_mm, [p.state for p in model.planes.values()]) == before


def test_a_registered_pet_lies_where_the_registration_says():
    shift = (0.0, 1.1, 3.4)
    moved = RigidTransform(translation_mm=shift)
    base = ct()
    over, frames = pet_over(
        base.first, np.add(MIDDLE_MM, shift), SPOT, **SMALL, frame_of_reference_uid="7.7"
    )
    links = LinkGroup()
    model = opened(base, [over], links.known)
    model.next_layer()
    assert model.fusion.refusal == Hindrance.OTHER_SPACE.message
    assert model.fusion.layer is None
    links.book.take(pair_of(base.first, over.first), Registration(moved))
    model = opened(base, [over], links.known)
    model.next_layer()
    model.take_layer(over, source_from(over, frames))
    make_all(model)
    assert "registered, offset 3.6 mm 0.0°" in model.planes[AXIAL].layer.words
    at_mm = tuple(np.add(MIDDLE_MM, SPOT[0][0]))
    model.move_crosshair(at_mm)
    assert read_out(model, AXIAL).values[1] == "PET 6.50 SUVbw g/ml"
    make_all(model)
    uptake = uptake_of(model, AXIAL)
    places = places_of(model.planes[AXIAL].description)
    weight = np.where(np.nan_to_num(uptake) > 3.5, uptake, 0.0)
    centre = (places * weight[..., None]).sum(axis=(0, 1)) / weight.sum()
    assert centre[:2] == pytest.approx(at_mm[:2], abs=0.5)


HERE = Link(LinkKind.POSITION, IDENTITY_TRANSFORM)


@pytest.mark.parametrize(
    ("changes", "link", "reason"),
    [
        ({"banner": PatientBanner("DEMO^PET", "P2")}, HERE, OTHER_PATIENT),
        ({"banner": PatientBanner("DEMO^OTHER", "P1")}, HERE, "name differs"),
        ({"modality_transform": IDENTITY}, HERE, NO_MEANING),
        ({"samples_per_pixel": 3}, HERE, "Colour images"),
        (
            {},
            Link(LinkKind.NONE, hindrance=Hindrance.UNCERTAIN),
            Hindrance.UNCERTAIN.message,
        ),
        ({}, Link(LinkKind.ALIGNED, IDENTITY_TRANSFORM), "frame of reference"),
        ({}, Link(LinkKind.INDEX), "frame of reference"),
    ],
)
def test_what_may_not_be_laid_over_is_refused_with_its_reason(changes, link, reason):
    base = ct()
    over, _ = pet(base, **changes)
    assert reason in why_not_fused(base, over, link)
    assert why_not_fused(base, pet(base)[0], HERE) == ""


def test_an_irregular_stack_unknown_places_and_another_part_of_the_body_are_refused():
    base = ct()
    over, _ = pet(base)
    gap = replace(over, images=over.images[:3] + over.images[4:])
    assert "gap" in why_not_fused(base, gap, HERE)
    nowhere = replace(over, images=tuple(replace(i, plane=None) for i in over.images))
    assert "do not say where they lie" in why_not_fused(base, nowhere, HERE)
    away, _ = pet_over(base.first, np.add(MIDDLE_MM, (0, 0, 400)), SPOT, **SMALL)
    assert why_not_fused(base, away, HERE) == NO_OVERLAP
    assert why_not_fused(over, over, HERE) == ON_ANATOMY
    assert why_not_fused(over, pet(base)[0], HERE) == ON_ANATOMY


def test_the_key_goes_through_all_series_that_could_lie_over_and_then_none():
    base = ct()
    first, frames = pet(base)
    gone, _ = pet(base, modality_transform=IDENTITY, series_instance_uid="1.1.88")
    model = opened(base, [ct(2), first, base, gone])
    asked = []
    model.fusion.on_asked(asked.append)
    model.next_layer()
    assert asked == [first]
    assert model.fusion.is_waiting
    model.take_layer(first, source_from(first, frames))
    model.next_layer()
    assert (asked, model.fusion.refusal, model.fusion.layer) == ([first], NO_MEANING, None)
    model.next_layer()
    assert (model.fusion.display_set, model.fusion.refusal) == (None, "")
    assert opened(base).fusion.display_set is None


def test_a_volume_that_comes_late_is_laid_over_nothing():
    base = ct()
    over, frames = pet(base)
    model = opened(base, [over])
    model.next_layer()
    late = source_from(over, frames)
    model.next_layer()
    model.take_layer(over, late)
    make_all(model)
    assert all(p.layer is None for p in model.planes.values())
    model.next_layer()
    model.begin(PlaneOpening(ct(2)))
    model.take_layer(over, late)
    assert model.fusion.layer is None


def test_an_image_made_without_the_layer_is_not_taken_once_there_is_one():
    base = ct()
    over, frames = pet(base)
    model = opened(base, [over])
    model.planes[AXIAL].scroll(1)
    wanted = model.next_wanted()
    late = make_plane(wanted, JobContext())
    model.next_layer()
    model.take_layer(over, source_from(over, frames))
    model.take_plane(wanted, late)
    assert model.planes[AXIAL].frame is None
    make_all(model)
    assert model.planes[AXIAL].layer is not None


def test_scrolling_takes_the_colours_away_with_the_image():
    model, _ = fused()
    model.planes[SAGITTAL].scroll(1)
    assert model.planes[SAGITTAL].layer is None
    assert model.planes[SAGITTAL].layer_frame is None
    make_all(model)
    assert model.planes[SAGITTAL].layer is not None


def test_opacity_colours_and_window_change_the_layer_and_not_the_image():
    model, _ = fused()
    plane = model.planes[AXIAL]
    image, laid = plane.frame, plane.layer_frame
    model.fusion.make_opaque(0.3)
    assert plane.layer.opacity == pytest.approx(0.8)
    assert "opacity 80 %" in plane.layer.words
    model.fusion.make_opaque(0.9)
    assert plane.layer.opacity == 1.0
    model.fusion.toggle_opacity()
    assert plane.layer.opacity == 0.0
    palette = plane.layer.rendering.palette
    model.fusion.next_table()
    assert plane.layer.rendering.palette != palette
    model.fusion.next_window()
    assert plane.layer.rendering.voi.width == 5.0
    model.fusion.set_top(12.0)
    assert (model.fusion.look.bottom, model.fusion.look.top) == (0.0, 12.0)
    assert plane.frame is image
    assert plane.layer_frame is laid
    assert model.next_wanted() is None


def test_a_plane_that_turned_pet_reaches_not_is_left_without_colours():
    model, over = fused(size=(4, 4, 4))
    far = model.planes[AXIAL]
    far.go_to(0)
    make_all(model)
    assert far.frame is not None
    assert far.layer is None
    assert over is model.fusion.display_set


# From the PET itself


def test_a_pet_is_shown_over_the_ct_of_its_own_study_that_it_fits():
    base = ct()
    over, _ = pet(base)
    known = LinkGroup().known
    elsewhere = replace(base, images=tuple(replace(i, study_instance_uid="9") for i in base.images))
    radiograph = replace(base, images=base.images[:1], stack=None)
    magnetic = replace(base, images=tuple(replace(i, modality="MR") for i in base.images))
    sets = (radiograph, elsewhere, magnetic, over, base)
    assert anatomy_under(over, sets, known) is base
    assert anatomy_under(over, (over, magnetic), known) is magnetic
    assert anatomy_under(over, (over, radiograph), known) is None
    assert anatomy_under(base, sets, known) is None  # a CT is its own
    assert anatomy_under(over, sets, no_relation) is None


def test_planes_opened_for_a_pet_get_it_over_them_at_once():
    base = ct()
    over, _ = pet(base)
    asked = []
    model = Reconstruction(PRESETS)
    model.fusion.on_asked(asked.append)
    model.fusion.offer((base, over), LinkGroup().known)
    model.begin(PlaneOpening(base, over=over))
    assert asked == []
    model.take(base, source_of(base))
    assert asked == [over]


def whole(spots):
    """Return the MIP of a whole PET."""
    over, frames = pet(ct(), spots)
    model = Reconstruction(PRESETS)
    model.begin(PlaneOpening(over, is_whole=True))
    for plane in model.planes.values():
        plane.resize(300, 300)
    model.take(over, source_from(over, frames))
    make_all(model)
    return model


def hottest(model, direction):
    """Return where in the image the hottest place is, from the middle of the volume, in mm."""
    plane = model.planes[direction]
    values = plane.frame.stored_values.astype(float)
    hot = np.argwhere(values >= 0.8 * values.max()).mean(axis=0) + 0.5
    image = plane.description
    row, column = hot - np.array([image.rows, image.columns]) / 2
    return column * image.plane.column_spacing_mm, row * image.plane.row_spacing_mm


@pytest.mark.parametrize("angle_deg", [0.0, 40.0, 90.0, -30.0, 200.0])
def test_the_whole_mip_is_turned_about_the_long_axis_of_the_patient(angle_deg):
    at = (3.0, -2.0, 4.0)
    model = whole(((at, 2.0, 8.0),))
    assert is_whole(model)
    assert model.cut.slab.projection is Projection.MAXIMUM
    turn_lines(model, angle_deg)
    make_all(model)
    turn = math.radians(angle_deg)
    across = at[0] * math.cos(turn) + at[1] * math.sin(turn)
    found = hottest(model, CORONAL)
    assert found == pytest.approx((across, -at[2]), abs=1.0)
    assert "MIP" in model.planes[CORONAL].description.series_description


def test_dragging_turns_the_whole_mip_and_nothing_else():
    model = whole(SPOT)
    for plane in model.planes.values():
        plane.choose_tool(Tool.CURSOR)
    drag = drag_over_plane(model, CORONAL, (100.0, 50.0), has_shift=False)
    drag.move(160.0, 80.0)
    assert model.is_turning
    drag.end()
    assert model.cut.turned.angle_deg == pytest.approx(30.0)
    assert drag_over_plane(model, AXIAL, (100.0, 50.0), has_shift=False) is None
    model.planes[CORONAL].choose_tool(Tool.WINDOW)
    assert drag_over_plane(model, CORONAL, (100.0, 50.0), has_shift=False) is None
    thin, _ = fused()
    thin.planes[CORONAL].choose_tool(Tool.CURSOR)
    assert drag_over_plane(thin, CORONAL, (100.0, 50.0), has_shift=False) is None


def test_the_whole_mip_is_asked_of_the_pet_and_refused_without_one():
    asked = []
    model = opened(ct())
    model.fusion.on_alone_asked(asked.append)
    toggle_whole(model)
    assert asked == []
    assert "PET" in model.planes[AXIAL].state.notice
    with_pet, over = fused()
    with_pet.fusion.on_alone_asked(asked.append)
    toggle_whole(with_pet)
    assert asked == [over]
