"""What `doctor` looks at in a workspace: one row per finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from readstation.app.station import Station
from readstation.domain.errors import ReadStationError
from readstation.domain.study import Instance


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One thing that was looked at, what was found, and what to do if it is not good."""

    subject: str
    found: str
    is_good: bool = True
    remedy: str = ""


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
        tested = f"{row['vectors']} golden vectors" if row["vectors"] else "no codec needed"
        yield HealthRow(
            f"Decoder of {row['name']}",
            f"{row['decoder']}, {failure or tested}",
            not failure,
            "Images of this kind are refused. Install ReadStation again." if failure else "",
        )


def check_images(station: Station, files: NamedFiles) -> Iterator[HealthRow]:
    """Yield whether every indexed image is there, byte for byte, and what nobody knows of."""
    instances = list(_instances(station))
    damaged = [i for i in instances if not _is_whole(station, i)]
    yield HealthRow(
        "Image files",
        f"{len(instances)} indexed, {len(damaged)} missing or changed",
        not damaged,
        "Import these studies again from their source." if damaged else "",
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
