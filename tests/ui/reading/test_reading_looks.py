"""What the reading screen says around the images: identity, active box, links, priors, faults."""

import os
import signal
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from readstation.app.reading import load_planner
from readstation.app.viewport.viewport_state import Role
from readstation.domain.claim import ClaimTask
from readstation.domain.errors import ClaimLostError
from readstation.domain.report import Section
from tests.reading_workspace import CURRENT, PRIOR
from tests.ui.reading.test_reading_view import PATIENCE_MS, open_study


@pytest.fixture
def view(screen_of):
    return screen_of("reader1")


def stored_files(reading, uid):
    with reading.station.unit_of_work() as work:
        series = work.studies.series_of(uid)
    images = reading.workspace.images
    return [images.path(i.content_sha256) for s in series for i in s.instances]


def damage(path) -> None:
    content = bytearray(path.read_bytes())
    content[-7] ^= 0xFF
    path.chmod(0o600)
    path.write_bytes(bytes(content))


def test_birth_date_and_id_are_never_cut_off(qtbot, view) -> None:
    view.resize(1100, 640)
    open_study(qtbot, view)
    identity = view.header.identity
    assert identity.text().startswith("born 1960-01-01 · ID P1")
    assert identity.width() >= identity.fontMetrics().horizontalAdvance(identity.text())


def test_exactly_the_active_box_is_outlined(qtbot, view) -> None:
    open_study(qtbot, view)
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_Right)
    assert [box.property("active") for box in view.grid.boxes[:2]] == ["false", "true"]


def test_two_boxes_are_equally_wide_whatever_their_words(qtbot, view) -> None:
    open_study(qtbot, view)
    view.grid.boxes[1].show_link("a long explanation why this box is not linked to the other")
    qtbot.wait(1)
    left, right = (box.width() for box in view.grid.boxes[:2])
    assert abs(left - right) <= 1


def test_link_words_follow_the_key_at_once(qtbot, view) -> None:
    open_study(qtbot, view)
    box = view.grid.boxes[1]
    assert "linked by position" in box.link_text
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_K)
    assert "linked by position" not in box.link_text


def test_thumbnails_stand_under_current_and_prior_with_its_date(qtbot, view) -> None:
    open_study(qtbot, view)
    assert view.thumbnails.heading_texts == [Role.CURRENT.value, f"{Role.PRIOR.value} 2026-05-22"]


def test_no_part_of_a_thumbnail_lies_over_another(qtbot, view) -> None:
    open_study(qtbot, view)
    for thumbnail in view.thumbnails.thumbnails:
        parts = [p.geometry() for p in thumbnail.findChildren(QWidget) if p.parent() is thumbnail]
        for above, below in pairwise(sorted(parts, key=lambda part: part.y())):
            assert above.bottom() < below.top()
        title = thumbnail.title
        assert title.height() >= title.heightForWidth(title.width())


def test_a_damaged_image_is_named_and_the_others_are_shown(qtbot, view, reading) -> None:
    damage(stored_files(reading, CURRENT)[2])
    open_study(qtbot, view)
    box = view.model.boxes[0]
    shown = []
    for index in range(len(box.display_set)):
        box.go_to(index)
        qtbot.waitUntil(lambda: box.frame is not None or bool(box.refusal), timeout=PATIENCE_MS)
        shown.append(box.frame is not None)
    assert shown.count(False) == 1, "the others are shown, each in its place"
    qtbot.waitUntil(view.thumbnails.refusals.isVisible, timeout=PATIENCE_MS)
    assert view.thumbnails.refusals.text() == "1 image cannot be displayed"
    said = view.header.status.text
    qtbot.waitUntil(lambda: "changed since it was imported" in said(), timeout=PATIENCE_MS)


def test_words_about_a_lost_claim_stay_when_an_image_proves_damaged(qtbot, view, reading) -> None:
    open_study(qtbot, view)
    view.side.claim_lost.emit(ClaimLostError("Dr. Other reads this study now.", ""))
    lost = view.header.status.text()
    assert "Dr. Other" in lost
    image = view.model.sets_of(CURRENT)[0].images[-1]
    key = view.model.supply._open.key(image)
    view.model.supply._refused[key] = "This frame cannot be displayed."
    view.loader.progressed.emit()
    assert view.thumbnails.refusals.isVisible()
    assert view.header.status.text() == lost


