"""What tells the images of a series apart is read from classic and enhanced objects alike."""

import numpy as np
import pytest
from pydicom import Dataset

from readstation.adapters.decode.described_frames import Unpacker, pack_frames
from readstation.adapters.dicom.describe_frames import describe_frames
from readstation.adapters.dicom.part10 import open_part10
from readstation.adapters.dicom.read_instance import read_instance
from readstation.app.reading.display_set import group_into_display_sets
from readstation.app.viewport.packed_descriptions import PackedDescriptions
from readstation.domain.acquisition import Acquisition
from tests.dicom_files import make_image, save, save_image

TYPE = ["ORIGINAL", "PRIMARY", "M"]


def describe(path):
    opened = open_part10(path)
    try:
        return describe_frames(read_instance(opened))
    finally:
        opened.source.close()


def item(**attributes):
    found = Dataset()
    for keyword, value in attributes.items():
        setattr(found, keyword, value)
    return found


def test_a_classic_image_says_what_was_acquired(tmp_path):
    path = save_image(
        tmp_path / "a.dcm",
        Modality="MR",
        ImageType=TYPE,
        AcquisitionNumber=3,
        EchoNumbers=2,
        TriggerTime=40.5,
        TemporalPositionIdentifier=7,
        DiffusionBValue=800.0,
        DiffusionGradientOrientation=[0.0, 0.0, 1.0],
        InversionTime=250,
    )
    (found,) = describe(path)
    assert found.acquisition == Acquisition(
        image_type=tuple(TYPE),
        acquisition_number=3,
        echo_number=2,
        diffusion_b_value=800.0,
        gradient_direction=(0.0, 0.0, 1.0),
        temporal_position=7,
        trigger_time_ms=40.5,
        inversion_time_ms=250.0,
    )


def test_a_private_b_value_is_read_where_there_is_no_other(tmp_path):
    image = make_image(Modality="MR")
    block = image.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", "1000")
    (found,) = describe(save(image, tmp_path / "a.dcm"))
    assert found.acquisition.diffusion_b_value == 1000.0


def groups(index):
    """Return the functional groups of frame `index` of two b-values, four places each."""
    b_value, place = divmod(index, 4)
    return item(
        PlanePositionSequence=[item(ImagePositionPatient=[0, 0, place * 5.0])],
        FrameContentSequence=[
            item(StackID="1", TemporalPositionIndex=1, FrameAcquisitionNumber=index + 1)
        ],
        MRImageFrameTypeSequence=[item(FrameType=["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"])],
        MRDiffusionSequence=[
            item(
                DiffusionBValue=1000.0 * b_value,
                DiffusionGradientDirectionSequence=[item(DiffusionGradientOrientation=[1, 0, 0])],
            )
        ],
        CardiacSynchronizationSequence=[item(NominalCardiacTriggerDelayTime=12.5)],
    )


@pytest.fixture
def enhanced(tmp_path):
    values = np.zeros((8, 4, 4), np.uint16)
    shared = item(
        PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.5], SliceThickness=5)],
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
    )
    return describe(
        save_image(
            tmp_path / "a.dcm",
            values[0],
            Modality="MR",
            SeriesDescription="DWI",
            PixelData=values.tobytes(),
            NumberOfFrames=8,
            SharedFunctionalGroupsSequence=[shared],
            PerFrameFunctionalGroupsSequence=[groups(index) for index in range(8)],
        )
    )


def test_each_frame_of_an_enhanced_image_says_its_own(enhanced):
    assert enhanced[5].acquisition == Acquisition(
        image_type=("ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"),
        acquisition_number=6,
        stack_id="1",
        diffusion_b_value=1000.0,
        gradient_direction=(1.0, 0.0, 0.0),
        temporal_position=1,
        trigger_time_ms=12.5,
    )


def test_an_enhanced_image_parts_as_a_classic_series_does(enhanced):
    sets = group_into_display_sets(enhanced)
    assert [(s.title, len(s.images)) for s in sets] == [("DWI · b=0", 4), ("DWI · b=1000", 4)]
    assert all(s.stack is not None and s.stack.is_regular for s in sets)


def test_what_was_acquired_is_kept_and_read_back(enhanced):
    packed = PackedDescriptions(**pack_frames(enhanced))
    assert list(Unpacker().unpack(packed)) == enhanced


def test_images_that_differ_in_their_moment_share_everything_else(tmp_path):
    packed = [
        pack_frames(
            describe(
                save_image(
                    tmp_path / f"{number}.dcm",
                    Modality="MR",
                    AcquisitionNumber=number,
                    TriggerTime=1.5 * number,
                    InstanceNumber=number,
                )
            )
        )
        for number in (1, 2, 3)
    ]
    assert len({each["shared"] for each in packed}) == 1
