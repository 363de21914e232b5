"""Makes `resources/golden_vectors.json` again: run as a program; needs DCMTK's dcmcjpeg, dcmcjpls.

DCMTK encodes JPEG and JPEG-LS, OpenJPEG and OpenJPH encode JPEG 2000, RLE is written by hand.
"""

import base64
import json
import struct
import subprocess
import tempfile
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import dcmread
from pydicom.encaps import generate_frames

from readstation.adapters.decode.self_test import extremes, smooth
from tests.dicom_files import make_image, save

JPEG = "1.2.840.10008.1.2.4."
TARGET = Path(__file__).parents[3] / "resources" / "golden_vectors.json"


def pattern(name, bits, is_signed):
    values = extremes(bits, is_signed=is_signed) if name == "extremes" else smooth(bits)
    return values.astype(f"<{'i' if is_signed else 'u'}{1 if bits <= 8 else 2}")


def by_dcmtk(program, options):
    def encode(values, bits):
        with tempfile.TemporaryDirectory() as folder:
            plain, packed = Path(folder) / "plain.dcm", Path(folder) / "packed.dcm"
            save(make_image(values, BitsStored=bits, HighBit=bits - 1), plain)
            subprocess.run([program, *options, str(plain), str(packed)], check=True)
            return next(generate_frames(dcmread(packed).PixelData, number_of_frames=1))

    return "DCMTK 3.6.7", encode


def by_openjpeg(level, *, reversible):
    def encode(values, bits):
        return imagecodecs.jpeg2k_encode(
            values, level=level, reversible=reversible, codecformat="j2k", bitspersample=bits
        )

    return "OpenJPEG 2.5.4", encode


def by_openjph(level, *, reversible):
    def encode(values, _bits):
        return imagecodecs.htj2k_encode(values, level=level, reversible=reversible)

    return "OpenJPH 0.26.3", encode


def by_hand(values, _bits):
    """RLE of literal rows only (PS3.5 annex G)."""
    planes = [(values >> 8).astype(np.uint8), (values & 255).astype(np.uint8)]
    segments = [b"".join(bytes([len(r) - 1]) + r.tobytes() for r in plane) for plane in planes]
    return struct.pack("<16L", 2, 64, 64 + len(segments[0]), *[0] * 13) + b"".join(segments)


LOSSLESS_J2K, LOSSLESS_HTJ2K = by_openjpeg(0, reversible=True), by_openjph(None, reversible=True)
RECIPES = [  # transfer syntax, pattern, bits, signed, tolerance, (encoder, function)
    (JPEG + "50", "smooth", 8, False, 3, by_dcmtk("dcmcjpeg", ["+eb", "+q", "95"])),
    (JPEG + "51", "smooth", 8, False, 3, by_dcmtk("dcmcjpeg", ["+ee", "+q", "95"])),
    (JPEG + "51", "smooth", 12, False, 40, by_dcmtk("dcmcjpeg", ["+ee", "+q", "95"])),
    (JPEG + "53", "smooth", 8, False, 3, by_dcmtk("dcmcjpeg", ["+es", "+q", "95"])),
    (JPEG + "55", "smooth", 8, False, 3, by_dcmtk("dcmcjpeg", ["+ep", "+q", "95"])),
    *(
        (JPEG + "57", "extremes", 16, False, 0, by_dcmtk("dcmcjpeg", ["+el", "+sv", str(n)]))
        for n in range(2, 8)
    ),
    *((JPEG + "70", "extremes", b, False, 0, by_dcmtk("dcmcjpeg", ["+e1"])) for b in (16, 12, 8)),
    (JPEG + "70", "extremes", 16, True, 0, by_dcmtk("dcmcjpeg", ["+e1"])),
    (JPEG + "80", "extremes", 16, True, 0, by_dcmtk("dcmcjpls", ["+el"])),
    *((JPEG + "80", "extremes", b, False, 0, by_dcmtk("dcmcjpls", ["+el"])) for b in (16, 12, 8)),
    (JPEG + "81", "extremes", 12, False, 2, by_dcmtk("dcmcjpls", ["+en", "+md", "2"])),
    *((JPEG + "90", "extremes", b, False, 0, LOSSLESS_J2K) for b in (16, 12, 8)),
    (JPEG + "90", "extremes", 16, True, 0, LOSSLESS_J2K),
    (JPEG + "91", "smooth", 12, False, 2, by_openjpeg(80, reversible=False)),
    (JPEG + "201", "extremes", 16, False, 0, LOSSLESS_HTJ2K),
    (JPEG + "201", "extremes", 16, True, 0, LOSSLESS_HTJ2K),
    (JPEG + "202", "extremes", 16, False, 0, LOSSLESS_HTJ2K),
    (JPEG + "203", "extremes", 8, False, 2, by_openjph(0.005, reversible=False)),
    ("1.2.840.10008.1.2.5", "extremes", 16, False, 0, ("by hand", by_hand)),
]


def make_vector(uid, name, bits, is_signed, tolerance, encoder):
    codestream = encoder[1](pattern(name, bits, is_signed), bits)
    return {
        "transfer_syntax_uid": uid,
        "pattern": name,
        "bits": bits,
        "is_signed": is_signed,
        "tolerance": tolerance,
        "encoder": encoder[0],
        "codestream": base64.b64encode(bytes(codestream)).decode("ascii"),
    }


if __name__ == "__main__":
    made = {"vectors": [make_vector(*recipe) for recipe in RECIPES]}
    TARGET.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
