"""All images of some files as one array of modality values, read with pydicom before any clock."""

from collections.abc import Sequence

import numpy as np
import pydicom


def stack_of(files: Sequence[str]) -> np.ndarray:
    """Return the images (image, row, column) in the order of the files."""
    images = []
    for file in files:
        dataset = pydicom.dcmread(file)
        values = dataset.pixel_array.astype(np.int16, copy=False)
        images.append(values + np.int16(dataset.get("RescaleIntercept", 0)))
    return np.stack(images)
