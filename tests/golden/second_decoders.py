"""What other programs make of a codestream: it bounds lossy vectors and bears out the rest.

pylibjpeg-libjpeg is no dependency of ReadStation: this is run only where vectors are made.
"""

import tempfile
from pathlib import Path

import imagecodecs
import numpy as np

from tests.golden.encoders import run

J = "1.2.840.10008.1.2.4."
RICHTER = {J + number for number in ("50", "51", "52", "53", "54", "55", "56")}
OPENJPEG = {J + number for number in ("201", "202", "203")}
VIDEO = {J + number for number in ("100", "102", "107", "108")}
LIBJXL = {J + number for number in ("110", "111", "112")}


def bound_of(codestream, image, row):
    """Return the name of the second decoder and its largest difference from the image."""
    for applies, name, decode in DECODERS:
        if applies(row):
            decoded = decode(codestream, image, row)
            difference = np.abs(decoded.astype(np.int64) - image.astype(np.int64))
            return name, int(difference.max())
    return "", None


def has_known_format(row):
    """FFmpeg widens and narrows what is neither 8 nor 16 bits; it knows no signed values."""
    is_plain = row["bits"] in {8, 16} or row["encoder"].startswith("FFmpeg")
    of_part_1 = row["transfer_syntax_uid"] in {J + "90", J + "91"}
    return of_part_1 and is_plain and not row.get("is_signed", False)


def _by_libjpeg(codestream, image, _row):
    from libjpeg import decode  # noqa: PLC0415 - only where vectors are made

    return decode(codestream, colour_transform=0).reshape(image.shape)


def _by_openjpeg(codestream, _image, _row):
    return imagecodecs.jpeg2k_decode(codestream, planar=False)


def _by_ffmpeg(codestream, image, row):
    if image.ndim == 3:
        kind = "rgb24" if row["bits"] == 8 else "rgb48le"
    else:
        kind = "gray" if row["bits"] == 8 else "gray16le"
    boxed = codestream[:4] == b"\0\0\0\x0c"
    decoded = run(
        *("ffmpeg", "-v", "error", "-f", "image2pipe" if boxed else "j2k_pipe"),
        *("-c:v", "jpeg2000", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", kind, "pipe:1"),
        data=codestream,
    )
    return np.frombuffer(decoded, image.dtype).reshape(image.shape)


def _by_ffmpeg_video(codestream, image, _row):
    rows, columns, depth = image.shape
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / "a.video"
        packed.write_bytes(codestream)
        raw = ("-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1")
        decoded = run("ffmpeg", "-v", "error", "-i", packed, *raw)
    frames = np.frombuffer(decoded, np.uint8).reshape(depth // 3, rows, columns, 3)
    return np.moveaxis(frames, 0, 2).reshape(image.shape)


def _by_djxl(codestream, image, row):
    with tempfile.TemporaryDirectory() as folder:
        packed, plain = Path(folder) / "a.jxl", Path(folder) / "a.ppm"
        packed.write_bytes(codestream)
        run("djxl", packed, plain)
        content = plain.read_bytes()
    highest = (1 << row["bits"]) - 1
    kind = ">u2" if row["bits"] > 8 else "u1"
    values = np.frombuffer(content[-image.size * np.dtype(kind).itemsize :], kind)
    if 8 < row["bits"] < 16:  # djxl 0.7.0 spreads them over 16 bits
        values = np.rint(values.astype(np.float64) * highest / 65_535)
    return values.reshape(image.shape)


def among(uids):
    return lambda row: row["transfer_syntax_uid"] in uids


DECODERS = (
    (among(RICHTER), "libjpeg (T. Richter) 2.5.0", _by_libjpeg),
    (among(OPENJPEG), "OpenJPEG 2.5.4", _by_openjpeg),
    (has_known_format, "FFmpeg 5.1.9 jpeg2000", _by_ffmpeg),
    (among(LIBJXL), "libjxl 0.7.0 djxl", _by_djxl),
    (among(VIDEO), "FFmpeg 5.1.9", _by_ffmpeg_video),
)