def test_a_study_whose_every_image_is_gone_says_so_in_the_box(qtbot, view, reading) -> None:
    for path in stored_files(reading, PRIOR):
        path.unlink()
    view.navigation.open_study(PRIOR, ClaimTask.READ)
    qtbot.waitUntil(lambda: view.model.state.is_complete, timeout=PATIENCE_MS)
    active = view.model.active
    qtbot.waitUntil(lambda: bool(active.refusal or active.state.notice), timeout=PATIENCE_MS)
    assert "missing from the image store" in active.refusal + active.state.notice
    assert view.side.isVisible()


def test_a_file_that_goes_bad_while_it_is_read_is_refused_in_its_box_and_others_go_on(
    qtbot, view, reading
) -> None:
    open_study(qtbot, view)
    qtbot.waitUntil(lambda: view.loader.is_idle, timeout=PATIENCE_MS)
    view.model.set_layout(view.model.state.layout)
    lost = view.model.sets_of(CURRENT)[0].images[3]
    view.model.supply._cache.clear()
    with reading.station.unit_of_work() as work:
        instance = next(
            i
            for s in work.studies.series_of(CURRENT)
            for i in s.instances
            if i.sop_instance_uid == lost.sop_instance_uid
        )
    damage(reading.workspace.images.path(instance.content_sha256))
    view.model.activate(0)
    box = view.model.active
    box.go_to(3)
    qtbot.waitUntil(lambda: bool(box.refusal), timeout=PATIENCE_MS)
    assert "changed since it was imported" in box.refusal
    qtbot.waitUntil(lambda: view.loader.is_idle, timeout=PATIENCE_MS)
    box.go_to(4)
    qtbot.waitUntil(lambda: box.frame is not None, timeout=PATIENCE_MS)


def test_a_killed_decoder_is_replaced_and_its_frame_is_shown(
    qtbot, view, reading, monkeypatch
) -> None:
    monkeypatch.setattr(load_planner, "is_plain", lambda _image: False)
    open_study(qtbot, view)
    qtbot.waitUntil(lambda: view.loader.is_idle, timeout=PATIENCE_MS)
    view.model.supply._cache.clear()
    killed = reading.workspace.workers.process_ids
    assert killed
    for process_id in killed:
        os.kill(process_id, signal.SIGTERM)
    box = view.model.boxes[0]
    box.go_to(5)
    qtbot.waitUntil(lambda: box.frame is not None or bool(box.refusal), timeout=PATIENCE_MS)
    assert not box.refusal
    assert np.ptp(box.frame.stored_values) == 0
    assert not set(killed) & set(reading.workspace.workers.process_ids)


def test_letters_typed_into_the_report_are_no_image_commands(qtbot, view) -> None:
    open_study(qtbot, view)
    before = view.model.active.state
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_F7)
    qtbot.keyClicks(view.window().focusWidget(), "whirl 12 k.m")
    assert "whirl 12 k.m" in view.side.report.model.state.text_of(Section.FINDINGS)
    assert view.model.active.state.voi_choice == before.voi_choice
    assert view.model.active.state.orientation == before.orientation
    assert view.model.active.state.is_linked == before.is_linked


def test_f7_returns_to_the_text_that_was_left(qtbot, view) -> None:
    open_study(qtbot, view)
    impression = view.side.report.form.sections[Section.IMPRESSION].editor
    impression.setFocus()
    qtbot.keyClick(impression, Qt.Key.Key_F6)
    qtbot.keyClick(view.grid.boxes[0].view, Qt.Key.Key_F7)
    assert impression.hasFocus()


def test_f6_and_f7_go_between_images_and_report(qtbot, view) -> None:
    open_study(qtbot, view)
    image = view.grid.boxes[0].view
    assert image.hasFocus()
    qtbot.keyClick(image, Qt.Key.Key_F7)
    focused = view.window().focusWidget()
    assert view.side.isAncestorOf(focused)
    qtbot.keyClick(focused, Qt.Key.Key_F6)
    assert image.hasFocus()
