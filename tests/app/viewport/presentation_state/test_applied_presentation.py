"""Presentation states in an image box: which apply, what they change, and that the reader wins."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from readstation.app.viewport.frame_marks import FrameMarks, shutter_of
from readstation.app.viewport.overlay_text import Caution, overlay_text
from readstation.app.viewport.presentation_state.applied_presentation import graphics_of
from readstation.app.viewport.presentation_state.presented_frame import (
    Extent,
    applies_to,
    states_for,
)
from readstation.app.viewport.viewport_state import ChosenWindow
from readstation.app.viewport.window.window_choice import apply_preset
from readstation.domain.measurement import ImagePoint
from readstation.imaging.displayed_area import DisplayedArea
from readstation.imaging.graphic_annotation import (
    Annotation,
    Graphic,
    GraphicType,
    ImageReference,
)
from readstation.imaging.modality_lut import IDENTITY, ModalityTransform
from readstation.imaging.orientation import AS_STORED, DisplayOrientation
from readstation.imaging.overlay_plane import OverlayPlane
from readstation.imaging.presentation import PresentationLutShape
from readstation.imaging.presentation_state import (
    AreaSelection,
    OverlayActivation,
    PresentationState,
    PresentationStateKind,
    SoftcopyVoi,
)
from readstation.imaging.shutter import DisplayShutter, RectangularShutter
from readstation.imaging.voi import VoiWindow
from tests.app.viewport.conftest import COLUMNS, ROWS, described

HU = ModalityTransform(1, -1024, is_stated=True)
SOFT = VoiWindow(50, 350)
POINT = Annotation("A", (Graphic(GraphicType.POINT, ((3.0, 4.0),)),))


def made(*images, **values):
    given = {
        "kind": PresentationStateKind.GRAYSCALE,
        "sop_instance_uid": "5.1",
        "study_instance_uid": "1.1",
        "content_label": "SOFT",
        "references": tuple(ImageReference(d.sop_instance_uid) for d in images),
        "modality_transform": HU,
        "vois": (SoftcopyVoi(SOFT),),
        "orientation": DisplayOrientation(1),
        "annotations": (POINT,),
        **values,
    }
    return PresentationState(**given)


@pytest.fixture
def slices():
    return [described(n) for n in (1, 2, 3)]


@pytest.fixture
def viewport(make_viewport, slices):
    return make_viewport(slices)


def badge_of(viewport):
    badges = overlay_text(viewport).badges
    return [b.text for b in badges if b.caution is Caution.PRESENTATION]


# Which states apply


def test_a_state_applies_to_the_frames_it_names_and_to_no_other(slices):
    state = made(slices[0])
    assert applies_to(state, slices[0])
    assert not applies_to(state, slices[1])
    of_frames = made(references=(ImageReference(slices[0].sop_instance_uid, (2, 3)),))
    assert not applies_to(of_frames, slices[0])
    assert applies_to(of_frames, replace(slices[0], frame_number=3))


def test_a_state_of_another_study_never_applies_though_it_names_the_image(slices):
    assert not applies_to(made(slices[0], study_instance_uid="1.2"), slices[0])
    assert not applies_to(made(slices[0], study_instance_uid=""), slices[0])
    nameless = replace(slices[0], study_instance_uid="")
    assert not applies_to(made(slices[0], study_instance_uid=""), nameless)


def test_a_state_of_another_patient_never_applies(slices):
    assert not applies_to(made(slices[0], patient_id="SOMEBODY"), slices[0])


def test_colour_states_are_for_colour_and_grayscale_states_for_gray(slices):
    colour = replace(slices[0], samples_per_pixel=3, photometric_interpretation="RGB")
    of_colour = made(slices[0], kind=PresentationStateKind.COLOUR)
    assert not applies_to(made(slices[0]), colour)
    assert applies_to(of_colour, colour)
    assert not applies_to(of_colour, slices[0])


def test_the_newest_state_comes_first(slices):
    old = made(slices[0], created=datetime(2026, 1, 1))
    new = made(slices[0], created=datetime(2026, 1, 2), sop_instance_uid="5.2")
    undated = made(slices[0], sop_instance_uid="5.3")
    assert states_for([undated, old, new], slices[0]) == (new, old, undated)


# What they change


def test_applied_whole_a_state_sets_window_polarity_orientation_and_area(viewport, slices):
    area = DisplayedArea((11, 6), (20, 10))
    state = made(
        slices[0],
        presentation_lut_shape=PresentationLutShape.INVERSE,
        areas=(AreaSelection(area),),
    )
    viewport.present(state)
    assert viewport.rendering.voi == SOFT
    assert viewport.rendering.is_inverse
    assert viewport.state.orientation == DisplayOrientation(1)
    transform = viewport.transform
    assert (transform.center_column, transform.center_row) == (15.0, 7.5)
    assert transform.zoom == pytest.approx(20.0)
    assert badge_of(viewport) == ["Presentation state SOFT"]
    assert graphics_of(viewport.state, slices[0])


def test_graphics_only_keeps_the_readers_window_zoom_and_orientation(viewport, slices):
    viewport.set_window(VoiWindow(1, 2))
    viewport.change(zoom=3.0, center=ImagePoint(4, 5))
    before = viewport.rendering, viewport.transform
    viewport.present(made(slices[0]), Extent.GRAPHICS)
    assert (viewport.rendering, viewport.transform) == before
    assert graphics_of(viewport.state, slices[0])
    assert badge_of(viewport) == ["Presentation state SOFT: graphics only"]


def test_the_window_of_the_state_is_not_lost_after_other_changes(viewport, slices):
    viewport.present(made(slices[0]))
    viewport.zoom_by(2.0, 10, 10)
    viewport.orient(AS_STORED)
    viewport.resize(500, 500)
    assert viewport.rendering.voi == SOFT


def test_a_state_without_a_modality_transform_shows_stored_values(viewport, slices):
    viewport.present(made(slices[0], modality_transform=IDENTITY, vois=(SoftcopyVoi(SOFT),)))
    assert viewport.rendering.modality == IDENTITY
    assert viewport.rendering.voi == SOFT
    assert viewport.voi == VoiWindow(50 - 1024, 350)  # as the reader knows it, in HU


def test_the_readers_window_is_in_their_own_unit_whatever_the_state_says(viewport, slices):
    viewport.present(made(slices[0], modality_transform=IDENTITY))
    viewport.set_window(VoiWindow(40, 400))
    assert viewport.rendering.modality == HU
    assert viewport.rendering.voi == VoiWindow(40, 400)


# The reader wins


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda v: v.set_window(VoiWindow(1, 2)), "window"),
        (lambda v: apply_preset(v, 0), "window"),
        (lambda v: v.toggle_invert(), "inversion"),
        (lambda v: v.orient(DisplayOrientation(2)), "orientation"),
        (lambda v: v.zoom_by(2, 1, 1), "zoom"),
        (lambda v: v.one_to_one(), "zoom"),
    ],
)
def test_a_later_change_wins_and_is_named(viewport, slices, change, part):
    viewport.present(made(slices[0]))
    change(viewport)
    assert badge_of(viewport) == [f"Presentation state SOFT, modified: {part}"]


def test_fitting_shows_the_whole_image_instead_of_the_area(viewport, slices):
    area = DisplayedArea((11, 6), (20, 10))
    viewport.present(made(slices[0], areas=(AreaSelection(area),)))
    viewport.fit()
    assert viewport.transform.center_column == COLUMNS / 2
    assert viewport.transform.center_row == ROWS / 2
    assert badge_of(viewport) == ["Presentation state SOFT, modified: zoom"]


def test_invert_turns_what_the_state_shows(viewport, slices):
    viewport.present(made(slices[0], presentation_lut_shape=PresentationLutShape.INVERSE))
    viewport.toggle_invert()
    assert not viewport.rendering.is_inverse


# While scrolling


def test_scrolling_to_an_image_that_is_not_named_drops_the_state_visibly(viewport, slices):
    viewport.present(made(slices[0], slices[1]))
    viewport.scroll(1)
    assert viewport.rendering.voi == SOFT
    viewport.scroll(1)
    assert viewport.rendering.voi == slices[2].vois[0]
    assert viewport.state.orientation == AS_STORED
    assert graphics_of(viewport.state, slices[2]) == ()
    assert badge_of(viewport) == ["Presentation state SOFT: not for this image"]
    viewport.scroll(-1)
    assert viewport.rendering.voi == SOFT
    assert viewport.state.orientation == DisplayOrientation(1)
    assert badge_of(viewport) == ["Presentation state SOFT"]


def test_what_the_reader_changed_stays_when_the_state_goes(viewport, slices):
    viewport.present(made(slices[0]))
    viewport.set_window(VoiWindow(1, 2))
    viewport.scroll(1)
    assert viewport.state.voi_choice == ChosenWindow(VoiWindow(1, 2))
    assert viewport.state.orientation == AS_STORED
    viewport.scroll(-1)
    assert viewport.rendering.voi == VoiWindow(1, 2)
    assert badge_of(viewport) == ["Presentation state SOFT, modified: window"]


def test_taking_the_state_away_brings_back_what_was_there_before(viewport, slices):
    viewport.set_window(VoiWindow(7, 9))
    viewport.orient(DisplayOrientation(2, True))
    before = viewport.state
    viewport.present(made(slices[0]))
    viewport.present(None)
    assert viewport.state == before


def test_one_state_after_another_leaves_nothing_of_the_first(viewport, slices):
    viewport.present(made(slices[0]))
    second = made(slices[0], content_label="LUNG", orientation=AS_STORED,
                  vois=(SoftcopyVoi(VoiWindow(-600, 1500)),))  # fmt: skip
    viewport.present(second)
    assert viewport.rendering.voi == VoiWindow(-600, 1500)
    assert viewport.state.orientation == AS_STORED
    viewport.present(None)
    assert viewport.rendering.voi == slices[0].vois[0]


def test_another_display_set_forgets_the_state(viewport, slices):
    viewport.present(made(slices[0]))
    viewport.set_display_set([described(1, series=2)])
    assert viewport.state.presentation is None
    assert badge_of(viewport) == []


def test_reset_takes_the_state_away(viewport, slices):
    viewport.present(made(slices[0]))
    viewport.reset()
    assert viewport.state.presentation is None
    assert viewport.rendering.voi == slices[0].vois[0]


# Shutter and overlays


def plane(group):
    bits = np.zeros((ROWS, COLUMNS), bool)
    bits[2, 3] = True
    return OverlayPlane(bits, group=group)


def test_the_shutter_of_the_state_replaces_that_of_the_image(viewport, slices):
    own = DisplayShutter((RectangularShutter(1, 5, 1, 5),))
    of_state = DisplayShutter((RectangularShutter(2, 4, 2, 4),))
    image = replace(slices[0], shutter=own)
    viewport.set_display_set([image])
    assert shutter_of(image, viewport.state) == own
    viewport.present(made(image, shutter=of_state))
    assert shutter_of(image, viewport.state) == of_state
    viewport.present(made(image))
    assert shutter_of(image, viewport.state) is None
    viewport.present(made(image, shutter=of_state), Extent.GRAPHICS)
    assert shutter_of(image, viewport.state) == own


def test_only_the_overlays_that_the_state_activates_are_shown(viewport, slices):
    frame = replace(viewport.frame, overlays=(plane(0x6000), plane(0x6002)))

    def marks():
        return FrameMarks().of(frame, slices[0], viewport.state)

    assert marks().graphic.sum() == 1
    viewport.present(made(slices[0], overlays=(OverlayActivation(0x6002, "A"),)))
    assert marks().graphic.sum() == 1
    viewport.present(made(slices[0]))
    assert marks() is None
    viewport.present(None)
    assert marks().graphic.sum() == 1


def test_a_bitmap_shutter_of_a_state_hides_though_its_overlay_is_on_no_layer(viewport, slices):
    frame = replace(viewport.frame, overlays=(plane(0x6000),))
    viewport.present(made(slices[0], shutter=DisplayShutter(overlay_group=0x6000)))
    marks = FrameMarks().of(frame, slices[0], viewport.state)
    assert np.array_equal(marks.hidden, plane(0x6000).graphic)
    assert marks.graphic is None
