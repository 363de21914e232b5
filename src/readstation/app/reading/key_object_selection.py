"""A key object selection (PS3.3 A.35.4), without its encoding."""

from __future__ import annotations

from dataclasses import dataclass

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
