"""What `doctor` looks at in a workspace: one row per finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from readstation.app.station import Station
from readstation.domain.errors import ReadStationError
from readstation.domain.study import Instance

SAMPLE = 200
"""How many images are read when not all are asked for."""


class Health(Enum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One thing that was looked at, what was found, and what to do if it is not good."""

    subject: str
    found: str
    health: Health = Health.OK
    remedy: str = ""


def failed_unless(is_good: bool, subject: str, found: str, remedy: str) -> HealthRow:
    """Return a row that needs its remedy only if it is not good."""
    return HealthRow(subject, found) if is_good else failed(subject, found, remedy)


def failed(subject: str, found: str, remedy: str) -> HealthRow:
    return HealthRow(subject, found, Health.FAILED, remedy)


def warning(subject: str, found: str, remedy: str) -> HealthRow:
    return HealthRow(subject, found, Health.WARNING, remedy)


class SelfTestingDecoders(Protocol):
    """Decoders that can prove themselves on golden vectors."""

    def self_test(self) -> list[dict[str, Any]]: ...


class NamedFiles(Protocol):
    """The image store as far as its upkeep needs it."""

    def names(self) -> Iterable[str]:
        """Return the hash of every stored file."""
        ...


def check_decoders(decoders: SelfTestingDecoders) -> Iterator[HealthRow]:
    """Yield one row per transfer syntax: its decoder, tested on its golden vectors."""
    for row in decoders.self_test():
        failure = str(row["failure"])
        yield failed_unless(
            not failure,
            f"Decoder of {row['name']}",
            f"{row['decoder']} ({row['version']}), {failure or passed(row['vectors'])}",
            "Images of this kind are refused. Install ReadStation again.",
        )


class GuardedDecoders(Protocol):
    """Decoders that know what the system refuses to them."""

    def guards(self) -> dict[str, bool]: ...


def check_guard(decoders: GuardedDecoders) -> HealthRow:
    """Return whether the processes that read untrusted files are cut off from everything else."""
    guards = decoders.guards()
    allowed = [name for name, is_refused in guards.items() if not is_refused]
    if not allowed:
        return HealthRow("Decode workers", f"the system refuses them {', '.join(guards)}")
    return warning(
        "Decode workers",
        f"the system does not refuse them {', '.join(allowed)}",
        "Their memory and time stay limited. Linux on x86-64 or arm64 refuses them the rest.",
    )


def passed(vectors: int) -> str:
    """Return that all golden vectors of a decoder came out right.

    >>> passed(4)
    'passed 4 golden vectors'
    """
    return f"passed {vectors} golden vectors"


def check_images(station: Station, files: NamedFiles, *, every: bool) -> Iterator[HealthRow]:
    """Yield whether indexed images are there, byte for byte, and what nobody knows of.

    Unless `every` one is asked for, an even sample is read.
    """
    instances = list(_instances(station))
    step = 1 if every else max(-(-len(instances) // SAMPLE), 1)
    looked_at = instances[::step]
    damaged = [i for i in looked_at if not _is_whole(station, i)]
    read = "all read" if step == 1 else f"{len(looked_at)} of them read (--full reads all)"
    yield failed_unless(
        not damaged,
        "Image files",
        f"{len(instances)} indexed, {read}, {len(damaged)} missing or changed",
        "Import these studies again from their source.",
    )
    conflicts = _other_hashes(station)
    unknown = set(files.names()) - {i.content_sha256 for i in instances} - conflicts
    yield HealthRow("Files left by a killed import", f"{len(unknown)}, harmless")


def _instances(station: Station) -> Iterator[Instance]:
    with station.unit_of_work() as work:
        for study in work.studies.all():
            for series in work.studies.series_of(study.study_instance_uid):
                yield from series.instances


def _other_hashes(station: Station) -> set[str]:
    with station.unit_of_work() as work:
        return {conflict.other_sha256 for conflict in work.studies.conflicts()}


def _is_whole(station: Station, instance: Instance) -> bool:
    try:
        station.images.path(instance.content_sha256)
    except ReadStationError:
        return False
    return True
