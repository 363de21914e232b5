"""Importing: each file wholly or not at all, and a reason for each one refused."""

import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.media.media_files import MediaFiles
from readstation.adapters.store.image_store import LocalImageStore
from readstation.app.importing.import_paths import ImportTools, import_paths
from readstation.app.importing.outcomes import ImportResult
from readstation.app.jobs import JobCancelled, JobContext
from readstation.app.study_ports import AddedInstance
from readstation.domain.errors import RefusedInputError, StoreError
from readstation.domain.study import Instance
from tests.dicom_files import ROOT, save_image

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


class FixedClock:
    def now(self):
        return NOON


@dataclass
class Index:
    """What a committed transaction leaves behind."""

    instances: dict = field(default_factory=dict)
    studies: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    fails: bool = False


class FakeWork:
    """A transaction over `Index`: nothing shows before `commit`."""

    def __init__(self, index):
        self._index = index
        self._instances, self._studies = dict(index.instances), dict(index.studies)
        self._events = []
        self.studies = self.audit = self.descriptions = self

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None

    def append(self, event):
        self._events.append(event)

    def put(self, packed):
        self._descriptions = dict(packed)

    def add_instance(self, study, _series, instance, _now):
        owner = self._studies.setdefault(study.study_instance_uid, study.patient.identity)
        if owner != study.patient.identity:
            raise RefusedInputError(
                "OTHER_PATIENT", "The study belongs to another patient.", "Ask."
            )
        known = self._instances.setdefault(instance.sop_instance_uid, [])
        if instance.content_sha256 in known:
            return AddedInstance.DUPLICATE
        self._instances[instance.sop_instance_uid] = [*known, instance.content_sha256]
        return AddedInstance.CONFLICT if known else AddedInstance.ADDED

    def known_instances(self, uids):
        kept = {uid: shas[0] for uid, shas in self._instances.items() if uid in uids}
        return {uid: stored(uid, sha256) for uid, sha256 in kept.items()}

    def commit(self):
        if self._index.fails:
            raise StoreError("Nothing was saved.", "Try again.")
        self._index.instances, self._index.studies = self._instances, self._studies
        self._index.events += self._events


def stored(uid, sha256):
    return Instance(uid, f"{ROOT}.2", "1.2", "1.2.1", 1, 1, 8, 8, sha256)


@pytest.fixture(scope="module")
def workers():
    pool = DecodeWorkers()
    yield pool
    pool.close()


@pytest.fixture
def index():
    return Index()


@pytest.fixture
def tools(workers, index, tmp_path):
    return ImportTools(
        images=LocalImageStore(tmp_path / "home" / "images"),
        inspector=workers,
        media=MediaFiles(workers.directory),
        unit_of_work=lambda: FakeWork(index),
        clock=FixedClock(),
    )


def stored_files(tmp_path):
    return [p for p in (tmp_path / "home").rglob("*") if p.is_file()]


def test_an_image_is_stored_indexed_and_audited(tools, index, tmp_path):
    path = save_image(tmp_path / "a.dcm")
    report = import_paths([path], tools, "tech.1")
    assert [o.result for o in report.outcomes] == [ImportResult.IMPORTED]
    (sha256,) = index.instances[f"{ROOT}.3.1"]
    assert tools.images.path(sha256).read_bytes() == path.read_bytes()
    assert [(e.actor_id, e.study_instance_uid) for e in index.events] == [("tech.1", f"{ROOT}.1")]


def test_the_same_instance_twice_changes_nothing(tools, index, tmp_path):
    path = save_image(tmp_path / "a.dcm")
    import_paths([path], tools, "tech.1")
    report = import_paths([path], tools, "tech.1")
    assert [o.result for o in report.outcomes] == [ImportResult.DUPLICATE]
    assert len(stored_files(tmp_path)) == 1
    assert len(index.events) == 1


