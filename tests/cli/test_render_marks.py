"""Overlays, shutters and padding as `render` draws them; overlays as DCMTK's dcm2pnm does."""

import subprocess

import cv2
import numpy as np
import pytest
from pydicom import dcmread

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.file_frames import FileFrames
from readstation.app.rendering.render_file import RenderRequest, Stage, render_frame
from readstation.cli.main import main
from readstation.imaging.shutter import DisplayShutter, PolygonalShutter, shown_pixels
from readstation.imaging.voi import VoiWindow
from tests.dicom_files import add_overlay, make_image, save, save_image
from tests.kept_decoder import kept_decoder

LIMIT_S = 60
WINDOW = ("2000", "4096")
REAL = (
    "11_lut_voi_overlay/MR-SIEMENS-DICOM-WithOverlays.dcm",
    "11_lut_voi_overlay/examples_overlay.dcm",
    "11_lut_voi_overlay/ovly_p01.dcm",
)
COLOUR = (
    "06_us/examples_palette.dcm",
    "06_us/OBXXXX1A_2frame.dcm",
    "06_us/US1_UNCR.dcm",
    "09_colour_sc_vl/TestPattern_Palette.dcm",
    "09_colour_sc_vl/VL2_RLE",
    "09_colour_sc_vl/color-pl.dcm",
    "09_colour_sc_vl/color-px.dcm",
    "09_colour_sc_vl/SC_rgb_16bit.dcm",
    "09_colour_sc_vl/SC_rgb_small_odd.dcm",
    "10_transfer_syntaxes/small_pydicom/ExplVR_BigEnd.dcm",
)
VALUES = (np.arange(15 * 13, dtype=np.uint16) * 20).reshape(15, 13)
RANDOM = np.random.default_rng(7)
BITS = RANDOM.random((15, 13)) < 0.3
PLACES = [(1, 1), (0, -3), (9, 7), (-20, 1), (16, 14), (3, 1)]


def rendered(tmp_path, path, *options):
    out = tmp_path / "out.npy"
    assert main(["render", str(path), *map(str, options), "--out", str(out)]) == 0
    return np.load(out)


@pytest.fixture(scope="module", autouse=True)
def decoder():
    with kept_decoder():
        yield


@pytest.fixture(scope="module")
def shown():
    """Return a function that renders like the verb, without a new worker for each file."""
    workers = DecodeWorkers(1)
    files = FileFrames(workers)

    def render(file, **values):
        center, width = map(float, WINDOW)
        request = RenderRequest(Stage.DISPLAY, window=VoiWindow(center, width), **values)
        return render_frame(file, request, files)

    yield render
    workers.close()


@pytest.fixture
def dcm2pnm(peer_program, tmp_path):
    program = peer_program("dcm2pnm")

    def render(file, *options):
        out = tmp_path / "peer.pgm"
        subprocess.run(
            [program, "+op", "+Ww", *WINDOW, *map(str, options), file, out],
            check=True,
            capture_output=True,
            timeout=LIMIT_S,
        )
        return cv2.imread(str(out), cv2.IMREAD_UNCHANGED)

    return render


@pytest.mark.peer
@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize(("drawn", "option"), [(True, ()), (False, ("-O",))])
def test_real_overlays_look_as_in_dcm2pnm(shared_data, shown, dcm2pnm, name, drawn, option):
    file = shared_data / name
    ours = shown(file, are_overlays_shown=drawn)
    assert np.count_nonzero(ours != dcm2pnm(file, *option)) == 0


@pytest.mark.peer
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("kind", ["G", "R"])
@pytest.mark.parametrize("origin", PLACES, ids=str)
def test_overlays_of_any_kind_and_place_look_as_in_dcm2pnm(
    tmp_path, shown, dcm2pnm, photometric, kind, origin
):
    image = make_image(VALUES, PhotometricInterpretation=photometric)
    add_overlay(image, BITS, group=0x6004, kind=kind, origin=origin)
    add_overlay(image, RANDOM.random((4, 30)) < 0.5, group=0x6008, origin=(2, -4))
    file = save(image, tmp_path / "image.dcm")
    ours = shown(file)
    assert np.count_nonzero(ours != dcm2pnm(file)) == 0


@pytest.mark.peer
@pytest.mark.parametrize("options", [{}, {"number_of_frames": 2, "first_frame": 2}], ids=str)
def test_overlays_lie_over_the_frames_that_dcm2pnm_finds(tmp_path, shown, dcm2pnm, options):
    pixels = np.stack([VALUES, VALUES, VALUES]).tobytes()
    image = make_image(VALUES, NumberOfFrames=3, PixelData=pixels)
    add_overlay(image, np.stack([BITS, ~BITS]) if options else BITS, **options)
    file = save(image, tmp_path / "image.dcm")
    for number in (1, 2, 3):
        ours = shown(file, frame_number=number)
        assert np.count_nonzero(ours != dcm2pnm(file, "+F", number)) == 0


