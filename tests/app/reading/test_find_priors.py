"""What reports say of earlier studies counts only where they are surely of the same patient."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from readstation.app.reading.find_priors import find_priors
from readstation.domain.patient import PatientMatch
from readstation.domain.report import Draft, ReportStatus
from readstation.domain.study import Instance, Series
from tests.adapters.db.conftest import a_version
from tests.reading_room import CONTENT, NOON, STUDY, open_room

EARLIER = "1.2.9"


@pytest.fixture
def room(tmp_path):
    opened = open_room(tmp_path / "home")
    yield opened
    opened.database.close()


@pytest.mark.parametrize(
    ("born", "match", "reported"),
    [
        (date(1959, 3, 14), PatientMatch.SAME, {EARLIER}),
        (date(1959, 3, 15), PatientMatch.POSSIBLE, set()),
    ],
)
def test_a_report_of_somebody_who_may_be_another_is_not_read(room, born, match, reported):
    with room.station.unit_of_work() as work:
        study = work.studies.get(STUDY)
        earlier = replace(
            study,
            study_instance_uid=EARLIER,
            accession_number="A9",
            patient=replace(study.patient, patient_birth_date=born),
            study_date_time=NOON - timedelta(days=400),
        )
        series = Series(f"{EARLIER}.1", EARLIER, "CT", 1)
        instance = Instance(f"{EARLIER}.1.1", f"{EARLIER}.1", "1.2", "1.2.1", 1, 1, 4, 4, "bb")
        work.studies.add_instance(earlier, series, instance, NOON)
        draft = Draft("r9", EARLIER, "first", ReportStatus.DRAFT, CONTENT, 1, NOON)
        work.reports.add_draft(draft)
        work.reports.add_version(a_version(report_id="r9", study_instance_uid=EARLIER))
        found = find_priors(work, room.station, room.session("first"), study)
    (prior,) = found.ranked
    assert (prior.match, set(found.reported)) == (match, reported)
    assert ("has a report" in prior.reasons) is bool(reported)
