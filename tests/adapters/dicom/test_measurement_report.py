"""Reports of measurements: ours come back exactly, those of other makers are quoted, none is lost
without a word; DCMTK and dicom3tools find no fault."""

import math
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from readstation.adapters.decode.plain_values import from_plain, to_plain
from readstation.adapters.dicom.measurement_report_file import read_measurement_report
from readstation.adapters.dicom.measurement_report_writer import write_measurement_report
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance
from readstation.app.reading.measurement_report import MeasurementReport
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.measuring import Subject
from readstation.app.viewport.tool_table import TOOL_ROWS
from readstation.app.viewport.viewport_state import Tool
from readstation.domain.calibration import UNCALIBRATED, Calibration, SpacingSource
from readstation.domain.errors import RefusedInputError
from readstation.domain.measurement import (
    Arrow,
    CalibrationLine,
    EllipseRoi,
    ImagePoint,
    Length,
    Quoted,
    RoiStatistics,
    SpineLabel,
    TextMark,
    Tracking,
    settled,
)
from readstation.domain.study import FrameKey
from readstation.imaging.frame import StoredFrame
from readstation.imaging.graphic_annotation import ImageReference
from readstation.imaging.modality_lut import ModalityTransform
from tests.dicom_files import CT, ROOT, save_image

NOW = datetime(2026, 11, 22, 4, 30, 15, tzinfo=UTC)
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
IMAGE = ImageReference(f"{ROOT}.3.1", (), CT, f"{ROOT}.2")
FRAMES = ImageReference(f"{ROOT}.3.2", (1, 2, 3), ENHANCED_CT, f"{ROOT}.2")
LIMIT_S = 30
P = ImagePoint
UNEVEN = Calibration(0.1 + 0.2, 1 / 3, SpacingSource.GEOMETRY, "as the scanner says: 1.2")
POINTS = (P(2.015625, 2), P(40, 14), P(20, 10.5), P(20, 1))
places = st.builds(P, *[st.floats(0, 60_000)] * 2).map(settled)


@pytest.fixture
def header(tmp_path):
    opened = open_part10(save_image(tmp_path / "image.dcm"))
    try:
        return read_instance(opened).header
    finally:
        opened.source.close()


def frame_values():
    values = np.random.default_rng(4).integers(0, 3000, (48, 48)).astype(np.int16)
    return StoredFrame(values, "MONOCHROME2", 16, True)


def subject(**given):
    facts = {
        "study_instance_uid": f"{ROOT}.1",
        "series_instance_uid": f"{ROOT}.2",
        "sop_instance_uid": f"{ROOT}.3.1",
        "modality": "CT",
        "rows": 48,
        "columns": 48,
        "modality_transform": ModalityTransform(1.1, -1024.7, is_stated=True),
        "calibration": UNEVEN,
    }
    return Subject(ImageDescription(**{**facts, **given}), frame_values())


ROWS = [r for r in TOOL_ROWS if r.make is not None and r.tool is not Tool.CALIBRATION]


def every_kind(of):
    made = []
    for number, row in enumerate(ROWS):
        one = row.make(of, POINTS[: row.points_needed or 4], f"{number:x}")
        if isinstance(one, Arrow | TextMark):
            one = replace(one, words="L3" if isinstance(one, SpineLabel) else "Knoten “<b>” Ω")
        made.append(one)
    line = CalibrationLine("cc", of.description.frame_key, P(1, 1), P(9, 7), 25.4, 1.5)
    return [*made, line]


def report(measurements, images=(IMAGE,)):
    return MeasurementReport(
        f"{ROOT}.1", f"{ROOT}.8", f"{ROOT}.8.1", "Dr. Test One", "", tuple(measurements), images
    )


def read(path):
    opened = open_part10(path)
    try:
        return read_measurement_report(opened)
    finally:
        opened.source.close()


def there_and_back(tmp_path, header, measurements, images=(IMAGE,)):
    path = tmp_path / "report.dcm"
    path.write_bytes(write_measurement_report(report(measurements, images), header, NOW))
    return read(path)


def as_made(measurement):
    """Return a measurement as the report gives it back: its lesion named by UID, read-only."""
    name = measurement.tracking.tracking_identifier
    tracking = Tracking(measurement.tracking_uid, name)
    return replace(measurement, measurement_uid="", tracking=tracking, maker="ReadStation")


def without_uid(measurements):
    return [replace(m, measurement_uid="") for m in measurements]


