"""Use cases: which images of a study its key object selections name, whoever made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from readstation.app.jobs import JobContext
from readstation.app.reading.indexed_file import require_indexed
from readstation.app.reading.key_object_selection import FiledSelection
from readstation.app.reading.presentation_states import without_hidden_views
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.errors import ReadStationError
from readstation.domain.key_image import SelectionPurpose
from readstation.domain.reader import Permission
from readstation.domain.study import Instance, Series
from readstation.imaging.graphic_annotation import ImageReference

KEY_OBJECT_SELECTION = "1.2.840.10008.5.1.4.1.1.88.59"


@dataclass(frozen=True, slots=True)
class FiledMarks:
    """What one selection marks here: images of its own study that exist, and what it adds."""

    selection: FiledSelection
    images: tuple[ImageReference, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FiledKeyImages:
    """The selections of one study. `documents` are still to be read; `refusals` never can be."""

    study_instance_uid: str
    marks: tuple[FiledMarks, ...] = ()
    refusals: tuple[str, ...] = ()
    documents: tuple[tuple[Series, Instance], ...] = ()
    frame_counts: Mapping[str, int] | None = None
    """Frames of each displayable image of the study, by SOP Instance UID."""


def filed_key_images(station: Station, session: Session, study_instance_uid: str) -> FiledKeyImages:
    """Return which key object selections of a study this reader may see (H19)."""
    session.user.require(Permission.OPEN_IMAGES)
    with station.unit_of_work() as work:
        series = without_hidden_views(work, study_instance_uid, session.user.user_id)
    return filed_in(study_instance_uid, series)


def filed_in(study_instance_uid: str, series: Iterable[Series]) -> FiledKeyImages:
    """Return which selections are among the series of a study that a reader may see."""
    every = [(one, instance) for one in series for instance in one.instances]
    documents = tuple(each for each in every if each[1].sop_class_uid == KEY_OBJECT_SELECTION)
    counts = {i.sop_instance_uid: i.number_of_frames for _, i in every if i.is_displayable}
    return FiledKeyImages(study_instance_uid, documents=documents, frame_counts=counts)


def read_filed(station: Station, found: FiledKeyImages, job: JobContext) -> FiledKeyImages:
    """Read the selections; what cannot be shown of them is said."""
    marks: list[FiledMarks] = []
    refusals: list[str] = []
    for series, instance in found.documents:
        job.progress(0, 0, "Reading key images")
        try:
            selection = station.frames.key_objects(instance)
            require_indexed((selection,), series, instance)
        except ReadStationError as error:
            refusals.append(f"A key object selection: {error.message}")
            continue
        if selection.purpose is not SelectionPurpose.CONTENT:
            marks.append(marks_here(selection, found.frame_counts or {}))
    return replace(found, marks=tuple(marks), refusals=tuple(refusals), documents=())


def marks_here(selection: FiledSelection, frame_counts: Mapping[str, int]) -> FiledMarks:
    """Return what of a selection is here: frames that exist, in the order they are named."""
    images: dict[str, ImageReference] = {}
    absent = 0
    for named in selection.images:
        count = frame_counts.get(named.sop_instance_uid, 0)
        numbers = tuple(n for n in named.frame_numbers if 1 <= n <= count)
        absent += len(named.frame_numbers) - len(numbers) if count else 1
        if count and (numbers or not named.frame_numbers):
            known = images.get(named.sop_instance_uid)
            images[named.sop_instance_uid] = _joined(known, replace(named, frame_numbers=numbers))
    return FiledMarks(selection, tuple(images.values()), tuple(_missing(selection, absent)))


def _joined(known: ImageReference | None, more: ImageReference) -> ImageReference:
    """Return what two references to the same image name: all frames where one names all."""
    if known is None:
        return more
    if not known.frame_numbers or not more.frame_numbers:
        return replace(more, frame_numbers=())
    numbers = dict.fromkeys((*known.frame_numbers, *more.frame_numbers))
    return replace(more, frame_numbers=tuple(numbers))


def _missing(selection: FiledSelection, absent: int) -> Iterable[str]:
    title = visible_text(selection.words)
    if absent:
        yield f"{absent} of its images not here: {title}."
    if selection.other_objects:
        yield f"{selection.other_objects} of its objects not shown, no images: {title}."
