"""Export by key: what is asked, written and on record, and that nothing is left when stopped."""

import json

import cv2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from readstation.app.export.export_plan import ExportKind
from readstation.app.export.export_words import BurnedIn
from readstation.domain.audit import AuditAction
from readstation.ui.reading import exporter as exporting
from readstation.ui.reading.export_panel import BURNED_IN_YES, REPLACE, ExportOffer, ExportPanel
from tests.app.viewport.conftest import described
from tests.reading_workspace import CURRENT, OTHER, SLICES
from tests.ui.reading.test_key_images import mark
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study

CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_SHIFT = CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot, screen_of, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.setattr(exporting, "_first_folder", lambda: folder)
    view = screen_of("reader1")
    open_study(qtbot, view)
    view.grid.focus_active()
    view.folder = folder
    return view


def ask(qtbot, view, modifier=CTRL):
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_E, modifier)
    panel = view.exporter.panel
    qtbot.waitUntil(lambda: not panel.isHidden(), timeout=PATIENCE_MS)
    return panel


def export(qtbot, panel):
    qtbot.keyClick(panel.path, Qt.Key.Key_Return)
    qtbot.waitUntil(panel.isHidden, timeout=PATIENCE_MS)


def events(reading):
    with reading.station.unit_of_work() as work:
        every = work.audit.of_study(CURRENT)
    return [json.loads(e.detail) for e in every if e.action is AuditAction.IMAGES_EXPORTED]


def names(view):
    return sorted(path.name for path in view.folder.iterdir())


def test_a_picture_is_written_without_the_name_and_with_it_only_when_asked(qtbot, view, reading):
    panel = ask(qtbot, view)
    assert not panel.with_identity
    assert panel.burned_in.text() == BurnedIn.UNKNOWN.value
    export(qtbot, panel)
    said = "Exported: 1 file to out."
    assert view.model.active.state.notice == said
    panel = ask(qtbot, view)
    qtbot.mouseClick(panel.identities.button(True), Qt.MouseButton.LeftButton)
    assert "NAME" in panel.identity_words.text()
    export(qtbot, panel)
    assert "WITH THE PATIENT'S NAME" in view.model.active.state.notice
    assert names(view) == ["CT image 1 (2).png", "CT image 1.png"]
    plain, named = (cv2.imread(str(view.folder / n)) for n in reversed(names(view)))
    assert plain.shape == named.shape
    assert (plain != named).any()
    assert [e["with_identity"] for e in events(reading)] == [False, True]
    assert not ask(qtbot, view).with_identity  # never remembered


def test_a_cine_has_every_image_and_key_images_get_a_file_each(qtbot, view, reading):
    mark(qtbot, view, 1)
    panel = ask(qtbot, view)
    qtbot.mouseClick(panel.kinds.button(ExportKind.CINE), Qt.MouseButton.LeftButton)
    export(qtbot, panel)
    film = cv2.VideoCapture(str(view.folder / "CT.avi"))
    assert film.get(cv2.CAP_PROP_FRAME_COUNT) == SLICES
    film.release()
    panel = ask(qtbot, view, CTRL_SHIFT)
    assert panel.kind is ExportKind.KEY_IMAGES
    export(qtbot, panel)
    assert names(view) == ["CT key image 1.png", "CT.avi"]
    assert [e["what"] for e in events(reading)] == ["cine", "picture"]


def test_saved_objects_are_copied_byte_by_byte(qtbot, view, reading):
    mark(qtbot, view, 1)
    alt_shift = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_K, alt_shift)
    qtbot.waitUntil(lambda: bool(view.model.key_images.filed), timeout=PATIENCE_MS)
    panel = ask(qtbot, view)
    qtbot.mouseClick(panel.kinds.button(ExportKind.OBJECTS), Qt.MouseButton.LeftButton)
    assert "carry name and ID" in panel.identity_words.text()
    export(qtbot, panel)
    (copied,) = view.folder.iterdir()
    with reading.station.unit_of_work() as work:
        every = [i for s in work.studies.series_of(CURRENT) for i in s.instances]
    (stored,) = [i for i in every if not i.is_displayable]
    original = reading.station.images.path(stored.content_sha256)
    assert copied.read_bytes() == original.read_bytes()
    assert events(reading)[-1]["with_identity"]


def test_leaving_the_study_stops_an_export_and_no_file_stays(qtbot, view, reading, monkeypatch):
    panel = ask(qtbot, view)
    qtbot.mouseClick(panel.kinds.button(ExportKind.CINE), Qt.MouseButton.LeftButton)
    started = []

    def never(_station, _session, film, job, *, terms):
        del film, terms
        started.append(True)
        while True:
            job.progress(1, 2)

    monkeypatch.setattr(exporting, "export_cine", never)
    qtbot.keyClick(panel.path, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(started), timeout=PATIENCE_MS)
    open_study(qtbot, view, OTHER)
    assert panel.isHidden()
    qtbot.waitUntil(lambda: view.exporter._context.jobs.is_idle, timeout=PATIENCE_MS)
    assert names(view) == []
    assert events(reading) == []


@pytest.fixture
def panel(qtbot, qapp, tmp_path):
    around = QWidget()
    qtbot.addWidget(around)
    around.resize(900, 700)
    made = ExportPanel(around)
    doubts = {ExportKind.PICTURE: BurnedIn.YES, ExportKind.CINE: BurnedIn.NO}
    counts = {ExportKind.PICTURE: 1, ExportKind.CINE: 9}
    made.open_for(ExportOffer(described(), counts, doubts, tmp_path), around, ExportKind.PICTURE)
    return made


def test_what_is_there_or_burned_in_is_said_before_anything_is_written(qtbot, panel, tmp_path):
    plans = []
    panel.confirmed.connect(plans.append)
    assert panel.burned_in.text() == BurnedIn.YES.value
    panel.confirm()
    assert panel.problem.text() == BURNED_IN_YES
    panel.confirm()
    assert [plan.may_replace for plan in plans] == [False]
    (tmp_path / "there.avi").touch()
    qtbot.mouseClick(panel.kinds.button(ExportKind.CINE), Qt.MouseButton.LeftButton)
    panel.path.setText("there")
    panel.confirm()
    assert panel.problem.text() == REPLACE
    assert len(plans) == 1
    panel.path.setText("other")
    panel.confirm()
    panel.path.setText("there")
    panel.confirm()
    assert len(plans) == 2
    panel.confirm()
    assert (plans[2].path, plans[2].may_replace) == (tmp_path / "there.avi", True)
