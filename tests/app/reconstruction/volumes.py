"""A small study of slices whose values tell where they lie, and its volume."""

import numpy as np

from readstation.app.jobs import JobContext
from readstation.app.reading.display_set import group_into_display_sets
from readstation.app.reading.load_frames import WantedFrame
from readstation.app.reading.register_series import NeededSlice
from readstation.app.reconstruction.load_source import load_source
from readstation.domain.study import Instance
from readstation.imaging.frame import StoredFrame
from tests.app.viewport.conftest import COLUMNS, ROWS, axial, described

SLICES, SPACING_MM = 12, 2.0


def series(number=1, skip=(), **changes):
    """Return the display set of axial slices of 20 x 30 pixels of 0.5 mm, 2 mm apart."""
    images = [
        described(index, number, plane=axial(SPACING_MM * index), instance_number=index, **changes)
        for index in range(SLICES)
        if index not in skip
    ]
    (display_set,) = group_into_display_sets(images)
    return display_set


def value_at(x_mm, y_mm, z_mm):
    """Return the stored value at a place in the patient: a ramp."""
    return 1000 + 20 * x_mm + 10 * y_mm + 30 * z_mm


def pixels(image):
    rows, columns = np.indices((ROWS, COLUMNS))
    x, y, z = image.plane.position_mm
    values = value_at(x + columns * 0.5, y + rows * 0.5, z)
    return StoredFrame(np.round(values).astype(np.int16), "MONOCHROME2", 16, is_signed=True)


def needed(display_set, *, held=True):
    found = []
    for image in display_set.images:
        instance = Instance(
            image.sop_instance_uid,
            image.series_instance_uid,
            "1.2",
            "1.2.840.10008.1.2.1",
            image.instance_number,
            1,
            ROWS,
            COLUMNS,
            f"{image.sop_instance_uid:0>64}",
        )
        frame = pixels(image) if held else None
        found.append(NeededSlice(WantedFrame(image, instance), image.plane, frame))
    return tuple(found)


class NoFiles:
    """A source from which no frame comes."""

    def load_plain(self, *_):
        return iter(())

    def load_many(self, *_):
        return iter(())


def source_of(display_set):
    return load_source(NoFiles(), needed(display_set), JobContext())
