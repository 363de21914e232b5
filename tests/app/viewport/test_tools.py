"""Each tool: from a drag in device pixels to what the model holds."""

import pytest

from readstation.app.viewport.questions import remove_selected
from readstation.app.viewport.tools import begin_drag, handle_at
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.calibration import UltrasoundRegion
from readstation.domain.measurement import EllipseRoi, Length, Probe
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow
from tests.app.viewport.conftest import described


def drag(model, tool, start, *moves, **options):
    model.choose_tool(tool)
    held = begin_drag(model, tool, *start, **options)
    for move in moves:
        held.move(*move)
    held.end()


@pytest.fixture
def viewport(make_viewport):
    return make_viewport([described(n) for n in range(3)], value=1064)


@pytest.fixture
def made(viewport):
    found = []
    viewport.measurements.on_measured(found.append)
    return found


def on_screen(model, column, row):
    return model.transform.to_viewport(column, row)


def test_dragging_right_widens_the_window_and_down_raises_the_level(viewport):
    drag(viewport, Tool.WINDOW, (100, 100), (150, 130))
    assert (viewport.voi.width, viewport.voi.center) == (450, 70)
    drag(viewport, Tool.WINDOW, (100, 100), (0, 100))
    assert viewport.voi.width < 450


def test_a_window_never_gets_narrower_than_the_standard_allows(viewport):
    drag(viewport, Tool.WINDOW, (100, 100), (-9000, 100))
    assert viewport.voi.width == 1
    drag(viewport, Tool.WINDOW, (100, 100), (500, 100))
    assert viewport.voi.width == 65


def test_dragging_over_a_voi_lut_starts_a_window_of_its_range(make_viewport):
    lut = VoiLut(1000, 8, tuple(range(200)))
    model = make_viewport([described(vois=(lut,))])
    drag(model, Tool.WINDOW, (100, 100), (100, 100))
    assert (model.voi.center, model.voi.width) == (1100, 200)


def test_the_function_of_the_files_window_is_kept(make_viewport):
    sigmoid = VoiWindow(40, 400, VoiLutFunction.SIGMOID)
    model = make_viewport([described(vois=(sigmoid,))])
    drag(model, Tool.WINDOW, (100, 100), (110, 100))
    assert model.voi.function is VoiLutFunction.SIGMOID


def test_panning_and_zooming_move_the_image_with_the_mouse(viewport):
    before = on_screen(viewport, 10, 10)
    drag(viewport, Tool.PAN, (100, 100), (130, 80))
    after = on_screen(viewport, 10, 10)
    assert after == pytest.approx((before[0] + 30, before[1] - 20), abs=1)
    zoom = viewport.transform.zoom
    drag(viewport, Tool.ZOOM, (100, 100), (100, 60))
    assert viewport.transform.zoom > zoom
    drag(viewport, Tool.SCROLL, (100, 100), (100, 125))
    assert viewport.state.frame_index == 2


def test_a_length_has_value_unit_source_and_the_frame_it_was_drawn_on(viewport, made):
    drag(viewport, Tool.LENGTH, on_screen(viewport, 5, 5), on_screen(viewport, 25, 5))
    (length,) = made
    assert isinstance(length, Length)
    assert length.value == pytest.approx(10, abs=0.1)
    assert length.text == "10.0 mm"
    assert length.frame == viewport.description.frame_key
    assert viewport.state.selected_measurement_uid == length.measurement_uid
    viewport.scroll(1)
    assert viewport.visible_measurements == ()
    viewport.scroll(-1)
    assert viewport.visible_measurements == (length,)


def test_a_click_draws_no_length(viewport, made):
    drag(viewport, Tool.LENGTH, (100, 100), (101, 101))
    assert made == []
    assert viewport.draft is None


