"""What every measurement carries besides its geometry: frame, lesion, and who made it."""

from __future__ import annotations

from dataclasses import dataclass, field

from readstation.domain.study import FrameKey

UUID_ROOT = "2.25."  # UIDs made from a UUID, PS3.5 B.2
FINEST_PX = 1 / 64


@dataclass(frozen=True, slots=True)
class ImagePoint:
    """A place on a frame, in pixels from the outer corner of the first pixel."""

    column: float
    row: float


def settled(point: ImagePoint) -> ImagePoint:
    """Return the nearest point that a structured report can hold without loss.

    Graphic Data (0070,0022) are 32-bit floats (PS3.3 C.18.6.1): 64ths of a pixel survive there.
    """
    return ImagePoint(
        round(point.column / FINEST_PX) * FINEST_PX, round(point.row / FINEST_PX) * FINEST_PX
    )


@dataclass(frozen=True, slots=True)
class Tracking:
    """Which lesion is measured: the same on every date that it is measured on.

    Tracking Unique Identifier and Tracking Identifier of PS3.16 TID 1501; the identifier is the
    name that a reader gave the lesion, empty without one.
    """

    tracking_uid: str = ""
    tracking_identifier: str = ""


UNTRACKED = Tracking()


@dataclass(frozen=True, slots=True)
class Drawn:
    """Base of all kinds of measurement. `maker` names the software of one that is not ours."""

    measurement_uid: str
    frame: FrameKey
    tracking: Tracking = field(default=UNTRACKED, kw_only=True)
    maker: str = field(default="", kw_only=True)

    @property
    def tracking_uid(self) -> str:
        """Return the UID of the lesion; what was stored without one is a lesion of its own."""
        return self.tracking.tracking_uid or own_tracking_uid(self.measurement_uid)


def own_tracking_uid(measurement_uid: str) -> str:
    """Return the UID of a lesion that nobody measured before: made from the measurement's own.

    >>> own_tracking_uid("0000000000000000000000000000000f")
    '2.25.15'
    """
    try:
        return f"{UUID_ROOT}{int(measurement_uid, 16)}"
    except ValueError:
        return ""
