"""Files whose pixels are fragments, with whatever a data set may say of them."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.dicom_files import declare_syntax, make_image, save

JPEG = "1.2.840.10008.1.2.4."


def save_fragments(
    path: Path, uid: str, frames: list[bytes] | bytes, values: np.ndarray, **changes: Any
) -> Path:
    """Write frames (one fragment each, or items ready made) under a transfer syntax."""
    image = make_image(values, **changes)
    image.file_meta.TransferSyntaxUID = JPEG + "90"  # pydicom does not know them all
    image.PixelData = frames if isinstance(frames, bytes) else items(*frames)
    image["PixelData"].VR = "OB"
    image["PixelData"].is_undefined_length = True
    return declare_syntax(save(image, path), uid)


def items(*contents: bytes, table: bytes = b"", ends: bool = True) -> bytes:
    """Return an offset table and fragments as they lie in a file, nothing repaired."""
    whole = [c + b"\0" * (len(c) % 2) for c in (table, *contents)]
    parts = [b"\xfe\xff\x00\xe0" + len(c).to_bytes(4, "little") + c for c in whole]
    return b"".join(parts) + (b"\xfe\xff\xdd\xe0\0\0\0\0" if ends else b"")
