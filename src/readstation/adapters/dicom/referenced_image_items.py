"""Write which images something refers to (PS3.3 10.3)."""

from __future__ import annotations

from collections.abc import Iterable

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from readstation.imaging.graphic_annotation import ImageReference


def reference_items(references: Iterable[ImageReference]) -> Items:
    """Return the items of Referenced Image Sequence (0008,1140)."""
    items = []
    for reference in references:
        item = Dataset()
        item.ReferencedSOPClassUID = reference.sop_class_uid
        item.ReferencedSOPInstanceUID = reference.sop_instance_uid
        if reference.frame_numbers:
            item.ReferencedFrameNumber = list(reference.frame_numbers)
        items.append(item)
    return Items(items)
