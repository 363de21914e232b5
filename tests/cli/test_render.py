"""`readstation render`: the viewport's pipeline, stage by stage, against the standard."""

import hashlib
import json

import cv2
import numpy as np
import pytest
from pydicom.dataset import Dataset

from readstation.cli.main import main
from tests.dicom_files import add_overlay, make_image, save, save_image
from tests.kept_decoder import kept_decoder
from tests.presentation_files import area, make_state, table, window

VALUES = np.array([[0, 600, 1024], [1063, 1064, 4000]], np.uint16)
CT = {
    "RescaleSlope": 1,
    "RescaleIntercept": -1024,
    "WindowCenter": [40, -500],
    "WindowWidth": [80, 1000],
}


@pytest.fixture(scope="module", autouse=True)
def decoder():
    with kept_decoder():
        yield


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


def test_a_slope_beyond_every_window_does_not_stop_the_run(ct, tmp_path, capsys):
    huge = save_image(tmp_path / "huge.dcm", VALUES, RescaleSlope="1e30", RescaleIntercept="0")
    assert main(["render", str(huge), str(ct), "--json"]) == 3
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["refused"]["code"] == "NOT_RENDERED"
    assert second["shape"] == [2, 3]


def test_pixels_are_rendered_without_a_patient_or_study(tmp_path):
    nobody = save_image(tmp_path / "a.dcm", VALUES, StudyInstanceUID=None, PatientID=None, **CT)
    assert rendered(tmp_path, nobody).shape == (2, 3)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--pr", "state.dcm", "--voi", "1", "--json"],
        ["--pr", "state.dcm", "--stage", "modality", "--json"],
        ["--stage", "stored"],
        ["--stage", "modality", "--voi", "0", "--json"],
        ["--voi", "-1", "--json"],
        ["--window", "40", "0.5", "--json"],
        ["--window", "nan", "400", "--json"],
        ["--frame", "0", "--json"],
        ["--stage", "stored", "--invert", "--json"],
        ["second.dcm", "--out", "both.npy"],
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


RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)


@pytest.mark.parametrize("depth", [8, 10, 16])
def test_a_fitted_picture_is_as_deep_as_asked_for(tmp_path, depth):
    path = save_image(tmp_path / "a.dcm", RAMP, WindowCenter=2048, WindowWidth=4096)
    own = rendered(tmp_path, path, "--depth", depth)
    fitted = rendered(tmp_path, path, "--depth", depth, "--size", "64x64")
    assert own.dtype == fitted.dtype == (np.uint8 if depth == 8 else np.uint16)
    assert own.max() == (1 << depth) - 1
    np.testing.assert_array_equal(fitted, own)
    larger = rendered(tmp_path, path, "--depth", depth, "--size", "128x192")
    assert larger.shape == (192, 128)
    assert not larger[:32].any()
    assert len(np.unique(larger)) > min(1 << depth, 4000) * 0.9


