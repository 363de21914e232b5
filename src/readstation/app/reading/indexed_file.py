"""A stored file is taken only for the object that the index says it is (hazard H01)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from readstation.domain.errors import ReadStationError
from readstation.domain.study import Instance, Series


class Identified(Protocol):
    """What was read of a file, with the UIDs that stand in it."""

    @property
    def study_instance_uid(self) -> str: ...

    @property
    def series_instance_uid(self) -> str: ...

    @property
    def sop_instance_uid(self) -> str: ...


def is_indexed(found: Iterable[Identified], series: Series, instance: Instance) -> bool:
    """Whether all that was read of a file is of the very object that the index names."""
    indexed = (series.study_instance_uid, series.series_instance_uid, instance.sop_instance_uid)
    return all(
        (one.study_instance_uid, one.series_instance_uid, one.sop_instance_uid) == indexed
        for one in found
    )


def require_indexed(
    found: Iterable[Identified], series: Series, instance: Instance, *, what: str = "file"
) -> None:
    """Refuse what was read of a file of another study; nothing of it reaches the screen.

    Raises
    ------
    ReadStationError
    """
    if not is_indexed(found, series, instance):
        raise ReadStationError(
            f"The stored {what} belongs to another study than the index says.",
            "Import the study again; it is left out until then.",
        )
