"""Key images by key: a star, a strip that leads back, a line in the report."""

import pydicom
import pytest
from PySide6.QtCore import Qt

from readstation.app.reading import key_images
from readstation.app.reading.key_images import key_images_of
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import StoreError
from tests.reading_workspace import CURRENT, OTHER
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study

ALT = Qt.KeyboardModifier.AltModifier
ALT_SHIFT = ALT | Qt.KeyboardModifier.ShiftModifier
INSERT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def view(qtbot, screen_of):
    view = screen_of("reader1")
    open_study(qtbot, view)
    view.grid.focus_active()
    return view


def stored(reading, uid=CURRENT):
    return [k.frame for k in key_images_of(reading.station, reading.session(), uid)]


def press(qtbot, view, key, modifier=ALT):
    box = view.grid.boxes[view.model.state.active_box]
    qtbot.keyClick(box.view, key, modifier)


def mark(qtbot, view, count):
    press(qtbot, view, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: len(view.model.key_images.frames) == count, timeout=PATIENCE_MS)


def test_a_key_marks_the_image_with_a_star_and_takes_it_away_again(qtbot, view, reading):
    frame = view.model.active.description.frame_key
    assert not view.grid.boxes[0].has_star
    mark(qtbot, view, 1)
    assert stored(reading) == [frame]
    assert view.grid.boxes[0].has_star
    assert not view.grid.boxes[1].has_star
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_Down)
    assert not view.grid.boxes[0].has_star
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_Up)
    assert view.grid.boxes[0].has_star
    mark(qtbot, view, 0)
    assert stored(reading) == []
    assert not view.grid.boxes[0].has_star


def test_two_quick_presses_end_where_they_began(qtbot, view, reading):
    answers = []
    view.model.key_images.on_change(lambda: answers.append(len(view.model.key_images.frames)))
    press(qtbot, view, Qt.Key.Key_K)
    press(qtbot, view, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: answers == [1, 0], timeout=PATIENCE_MS)
    assert stored(reading) == []


def test_the_strip_lists_key_images_and_leads_back_to_them(qtbot, view):
    strip = view.key_strip
    assert not strip.isVisible()
    first = view.model.active.description
    mark(qtbot, view, 1)
    view.model.active.go_to(4)
    last = view.model.active.description
    mark(qtbot, view, 2)
    assert strip.isVisible()
    assert strip.heading.text() == "Key images 2"
    numbers = [f"Key image AXIAL, image {i.instance_number}" for i in (first, last)]
    assert [row.accessibleName() for row in strip.rows] == numbers
    qtbot.mouseClick(strip.rows[0], Qt.MouseButton.LeftButton)
    assert view.model.active.description.frame_key == first.frame_key
    assert view.grid.boxes[0].view.hasFocus()
    press(qtbot, view, Qt.Key.Key_J)
    assert view.model.active.description.frame_key == last.frame_key
    press(qtbot, view, Qt.Key.Key_J)
    assert view.model.active.description.frame_key == first.frame_key


def test_they_are_there_again_with_their_study_and_not_with_another(qtbot, view):
    mark(qtbot, view, 1)
    open_study(qtbot, view, OTHER)
    assert view.model.key_images.frames == ()
    assert not view.key_strip.isVisible()
    assert not view.grid.boxes[0].has_star
    open_study(qtbot, view)
    qtbot.waitUntil(lambda: len(view.model.key_images.frames) == 1, timeout=PATIENCE_MS)
    assert view.grid.boxes[0].has_star
    assert view.key_strip.rows[0].isEnabled()


def test_an_answer_for_a_study_left_meanwhile_marks_nothing(qtbot, view, reading):
    frame = view.model.active.description.frame_key
    press(qtbot, view, Qt.Key.Key_K)
    open_study(qtbot, view, OTHER)
    assert stored(reading) == [frame]
    assert view.model.key_images.frames == ()


def test_an_image_of_the_prior_is_not_marked_and_says_why(qtbot, view, reading):
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_Right)
    press(qtbot, view, Qt.Key.Key_K)
    assert "not of the study" in view.model.active.state.notice
    assert stored(reading) == []


def test_who_does_not_have_the_study_sees_key_images_and_marks_none(qtbot, view, screen_of):
    mark(qtbot, view, 1)
    other = screen_of("reader2")
    other.navigation.open_study(CURRENT, ClaimTask.READ)
    qtbot.waitUntil(other.key_strip.isVisible, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: other.model.active.description is not None, timeout=PATIENCE_MS)
    other.grid.focus_active()
    press(qtbot, other, Qt.Key.Key_K)
    assert "reader who has this study" in other.model.active.state.notice
    assert len(other.model.key_images.frames) == 1


def test_no_star_where_the_disk_refused(qtbot, view, notices, monkeypatch):
    def refuse(*_arguments):
        raise StoreError("The disk is full.", "Make room.")

    monkeypatch.setattr(key_images, "AuditEvent", refuse)
    press(qtbot, view, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: bool(notices.shown), timeout=PATIENCE_MS)
    assert not view.grid.boxes[0].has_star


def test_a_key_image_is_copied_to_the_report_and_leads_back(qtbot, view):
    press(qtbot, view, Qt.Key.Key_J, INSERT)
    assert "is no key image" in view.model.active.state.notice
    image = view.model.active.description
    mark(qtbot, view, 1)
    press(qtbot, view, Qt.Key.Key_J, INSERT)
    report = view.side.report
    (finding,) = report.model.state.content.findings
    (link,) = finding.measurements
    assert link.line == f"Key image: AXIAL, image {image.instance_number}"
    view.model.active.go_to(3)
    report.image_requested.emit(link.frame, link.measurement_id)
    assert view.model.active.description.frame_key == image.frame_key


def selections(reading):
    with reading.station.unit_of_work() as work:
        every = [i for s in work.studies.series_of(CURRENT) for i in s.instances]
    return [i for i in every if i.sop_class_uid == "1.2.840.10008.5.1.4.1.1.88.59"]


def test_key_images_are_saved_as_an_object_that_other_software_reads(qtbot, view, reading):
    press(qtbot, view, Qt.Key.Key_K, ALT_SHIFT)
    assert "no key image" in view.model.active.state.notice
    marked = view.model.active.description.sop_instance_uid
    mark(qtbot, view, 1)
    press(qtbot, view, Qt.Key.Key_K, ALT_SHIFT)
    said = "Saved as key object selection of 1 image."
    qtbot.waitUntil(lambda: view.model.active.state.notice == said, timeout=PATIENCE_MS)
    (instance,) = selections(reading)
    assert not instance.is_displayable
    file = pydicom.dcmread(reading.station.images.path(instance.content_sha256))
    named = [i.ReferencedSOPSequence[0] for i in file.ContentSequence if i.ValueType == "IMAGE"]
    assert [n.ReferencedSOPInstanceUID for n in named] == [marked]
    with reading.station.unit_of_work() as work:
        event = work.audit.of_study(CURRENT)[-1]
    assert instance.sop_instance_uid in event.detail
