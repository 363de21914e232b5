"""Measuring on the reading screen: asked, plotted, copied, compared, saved, shown again."""

import subprocess

import numpy as np
import pydicom
import pytest
from pyqtgraph import PlotWidget
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from readstation.app.importing.import_paths import import_paths
from readstation.app.reading.measurement_list import course_text
from readstation.app.reading.save_measurements import study_measurements
from readstation.app.viewport.viewport_state import Role
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.handoff import HandoffType
from readstation.domain.measurement import (
    EllipseRoi,
    ImagePoint,
    Length,
    Quoted,
    TextMark,
    Tracking,
)
from readstation.domain.study import FrameKey
from tests.adapters.dicom.test_reports_of_others import group, in_space, number, save_report
from tests.reading_workspace import CURRENT, PRIOR, write_study
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study
from tests.ui.reading.test_second_read import hand_over

LEFT = Qt.MouseButton.LeftButton
LIMIT_S = 30
SPACING = Calibration(0.5, 0.5, SpacingSource.PATIENT)
STRUCTURED_REPORT = "1.2.840.10008.5.1.4.1.1.88."


@pytest.fixture
def view(qtbot, screen_of):
    view = screen_of("reader1")
    open_study(qtbot, view)
    view.grid.boxes[0].view.setFocus()
    return view


def press(qtbot, widget, keys):
    combination = QKeySequence(keys)[0]
    qtbot.keyClick(widget, combination.key(), combination.keyboardModifiers())