def test_other_bytes_under_the_same_uid_are_kept_beside_and_reported(tools, index, tmp_path):
    first = save_image(tmp_path / "a.dcm")
    other = save_image(tmp_path / "b.dcm", PatientComments="changed")
    report = import_paths([first, other], tools, "tech.1")
    assert [o.result for o in report.outcomes] == [ImportResult.IMPORTED, ImportResult.CONFLICT]
    assert not report.is_complete
    assert len(index.instances[f"{ROOT}.3.1"]) == len(stored_files(tmp_path)) == 2


def test_a_bad_file_does_not_stop_the_others(tools, index, tmp_path):
    folder = tmp_path / "in"
    save_image(folder / "good.dcm")
    save_image(folder / "no_uid.dcm", StudyInstanceUID=None)
    cut = save_image(folder / "cut.dcm", SOPInstanceUID=f"{ROOT}.3.2")
    cut.write_bytes(cut.read_bytes()[:-40])
    report = import_paths([folder], tools, "tech.1")
    found = {o.name: (o.result, o.code) for o in report.outcomes}
    assert found == {
        "good.dcm": (ImportResult.IMPORTED, ""),
        "no_uid.dcm": (ImportResult.REFUSED, "MISSING_UID"),
        "cut.dcm": (ImportResult.REFUSED, "TRUNCATED"),
    }
    assert all(o.reason and o.remedy for o in report.outcomes if o.code)
    assert len(stored_files(tmp_path)) == 1


def test_a_text_file_met_in_a_folder_is_no_failure_but_a_named_one_is(tools, tmp_path):
    (tmp_path / "in").mkdir()
    note = tmp_path / "in" / "README.txt"
    note.write_text("not an image at all", encoding="utf-8")
    met = import_paths([note.parent], tools, "tech.1")
    named = import_paths([note], tools, "tech.1")
    assert [o.result for o in met.outcomes] == [ImportResult.SKIPPED]
    assert [o.code for o in named.outcomes] == ["NOT_DICOM"]
    assert met.is_complete
    assert not named.is_complete


def test_nothing_stays_when_the_database_refuses(tools, index, tmp_path):
    index.fails = True
    with pytest.raises(StoreError):
        import_paths([save_image(tmp_path / "a.dcm")], tools, "tech.1")
    assert index.instances == {}
    assert stored_files(tmp_path) == []


def test_a_study_of_another_patient_is_refused_and_its_bytes_removed(tools, tmp_path):
    mine = save_image(tmp_path / "a.dcm")
    foreign = save_image(tmp_path / "b.dcm", PatientID="OTHER", SOPInstanceUID=f"{ROOT}.3.9")
    report = import_paths([mine, foreign], tools, "tech.1")
    assert [o.code for o in report.outcomes] == ["", "OTHER_PATIENT"]
    assert len(stored_files(tmp_path)) == 1


def test_cancelling_leaves_nothing_half_done(tools, index, tmp_path):
    for number in range(3):
        save_image(tmp_path / "in" / f"{number}.dcm", SOPInstanceUID=f"{ROOT}.3.{number}")
    job = JobContext()
    job.report = lambda done, *_: job.cancel() if done == 1 else None
    with pytest.raises(JobCancelled):
        import_paths([tmp_path / "in"], tools, "tech.1", job)
    assert index.instances == {}
    assert stored_files(tmp_path) == []


def test_a_zip_archive_is_read_without_using_its_names(tools, index, tmp_path):
    image = save_image(tmp_path / "a.dcm")
    archive = tmp_path / "images.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(image, "../../outside.dcm")
        packed.writestr("note.txt", "hello")
    report = import_paths([archive], tools, "tech.1")
    assert [o.result for o in report.outcomes] == [ImportResult.IMPORTED, ImportResult.SKIPPED]
    assert not Path(tmp_path.parent / "outside.dcm").exists()


def test_a_report_object_is_indexed_and_says_why_it_is_not_shown(tools, index, tmp_path):
    path = save_image(
        tmp_path / "sr.dcm", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11", PixelData=None
    )
    (outcome,) = import_paths([path], tools, "tech.1").outcomes
    assert outcome.result is ImportResult.IMPORTED
    assert not outcome.is_displayable
    assert outcome.reason == "Structured report: not an image."
