"""The strict reading of group 0028: what a frame is made of (PS3.3 C.7.6.3)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from readstation.app.importing.refusals import refusal

if TYPE_CHECKING:  # the program itself uses the record, and loads no pydicom for it
    from readstation.adapters.dicom.attributes import Attributes

MAX_FRAME_BYTES = 512 * 1024**2
MAX_FRAMES = 30_000
MAX_TOTAL_BYTES = 64 * 1024**3
SAMPLES = {
    "MONOCHROME1": 1,
    "MONOCHROME2": 1,
    "PALETTE COLOR": 1,
    "RGB": 3,
    "YBR_FULL": 3,
    "YBR_FULL_422": 3,
    "YBR_PARTIAL_422": 3,
    "YBR_PARTIAL_420": 3,
    "YBR_ICT": 3,
    "YBR_RCT": 3,
    "XYB": 3,
}
RETIRED = frozenset({"HSV", "ARGB", "CMYK"})
PIXEL_DATA, FLOAT_PIXEL_DATA, DOUBLE_PIXEL_DATA = 0x7FE00010, 0x7FE00008, 0x7FE00009
FLOAT_BITS = {FLOAT_PIXEL_DATA: 32, DOUBLE_PIXEL_DATA: 64}


@dataclass(frozen=True, slots=True)
class PixelGeometry:
    """A consistent description of the stored frames."""

    rows: int
    columns: int
    number_of_frames: int
    samples_per_pixel: int
    photometric_interpretation: str
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    is_planar: bool
    is_float: bool = False
    low_bit: int = 0
    """Lowest bit of the stored value in its cell; above 0 only in files from before 2011."""

    @property
    def frame_bits(self) -> int:
        """Bits of one uncompressed frame as encoded."""
        return self.encoded_samples * self.bits_allocated

    @property
    def encoded_samples(self) -> int:
        """Samples of one uncompressed frame: 4:2:2 keeps two of three (C.7.6.3.1.2)."""
        pixels = self.rows * self.columns
        if self.photometric_interpretation in {"YBR_FULL_422", "YBR_PARTIAL_422"}:
            return pixels * 2
        return pixels * self.samples_per_pixel

    @property
    def decoded_bytes(self) -> int:
        """Bytes of one decoded frame in memory."""
        return self.rows * self.columns * self.samples_per_pixel * max(self.bits_allocated // 8, 1)

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


def read_pixel_geometry(attributes: Attributes, pixel_tag: int = PIXEL_DATA) -> PixelGeometry:
    """Read and check the Image Pixel module; refuse contradictions and what exceeds the budget."""
    bits = _read_bits(attributes, pixel_tag)
    photometric = attributes.text("PhotometricInterpretation", 16).upper()
    if photometric not in SAMPLES:
        raise refusal("BAD_PIXEL_GEOMETRY", _unknown(photometric))
    samples = _required(attributes, "SamplesPerPixel", 1, 3)
    if samples != SAMPLES[photometric]:
        detail = f"{samples} samples per pixel do not make {photometric}"
        raise refusal("BAD_PIXEL_GEOMETRY", detail)
    planar = attributes.unsigned_short("PlanarConfiguration") if samples > 1 else 0
    if planar not in {None, 0, 1}:
        raise refusal("BAD_PIXEL_GEOMETRY", "the Planar Configuration is neither 0 nor 1")
    geometry = PixelGeometry(
        rows=_required(attributes, "Rows", 1, 65_535),
        columns=_required(attributes, "Columns", 1, 65_535),
        number_of_frames=_read_number_of_frames(attributes),
        samples_per_pixel=samples,
        photometric_interpretation=photometric,
        bits_allocated=bits[0],
        bits_stored=bits[1],
        is_signed=bits[2],
        is_planar=planar == 1,
        is_float=pixel_tag in FLOAT_BITS,
        low_bit=bits[3],
    )
    _check_budget(geometry)
    return geometry


def _unknown(photometric: str) -> str:
    if photometric in RETIRED:
        return f"{photometric} is a retired Photometric Interpretation"
    return "the Photometric Interpretation is not known"


def _read_bits(attributes: Attributes, pixel_tag: int) -> tuple[int, int, bool, int]:
    """Return bits allocated, bits stored, whether signed, and the lowest bit of the value."""
    allocated = _required(attributes, "BitsAllocated", 1, 64)
    if pixel_tag in FLOAT_BITS:
        if allocated != FLOAT_BITS[pixel_tag]:
            raise refusal("BAD_PIXEL_GEOMETRY", "floating-point pixels of an odd size")
        return allocated, allocated, True, 0
    if allocated not in {1, 8, 16, 32}:
        kind = "packed pixels (retired)" if allocated == 12 else "not supported"
        raise refusal("BAD_PIXEL_GEOMETRY", f"{allocated} bits allocated: {kind}")
    stored = _required(attributes, "BitsStored", 1, allocated)
    high = attributes.unsigned_short("HighBit")
    high = stored - 1 if high is None else high
    if not stored - 1 <= high < allocated:
        raise refusal("BAD_PIXEL_GEOMETRY", f"High Bit {high} with {stored} bits stored")
    signed = _required(attributes, "PixelRepresentation", 0, 1)
    # PS3.5 8.1.1 wants High Bit = Bits Stored - 1; until 2011 the value could lie further up.
    return allocated, stored, signed == 1, high + 1 - stored


def _required(attributes: Attributes, keyword: str, low: int, high: int) -> int:
    value = attributes.unsigned_short(keyword)
    if value is None:
        raise refusal("BAD_PIXEL_GEOMETRY", f"{keyword} is missing")
    if not low <= value <= high:
        raise refusal("BAD_PIXEL_GEOMETRY", f"{keyword} is {value}, not {low} to {high}")
    return value


def _read_number_of_frames(attributes: Attributes) -> int:
    frames = attributes.integer_string("NumberOfFrames")
    if frames is None:
        return 1
    if not 1 <= frames <= MAX_FRAMES:
        raise refusal("BAD_PIXEL_GEOMETRY", f"{frames} frames")
    return frames


def _check_budget(geometry: PixelGeometry) -> None:
    if geometry.decoded_bytes > MAX_FRAME_BYTES:
        mib = geometry.decoded_bytes >> 20
        raise refusal("TOO_LARGE", f"one frame of {mib} MiB")
    if geometry.decoded_bytes * geometry.number_of_frames > MAX_TOTAL_BYTES:
        raise refusal("TOO_LARGE", f"{geometry.number_of_frames} frames of this size")
