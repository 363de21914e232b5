"""Hanging protocols as values: for which studies, in which stages, what in which image box."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

MAX_ROWS, MAX_COLUMNS, MAX_BOXES = 4, 8, 12


class Scope(Enum):
    """From which study a box is filled; the value stands in the protocol files."""

    CURRENT = "current"
    PRIOR = "prior"
    OLDEST_PRIOR = "oldest prior"


class Zoom(Enum):
    FIT = "fit"
    SAME_SCALE = "same scale"
    """As many screen pixels for a millimetre in every box of the stage that asks for it."""
    ONE_TO_ONE = "1:1"
    QUADRANT = "quadrant"


class Orientation(Enum):
    AS_STORED = "as stored"
    STANDARD = "standard"
    """Head or front up, the patient's right or front on the left: as radiologists look at it."""
    BREAST = "breast"
    """Chest wall towards the middle of the screen; CC with the outer side up, MLO head up."""


class Anchor(Enum):
    CENTER = "center"
    CHEST_WALL = "chest wall"
    """The edge at the chest wall lies at the edge of the box: walls meet back to back."""


class Quadrant(Enum):
    """Which quarter of an image, as it is seen."""

    UPPER_LEFT = "upper left"
    UPPER_RIGHT = "upper right"
    LOWER_LEFT = "lower left"
    LOWER_RIGHT = "lower right"


@dataclass(frozen=True, slots=True)
class SetFacts:
    """One display set as hanging protocols see it. `set_id` is unique among all that is open."""

    set_id: str
    modality: str = ""
    series_description: str = ""
    regions: frozenset[str] = frozenset()
    laterality: str = ""
    """R, L, B for both, or empty."""
    view: str = ""
    """CC, MLO, PA, LAT and so on, in capitals."""
    plane: str = ""
    """axial, coronal, sagittal, oblique, or empty where nobody knows."""
    image_type: frozenset[str] = frozenset()
    kernel: str = ""
    """sharp, soft, or empty: how a CT was reconstructed."""
    image_count: int = 1
    series_number: int | None = None
    is_for_processing: bool = False
    """Raw pixels for a machine: hung only where nothing else is there."""


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """One study as hanging protocols see it, with its display sets in strip order."""

    study_instance_uid: str
    modalities: frozenset[str] = frozenset()
    study_description: str = ""
    regions: frozenset[str] = frozenset()
    laterality: str = ""
    taken_at: datetime | None = None
    sets: tuple[SetFacts, ...] = ()

    @property
    def views(self) -> frozenset[str]:
        """Side and view of each set, as `R CC`; the view alone where no side is stated."""
        return frozenset(f"{s.laterality} {s.view}".strip() for s in self.sets if s.view)


@dataclass(frozen=True, slots=True)
class HangingCase:
    """What is to be hung: the study being read and its accepted priors, the best one first.

    Nothing else can be hung: a box is filled from here and from nowhere else (H01).
    """

    current: StudyFacts
    priors: tuple[StudyFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class SetSelector:
    """Which display sets are meant. What is left empty asks nothing; what is stated must hold."""

    modalities: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    laterality: str = ""
    views: frozenset[str] = frozenset()
    planes: frozenset[str] = frozenset()
    description: tuple[str, ...] = ()
    """One of these phrases; see `hanging_words`."""
    description_without: tuple[str, ...] = ()
    image_type: frozenset[str] = frozenset()
    image_type_without: frozenset[str] = frozenset()
    kernel: str = ""
    least_images: int = 0
    most_images: int = 0
    """0: any number."""


ANY_SET = SetSelector()


@dataclass(frozen=True, slots=True)
class StudySelector:
    """For which studies a protocol is. Every criterion that is stated must hold."""

    modalities: frozenset[str] = frozenset()
    """One of these is in the study."""
    also: frozenset[str] = frozenset()
    """All of these modalities too."""
    regions: frozenset[str] = frozenset()
    """One of these."""
    laterality: str = ""
    description: tuple[str, ...] = ()
    description_without: tuple[str, ...] = ()
    views: frozenset[str] = frozenset()
    """All of these are there, as `R CC`, or as `LAT` on any side."""
    needs_prior: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A preset of the modality by name, or centre and width; nothing stated: as in the file."""

    preset: str = ""
    center: float | None = None
    width: float | None = None

    @property
    def is_stated(self) -> bool:
        return bool(self.preset) or self.center is not None


WINDOW_OF_FILE = Window()


@dataclass(frozen=True, slots=True)
class BoxLook:
    """How the images of a box are first shown."""

    window: Window = WINDOW_OF_FILE
    zoom: Zoom = Zoom.FIT
    orientation: Orientation = Orientation.AS_STORED
    anchor: Anchor = Anchor.CENTER
    quadrant: Quadrant = Quadrant.UPPER_LEFT
    link: bool = True
    """Scrolls with the other boxes where positions allow it."""


PLAIN_LOOK = BoxLook()


@dataclass(frozen=True, slots=True)
class ImageBox:
    """One place in a stage: from which study, which display set, shown how."""

    scope: Scope = Scope.CURRENT
    prior_number: int = 1
    """Which prior, 1 being the best that has something for this protocol."""
    wants: SetSelector = ANY_SET
    prefers: tuple[SetSelector, ...] = ()
    """Among those wanted, the first preference that any of them meets decides."""
    like: int = 0
    """Number of the box, from 1, whose images these are to resemble; 0: none."""
    is_again: bool = False
    """May show what another box of the stage shows already."""
    look: BoxLook = PLAIN_LOOK


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of reading: boxes row by row."""

    title: str
    rows: int
    columns: int
    boxes: tuple[ImageBox, ...]
    needs_all: bool = False
    """Left out unless every box is filled."""
    swaps_prior_rows: bool = False
    """Rows of the prior go where the reader prefers them, above or below."""


@dataclass(frozen=True, slots=True)
class HangingProtocol:
    """How studies of one kind are hung. An own one is of this workspace, not of the program."""

    protocol_id: str
    title: str
    study: StudySelector
    stages: tuple[Stage, ...]
    is_own: bool = False