def test_a_deep_picture_keeps_its_levels_in_png(tmp_path):
    path = save_image(tmp_path / "a.dcm", RAMP, WindowCenter=2048, WindowWidth=4096)
    for depth in (10, 16):
        assert render(path, "--depth", depth, out=tmp_path / "a.png") == 0
        picture = cv2.imread(str(tmp_path / "a.png"), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(picture, rendered(tmp_path, path, "--depth", depth))


def test_the_first_frame_is_shown_unless_another_is_named(tmp_path):
    frames = np.stack([RAMP, RAMP[::-1]])
    attributes = {"NumberOfFrames": 2, "PixelData": frames.tobytes()}
    path = save_image(tmp_path / "a.dcm", RAMP, **attributes, WindowCenter=2048, WindowWidth=4096)
    first, second = rendered(tmp_path, path), rendered(tmp_path, path, "--frame", 2)
    np.testing.assert_array_equal(first, second[::-1])
    assert first[0, 0] == 0


def test_colour_is_8_bits_deep_and_can_be_fitted(tmp_path):
    red = np.zeros((2, 2, 3), np.uint8)
    red[..., 0] = 200
    path = save_image(tmp_path / "a.dcm", red)
    assert rendered(tmp_path, path, "--depth", 16).dtype == np.uint8
    fitted = rendered(tmp_path, path, "--size", "6x4")
    assert fitted.shape == (4, 6, 3)
    assert fitted[2, 3].tolist() == [200, 0, 0]
    assert not fitted[:, 0].any()


def test_folders_are_walked_in_the_order_of_names(tmp_path, capsys):
    folder = tmp_path / "in"
    for name in ("b/2.dcm", "b/10.dcm", "a/3.dcm", "c.dcm"):
        save_image(folder / name, VALUES, **CT)
    out = tmp_path / "out"
    assert main(["render", str(folder), "--stage", "stored", "--json", "--out", str(out)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    files = [str(folder / name) for name in ("c.dcm", "a/3.dcm", "b/10.dcm", "b/2.dcm")]
    assert [line["file"] for line in lines] == files
    names = ["00000_c.dcm.npy", "00001_3.dcm.npy", "00002_10.dcm.npy", "00003_2.dcm.npy"]
    assert sorted(file.name for file in out.iterdir()) == names
    np.testing.assert_array_equal(np.load(out / names[1]), VALUES)


def test_names_do_nothing_to_a_terminal_and_long_ones_do_not_stop_the_run(tmp_path, capsys):
    odd = save_image(tmp_path / "odd\x1b[2Jname.dcm", VALUES, **CT)
    long = save_image(tmp_path / f"{'x' * 245}.dcm", VALUES, **CT)
    missing = tmp_path / "not\x07there.dcm"
    arguments = ["render", str(odd), str(long), str(missing), "--out", str(tmp_path / "out")]
    assert main(arguments) == 3
    told = capsys.readouterr()
    assert "\x1b" not in told.out
    assert "\x07" not in told.err
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_place_that_cannot_be_written_is_a_sentence(ct, tmp_path, capsys):
    assert render(ct, out=tmp_path / "no folder" / "a.npy") == 3
    assert "cannot be written" in capsys.readouterr().err


TABLE = [1023 - value for value in range(1024)]


@pytest.fixture
def ct_with_state(tmp_path):
    image = make_image(VALUES, **CT)
    state = make_state(
        image,
        SoftcopyVOILUTSequence=[window(1500, 3000)],
        PresentationLUTShape=None,
        PresentationLUTSequence=[table(0, 10, TABLE)],
        ImageRotation=90,
        ImageHorizontalFlip="N",
        DisplayedAreaSelectionSequence=[area((2, 1), (3, 2))],
    )
    return save(image, tmp_path / "ct.dcm"), save(state, tmp_path / "state.dcm")


def test_a_presentation_state_sets_levels_and_orientation(ct_with_state, tmp_path):
    image, state = ct_with_state
    shown = rendered(tmp_path, image, "--pr", state, "--depth", 10)
    assert shown.shape == (3, 2)
    place = np.clip((VALUES - 1499.5) / 2999 + 0.5, 0, 1) * 1023
    np.testing.assert_array_equal(shown, np.rot90(1023 - np.floor(place), -1))
    inverted = rendered(tmp_path, image, "--pr", state, "--depth", 10, "--invert")
    np.testing.assert_array_equal(inverted, 1023 - shown)


def test_a_presentation_state_with_a_size_shows_its_area(ct_with_state, tmp_path):
    image, state = ct_with_state
    own = rendered(tmp_path, image, "--pr", state)
    fitted = rendered(tmp_path, image, "--pr", state, "--size", "2x2")
    np.testing.assert_array_equal(fitted, own[1:])


def test_the_window_asked_for_replaces_that_of_the_presentation_state(ct_with_state, tmp_path):
    image, state = ct_with_state
    theirs = rendered(tmp_path, image, "--pr", state)
    ours = rendered(tmp_path, image, "--pr", state, "--window", "-500", "1000")
    assert (theirs != ours).any()


def test_a_presentation_state_of_another_image_is_refused(ct_with_state, tmp_path, capsys):
    _, state = ct_with_state
    other = save_image(tmp_path / "other.dcm", VALUES, SOPInstanceUID="2.25.1")
    assert render(other, "--pr", state, "--json") == 3
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert refused["code"] == "PRESENTATION_STATE_OF_OTHER_IMAGES"
    assert render(other, "--pr", other, "--json") == 3
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert refused["reason"].startswith("The presentation state cannot be applied.")


def test_a_file_that_is_not_there_is_refused_with_what_to_do(tmp_path, capsys):
    assert main(["render", str(tmp_path / "a.dcm"), "--json"]) == 3
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert refused["code"] == "UNREADABLE"
    assert refused["remedy"] == "Check that it exists and that you may read it."


def test_any_other_name_of_the_output_is_a_folder(ct, tmp_path):
    assert render(ct, out=tmp_path / "results.v1") == 0
    assert [file.suffix for file in (tmp_path / "results.v1").iterdir()] == [".npy"]


def test_a_link_is_followed_where_it_is_named_but_not_in_a_folder(ct, tmp_path, capsys):
    folder = tmp_path / "links"
    folder.mkdir()
    try:
        (folder / "a").symlink_to(ct)
    except OSError:
        pytest.skip("this system makes no links")
    assert main(["render", str(folder / "a"), str(folder), "--json"]) == 3
    named, found = map(json.loads, capsys.readouterr().out.splitlines())
    assert named["shape"] == [2, 3]
    assert found["refused"]["code"] == "LINK"


def test_the_windows_of_a_file_are_counted_before_its_tables(tmp_path):
    lut = table(0, 8, [255 - value for value in range(256)])
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    image = make_image(values, WindowCenter=[10, 128], WindowWidth=[20, 256], VOILUTSequence=[lut])
    path = save(image, tmp_path / "a.dcm")
    assert rendered(tmp_path, path).max() == 255
    np.testing.assert_array_equal(rendered(tmp_path, path, "--voi", 1), values)
    np.testing.assert_array_equal(rendered(tmp_path, path, "--voi", 2), 255 - values)
    assert render(path, "--voi", 3, "--json") == 3


@pytest.mark.parametrize("size", [[], ["--size", "64x64"]], ids=["own", "fitted"])
def test_overlays_and_shutters_are_as_deep_as_the_picture(tmp_path, size):
    graphic = np.zeros((64, 64), bool)
    graphic[10, 20:30] = True
    image = make_image(
        RAMP,
        WindowCenter=2048,
        WindowWidth=4096,
        ShutterShape="RECTANGULAR",
        ShutterLeftVerticalEdge=1,
        ShutterRightVerticalEdge=50,
        ShutterUpperHorizontalEdge=1,
        ShutterLowerHorizontalEdge=64,
        ShutterPresentationValue=0,
    )
    add_overlay(image, graphic)
    path = save(image, tmp_path / "a.dcm")
    plain = rendered(tmp_path, path, "--depth", 10, "--no-overlays", "--no-shutter", *size)
    marked = rendered(tmp_path, path, "--depth", 10, *(size or ["--shutter"]))
    expected = plain.copy()
    expected[:, 50:] = 0
    expected[graphic] = 1023
    np.testing.assert_array_equal(marked, expected)
