"""The foreign programs that encode golden vectors, each as a function from an image to bytes.

None of them is the library that ReadStation decodes with, save where `SAME_LIBRARY` says so.
"""

import struct
import subprocess
import tempfile
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import dcmread
from pydicom.encaps import generate_frames

from tests.dicom_files import make_image, save

DCMTK, FFMPEG, OPENJPEG = "DCMTK 3.6.7", "FFmpeg 5.1.9", "OpenJPEG 2.5.0 opj_compress"
LIBJXL, CJPEG, OPENJPH = "libjxl 0.7.0 cjxl", "libjpeg-turbo 2.1.5 cjpeg", "OpenJPH 0.26.3"
LIBDEFLATE, ZOPFLI, PYLIBJPEG_RLE = "libdeflate 1.25", "zopfli 1.0.3", "pylibjpeg-rle 2.2.0"
LIBJXL_11 = "libjxl 0.11.2"
SAME_LIBRARY = {
    OPENJPEG: "another version of the decoder's library",
    LIBJXL: "another version of the decoder's library",
    CJPEG: "another version of the decoder's library",
    LIBJXL_11: "the decoder's own library",
    OPENJPH: "the decoder's own library",
}


def run(*command, data=None):
    done = subprocess.run(
        [str(part) for part in command], input=data, capture_output=True, check=False, timeout=60
    )
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr.decode(errors='replace')[-500:]}")
    return done.stdout


def folder():
    return tempfile.TemporaryDirectory(prefix="golden-")


def by_dcmtk(program, *options):
    def encode(values, vector):
        with folder() as name:
            plain, packed = Path(name) / "plain.dcm", Path(name) / "packed.dcm"
            changes = {"BitsStored": vector["bits"], "HighBit": vector["bits"] - 1}
            save(make_image(values, **changes), plain)
            run(program, *options, plain, packed)
            return next(generate_frames(dcmread(packed).PixelData, number_of_frames=1))

    return DCMTK, f"{program} {' '.join(options)}", encode


def by_dcmconv(option):
    """Write a whole file: the encoding of uncompressed pixels is that of the data set."""

    def encode(values, vector):
        with folder() as name:
            plain, written = Path(name) / "plain.dcm", Path(name) / "written.dcm"
            changes = {"BitsStored": vector["bits"], "HighBit": vector["bits"] - 1}
            save(make_image(values, **changes), plain)
            run("dcmconv", option, plain, written)
            return written.read_bytes()

    return DCMTK, f"dcmconv {option}", encode


def by_pylibjpeg_rle(values, vector):
    from rle.utils import encode_array  # noqa: PLC0415 - only where vectors are made

    rows, columns = values.shape[:2]
    return next(
        encode_array(
            values,
            byteorder="<",
            rows=rows,
            columns=columns,
            samples_per_pixel=vector.get("samples", 1),
            bits_allocated=values.dtype.itemsize * 8,
            number_of_frames=1,
        )
    )


def by_ffmpeg(codec, *options):
    def encode(values, _vector):
        rows, columns = values.shape[:2]
        colour, wide = values.ndim == 3, values.dtype.itemsize == 2
        kind = ("rgb48le" if wide else "rgb24") if colour else ("gray16le" if wide else "gray")
        size = ("-f", "rawvideo", "-pix_fmt", kind, "-s", f"{columns}x{rows}", "-i", "pipe:0")
        packing = ("-c:v", codec, "-strict", "-1", *options, "-frames:v", "1")
        return run(
            *("ffmpeg", "-v", "error", *size, *packing, "-f", "image2pipe", "pipe:1"),
            data=values.tobytes(),
        )

    return FFMPEG, f"-c:v {codec} {' '.join(options)}", encode


X264, X265 = "x264 0.164 in FFmpeg 5.1.9", "x265 3.5 in FFmpeg 5.1.9"


