"""Saving the present view by key: stored, audited, offered at once, hidden from the blind."""

import json
import subprocess

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt

from readstation.app.reading import save_object, save_view
from readstation.app.reading.open_study import open_prior
from readstation.app.reading.open_study import open_study as open_rows
from readstation.app.reading.presentation_states import is_presentation_state
from readstation.app.session import Session
from readstation.app.viewport.presentation_state.presentation_capture import ViewScope
from readstation.app.viewport.tools import begin_drag
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.audit import AuditAction
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import NotPermittedError, StoreError
from readstation.domain.handoff import HandoffType
from readstation.domain.reader import Role, User
from readstation.domain.study import Completeness
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation import display_values
from readstation.imaging.voi import VoiWindow
from tests.reading_workspace import CURRENT, PRIOR, SLICES
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study
from tests.ui.reading.test_second_read import hand_over

SHIFT = Qt.KeyboardModifier.ShiftModifier
LIMIT_S = 30


@pytest.fixture
def view(qtbot, screen_of):
    view = screen_of("reader1")
    open_study(qtbot, view)
    return view


def save_by_key(qtbot, view, label="as read", description="", scope=ViewScope.IMAGE):
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_S, SHIFT)
    panel = view.grid.saving
    assert panel.isVisible()
    qtbot.keyClicks(panel.label, label)
    qtbot.keyClicks(panel.description, description)
    if scope is not ViewScope.IMAGE:
        qtbot.mouseClick(panel.scopes.button(scope), Qt.MouseButton.LeftButton)
    qtbot.keyClick(panel.label, Qt.Key.Key_Return)


def saved(qtbot, view, count=1):
    book = view.model.presentations
    qtbot.waitUntil(lambda: len(book.of_study(CURRENT)) == count, timeout=PATIENCE_MS)
    return book.of_study(CURRENT)[-1]


def rows(reading):
    with reading.station.unit_of_work() as work:
        every = [i for s in work.studies.series_of(CURRENT) for i in s.instances]
        events = [e for e in work.audit.of_study(CURRENT) if e.action is AuditAction.VIEW_SAVED]
        return [i for i in every if is_presentation_state(i)], events


def measure(viewport):
    viewport.choose_tool(Tool.LENGTH)
    drag = begin_drag(viewport, Tool.LENGTH, 100, 100, takes_handles=False)
    drag.move(180, 140)
    drag.end()


def test_a_view_is_saved_by_key_and_offered_at_once(qtbot, view, reading):
    viewport = view.model.active
    viewport.set_window(VoiWindow(50, 350))
    viewport.orient(DisplayOrientation(1, is_mirrored=True))
    measure(viewport)
    save_by_key(qtbot, view, "as read", "Nodule <b>left</b>")
    state = saved(qtbot, view)
    assert (state.content_label, state.content_description) == ("AS READ", "Nodule <b>left</b>")
    assert state.content_creator_name == "Dr. Test One"
    assert state.voi_of(viewport.description.sop_instance_uid, 1) == VoiWindow(50, 350)
    assert state.orientation == DisplayOrientation(1, is_mirrored=True)
    assert state.annotations[0].texts[0].text.endswith("mm")
    assert viewport.state.notice == "Saved as presentation state AS READ."
    assert view.grid.boxes[0].view.hasFocus()
    assert "1 presentation state" in view.grid.boxes[0].strip.presentations.text()
    ((instance,), (event,)) = rows(reading)
    assert json.loads(event.detail) == {"sop_instance_uid": instance.sop_instance_uid}
    assert (event.actor_id, instance.sop_instance_uid) == ("reader1", state.sop_instance_uid)
    assert not instance.is_displayable


def test_it_is_there_again_when_the_study_is_opened_again(qtbot, view):
    save_by_key(qtbot, view)
    saved(qtbot, view)
    view.navigation.close_study()
    open_study(qtbot, view)
    assert [s.content_label for s in view.model.presentations.of_study(CURRENT)] == ["AS READ"]


def test_all_images_of_the_box_can_be_meant(qtbot, view):
    save_by_key(qtbot, view, scope=ViewScope.DISPLAY_SET)
    assert len(saved(qtbot, view).references) == SLICES


def test_a_label_that_dicom_does_not_know_is_refused_on_the_spot(qtbot, view, reading):
    save_by_key(qtbot, view, "a/b")
    panel = view.grid.saving
    assert panel.isVisible()
    assert "letters A to Z" in panel.problem.text()
    qtbot.keyClick(panel.label, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert rows(reading) == ([], [])


def test_switching_the_study_saves_nothing_under_the_old_name(qtbot, view, reading):
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_S, SHIFT)
    view.navigation.close_study()
    assert not view.grid.saving.isVisible()
    view.views.save("LATE", "", ViewScope.IMAGE)
    assert rows(reading) == ([], [])


def test_scrolling_meanwhile_saves_nothing(qtbot, view, reading):
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_S, SHIFT)
    view.model.active.scroll(1)
    qtbot.keyClicks(view.grid.saving.label, "LATE")
    qtbot.keyClick(view.grid.saving.label, Qt.Key.Key_Return)
    assert rows(reading) == ([], [])


