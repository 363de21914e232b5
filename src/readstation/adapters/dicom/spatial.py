"""Where a frame lies and what its pixels measure, from checked attributes."""

from __future__ import annotations

from typing import Any

from readstation.adapters.dicom.attributes import Attributes
from readstation.adapters.dicom.frame_attributes import FrameAttributes
from readstation.domain.calibration import (
    Calibration,
    SpacingAttributes,
    UltrasoundRegion,
    calibrate,
)
from readstation.imaging.plane import ImagePlane

MAX_REGIONS = 64
MEASURES = "PixelMeasuresSequence"
PIXEL_DATA, GEOMETRY = "FramePixelDataPropertiesSequence", "XRayGeometrySequence"
BEAM = "ProjectionPixelCalibrationSequence"
US_DESCRIPTION = "USImageDescriptionSequence"
WHOLE_NUMBERS = {
    "region_location_min_x0": "RegionLocationMinX0",
    "region_location_min_y0": "RegionLocationMinY0",
    "region_location_max_x1": "RegionLocationMaxX1",
    "region_location_max_y1": "RegionLocationMaxY1",
    "physical_units_x_direction": "PhysicalUnitsXDirection",
    "physical_units_y_direction": "PhysicalUnitsYDirection",
}
DELTAS = {"physical_delta_x": "PhysicalDeltaX", "physical_delta_y": "PhysicalDeltaY"}


def read_plane(frame: FrameAttributes, frame_of_reference_uid: str) -> ImagePlane | None:
    """Return the image plane, or None where position, orientation or spacing is not usable."""
    position = frame.numbers("PlanePositionSequence", "ImagePositionPatient")
    cosines = frame.numbers("PlaneOrientationSequence", "ImageOrientationPatient")
    spacing = frame.numbers(MEASURES, "PixelSpacing")
    if (len(position), len(cosines), len(spacing)) != (3, 6, 2):
        return None
    try:
        return ImagePlane(
            position_mm=(position[0], position[1], position[2]),
            row_cosines=(cosines[0], cosines[1], cosines[2]),
            column_cosines=(cosines[3], cosines[4], cosines[5]),
            row_spacing_mm=spacing[0],
            column_spacing_mm=spacing[1],
            frame_of_reference_uid=frame_of_reference_uid,
        )
    except ValueError:
        return None


def read_calibration(frame: FrameAttributes, modality: str) -> Calibration:
    """Return what one pixel measures and who says so (PS3.3 10.7)."""
    root = frame.root
    return calibrate(
        SpacingAttributes(
            modality=modality,
            pixel_spacing=frame.numbers(MEASURES, "PixelSpacing") or None,
            imager_pixel_spacing=frame.numbers(PIXEL_DATA, "ImagerPixelSpacing") or None,
            nominal_scanned_pixel_spacing=root.numbers("NominalScannedPixelSpacing") or None,
            pixel_spacing_calibration_type=root.text("PixelSpacingCalibrationType", 16),
            estimated_radiographic_magnification_factor=root.number(
                "EstimatedRadiographicMagnificationFactor"
            ),
            pixel_spacing_calibration_description=root.text(
                "PixelSpacingCalibrationDescription", 64
            ),
            distance_source_to_detector_mm=frame.number(GEOMETRY, "DistanceSourceToDetector"),
            distance_source_to_patient_mm=_to_isocenter(frame),
            object_pixel_spacing_in_center_of_beam=frame.numbers(
                BEAM, "ObjectPixelSpacingInCenterOfBeam"
            )
            or None,
        )
    )


def read_ultrasound_regions(frame: FrameAttributes) -> tuple[UltrasoundRegion, ...]:
    """Return the complete items of Sequence of Ultrasound Regions (0018,6011) of one frame.

    The standard states them once per image; some objects repeat them per frame, after zooming.
    """
    items = frame.items("SequenceOfUltrasoundRegions", US_DESCRIPTION)
    found = (_region(item) for item in items[:MAX_REGIONS])
    return tuple(region for region in found if region is not None)


def _to_isocenter(frame: FrameAttributes) -> float | None:
    stated = frame.number(GEOMETRY, "DistanceSourceToIsocenter")
    return stated or frame.root.number("DistanceSourceToPatient")


def read_pixel_aspect_ratio(root: Attributes) -> float:
    """Return vertical over horizontal size of a pixel (C.7.6.3.1.7); 1 where not usable."""
    ratio = root.numbers("PixelAspectRatio")
    if len(ratio) != 2 or min(ratio) <= 0:
        return 1.0
    return ratio[0] / ratio[1]


def _region(item: Attributes) -> UltrasoundRegion | None:
    whole = {name: item.integer(keyword) for name, keyword in WHOLE_NUMBERS.items()}
    deltas = {name: item.number(keyword) for name, keyword in DELTAS.items()}
    numbers = {**whole, **deltas}
    if any(number is None for number in numbers.values()):
        return None
    known: dict[str, Any] = numbers
    return UltrasoundRegion(
        **known,
        region_spatial_format=item.integer("RegionSpatialFormat") or 0,
        reference_pixel_x0=item.integer("ReferencePixelX0"),
        reference_pixel_y0=item.integer("ReferencePixelY0"),
        reference_pixel_physical_value_x=item.number("ReferencePixelPhysicalValueX"),
        reference_pixel_physical_value_y=item.number("ReferencePixelPhysicalValueY"),
    )
