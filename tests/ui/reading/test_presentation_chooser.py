"""Presentation states of a real workspace: offered, applied by key, and never in the way."""

import pydicom
import pytest
from PySide6.QtCore import Qt

from readstation.app.importing.import_paths import import_paths
from readstation.app.viewport.overlay_text import Caution, overlay_text
from readstation.app.viewport.presentation_state.applied_presentation import graphics_of, view_of
from readstation.app.viewport.presentation_state.presentation_options import NO_STATES, WITHOUT
from readstation.app.viewport.presentation_state.presented_frame import Extent
from readstation.imaging.orientation import AS_STORED, DisplayOrientation
from readstation.imaging.voi import VoiWindow
from tests.dicom_files import save
from tests.presentation_files import BLENDING, Items, item, make_state, reference, window
from tests.reading_workspace import CURRENT, PRIOR
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study

SHIFT = Qt.KeyboardModifier.ShiftModifier
SOFT = VoiWindow(50, 350)


def image(study, number):
    made = pydicom.Dataset()
    made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    made.SOPInstanceUID, made.SeriesInstanceUID = f"{study}.1.{number}", f"{study}.1"
    made.StudyInstanceUID, made.PatientID, made.PatientName = study, "P1", "TEST^P1"
    made.Rows = made.Columns = 32
    return made


def state_file(folder, number, label, *images, **attributes):
    uid = f"2.25.4711.{number}"
    line = item(
        GraphicType="POLYLINE", GraphicAnnotationUnits="PIXEL", GraphicDimensions=2,
        NumberOfGraphicPoints=2, GraphicData=[4, 12, 20, 12], GraphicFilled="N",
    )  # fmt: skip
    given = {
        "SOPInstanceUID": uid,
        "SeriesInstanceUID": "2.25.4711.1",
        "ContentLabel": label,
        "ContentDescription": "<b>as read</b>",
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        "RescaleType": "HU",
        "SoftcopyVOILUTSequence": [window(50, 350)],
        "ImageRotation": 90,
        "GraphicLayerSequence": [item(GraphicLayer="A", GraphicLayerOrder=1)],
        "GraphicAnnotationSequence": [
            item(GraphicLayer="A", GraphicObjectSequence=Items([line]),
                 ReferencedImageSequence=Items([reference(each) for each in images])),
        ],
        **attributes,
    }  # fmt: skip
    return save(make_state(*images, **given), folder / f"{number}.dcm")


@pytest.fixture
def view(qtbot, screen_of, reading, tmp_path):
    """The reading screen of a study with states for its first and its last image."""
    states = tmp_path / "states"
    state_file(states, 1, "FIRST", image(CURRENT, 1), PresentationCreationDate="20260104")
    state_file(states, 2, "OLDER", image(CURRENT, 1), image(CURRENT, 2), ImageRotation=0)
    state_file(states, 3, "LAST", image(CURRENT, 6))
    state_file(states, 4, "OF_PRIOR", image(PRIOR, 1), SeriesInstanceUID="2.25.4711.2")
    state_file(states, 5, "BLEND", image(CURRENT, 1), sop_class=BLENDING,
               SeriesInstanceUID="2.25.4711.3")  # fmt: skip
    report = import_paths([states], reading.workspace.import_tools(), "test")
    assert report.is_complete, report.summary()
    view = screen_of("reader1")
    open_study(qtbot, view)
    return view


@pytest.fixture
def chooser(qtbot, view):
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_P, SHIFT)
    assert view.grid.presentations.hasFocus()
    return view.grid.presentations


def badge_of(viewport):
    badges = overlay_text(viewport).badges
    return [b.text for b in badges if b.caution is Caution.PRESENTATION]


def names(chooser):
    return [(option.name, option.where) for option in chooser.options]


def test_a_box_says_how_many_states_there_are_for_its_images(view):
    words = [box.strip.presentations.text() for box in view.grid.boxes[:2]]
    assert words == ["3 presentation states  Shift+P", "1 presentation state  Shift+P"]


def test_states_are_offered_and_not_reported_as_missing_images(view):
    assert view.model.state.refusals == ()