def draw(qtbot, view, key, *places, box=0):
    """Choose a tool by key, then press, move and release over image points."""
    widget = view.grid.boxes[box].view
    widget.setFocus()
    press(qtbot, widget, key)
    transform = view.model.boxes[box].transform
    points = [QPoint(*(round(v) for v in transform.to_viewport(*place))) for place in places]
    qtbot.mousePress(widget, LEFT, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(widget, point)
    qtbot.mouseRelease(widget, LEFT, pos=points[-1])


def stored(reading, study=CURRENT):
    with reading.station.unit_of_work() as work:
        return work.measurements.of_study(study)


def test_words_are_asked_for_over_the_box_and_kept_with_enter(qtbot, view, reading):
    draw(qtbot, view, "B", (10, 10))
    panel = view.measuring.question
    assert panel.isVisible()
    qtbot.keyClicks(panel.text, "artefact")
    assert stored(reading) == ()
    qtbot.keyClick(panel.text, Qt.Key.Key_Return)
    assert not panel.isVisible()
    qtbot.waitUntil(lambda: len(stored(reading)) == 1, timeout=PATIENCE_MS)
    (mark,) = stored(reading)
    assert (type(mark), mark.words) == (TextMark, "artefact")
    assert view.grid.boxes[0].view.hasFocus()


def test_escape_drops_what_was_asked_about(qtbot, view, reading):
    draw(qtbot, view, "B", (10, 10))
    qtbot.keyClick(view.measuring.question.text, Qt.Key.Key_Escape)
    assert not view.measuring.question.isVisible()
    assert list(view.model.measurements) == []


def test_a_region_has_a_histogram_and_a_length_a_profile(qtbot, view):
    widget = view.grid.boxes[0].view
    press(qtbot, widget, "Shift+X")
    assert not view.measuring.plot.isVisible()
    assert "Select a region or a length" in view.model.active.state.notice
    draw(qtbot, view, "O", (4, 4), (24, 24))
    press(qtbot, widget, "Shift+X")
    plot = view.measuring.plot
    assert plot.isVisible()
    assert (plot.plot.title, plot.plot.is_bars) == ("Histogram", True)
    (roi,) = view.model.measurements
    assert plot.plot.y.sum() == roi.statistics.count
    draw(qtbot, view, "L", (6, 30), (26, 30))
    assert plot.plot.title == "Profile along the line"
    assert plot.plot.x[-1] == pytest.approx(10.0, abs=0.3)
    assert np.ptp(plot.plot.y) == 0
    press(qtbot, widget, "Shift+X")
    assert not plot.isVisible()


def test_undo_and_redo_are_stored(qtbot, view, reading):
    draw(qtbot, view, "L", (6, 6), (26, 6))
    widget = view.grid.boxes[0].view
    qtbot.waitUntil(lambda: len(stored(reading)) == 1, timeout=PATIENCE_MS)
    press(qtbot, widget, "Ctrl+Z")
    qtbot.waitUntil(lambda: stored(reading) == (), timeout=PATIENCE_MS)
    press(qtbot, widget, "Ctrl+Shift+Z")
    qtbot.waitUntil(lambda: len(stored(reading)) == 1, timeout=PATIENCE_MS)


def test_undo_never_reaches_into_another_study(qtbot, view, reading):
    draw(qtbot, view, "L", (6, 6), (26, 6))
    qtbot.waitUntil(lambda: len(stored(reading)) == 1, timeout=PATIENCE_MS)
    open_study(qtbot, view, "2.25.300")
    press(qtbot, view.grid.boxes[0].view, "Ctrl+Z")
    assert "nothing more to undo" in view.model.active.state.notice
    assert len(stored(reading)) == 1


def test_a_lesion_is_copied_to_the_prior_and_its_change_stands_on_the_later_image(qtbot, view):
    current, prior = view.model.visible_boxes
    assert (current.state.role, prior.state.role) == (Role.CURRENT, Role.PRIOR)
    draw(qtbot, view, "L", (6, 6), (26, 6))
    (length,) = view.model.measurements
    press(qtbot, view.grid.boxes[0].view, "Ctrl+C")
    first, copy = view.model.measurements
    assert copy.tracking_uid == first.tracking_uid == length.tracking_uid
    assert copy.frame == prior.description.frame_key
    assert "by patient position" in prior.state.notice
    assert [copy.start.column, copy.end.column] == [first.start.column, first.end.column]
    start = ImagePoint(*(round(v) for v in (copy.start.column + 4, copy.start.row)))
    draw(qtbot, view, "L", (copy.start.column, copy.start.row), (start.column, start.row), box=1)
    first, shorter = view.model.measurements
    say = view.model.measurements.say
    assert say(shorter) == shorter.text
    change = first.value - shorter.value
    assert f"+{change:.1f} mm, +{100 * change / shorter.value:.0f} %" in say(first)
    assert "2026-05-22" in say(first)
    view.grid.boxes[0].view.setFocus()
    view.side.take_measurement(first)
    press(qtbot, view.grid.boxes[0].view, "Ctrl+M")
    (finding,) = view.side.report.model.state.content.findings
    assert finding.measurements[0].text == say(first)


def test_measurements_of_two_dates_are_linked_by_key(qtbot, view):
    draw(qtbot, view, "L", (6, 6), (26, 6))
    press(qtbot, view.grid.boxes[0].view, "Ctrl+J")
    assert "in the other image box as well" in view.model.active.state.notice
    draw(qtbot, view, "L", (6, 12), (16, 12), box=1)
    press(qtbot, view.grid.boxes[1].view, "Ctrl+J")
    one, other = view.model.measurements
    assert one.tracking_uid == other.tracking_uid
    percent = 100 * (one.value - other.value) / other.value
    assert percent == pytest.approx(100, abs=3)
    assert f"+{percent:.0f} %" in view.model.measurements.say(one)


def report_files(reading, study=CURRENT):
    with reading.station.unit_of_work() as work:
        found = [i for s in work.studies.series_of(study) for i in s.instances]
    reports = [i for i in found if i.sop_class_uid.startswith(STRUCTURED_REPORT)]
    return [reading.station.images.path(i.content_sha256) for i in reports]


def save(qtbot, view, reading, count=1):
    press(qtbot, view.grid.boxes[0].view, "Ctrl+Shift+M")
    qtbot.waitUntil(lambda: len(report_files(reading)) == count, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: "Saved as a structured report" in view.model.active.state.notice,
        timeout=PATIENCE_MS,
    )
    return report_files(reading)[-1]


def test_without_a_measurement_there_is_nothing_to_save(qtbot, view, reading):
    press(qtbot, view.grid.boxes[0].view, "Ctrl+Shift+M")
    assert "no measurement on an image of this study" in view.model.active.state.notice
    assert report_files(reading) == []


@pytest.mark.peer
def test_measurements_are_saved_as_a_report_that_dcmtk_reads(qtbot, view, reading, peer_program):
    draw(qtbot, view, "L", (6, 6), (26, 6))
    draw(qtbot, view, "O", (4, 10), (24, 28))
    path = save(qtbot, view, reading)
    written = pydicom.dcmread(path, force=True)
    assert (written.Modality, written.PatientID, written.StudyInstanceUID) == ("SR", "P1", CURRENT)
    done = subprocess.run(
        [peer_program("dsrdump"), path],
        check=False,
        capture_output=True,
        encoding="latin-1",
        timeout=LIMIT_S,
    )
    assert done.returncode == 0
    assert done.stdout.count("Measurement Group") == 2


def test_a_saved_report_is_shown_again_once_and_read_only(qtbot, view, reading):
    draw(qtbot, view, "L", (6, 6), (26, 6))
    draw(qtbot, view, "O", (4, 10), (24, 28))
    length, ellipse = view.model.measurements
    save(qtbot, view, reading)
    view.model.active.change(selected_measurement_uid=ellipse.measurement_uid)
    press(qtbot, view.grid.boxes[0].view, "Delete")
    qtbot.waitUntil(lambda: len(stored(reading)) == 1, timeout=PATIENCE_MS)
    open_study(qtbot, view, "2.25.300")
    open_study(qtbot, view)
    book = view.model.measurements
    qtbot.waitUntil(lambda: len(list(book)) == 2, timeout=PATIENCE_MS)
    shown = {type(m): m for m in book}
    assert shown[Length] == length  # kept and reported: shown once, as it is kept
    assert book.is_own(shown[Length])
    again = shown[EllipseRoi]
    assert (again.points, again.statistics, again.text) == (
        ellipse.points,
        ellipse.statistics,
        ellipse.text,
    )
    assert again.maker == "ReadStation"
    assert not book.is_own(again)


def test_another_makers_report_is_quoted_with_its_source_and_what_is_left_out_is_said(
    qtbot, view, reading, tmp_path
):
    draw(qtbot, view, "L", (6, 6), (26, 6))
    draw(qtbot, view, "O", (4, 10), (24, 28))
    foreign = pydicom.dcmread(save(qtbot, view, reading), force=True)
    view.navigation.close_study()
    foreign.SOPInstanceUID = foreign.file_meta.MediaStorageSOPInstanceUID = "2.25.777"
    foreign.SeriesInstanceUID = "2.25.77"
    foreign.Manufacturer, foreign.ManufacturerModelName = "Other Maker", "Viewer"
    groups = [i for i in walk(foreign) if named(i, "125007")]
    for item in groups:
        item.ContentSequence = [i for i in item.ContentSequence if not named(i, "KIND")]
    for item in walk(groups[1]):
        if item.ValueType == "SCOORD":
            item.ValueType = "SCOORD3D"
    folder = tmp_path / "from elsewhere"
    folder.mkdir()
    foreign.save_as(folder / "foreign.dcm", enforce_file_format=True)
    assert import_paths([folder], reading.workspace.import_tools(), "test").is_complete
    open_study(qtbot, view)
    book = view.model.measurements
    qtbot.waitUntil(lambda: any(isinstance(m, Quoted) for m in book), timeout=PATIENCE_MS)
    (quoted,) = [m for m in book if isinstance(m, Quoted)]
    assert quoted.words == f"Length {quoted_length(book):.6g} mm"
    assert book.say(quoted) == f"{quoted.words}, by Other Maker Viewer"
    assert not book.is_own(quoted)
    assert "1 × a place in space, not on an image" in view.model.boxes[0].state.notice
    left_out = view.thumbnails.left_out
    assert left_out.isVisible()
    assert "a place in space" in left_out.accessibleDescription()
    open_study(qtbot, view, "2.25.300")
    assert not left_out.isVisible()


def test_a_named_lesion_stands_in_the_list_and_a_row_leads_to_its_image(qtbot, view, reading):
    draw(qtbot, view, "L", (6, 6), (26, 6))
    press(qtbot, view.grid.boxes[0].view, "Shift+Return")
    qtbot.keyClicks(view.measuring.question.text, "RUL nodule")
    qtbot.keyClick(view.measuring.question.text, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: [m.tracking.tracking_identifier for m in stored(reading)] == ["RUL nodule"],
        timeout=PATIENCE_MS,
    )
    named = view.model.active.description
    view.model.active.go_to(3)
    press(qtbot, view.grid.boxes[0].view, "Shift+M")
    panel = view.measuring.list
    (row,) = panel.rows
    assert (row.lesion, row.is_own) == ("RUL nodule", True)
    assert (row.said, row.changes) == ("10.0 mm", ("", "", ""))
    assert panel.plot.spots() == []
    assert "one date only" in panel.plot.told.text()
    qtbot.keyClick(panel, Qt.Key.Key_Return)
    assert view.model.active.description is named
    assert view.model.active.state.selected_measurement_uid == row.measurement_uid
    press(qtbot, view.grid.boxes[0].view, "Shift+M")
    open_study(qtbot, view, "2.25.300")
    assert panel.isHidden()


def test_a_lesion_is_shown_over_its_dates_and_a_row_opens_the_prior_it_was_measured_in(
    qtbot, screen_of, reading, tmp_path
):
    oldest, lesion = "2.25.50", Tracking("2.25.7", "L1")
    write_study(tmp_path / "older", oldest, "P1", "20251122")
    import_paths([tmp_path / "older"], reading.workspace.import_tools(), "test")
    with reading.station.unit_of_work() as work:
        for study, columns in ((oldest, 16), (PRIOR, 12), (CURRENT, 18)):
            frame, ends = FrameKey(f"{study}.1.2"), (ImagePoint(2, 4), ImagePoint(2 + columns, 4))
            made = Length(study, frame, *ends, SPACING, tracking=lesion)
            work.measurements.put(study, "reader1", made)
        work.commit()
    view = screen_of("reader1")
    open_study(qtbot, view)
    book, panel = view.model.measurements, view.measuring.list
    qtbot.waitUntil(lambda: len(list(book)) == 3, timeout=PATIENCE_MS)
    press(qtbot, view.grid.boxes[0].view, "Shift+M")
    assert [row.day for row in panel.rows] == ["2026-11-22", "2026-05-22", "2025-11-22"]
    assert panel.rows[0].changes == ("+3.0 mm, +50 %", "+1.0 mm, +12 %", "+3.0 mm, +50 %")
    qtbot.waitUntil(lambda: panel.plot.findChildren(PlotWidget) != [], timeout=PATIENCE_MS)
    assert [spot[1:] for spot in panel.plot.spots()] == [(8.0, False), (6.0, False), (9.0, True)]
    press(qtbot, panel, "Ctrl+C")
    assert QApplication.clipboard().text() == course_text(panel.rows[0])
    press(qtbot, panel, "Ctrl+M")
    (finding,) = view.side.report.model.state.content.findings
    assert finding.measurements[0].text == course_text(panel.rows[0])
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(panel, key)
    assert panel.isHidden()
    qtbot.waitUntil(lambda: active_image(view) == f"{oldest}.1.2", timeout=PATIENCE_MS)
    assert view.model.active.state.selected_measurement_uid == oldest


def active_image(view):
    description = view.model.active.description
    return description.sop_instance_uid if description else ""


def test_what_was_measured_in_space_comes_to_the_image_that_holds_it(
    qtbot, view, reading, tmp_path
):
    view.navigation.close_study()
    folder = tmp_path / "from elsewhere"
    folder.mkdir()
    level_mm = 11.0  # of the current study's fourth slice
    inside = in_space((1.0, 2.0, level_mm, 6.0, 2.0, level_mm), "2.25.9")
    between = in_space((1.0, 2.0, level_mm + 2.5, 6.0, 2.0, level_mm + 2.5), "2.25.9")
    both = (group(number(5, inside)), group(number(6, between)))
    save_report(folder / "report.dcm", *both, study=CURRENT)
    assert import_paths([folder], reading.workspace.import_tools(), "test").is_complete
    open_study(qtbot, view)
    book, left_out = view.model.measurements, view.thumbnails.left_out
    qtbot.waitUntil(lambda: any(isinstance(m, Quoted) for m in book), timeout=PATIENCE_MS)
    (quoted,) = [m for m in book if isinstance(m, Quoted)]
    assert quoted.frame.sop_instance_uid == f"{CURRENT}.1.4"
    assert (quoted.words, book.is_own(quoted)) == ("Length 5 mm", False)
    qtbot.waitUntil(left_out.isVisible, timeout=PATIENCE_MS)
    assert "1 × a place in space that lies in no single image" in left_out.accessibleDescription()


def quoted_length(book):
    return next(m.value for m in book if isinstance(m, Length))


def walk(dataset):
    for item in dataset.get("ContentSequence", []):
        yield item
        yield from walk(item)


def named(item, code):
    name = item.get("ConceptNameCodeSequence")
    return bool(name) and name[0].get("CodeValue") == code


def test_what_was_measured_in_the_prior_is_shown_there_and_not_changed(qtbot, screen_of, reading):
    view = screen_of("reader1")
    open_study(qtbot, view, PRIOR)
    draw(qtbot, view, "L", (6, 6), (26, 6))
    qtbot.waitUntil(lambda: len(stored(reading, PRIOR)) == 1, timeout=PATIENCE_MS)
    (before,) = stored(reading, PRIOR)
    open_study(qtbot, view)
    book = view.model.measurements
    qtbot.waitUntil(lambda: list(book) == [before], timeout=PATIENCE_MS)
    assert not book.is_own(before)
    assert stored(reading) == ()


def test_a_blind_second_reader_sees_nothing_of_what_the_first_measured_or_saved(
    qtbot, screen_of, reading
):
    first = screen_of("reader1")
    open_study(qtbot, first)
    first.grid.boxes[0].view.setFocus()
    draw(qtbot, first, "L", (6, 6), (26, 6))
    save(qtbot, first, reading)
    hand_over(qtbot, first, HandoffType.BLIND_SECOND_READ)
    station, reader2, reader1 = reading.station, reading.session("reader2"), reading.session()
    hidden = study_measurements(station, reader2, CURRENT)
    assert (hidden.kept, hidden.reports) == ((), ())
    seen = study_measurements(station, reader1, CURRENT)
    assert (len(seen.kept), len(seen.reports)) == (1, 1)
