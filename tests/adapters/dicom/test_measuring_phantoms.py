"""Analytic phantoms in generated files: a sphere, a ramp and a checkerboard, pixels not square."""

import math
from itertools import pairwise

import numpy as np
import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.file_frames import FileFrames
from readstation.app.viewport.measuring import (
    Subject,
    make_angle,
    make_bidirectional,
    make_cobb_angle,
    make_ellipse,
    make_freehand,
    make_length,
    make_probe,
    make_rectangle,
)
from readstation.domain.measurement import ImagePoint, across
from readstation.imaging.roi_plots import histogram_of, profile_of
from tests.dicom_files import save_image

P = ImagePoint
ROWS, COLUMNS = 96, 160
ROW_MM, COLUMN_MM = 0.8, 0.5
CENTER_MM, RADIUS_MM = (40.0, 38.4), 20.0  # across and down, from the corner of the first pixel
INSIDE_HU, OUTSIDE_HU = 60, -40


def centres_mm():
    across_mm = (np.arange(COLUMNS) + 0.5) * COLUMN_MM
    return across_mm[None, :], (np.arange(ROWS) + 0.5)[:, None] * ROW_MM


def sphere():
    x, y = centres_mm()
    inside = np.hypot(x - CENTER_MM[0], y - CENTER_MM[1]) <= RADIUS_MM
    return np.where(inside, INSIDE_HU, OUTSIDE_HU)


def ramp():
    """Two HU for each millimetre to the right, five for each down: whole numbers at the centres."""
    x, y = centres_mm()
    return 2 * (x - COLUMN_MM / 2) + 5 * (y - ROW_MM / 2) - 100