def test_the_list_has_none_then_the_newest_for_this_image_then_those_for_others(view, chooser):
    assert view.model.active.description.instance_number == 1
    assert names(chooser) == [
        (WITHOUT, ""),
        ("FIRST", ""),
        ("OLDER", ""),
        ("LAST", "Im 6"),
    ]
    assert chooser.options[1].made == "Maker Synthetic · 2026-01-04 10:15"


def test_what_cannot_be_applied_is_named_with_its_reason(chooser):
    assert chooser.refusals.isVisible()
    assert "it blends two images" in chooser.refusals.text()


def test_moving_applies_at_once_and_enter_keeps(qtbot, view, chooser):
    viewport = view.model.active
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    assert viewport.rendering.voi == SOFT
    assert viewport.state.orientation == DisplayOrientation(1)
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    assert badge_of(viewport) == ["Presentation state FIRST"]
    assert not chooser.isVisible()
    assert view.grid.boxes[0].view.hasFocus()


def test_escape_brings_back_the_former_view(qtbot, view, chooser):
    viewport = view.model.active
    before = view_of(viewport.state)
    for _ in range(3):
        qtbot.keyClick(chooser, Qt.Key.Key_Down)
    assert viewport.state.frame_index == 5
    qtbot.waitUntil(lambda: viewport.frame is not None, timeout=PATIENCE_MS)
    qtbot.keyClick(chooser, Qt.Key.Key_Escape)
    assert view_of(viewport.state) == before
    assert viewport.state.frame_index == 0


def test_g_applies_graphics_only_and_w_the_whole(qtbot, view, chooser):
    viewport = view.model.active
    before = viewport.rendering.voi
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    qtbot.keyClick(chooser, Qt.Key.Key_G)
    assert viewport.state.presentation.extent is Extent.GRAPHICS
    assert (viewport.rendering.voi, viewport.state.orientation) == (before, AS_STORED)
    assert graphics_of(viewport.state, viewport.description)
    qtbot.keyClick(chooser, Qt.Key.Key_W)
    assert viewport.rendering.voi == SOFT


def test_none_takes_the_state_away(qtbot, view, chooser):
    viewport = view.model.active
    before = viewport.rendering
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    qtbot.keyClick(chooser, Qt.Key.Key_Up)
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    assert viewport.state.presentation is None
    assert viewport.rendering == before


def test_the_state_follows_the_images_it_is_for(qtbot, view, chooser):
    viewport, box = view.model.active, view.grid.boxes[0].view
    for _ in range(2):
        qtbot.keyClick(chooser, Qt.Key.Key_Down)
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    for expected in ("Presentation state OLDER", "Presentation state OLDER: not for this image"):
        qtbot.keyClick(box, Qt.Key.Key_Down)
        qtbot.waitUntil(lambda: viewport.frame is not None, timeout=PATIENCE_MS)
        assert badge_of(viewport) == [expected]
    assert viewport.rendering.voi == VoiWindow(-600, 1500)


def test_a_prior_has_its_own_states_only(qtbot, view):
    box = view.grid.boxes[1]
    box.view.setFocus()
    qtbot.keyClick(box.view, Qt.Key.Key_P, SHIFT)
    assert [option.name for option in view.grid.presentations.options] == [WITHOUT, "OF_PRIOR"]


def test_without_states_the_box_says_so(qtbot, screen_of):
    view = screen_of("reader1")
    open_study(qtbot, view)
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_P, SHIFT)
    assert view.model.active.state.notice == NO_STATES
    assert not view.grid.presentations.isVisible()


def test_closing_the_study_forgets_its_states(qtbot, view):
    view.navigation.close_study()
    assert view.model.presentations.of_study(CURRENT) == ()
    assert view.model.presentations.refusals_of(CURRENT) == ()


def test_graphics_are_painted_over_the_image_where_they_belong(qtbot, view, chooser):
    viewport = view.model.active
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    box = view.grid.boxes[0].view
    x, y = viewport.transform.to_viewport(12, 12)
    ratio = box.devicePixelRatioF()

    def is_inked():
        pixels = box.grab().toImage()
        column, row = round(x / ratio), round(y / ratio)
        near = [pixels.pixelColor(column + step, row).getRgb() for step in range(-2, 3)]
        return any(red > 200 and blue < 120 for red, _, blue, _ in near)

    assert is_inked()
    viewport.present(None)
    assert not is_inked()
