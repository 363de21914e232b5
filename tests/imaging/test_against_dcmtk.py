"""Our gray levels are DCMTK's: all 65,536 stored values, and real CT slices (oracle: dcm2pnm)."""

import subprocess
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid

from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.presentation import Rendering, display_values, is_shown_inverse
from readstation.imaging.voi import VoiLutFunction, VoiWindow

WINDOWS = [(40, 400), (-600, 1500), (40, 80), (128, 256), (300, 1500), (50, 350), (100, 1), (5, 2)]
CT_FOLDER = "02_ct_pairs_single_slice_COVID-19-NY-SBU"
LIMIT_S = 30

pytestmark = pytest.mark.peer


@pytest.fixture
def dcm2pnm(peer_program, tmp_path):
    program = peer_program("dcm2pnm")

    def render(file: Path, window, *options: str) -> np.ndarray:
        out = tmp_path / "peer.pgm"
        center, width = (str(v) for v in window)
        command = [program, "+op", "+Ww", center, width, *options, file, out]
        subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
        return cv2.imread(str(out), cv2.IMREAD_UNCHANGED)

    return render


def every_value(file: Path, photometric: str, is_signed: bool, intercept: int) -> StoredFrame:
    codes = np.arange(65536, dtype=np.uint32).astype(np.uint16).reshape(256, 256)
    d = Dataset()
    d.file_meta = FileMetaDataset()
    d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d.SOPClassUID = d.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    d.SOPInstanceUID = d.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    d.Modality, d.PhotometricInterpretation, d.SamplesPerPixel = "CT", photometric, 1
    d.Rows = d.Columns = 256
    d.BitsAllocated = d.BitsStored = 16
    d.HighBit, d.PixelRepresentation = 15, int(is_signed)
    d.RescaleSlope, d.RescaleIntercept = 1, intercept
    d.PixelData = codes.tobytes()
    d.save_as(file, enforce_file_format=True)
    values = codes.view(np.int16) if is_signed else codes
    return StoredFrame(values, photometric, 16, is_signed)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize(("is_signed", "intercept"), [(True, 0), (False, -1024)])
def test_no_stored_value_gets_another_gray_level(
    dcm2pnm, tmp_path, photometric, is_signed, intercept
):
    file = tmp_path / "codes.dcm"
    frame = every_value(file, photometric, is_signed, intercept)
    inverse = is_shown_inverse(frame, None)
    transform = ModalityTransform(1, intercept)
    for window in WINDOWS:
        for function, option in (
            (VoiLutFunction.LINEAR, "+Wfl"),
            (VoiLutFunction.SIGMOID, "+Wfs"),
        ):
            ours = display_values(
                frame, Rendering(transform, VoiWindow(*window, function), inverse)
            )
            theirs = dcm2pnm(file, window, option)
            assert np.count_nonzero(ours != theirs) == 0, (window, function)


def test_real_ct_slices_are_rendered_bit_for_bit(dcm2pnm, shared_data):
    files = sorted((shared_data / CT_FOLDER).glob("*.dcm"))[:6]
    assert files
    for file in files:
        d = pydicom.dcmread(file)
        frame = StoredFrame(d.pixel_array, d.PhotometricInterpretation, d.BitsStored, True)
        transform = ModalityTransform(float(d.RescaleSlope), float(d.RescaleIntercept))
        for window in ((40, 400), (-600, 1500)):
            ours = display_values(frame, Rendering(transform, VoiWindow(*window)))
            assert (ours == dcm2pnm(file, window)).all(), file.name