def checkerboard():
    row, column = np.indices((ROWS, COLUMNS))
    return np.where((row // 8 + column // 8) % 2 == 0, 100, -100)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    workers = DecodeWorkers()
    folder = tmp_path_factory.mktemp("phantoms")

    def subject(hu, **attributes):
        path = save_image(
            folder / "phantom.dcm",
            np.round(hu + 1024).astype(np.uint16),
            PixelSpacing=[ROW_MM, COLUMN_MM],
            RescaleSlope=1,
            RescaleIntercept=-1024,
            **attributes,
        )
        frame, description = FileFrames(workers).frame(path, 1)
        return Subject(description, frame)

    yield subject
    workers.close()


def at_mm(x, y):
    """Return the image point at a place in mm from the corner of the first pixel."""
    return P(x / COLUMN_MM, y / ROW_MM)


def on_circle(degrees, radius=RADIUS_MM):
    turn = math.radians(degrees)
    return at_mm(CENTER_MM[0] + radius * math.cos(turn), CENTER_MM[1] + radius * math.sin(turn))


@pytest.mark.parametrize("degrees", range(0, 180, 15))
def test_every_diameter_of_a_sphere_is_as_long(files, degrees):
    length = make_length(files(sphere()), (on_circle(degrees), on_circle(degrees + 180)), "u")
    assert length.value == pytest.approx(2 * RADIUS_MM, abs=1e-9)
    assert length.text == "40.0 mm"


@pytest.mark.parametrize("degrees", [0, 20, 45, 110])
def test_long_and_short_axis_of_a_sphere_are_perpendicular_diameters(files, degrees):
    phantom = files(sphere())
    long = (on_circle(degrees), on_circle(degrees + 180))
    start = on_circle(degrees + 90)
    end = across((*long, start), on_circle(degrees - 90), phantom.row_aspect)
    made = make_bidirectional(phantom, (*long, start, end), "u")
    assert made.long_axis == pytest.approx(40, abs=0.02)
    assert made.short_axis == pytest.approx(40, abs=0.02)


@pytest.mark.parametrize("degrees", [10, 30, 45, 60, 90, 135, 170])
def test_an_angle_at_the_centre_of_the_sphere_is_that_of_its_radii(files, degrees):
    phantom, center = files(sphere()), at_mm(*CENTER_MM)
    angle = make_angle(phantom, (on_circle(7), center, on_circle(7 + degrees)), "u")
    assert angle.value == pytest.approx(degrees, abs=1e-9)
    lines = (on_circle(7), on_circle(187), on_circle(7 + degrees), on_circle(187 + degrees))
    cobb = make_cobb_angle(phantom, lines, "u")
    assert cobb.value == pytest.approx(min(degrees, 180 - degrees), abs=1e-9)


def test_a_region_just_around_the_sphere_has_its_area_and_its_pixels(files):
    phantom = files(sphere())
    corners = (
        at_mm(CENTER_MM[0] - RADIUS_MM, CENTER_MM[1] - RADIUS_MM),
        at_mm(CENTER_MM[0] + RADIUS_MM, CENTER_MM[1] + RADIUS_MM),
    )
    ellipse = make_ellipse(phantom, corners, "u")
    assert ellipse.area == pytest.approx(math.pi * RADIUS_MM**2)
    s = ellipse.statistics
    assert s.count == int((sphere() == INSIDE_HU).sum())
    assert (s.mean, s.standard_deviation, s.minimum, s.maximum) == (60, 0, 60, 60)
    outline = tuple(on_circle(degrees) for degrees in range(360))
    freehand = make_freehand(phantom, outline, "u")
    assert freehand.area == pytest.approx(math.pi * RADIUS_MM**2, rel=1e-3)
    assert freehand.statistics.mean == pytest.approx(60, abs=0.5)
    rectangle = make_rectangle(phantom, corners, "u")
    assert rectangle.area == pytest.approx(4 * RADIUS_MM**2)
    assert (rectangle.statistics.minimum, rectangle.statistics.maximum) == (-40, 60)


def test_the_mean_over_a_ramp_is_its_value_in_the_middle(files):
    phantom = files(ramp())
    corners = (P(20, 16), P(60, 48))
    s = make_rectangle(phantom, corners, "u").statistics
    middle = 2 * (39.5 * COLUMN_MM) + 5 * (31.5 * ROW_MM) - 100
    assert s.mean == pytest.approx(middle)
    assert make_ellipse(phantom, corners, "u").statistics.mean == pytest.approx(middle)
    assert s.minimum == pytest.approx(ramp()[16, 20])
    assert s.maximum == pytest.approx(ramp()[47, 59])
    assert make_probe(phantom, (P(20.5, 16.5),), "u").value == pytest.approx(ramp()[16, 20])


def test_a_profile_rises_with_the_ramp(files):
    phantom = files(ramp())
    found = profile_of(
        phantom.frame, phantom.description.modality_transform, P(4.5, 5.5), P(84.5, 5.5)
    )
    expected = 2 * (4 + 80 * found.share) * COLUMN_MM + 5 * 5 * ROW_MM - 100
    assert np.allclose(found.values, expected, atol=1e-9)


def test_a_checkerboard_is_half_and_half(files):
    phantom = files(checkerboard())
    roi = make_rectangle(phantom, (P(16, 16), P(80, 80)), "u")
    s = roi.statistics
    assert (s.count, s.mean, s.minimum, s.maximum) == (64 * 64, 0, -100, 100)
    assert s.standard_deviation == pytest.approx(100 * math.sqrt(4096 / 4095))
    found = histogram_of(phantom.frame, phantom.description.modality_transform, roi)
    assert found.counts[0] == found.counts[-1] == 2048
    assert found.counts.sum() == 4096
    found = profile_of(
        phantom.frame, phantom.description.modality_transform, P(16.5, 20.5), P(79.5, 20.5)
    )
    signs = np.sign(found.values[np.abs(found.values) == 100])
    assert sum(a != b for a, b in pairwise(signs)) == 7  # eight fields in a row


@pytest.mark.parametrize(
    ("attributes", "unit", "factor"),
    [
        ({}, "mm", 1),
        ({"Modality": "DX", "ImagerPixelSpacing": [ROW_MM, COLUMN_MM]}, "mm (detector)", 1),
        (
            {"Modality": "DX", "ImagerPixelSpacing": [2 * ROW_MM, 2 * COLUMN_MM]},
            "mm (calibrated)",
            1,
        ),
        ({"Modality": "DX", "PixelSpacingCalibrationType": "GEOMETRY"}, "mm (geometry)", 1),
        ({"Modality": "DX", "PixelSpacingCalibrationType": "FIDUCIAL"}, "mm (fiducial)", 1),
        (
            {
                "Modality": "MG",
                "ImagerPixelSpacing": [ROW_MM, COLUMN_MM],
                "EstimatedRadiographicMagnificationFactor": 1.25,
            },
            "mm (geometry)",
            0.8,
        ),
    ],
)
def test_length_and_area_state_the_source_that_they_are_measured_with(
    files, attributes, unit, factor
):
    phantom = files(sphere(), **attributes)
    length = make_length(phantom, (on_circle(30), on_circle(210)), "u")
    assert (length.value, length.unit) == (pytest.approx(40 * factor), unit)
    corners = (at_mm(20, 18.4), at_mm(60, 58.4))
    ellipse = make_ellipse(phantom, corners, "u")
    assert ellipse.area == pytest.approx(math.pi * 400 * factor**2)
    assert ellipse.area_unit == unit.replace("mm", "mm²")
