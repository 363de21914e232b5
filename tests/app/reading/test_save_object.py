"""What a reader saved beside the images: no image of the study, and unseen by a blind reader."""

import json
import shutil

import pytest

from readstation.app.handoff.request_handoff import HandoffRequest, request_handoff
from readstation.app.reading.key_object_selection import KeyObjectSelection
from readstation.app.reading.measurement_report import MeasurementReport
from readstation.app.reading.presentation_states import without_hidden_views
from readstation.app.reading.save_key_images import keep_key_objects, selection_of
from readstation.app.reading.save_measurements import keep_report, report_of
from readstation.app.reading.save_object import keep_object
from readstation.bootstrap import open_workspace
from readstation.domain.audit import OBJECT_SAVED, AuditAction
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.claim import CLAIM_LEASE, ClaimTask
from readstation.domain.errors import StoreError
from readstation.domain.handoff import HandoffType
from readstation.domain.measurement import ImagePoint, Length
from readstation.domain.report import Draft, ReportStatus
from readstation.domain.study import Completeness, FrameKey
from readstation.imaging.graphic_annotation import ImageReference
from tests.app.viewport.conftest import described
from tests.reading_room import CONTENT
from tests.reading_workspace import CURRENT, PRIOR, SLICES, ReadingWorkspace, open_reading_workspace

IMAGE, KEPT = f"{CURRENT}.1.1", "2.25.42"
MM = Calibration(0.5, 0.5, SpacingSource.PATIENT)


@pytest.fixture(scope="module")
def imported_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("imported") / "home"
    open_reading_workspace(home, tmp_path_factory.mktemp("files")).workspace.close()
    return home


@pytest.fixture
def reading(tmp_path, imported_home):
    home = shutil.copytree(imported_home, tmp_path / "home")
    opened = ReadingWorkspace(open_workspace(home))
    yield opened
    opened.workspace.close()


def image_of(reading):
    with reading.station.unit_of_work() as work:
        return work.studies.instance(IMAGE)


def reference(image):
    return (ImageReference(IMAGE, (), image.sop_class_uid, f"{CURRENT}.1"),)


def save_key_images(reading):
    image = image_of(reading)
    selection = KeyObjectSelection(CURRENT, "2.25.41", KEPT, "Dr. Test One", reference(image))
    keep_key_objects(reading.station, reading.session(), selection, image)


def save_measurements(reading):
    image = image_of(reading)
    length = Length("m1", FrameKey(IMAGE), ImagePoint(2, 2), ImagePoint(20, 2), MM)
    report = MeasurementReport(
        CURRENT, "2.25.41", KEPT, "Dr. Test One", measurements=(length,), images=reference(image)
    )
    keep_report(reading.station, reading.session(), report, image)


def save_as_before(reading):
    """Key images as earlier versions put them on record: as a view."""
    station, image = reading.station, image_of(reading)
    selection = KeyObjectSelection(CURRENT, "2.25.41", KEPT, "Dr. Test One", reference(image))
    content = station.frames.encode_key_objects(selection, image, station.clock.now())
    keep_object(station, reading.session(), AuditAction.VIEW_SAVED, content, lambda _: None)


SAVED = [
    pytest.param(save_key_images, AuditAction.KEY_IMAGES_SAVED, id="key images"),
    pytest.param(save_measurements, AuditAction.MEASUREMENTS_SAVED, id="measurements"),
    pytest.param(save_as_before, AuditAction.VIEW_SAVED, id="an earlier version's key images"),
]


def hand_over_blind(reading):
    station, session = reading.station, reading.session()
    now = station.clock.now()
    with station.unit_of_work() as work:
        claim = work.claims.claim(CURRENT, ClaimTask.READ, "reader1", now, CLAIM_LEASE)
        work.reports.add_draft(Draft("r1", CURRENT, "reader1", ReportStatus.DRAFT, CONTENT, 1, now))
        work.commit()
    kind, due = HandoffType.BLIND_SECOND_READ, now + CLAIM_LEASE
    request = HandoffRequest("r1", kind, "Nodule?", "reader2", True, due, "")
    request_handoff(station, session, claim, request)


def seen_by(reading, user_id):
    with reading.station.unit_of_work() as work:
        series = without_hidden_views(work, CURRENT, user_id)
    return {i.sop_instance_uid for s in series for i in s.instances}


def test_every_action_that_saves_an_object_is_tried_here():
    assert {case.values[1] for case in SAVED} == OBJECT_SAVED


@pytest.mark.parametrize(("save", "action"), SAVED)
def test_it_is_on_record_as_what_it_is(reading, save, action):
    save(reading)
    with reading.station.unit_of_work() as work:
        event = work.audit.of_study(CURRENT)[-1]
    assert (event.action, event.actor_id) == (action, "reader1")
    assert json.loads(event.detail) == {"sop_instance_uid": KEPT}


@pytest.mark.parametrize(("save", "action"), SAVED)
def test_a_blind_second_reader_does_not_see_it(reading, save, action):
    save(reading)
    assert KEPT in seen_by(reading, "reader2")
    hand_over_blind(reading)
    assert KEPT not in seen_by(reading, "reader2")
    assert len(seen_by(reading, "reader2")) == SLICES
    assert KEPT in seen_by(reading, "reader1")


@pytest.mark.parametrize(("save", "action"), SAVED)
def test_it_never_stands_in_for_an_image_that_is_missing(reading, save, action):
    with reading.station.unit_of_work() as work:
        work.studies.set_expected_instances(CURRENT, SLICES + 1)
        work.commit()
    save(reading)
    with reading.station.unit_of_work() as work:
        study = work.studies.get(CURRENT)
    with reading.station.begin_first_work() as work:
        items = work.worklist.items(reading.station.clock.now())
    (listed,) = [i.study for i in items if i.study.study_instance_uid == CURRENT]
    for one in (study, listed):
        assert one.number_of_study_related_instances == SLICES
        assert one.completeness is Completeness.INCOMPLETE


def test_a_name_that_is_in_use_is_refused_and_what_has_it_stays(reading):
    save_key_images(reading)
    files = set(reading.workspace.images.names())
    with pytest.raises(StoreError, match="in use already"):
        save_measurements(reading)
    assert set(reading.workspace.images.names()) == files
    with reading.station.unit_of_work() as work:
        assert work.studies.instance(KEPT).content_sha256 in files
        assert work.audit.of_study(CURRENT)[-1].action is AuditAction.KEY_IMAGES_SAVED


def test_frames_and_measurements_of_another_study_are_never_saved_with_this_one(reading):
    own, other = described(1, study_instance_uid=CURRENT), described(2, study_instance_uid=PRIOR)
    frames, images = [other.frame_key, own.frame_key], [own, other]
    selection = selection_of(reading.session(), CURRENT, frames, images)
    assert [image.sop_instance_uid for image in selection.images] == [own.sop_instance_uid]
    corners = (ImagePoint(2, 2), ImagePoint(4, 2))
    lengths = [Length(str(n), key, *corners, MM) for n, key in enumerate(frames)]
    report = report_of(reading.session(), CURRENT, lengths, images)
    assert report.measurements == (lengths[1],)
    assert [image.sop_instance_uid for image in report.images] == [own.sop_instance_uid]
