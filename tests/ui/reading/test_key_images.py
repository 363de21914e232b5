"""Key images by key: a star, a strip that leads back, a line in the report."""

import pydicom
import pytest
from PySide6.QtCore import Qt

from readstation.app.importing.import_paths import import_paths
from readstation.app.reading import key_images
from readstation.app.reading.key_image_book import Star
from readstation.app.reading.key_images import key_images_of
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import StoreError
from tests.adapters.dicom.test_key_object_file import content, image_item, save_selection
from tests.reading_workspace import CURRENT, OTHER, PRIOR
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
    qtbot.waitUntil(lambda: strip.viewport().height() >= strip.widget().height())
    assert strip.verticalScrollBar().maximum() == 0  # nothing of it is cut
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
    frame, left = view.model.active.description.frame_key, view.model.state.opened
    press(qtbot, view, Qt.Key.Key_K)
    open_study(qtbot, view, OTHER)
    assert stored(reading) == [frame]
    assert view.model.key_images.frames == ()
    view.key_images._show(left, key_images_of(reading.station, reading.session(), CURRENT))
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
        events = work.audit.of_study(CURRENT)
    assert any(instance.sop_instance_uid in event.detail for event in events)


def selections_of_others(folder):
    """Save an interesting image of the study, one that is elsewhere, and a rejected one."""
    folder.mkdir()
    words = content("TEXT", ("113012", "Key Object Description"), TextValue="Node <b>?")
    of_interest = (words, image_item(f"{CURRENT}.1.2"), image_item("2.25.9.9"))
    rejected = image_item(f"{CURRENT}.1.5")
    titles = (("113000", "Of Interest"), ("113001", "Rejected for Quality Reasons"))
    save_selection(folder / "1.dcm", titles[0], *of_interest, study=CURRENT)
    save_selection(folder / "2.dcm", titles[1], rejected, study=CURRENT, number=2)
    of_prior = image_item(f"{PRIOR}.1.1")
    save_selection(folder / "3.dcm", titles[0], of_prior, study=PRIOR, number=3)
    return folder


def test_selections_of_others_are_shown_with_title_and_origin(qtbot, view, reading, tmp_path):
    view.navigation.close_study()
    folder = selections_of_others(tmp_path / "elsewhere")
    assert import_paths([folder], reading.workspace.import_tools(), "test").is_complete
    open_study(qtbot, view)
    strip, book = view.key_strip, view.model.key_images
    qtbot.waitUntil(lambda: len(book.filed) == 3, timeout=PATIENCE_MS)
    mark(qtbot, view, 1)
    said = [heading.text() for heading in strip.headings]
    assert said[0] == "REJECTED: Rejected for Quality Reasons (1)"
    assert said[1] == "File: Of Interest (1)"
    assert said[2] == "1 of its images not here: Of Interest."
    assert "Node &lt;b&gt;?" in strip.headings[1].toolTip()
    names = [row.accessibleName() for row in strip.rows]
    assert names[0].startswith("REJECTED, no key image, Rejected for Quality Reasons:")
    assert names[1:3] == ["Key image AXIAL, image 1", "Key image, Of Interest: AXIAL, image 2"]
    of_current, of_prior = view.thumbnails.thumbnails
    assert of_current.stars.counts == ((Star.REJECTED, 1), (Star.OWN, 1), (Star.FILED, 1))
    assert of_prior.stars.counts == ((Star.FILED, 1),)
    box = view.grid.boxes[0]
    assert box.bar.stars == ((0, Star.OWN), (1, Star.FILED), (4, Star.REJECTED))
    assert (box.has_star, box.warning) == (True, "")
    qtbot.mouseClick(strip.rows[0], Qt.MouseButton.LeftButton)
    assert box.warning == "REJECTED"
    open_study(qtbot, view, OTHER)
    assert book.filed == ()
    assert (box.has_star, box.bar.stars) == (False, ())
