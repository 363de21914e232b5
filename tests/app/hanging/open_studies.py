"""Studies made of a few words, as the reading screen would have them open."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from readstation.adapters.system.anatomy_file import load_anatomy
from readstation.app.hanging.hanging_facts import hanging_case, set_id
from readstation.app.hanging.protocol_toml import parse_protocols
from readstation.app.reading.display_set import DisplaySet, group_into_display_sets, in_strip_order
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.study import Study
from readstation.imaging.plane import ImagePlane
from readstation.resource_files import resources

ANATOMY = load_anatomy(Path("no workspace"), resources())
PATIENT = Patient(PatientIdentity("P1", "TEST"), "TEST^Synthetic")
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
COSINES = {
    "axial": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "coronal": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    "sagittal": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}


def shipped_protocols():
    files = sorted(
        (f for f in (resources() / "hanging").iterdir() if f.name.endswith(".toml")),
        key=lambda f: f.name,
    )
    return tuple(
        protocol
        for file in files
        for protocol in parse_protocols(file.read_text(encoding="utf-8"), file.name, is_own=False)
    )


@dataclass(frozen=True)
class One:
    """One series: its number, what it is called, and how many images it has."""

    number: int
    description: str = ""
    count: int = 20
    plane: str = "axial"
    view: str = ""
    side: str = ""
    modality: str = ""
    image_type: str = "ORIGINAL PRIMARY AXIAL"
    body_part: str = ""


def views(*named: str, modality: str = "MG") -> tuple[One, ...]:
    """Return one image for each of `R CC` and the like, numbered from 1."""
    ones = []
    for number, name in enumerate(named, start=1):
        side, _, view = name.rpartition(" ")
        ones.append(One(number, count=1, plane="", view=view, side=side, modality=modality))
    return tuple(ones)


def images_of(study_uid: str, modality: str, one: One) -> list[ImageDescription]:
    series = f"{study_uid}.{one.number}"
    return [
        ImageDescription(
            study_uid,
            series,
            f"{series}.{n}",
            modality=one.modality or modality,
            series_number=one.number,
            series_description=one.description,
            instance_number=n,
            view_position=one.view,
            laterality=one.side,
            body_part_examined=one.body_part,
            image_type=tuple(one.image_type.split()),
            plane=_plane(one.plane, n),
        )
        for n in range(1, one.count + 1)
    ]


def _plane(name: str, number: int) -> ImagePlane | None:
    if name not in COSINES:
        return None
    rows, columns = COSINES[name]
    normal = next(i for i in range(3) if not rows[i] and not columns[i])
    position = [0.0, 0.0, 0.0]
    position[normal] = -5.0 * number
    return ImagePlane(tuple(position), rows, columns, 1.0, 1.0, "9")


@dataclass(frozen=True)
class Opened:
    """One study with its display sets."""

    study: Study
    sets: tuple[DisplaySet, ...]


def opened(uid, description, modality, series, *, body_part="", days_ago=0) -> Opened:
    sets = [
        display_set
        for one in series
        for display_set in group_into_display_sets(images_of(uid, modality, one))
    ]
    modalities = tuple(dict.fromkeys(one.modality or modality for one in series)) or (modality,)
    study = Study(
        uid,
        PATIENT,
        f"A{uid}",
        TODAY - timedelta(days=days_ago),
        description,
        modalities,
        body_part,
    )
    return Opened(study, in_strip_order(sets))


def case_of(current: Opened, *priors: Opened):
    return hanging_case(current.study, current.sets, [(p.study, p.sets) for p in priors], ANATOMY)


def names_of(current: Opened, *priors: Opened) -> dict[str, str]:
    """Return a short name of every set: its series number, `p` before those of the first prior."""
    found = {"": ""}
    for letter, each in zip(("", "p", "q", "r"), (current, *priors), strict=False):
        for display_set in each.sets:
            found[set_id(display_set)] = f"{letter}{display_set.first.series_number}"
    return found


def in_words(stage, names) -> str:
    """Return a stage as `1x2: 1 p1`, with `-` for an empty box."""
    boxes = " ".join(names[hung.set_id] or "-" for hung in stage.boxes)
    return f"{stage.rows}x{stage.columns}: {boxes}"
