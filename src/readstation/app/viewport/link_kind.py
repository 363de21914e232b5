"""How two image boxes can be linked, and what the reader is told of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from readstation.imaging.plane import Vector
from readstation.imaging.rigid_transform import RigidTransform


class LinkKind(Enum):
    """What a link rests on; the value says it to the reader."""

    POSITION = "linked by position"
    REGISTERED = "registered"
    CORRECTED = "aligned by reader"
    ALIGNED = "linked at level set by reader"
    INDEX = "linked by image number"
    NONE = "not linked"

    @property
    def is_automatic(self) -> bool:
        """Return True if images are linked so without being asked."""
        return self in {LinkKind.POSITION, LinkKind.REGISTERED}


class Hindrance(Enum):
    """Why two image boxes are not linked, and what the reader can do."""

    NO_POSITION = "These images do not state their position in the patient.", ""
    DIRECTIONS = "These images lie in different directions.", ""
    OTHER_SPACE = (
        "These series have different frames of reference.",
        "Put both at the same level and choose Link at this level.",
    )
    NO_OVERLAP = "No overlap: these series show different parts of the body.", ""
    REGISTERING = "The two studies are being registered.", ""
    UNCERTAIN = (
        "The registration of the two studies is not certain.",
        "Put both at the same level and choose Link at this level.",
    )
    OTHER_MODALITY = "These images are of different modalities and state no position.", ""

    @property
    def message(self) -> str:
        return self.value[0]

    @property
    def remedy(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Link:
    """How one box follows another: `transform` takes patient points of the first to the second.

    `index_shift` is what by-number links add to the image number. `hindrance` says why not.
    """

    kind: LinkKind
    transform: RigidTransform | None = None
    index_shift: int = 0
    hindrance: Hindrance | None = None

    @property
    def is_link(self) -> bool:
        return self.kind is not LinkKind.NONE

    @property
    def is_spatial(self) -> bool:
        """Return True if single points correspond, not only levels."""
        return self.kind in {LinkKind.POSITION, LinkKind.REGISTERED, LinkKind.CORRECTED}

    def words(self, centre_mm: Vector | None = None) -> str:
        """Return the kind for the reader; with a point of the first box, how far it is moved."""
        if self.transform is None or centre_mm is None:
            return str(self.kind.value)
        if self.kind not in {LinkKind.REGISTERED, LinkKind.CORRECTED}:
            return str(self.kind.value)
        length = math.hypot(*self.transform.displacement_mm(centre_mm))
        return f"{self.kind.value}, offset {length:.1f} mm {self.transform.angle_deg:.1f}°"


def no_link(hindrance: Hindrance) -> Link:
    return Link(LinkKind.NONE, hindrance=hindrance)
