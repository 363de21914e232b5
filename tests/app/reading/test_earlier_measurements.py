"""What was measured in priors, for the dates of a lesion: only of the same patient."""

from types import SimpleNamespace

import pytest

from readstation.app.reading.measurements import earlier_measurements
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.measurement import ImagePoint, Length
from readstation.domain.patient import PatientMatch
from readstation.domain.study import FrameKey
from tests.reading_room import OTHER_STUDY, STUDY, open_room

SPACING = Calibration(0.5, 0.5, SpacingSource.PATIENT)


@pytest.fixture
def room(tmp_path):
    room = open_room(tmp_path)
    yield room
    room.database.close()


def test_measurements_of_a_possible_match_are_never_taken_over(room):
    made = {
        study: Length(study, FrameKey(f"{study}.1.1"), ImagePoint(0, 0), ImagePoint(8, 0), SPACING)
        for study in (STUDY, OTHER_STUDY)
    }
    with room.station.unit_of_work() as work:
        for study, length in made.items():
            work.measurements.put(study, "first", length)
        prior, doubtful = (work.studies.get(study) for study in (STUDY, OTHER_STUDY))
        work.commit()
    priors = [
        SimpleNamespace(study=prior, match=PatientMatch.SAME),
        SimpleNamespace(study=doubtful, match=PatientMatch.POSSIBLE),
    ]
    found = earlier_measurements(room.station, room.session("second"), priors)
    assert found == ((prior, (made[STUDY],)),)
    priors.pop(0)
    assert earlier_measurements(room.station, room.session("second"), priors) == ()
