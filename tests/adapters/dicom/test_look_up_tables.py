"""Windows and tables as files state them: signs, packing, lengths, nonsense (PS3.3 C.11)."""

import math
import struct

import numpy as np
import pytest
from pydicom import dcmwrite
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian

from readstation.adapters.dicom.describe_frames import describe_frames
from readstation.adapters.dicom.look_up_tables import (
    FUNCTION_UNKNOWN,
    OTHER_REAL_WORLD_VALUES,
    TABLE_REPAIRED,
    WINDOW_LEFT_OUT,
)
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance
from readstation.imaging.modality_lut import IDENTITY, ModalityLut
from readstation.imaging.voi import VoiLut, VoiLutFunction, VoiWindow
from tests.dicom_files import make_image, save, save_image


def describe(path):
    opened = open_part10(path)
    try:
        return describe_frames(read_instance(opened))
    finally:
        opened.source.close()


def describe_one(tmp_path, values=None, **attributes):
    (description,) = describe(save_image(tmp_path / "a.dcm", values, **attributes))
    return description


def item(**attributes):
    found = Dataset()
    for keyword, value in attributes.items():
        setattr(found, keyword, value)
    return found


def table(descriptor, data, order="<", data_vr="US", **attributes):
    """Return a LUT item whose descriptor and data are written byte by byte."""
    found = item(**attributes)
    words = [value & 0xFFFF for value in descriptor]
    found.add_new("LUTDescriptor", "OW", struct.pack(f"{order}3H", *words))
    raw = data if isinstance(data, bytes) else struct.pack(f"{order}{len(data)}H", *data)
    found.add_new("LUTData", "OW", raw)
    return found


@pytest.mark.parametrize(
    ("attributes", "dtype", "first"),
    [
        ({}, np.uint16, 0xFC00),
        ({}, np.int16, -1024),
        ({"RescaleSlope": 1, "RescaleIntercept": -1024}, np.uint16, -1024),
        ({"RescaleSlope": 1, "RescaleIntercept": 0}, np.uint16, 0xFC00),
        ({"RescaleSlope": -1, "RescaleIntercept": 0}, np.uint16, -1024),
        ({"RescaleSlope": 1, "RescaleIntercept": 32768}, np.int16, 0xFC00),
        ({"ModalityLUTSequence": [table([2, 0, 16], [0, 9])]}, np.int16, 0xFC00),
    ],
    ids=str,
)
def test_the_first_value_a_voi_table_maps_has_the_sign_of_the_modality_values(
    tmp_path, attributes, dtype, first
):
    lut = table([2, -1024, 8], [0, 255])
    described = describe_one(tmp_path, np.zeros((4, 4), dtype), VOILUTSequence=[lut], **attributes)
    assert described.vois == (VoiLut(first, 8, (0, 255)),)


@pytest.mark.parametrize(("dtype", "first"), [(np.int16, -2048), (np.uint16, 63_488)])
def test_the_first_value_a_modality_table_maps_has_the_sign_of_the_pixels(tmp_path, dtype, first):
    lut = table([3, -2048, 16], [7, 8, 9], ModalityLUTType="OD")
    described = describe_one(tmp_path, np.zeros((4, 4), dtype), ModalityLUTSequence=[lut])
    assert described.modality_transform.lut == ModalityLut(first, (7, 8, 9))
    assert described.modality_transform.rescale_type == "OD"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("entries", [4, 5])
def test_entries_of_8_bits_may_be_packed_in_words_the_first_in_the_low_byte(
    tmp_path, order, entries
):
    data = bytes(range(10, 10 + entries)) + bytes(entries % 2)
    if order == ">":
        data = b"".join(data[at : at + 2][::-1] for at in range(0, len(data), 2))
    image = make_image(VOILUTSequence=[table([entries, 0, 8], data, order)])
    if order == ">":
        image.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    path = tmp_path / "a.dcm"
    dcmwrite(path, image, implicit_vr=False, little_endian=order == "<")
    (described,) = describe(path)
    assert described.vois == (VoiLut(0, 8, tuple(range(10, 10 + entries))),)
    assert described.notes == ()


