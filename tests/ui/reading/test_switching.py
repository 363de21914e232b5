"""Closing, reopening and losing a study while it is being opened, decoded or written."""

import threading

import pytest
from PySide6.QtCore import Qt

from readstation.app.jobs import Lane
from readstation.app.worklist.claim_study import claim_study
from readstation.domain.audit import AuditAction
from readstation.domain.claim import ClaimTask
from readstation.domain.report import Section
from tests.reading_workspace import CURRENT, OTHER, PRIOR
from tests.ui.reading.test_reading_view import PATIENCE_MS, claim_of, is_claimed, open_study


@pytest.fixture
def view(screen_of):
    return screen_of("reader1")


@pytest.fixture
def held_lane(jobs):
    """Return a function that keeps the one worker of the database lane busy until called again."""
    gates = []

    def hold():
        gate = threading.Event()
        gates.append(gate)
        jobs.start(Lane.DATABASE, lambda _job: gate.wait(20))
        return gate.set

    yield hold
    for gate in gates:
        gate.set()


def count(reading, action: AuditAction, uid=CURRENT) -> int:
    with reading.station.unit_of_work() as work:
        return sum(e.action is action for e in work.audit.of_study(uid))


def test_a_study_left_while_it_is_still_opening_is_not_kept_claimed(
    qtbot, view, reading, jobs, held_lane
) -> None:
    let_go = held_lane()
    view.navigation.open_study(CURRENT, ClaimTask.READ)
    view.navigation.close_study()
    let_go()
    qtbot.waitUntil(lambda: jobs.is_idle, timeout=PATIENCE_MS)
    assert not is_claimed(reading)


def test_a_study_that_was_open_before_the_reader_went_on_is_given_back(
    qtbot, view, reading, jobs
) -> None:
    """The answer is on its way to the screen when the reader leaves."""
    view.navigation.open_study(CURRENT, ClaimTask.READ)
    for _ in range(2000):
        if is_claimed(reading):
            break
    view.navigation.close_study()
    qtbot.waitUntil(lambda: jobs.is_idle, timeout=PATIENCE_MS)
    assert not is_claimed(reading)


def test_a_study_closed_and_opened_again_at_once_stays_claimed_and_writable(
    qtbot, view, reading, jobs, held_lane
) -> None:
    open_study(qtbot, view)
    view.side.report.model.set_section(Section.IMPRESSION, "Typed just before.")
    let_go = held_lane()
    view.navigation.close_study()
    view.navigation.open_study(CURRENT, ClaimTask.READ)
    let_go()
    open_study(qtbot, view)
    qtbot.waitUntil(lambda: jobs.is_idle, timeout=PATIENCE_MS)
    assert is_claimed(reading)
    assert view.side.report.model.state.content.impression == "Typed just before."
    view.side.report.model.set_section(Section.IMPRESSION, "Typed after.")
    view.side.report.save_now()
    qtbot.waitUntil(lambda: view.side.report.is_safe, timeout=PATIENCE_MS)


def test_a_study_reopened_while_its_frames_are_being_decoded_is_not_left_blank(
    qtbot, view, reading
) -> None:
    for _ in range(4):
        open_study(qtbot, view)
        view.navigation.close_study()
        view.navigation.open_study(CURRENT, ClaimTask.READ)
    open_study(qtbot, view)
    assert all(box.frame is not None for box in view.model.visible_boxes)


def test_a_study_that_could_not_be_opened_can_be_tried_again(qtbot, view, notices) -> None:
    for attempt in (1, 2):
        view.navigation.open_study("2.25.999", ClaimTask.READ)
        qtbot.waitUntil(lambda n=attempt: len(notices.shown) == n, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: view.navigation.open is None, timeout=PATIENCE_MS)


def test_switching_among_studies_leaves_no_claim_and_gives_each_back_once(
    qtbot, view, reading, jobs, notices
) -> None:
    for turn in range(12):
        view.navigation.open_study((CURRENT, OTHER, PRIOR)[turn % 3], ClaimTask.READ)
        qtbot.wait(turn * 15)
        if turn % 4 == 3:
            view.navigation.close_study()
    view.navigation.close_study()
    qtbot.waitUntil(lambda: jobs.is_idle and view.loader.is_idle, timeout=PATIENCE_MS)
    for uid in (CURRENT, OTHER, PRIOR):
        assert not is_claimed(reading, uid)
        claimed = count(reading, AuditAction.STUDY_CLAIMED, uid)
        assert claimed == count(reading, AuditAction.STUDY_RELEASED, uid)
    assert not notices.shown