def test_who_may_not_write_reports_may_not_save_views(qtbot, screen_of, reading):
    with reading.station.unit_of_work() as work:
        work.users.put(User("tech", "Tech One", frozenset({Role.TECHNOLOGIST})), "no password")
        work.commit()
    view = screen_of("tech")
    view.navigation.open_study(CURRENT, ClaimTask.READ)
    qtbot.waitUntil(lambda: view.model.active.frame is not None, timeout=PATIENCE_MS)
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_S, SHIFT)
    assert not view.grid.saving.isVisible()
    assert "may not write a report" in view.model.active.state.notice


def test_a_reader_without_the_claim_may_save_a_view(qtbot, view, screen_of):
    other = screen_of("reader2")
    open_study(qtbot, other)
    assert other.model.state.opened.is_read_only
    save_by_key(qtbot, other)
    assert saved(qtbot, other).content_creator_name == "Dr. Test Two"


def test_what_cannot_be_indexed_leaves_nothing_behind(qtbot, view, reading, monkeypatch):
    model, station, session = view.model, reading.station, reading.session()
    files = set(reading.workspace.images.names())
    state = save_view.view_as_state(model.active, session, ViewScope.IMAGE, "x", "")

    def fail(*_):
        raise StoreError("full", "")

    monkeypatch.setattr(save_object, "index_saved", fail)
    with pytest.raises(StoreError):
        save_view.keep_view(
            station, session, state, model.supply.instance_of(model.active.description)
        )
    assert set(reading.workspace.images.names()) == files
    assert rows(reading) == ([], [])


def test_permission_is_checked_again_when_it_is_stored(view, reading):
    model, session = view.model, reading.session()
    state = save_view.view_as_state(model.active, session, ViewScope.IMAGE, "x", "")
    stranger = Session(User("q", "Q", frozenset({Role.QA_REVIEWER})), 1, session.started_at)
    with pytest.raises(NotPermittedError):
        save_view.keep_view(
            reading.station, stranger, state, model.supply.instance_of(model.active.description)
        )


def test_a_saved_view_never_stands_in_for_an_image_that_is_missing(qtbot, view, reading):
    with reading.station.unit_of_work() as work:
        here = work.studies.get(CURRENT).number_of_study_related_instances
        work.studies.set_expected_instances(CURRENT, here + 1)
        work.commit()
    save_by_key(qtbot, view)
    saved(qtbot, view)
    with reading.station.unit_of_work() as work:
        study = work.studies.get(CURRENT)
    assert study.number_of_study_related_instances == here
    assert study.completeness is Completeness.INCOMPLETE


def test_a_blind_second_reader_does_not_get_the_first_readers_views(qtbot, screen_of, reading):
    first = screen_of("reader1")
    open_study(qtbot, first)
    save_by_key(qtbot, first)
    saved(qtbot, first)
    hand_over(qtbot, first, HandoffType.BLIND_SECOND_READ)
    session = reading.session("reader2")
    opened = open_rows(reading.station, session, CURRENT, ClaimTask.SECOND_READ).opened
    hidden = [i for s in opened.series for i in s.instances if is_presentation_state(i)]
    assert hidden == []
    assert sum(s.image_count for s in opened.series) == SLICES


def test_nor_those_the_first_reader_saved_of_the_prior_meanwhile(qtbot, screen_of, reading):
    first = screen_of("reader1")
    open_study(qtbot, first)
    first.model.activate(1)
    save_by_key(qtbot, first, "GROWING")
    book = first.model.presentations
    qtbot.waitUntil(lambda: len(book.of_study(PRIOR)) == 1, timeout=PATIENCE_MS)

    def views_of_prior(user_id):
        with reading.station.unit_of_work() as work:
            prior = work.studies.get(PRIOR)
        stored = open_prior(reading.station, reading.session(user_id), prior)
        return [i for s in stored.series for i in s.instances if is_presentation_state(i)]

    assert len(views_of_prior("reader2")) == 1
    hand_over(qtbot, first, HandoffType.BLIND_SECOND_READ)
    assert views_of_prior("reader2") == []
    assert len(views_of_prior("reader1")) == 1


@pytest.mark.peer
def test_dcmtk_renders_the_saved_view_as_it_was_seen(qtbot, view, reading, peer_program, tmp_path):
    viewport = view.model.active
    viewport.set_window(VoiWindow(-900, 300))
    viewport.orient(DisplayOrientation(3, is_mirrored=True))
    viewport.toggle_invert()
    measure(viewport)
    save_by_key(qtbot, view)
    state = saved(qtbot, view)
    with reading.station.unit_of_work() as work:
        instance = work.studies.instance(state.sop_instance_uid)
    path = reading.station.images.path(instance.content_sha256)
    source = view.model.supply.instance_of(viewport.description)
    image = reading.station.images.path(source.content_sha256)
    check = subprocess.run([peer_program("dcmpschk"), path], check=True, capture_output=True,
                           text=True, timeout=LIMIT_S)  # fmt: skip
    assert "Test passed." in check.stderr
    out = tmp_path / "peer.pgm"
    command = [peer_program("dcmp2pgm"), "-q", "-p", path, image, out]
    subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
    seen = viewport.state.orientation.apply(display_values(viewport.frame, viewport.rendering))
    assert np.array_equal(seen, cv2.imread(str(out), cv2.IMREAD_UNCHANGED))