@pytest.mark.parametrize(
    ("stated_bits", "data", "bits"),
    [
        (12, [0, 4095], 12),
        (16, [0, 4095], 16),
        (8, [0, 4095], 12),
        (0, [0, 4], 8),
        (99, [0, 1000], 10),
    ],
    ids=str,
)
def test_a_number_of_bits_too_small_for_its_entries_gives_way_with_a_note(
    tmp_path, stated_bits, data, bits
):
    described = describe_one(tmp_path, VOILUTSequence=[table([2, 0, stated_bits], data)])
    assert described.vois == (VoiLut(0, bits, tuple(data)),)
    assert described.notes == (() if bits == stated_bits else (TABLE_REPAIRED,))


def test_more_data_than_stated_is_used_with_a_note_and_less_is_left_out(tmp_path):
    longer, shorter = table([2, 0, 8], [0, 128, 255]), table([4, 0, 8], [0, 128, 255])
    described = describe_one(tmp_path, VOILUTSequence=[longer, shorter])
    assert described.vois == (VoiLut(0, 8, (0, 128, 255)),)
    assert described.notes == (TABLE_REPAIRED, WINDOW_LEFT_OUT)


def test_no_entries_stated_means_65536(tmp_path):
    data = [code // 16 for code in range(65_536)]
    described = describe_one(tmp_path, VOILUTSequence=[table([0, 0, 12], data)])
    assert described.vois[0].data == tuple(data)
    assert describe_one(tmp_path, VOILUTSequence=[table([0, 0, 12], [1, 2])]).vois == ()


@pytest.mark.parametrize(
    ("slope", "is_usable"),
    [
        ("1e-12", True),
        ("-2.5", True),
        ("0", False),
        ("nan", False),
        ("inf", False),
        ("-inf", False),
        ("1e300", False),
        ("1e-300", False),
        ("", False),
        ("seven", False),
    ],
)
def test_a_slope_that_can_be_no_slope_shows_stored_values_with_a_note(tmp_path, slope, is_usable):
    image = make_image(RescaleIntercept=5)
    image.add_new("RescaleSlope", "LO", slope)
    (described,) = describe(save(image, tmp_path / "a.dcm"))
    assert described.modality_transform.is_stated is is_usable
    assert (described.modality_transform == IDENTITY) is not is_usable
    assert (described.notes == ()) is is_usable


def test_several_windows_keep_their_order_and_explanations(tmp_path):
    described = describe_one(
        tmp_path,
        WindowCenter=[40, -600, 400],
        WindowWidth=[400, 1500, 2000],
        WindowCenterWidthExplanation=["SOFT", "LUNG", "BONE"],
        VOILUTSequence=[table([2, 0, 8], [0, 255], LUTExplanation="HARDER")],
    )
    assert [voi.explanation for voi in described.vois] == ["SOFT", "LUNG", "BONE", "HARDER"]
    assert described.vois[1] == VoiWindow(-600, 1500, VoiLutFunction.LINEAR, "LUNG")


@pytest.mark.parametrize(
    ("stated", "function", "notes"),
    [
        (None, VoiLutFunction.LINEAR, ()),
        ("LINEAR_EXACT", VoiLutFunction.LINEAR_EXACT, ()),
        ("SIGMOID", VoiLutFunction.SIGMOID, ()),
        ("WAVY", VoiLutFunction.LINEAR, (FUNCTION_UNKNOWN,)),
    ],
)
def test_an_unknown_function_is_linear_with_a_note(tmp_path, stated, function, notes):
    described = describe_one(tmp_path, WindowCenter=1, WindowWidth=2, VOILUTFunction=stated)
    assert described.vois == (VoiWindow(1, 2, function),)
    assert described.notes == notes


@pytest.mark.parametrize(
    ("center", "width", "function"),
    [
        ("5", "0.5", "LINEAR"),
        ("5", "0", "LINEAR_EXACT"),
        ("5", "-3", "SIGMOID"),
        ("5", "nan", "SIGMOID"),
        ("1e200", "10", "LINEAR"),
        ("5", "1e-200", "LINEAR_EXACT"),
        ("5", "wide", "LINEAR"),
        ("5\\6", "7", "LINEAR"),
    ],
)
def test_a_window_that_can_be_no_window_is_left_out_with_a_note(tmp_path, center, width, function):
    image = make_image(VOILUTFunction=function)
    image.add_new("WindowCenter", "LO", center)
    image.add_new("WindowWidth", "LO", width)
    (described,) = describe(save(image, tmp_path / "a.dcm"))
    assert described.vois == ((VoiWindow(5, 7),) if "\\" in center else ())
    assert described.notes == (WINDOW_LEFT_OUT,)


def test_frames_take_their_own_groups_then_the_shared_ones_then_the_image(tmp_path):
    values = np.zeros((3, 4, 4), np.uint16)
    own = item(
        FrameVOILUTSequence=[item(VOILUTSequence=[table([2, -9, 8], [0, 255])])],
        PixelValueTransformationSequence=[item(RescaleSlope=2, RescaleIntercept=-9)],
    )
    window = item(WindowCenter=[1, 2], WindowWidth=[3, 4], VOILUTFunction="SIGMOID")
    shared = item(
        FrameVOILUTSequence=[window],
        PixelValueTransformationSequence=[item(RescaleSlope=3, RescaleIntercept=1)],
    )
    everywhere = {
        "PixelData": values.tobytes(),
        "NumberOfFrames": 3,
        "WindowCenter": 77,
        "WindowWidth": 78,
        "PerFrameFunctionalGroupsSequence": [own, Dataset()],
    }
    image = save_image(
        tmp_path / "a.dcm", values[0], SharedFunctionalGroupsSequence=[shared], **everywhere
    )
    first, second, third = describe(image)
    assert first.vois == (VoiLut(-9, 8, (0, 255)),)
    assert first.modality_transform.rescale_slope == 2
    for later in (second, third):
        assert [(voi.center, voi.width) for voi in later.vois] == [(1, 3), (2, 4)]
        assert later.modality_transform.rescale_slope == 3
    for frame in describe(save_image(tmp_path / "b.dcm", values[0], **everywhere))[1:]:
        assert [voi.width for voi in frame.vois] == [78]
        assert frame.modality_transform == IDENTITY


@pytest.mark.parametrize("number", [1, 2, 3])
def test_angiography_is_shown_without_its_modality_table(tmp_path, number):
    lut = table([2, 0, 8], [255, 0])
    described = describe_one(
        tmp_path,
        SOPClassUID=f"1.2.840.10008.5.1.4.1.1.12.{number}",
        PixelIntensityRelationship="LOG",
        ModalityLUTSequence=[lut],
    )
    assert described.modality_transform == IDENTITY
    assert math.isclose(described.modality_transform.rescale_slope, 1)


@pytest.mark.parametrize(
    ("mapping", "is_told"),
    [
        ({"RealWorldValueSlope": 2.0, "RealWorldValueIntercept": 7.0}, False),
        ({"RealWorldValueSlope": 3.0, "RealWorldValueIntercept": 7.0}, True),
        ({"RealWorldValueLUTData": [1.0, 4.0]}, True),
        (None, False),
    ],
    ids=["the same", "another slope", "a table", "none"],
)
@pytest.mark.parametrize("is_shared", [False, True])
def test_real_world_values_that_are_no_modality_values_are_told_of(
    tmp_path, mapping, is_told, is_shared
):
    mappings = {} if mapping is None else {"RealWorldValueMappingSequence": [item(**mapping)]}
    if is_shared:
        mappings = {"SharedFunctionalGroupsSequence": [item(**mappings)]}
    described = describe_one(tmp_path, RescaleSlope=2, RescaleIntercept=7, **mappings)
    assert described.notes == ((OTHER_REAL_WORLD_VALUES,) if is_told else ())
