"""A presentation state gives DCMTK's pixels: every one of them (oracle: dcmp2pgm).

What dcmp2pgm does not do was found by experiment with version 3.6.7: it rotates and flips, but
applies no displayed area, no shutter and no graphics; and it takes SIGMOID and LINEAR_EXACT for
LINEAR. Those two are checked against the formulas elsewhere (tests/imaging/test_voi.py).
"""

import subprocess
from collections import Counter

import cv2
import numpy as np
import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers, FileFrames
from readstation.app.viewport.presentation import applies_to, apply_to_render
from readstation.imaging.presentation import display_values
from tests.dicom_files import make_image, save
from tests.presentation_files import Items, area, item, make_state, table, window

LIMIT_S = 30
STATES = 160
CT_FOLDER = "01_ct_chest_Lung-PET-CT-Dx_A0001/current_2007-04-04_kernel_soft"
PARENT = {"StudyID": "1", "AccessionNumber": "", "PatientSex": "", "PatientBirthDate": ""}

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def workers():
    found = DecodeWorkers(1)
    yield found
    found.close()


@pytest.fixture
def difference(peer_program, tmp_path, workers):
    """Count the pixels that differ between our rendering of a state and DCMTK's."""
    program = peer_program("dcmp2pgm")

    def compare(image, state, frame_number=1) -> int:
        out = tmp_path / "peer.pgm"
        command = [program, "-q", "-f", str(frame_number), "-p", state, image, out]
        subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
        theirs = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
        frame, description = FileFrames(workers).frame(image, frame_number)
        presentation = workers.presentation_state(state)
        assert applies_to(presentation, description)
        shown = apply_to_render(presentation, description)
        ours = shown.orientation.apply(display_values(frame, shown.rendering))
        assert ours.shape == theirs.shape
        return int(np.count_nonzero(ours != theirs))

    return compare


def test_the_real_states_are_rendered_bit_for_bit(difference, peer_program, shared_data, tmp_path):
    image = tmp_path / "ct.dcm"
    source = shared_data / CT_FOLDER / "1-32.dcm"
    command = [peer_program("dcmdjpls"), source, image]
    subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
    states = sorted((shared_data / "12_sr_pr_seg_rt" / "synthetic_on_A0001").glob("gsps*.dcm"))
    assert len(states) == 2
    for state in states:
        assert difference(image, state) == 0, state.name


def test_synthetic_states_of_every_kind_are_rendered_bit_for_bit(difference, tmp_path):
    numbers = np.random.default_rng(20260103)
    kinds: Counter[str] = Counter()
    for number in range(STATES):
        image, modality = _image(numbers, kinds)
        state = make_state(image, **PARENT, **modality, **_grayscale(numbers, kinds, modality),
                           **_geometry(numbers, kinds))  # fmt: skip
        image_file = save(image, tmp_path / "image.dcm")
        state_file = save(state, tmp_path / "state.dcm")
        assert difference(image_file, state_file) == 0, (number, state)
    assert min(kinds.values()) >= STATES / 20, kinds  # every kind had its share


def test_each_frame_of_a_multi_frame_image_is_rendered_bit_for_bit(difference, tmp_path):
    values = np.random.default_rng(5).integers(0, 4096, (3, 16, 16)).astype(np.uint16)
    image = make_image(values[0], BitsStored=12, HighBit=11, **PARENT)
    image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7.3"
    image.NumberOfFrames, image.PixelData = 3, values.tobytes()
    state = make_state(image, frames=[2, 3], SoftcopyVOILUTSequence=[window(2000, 900)], **PARENT)
    image_file, state_file = save(image, tmp_path / "i.dcm"), save(state, tmp_path / "s.dcm")
    assert difference(image_file, state_file, 2) == 0
    assert difference(image_file, state_file, 3) == 0


def _choose(numbers, kinds, *choices):
    chosen = choices[int(numbers.integers(len(choices)))]
    kinds[chosen] += 1
    return chosen


