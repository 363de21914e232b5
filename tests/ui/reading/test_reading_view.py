"""The reading screen with real files: what opens, what is shown, what is given back."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from readstation.app.reading.layout import Layout
from readstation.app.viewport.viewport_state import Role
from readstation.domain.audit import AuditAction
from readstation.domain.claim import ClaimTask
from readstation.domain.report import Section
from tests.reading_workspace import CURRENT, OTHER, PRIOR, SLICES, slice_values

PATIENCE_MS = 20_000


@pytest.fixture
def view(screen_of):
    return screen_of("reader1")


def open_study(qtbot, view, uid=CURRENT):
    view.navigation.open_study(uid, ClaimTask.READ)

    def is_ready():
        model = view.model
        assert model.state.opened is not None
        assert model.state.opened.study.study_instance_uid == uid
        assert model.state.is_complete
        assert all(b.frame is not None for b in model.visible_boxes if b.display_set)
        assert view.side.report.model is not None or view.side.report.version_view is not None

    qtbot.waitUntil(is_ready, timeout=PATIENCE_MS)


def claim_of(reading, uid=CURRENT):
    with reading.station.unit_of_work() as work:
        return work.claims.current(uid, ClaimTask.READ)


def is_claimed(reading, uid=CURRENT):
    claim = claim_of(reading, uid)
    return claim is not None and claim.is_live(reading.station.clock.now())


def test_current_and_prior_open_side_by_side_with_the_right_pixels(qtbot, view) -> None:
    open_study(qtbot, view)
    left, right = view.model.visible_boxes
    assert view.model.state.layout == Layout.TWO
    assert (left.state.role, right.state.role) == (Role.CURRENT, Role.PRIOR)
    for box, study in ((left, CURRENT), (right, PRIOR)):
        number = box.description.instance_number
        assert np.array_equal(box.frame.stored_values, slice_values(study, number))
    assert "TEST, P1" in view.header.name.text()
    assert "A100" in view.header.identity.text()


def test_the_study_is_claimed_while_it_is_open_and_given_back_after(qtbot, view, reading) -> None:
    open_study(qtbot, view)
    assert claim_of(reading).owner_id == "reader1"
    view.navigation.close_study()
    qtbot.waitUntil(lambda: not is_claimed(reading), timeout=PATIENCE_MS)
    assert not view.model.state.sets
    assert view.header.name.text() == "No study open"


def test_a_second_opener_reads_only_and_is_told_who_owns_it(qtbot, view, screen_of) -> None:
    open_study(qtbot, view)
    second = screen_of("reader2")
    open_study_read_only(qtbot, second)
    assert "Dr. Test One" in second.header.status.text()
    assert second.side.report.model is None or second.side.report.model.state.is_read_only


def open_study_read_only(qtbot, view):
    view.navigation.open_study(CURRENT, ClaimTask.READ)
    qtbot.waitUntil(lambda: view.model.state.is_complete, timeout=PATIENCE_MS)


def test_scrolling_one_box_takes_the_linked_one_to_the_same_patient_position(qtbot, view) -> None:
    open_study(qtbot, view)
    left, right = view.model.visible_boxes
    assert left.state.is_linked
    view.grid.boxes[0].view.setFocus()
    for _ in range(3):
        qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_Down)
    here = left.description.plane.position_mm[2]
    there = right.description.plane.position_mm[2]
    assert left.state.frame_index == 3
    assert abs(here - there) <= 2.5


def test_what_was_displayed_is_on_record(qtbot, view, reading) -> None:
    open_study(qtbot, view)
    view.grid.boxes[0].view.setFocus()
    for seen in range(1, SLICES):
        qtbot.waitUntil(lambda n=seen: view.model.seen.count == n, timeout=PATIENCE_MS)
        qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_Down)

    def is_recorded():
        with reading.station.unit_of_work() as work:
            return len(work.viewing.displayed(CURRENT)) == SLICES

    qtbot.waitUntil(lambda: view.model.seen.count == SLICES, timeout=PATIENCE_MS)
    qtbot.waitUntil(is_recorded, timeout=PATIENCE_MS)
    with reading.station.unit_of_work() as work:
        actions = [e.action for e in work.audit.of_study(CURRENT)]
    assert AuditAction.IMAGES_DISPLAYED in actions


def test_text_typed_before_a_switch_is_stored_with_the_study_it_was_typed_for(
    qtbot, view, reading
) -> None:
    open_study(qtbot, view)
    view.side.report.model.set_section(Section.IMPRESSION, "Nodule < 6 mm.")
    open_study(qtbot, view, OTHER)

    def stored(uid):
        with reading.station.unit_of_work() as work:
            return work.reports.open_draft_of_study(uid, "reader1").content.impression

    qtbot.waitUntil(lambda: stored(CURRENT) == "Nodule < 6 mm.", timeout=PATIENCE_MS)
    assert stored(OTHER) == ""
    qtbot.waitUntil(lambda: not is_claimed(reading, CURRENT), timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("key", "layout"),
    [(Qt.Key.Key_F2, Layout.ONE), (Qt.Key.Key_F4, Layout.FOUR), (Qt.Key.Key_F3, Layout.TWO)],
)
def test_layout_keys_work(qtbot, view, key, layout) -> None:
    open_study(qtbot, view)
    qtbot.keyClick(view.grid.boxes[0].view, key)
    assert view.model.state.layout == layout
    assert sum(box.isVisible() for box in view.grid.boxes) == layout.box_count


def test_arrow_keys_move_between_boxes(qtbot, view) -> None:
    open_study(qtbot, view)
    view.grid.boxes[0].view.setFocus()
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_Right)
    assert view.model.state.active_box == 1
    assert view.grid.boxes[1].view.hasFocus()  # else the next key would act on another box


def test_a_click_on_a_thumbnail_hangs_it_in_the_active_box(qtbot, view) -> None:
    open_study(qtbot, view)
    prior = next(t for t in view.thumbnails.thumbnails if t.display_set.study_instance_uid == PRIOR)
    view.model.activate(0)
    qtbot.mouseClick(prior, Qt.MouseButton.LeftButton)
    assert view.model.state.shown[0] is prior.display_set
    assert view.model.boxes[0].state.role is Role.PRIOR


def test_an_unknown_study_is_a_notice_and_an_empty_screen(qtbot, view, notices) -> None:
    view.navigation.open_study("2.25.999", ClaimTask.READ)
    qtbot.waitUntil(lambda: bool(notices.shown), timeout=PATIENCE_MS)
    assert view.model.state.opened is None


def test_the_report_names_the_prior_that_is_open(qtbot, view) -> None:
    open_study(qtbot, view)
    prior = view.model.state.opened.priors[0].study
    written = view.side.report.model.state.text_of(Section.COMPARISON)
    qtbot.waitUntil(
        lambda: (
            f"{prior.study_date_time:%Y-%m-%d}"
            in view.side.report.model.state.text_of(Section.COMPARISON)
        ),
        timeout=PATIENCE_MS,
    )
    assert "None available" not in view.side.report.model.state.text_of(Section.COMPARISON)
    assert written.count("\n") == 0
