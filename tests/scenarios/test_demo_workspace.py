"""The demo workspace, built once through the real importer and the real database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from readstation.app.demo.build_demo import build_demo
from readstation.app.demo.demo_age import DemoAge, demo_age
from readstation.app.demo.demo_folder import is_demo_folder, mark_as_being_built
from readstation.app.identity.log_in import log_in
from readstation.app.jobs import JobCancelled, JobContext
from readstation.app.quality.flags import flags_of
from readstation.app.quality.signoffs import signoffs
from readstation.app.reading.presentation_states import presentation_of
from readstation.app.viewport.presentation_state.presented_frame import applies_to
from readstation.app.viewport.value_scale import ValueScale, modality_transform_of
from readstation.bootstrap import Workspace, demo_tools, open_workspace, workspace_at
from readstation.cli.main import main
from readstation.domain.audit import verify_chain
from readstation.domain.order import Intent, OrderPriority
from readstation.domain.study import Completeness
from readstation.imaging.modality_lut import modality_values

pytestmark = pytest.mark.slow

WAITING, SIGNED, PRIORS = 14, 5, 4
SPHERE, TRUNK, OUTSIDE = (72, 86), (72, 72), (5, 5)
"""Row and column in the middle slice of the PET phantom."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, float]]:
    home = tmp_path_factory.mktemp("demo")
    mark_as_being_built(home)
    workspace = open_workspace(home)
    began = time.monotonic()
    build_demo(workspace.station, demo_tools(workspace), JobContext())
    yield workspace, time.monotonic() - began
    workspace.close()


@pytest.fixture
def workspace(built: tuple[Workspace, float]) -> Workspace:
    return built[0]


def test_it_is_built_in_well_under_a_minute(built: tuple[Workspace, float]) -> None:
    assert built[1] < 40


def test_the_list_has_something_of_every_kind(workspace: Workspace) -> None:
    station = workspace.station
    with station.unit_of_work() as work:
        items = work.worklist.items(station.clock.now())
    assert len(items) == WAITING
    assert {i.order.priority for i in items} == set(OrderPriority)
    assert any(i.order.intent is Intent.SCREENING for i in items)
    assert any(i.order.technologist_concern for i in items)
    assert [i.study.completeness for i in items].count(Completeness.INCOMPLETE) == 1
    assert sorted(i.prior_count for i in items)[-PRIORS:] == [1] * PRIORS


def test_study_dates_fit_the_orders(workspace: Workspace) -> None:
    station = workspace.station
    with station.unit_of_work() as work:
        items = work.worklist.items(station.clock.now())
        assert len(items) == WAITING
        for item in items:
            acquired = item.study.study_date_time
            assert acquired is not None
            gap = item.order.exam_completed_at - acquired
            assert timedelta(0) < gap < timedelta(minutes=30)


def test_only_what_was_made_by_a_program_is_simulated(workspace: Workspace) -> None:
    with workspace.station.unit_of_work() as work:
        simulated = [s for s in work.studies.all() if s.is_simulated]
    assert sorted(s.study_description for s in simulated) == [
        "CT CHEST (SIMULATED PRIOR)",
        "MAMMOGRAPHY SCREENING (SIMULATED PRIOR)",
        "MAMMOGRAPHY SCREENING (SIMULATED)",
        "PET (SIMULATED PHANTOM)",
    ]


def test_the_pet_phantom_has_the_uptake_values_it_says(workspace: Workspace) -> None:
    station = workspace.station
    with station.unit_of_work() as work:
        study = next(s for s in work.studies.all() if s.accession_number == "DEMO-A1014")
        found = work.studies.series_of(study.study_instance_uid)
    (series,) = (s for s in found if s.modality == "PT")
    middle = sorted(series.instances, key=lambda i: i.instance_number or 0)[17]
    (image,) = station.frames.describe(middle)
    assert image.is_simulated
    transform = modality_transform_of(image, ValueScale.SUVBW)
    stored = station.frames.load(middle, 1).stored_values
    uptake = modality_values(stored, transform)
    assert uptake[SPHERE] == pytest.approx(4.0, abs=1e-3)
    assert uptake[TRUNK] == pytest.approx(1.0, abs=1e-3)
    assert uptake[OUTSIDE] == 0.0


