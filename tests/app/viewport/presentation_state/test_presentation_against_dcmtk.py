"""A presentation state gives DCMTK's pixels: every one of them (oracle: dcmp2pgm).

What dcmp2pgm does not do was found by experiment with version 3.6.7: it rotates and flips, but
applies no displayed area, no shutter and no graphics; and it takes SIGMOID and LINEAR_EXACT for
LINEAR. Those two are checked against the formulas elsewhere (tests/imaging/test_voi.py).
"""

import subprocess
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.file_frames import FileFrames
from readstation.adapters.dicom.presentation_state_writer import write_presentation_state
from readstation.app.viewport.presentation_state.presentation_capture import (
    ViewName,
    ViewScope,
    capture_view,
)
from readstation.app.viewport.presentation_state.presented_frame import applies_to, apply_to_render
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.domain.errors import RefusedInputError
from readstation.imaging.orientation import DisplayOrientation
from readstation.imaging.presentation import display_values
from readstation.imaging.voi import VoiLutFunction
from tests.dicom_files import make_image, save
from tests.presentation_files import Items, area, item, make_state, table, window

LIMIT_S = 30
STATES = 160
FILES_PER_FOLDER = 12
UNCOMPRESSED = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"}
NOW = datetime(2026, 11, 22, tzinfo=UTC)
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


def test_saved_views_of_real_images_are_rendered_as_they_were_seen(
    workers, peer_program, shared_data, tmp_path
):
    """Uncompressed images of many kinds; whole rescale slopes, for DCMTK rounds the others."""
    program, numbers = peer_program("dcmp2pgm"), np.random.default_rng(11)
    out, state_file = tmp_path / "peer.pgm", tmp_path / "state.dcm"
    compared: Counter[str] = Counter()
    for image in _real_images(shared_data):
        viewport = _viewport_of(workers, image)
        if viewport is None:
            continue
        viewport.orient(DisplayOrientation(int(numbers.integers(4)), bool(numbers.integers(2))))
        viewport.change(is_inverted=bool(numbers.integers(2)))
        name = ViewName("VIEW", "", "Dr. Test", "2.25.1", "2.25.2")
        state = capture_view(viewport, ViewScope.IMAGE, name)
        state_file.write_bytes(write_presentation_state(state, workers.inspect(image), NOW))
        command = [program, "-q", "-p", state_file, image, out]
        subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
        rendering = replace(viewport.rendering, padding=None)  # dcmp2pgm shows it like the rest
        seen = viewport.state.orientation.apply(display_values(viewport.frame, rendering))
        assert np.array_equal(seen, cv2.imread(str(out), cv2.IMREAD_UNCHANGED)), image.name
        compared[viewport.description.modality] += 1
    assert sum(compared.values()) >= 20, compared
    assert len(compared) >= 4, compared


def _real_images(shared_data):
    folders = ("02_ct", "03_mr", "04_xr", "05_mg", "07_pet", "08_xa", "11_lut")
    for start in folders:
        for folder in sorted(shared_data.glob(f"{start}*")):
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            yield from files[:: max(len(files) // FILES_PER_FOLDER, 1)]


def _viewport_of(workers, image):
    """Return a box that shows a file; None for what dcmp2pgm cannot render as it is meant."""
    try:
        header = workers.inspect(image)
        is_plain = header.transfer_syntax_uid in UNCOMPRESSED and header.number_of_frames == 1
        if not is_plain or not header.is_displayable:
            return None
        frame, description = FileFrames(workers).frame(image, 1)
    except RefusedInputError:
        return None
    viewport = ViewportModel()
    viewport.resize(512, 512)
    viewport.on_frame_wanted(lambda token, _: viewport.show_frame(token, frame))
    viewport.set_display_set([description])
    rendering = None if frame.stored_values.dtype.kind == "f" else viewport.rendering
    is_whole = rendering is not None and rendering.modality.rescale_slope % 1 == 0
    is_known = rendering is not None and _is_known_to_dcmtk(rendering.voi)
    return viewport if is_whole and is_known else None


def _is_known_to_dcmtk(voi):
    return getattr(voi, "function", None) is not VoiLutFunction.SIGMOID


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
