"""Structured reports as other makers write them: every measurement is shown or counted."""

from io import BytesIO

import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from readstation.adapters.decode.plain_values import from_plain, to_plain
from readstation.adapters.dicom.measurement_report_file import (
    NO_NUMBER,
    NO_PLACE,
    TOO_DEEP,
    read_measurement_report,
)
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.quoted_measurements import IN_SPACE, NO_IMAGE, PART, UNKNOWN_SHAPE
from readstation.app.reading.measurements_in_space import ACROSS, OTHER_SPACE, placed
from readstation.app.reading.save_measurements import (
    NO_SUCH_FRAME,
    NOT_HERE,
    WHICH_FRAME,
    on_images_here,
)
from readstation.domain.measurement import ImagePoint, Quoted
from readstation.domain.study import FrameKey
from tests.adapters.dicom.test_key_object_file import code, content, image_item
from tests.app.viewport.conftest import axial, described
from tests.dicom_files import ROOT

SR = "1.2.840.10008.5.1.4.1.1.88.34"  # Comprehensive 3D SR
DOSE = "1.2.840.10008.5.1.4.1.1.88.67"
GROUP = ("125007", "Measurement Group")
LENGTH = ("410668003", "Length", "SCT")
IMAGE = f"{ROOT}.3.1"
SPACE = "2.25.99"


def number(value, *below, name=LENGTH, unit=("mm", "mm", "UCUM")):
    measured = Dataset()
    measured.MeasurementUnitsCodeSequence = [code(unit[0], unit[1], unit[2])]
    measured.NumericValue = "0" if value is None else str(value)
    values = [] if value is None else [measured]
    return content("NUM", name, MeasuredValueSequence=values, ContentSequence=list(below))


def drawn(points=(1.0, 2.0, 3.0, 4.0), image=IMAGE, frames=None, kind="POLYLINE"):
    below = [image_item(image, frames)] if image else []
    return content("SCOORD", GraphicType=kind, GraphicData=list(points), ContentSequence=below)


def in_space(points, uid=SPACE, kind="POLYLINE"):
    item = content("SCOORD3D", GraphicType=kind, GraphicData=list(points))
    if uid:
        item.ReferencedFrameOfReferenceUID = uid
    return item


def container(*items, name=("126010", "Imaging Measurements")):
    return content("CONTAINER", name, ContentSequence=list(items))


def group(*items):
    return container(*items, name=GROUP)


def tracking(uid="", name=""):
    if name:
        yield content("TEXT", ("112039", "Tracking Identifier"), TextValue=name)
    if uid:
        yield content("UIDREF", ("112040", "Tracking Unique Identifier"), UID=uid)


