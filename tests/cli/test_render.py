"""`readstation render`: the viewport's pipeline, stage by stage, against the standard."""

import hashlib
import json

import cv2
import numpy as np
import pytest
from pydicom.dataset import Dataset

from readstation.cli.main import main
from tests.dicom_files import make_image, save, save_image

VALUES = np.array([[0, 600, 1024], [1063, 1064, 4000]], np.uint16)
CT = {
    "RescaleSlope": 1,
    "RescaleIntercept": -1024,
    "WindowCenter": [40, -500],
    "WindowWidth": [80, 1000],
}


@pytest.fixture
def ct(tmp_path):
    return save_image(tmp_path / "ct.dcm", VALUES, **CT)


def render(path, *arguments, out=None):
    options = ["--out", str(out)] if out else []
    return main(["render", str(path), *map(str, arguments), *options])


def rendered(tmp_path, path, *arguments):
    out = tmp_path / "out.npy"
    assert render(path, *arguments, out=out) == 0
    return np.load(out)


def test_stored_values_are_written_untouched(ct, tmp_path):
    stored = rendered(tmp_path, ct, "--stage", "stored")
    assert stored.dtype == np.uint16
    np.testing.assert_array_equal(stored, VALUES)


def test_modality_values_are_in_hounsfield_units(ct, tmp_path):
    values = rendered(tmp_path, ct, "--stage", "modality")
    assert values.tolist() == (VALUES.astype(float) - 1024).tolist()


def test_display_uses_the_first_window_of_the_file_rounded_down(ct, tmp_path):
    # C.11.2.1.2: ((x - 39.5) / 79 + 0.5) * 255 for x = -1024, -424, 0, 39, 40, 2976
    assert rendered(tmp_path, ct).tolist() == [[0, 0, 0], [125, 129, 255]]


@pytest.mark.parametrize("options", [["--voi", "1"], ["--window", "-500", "1000"]], ids=str)
def test_another_window_can_be_asked_for(ct, tmp_path, options):
    expected = np.clip((VALUES - 1024.0 + 500.5) / 999 + 0.5, 0, 1)
    shown = rendered(tmp_path, ct, *options)
    np.testing.assert_array_equal(shown, np.floor(expected * 255))


def test_inversion_and_depth(ct, tmp_path):
    shown = rendered(tmp_path, ct, "--invert", "--depth", "16")
    assert shown.dtype == np.uint16
    assert shown[0].tolist() == [65_535] * 3


def test_monochrome1_shows_its_lowest_value_white(tmp_path):
    path = save_image(tmp_path / "a.dcm", VALUES, PhotometricInterpretation="MONOCHROME1", **CT)
    assert rendered(tmp_path, path)[0].tolist() == [255] * 3


def test_a_picture_is_fitted_into_the_viewport(ct, tmp_path):
    assert render(ct, "--size", "60x30", out=tmp_path / "a.png") == 0
    picture = cv2.imread(str(tmp_path / "a.png"), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (30, 60)
    assert picture[:, :7].max() == 0
    assert picture[25, 50] == 255


def test_colour_is_written_as_rgb(tmp_path):
    red = np.zeros((2, 2, 3), np.uint8)
    red[..., 0] = 200
    path = save_image(tmp_path / "a.dcm", red)
    assert render(path, out=tmp_path / "a.png") == 0
    assert cv2.imread(str(tmp_path / "a.png"))[0, 0].tolist() == [0, 0, 200]
    assert rendered(tmp_path, path).tolist() == red.tolist()


def test_all_stored_frames_or_one_of_them(tmp_path):
    frames = np.arange(3 * 4, dtype=np.uint16).reshape(3, 2, 2)
    path = save_image(tmp_path / "a.dcm", frames[0], NumberOfFrames=3, PixelData=frames.tobytes())
    np.testing.assert_array_equal(rendered(tmp_path, path, "--stage", "stored"), frames)
    second = rendered(tmp_path, path, "--stage", "stored", "--frame", "2")
    np.testing.assert_array_equal(second, frames[1])
    assert render(path, "--frame", "4", out=tmp_path / "x.npy") == 3


def test_one_refused_file_does_not_stop_the_run(ct, tmp_path, capsys):
    bad = save_image(tmp_path / "bad.dcm", Rows=None)
    out = tmp_path / "all"
    arguments = ["render", str(bad), str(ct), "--stage", "stored", "--json", "--out", str(out)]
    assert main(arguments) == 3
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["refused"]["code"] == "BAD_PIXEL_GEOMETRY"
    assert second["shape"] == [2, 3]
    assert second["dtype"] == "uint16"
    assert second["sha256"] == hashlib.sha256(VALUES.astype("<u2").tobytes()).hexdigest()
    assert len(list(out.glob("*.npy"))) == 1


def test_pixels_are_rendered_without_a_patient_or_study(tmp_path):
    nobody = save_image(tmp_path / "a.dcm", VALUES, StudyInstanceUID=None, PatientID=None, **CT)
    assert rendered(tmp_path, nobody).shape == (2, 3)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--pr", "state.dcm", "--json"],
        ["--stage", "stored"],
        ["--frame", "0", "--json"],
        ["--stage", "stored", "--invert", "--json"],
        ["--size", "60x30", "--depth", "16", "--json"],
    ],
    ids=str,
)
def test_wrong_usage_is_a_sentence_and_exit_code_2(ct, capsys, arguments):
    assert render(ct, *arguments) == 2
    assert capsys.readouterr().err.startswith("readstation render: ")


def test_a_window_that_is_not_there_is_refused(ct, capsys):
    assert render(ct, "--voi", "2", "--json") == 3
    assert json.loads(capsys.readouterr().out)["refused"]["code"] == "NO_SUCH_WINDOW"


def test_a_voi_table_is_applied(tmp_path):
    table = Dataset()
    table.LUTDescriptor, table.LUTData = [4, 0, 8], [255, 100, 50, 0]
    image = make_image(np.arange(4, dtype=np.uint8).reshape(2, 2), VOILUTSequence=[table])
    table["LUTDescriptor"].VR = table["LUTData"].VR = "US"
    path = save(image, tmp_path / "a.dcm")
    assert rendered(tmp_path, path).tolist() == [[255, 100], [50, 0]]
