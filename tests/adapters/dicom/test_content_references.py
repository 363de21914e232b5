"""Reports whose coordinates or images stand elsewhere in them: resolved, or refused with reason."""

import time

import pytest
from pydicom.dataset import Dataset

from readstation.adapters.dicom import content_references
from readstation.adapters.dicom.content_items import ContentItem
from readstation.adapters.dicom.content_references import DANGLING, LOOP, OTHER_KIND, TOO_MANY
from readstation.adapters.dicom.measurement_report_file import NO_NUMBER, NO_PLACE
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.quoted_measurements import PART
from readstation.adapters.dicom.read_instance import read_instance
from readstation.domain.measurement import ImagePoint
from readstation.domain.study import FrameKey
from tests.adapters.dicom.test_key_object_file import content, image_item
from tests.adapters.dicom.test_reports_of_others import (
    IMAGE,
    container,
    drawn,
    group,
    in_space,
    number,
    report,
)


def refer(*path, relation="SELECTED FROM"):
    """Return an item by reference: no value type, only where the other one stands."""
    item = Dataset()
    item.RelationshipType, item.ReferencedContentItemIdentifier = relation, list(path)
    return item


def selected(*path, points=(1.0, 2.0, 3.0, 4.0)):
    """Return coordinates that name their image by reference."""
    item = drawn(points, image="")
    item.ContentSequence = [refer(*path)]
    return item


def test_the_image_of_coordinates_may_stand_elsewhere(tmp_path):
    library = container(image_item("2.25.7", 2), image_item(IMAGE))
    found = report(tmp_path, library, group(number(5, selected(1, 1, 2))))
    (quoted,) = found.measurements
    assert (quoted.frame, quoted.points) == (FrameKey(IMAGE), (ImagePoint(1, 2), ImagePoint(3, 4)))
    assert quoted.words == "Length 5 mm"
    assert found.on_whole_images == (quoted.measurement_uid,)
    assert found.left_out == ()
    (framed,) = report(tmp_path, library, group(number(5, selected(1, 1, 1)))).measurements
    assert framed.frame == FrameKey("2.25.7", 2)


@pytest.mark.parametrize("inside", [group, container])
def test_the_coordinates_of_a_number_may_stand_elsewhere(tmp_path, inside):
    by_reference = number(5, refer(1, 1, relation="INFERRED FROM"))
    found = report(tmp_path, drawn(), inside(by_reference))
    assert [(m.words, m.frame) for m in found.measurements] == [("Length 5 mm", FrameKey(IMAGE))]
    assert found.left_out == ()  # the mark belongs to the number


def test_coordinates_in_space_may_stand_elsewhere_too(tmp_path):
    mark = in_space((1.0, 2.0, 5.0, 6.0, 2.0, 5.0))
    found = report(tmp_path, container(mark, number(5, refer(1, 1, 1, relation="INFERRED FROM"))))
    assert [one.words for one in found.in_space] == ["Length 5 mm"]
    assert found.left_out == ()


def test_what_stands_in_the_group_and_is_referred_to_is_drawn_once(tmp_path):
    reference = refer(1, 1, 1, relation="INFERRED FROM")
    (quoted,) = report(tmp_path, group(drawn(), number(5, reference, reference))).measurements
    assert len(quoted.lines) == 1


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ((1, 9), DANGLING),
        ((1, 0), DANGLING),
        ((2, 1), DANGLING),
        ((1, 1, 1, 1, 1, 1), DANGLING),
        ((1,) * 40, DANGLING),
        ((1,), LOOP),
        ((1, 2), LOOP),  # the group that holds it
        ((1, 2, 1, 1), LOOP),  # the coordinates that it belongs to
        ((1, 2, 1, 1, 1), LOOP),  # itself
        ((1, 1), OTHER_KIND),  # a container
        ((1, 3), OTHER_KIND),  # other coordinates
        ((1, 4, 1, 1), OTHER_KIND),  # another reference
    ],
)
def test_an_image_that_cannot_be_reached_is_counted_with_its_reason(tmp_path, path, reason):
    measured = group(number(5, selected(*path)))
    other = group(number(6, selected(1, 1, 1)))
    found = report(tmp_path, container(image_item(IMAGE)), measured, drawn(), other)
    assert [m.words for m in found.measurements] == ["Length 6 mm"]
    assert f"1 × {reason}" in found.left_out


def test_a_number_that_refers_to_nothing_is_counted_and_one_that_refers_to_a_number_has_no_place(
    tmp_path,
):
    found = report(
        tmp_path,
        container(
            number(1, refer(1, 7, relation="INFERRED FROM")),
            number(2, refer(1, 1, 1, relation="INFERRED FROM")),
            number(3, refer(1, 2, relation="CONTAINS")),
        ),
        drawn(),
    )
    assert found.measurements == ()
    assert found.left_out == (f"1 × {DANGLING}", f"2 × {NO_PLACE}", f"1 × {NO_NUMBER}")


def test_two_marks_that_refer_to_each_other_end(tmp_path):
    found = report(tmp_path, group(number(1, selected(1, 1, 2, 1), selected(1, 1, 1, 1))))
    assert found.measurements == ()
    assert len(found.left_out) == 1


def test_what_is_lost_of_a_measurement_that_is_shown_is_counted(tmp_path):
    found = report(tmp_path, group(number(1, drawn(), selected(1, 9))))
    assert len(found.measurements) == 1
    assert found.left_out == (f"1 × {PART}: {DANGLING}",)


@pytest.mark.parametrize("value", [b"\xff" * 400_000, b"\x01\x00\x00", b""])
def test_a_garbled_or_huge_identifier_is_dangling(tmp_path, value):
    item = drawn(image="")
    reference = content("")
    del reference.ValueType
    reference.add_new("ReferencedContentItemIdentifier", "OB", value)
    item.ContentSequence = [reference]
    found = report(tmp_path, group(number(1, item)))
    assert found.measurements == ()
    assert sum(int(line.partition(" ")[0]) for line in found.left_out) == 1


def test_a_report_that_refers_to_much_from_many_places_is_read_in_bounds(tmp_path, monkeypatch):
    monkeypatch.setattr(content_references, "MAX_REFERRED", 20_000)
    long = drawn(tuple(float(n) for n in range(8_000)))
    numbers = [number(n, refer(1, 1, relation="INFERRED FROM")) for n in range(300)]
    began = time.process_time()
    found = report(tmp_path, long, container(*numbers))
    assert time.process_time() - began < 20
    assert sum(len(m.points) for m in found.measurements) < 20_000
    assert f"{300 - len(found.measurements)} × {TOO_MANY}" in found.left_out


def test_the_references_of_a_real_report_are_followed(shared_data):
    """DCMTK's own test document: a time selected from a mark, a code inferred from a code."""
    opened = open_part10(shared_data / "12_sr_pr_seg_rt" / "test-SR.dcm")
    try:
        root = ContentItem.root_of(read_instance(opened).attributes)
    finally:
        opened.source.close()
    references = [item for item in root.walk() if content_references.is_reference(item)]
    targets = [content_references.followed(item) for item in references]
    assert [(target.path, target.value_type) for target in targets] == [
        ((1, 3, 2), "SCOORD"),
        ((1, 2, 2, 1), "CODE"),
    ]