def save_report(path, *items, character_set="ISO_IR 192", sop_class=SR, study=f"{ROOT}.1"):
    """Save a report as other software writes it."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = ExplicitVRLittleEndian, sop_class
    meta.MediaStorageSOPInstanceUID = f"{ROOT}.88"
    d = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    d.SpecificCharacterSet = character_set
    d.SOPClassUID, d.SOPInstanceUID = sop_class, f"{ROOT}.88"
    d.StudyInstanceUID, d.SeriesInstanceUID = study, f"{ROOT}.80"
    d.PatientID, d.PatientName, d.Modality = "P1", "TEST^P1", "SR"
    d.Manufacturer = "Other"
    d.ValueType = "CONTAINER"
    d.ConceptNameCodeSequence = [code("126000", "Imaging Measurement Report")]
    d.ContentSequence = list(items)
    file = BytesIO()
    d.save_as(file, enforce_file_format=True)
    path.write_bytes(file.getvalue())
    return path


def report(tmp_path, *items, **given):
    """Save a report and read it."""
    path = save_report(tmp_path / "report.dcm", *items, **given)
    opened = open_part10(path)
    try:
        return read_measurement_report(opened)
    finally:
        opened.source.close()


def test_a_group_is_read_in_whatever_order_and_without_a_tracking_uid(tmp_path):
    items = [number(12.5, drawn()), *tracking("2.25.5", "RUL nodule")]
    for order in (items, items[::-1], items[1:] + items[:1]):
        found = report(tmp_path, container(group(*order)))
        (quoted,) = found.measurements
        assert quoted.words == "Length 12.5 mm"
        assert (quoted.tracking_uid, quoted.tracking.tracking_identifier) == (
            "2.25.5",
            "RUL nodule",
        )
    (plain,) = report(tmp_path, group(number(3, drawn()))).measurements
    assert plain.tracking_uid == ""
    assert plain.frame == FrameKey(IMAGE)


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (("cm", "centimeter", "UCUM"), "Length 1.2 cm"),
        (("cm2", "square centimeter", "UCUM"), "Length 1.2 cm²"),
        (("{strange}", "furlong", "UCUM"), "Length 1.2 furlong"),
        (("mm", "Millimeter", "99OTHER"), "Length 1.2 Millimeter"),
        (("1", "no units", "UCUM"), "Length 1.2"),
    ],
)
def test_a_number_is_said_in_the_unit_of_its_maker_and_never_converted(tmp_path, unit, words):
    (quoted,) = report(tmp_path, group(number(1.2, drawn(), unit=unit))).measurements
    assert quoted.words == words


@pytest.mark.parametrize("character_set", ["ISO_IR 192", "ISO_IR 100"])
def test_other_letters_come_through(tmp_path, character_set):
    finding = content("CODE", ("121071", "Finding"), ConceptCodeSequence=[code("1", "Läsion", "L")])
    name = ("9", "Größte Länge", "99DE")
    items = (finding, number(4, drawn(), name=name), *tracking(name="Höhle links"))
    found = report(tmp_path, group(*items), character_set=character_set)
    (quoted,) = found.measurements
    assert quoted.words == "Läsion: Größte Länge 4 mm"
    assert quoted.tracking.tracking_identifier == "Höhle links"


def test_groups_in_groups_are_each_shown_once(tmp_path):
    inner = group(number(2, drawn()), *tracking("2.25.2"))
    outer = group(number(1, drawn()), *tracking("2.25.1"), container(inner))
    found = report(tmp_path, container(container(outer)))
    assert sorted((m.tracking_uid, m.words) for m in found.measurements) == [
        ("2.25.1", "Length 1 mm"),
        ("2.25.2", "Length 2 mm"),
    ]
    assert found.left_out == ()


def test_numbers_outside_of_groups_are_shown_where_they_have_a_place_and_counted_else(tmp_path):
    found = report(
        tmp_path, container(number(5, drawn()), number(6), number(7), drawn()), number(8)
    )
    assert [m.words for m in found.measurements] == ["Length 5 mm"]
    assert found.left_out == (f"3 × {NO_PLACE}", f"1 × {NO_NUMBER}")


def test_a_dose_report_measures_no_image(tmp_path):
    assert report(tmp_path, number(8), sop_class=DOSE).left_out == ()


def test_a_number_without_a_value_is_said_to_have_none(tmp_path):
    (quoted,) = report(tmp_path, group(number(None, drawn()))).measurements
    assert quoted.words == "Length without a value"


def test_what_is_lost_of_a_measurement_that_is_shown_is_counted_too(tmp_path):
    spiral, nowhere = drawn(kind="SPIRAL"), drawn(image="")
    found = report(tmp_path, group(number(1, drawn(), spiral, nowhere)))
    assert len(found.measurements) == 1
    assert found.left_out == (f"1 × {PART}: {UNKNOWN_SHAPE}", f"1 × {PART}: {NO_IMAGE}")


def test_what_is_nested_too_deep_to_be_read_is_said(tmp_path):
    item = group(number(1, drawn()))
    for _ in range(25):
        item = container(item)
    found = report(tmp_path, item)
    assert found.measurements == ()
    assert found.left_out == (f"1 × {TOO_DEEP}",)


def test_measurements_on_images_or_frames_that_are_not_here_are_counted_and_never_shown(tmp_path):
    found = report(
        tmp_path,
        group(number(1, drawn())),
        group(number(2, drawn(image="2.25.404"))),
        group(number(3, drawn(image="2.25.7", frames=9))),
        group(number(4, drawn(image="2.25.7"))),
        group(number(5, drawn(image="2.25.7", frames=2))),
    )
    here, why = on_images_here(found, {IMAGE: 1, "2.25.7": 3})
    assert [m.words for m in here] == ["Length 1 mm", "Length 5 mm"]
    assert why == (f"1 × {NOT_HERE}", f"1 × {NO_SUCH_FRAME}", f"1 × {WHICH_FRAME}")


# In space


def stack(count=3, **values):
    images = (described(n + 1, plane=axial(5.0 * n, SPACE), **values) for n in range(count))
    return list(images)


def line_at(z, other_z=None):
    return (1.0, 2.0, z, 6.0, 2.0, z if other_z is None else other_z)


def test_coordinates_in_space_come_to_the_one_image_that_they_lie_in(tmp_path):
    found = report(tmp_path, group(number(5, in_space(line_at(5.2))), *tracking("2.25.5", "node")))
    assert found.measurements == ()
    assert from_plain(to_plain(found)) == found
    images = stack(slice_thickness_mm=5.0)
    result = placed(found.in_space, images)
    (quoted,) = result.measurements
    assert isinstance(quoted, Quoted)
    assert quoted.frame == images[1].frame_key
    assert quoted.points == (ImagePoint(2.5, 4.5), ImagePoint(12.5, 4.5))
    assert (quoted.words, quoted.tracking_uid, quoted.maker) == ("Length 5 mm", "2.25.5", "Other")
    assert result.left_out == ()


@pytest.mark.parametrize(
    ("line", "space", "why"),
    [
        (line_at(2.0), SPACE, ACROSS),  # between images without a thickness
        (line_at(0.0, 5.0), SPACE, ACROSS),  # through two of them
        ((900.0, 2.0, 5.0, 6.0, 2.0, 5.0), SPACE, ACROSS),  # beyond the edge
        (line_at(5.0), "2.25.1000", OTHER_SPACE),
    ],
)
def test_coordinates_that_lie_in_no_image_are_counted(tmp_path, line, space, why):
    found = report(tmp_path, group(number(5, in_space(line, space))))
    result = placed(found.in_space, stack())
    assert result.measurements == ()
    assert result.left_out == (f"1 × {why}.",)


@pytest.mark.parametrize(
    ("kind", "points", "count"),
    [
        ("POINT", (1.0, 2.0, 5.0), 1),
        ("MULTIPOINT", line_at(5.0), 2),
        ("POLYGON", (*line_at(5.0), 3.0, 4.0, 5.0, 1.0, 2.0, 5.0), 1),
        ("ELLIPSE", (1.0, 3.0, 5.0, 5.0, 3.0, 5.0, 3.0, 2.0, 5.0, 3.0, 4.0, 5.0), 1),
    ],
)
def test_every_flat_shape_in_space_is_drawn(tmp_path, kind, points, count):
    found = report(tmp_path, group(number(5, in_space(points, kind=kind))))
    (quoted,) = placed(found.in_space, stack()).measurements
    assert len(quoted.lines) == count
    if kind == "ELLIPSE":
        columns = [p.column for p in quoted.points]
        rows = [p.row for p in quoted.points]
        assert (min(columns), max(columns)) == pytest.approx((2.5, 10.5))
        assert (min(rows), max(rows)) == pytest.approx((4.5, 8.5))


def test_bodies_and_spaces_without_a_name_are_counted(tmp_path):
    body = in_space((0.0,) * 18, kind="ELLIPSOID")
    found = report(
        tmp_path, group(number(1, body)), group(number(2, in_space(line_at(5.0), uid="")))
    )
    assert found.in_space == ()
    assert found.left_out == (f"1 × {UNKNOWN_SHAPE}", f"1 × {IN_SPACE}")


@pytest.mark.parametrize(
    ("name", "shown", "left_out"),
    [
        ("sr-ruler.dcm", 3, 0),
        ("sr-circle.dcm", 3, 0),
        ("sample-sr.dcm", 1, 0),
        ("sr_document_with_multiple_groups.dcm", 2, 1),
        ("sr.dcm", 0, 2),
    ],
)
def test_shared_reports_of_other_libraries_are_shown_or_counted(shared_data, name, shown, left_out):
    opened = open_part10(shared_data / "12_sr_pr_seg_rt" / name)
    try:
        found = read_measurement_report(opened)
    finally:
        opened.source.close()
    assert len(found.measurements) == shown
    assert len(found.left_out) == left_out
