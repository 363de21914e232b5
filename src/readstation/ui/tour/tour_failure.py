"""Why a tour stops."""

from __future__ import annotations

from readstation.domain.errors import ReadStationError


class TourFailure(ReadStationError):  # noqa: N818 - said of a tour, not of the program
    """A step did not do, or did not show, what it should."""
