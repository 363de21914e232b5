"""Everything a viewport needs to know of one frame besides its pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from readstation.domain.acquisition import NO_ACQUISITION, Acquisition
from readstation.domain.calibration import UNCALIBRATED, Calibration, UltrasoundRegion
from readstation.domain.study import FrameKey
from readstation.domain.suv_inputs import SuvInputs
from readstation.imaging.frame import PixelPadding
from readstation.imaging.modality_lut import IDENTITY, ModalityTransform
from readstation.imaging.plane import ImagePlane
from readstation.imaging.presentation import PresentationLutShape
from readstation.imaging.shutter import DisplayShutter
from readstation.imaging.voi import Voi

MOST_ASPECT = 100.0


@dataclass(frozen=True, slots=True)
class PatientBanner:
    """Who the image says it shows, as text for the reader. Untrusted: draw it as plain text."""

    patient_name: str = ""
    patient_id: str = ""
    issuer_of_patient_id: str = ""
    patient_birth_date: date | None = None
    patient_sex: str = ""


@dataclass(frozen=True, slots=True)
class LossyCompression:
    """Any sign that the image was once compressed with loss (C.7.6.1.1.5)."""

    is_lossy: bool = False
    ratio: float | None = None
    method: str = ""
    ratios: tuple[float, ...] = ()  # every step that was lossy, oldest first
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecoderFacts:
    """What decodes the image: its library and version, and its golden vectors (empty: native)."""

    name: str = ""
    version: str = ""
    vectors: int = 0
    failure: str = ""


NO_DECODER = DecoderFacts()


@dataclass(frozen=True, slots=True)
class ImageDescription:
    """One frame: its keys, who and what it shows, and how its values become gray levels.

    Frozen plain values: it may cross threads. Dates are None and texts are empty where the file
    says nothing. `study_datetime` is the local clock of the scanner, as stored, without a zone.
    """

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str = ""
    sop_class_name: str = ""
    transfer_syntax_uid: str = ""
    transfer_syntax_name: str = ""
    frame_number: int = 1
    number_of_frames: int = 1

    banner: PatientBanner = PatientBanner()
    study_date: date | None = None
    study_datetime: datetime | None = None
    acquisition_datetime: datetime | None = None
    study_description: str = ""
    institution_name: str = ""
    accession_number: str = ""
    modality: str = ""
    body_part_examined: str = ""
    series_number: int | None = None
    series_description: str = ""
    instance_number: int | None = None

    rows: int = 0
    columns: int = 0
    bits_allocated: int = 16
    bits_stored: int = 16
    high_bit: int | None = None
    is_signed: bool = False
    samples_per_pixel: int = 1
    photometric_interpretation: str = "MONOCHROME2"
    pixel_padding: PixelPadding | None = None
    modality_transform: ModalityTransform = IDENTITY
    vois: tuple[Voi, ...] = ()
    presentation_lut_shape: PresentationLutShape | None = None
    shutter: DisplayShutter | None = None
    units: str = ""  # Units (0054,1001) of PET and NM
    suv_inputs: SuvInputs | None = None  # PET only
    pixel_aspect_ratio: float = 1.0  # height of a pixel over its width, where no spacing is known

    plane: ImagePlane | None = None
    calibration: Calibration = UNCALIBRATED
    ultrasound_regions: tuple[UltrasoundRegion, ...] = ()
    laterality: str = ""
    view_position: str = ""
    image_type: tuple[str, ...] = ()  # Image Type (0008,0008)
    patient_orientation: tuple[str, str] = ("", "")  # Patient Orientation (0020,0020)
    patient_position: str = ""

    slice_thickness_mm: float | None = None
    slice_location_mm: float | None = None
    kvp: float | None = None
    x_ray_tube_current_ma: float | None = None
    repetition_time_ms: float | None = None
    echo_time_ms: float | None = None
    magnetic_field_strength_t: float | None = None
    contrast_bolus_agent: str = ""
    convolution_kernel: str = ""

    acquisition: Acquisition = NO_ACQUISITION
    compression: LossyCompression = LossyCompression()
    frame_time_ms: float | None = None  # until the next frame
    cine_rate_hz: float | None = None
    is_cine_sweeping: bool = False  # forth and back, not round after round
    is_simulated: bool = False
    burned_in_annotation: str = ""  # YES or NO; anything else: nobody knows
    decoder: DecoderFacts = NO_DECODER
    notes: tuple[str, ...] = field(default=())  # repairs and doubts the reader should know

    @property
    def frame_key(self) -> FrameKey:
        """Return what measurements on this frame are filed under."""
        uid = self.plane.frame_of_reference_uid if self.plane else ""
        return FrameKey(self.sop_instance_uid, self.frame_number, uid or None)

    @property
    def is_colour(self) -> bool:
        return self.samples_per_pixel > 1 or self.photometric_interpretation == "PALETTE COLOR"

    @property
    def row_aspect(self) -> float:
        """Return the displayed height of a pixel over its width; 1 where that is absurd."""
        c, aspect = self.calibration, self.pixel_aspect_ratio
        if c.row_spacing_mm is not None and c.column_spacing_mm is not None:
            aspect = c.row_spacing_mm / c.column_spacing_mm
        elif self.plane is not None:
            aspect = self.plane.row_spacing_mm / self.plane.column_spacing_mm
        return aspect if 1 / MOST_ASPECT <= aspect <= MOST_ASPECT else 1.0
