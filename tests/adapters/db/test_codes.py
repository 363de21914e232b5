"""Studies that came before the index kept codes are read once, when somebody looks for priors."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from readstation.adapters.db.schema import studies
from readstation.app.reading.read_codes import read_missing_codes
from readstation.domain.errors import CannotDisplayError
from readstation.domain.study import CodedConcept
from tests.adapters.db.conftest import (
    NOW,
    STUDY,
    a_series,
    a_study,
    an_instance,
    an_order,
)

CHEST = CodedConcept("24627-2", "LN", "CT Chest")
THORAX = CodedConcept("816094009", "SCT", "Chest")


class Frames:
    """Says what the stored files say, and which of them were read."""

    def __init__(self, study_instance_uid=STUDY, refusal=None):
        self.read = []
        self._uid, self._refusal = study_instance_uid, refusal

    def header(self, content_sha256):
        self.read.append(content_sha256)
        if self._refusal is not None:
            raise self._refusal
        return SimpleNamespace(
            study=SimpleNamespace(study_instance_uid=self._uid, procedure_codes=(CHEST,)),
            series=SimpleNamespace(anatomic_regions=(THORAX,)),
        )


@pytest.fixture
def station(database):
    def make(frames):
        with database.unit_of_work() as work:
            work.studies.add_instance(a_study(), a_series(), an_instance(), NOW)
            work.commit()
        with database.engine.begin() as connection:
            connection.execute(studies.update().values(procedure_codes=None, anatomic_regions=None))
        return SimpleNamespace(unit_of_work=database.unit_of_work, frames=frames)

    return make


def codes(station):
    with station.unit_of_work() as work:
        study = work.studies.get(STUDY)
        return study.procedure_codes, study.anatomic_regions


def patient_id():
    return a_study().patient.identity.patient_id


def test_codes_are_read_once_and_kept(station):
    here = station(Frames())
    assert codes(here) == ((), ())
    read_missing_codes(here, patient_id())
    assert codes(here) == ((CHEST,), (THORAX,))
    read_missing_codes(here, patient_id())
    assert here.frames.read == [an_instance().content_sha256]


@pytest.mark.parametrize(
    "frames",
    [Frames("9.9.9"), Frames(refusal=CannotDisplayError("Gone.", "Import again."))],
    ids=["a file of another study", "a file that cannot be read"],
)
def test_a_file_that_does_not_tell_is_not_asked_again(station, frames):
    here = station(frames)
    read_missing_codes(here, patient_id())
    read_missing_codes(here, patient_id())
    assert codes(here) == ((), ())
    assert len(frames.read) == 1


def test_a_new_study_is_never_read_again(database):
    frames = Frames()
    here = SimpleNamespace(unit_of_work=database.unit_of_work, frames=frames)
    with database.unit_of_work() as work:
        coded = replace(a_study(), procedure_codes=(CHEST,))
        work.studies.add_instance(coded, a_series(), an_instance(), NOW)
        work.commit()
    read_missing_codes(here, patient_id())
    assert codes(here) == ((CHEST,), ())
    assert not frames.read


def test_later_images_add_their_codes_and_no_code_comes_twice(database):
    here = SimpleNamespace(unit_of_work=database.unit_of_work)
    for number, regions in enumerate([(THORAX,), (THORAX,), (CHEST,)], start=1):
        with database.unit_of_work() as work:
            study = replace(a_study(), anatomic_regions=regions)
            work.studies.add_instance(study, a_series(), an_instance(number=number), NOW)
            work.commit()
    assert codes(here) == ((), (THORAX, CHEST))


def test_sides_come_from_every_series(database):
    for number, side in enumerate("LRL", start=1):
        uid = f"{STUDY}.{number}"
        with database.unit_of_work() as work:
            series = replace(a_series(), series_instance_uid=uid, laterality=side)
            instance = replace(
                an_instance(number=number), series_instance_uid=uid, sop_instance_uid=f"{uid}.1"
            )
            work.studies.add_instance(a_study(), series, instance, NOW)
            work.commit()
    with database.unit_of_work() as work:
        assert work.studies.get(STUDY).lateralities == ("L", "R")


def test_codes_of_the_order_are_those_of_the_study_too(database):
    with database.unit_of_work() as work:
        work.studies.add_instance(a_study(), a_series(), an_instance(), NOW)
        assert work.studies.get(STUDY).ordered_codes == ()
        work.orders.put(an_order(accession_number="A0"))
        work.orders.put(an_order(procedure_codes=(CHEST,)))
        work.commit()
    with database.unit_of_work() as work:
        study = work.studies.get(STUDY)
        assert (study.procedure_codes, study.ordered_codes) == ((), (CHEST,))
        assert work.orders.of_study(STUDY).procedure_codes == ()
        work.orders.put(an_order(accession_number="A0", procedure_codes=(CHEST, THORAX)))
        assert work.orders.of_study(STUDY).procedure_codes == (CHEST, THORAX)
        assert work.studies.get(STUDY).ordered_codes == (CHEST, THORAX)


def test_the_list_knows_the_codes_as_the_repositories_do(database):
    coded = a_study(procedure_codes=(CHEST,), anatomic_regions=(THORAX,))
    with database.unit_of_work() as work:
        work.studies.add_instance(coded, a_series(), an_instance(), NOW)
        work.orders.put(an_order(procedure_codes=(THORAX,)))
        work.commit()
        study, order = work.studies.get(STUDY), work.orders.of_study(STUDY)
    with database.first_work() as work:
        (item,) = work.worklist.items(NOW)
    assert (item.study, item.order) == (study, order)
    assert (study.ordered_codes, order.procedure_codes) == ((THORAX,), (THORAX,))


def test_what_is_no_list_of_codes_is_noticed(database, station):
    here = station(Frames())
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE studies SET procedure_codes = '[[1]]'"))
    with pytest.raises(Exception, match="row"), here.unit_of_work() as work:
        work.studies.get(STUDY)
