"""What is chosen in a list over an image box never reaches images that came after the list."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from readstation.app.importing.import_paths import import_paths
from readstation.app.viewport.presentation_state.applied_presentation import view_of
from readstation.app.viewport.value_scale import ValueScale
from readstation.app.viewport.viewport_state import AS_IN_FILE
from tests.pet_files import save_pet
from tests.reading_workspace import CURRENT
from tests.ui.reading.test_presentation_chooser import image, state_file
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study

SHIFT = Qt.KeyboardModifier.ShiftModifier
UPTAKE, COUNTS = f"{CURRENT}.7", f"{CURRENT}.8"


def write_pet(folder, series, number, **changes):
    """Write one slice of a PET series of the current study."""
    return save_pet(
        folder / series / f"{number}.dcm",
        np.full((32, 32), 100 * number, np.uint16),
        StudyInstanceUID=CURRENT,
        SeriesInstanceUID=series,
        SOPInstanceUID=f"{series}.{number}",
        SeriesNumber=int(series.rsplit(".", 1)[1]),
        PatientID="P1",
        PatientName="TEST^P1",
        PatientBirthDate="19600101",
        PatientSex="F",
        StudyDate="20261122",
        AccessionNumber="A100",
        InstanceNumber=number,
        FrameOfReferenceUID="2.25.9",
        ImagePositionPatient=[0, 0, 5.0 * number],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        PixelSpacing=[4, 4],
        **changes,
    )


@pytest.fixture
def view(qtbot, screen_of, reading, tmp_path):
    """A study with CT, with PET that has uptake values, and with PET that has none."""
    for number in (1, 2, 3):
        write_pet(tmp_path / "pet", UPTAKE, number)
        write_pet(tmp_path / "pet", COUNTS, number, PatientWeight=None)
    state_file(tmp_path / "states", 1, "FIRST", image(CURRENT, 1))
    folders = [tmp_path / "pet", tmp_path / "states"]
    report = import_paths(folders, reading.workspace.import_tools(), "test")
    assert report.is_complete, report.summary()
    view = screen_of("reader1")
    open_study(qtbot, view)
    return view


def show(qtbot, view, series):
    """Hang a series in the first box and wait for its pixels."""
    wanted = next(s for s in view.model.state.sets if s.images[0].series_instance_uid == series)
    view.model.activate(0)
    view.model.assign(0, wanted)
    view.grid.focus_active()
    qtbot.waitUntil(lambda: view.model.active.frame is not None, timeout=PATIENCE_MS)


def test_uptake_presets_listed_for_one_series_never_reach_the_next_one(qtbot, view):
    show(qtbot, view, UPTAKE)
    viewport, windows = view.model.active, view.grid.windows
    assert viewport.state.value_scale is ValueScale.SUVBW
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_W, SHIFT)
    assert windows.isVisible()
    qtbot.keyClick(windows, Qt.Key.Key_PageDown)
    assert viewport.description.series_instance_uid == COUNTS
    qtbot.keyClick(windows, Qt.Key.Key_Down)
    assert viewport.state.voi_choice == AS_IN_FILE
    assert not windows.isVisible()
    assert view.grid.boxes[0].view.hasFocus()


def test_escape_after_another_series_came_leaves_that_series_alone(qtbot, view):
    show(qtbot, view, f"{CURRENT}.1")
    viewport, states = view.model.active, view.grid.presentations
    viewport.scroll(2)
    qtbot.waitUntil(lambda: viewport.frame is not None, timeout=PATIENCE_MS)
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_P, SHIFT)
    qtbot.keyClick(states, Qt.Key.Key_Down)
    assert viewport.state.presentation is not None
    show(qtbot, view, UPTAKE)
    opened = (viewport.state.frame_index, view_of(viewport.state))
    assert opened[1]["presentation"] is None
    qtbot.keyClick(states, Qt.Key.Key_Escape)
    assert (viewport.state.frame_index, view_of(viewport.state)) == opened
    assert not states.isVisible()


def test_a_view_that_is_not_saved_because_the_image_changed_says_so(qtbot, view):
    show(qtbot, view, f"{CURRENT}.1")
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_S, SHIFT)
    view.model.active.scroll(1)
    qtbot.keyClicks(view.grid.saving.label, "LATE")
    qtbot.keyClick(view.grid.saving.label, Qt.Key.Key_Return)
    assert "not saved" in view.model.active.state.notice