def take_over(reading) -> None:
    """End the first reader's lease, then claim as the second reader."""
    claim, now = claim_of(reading), reading.station.clock.now()
    with reading.station.unit_of_work() as work:
        work.claims.release(claim, now)
        work.commit()
    claim_study(reading.station, reading.session("reader2"), CURRENT, ClaimTask.READ)


def test_a_reader_who_lost_the_claim_is_told_and_cannot_write_but_keeps_the_text(
    qtbot, view, reading, notices
) -> None:
    open_study(qtbot, view)
    report = view.side.report
    report.model.set_section(Section.IMPRESSION, "Saved before.")
    report.save_now()
    qtbot.waitUntil(lambda: report.is_safe, timeout=PATIENCE_MS)
    take_over(reading)
    report.model.set_section(Section.IMPRESSION, "Typed too late.")
    view.recorder.check_claim()
    qtbot.waitUntil(lambda: report.model.state.is_read_only, timeout=PATIENCE_MS)
    assert "Dr. Test Two" in report.header.banner_text
    assert "NOT SAVED" in report.header.banner_text
    assert "Dr. Test Two" in view.header.status.text()
    assert len(notices.shown) == 1
    assert not report.sign_button.isEnabled()
    assert report.model.state.content.impression == "Typed too late."
    view.recorder.check_claim()
    view.navigation.close_study()
    assert claim_of(reading).owner_id == "reader2"


def test_a_refused_save_tells_of_the_lost_claim_before_the_next_check(
    qtbot, view, reading, notices
) -> None:
    open_study(qtbot, view)
    report = view.side.report
    take_over(reading)
    report.model.set_section(Section.IMPRESSION, "Typed too late.")
    report.save_now()
    qtbot.waitUntil(lambda: report.model.state.is_read_only, timeout=PATIENCE_MS)
    assert "Dr. Test Two" in view.header.status.text()
    assert len(notices.shown) == 1


def test_prior_chip_clicked_twice_while_opening_gives_one_set_of_thumbnails(qtbot, view) -> None:
    view.navigation.open_study(CURRENT, ClaimTask.READ)
    qtbot.waitUntil(lambda: view.model.state.opened is not None, timeout=PATIENCE_MS)
    prior = view.model.state.opened.priors[0].study
    view.header.prior_asked.emit(prior)
    view.header.prior_asked.emit(prior)
    open_study(qtbot, view)
    qtbot.waitUntil(lambda: view.tools.progress.text() == "", timeout=PATIENCE_MS)
    assert len(view.model.sets_of(PRIOR)) == 1
    assert len(view.model.sets_of(CURRENT)) == 1


def test_page_down_fills_an_empty_box(qtbot, view) -> None:
    open_study(qtbot, view)
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_F4)
    view.model.activate(3)
    qtbot.keyClick(view.grid.boxes[3].view, Qt.Key.Key_PageDown)
    assert view.model.state.shown[3] is not None


def test_text_typed_while_a_save_is_under_way_survives_the_end_of_the_session(
    qtbot, view, reading, jobs, held_lane
) -> None:
    """Ctrl+L while the autosave is in the air: the screen is destroyed before it answers."""
    open_study(qtbot, view)
    report = view.side.report
    let_go = held_lane()
    report.model.set_section(Section.IMPRESSION, "First.")
    report.save_now()
    report.model.set_section(Section.IMPRESSION, "First. And more.")
    view.end_session()
    report.deleteLater()
    qtbot.wait(1)
    let_go()
    qtbot.waitUntil(lambda: jobs.is_idle, timeout=PATIENCE_MS)
    with reading.station.unit_of_work() as work:
        draft = work.reports.open_draft_of_study(CURRENT, "reader1")
    assert draft.content.impression == "First. And more."
    assert not is_claimed(reading)
