"""The first pass of an import: what is there, in which order, and what is here already."""

import zipfile
from dataclasses import replace

import pytest

from readstation.app.importing.import_paths import import_paths
from readstation.app.importing.import_plan import plan_import
from readstation.app.importing.outcomes import ImportResult
from readstation.app.jobs import JobCancelled, JobContext
from tests.app.importing.test_import_paths import (  # noqa: F401 - fixtures
    index,
    stored_files,
    tools,
    workers,
)
from tests.dicom_files import ROOT, save_image


class NoInspector:
    """Fails whoever asks a worker."""

    def inspect(self, path):
        raise AssertionError(path)


def save_of(path, study, number):
    return save_image(
        path,
        StudyInstanceUID=f"{ROOT}.1.{study}",
        SeriesInstanceUID=f"{ROOT}.2.{study}",
        SOPInstanceUID=f"{ROOT}.3.{study}.{number}",
    )


@pytest.fixture
def mixed(tmp_path):
    """Return a folder where two studies and a text lie among each other."""
    folder = tmp_path / "in"
    for name, study in (("a", 1), ("b", 2), ("c", 1), ("e", 2), ("f", 1)):
        save_of(folder / name, study, name.encode()[0])
    (folder / "d.txt").write_text("a note", encoding="utf-8")
    return folder


def names(plan):
    return [file.candidate.name for file in plan.files]


def test_one_study_is_whole_before_the_next_begins(tools, mixed):  # noqa: F811
    plan = plan_import([mixed], tools, JobContext())
    assert names(plan) == ["a", "c", "d.txt", "f", "b", "e"]
    assert plan.summary() == "Found 6 files, 2 studies, 1 not DICOM."


def test_the_report_keeps_the_order_in_which_files_were_found(tools, mixed):  # noqa: F811
    told = []
    report = import_paths([mixed], tools, "tech.1", announce=told.append)
    assert [o.name for o in report.outcomes] == ["a", "b", "c", "d.txt", "e", "f"]
    assert [plan.summary() for plan in told] == ["Found 6 files, 2 studies, 1 not DICOM."]


def test_progress_counts_up_to_the_number_of_files(tools, mixed):  # noqa: F811
    steps = []
    job = JobContext(report=lambda done, total, _text: steps.append((done, total)))
    import_paths([mixed], tools, "tech.1", job)
    assert steps == [(0, 0), (6, 0), *((n, 6) for n in range(6))]


def test_looking_at_the_files_can_be_cancelled(tools, index, mixed):  # noqa: F811
    job = JobContext()
    job.cancel()
    with pytest.raises(JobCancelled):
        plan_import([mixed], tools, job)
    assert index.instances == {}


def test_files_that_are_here_are_counted_and_passed_without_a_worker(
    tools,  # noqa: F811
    index,  # noqa: F811
    mixed,
    tmp_path,
):
    import_paths([mixed], tools, "tech.1")
    before = sorted(stored_files(tmp_path))
    again = replace(tools, inspector=NoInspector())
    (mixed / "d.txt").unlink()
    told = []
    report = import_paths([mixed], again, "tech.1", announce=told.append)
    assert {o.result for o in report.outcomes} == {ImportResult.DUPLICATE}
    assert told[0].summary() == "Found 5 files, 2 studies, 5 already here."
    assert sorted(stored_files(tmp_path)) == before
    assert {o.study_instance_uid for o in report.outcomes} == {f"{ROOT}.1.1", f"{ROOT}.1.2"}


def test_a_file_with_a_foreign_preamble_is_recognised_when_it_comes_again(
    tools,  # noqa: F811
    tmp_path,
):
    path = save_of(tmp_path / "a", 1, 1)
    path.write_bytes(b"MZ" * 64 + path.read_bytes()[128:])
    import_paths([path], tools, "tech.1")
    report = import_paths([path], replace(tools, inspector=NoInspector()), "tech.1")
    assert [o.result for o in report.outcomes] == [ImportResult.DUPLICATE]


def test_other_bytes_under_a_known_uid_are_no_duplicate(tools, tmp_path):  # noqa: F811
    import_paths([save_image(tmp_path / "a")], tools, "tech.1")
    other = save_image(tmp_path / "b", PatientComments="changed")
    report = import_paths([other], tools, "tech.1")
    assert [o.result for o in report.outcomes] == [ImportResult.CONFLICT]


@pytest.mark.parametrize("damage", [lambda p: p.unlink(), lambda p: p.write_bytes(b"x")])
def test_a_damaged_copy_is_replaced_by_the_good_one(tools, index, tmp_path, damage):  # noqa: F811
    path = save_image(tmp_path / "a")
    import_paths([path], tools, "tech.1")
    (stored,) = stored_files(tmp_path)
    stored.chmod(0o600)
    damage(stored)
    report = import_paths([path], tools, "tech.1")
    assert [o.result for o in report.outcomes] == [ImportResult.DUPLICATE]
    assert stored.read_bytes() == path.read_bytes()


def test_an_archive_is_one_file_of_the_plan_and_opened_when_it_is_taken_in(
    tools,  # noqa: F811
    tmp_path,
):
    archive = tmp_path / "in" / "a.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        for number in (1, 2):
            packed.write(save_of(tmp_path / str(number), 1, number), f"{number}.dcm")
    save_of(tmp_path / "in" / "b.dcm", 2, 1)
    plan = plan_import([archive.parent], tools, JobContext())
    assert plan.summary() == "Found 2 files, 1 study, 1 archive."
    report = import_paths([archive.parent], tools, "tech.1")
    assert [o.name for o in report.outcomes] == ["a.zip: 1.dcm", "a.zip: 2.dcm", "b.dcm"]
    assert report.count(ImportResult.IMPORTED) == 3


def test_a_file_that_no_glance_can_read_is_still_inspected(tools, tmp_path):  # noqa: F811
    path = save_image(tmp_path / "a")
    path.write_bytes(path.read_bytes()[132:])  # neither preamble nor mark
    plan = plan_import([path], tools, JobContext())
    assert plan.files[0].candidate.glance.study_instance_uid == ""
    assert plan.not_dicom == 0
    report = import_paths([path], tools, "tech.1")
    assert [o.result for o in report.outcomes] == [ImportResult.IMPORTED]


def test_what_a_glance_says_is_not_believed(tools, index, tmp_path, monkeypatch):  # noqa: F811
    path = save_of(tmp_path / "a", 1, 1)
    (planned,) = plan_import([path], tools, JobContext()).files
    lying = replace(planned.candidate.glance, study_instance_uid="1.1", sop_instance_uid="1.1")
    monkeypatch.setattr(
        type(tools.media),
        "files",
        lambda _self, _paths: iter([replace(planned.candidate, glance=lying)]),
    )
    report = import_paths([path], tools, "tech.1")
    assert [o.study_instance_uid for o in report.outcomes] == [f"{ROOT}.1.1"]
    assert set(index.instances) == {f"{ROOT}.3.1.1"}
