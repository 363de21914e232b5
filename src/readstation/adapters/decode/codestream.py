"""What the codestream of a compressed frame itself says, compared with the data set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from readstation.adapters.decode.transfer_syntaxes import Codec, TransferSyntax
from readstation.adapters.dicom.pixel_geometry import PixelGeometry
from readstation.app.importing.refusals import refusal


@dataclass(frozen=True, slots=True)
class Codestream:
    """What the header of one compressed frame says."""

    rows: int
    columns: int
    components: int
    precision: int
    is_signed: bool | None = None
    """None: this kind of codestream cannot say, so the data set decides."""
    process: int = 0
    colour_transform: bool | None = None
    """True: an Adobe or JFIF mark says YCbCr; False: they are RGB; None: nothing is said."""
    is_lossy: bool | None = None
    """None: the header does not tell."""
    has_component_transform: bool | None = None
    """Whether JPEG 2000 stored differences of colours, which its decoder undoes."""


def check_codestream(found: Codestream, geometry: PixelGeometry, syntax: TransferSyntax) -> None:
    """Refuse a codestream that contradicts the data set (hazards-and-tests finding 2)."""
    for complaint in COMPLAINTS:
        problem = complaint(found, geometry, syntax)
        if problem:
            raise refusal("CODESTREAM_MISMATCH", problem)


def codestream_notes(
    found: Codestream, geometry: PixelGeometry, syntax: TransferSyntax
) -> tuple[str, ...]:
    """Return what is odd, yet leaves no doubt about the pixels."""
    notes = []
    if found.is_signed is False and geometry.is_signed:
        notes.append("the compressed image does not say that its values are signed")
    if found.is_lossy and syntax.uid in LOSSLESS_ONLY:
        notes.append(f"the pixels are lossy, although {syntax.name} is not")
    if found.precision < geometry.bits_stored:
        notes.append(
            f"the compressed image holds {found.precision} bits, not {geometry.bits_stored}"
        )
    photometric = geometry.photometric_interpretation
    if found.has_component_transform is False and photometric in TRANSFORMED:
        notes.append(f"the colours were not transformed, although the data set says {photometric}")
    if found.colour_transform and photometric == "RGB":
        notes.append("the data set says RGB, the JPEG image YCbCr: the image is believed")
    return tuple(notes)


TRANSFORMED = frozenset({"YBR_ICT", "YBR_RCT"})
LOSSLESS_ONLY = frozenset(
    f"1.2.840.10008.1.2.4.{number}" for number in (57, 70, 80, 90, 92, 110, 201, 202)
)

KEEPS_VALUES = frozenset(
    {
        Codec.JPEG_LOSSLESS,
        Codec.JPEG_LS,
        Codec.JPEG_2000,
        Codec.JPEG_2000_COMPONENTS,
        Codec.HTJ2K,
    }
)


def _size(found: Codestream, geometry: PixelGeometry, _syntax: TransferSyntax) -> str:
    if (found.rows, found.columns) == (geometry.rows, geometry.columns):
        return ""
    return f"{found.columns} x {found.rows} pixels, not {geometry.columns} x {geometry.rows}"


def _components(found: Codestream, geometry: PixelGeometry, syntax: TransferSyntax) -> str:
    if syntax.codec is Codec.JPEG_2000_COMPONENTS and geometry.samples_per_pixel == 1:
        return ""  # its components are frames, and counted as such
    if found.components == geometry.samples_per_pixel:
        return ""
    return f"{found.components} components, not {geometry.samples_per_pixel}"


def _precision(found: Codestream, geometry: PixelGeometry, syntax: TransferSyntax) -> str:
    if geometry.bits_stored <= found.precision <= geometry.bits_allocated:
        return ""
    if found.precision < geometry.bits_stored and _keeps_values(found, geometry, syntax):
        return ""
    return f"{found.precision} bits, not {geometry.bits_stored}"


def _keeps_values(found: Codestream, geometry: PixelGeometry, syntax: TransferSyntax) -> bool:
    """Tell whether fewer bits than Bits Stored leave no doubt: encoders may drop empty ones.

    Not where the sign would have to be guessed, nor where values are scaled to the bits (DCT).
    """
    return syntax.codec in KEEPS_VALUES and geometry.is_signed in {False, found.is_signed}


def _sign(found: Codestream, geometry: PixelGeometry, _syntax: TransferSyntax) -> str:
    if found.is_signed and not geometry.is_signed:
        return "signed values, not unsigned ones"
    return ""


def _process(found: Codestream, _geometry: PixelGeometry, syntax: TransferSyntax) -> str:
    if not syntax.processes or found.process in syntax.processes:
        return ""
    return f"it is not {syntax.name}"


COMPLAINTS: tuple[Callable[[Codestream, PixelGeometry, TransferSyntax], str], ...] = (
    _process,
    _size,
    _components,
    _precision,
    _sign,
)
