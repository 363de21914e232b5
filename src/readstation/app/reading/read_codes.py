"""Use case: read the codes of studies that were imported before the index kept them."""

from __future__ import annotations

from readstation.app.jobs import JobContext
from readstation.app.station import Station
from readstation.domain.errors import ReadStationError
from readstation.domain.study import CodedConcept, Instance, Study

Codes = tuple[tuple[CodedConcept, ...], tuple[CodedConcept, ...]]
NO_CODES: Codes = ((), ())


def read_missing_codes(station: Station, patient_id: str, job: JobContext | None = None) -> None:
    """Read one image of each study of a patient whose codes nobody has looked for, once.

    A study whose image cannot be read is taken to have no codes: its words are there still. The
    audit has no event of it, as nobody has seen anything: the files say the same as before.
    """
    job = job or JobContext()
    with station.unit_of_work() as work:
        unread = work.studies.without_codes(patient_id)
    if not unread:
        return
    found: dict[str, Codes] = {}
    for done, (study, instance) in enumerate(unread):
        job.progress(done, len(unread))
        found[study.study_instance_uid] = _codes_of(station, study, instance)
    with station.unit_of_work() as work:
        for uid, (procedures, regions) in found.items():
            work.studies.add_codes(uid, procedures, regions)
        work.commit()


def _codes_of(station: Station, study: Study, instance: Instance) -> Codes:
    try:
        header = station.frames.header(instance.content_sha256)
    except ReadStationError:
        return NO_CODES
    if header.study.study_instance_uid != study.study_instance_uid:  # H01
        return NO_CODES
    return header.study.procedure_codes, header.series.anatomic_regions
