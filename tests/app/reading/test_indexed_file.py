"""A stored file that says to be of another study than the index is left out everywhere (H01)."""

from types import SimpleNamespace

import pytest

from readstation.app.jobs import JobContext
from readstation.app.reading.filed_key_images import FiledKeyImages, read_filed
from readstation.app.reading.indexed_file import require_indexed
from readstation.app.reading.key_object_selection import FiledSelection
from readstation.app.reading.measurement_report import MeasurementReport
from readstation.app.reading.presentation_states import presentation_of
from readstation.app.reading.save_measurements import StudyMeasurements, reported_measurements
from readstation.domain.errors import ReadStationError
from readstation.domain.key_image import SelectionPurpose
from readstation.domain.study import Instance, Series
from readstation.imaging.presentation_state import PresentationState, PresentationStateKind

OWN = {"study_instance_uid": "1.1", "series_instance_uid": "1.1.1", "sop_instance_uid": "1.1.1.1"}
FILE = Instance("1.1.1.1", "1.1.1", "1.2", "1.2.1", 1, 1, 4, 4, "aa1")
SERIES = Series("1.1.1", "1.1", "CT", 1, instances=(FILE,))
foreign = pytest.mark.parametrize("other", [{key: "9.9"} for key in OWN], ids=list(OWN))


def station_with(**readers):
    """A station whose files are read as what each reader is given."""
    frames = {name: (lambda _, found=found: found) for name, found in readers.items()}
    return SimpleNamespace(frames=SimpleNamespace(**frames))


def read_state(uids):
    state = PresentationState(PresentationStateKind.GRAYSCALE, **uids)
    return presentation_of(station_with(presentation_state=state), SERIES, FILE)


def read_report(uids):
    station = station_with(measurement_report=MeasurementReport(**uids, left_out=("one reason",)))
    return reported_measurements(
        station, StudyMeasurements("1.1", reports=((SERIES, FILE),)), JobContext()
    )


def read_selection(uids):
    selection = FiledSelection(**uids, purpose=SelectionPurpose.KEY, title="Of Interest")
    found = FiledKeyImages("1.1", documents=((SERIES, FILE),))
    return read_filed(station_with(key_objects=selection), found, JobContext())


def test_files_that_are_what_the_index_says_are_taken() -> None:
    assert read_state(OWN).sop_instance_uid == FILE.sop_instance_uid
    assert read_report(OWN).left_out == ("A report by : one reason.",)
    assert len(read_selection(OWN).marks) == 1
    require_indexed((), SERIES, FILE)


@foreign
def test_a_presentation_state_of_another_study_is_refused(other) -> None:
    with pytest.raises(ReadStationError, match="The stored presentation state belongs to another"):
        read_state(OWN | other)


@foreign
def test_a_measurement_report_of_another_study_is_left_out_and_said(other) -> None:
    (said,) = read_report(OWN | other).left_out
    assert "belongs to another study than the index says" in said


@foreign
def test_a_key_object_selection_of_another_study_is_left_out_and_said(other) -> None:
    found = read_selection(OWN | other)
    assert found.marks == ()
    (said,) = found.refusals
    assert "belongs to another study than the index says" in said
