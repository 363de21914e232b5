"""Every reason for which a file is refused, in one table."""

from __future__ import annotations

from readstation.domain.errors import RefusedInputError

ASK_SENDER = "Ask the sender for a new copy of this file."
ASK_MODALITY = "Ask for the image to be sent again from the modality or archive."
CHOOSE_FILE = "Choose an ordinary file."

REFUSALS: dict[str, tuple[str, str]] = {
    "UNREADABLE": ("The file cannot be read", "Check that it exists and that you may read it."),
    "NOT_A_FILE": ("This is not an ordinary file", CHOOSE_FILE),
    "LINK": ("Symbolic links are not followed", "Import the file that the link points to."),
    "EMPTY": ("The file is empty", ASK_SENDER),
    "NOT_DICOM": ("This is not a DICOM file", "Import DICOM files, folders or ZIP."),
    "COMPRESSED_FILE": ("The file is packed", "Unpack it first, then import it."),
    "TRUNCATED": ("The file ends too early", ASK_SENDER),
    "MALFORMED": ("The file breaks the DICOM encoding rules", ASK_SENDER),
    "TOO_LARGE": ("The file asks for more memory than is allowed", ASK_SENDER),
    "TOO_DEEP": ("The file nests sequences too deeply", ASK_SENDER),
    "TOO_MANY_ELEMENTS": ("The file has too many data elements", ASK_SENDER),
    "BAD_PIXEL_GEOMETRY": ("The description of the pixels contradicts itself", ASK_MODALITY),
    "BAD_PALETTE": ("The colour palette of the image is not usable", ASK_MODALITY),
    "UNSUPPORTED_TRANSFER_SYNTAX": (
        "ReadStation cannot decode this transfer syntax",
        "Ask for the image uncompressed or as JPEG 2000 lossless.",
    ),
    "UNKNOWN_TRANSFER_SYNTAX": ("The file does not say how it is encoded", ASK_SENDER),
    "SELF_TEST_FAILED": (
        "The decoder of this transfer syntax failed its self-test",
        "Run readstation doctor and tell support what it says.",
    ),
    "CODESTREAM_MISMATCH": ("The compressed image contradicts its header", ASK_MODALITY),
    "CORRUPT_FRAME": ("The compressed image data are damaged", ASK_MODALITY),
    "NO_SUCH_FRAME": ("The image has no such frame", "Choose a frame that exists."),
    "MISSING_UID": ("A required identifier is missing", ASK_MODALITY),
    "BAD_UID": ("An identifier is not a valid UID", ASK_MODALITY),
    "BAD_IDENTITY": ("The patient identity or accession number is not usable", ASK_MODALITY),
    "NOT_GRAYSCALE": ("A colour image has no modality values", "Ask for its stored values."),
    "NOT_AN_IMAGE": ("The object holds no image", "Open it with a program made for its kind."),
    "NOT_A_PRESENTATION_STATE": (
        "The object is no presentation state",
        "Choose a presentation state of this study.",
    ),
    "UNSUPPORTED_PRESENTATION_STATE": (
        "ReadStation does not apply presentation states of this kind",
        "Look at the images as they are, or choose another presentation state.",
    ),
    "BAD_PRESENTATION_STATE": ("The presentation state contradicts itself", ASK_SENDER),
    "NOT_A_REPORT": ("The object is no structured report", "Choose another object of this study."),
    "MEDIA_DIRECTORY": ("This is a DICOMDIR, not an image", "Import the folder that holds it."),
    "OUTSIDE_MEDIA": ("The DICOMDIR points outside its own medium", "Treat this medium as unsafe."),
    "MISSING_ON_MEDIA": ("The DICOMDIR names a file that is not there", ASK_SENDER),
    "BAD_ARCHIVE": ("The ZIP archive is damaged or protected", ASK_SENDER),
    "ARCHIVE_TOO_LARGE": (
        "The ZIP archive unpacks to more than is allowed",
        "Unpack it yourself, check it, then import the folder.",
    ),
    "TOO_SLOW": ("The file took too long to read", ASK_SENDER),
    "DECODER_DIED": ("The decoder stopped while reading this file", ASK_MODALITY),
    "STORE_DAMAGED": (
        "The stored file is missing or has changed since it was imported",
        "Import the study again from its source.",
    ),
    "NOT_STORED": ("The image store took no more", "Check the free disk space."),
}


def refusal(code: str, detail: str = "") -> RefusedInputError:
    """Return the refusal for a code; the detail says what exactly was found."""
    sentence, remedy = REFUSALS[code]
    message = f"{sentence}: {detail}." if detail else f"{sentence}."
    return RefusedInputError(code, message, remedy)
