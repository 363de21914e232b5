"""What the reader decides about an export, and what the files are called."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from readstation.app.export.export_ports import CINE_ENDING, PictureFormat
from readstation.app.viewport.image_description import ImageDescription


class ExportKind(Enum):
    """What is exported; the value is said to the reader."""

    PICTURE = "Picture"
    CINE = "Cine"
    KEY_IMAGES = "Key images"
    OBJECTS = "DICOM objects"


PICTURES = frozenset({ExportKind.PICTURE, ExportKind.KEY_IMAGES})


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """One export as it was confirmed."""

    kind: ExportKind
    path: Path
    """The file; of key images the name that numbers are added to; of objects the folder."""
    file_format: PictureFormat = PictureFormat.PNG
    with_identity: bool = False
    may_replace: bool = False

    def targets(self, count: int) -> tuple[Path, ...]:
        """Return the names of `count` pictures."""
        if self.kind is not ExportKind.KEY_IMAGES:
            return (self.path,) * min(count, 1)
        width = len(str(count))
        stem, ending = self.path.stem, self.path.suffix
        return tuple(
            self.path.with_name(f"{stem} {number:0{width}d}{ending}")
            for number in range(1, count + 1)
        )


def suggested_name(kind: ExportKind, image: ImageDescription, file_format: PictureFormat) -> str:
    """Return a file name that identifies nobody.

    >>> image = ImageDescription("1", "1.1", "1.1.1", modality="CT", instance_number=7)
    >>> suggested_name(ExportKind.PICTURE, image, PictureFormat.PNG)
    'CT image 7.png'
    """
    words = "".join(c for c in image.modality if c.isascii() and c.isalnum()) or "Image"
    if kind is ExportKind.KEY_IMAGES:
        return f"{words} key image.{file_format.value}"
    if image.series_number is not None:
        words = f"{words} series {image.series_number}"
    if kind is ExportKind.CINE:
        return f"{words}.{CINE_ENDING}"
    number = image.instance_number
    frame = f" frame {image.frame_number}" if image.number_of_frames > 1 else ""
    shown = f" image {number}" if number is not None else ""
    return f"{words}{shown}{frame}.{file_format.value}"


def with_ending(path: Path, kind: ExportKind, file_format: PictureFormat) -> Path:
    """Return the path with the ending that its content has, whatever was typed."""
    if kind is ExportKind.OBJECTS:
        return path
    ending = f".{CINE_ENDING if kind is ExportKind.CINE else file_format.value}"
    known = {f".{each.value}" for each in PictureFormat} | {f".{CINE_ENDING}", ".jpeg"}
    if path.suffix.lower() == ending:
        return path
    bare = path.with_suffix("") if path.suffix.lower() in known else path
    return bare.with_name(f"{bare.name}{ending}")


def free_name(path: Path) -> Path:
    """Return a path that is not taken yet: the same, or with a number behind it."""
    taken = path
    number = 2
    while taken.exists():
        taken = path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
    return taken
