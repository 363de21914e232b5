"""Use case: what is known of the images of a series, kept or described anew, and grouped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from readstation.app.jobs import FramePriority, JobContext
from readstation.app.ports import UnitOfWork
from readstation.app.reading.display_set import DisplaySet, group_into_display_sets
from readstation.app.reading.indexed_file import is_indexed, require_indexed
from readstation.app.reading.presentation_states import (
    is_presentation_state,
    presentation_of,
    without_hidden_views,
)
from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.domain.errors import ReadStationError
from readstation.domain.study import Instance, Series
from readstation.imaging.presentation_state import PresentationState

Images = tuple[ImageDescription, ...]
AT_ONCE = 64
"""Images between two looks at whether the reader has gone on; about a millisecond."""


@dataclass(frozen=True, slots=True)
class Found:
    """Images of one series by SOP Instance UID, and a sentence for each that cannot be shown."""

    images: Mapping[str, Images] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    packed: Mapping[str, PackedDescriptions] = field(default_factory=dict)
    """What was described anew and is to be kept, by content_sha256."""

    def with_more(self, other: Found) -> Found:
        return Found(
            {**self.images, **other.images},
            {**self.refusals, **other.refusals},
            {**self.packed, **other.packed},
        )


@dataclass(frozen=True, slots=True)
class DescribedSeries:
    """The images of one series as they hang, and why others are missing."""

    sets: tuple[DisplaySet, ...]
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Presentations:
    """The presentation states of one series, and why others are missing."""

    states: tuple[PresentationState, ...] = ()
    refusals: tuple[str, ...] = ()


def images_of(series: Series) -> list[Instance]:
    """Return the instances that have something to show."""
    return [instance for instance in series.instances if instance.is_displayable]


def look_up(
    station: Station,
    series: Series,
    kept: Mapping[str, PackedDescriptions],
    job: JobContext | None = None,
) -> Found:
    """Return what is known without a decoder: from this session, else from what was kept.

    An image that is not in it is to be described anew.
    """
    job, known = job or JobContext(), station.described
    images: dict[str, Images] = {}
    unread: list[Instance] = []
    for instance in images_of(series):
        found = known.get(instance.content_sha256)
        if found is not None and is_indexed(found, series, instance):
            images[instance.sop_instance_uid] = found
        elif instance.content_sha256 in kept:
            unread.append(instance)
    unpacked = station.frames.unpack(kept[i.content_sha256] for i in unread)
    for done, (instance, told) in enumerate(zip(unread, unpacked, strict=True)):
        if not done % AT_ONCE:
            job.progress(done, len(unread))
        if told is not None and is_indexed(told, series, instance):
            known.put(instance.content_sha256, told)
            images[instance.sop_instance_uid] = told
    return Found(images)


@dataclass(frozen=True, slots=True)
class SeriesInHand:
    """A series of an opening, what is known of its images so far, and once all is: how it hangs."""

    series: Series
    found: Found
    described: DescribedSeries | None = None

    @property
    def left(self) -> tuple[Instance, ...]:
        """The images that are still to be described, in reading order."""
        known = {*self.found.images, *self.found.refusals}
        return tuple(i for i in images_of(self.series) if i.sop_instance_uid not in known)

    def with_more(self, found: Found) -> SeriesInHand:
        return SeriesInHand(self.series, self.found.with_more(found))


def describe_anew(
    station: Station,
    series: Series,
    instances: Sequence[Instance],
    job: JobContext,
    priority: FramePriority = FramePriority.NEXT,
) -> Found:
    """Ask a decoder about images; what cannot be shown says why."""
    images: dict[str, Images] = {}
    refusals: dict[str, str] = {}
    packed: dict[str, PackedDescriptions] = {}
    for done, instance in enumerate(instances):
        job.progress(done, len(instances), "Reading image headers")
        try:
            told, kept = station.frames.describe_packed(instance, priority)
            require_indexed(told, series, instance)
        except ReadStationError as error:
            reason = f"{error.message} {error.remedy}"
            refusals[instance.sop_instance_uid] = _refusal(series, instance, reason)
            continue
        images[instance.sop_instance_uid] = told
        station.described.put(instance.content_sha256, told)
        if kept is not None:
            packed[instance.content_sha256] = kept
    return Found(images, refusals, packed)


def not_described(series: Series, instances: Sequence[Instance]) -> Found:
    """Say of images whose describing failed unexpectedly that they are missing here (H05)."""
    reason = "This image could not be described."
    return Found(refusals={i.sop_instance_uid: _refusal(series, i, reason) for i in instances})


def keep_descriptions(station: Station, found: Found) -> None:
    """Keep what was described anew: it holds nothing that the stored files do not."""
    if found.packed:
        with station.unit_of_work() as work:
            work.descriptions.put(found.packed)
            work.commit()


def known_series(
    station: Station,
    series: Series,
    kept: Mapping[str, PackedDescriptions],
    job: JobContext | None = None,
) -> SeriesInHand:
    """Look a series up, and group it at once if nothing of it is unknown."""
    in_hand = SeriesInHand(series, look_up(station, series, kept, job))
    return in_hand if in_hand.left else replace(in_hand, described=group(in_hand))


def group(in_hand: SeriesInHand) -> DescribedSeries:
    """Group the images of one series as they hang."""
    series, found = in_hand.series, in_hand.found
    images = (found.images.get(i.sop_instance_uid, ()) for i in series.instances)
    refusals = (found.refusals.get(i.sop_instance_uid, "") for i in series.instances)
    return DescribedSeries(
        group_into_display_sets(image for each in images for image in each),
        tuple(sentence for sentence in refusals if sentence),
    )


def describe_ahead(
    station: Station, series: Series, kept: Mapping[str, PackedDescriptions], job: JobContext
) -> SeriesInHand:
    """Describe a series ahead of its opening; what a decoder has to say of it is kept."""
    in_hand = known_series(station, series, kept, job)
    if in_hand.described is None:
        anew = describe_anew(station, series, in_hand.left, job, FramePriority.BACKGROUND)
        keep_descriptions(station, anew)
        in_hand = in_hand.with_more(anew)
        in_hand = replace(in_hand, described=group(in_hand))
    return in_hand


def stored_series(
    work: UnitOfWork, station: Station, session: Session, study_instance_uid: str
) -> tuple[tuple[Series, ...], Mapping[str, PackedDescriptions]]:
    """Return the series that a reader may see, and what is kept of images not read yet."""
    series = without_hidden_views(work, study_instance_uid, session.user.user_id)
    hashes = (i.content_sha256 for each in series for i in images_of(each))
    if all(station.described.get(one) is not None for one in hashes):
        return series, {}
    return series, work.descriptions.of_study(study_instance_uid)


def presentations_of(station: Station, series: Series, job: JobContext) -> Presentations:
    """Read the presentation states of a series; those that cannot be applied say why."""
    states: list[PresentationState] = []
    refusals: list[str] = []
    for instance in filter(is_presentation_state, series.instances):
        job.progress(0, 0, "Reading presentation states")
        try:
            states.append(presentation_of(station, series, instance))
        except ReadStationError as error:
            refusals.append(f"{error.message} {error.remedy}".strip())
    return Presentations(tuple(states), tuple(refusals))


def _refusal(series: Series, instance: Instance, reason: str) -> str:
    name, number = series.series_description or series.modality, instance.instance_number or "?"
    return f"{name}, image {number}: {reason}".strip()