def by_ffmpeg_video(name, codec, suffix, *options):
    """Encode frames (three samples of the last axis each) as BT.601, 16 to 235, so marked."""
    colour = ("-colorspace", "smpte170m", "-color_range", "tv")
    if "-pix_fmt" not in options:
        colour = (*colour, "-pix_fmt", "yuv420p")

    def encode(values, _vector):
        rows, columns, depth = values.shape
        frames = np.moveaxis(values.reshape(rows, columns, depth // 3, 3), 2, 0)
        size = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{columns}x{rows}", "-r", "25")
        with folder() as place:
            target = Path(place) / f"a.{suffix}"
            run(
                *("ffmpeg", "-v", "error", *size, "-i", "pipe:0", "-fflags", "+bitexact"),
                *("-vf", "scale=out_color_matrix=smpte170m:out_range=tv", "-c:v", codec, *colour),
                *(*options, "-flags", "+bitexact", target),
                data=np.ascontiguousarray(frames).tobytes(),
            )
            return target.read_bytes()

    return name, f"{suffix} {' '.join(options)}", encode


def by_openjpeg(*options, suffix="j2k"):
    def encode(values, vector):
        planes = values[None] if values.ndim == 2 else np.moveaxis(values, 2, 0)
        rows, columns = values.shape[:2]
        sign = "s" if vector["is_signed"] else "u"
        raw = f"{columns},{rows},{len(planes)},{vector['bits']},{sign}"
        with folder() as name:
            plain, packed = Path(name) / "plain.rawl", Path(name) / f"packed.{suffix}"
            plain.write_bytes(np.ascontiguousarray(planes).tobytes())
            run("opj_compress", "-i", plain, "-o", packed, "-F", raw, *options)
            return packed.read_bytes()

    return OPENJPEG, " ".join((suffix, *options)), encode


def by_openjph(*, reversible=True, **options):
    def encode(values, _vector):
        return bytes(imagecodecs.htj2k_encode(values, reversible=reversible, **options))

    return OPENJPH, f"imagecodecs reversible={reversible} {options or ''}".strip(), encode


def portable_map(values, highest):
    """Return a PGM or PPM file."""
    kind = b"P6" if values.ndim == 3 else b"P5"
    head = b"%s\n%d %d\n%d\n" % (kind, values.shape[1], values.shape[0], highest)
    return head + (values.astype(">u2") if highest > 255 else values.astype("u1")).tobytes()


def by_cjxl(*options):
    def encode(values, vector):
        highest = (1 << vector["bits"]) - 1
        wide = values.astype(np.int64)
        if 8 < vector["bits"] < 16:  # cjxl 0.7.0 takes samples of more than 8 bits as 16-bit ones
            wide = np.rint(wide * (65_535 / highest)).astype(np.int64)
        with folder() as name:
            plain, packed = Path(name) / "plain.ppm", Path(name) / "packed.jxl"
            plain.write_bytes(portable_map(wide, highest))
            run("cjxl", plain, packed, *options)
            return packed.read_bytes()

    return LIBJXL, f"cjxl {' '.join(options)}", encode


SPECTRAL_SCANS = "0: 0 0 0 0;\n0: 1 9 0 0;\n0: 10 63 0 0;\n"


def by_cjpeg(*options):
    def encode(values, _vector):
        with folder() as name:
            scans = Path(name) / "scans.txt"
            scans.write_text(SPECTRAL_SCANS, encoding="ascii")
            given = [scans if option == "SCANS" else option for option in options]
            return run("cjpeg", *given, data=portable_map(values, 255))

    return CJPEG, f"cjpeg {' '.join(options)}", encode


def by_cjxl_from_jpeg(inner, *options):
    _name, said, make_jpeg = inner

    def encode(values, vector):
        with folder() as name:
            plain, packed = Path(name) / "plain.jpg", Path(name) / "packed.jxl"
            plain.write_bytes(make_jpeg(values, vector))
            run("cjxl", plain, packed, *options)
            return packed.read_bytes()

    return LIBJXL, f"cjxl {' '.join(options)} of {said}", encode


def by_deflate(name, encoder):
    def encode(values, _vector):
        return bytes(encoder(values.tobytes()))

    return name, "raw", encode


def zopfli_raw(data):
    return imagecodecs.zopfli_encode(data)[2:-4]  # less the header and checksum of zlib


def libdeflate_raw(data):
    return imagecodecs.deflate_encode(data, raw=True)


def by_hand_rle(values, _vector):
    """Write every row as literal runs (PS3.5 annex G)."""
    flat = values.reshape(-1, 1) if values.ndim == 2 else values.reshape(-1, values.shape[2])
    segments = []
    for sample in flat.T:
        for byte in np.ascontiguousarray(sample)[:, None].view(np.uint8).T[::-1]:
            rows = [byte[start : start + 128].tobytes() for start in range(0, len(byte), 128)]
            packed = b"".join(bytes([len(row) - 1]) + row for row in rows)
            segments.append(packed + b"\x80" * (len(packed) % 2))
    starts = np.cumsum([64, *(len(segment) for segment in segments[:-1])]).tolist()
    head = [len(segments), *starts, *[0] * (15 - len(segments))]
    return struct.pack("<16L", *head) + b"".join(segments)
