"""The view that is handed over comes back as it was left."""

import json
from dataclasses import replace

import pytest

from readstation.app.reading.layout import Layout
from readstation.app.reading.viewer_state import restore_viewer_state, viewer_state
from readstation.app.viewport.presentation_state.presented_frame import Extent
from readstation.app.viewport.value_scale import ValueScale
from readstation.app.viewport.viewport_state import ChosenWindow
from readstation.app.viewport.window.window_choice import choose_value_scale
from readstation.domain.errors import ReadStationError
from readstation.domain.measurement import ImagePoint
from readstation.domain.suv_inputs import SuvInputs
from readstation.imaging.graphic_annotation import ImageReference
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation_state import (
    PresentationState,
    PresentationStateKind,
    SoftcopyVoi,
)
from readstation.imaging.voi import VoiLutFunction, VoiWindow
from tests.app.reading.test_reading_model import a_model


def test_layout_image_window_and_orientation_survive_the_handoff() -> None:
    left = a_model("1.1")
    left.set_layout(Layout.TWO)
    box = left.boxes[0]
    box.go_to(2)
    box.set_window(VoiWindow(40, 80), "Brain")
    box.orient(DisplayOrientation(1, True))
    box.change(is_inverted=True, zoom=2.5, center=ImagePoint(1.5, 2.0))
    stored = viewer_state(left)
    right = a_model("1.1")
    restore_viewer_state(right, stored)
    found = right.boxes[0].state
    assert right.state.layout == Layout.TWO
    assert found.frame_index == 2
    assert found.voi_choice == ChosenWindow(VoiWindow(40, 80), "Brain")
    assert found.orientation == DisplayOrientation(1, True)
    assert (found.is_inverted, found.zoom, found.center) == (True, 2.5, ImagePoint(1.5, 2.0))


def show_pet(model):
    """Make the images of the study PET whose uptake is decay corrected to the injection."""
    inputs = SuvInputs(
        units="BQML",
        corrected_image=("ATTN", "DECY"),
        decay_correction="ADMIN",
        patient_weight_kg=100.0,
        number_of_injections=1,
        radionuclide_total_dose_bq=1e8,
        radionuclide_half_life_s=6586.2,
        radionuclide_code_value="C-111A1",
    )
    (display_set,) = model.state.sets
    images = tuple(
        replace(
            image,
            modality="PT",
            suv_inputs=inputs,
            modality_transform=ModalityTransform(1.0, 0.0, is_stated=True),
        )
        for image in display_set.images
    )
    model.boxes[0].set_display_set(images)
    return images


def test_a_window_for_uptake_values_comes_back_with_its_scale_and_never_without() -> None:
    left, right = a_model("1.1"), a_model("1.1")
    show_pet(left)
    uptake = VoiWindow(3, 6, VoiLutFunction.LINEAR_EXACT)
    assert choose_value_scale(left.boxes[0], ValueScale.SUVBW)
    left.boxes[0].set_window(uptake, "SUV 0-6")
    stored = viewer_state(left)
    show_pet(right)
    restore_viewer_state(right, stored)
    assert right.boxes[0].state.value_scale is ValueScale.SUVBW
    assert right.boxes[0].voi == uptake
    other = a_model("1.1")  # the same images, whose uptake is not known there
    restore_viewer_state(other, stored)
    assert other.boxes[0].state.value_scale is ValueScale.AS_STORED
    assert other.boxes[0].voi != uptake
    assert "no uptake values" in other.boxes[0].state.notice


def test_a_blind_reader_gets_the_layout_alone() -> None:
    model = a_model("1.1")
    restore_viewer_state(model, json.dumps({"layout": "FOUR"}))
    assert model.state.layout == Layout.FOUR
    assert model.boxes[0].state.frame_index == 0


def test_images_that_are_not_here_leave_the_box_as_it_is() -> None:
    model = a_model("1.2")
    other = a_model("1.1")
    before = model.state.shown[0]
    restore_viewer_state(model, viewer_state(other))
    assert model.state.shown[0] is before


@pytest.mark.parametrize("stored", ["", "[]", "{}", '{"layout": "NINE"}', "nonsense"])
def test_text_that_is_no_view_is_refused_with_a_remedy(stored: str) -> None:
    model = a_model("1.1")
    with pytest.raises(ReadStationError, match="cannot be restored") as refused:
        restore_viewer_state(model, stored)
    assert refused.value.remedy


def test_an_empty_screen_has_a_view_too() -> None:
    assert json.loads(viewer_state(a_model()))["boxes"] == [None]


def test_an_applied_presentation_state_survives_the_handoff_where_it_may_be_seen() -> None:
    left = a_model("1.1")
    image = left.boxes[0].description
    state = PresentationState(
        PresentationStateKind.GRAYSCALE,
        "5.1",
        image.study_instance_uid,
        patient_id=image.banner.patient_id,
        content_label="SOFT",
        references=(ImageReference(image.sop_instance_uid),),
        modality_transform=image.modality_transform,
        vois=(SoftcopyVoi(VoiWindow(50, 350)),),
    )
    left.boxes[0].present(state, Extent.WHOLE)
    left.boxes[0].orient(DisplayOrientation(2))
    stored = viewer_state(left)
    right = a_model("1.1")
    right.presentations.add(image.study_instance_uid, (state,))
    restore_viewer_state(right, stored)
    found = right.boxes[0]
    assert found.state.presentation.state == state
    assert found.voi == VoiWindow(50, 350)
    assert found.state.orientation == DisplayOrientation(2)
    blind = a_model("1.1")
    restore_viewer_state(blind, stored)
    assert blind.boxes[0].state.presentation is None
    assert "SOFT" not in stored