def _image(numbers, kinds):
    """Return an image with every possible stored value, and a modality transform for it."""
    bits = int(_choose(numbers, kinds, "8 bits", "10 bits", "12 bits", "16 bits").split()[0])
    is_signed = _choose(numbers, kinds, "unsigned", "signed") == "signed"
    codes = np.arange(1 << bits, dtype=np.uint32)
    if is_signed:  # sign extension as PS3.5 8.1.1 leaves it open
        codes = codes.astype(np.int64) - (1 << (bits - 1))
    kind = {8: "i1" if is_signed else "u1"}.get(bits, "i2" if is_signed else "u2")
    values = codes.astype(kind).reshape(16, -1)
    photometric = _choose(numbers, kinds, "MONOCHROME1", "MONOCHROME2")
    image = make_image(values, BitsStored=bits, HighBit=bits - 1,
                       PhotometricInterpretation=photometric, RescaleSlope=3,
                       RescaleIntercept=7, **PARENT)  # fmt: skip
    modality = _choose(numbers, kinds, "no rescale", "offset", "slope 2", "modality LUT")
    given = {"offset": (1, -1024), "slope 2": (2, 100)}
    if modality in given:
        slope, intercept = given[modality]
        rescale = {"RescaleSlope": slope, "RescaleIntercept": intercept, "RescaleType": "US"}
        return image, rescale
    if modality == "modality LUT":
        data = numbers.integers(0, 65536, 1 << min(bits, 12))
        first = int(codes[0])
        return image, {"ModalityLUTSequence": [table(first, 16, data, ModalityLUTType="US")]}
    return image, {}


def _grayscale(numbers, kinds, modality):
    given = {}
    # Without a VOI and with a slope, DCMTK's steps are not those of any table
    is_stepped = modality.get("RescaleSlope") == 2
    vois = ("window", "VOI LUT") if is_stepped else ("window", "VOI LUT", "no VOI")
    voi = _choose(numbers, kinds, *vois)
    if voi == "window":
        center, width = int(numbers.integers(-1000, 4000)), int(numbers.integers(1, 5000))
        given["SoftcopyVOILUTSequence"] = [window(center, width)]
    elif voi == "VOI LUT":
        bits = int(numbers.choice([8, 10, 12, 16]))
        data = numbers.integers(0, 1 << bits, int(numbers.integers(16, 4000)))
        first = int(numbers.integers(-1000 if modality.get("RescaleIntercept", 0) < 0 else 0, 2000))
        lut = table(first, bits, data)
        given["SoftcopyVOILUTSequence"] = [item(VOILUTSequence=Items([lut]))]
    shape = _choose(numbers, kinds, "IDENTITY", "INVERSE", "presentation LUT")
    if shape != "presentation LUT":
        return {**given, "PresentationLUTShape": shape}
    bits = int(numbers.choice([8, 10, 12, 16]))
    data = np.sort(numbers.integers(0, 1 << bits, int(numbers.choice([256, 1024, 4096]))))
    return {
        **given,
        "PresentationLUTShape": None,
        "PresentationLUTSequence": [table(0, bits, data)],
    }


def _geometry(numbers, kinds):
    given = {
        "ImageRotation": int(_choose(numbers, kinds, "0°", "90°", "180°", "270°")[:-1]),
        "ImageHorizontalFlip": _choose(numbers, kinds, "N", "Y"),
    }
    if _choose(numbers, kinds, "whole image", "area") == "area":
        given["DisplayedAreaSelectionSequence"] = [area((2, 3), (7, 6))]
    if _choose(numbers, kinds, "open", "shuttered") == "shuttered":
        given |= {
            "ShutterShape": "RECTANGULAR",
            "ShutterLeftVerticalEdge": 2,
            "ShutterRightVerticalEdge": 7,
            "ShutterUpperHorizontalEdge": 3,
            "ShutterLowerHorizontalEdge": 6,
            "ShutterPresentationValue": 0,
        }
    return given