def test_the_presentation_state_is_for_the_thirteenth_image_of_the_chest(
    workspace: Workspace,
) -> None:
    station = workspace.station
    with station.unit_of_work() as work:
        study = next(s for s in work.studies.all() if s.accession_number == "DEMO-A1001")
        found = work.studies.series_of(study.study_instance_uid)
    (series,) = (s for s in found if s.modality == "PR")
    state = presentation_of(station, series, series.instances[0])
    (chest,) = (s for s in found if s.modality == "CT")
    thirteenth = next(i for i in chest.instances if i.instance_number == 13)
    (image,) = station.frames.describe(thirteenth)
    assert applies_to(state, image)
    assert state.content_label == "MASS"
    assert state.created is not None
    assert study.study_date_time is not None
    assert state.created.date() == study.study_date_time.date()


def test_the_lesion_was_measured_when_the_prior_was_read(workspace: Workspace) -> None:
    with workspace.station.unit_of_work() as work:
        study = next(s for s in work.studies.all() if s.accession_number == "DEMO-A0911")
        (length,) = work.measurements.of_study(study.study_instance_uid, "reader1")
    assert length.text == "47.9 mm"
    assert length.tracking.tracking_identifier == "Left lung mass"


def test_the_liver_brings_its_windows_and_a_marked_lesion(workspace: Workspace) -> None:
    station = workspace.station
    with station.unit_of_work() as work:
        study = next(s for s in work.studies.all() if s.accession_number == "DEMO-A1013")
        (series,) = work.studies.series_of(study.study_instance_uid)
    (image,) = station.frames.describe(series.instances[0])
    assert [voi.explanation for voi in image.vois] == ["WINDOW1", "WINDOW2"]
    assert not image.is_simulated


def test_quality_review_finds_signed_reports_with_something_to_notice(
    workspace: Workspace,
) -> None:
    station = workspace.station
    reviewer = log_in(station, "qa1", "demo-only-qa1")
    found = signoffs(station, reviewer)
    assert len(found) == SIGNED
    assert all(s.signature_is_valid for s in found)
    flags = {flag.text for s in found for flag in flags_of(s, station.clock.now())}
    assert any("never displayed" in text for text in flags)
    assert any("after opening" in text for text in flags)
    assert any(text.startswith("called in") for text in flags)


def test_the_audit_chain_holds_and_tells_the_story_in_order(workspace: Workspace) -> None:
    with workspace.station.unit_of_work() as work:
        rows = list(work.audit.rows())
        head = work.audit.head()
    checked, fault = verify_chain(workspace.database.audit_key, rows, head)
    assert (checked, fault) == (len(rows), None)
    times = [row.event.at for row in rows[: head.sequence_number]]
    assert times == sorted(times)


def test_every_bundled_image_is_displayable(workspace: Workspace) -> None:
    station = workspace.station
    with station.unit_of_work() as work:
        instances = [
            instance
            for study in work.studies.all()
            for series in work.studies.series_of(study.study_instance_uid)
            for instance in series.instances
        ]
    images = [instance for instance in instances if instance.is_displayable]
    assert (len(images), len(instances)) == (222, 223)
    for instance in images[::10] + images[-12:]:
        descriptions = station.frames.describe(instance)
        assert len(descriptions) == instance.number_of_frames
        frame = station.frames.load(instance, instance.number_of_frames)
        assert (frame.rows, frame.columns) == (instance.rows, instance.columns)


def test_it_is_fresh_now(workspace: Workspace) -> None:
    assert demo_age(workspace.station) in (DemoAge.FRESH, DemoAge.AGED_IN_USE)


def test_cancelling_leaves_a_folder_that_is_built_anew(tmp_path: Path) -> None:
    home = tmp_path / "home"
    mark_as_being_built(home)
    job = JobContext()
    job.report = lambda done, _total, _text: job.cancel() if done == 1 else None
    with workspace_at(home) as workspace, pytest.raises(JobCancelled):
        build_demo(workspace.station, demo_tools(workspace), job)
    with workspace_at(home) as workspace:
        assert demo_age(workspace.station) is DemoAge.UNFINISHED


def test_the_command_builds_once_and_refuses_a_foreign_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert main(["--home", str(home), "demo", "--no-window"]) == 0
    out = capsys.readouterr().out
    assert "demo-only-reader1" in out
    assert is_demo_folder(home)
    assert main(["--home", str(home), "demo", "--no-window"]) == 0
    assert "Building" not in capsys.readouterr().out
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    for extra in ([], ["--reset"]):
        assert main(["--home", str(tmp_path), "demo", "--no-window", *extra]) == 3
        assert "not a demo workspace" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").exists()
