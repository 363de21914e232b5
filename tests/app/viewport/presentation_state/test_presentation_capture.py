"""The present view as a presentation state: applied again it shows the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.app.viewport.measuring import Subject, make_length, make_probe
from readstation.app.viewport.presentation_state.presentation_capture import (
    CannotSaveViewError,
    ViewName,
    ViewScope,
    capture_view,
    usable_label,
)
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.measurement import EllipseRoi, ImagePoint
from readstation.imaging.frame import StoredFrame
from readstation.imaging.graphic_annotation import GraphicType
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation_state import SoftcopyVoi
from readstation.imaging.shutter import DisplayShutter, RectangularShutter
from readstation.imaging.voi import VoiLutFunction, VoiWindow, gray_levels
from tests.app.viewport.conftest import COLUMNS, ROWS, described, shown, stored

NAME = ViewName("as read", "two words", "Dr. Test", "2.25.1", "2.25.2")
SOFT, LUNG = VoiWindow(50, 350), VoiWindow(-600, 1500)


@pytest.fixture
def slices():
    return [described(1), described(2, vois=(LUNG,)), described(3)]


@pytest.fixture
def viewport(make_viewport, slices):
    return make_viewport(slices)


@given(
    st.sampled_from([DisplayOrientation(t, f) for t in range(4) for f in (False, True)]),
    st.booleans(),
    st.floats(10.0, 40.0),
    st.integers(0, COLUMNS),
    st.integers(0, ROWS),
)
def test_a_saved_view_applied_again_shows_the_same(orientation, is_inverted, zoom, column, row):
    viewport = ViewportModel()
    viewport.resize(300, 200)
    shown(viewport, [described(1)])
    viewport.set_window(SOFT)
    viewport.change(
        orientation=orientation, is_inverted=is_inverted, zoom=zoom, center=ImagePoint(column, row)
    )
    rendering = viewport.rendering
    state = capture_view(viewport, ViewScope.IMAGE, NAME)
    viewport.reset()
    viewport.present(state)
    assert viewport.rendering == rendering
    assert viewport.state.orientation == orientation
    again = capture_view(viewport, ViewScope.IMAGE, NAME)
    assert again.areas[0].area.is_whole(COLUMNS, ROWS) == state.areas[0].area.is_whole(
        COLUMNS, ROWS
    )


def test_a_fitted_view_is_the_whole_image(viewport):
    area = capture_view(viewport, ViewScope.IMAGE, NAME).areas[0].area
    assert area.is_whole(COLUMNS, ROWS)


def test_one_image_or_all_of_the_box_are_meant(viewport, slices):
    one = capture_view(viewport, ViewScope.IMAGE, NAME)
    assert [r.sop_instance_uid for r in one.references] == [slices[0].sop_instance_uid]
    every = capture_view(viewport, ViewScope.DISPLAY_SET, NAME)
    assert all(every.covers(d.sop_instance_uid, 1) for d in slices)


def test_a_chosen_window_is_one_for_all_and_the_files_windows_stay_apart(viewport, slices):
    every = capture_view(viewport, ViewScope.DISPLAY_SET, NAME)
    windows = [every.voi_of(d.sop_instance_uid, 1) for d in slices]
    assert windows == [VoiWindow(40, 400), LUNG, VoiWindow(40, 400)]
    viewport.set_window(SOFT)
    assert capture_view(viewport, ViewScope.DISPLAY_SET, NAME).vois == (SoftcopyVoi(SOFT),)


def test_frames_of_one_instance_are_named_by_number(make_viewport):
    frames = [described(1, frame_number=n, number_of_frames=4) for n in (1, 2, 3, 4)]
    viewport = make_viewport(frames)
    viewport.go_to(2)
    assert capture_view(viewport, ViewScope.IMAGE, NAME).references[0].frame_numbers == (3,)
    assert capture_view(viewport, ViewScope.DISPLAY_SET, NAME).references[0].frame_numbers == ()


def test_measurements_become_graphics_with_their_values(viewport, slices):
    d, frame = slices[0], stored()
    length = make_length(Subject(d), (ImagePoint(2, 2), ImagePoint(12, 2)), "m1")
    probe = make_probe(Subject(d, frame), (ImagePoint(4.5, 4.5),), "m2")
    oval = EllipseRoi("m3", d.frame_key, ImagePoint(2, 2), ImagePoint(6, 12), d.calibration, None,
                      "HU")  # fmt: skip
    elsewhere = make_length(Subject(slices[1]), (ImagePoint(2, 2), ImagePoint(12, 2)), "m4")
    for measurement in (length, probe, oval, elsewhere):
        viewport.measurements.put(measurement)
    (annotation,) = capture_view(viewport, ViewScope.IMAGE, NAME).annotations
    kinds = [graphic.graphic_type for graphic in annotation.graphics]
    assert kinds == [GraphicType.POLYLINE, GraphicType.POINT, GraphicType.ELLIPSE]
    assert annotation.graphics[2].points == ((4, 2), (4, 12), (2, 7), (6, 7))
    assert [text.text for text in annotation.texts][:2] == [length.text, probe.text]
    assert annotation.references[0].sop_instance_uid == d.sop_instance_uid
    assert len(capture_view(viewport, ViewScope.DISPLAY_SET, NAME).annotations) == 2
    viewport.change(are_measurements_visible=False)
    assert capture_view(viewport, ViewScope.IMAGE, NAME).annotations == ()


def test_the_shutter_that_is_seen_is_kept(make_viewport):
    shutter = DisplayShutter((RectangularShutter(2, 5, 2, 5),))
    viewport = make_viewport([described(1, shutter=shutter)])
    assert capture_view(viewport, ViewScope.IMAGE, NAME).shutter == shutter
    viewport.change(is_shutter_applied=False)
    assert capture_view(viewport, ViewScope.IMAGE, NAME).shutter is None


def refused(viewport, scope=ViewScope.IMAGE):
    with pytest.raises(CannotSaveViewError) as caught:
        capture_view(viewport, scope, NAME)
    return caught.value


def test_colour_is_refused_with_the_reason(make_viewport):
    viewport = make_viewport([described(1, samples_per_pixel=3, photometric_interpretation="RGB")])
    assert "colour" in refused(viewport).message


def test_measured_numbers_are_refused_with_the_reason():
    viewport = ViewportModel()
    frame = StoredFrame(np.zeros((ROWS, COLUMNS), np.float32), "MONOCHROME2", 32)
    viewport.on_frame_wanted(lambda token, _: viewport.show_frame(token, frame))
    viewport.set_display_set([described(1)])
    assert "whole numbers" in refused(viewport).message


def test_an_empty_box_has_no_view():
    assert "no image" in refused(ViewportModel()).message


def test_images_that_one_state_cannot_hold_are_refused_together_and_saved_alone(make_viewport):
    other = described(2, modality_transform=ModalityTransform(2, 0, is_stated=True))
    viewport = make_viewport([described(1), other])
    assert "rescale" in refused(viewport, ViewScope.DISPLAY_SET).message
    assert capture_view(viewport, ViewScope.IMAGE, NAME)
    shutter = DisplayShutter((RectangularShutter(2, 5, 2, 5),))
    viewport = make_viewport([described(1), described(2, shutter=shutter)])
    assert "shutters" in refused(viewport, ViewScope.DISPLAY_SET).message


def test_a_shutter_that_is_an_overlay_is_refused(make_viewport):
    viewport = make_viewport([described(1, shutter=DisplayShutter((), 0x6000))])
    assert "overlay" in refused(viewport).message


def test_images_of_another_size_are_shown_whole(make_viewport):
    small = described(2, rows=5, columns=6)
    viewport = make_viewport([described(1), small])
    viewport.change(zoom=40.0, center=ImagePoint(5, 5))
    state = capture_view(viewport, ViewScope.DISPLAY_SET, NAME)
    assert state.area_of(small.sop_instance_uid, 1).is_whole(6, 5)
    assert not state.area_of("1.1.1.1", 1).is_whole(COLUMNS, ROWS)


@pytest.mark.parametrize("text", ["", "   ", "ä", "A" * 17, "A\\B", "A\nB"])
def test_a_label_is_short_and_plain(text):
    with pytest.raises(CannotSaveViewError):
        usable_label(text)


def test_a_label_is_written_in_capitals():
    assert usable_label(" as-read 2 ") == "AS_READ 2"


def test_the_state_is_of_the_study_of_the_image(viewport, slices):
    state = capture_view(viewport, ViewScope.IMAGE, NAME)
    assert state.study_instance_uid == slices[0].study_instance_uid
    assert state.patient_id == slices[0].banner.patient_id


def test_an_exact_window_is_saved_as_the_linear_one_that_shows_the_same(viewport):
    exact = VoiWindow(83.5, 166.25, VoiLutFunction.LINEAR_EXACT)
    viewport.set_window(exact)
    saved = capture_view(viewport, ViewScope.IMAGE, NAME).vois[0].voi
    assert saved.function is VoiLutFunction.LINEAR
    values = np.linspace(-500, 500, 100_001)
    assert np.array_equal(gray_levels(values, saved), gray_levels(values, exact))