def test_every_kind_comes_back_exactly_as_it_was(tmp_path, header):
    made = every_kind(subject())
    found = there_and_back(tmp_path, header, made)
    assert without_uid(found.measurements) == [as_made(m) for m in made]
    assert [m.text for m in found.measurements] == [m.text for m in made]
    assert (found.left_out, found.maker) == ((), "ReadStation")
    assert from_plain(to_plain(found)) == found  # through the pipe of the worker


@pytest.mark.parametrize("source", [s for s in SpacingSource if s is not SpacingSource.US_AXES])
def test_every_source_of_the_spacing_comes_back(tmp_path, header, source):
    spacing = (None, None) if source is SpacingSource.NONE else (0.3, 0.7)
    made = every_kind(subject(calibration=Calibration(*spacing, source)))
    found = there_and_back(tmp_path, header, made)
    assert without_uid(found.measurements) == [as_made(m) for m in made]
    (length,) = [m for m in found.measurements if isinstance(m, Length)]
    assert length.text.endswith(source.value)


def test_a_frame_of_many_keeps_its_number_and_its_frame_of_reference(tmp_path, header):
    key = FrameKey(FRAMES.sop_instance_uid, 3, "1.2.840.99")
    made = [replace(m, frame=key) for m in every_kind(subject())]
    found = there_and_back(tmp_path, header, made, (FRAMES,))
    assert {(m.frame, m.frame.frame_of_reference_uid) for m in found.measurements} == {
        (key, "1.2.840.99")
    }


@settings(max_examples=15, deadline=None)
@given(places, places, st.floats(1e-3, 100), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_points_and_numbers_survive_to_the_last_bit(tmp_path_factory, a, b, mm, mean, deviation):
    folder = tmp_path_factory.mktemp("exact")
    opened = open_part10(save_image(folder / "image.dcm"))
    image = read_instance(opened).header
    opened.source.close()
    key = FrameKey(IMAGE.sop_instance_uid)
    left, right = sorted((a.column, b.column))
    top, bottom = sorted((a.row, b.row))
    statistics = RoiStatistics(7, mean, deviation, mean - 1, mean + 1)
    calibration = Calibration(mm, mm * 1.7, SpacingSource.DETECTOR)
    made = [
        Length("1", key, a, b, calibration),
        EllipseRoi("2", key, P(left, top), P(right, bottom), calibration, statistics, "SUVbw g/ml"),
    ]
    found = there_and_back(folder, image, made)
    assert without_uid(found.measurements) == [as_made(m) for m in made]


def test_a_region_without_values_and_a_named_lesion_come_back(tmp_path, header):
    key, tracking = FrameKey(IMAGE.sop_instance_uid), Tracking("1.2.3.4", "Lesion 2, S6")
    empty = EllipseRoi("2", key, P(1, 1), P(3, 3), UNCALIBRATED, None, "HU", tracking=tracking)
    (found,) = there_and_back(tmp_path, header, [empty]).measurements
    assert replace(found, measurement_uid="2", maker="") == empty


def test_what_has_no_one_unit_is_not_written_and_nothing_alone_is_refused(tmp_path, header):
    axes = Calibration(None, None, SpacingSource.US_AXES, "", 0.1, "s", 0.2, "cm/s")
    spectrum = Length("1", FrameKey(IMAGE.sop_instance_uid), P(1, 1), P(2, 2), axes)
    with pytest.raises(RefusedInputError, match="nothing to be saved"):
        there_and_back(tmp_path, header, [spectrum])
    with pytest.raises(RefusedInputError):
        write_measurement_report(
            replace(report(every_kind(subject())), study_instance_uid="1.2"), header, NOW
        )


# Of other makers


def foreign(tmp_path, header, change):
    """Write ours, take our own codes away, and change it as another maker would write it."""
    path = tmp_path / "foreign.dcm"
    path.write_bytes(write_measurement_report(report(every_kind(subject())), header, NOW))
    dataset = pydicom.dcmread(path)
    dataset.Manufacturer, dataset.ManufacturerModelName = "Other Maker", "Viewer 3"
    for group in groups(dataset):
        group.ContentSequence = [
            item
            for item in group.ContentSequence
            if item.ConceptNameCodeSequence[0].CodingSchemeDesignator != "99READSTATION"
            or item.ValueType == "NUM"
        ]
        change(group)
    dataset.save_as(path)
    return read(path)


def groups(dataset):
    found = []
    for item in dataset.get("ContentSequence", []):
        name = item.get("ConceptNameCodeSequence")
        if name and name[0].CodeValue == "125007":
            found.append(item)
        found.extend(groups(item))
    return found


def coordinates(group):
    for item in group.get("ContentSequence", []):
        if item.ValueType == "SCOORD":
            yield item
        yield from coordinates(item)


def test_another_makers_measurements_are_quoted_with_their_source(tmp_path, header):
    found = foreign(tmp_path, header, lambda _: None)
    assert {type(m) for m in found.measurements} == {Quoted}
    assert len(found.measurements) == len(every_kind(subject()))
    assert {m.maker for m in found.measurements} == {"Other Maker Viewer 3"}
    words = [m.words for m in found.measurements]
    assert any(text.startswith("Length ") and text.endswith(" mm") for text in words)
    assert any("Mean " in text and "HU" in text for text in words)
    assert {m.frame for m in found.measurements} == {FrameKey(IMAGE.sop_instance_uid)}
    assert all(m.tracking_uid for m in found.measurements)


def test_a_circle_and_a_turned_ellipse_are_drawn_as_they_are(tmp_path, header):
    def change(group):
        for item in coordinates(group):
            item.GraphicType = "CIRCLE"
            item.GraphicData = [10.0, 20.0, 13.0, 24.0]

    found = foreign(tmp_path, header, change)
    for line in found.measurements[0].lines:
        distances = {round(math.dist((p.column, p.row), (10, 20)), 6) for p in line}
        assert distances == {5.0}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda item: setattr(item, "GraphicType", "SPIRAL"), "a shape that is not known"),
        (lambda item: setattr(item, "ValueType", "SCOORD3D"), "a place in space, not on an image"),
        (lambda item: setattr(item, "GraphicData", [1.0, 2.0, 3.0]), "a shape that is not known"),
        (lambda item: delattr(item, "ContentSequence"), "no place on one image"),
    ],
)
def test_what_cannot_be_drawn_is_counted_and_said(tmp_path, header, change, why):
    found = foreign(tmp_path, header, lambda g: [change(i) for i in list(coordinates(g))])
    assert found.measurements == ()
    assert found.left_out == (f"{len(every_kind(subject()))} × {why}",)