@pytest.mark.peer
@pytest.mark.parametrize("is_signed", [0, 1])
@pytest.mark.parametrize("bit", [12, 15])
def test_overlays_in_unused_bits_look_as_in_dcm2pnm(tmp_path, shown, dcm2pnm, bit, is_signed):
    cells = VALUES % 4096 | BITS.astype(np.uint16) << bit | np.uint16(0x2000)
    image = make_image(cells, BitsStored=12, HighBit=11, PixelRepresentation=is_signed)
    add_overlay(image, None, bits_allocated=16, bit_position=bit, size=(15, 13))
    file = save(image, tmp_path / "image.dcm")
    ours = shown(file)
    assert np.count_nonzero(ours != dcm2pnm(file)) == 0
    assert (ours[BITS] == 255).all()


@pytest.mark.peer
@pytest.mark.parametrize(
    ("encoder", "name"),
    [("dcmcrle", REAL[2]), ("dcmcjpls", REAL[2]), ("dcmcjpeg", REAL[2]), ("dcmcrle", REAL[0])],
)
def test_lossless_compression_keeps_the_overlays(
    tmp_path, shared_data, shown, peer_program, encoder, name
):
    packed = tmp_path / "packed.dcm"
    command = [peer_program(encoder), shared_data / name, packed]
    subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)
    assert (shown(packed) == shown(shared_data / name)).all()


@pytest.mark.peer
@pytest.mark.parametrize("name", COLOUR)
def test_colours_that_need_no_conversion_are_those_of_dcm2pnm(shared_data, shown, dcm2pnm, name):
    file = shared_data / name
    assert np.count_nonzero(shown(file) != dcm2pnm(file)[..., ::-1]) == 0


def test_a_colour_image_shows_its_overlay_too(tmp_path):
    image = make_image(np.full((15, 13, 3), 90, np.uint8))
    add_overlay(image, BITS)
    shown = rendered(tmp_path, save(image, tmp_path / "image.dcm"))
    assert (shown == np.where(BITS, 255, 90)[..., np.newaxis]).all()


def test_a_real_shutter_hides_what_lies_outside_where_asked_for(tmp_path, shared_data):
    file = shared_data / "11_lut_voi_overlay/synthetic_on_A0001/polygon_shutter.dcm"
    vertices = polygon_of(file)
    shown = shown_pixels(DisplayShutter((PolygonalShutter(vertices),)), 512, 512)
    lifted = rendered(tmp_path, file)
    applied = rendered(tmp_path, file, "--shutter")
    assert (applied == np.where(shown, lifted, 0)).all()
    assert 0 < shown.sum() < shown.size
    assert lifted[~shown].any()


def polygon_of(file):
    found = [int(v) for v in dcmread(file, stop_before_pixels=True).VerticesOfThePolygonalShutter]
    return tuple(zip(found[0::2], found[1::2], strict=True))


def test_a_shutter_shows_its_presentation_value_whatever_the_inversion(tmp_path):
    file = save_image(
        tmp_path / "image.dcm",
        VALUES,
        ShutterShape="RECTANGULAR",
        ShutterLeftVerticalEdge=2,
        ShutterRightVerticalEdge=5,
        ShutterUpperHorizontalEdge=3,
        ShutterLowerHorizontalEdge=4,
        ShutterPresentationValue=0x8000,
    )
    for options, level in (([], 127), (["--invert"], 127), (["--depth", "16"], 0x8000)):
        shown = rendered(tmp_path, file, "--shutter", *options)
        hidden = np.ones(shown.shape, bool)
        hidden[2:4, 1:5] = False
        assert (shown[hidden] == level).all()
        assert (shown[~hidden] != level).all()


def test_padding_is_black_only_where_asked_for_or_in_a_viewport(tmp_path):
    values = np.full((20, 20), 4000, np.uint16)
    values[5:9, 5:9] = 10
    file = save_image(
        tmp_path / "image.dcm",
        values,
        PhotometricInterpretation="MONOCHROME1",
        PixelPaddingValue=10,
        WindowCenter=2000,
        WindowWidth=4000,
    )
    is_padding = values == 10
    assert (rendered(tmp_path, file)[is_padding] > 250).all()
    assert (rendered(tmp_path, file, "--padding", "black")[is_padding] == 0).all()
    assert not rendered(tmp_path, file, "--size", "60x60").any()
