"""A PET series made over another one: hot spheres of known uptake, on a grid of its own."""

from datetime import datetime

import numpy as np

from readstation.app.reading.display_set import group_into_display_sets
from readstation.app.reading.load_frames import WantedFrame
from readstation.app.reading.register_series import NeededSlice
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.value_scale import suv_of
from readstation.domain.calibration import Calibration, SpacingSource
from readstation.domain.study import Instance
from readstation.domain.suv_inputs import SuvInputs
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform
from readstation.imaging.plane import ImagePlane

BACKGROUND_SUV = 0.8
SUV = SuvInputs(
    units="BQML",
    corrected_image=("NORM", "DTIM", "ATTN", "SCAT", "DECY"),
    decay_correction="START",
    patient_weight_kg=70.0,
    patient_size_m=1.75,
    patient_sex="M",
    number_of_injections=1,
    radionuclide_total_dose_bq=370e6,
    radionuclide_half_life_s=6586.2,
    radionuclide_code_value="C-111A1",
    radiopharmaceutical_start_time_s=8 * 3600.0,
    series_datetime=datetime(2026, 3, 2, 9),
    acquisition_datetime=datetime(2026, 3, 2, 9),
)


def pet_over(
    like,
    center_mm,
    spots=(((0.0, 0.0, 0.0), 10.0, 8.0),),
    *,
    spacing_mm=(4.0, 4.0, 3.27),
    size=(75, 64, 40),
    slopes=(12.5,),
    frame_of_reference_uid=None,
    **changes,
):
    """Return a PET display set around a point of another, and its frames by SOP Instance UID.

    `spots` are (place from the middle in mm, radius in mm, SUV). `size` is columns, rows and
    slices; slopes are taken in turn.
    """
    uid = frame_of_reference_uid
    uid = like.plane.frame_of_reference_uid if uid is None else uid
    columns, rows, slices = size
    center = np.asarray(center_mm, float)
    first = center - np.array(spacing_mm) * (np.array(size) - 1) / 2
    images, frames = [], {}
    for index in range(slices):
        place = first + np.array([0.0, 0.0, index * spacing_mm[2]])
        plane = ImagePlane(
            tuple(float(v) for v in place),
            (1.0, 0.0, 0.0),
            (0.0, 1.0, 0.0),
            spacing_mm[1],
            spacing_mm[0],
            uid,
        )
        image = _described(like, index, plane, rows, columns, slopes[index % len(slopes)], changes)
        images.append(image)
        frames[image.sop_instance_uid] = _frame(image, center, spots)
    (display_set,) = group_into_display_sets(images)
    return display_set, frames


def _described(like, index, plane, rows, columns, slope, changes):
    given = {
        "modality": "PT",
        "series_description": "PET AC (made)",
        "series_number": 77,
        "rows": rows,
        "columns": columns,
        "units": "BQML",
        "suv_inputs": SUV,
        "banner": like.banner,
        "study_description": like.study_description,
        "modality_transform": ModalityTransform(slope, 0.0, is_stated=True),
        "calibration": Calibration(
            plane.row_spacing_mm, plane.column_spacing_mm, SpacingSource.PATIENT
        ),
        "instance_number": index,
        "is_signed": True,
        "plane": plane,
    }
    return ImageDescription(
        **{
            "study_instance_uid": like.study_instance_uid,
            "series_instance_uid": f"{like.study_instance_uid}.77",
            "sop_instance_uid": f"{like.study_instance_uid}.77.{index}",
            **given,
            **changes,
        }
    )


def uptake_at(away_mm, spots):
    """Return the SUV at a place, in mm from the middle: spheres with soft edges of 2 mm."""
    total = np.full(np.shape(away_mm)[1:], BACKGROUND_SUV)
    for place, radius, suv in spots:
        distance = np.linalg.norm(
            away_mm - np.reshape(np.array(place, float), (3,) + (1,) * (away_mm.ndim - 1)), axis=0
        )
        share = np.clip((radius + 1.0 - distance) / 2.0, 0.0, 1.0)
        total = np.maximum(total, BACKGROUND_SUV + share * (suv - BACKGROUND_SUV))
    return total


def _frame(image, center, spots):
    row, column = np.indices((image.rows, image.columns))
    x, y, z = image.plane.position_mm
    places = np.stack(
        [
            x + column * image.plane.column_spacing_mm,
            y + row * image.plane.row_spacing_mm,
            np.full(row.shape, z),
        ]
    )
    uptake = uptake_at(places - center[:, None, None], spots)
    factor = getattr(suv_of(image), "factor", 1e-4)
    stored = np.round(uptake / factor / image.modality_transform.rescale_slope)
    stored = np.minimum(stored, np.iinfo(np.int16).max).astype(np.int16)
    return StoredFrame(stored, "MONOCHROME2", 16, is_signed=True)


def stack_of(display_set, frames):
    """Return what a volume is made of, every frame in memory."""
    found = []
    for image in display_set.images:
        instance = Instance(
            image.sop_instance_uid,
            image.series_instance_uid,
            "1.2",
            "1.2.840.10008.1.2.1",
            image.instance_number,
            1,
            image.rows,
            image.columns,
            f"{image.sop_instance_uid[-64:]:0>64}",
        )
        found.append(
            NeededSlice(WantedFrame(image, instance), image.plane, frames[image.sop_instance_uid])
        )
    return tuple(found)
