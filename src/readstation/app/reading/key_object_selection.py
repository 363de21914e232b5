"""A key object selection (PS3.3 A.35.4), without its encoding."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.domain.key_image import SelectionPurpose
from readstation.imaging.graphic_annotation import ImageReference


@dataclass(frozen=True, slots=True)
class KeyObjectSelection:
    """The marked images of one study, in the order of marking, and who marked them."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    author_name: str
    images: tuple[ImageReference, ...]
    """`frame_numbers` names the marked frames of a multi-frame image; of others it is empty."""


@dataclass(frozen=True, slots=True)
class FiledSelection:
    """A key object selection as a file has it. Its texts are untrusted."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    purpose: SelectionPurpose
    title: str
    """Code Meaning of the document title, as "Of Interest"."""
    reasons: tuple[str, ...] = ()
    """Modifiers of the title, as why images were rejected."""
    description: str = ""
    author_name: str = ""
    maker: str = ""
    images: tuple[ImageReference, ...] = ()
    other_objects: int = 0
    """How many objects it names that are no images, or that it names badly."""

    @property
    def words(self) -> str:
        """Return title and reasons in one line."""
        return ", ".join(
            dict.fromkeys((self.title or self.purpose.value.capitalize(), *self.reasons))
        )

    @property
    def source(self) -> str:
        """Return who made it, as far as the file says."""
        return " / ".join(part for part in (self.author_name, self.maker) if part)