def test_our_own_codes_on_a_group_that_is_not_ours_lead_to_a_quotation(tmp_path, header):
    path = tmp_path / "odd.dcm"
    path.write_bytes(write_measurement_report(report(every_kind(subject())), header, NOW))
    dataset = pydicom.dcmread(path)
    for group in groups(dataset):
        group.ContentSequence = [i for i in group.ContentSequence if i.ValueType != "NUM"]
    dataset.save_as(path)
    found = read(path).measurements
    assert found
    assert all(isinstance(m, Quoted | Arrow | TextMark) for m in found)


def test_another_object_is_no_report(tmp_path):
    with pytest.raises(RefusedInputError, match="no structured report"):
        read(save_image(tmp_path / "image.dcm"))


def test_a_report_that_nests_without_end_is_read_to_a_depth(tmp_path, header):
    path = tmp_path / "deep.dcm"
    path.write_bytes(write_measurement_report(report(every_kind(subject())), header, NOW))
    dataset = pydicom.dcmread(path)
    inner = dataset.ContentSequence
    for _ in range(25):
        item = Dataset()
        item.ValueType, item.ContentSequence = "CONTAINER", inner
        inner = [item]
    dataset.ContentSequence = inner
    dataset.save_as(path)
    assert read(path).measurements == ()


# What others say of ours


@pytest.mark.peer
@pytest.mark.parametrize("images", [(IMAGE,), (FRAMES,)], ids=["single", "multi-frame"])
def test_dciodvfy_finds_no_fault(header, tmp_path, peer_program, images):
    key = FrameKey(images[0].sop_instance_uid, 2 if images[0].frame_numbers else 1)
    made = [replace(m, frame=key) for m in every_kind(subject())]
    path = tmp_path / "report.dcm"
    path.write_bytes(write_measurement_report(report(made, images), header, NOW))
    done = subprocess.run(
        [peer_program("dciodvfy"), path],
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    said = done.stderr + done.stdout
    assert "ComprehensiveSR" in said
    assert [line for line in said.splitlines() if line.startswith("Error")] == []


@pytest.mark.peer
def test_dcmtk_reads_every_measurement(header, tmp_path, peer_program):
    path = tmp_path / "report.dcm"
    path.write_bytes(write_measurement_report(report(every_kind(subject())), header, NOW))
    done = subprocess.run(
        [peer_program("dsrdump"), path],
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0
    assert "Comprehensive SR" in done.stdout
    assert done.stdout.count("Measurement Group") == len(every_kind(subject()))
    complaints = [line for line in done.stderr.splitlines() if line.startswith(("E:", "W:"))]
    assert [line for line in complaints if "VR checker does not support" not in line] == []
