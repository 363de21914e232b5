"""Use cases: write pictures or a cine of images to files, each on record in the audit log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from readstation.app.export.export_ports import CINE_ENDING, NewFile, PictureFormat
from readstation.app.export.shot import Picture, Shot, ShotRenderer
from readstation.app.jobs import FramePriority, JobContext
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.domain.audit import AuditAction, AuditEvent
from readstation.domain.errors import StoreError
from readstation.domain.reader import Permission
from readstation.domain.study import Instance

MOST_NAMED = 50
"""Images that the audit log names one by one; of more it keeps the count."""


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """One shot and the stored instance that its pixels come from."""

    shot: Shot
    instance: Instance


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Images that move in `order`, one round of it, at one rate."""

    exposures: Sequence[Exposure]
    order: Sequence[int]
    rate_hz: float
    target: Path


@dataclass(frozen=True, slots=True)
class ExportTerms:
    """What the reader decided: with the patient's identity or not, and whether files may go."""

    with_identity: bool = False
    may_replace: bool = False
    burned_in: str = "unknown"
    """What the images state of identifying text in their pixels."""


def export_pictures(
    station: Station,
    session: Session,
    pictures: Sequence[tuple[Exposure, Path]],
    job: JobContext,
    *,
    file_format: PictureFormat,
    terms: ExportTerms,
) -> int:
    """Write one file for each picture; all of them, or none. Returns how many.

    Raises
    ------
    NotPermittedError, CannotDisplayError, StoreError
    """
    session.user.require(Permission.OPEN_IMAGES)
    renderer, tools = ShotRenderer(), station.exports
    with ExitStack() as files:
        staged: list[NewFile] = []
        for done, (exposure, target) in enumerate(pictures):
            job.progress(done, len(pictures), "Exporting pictures")
            picture = _picture(station, renderer, exposure)
            file = files.enter_context(tools.begin(target, may_replace=terms.may_replace))
            file.stream.write(tools.encode(picture, file_format))
            staged.append(file)
        job.progress(len(pictures), len(pictures), "Exporting pictures")
        kind = {"what": "picture", "format": file_format.value}
        _record(station, session, [exposure.shot for exposure, _ in pictures], terms, kind)
        for file in staged:
            file.keep()
    return len(pictures)


def export_cine(
    station: Station,
    session: Session,
    film: Film,
    job: JobContext,
    *,
    terms: ExportTerms,
) -> int:
    """Write images as a moving picture; returns how many frames.

    Raises
    ------
    NotPermittedError, CannotDisplayError, StoreError
        If one image cannot be shown there is no file: a cine has no silent gaps.
    """
    session.user.require(Permission.OPEN_IMAGES)
    exposures, order = film.exposures, film.order
    if not exposures or not order:
        raise StoreError("There is nothing to be exported.", "Show a series first.")
    renderer, tools = ShotRenderer(), station.exports
    encoded: dict[int, bytes] = {}
    with tools.begin(film.target, may_replace=terms.may_replace) as file:
        cine = tools.cine(file.stream, exposures[0].shot.file_size_px, film.rate_hz)
        for done, index in enumerate(order):
            job.progress(done, len(order), "Exporting cine")
            if index not in encoded:
                picture = _picture(station, renderer, exposures[index])
                encoded[index] = tools.encode(picture, PictureFormat.JPEG)
            cine.add(encoded[index])
            if len(order) == len(exposures):
                encoded.clear()  # each comes once
        cine.finish()
        job.progress(len(order), len(order), "Exporting cine")
        kind = {"what": "cine", "format": CINE_ENDING}
        _record(station, session, [exposure.shot for exposure in exposures], terms, kind)
        file.keep()
    return len(order)


def _picture(station: Station, renderer: ShotRenderer, exposure: Exposure) -> Picture:
    number = exposure.shot.description.frame_number
    frame = station.frames.load(exposure.instance, number, FramePriority.BACKGROUND)
    return renderer.picture(exposure.shot, frame)


def _record(
    station: Station,
    session: Session,
    shots: Iterable[Shot],
    terms: ExportTerms,
    kind: dict[str, str],
) -> None:
    """Put one event for each study on record before the files get their names."""
    by_study: dict[str, list[Shot]] = {}
    for shot in shots:
        by_study.setdefault(shot.description.study_instance_uid, []).append(shot)
    with station.unit_of_work() as work:
        for uid, own in by_study.items():
            named = dict.fromkeys(shot.description.sop_instance_uid for shot in own)
            detail = {
                **kind,
                "with_identity": terms.with_identity,
                "burned_in_annotation": terms.burned_in,
                "frames": len(own),
                "sop_instance_uids": list(named) if len(named) <= MOST_NAMED else len(named),
            }
            work.audit.append(
                AuditEvent(
                    AuditAction.IMAGES_EXPORTED,
                    session.user.user_id,
                    station.clock.now(),
                    uid,
                    detail=json.dumps(detail),
                )
            )
        work.commit()