def test_an_ellipse_states_mean_deviation_and_area(viewport, made):
    drag(viewport, Tool.ELLIPSE, on_screen(viewport, 5, 5), on_screen(viewport, 15, 15))
    (roi,) = made
    assert isinstance(roi, EllipseRoi)
    assert (roi.value, roi.unit) == (40, "HU")
    assert roi.area == pytest.approx(19.6, abs=0.5)
    assert roi.text.startswith("mean 40.0 SD 0.0 min 40.0 max 40.0 HU, area 19")
    assert roi.area_unit == "mm²"


def test_a_probe_reads_hounsfield_units(viewport, made):
    drag(viewport, Tool.PROBE, on_screen(viewport, 5.5, 5.5))
    (probe,) = made
    assert isinstance(probe, Probe)
    assert probe.text == "40.0 HU"


def test_a_handle_moves_one_end_and_the_length_follows(viewport, made):
    drag(viewport, Tool.LENGTH, on_screen(viewport, 5, 5), on_screen(viewport, 25, 5))
    start, end = on_screen(viewport, 25, 5), on_screen(viewport, 15, 5)
    assert handle_at(viewport, *start)[1] == 1
    drag(viewport, Tool.WINDOW, start, end)
    assert len(made) == 2
    assert made[1].measurement_uid == made[0].measurement_uid
    assert made[1].value == pytest.approx(5, abs=0.1)
    assert viewport.voi.width == 400


def test_the_other_buttons_pan_even_over_a_handle(viewport, made):
    drag(viewport, Tool.LENGTH, on_screen(viewport, 5, 5), on_screen(viewport, 25, 5))
    begin_drag(viewport, Tool.PAN, *on_screen(viewport, 25, 5), takes_handles=False).move(9, 9)
    assert len(made) == 1
    assert viewport.state.zoom is not None


def test_a_selected_measurement_is_removed_and_listeners_hear_of_it(viewport, made):
    removed = []
    viewport.measurements.on_removed(removed.append)
    drag(viewport, Tool.PROBE, on_screen(viewport, 5.5, 5.5))
    remove_selected(viewport)
    assert removed == made
    assert viewport.visible_measurements == ()
    remove_selected(viewport)
    assert removed == made


def test_a_drag_that_outlives_its_image_draws_nothing(viewport, made):
    viewport.choose_tool(Tool.LENGTH)
    held = begin_drag(viewport, Tool.LENGTH, 50, 50)
    held.move(120, 120)
    viewport.scroll(1)
    held.move(150, 150)
    held.end()
    assert made == []
    assert viewport.draft is None


def test_nothing_can_be_measured_before_the_pixels_are_there(viewport, made):
    viewport.set_display_set([described(rows=21)])
    for tool in (Tool.LENGTH, Tool.ELLIPSE, Tool.PROBE, Tool.WINDOW):
        drag(viewport, tool, (50, 50), (150, 150))
    assert made == []
    assert viewport.voi == VoiWindow(40, 400)


def ultrasound(*regions):
    return [described(modality="US", ultrasound_regions=regions)]


def region(x0, x1, units=3):
    return UltrasoundRegion(x0, 0, x1, 19, units, units, 0.01, 0.01)


def test_a_length_inside_one_ultrasound_region_uses_its_scale(make_viewport):
    model = make_viewport(ultrasound(region(0, 14), region(15, 29, units=4)))
    drag(model, Tool.LENGTH, on_screen(model, 2, 5), on_screen(model, 12, 5))
    (length,) = model.measurements
    assert length.text == "1.0 mm (US region)"


def test_a_length_across_ultrasound_regions_is_refused_with_a_reason(make_viewport):
    model = make_viewport(ultrasound(region(0, 14), region(15, 29)))
    drag(model, Tool.LENGTH, on_screen(model, 2, 5), on_screen(model, 25, 5))
    assert list(model.measurements) == []
    assert model.state.notice == (
        "These points have no common ultrasound scale. "
        "Measure inside one two-dimensional image region."
    )
