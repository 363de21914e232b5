"""Modality and VOI tables of every make give DCMTK's gray levels (oracle: dcm2pnm)."""

import struct
import subprocess
from contextlib import closing

import cv2
import numpy as np
import pytest
from pydicom.dataset import Dataset

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.file_frames import FileFrames
from readstation.app.rendering.render_file import RenderRequest, Stage, render_frame
from readstation.imaging.voi import VoiWindow
from tests.dicom_files import save_image

LIMIT_S = 30
CODES = np.arange(65_536, dtype=np.uint32).astype(np.uint16).reshape(256, 256)
RESCALES = {"none": {}, "HU": {"RescaleSlope": 1, "RescaleIntercept": -1024}}
RESCALES["negative"] = {"RescaleSlope": -2, "RescaleIntercept": 7}
CURVE = [(entry * entry // 37) % 65_536 for entry in range(3000)]

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def files():
    with closing(DecodeWorkers(1)) as workers:
        yield FileFrames(workers)


@pytest.fixture
def difference(peer_program, tmp_path, files):
    """Count the pixels in which an image differs between dcm2pnm and us."""
    program = peer_program("dcm2pnm")

    def compare(options, request, values, **attributes):
        path = save_image(tmp_path / "a.dcm", values, Modality="OT", **attributes)
        out = tmp_path / "peer.png"
        write = ("+on2", "-il") if request.depth_bits == 16 else ("+on",)
        command = [program, *write, *options, path, out]
        subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
        theirs = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
        return int(np.count_nonzero(render_frame(path, request, files) != theirs))

    return compare


def table(first, bits, data, is_packed=False, entries=None):
    found = Dataset()
    words = ((len(data) if entries is None else entries) & 0xFFFF, first & 0xFFFF, bits)
    found.add_new("LUTDescriptor", "SS" if first < 0 else "US", struct_values(words, first < 0))
    raw = bytes(data) + bytes(len(data) % 2) if is_packed else struct.pack(f"<{len(data)}H", *data)
    found.add_new("LUTData", "OW", raw)
    return found


def struct_values(words, is_signed):
    kind = "3h" if is_signed else "3H"
    return list(struct.unpack(f"<{kind}", struct.pack("<3H", *words)))


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("rescale", RESCALES)
@pytest.mark.parametrize("dtype", [np.uint16, np.int16])
def test_voi_tables(difference, dtype, rescale, bits, depth):
    is_signed = dtype is np.int16 or rescale != "none"
    data = [entry % (1 << bits) for entry in CURVE]
    lut = table(-700 if is_signed else 700, bits, data)
    request = RenderRequest(Stage.DISPLAY, depth_bits=depth)
    attributes = {"VOILUTSequence": [lut], **RESCALES[rescale]}
    for photometric in ("MONOCHROME1", "MONOCHROME2"):
        found = difference(
            ("+Wl", "1"), request, CODES.view(dtype), PhotometricInterpretation=photometric,
            **attributes,
        )  # fmt: skip
        assert found == 0, photometric


@pytest.mark.parametrize(
    "lut",
    [
        table(3, 8, [(7 * entry) % 256 for entry in range(256)], is_packed=True),
        table(3, 8, [(7 * entry) % 256 for entry in range(201)], is_packed=True),
        table(0, 16, [65_535 - code for code in range(65_536)]),
        table(3, 12, [entry % 4096 for entry in CURVE], entries=2500),
        table(3, 12, [2048]),
        table(3, 12, [77] * 10),
    ],
    ids=["packed", "packed and odd", "65,536", "more than stated", "one", "all the same"],
)
def test_voi_tables_of_odd_make(difference, lut):
    request = RenderRequest(Stage.DISPLAY)
    assert difference(("+Wl", "1"), request, CODES, VOILUTSequence=[lut]) == 0


@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("dtype", [np.uint16, np.int16])
def test_modality_tables(difference, dtype, bits):
    first = -1500 if dtype is np.int16 else 1500
    lut = table(first, bits, [entry % (1 << bits) for entry in CURVE])
    lut.ModalityLUTType = "US"
    request = RenderRequest(Stage.DISPLAY, window=VoiWindow(120, 200))
    options = ("+Ww", "120", "200")
    assert difference(options, request, CODES.view(dtype), ModalityLUTSequence=[lut]) == 0
