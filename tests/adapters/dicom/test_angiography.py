"""Angiography: the modality LUT of an X-ray object is not for display."""

import numpy as np
import pytest
from pydicom.dataset import Dataset

from readstation.adapters.dicom.describe_frames import describe_frames
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance
from tests.dicom_files import CT, save_image

XA, XRF = "1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.12.2"


def linearising_lut() -> Dataset:
    table = Dataset()
    table.LUTDescriptor = [256, 0, 16]
    table.ModalityLUTType = "US"
    table.LUTData = (16 * np.arange(256, dtype="<u2")).tobytes()
    return table


@pytest.mark.parametrize(("sop_class", "is_applied"), [(XA, False), (XRF, False), (CT, True)])
def test_a_linearising_table_is_applied_except_to_x_ray_objects(
    tmp_path, sop_class, is_applied
) -> None:
    file = save_image(
        tmp_path / "x.dcm", SOPClassUID=sop_class, ModalityLUTSequence=[linearising_lut()]
    )
    opened = open_part10(file)
    try:
        (image,) = describe_frames(read_instance(opened))
    finally:
        opened.source.close()
    assert (image.modality_transform.lut is not None) is is_applied
