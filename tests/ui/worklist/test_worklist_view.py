"""The worklist screen on a real database, driven by its keys."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from readstation.app.changes import ChangeFeed, Subject
from readstation.app.commands import CommandRegistry
from readstation.app.navigation import Navigation, OpenStudy
from readstation.app.worklist.claim_study import claim_study
from readstation.app.worklist.row_text import COLUMNS
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import StoreError
from readstation.domain.order import OrderPriority, PatientClass
from readstation.domain.report import ReportStatus
from readstation.ui import theme
from readstation.ui.errors import ErrorPresenter
from readstation.ui.job_runner import JobRunner
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.notice_bar import NoticeBar
from readstation.ui.window_commands import WINDOW_COMMANDS
from readstation.ui.worklist.worklist_commands import WORKLIST_COMMANDS
from readstation.ui.worklist.worklist_view import WorklistView
from tests.app.worklist.department import Department
from tests.domain.worklist_items import NOW, a_patient, a_study

HOSTILE = "DEMO^<b>&amp;</b>"


@pytest.fixture
def department(tmp_path):
    made = Department(tmp_path / "home")
    made.add_study("1.1", completed_at=NOW - timedelta(hours=3))
    made.add_study("1.0", study=a_study("1.0", at=NOW - timedelta(days=90), is_simulated=True))
    made.add_study(
        "1.2",
        study=a_study("1.2", patient=a_patient("D2", HOSTILE), modalities_in_study=("MR",)),
        priority=OrderPriority.STAT,
        patient_class=PatientClass.EMERGENCY,
        completed_at=NOW - timedelta(minutes=20),
    )
    made.add_study(
        "1.3",
        study=a_study("1.3", patient=a_patient("D3"), expected_instances=9),
        completed_at=NOW - timedelta(hours=30),
    )
    return made


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def open_view(qtbot, qapp, jobs, department):
    theme.apply(qapp)
    made = []

    def build(user_id="reader1", *, is_ready=True):
        notices = NoticeBar()
        qtbot.addWidget(notices)
        context = ScreenContext(
            department.station,
            department.session(user_id),
            jobs,
            ErrorPresenter(notices),
            ChangeFeed(),
            CommandRegistry((*WINDOW_COMMANDS, *WORKLIST_COMMANDS)),
            Navigation(),
        )
        view = WorklistView(context)
        made.append(view)
        qtbot.addWidget(view)
        view.notices = notices
        view.resize(1500, 900)
        view.show()
        view.activateWindow()
        qtbot.waitUntil(lambda: view.is_ready if is_ready else bool(view.model.rows))
        view.table.setFocus()
        return view

    yield build
    for view in made:
        view.end_session()


def shown(view):
    return [row.study_instance_uid for row in view.table.rows_model.rows]


def cell(view, uid, column):
    number = [one.id for one in COLUMNS].index(column)
    model = view.table.rows_model
    return model.data(model.index(model.row_of(uid), number))


def wait_idle(qtbot, view):
    qtbot.waitUntil(lambda: not view._details_timer.isActive() and view._context.jobs.is_idle)


def test_the_list_is_in_reading_order_with_the_first_selected(open_view):
    view = open_view()
    assert shown(view)[:2] == ["1.2", "1.3"]
    assert view.table.currentIndex().row() == 0
    assert view.detail.patient.text() == "DEMO, <b>&amp;</b>"
    model = view.table.rows_model
    patient = model.index(0, [one.id for one in COLUMNS].index("patient"))
    tip = QTextDocument()
    tip.setHtml(model.data(patient, Qt.ItemDataRole.ToolTipRole))
    assert tip.toPlainText() == model.data(patient)


def test_enter_opens_the_selected_study(open_view, qtbot):
    view = open_view()
    qtbot.keyClick(view.table, Qt.Key.Key_Down)
    assert view.model.selected_uid == "1.3"
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert view._context.navigation.open == OpenStudy("1.3", ClaimTask.READ)
    assert view._context.navigation.screen_id == "read"


def test_read_next_passes_over_what_another_reader_holds(open_view, qtbot, department):
    claim_study(department.station, department.session("reader2"), "1.2", ClaimTask.READ)
    view = open_view()
    view.model.choose_list("all")
    assert cell(view, "1.2", "status") == "Unread Dr. Demo Two"
    qtbot.keyClick(view.table, Qt.Key.Key_N)
    assert view._context.navigation.open == OpenStudy("1.3", ClaimTask.READ)


def test_a_second_read_is_offered_and_opened_as_one(open_view, qtbot, department):
    department.add_draft("1.1", "reader1", ReportStatus.AWAITING_SECOND_READ)
    department.ask_second_read("1.1")
    view = open_view("reader2")
    qtbot.mouseClick(view.lists.buttons["second"], Qt.MouseButton.LeftButton)
    assert shown(view) == ["1.1"]
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert view._context.navigation.open == OpenStudy("1.1", ClaimTask.SECOND_READ)


def test_slash_searches_and_what_is_hidden_is_said_until_escape(open_view, qtbot):
    view = open_view()
    assert view.bar.hidden.text() == "0 hidden by filter"
    qtbot.keyClick(view.table, Qt.Key.Key_Slash)
    assert QApplication.focusWidget() is view.bar.search
    qtbot.keyClicks(view.bar.search, "mod:MR")
    assert shown(view) == ["1.2"]
    assert view.bar.hidden.text() == "3 hidden by filter"
    qtbot.keyClick(view.bar.search, Qt.Key.Key_Escape)
    assert view.bar.hidden.text() == "0 hidden by filter"
    assert len(shown(view)) == 4
    assert view.bar.search.text() == ""


def test_letters_in_the_search_start_no_commands(open_view, qtbot):
    view = open_view()
    view.focus_search()
    qtbot.keyClicks(view.bar.search, "n/N?")
    assert view.bar.search.text() == "n/N?"
    assert view._context.navigation.open is None


def test_a_filter_that_hides_everything_says_so(open_view):
    view = open_view()
    view.model.search("nobody is called this")
    assert view.empty.isVisible()
    assert view.empty._text.text() == "The filter hides all 4 studies of this list."
    assert not view.detail._area.isVisible()


def test_an_empty_list_says_why(open_view, qtbot):
    view = open_view()
    qtbot.mouseClick(view.lists.buttons["drafts"], Qt.MouseButton.LeftButton)
    assert view.empty._text.text() == "You have no drafts."


def test_alt_down_goes_to_the_next_list(open_view, qtbot):
    view = open_view()
    qtbot.keyClick(view.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert view.model.list.id == "drafts"
    assert view.lists.buttons["drafts"].isChecked()


def test_a_change_is_shown_and_the_selection_stays_with_its_study(open_view, qtbot, department):
    view = open_view()
    view.model.select("1.1")
    department.add_study(
        "1.4", study=a_study("1.4", patient=a_patient("D4")), priority=OrderPriority.STAT
    )
    view._context.changes.publish(Subject.STUDIES)
    qtbot.waitUntil(lambda: "1.4" in shown(view))
    assert view.model.selected_uid == "1.1"
    assert view.table.currentIndex().row() == view.table.rows_model.row_of("1.1")


def test_clocks_count_and_overdue_counts_up_in_words(open_view, department):
    view = open_view()
    assert cell(view, "1.2", "due") == "0:40"
    department.clock.moment += timedelta(minutes=52)
    view._tick()
    assert cell(view, "1.2", "due") == "OVERDUE 0:12"
    assert view.detail.clock.text == "OVERDUE 0:12"


def test_incomplete_and_simulated_are_said_in_words(open_view):
    view = open_view()
    assert cell(view, "1.3", "images") == "1/9 INCOMPLETE"
    assert "SIMULATED" in cell(view, "1.0", "study")
    view.model.select("1.3")
    assert "Incomplete: 1/9 images are here." in view.detail.warnings.text()


def test_the_panel_says_why_the_first_is_first(open_view):
    view = open_view()
    assert "+60  STAT order" in view.detail.why.text()
    assert view.detail.why_sum.text().startswith("= 113")


def test_priors_of_the_selected_study_appear_and_those_of_the_last_are_gone(open_view, qtbot):
    view = open_view()
    view.model.select("1.1")
    qtbot.waitUntil(lambda: view.detail._priors.count() == 1 and not view._details_timer.isActive())
    wait_idle(qtbot, view)
    assert view.detail._priors.itemAt(0).widget().property("urgency") == "prior"
    view.model.select("1.2")
    assert view.detail._priors.itemAt(0).widget().text() == "Looking for priors"
    wait_idle(qtbot, view)
    assert view.detail._priors.itemAt(0).widget().text() == "No earlier study is here."
    assert view.detail.preview.picture.text() == "no preview"
    assert view.notices.text == ""


def test_a_late_answer_for_another_study_is_dropped(open_view, qtbot, department):
    view = open_view()
    view.model.select("1.1")
    wait_idle(qtbot, view)
    answer = []
    view.detail.show_details = answer.append
    view._read_details()
    view.model.select("1.2")
    view._details_timer.stop()
    qtbot.waitUntil(lambda: view._context.jobs.is_idle)
    assert answer == []


def test_a_late_preview_of_another_study_is_dropped(open_view, qtbot):
    view = open_view()
    view.model.select("1.1")
    wait_idle(qtbot, view)
    view.model.select("1.2")
    view._take_preview(("1.1", bytes(9)))
    assert view.detail.preview.picture.pixmap().isNull()
    assert view.detail.preview.picture.text() == "…"


def test_a_technologist_raises_a_concern_with_enter_and_opens_nothing(open_view, qtbot):
    view = open_view("tech1")
    view.model.select("1.1")
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is view.detail.concern_edit
    qtbot.keyClicks(view.detail.concern_edit, "Free air?")
    qtbot.keyClick(view.detail.concern_edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "CONCERN" in cell(view, "1.1", "priority"))
    assert view._context.navigation.open is None
    assert view.detail.concern.text() == "Free air?"
    assert view.detail.concern_edit.text() == ""


def test_a_list_that_cannot_be_read_says_since_when(open_view, qtbot, department):
    view = open_view()
    qtbot.waitUntil(lambda: not view._is_reading)

    def refuse():
        raise StoreError("The database is locked.", "Wait.")

    object.__setattr__(view._context.station, "unit_of_work", refuse)
    view.refresh()
    qtbot.waitUntil(lambda: "Not refreshed since 09:30:00" in view.bar.refreshed.text())
    assert "The database is locked." in view.bar.refreshed.text()
    assert len(shown(view)) == 4


@pytest.mark.parametrize("width", [1300, 1854])
def test_all_columns_that_are_shown_fit_into_the_table(open_view, qtbot, width):
    view = open_view()
    view.resize(width, 700)
    table = view.table
    qtbot.waitUntil(lambda: table.width() < width)
    ids = [one.id for one in COLUMNS]
    visible = [i for i in range(len(ids)) if not table.isColumnHidden(i)]
    assert sum(table.columnWidth(i) for i in visible) <= table.viewport().width()
    assert table.columnWidth(ids.index("indication")) >= 90
    assert "status" in [ids[i] for i in visible]


def test_a_concern_typed_before_the_panel_is_there_stays_and_is_about_the_selected_study(
    qtbot, open_view
):
    view = open_view("tech1", is_ready=False)
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(view.detail.concern_edit, "Free air?")
    qtbot.waitUntil(lambda: view.table.has_painted)
    wait_idle(qtbot, view)
    assert view.detail.concern_edit.text() == "Free air?"
    assert view.detail.patient.text() == "DEMO, <b>&amp;</b>"


def test_a_list_that_takes_its_time_says_that_it_is_being_read(open_view, qtbot):
    view = open_view()
    view.model.page, view.model.rows = None, ()
    view._say_that_it_is_slow()
    assert view.empty.isVisible()
    assert view.empty._text.text() == "Reading the worklist"
    view.refresh()
    qtbot.waitUntil(view.table.isVisible)
