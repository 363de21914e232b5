"""Which images each encoder packs, and how: about 1,500 golden vectors as a table."""

import itertools

from tests.golden import encoders as by

J = "1.2.840.10008.1.2.4."
RLE, FRAME_DEFLATE, ENCAPSULATED = (
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.8.1",
    "1.2.840.10008.1.2.1.98",
)
HARD = ("extremes", "noise", "blocks")
SIZES = ((16, 16), (17, 13), (9, 31), (32, 7))
RGB = {"samples": 3, "photometric_interpretation": "RGB"}
SIGNED = {"is_signed": True}


def recipe(uid, encoder, pattern, bits, size=(16, 16), **more):
    rows, columns = size
    return {
        "transfer_syntax_uid": uid,
        "encoder": encoder,
        "pattern": pattern,
        "bits": bits,
        "rows": rows,
        "columns": columns,
        **more,
    }


def over(uid, encoder, patterns, bits, sizes=SIZES, **more):
    for pattern, depth, size in itertools.product(patterns, bits, sizes):
        yield recipe(uid, encoder, pattern, depth, size, **more)


def whole_files():
    for uid, option in (("", "+ti"), (".1", "+te"), (".2", "+tb"), (".1.99", "+td")):
        written = by.by_dcmconv(option)
        syntax = f"1.2.840.10008.1.2{uid}"
        yield from over(syntax, written, HARD, (8, 12, 16), SIZES[:2])
        yield from over(syntax, written, HARD, (8,), SIZES[:2], **RGB)
        yield from over(syntax, written, ("extremes",), (12, 16), SIZES[:1], **SIGNED)


def plain_and_rle():
    for name, function in ((by.LIBDEFLATE, by.libdeflate_raw), (by.ZOPFLI, by.zopfli_raw)):
        deflate = by.by_deflate(name, function)
        yield from over(FRAME_DEFLATE, deflate, HARD, (8, 12, 16))
        yield from over(FRAME_DEFLATE, deflate, HARD, (8,), SIZES[:2], **RGB)
        yield from over(FRAME_DEFLATE, deflate, ("extremes",), (12, 16), SIZES[:2], **SIGNED)
    itself = ("numpy", "as it is", lambda values, _vector: values.tobytes())
    yield from over(ENCAPSULATED, itself, HARD, (8, 12, 16), SIZES[:2])
    yield from over(ENCAPSULATED, itself, HARD, (8,), SIZES[:2], **RGB)
    other = (by.PYLIBJPEG_RLE, "", by.by_pylibjpeg_rle)
    for encoder in (by.by_dcmtk("dcmcrle"), other):
        yield from over(RLE, encoder, (*HARD, "checker"), (8, 12, 16))
        yield from over(RLE, encoder, HARD, (8,), SIZES[:2], **RGB)
        yield from over(RLE, encoder, ("extremes", "ramp"), (8, 12, 16), SIZES[:2], **SIGNED)
    by_hand = ("by hand", "literal runs", by.by_hand_rle)
    yield from over(RLE, by_hand, HARD, (8, 16, 32), SIZES[:2])
    yield from over(RLE, by_hand, ("noise",), (16,), SIZES[:2], **RGB)


def jpeg_lossless():
    for predictor in range(1, 8):
        uid = J + ("70" if predictor == 1 else "57")
        plain = by.by_dcmtk("dcmcjpeg", "+el", "+sv", str(predictor))
        if predictor == 1:
            plain = by.by_dcmtk("dcmcjpeg", "+e1")
        yield from over(uid, plain, HARD, (8, 12, 16), SIZES[:3])
        yield from over(uid, plain, ("ramp", "checker"), (2, 5, 10, 14, 16), SIZES[:1])
        yield from over(uid, plain, ("extremes", "noise"), (8, 16), SIZES[:1], **SIGNED)
        yield from over(uid, plain, ("noise", "blocks"), (8,), SIZES[:2], **RGB)
        for lost in (1, 3, 7):
            shifted = by.by_dcmtk("dcmcjpeg", "+el", "+sv", str(predictor), "+pt", str(lost))
            yield from over(J + "57", shifted, ("noise",), (8, 12, 16), SIZES[:1], lost_bits=lost)


def jpeg_lossy():
    for quality in ("60", "90", "100"):
        for uid, process, depths in (("50", "+eb", (8,)), ("51", "+ee", (8, 12))):
            encoder = by.by_dcmtk("dcmcjpeg", process, "+q", quality)
            yield from over(J + uid, encoder, ("smooth", "blocks"), depths)
        for uid, process in (("53", "+es"), ("55", "+ep")):
            encoder = by.by_dcmtk("dcmcjpeg", process, "+q", quality)
            yield from over(J + uid, encoder, ("smooth", "blocks"), (8, 12))
        colour = by.by_dcmtk("dcmcjpeg", "+eb", "+cr", "+q", quality)
        yield from over(J + "50", colour, ("smooth",), (8,), SIZES[:2], **RGB)
    for options in (("-quality", "95"), ("-quality", "80", "-restart", "1"), ("-dct", "float")):
        for uid, process in (
            ("50", ()),
            ("55", ("-progressive",)),
            ("52", ("-arithmetic",)),
            ("56", ("-arithmetic", "-progressive")),
        ):
            encoder = by.by_cjpeg(*process, *options)
            yield from over(J + uid, encoder, ("smooth", "blocks"), (8,), SIZES[:3])
            colour = by.by_cjpeg("-rgb", *process, *options)
            yield from over(J + uid, colour, ("smooth",), (8,), SIZES[:2], **RGB)
    spectral = by.by_cjpeg("-arithmetic", "-scans", "SCANS", "-quality", "95")
    yield from over(J + "54", spectral, ("smooth", "blocks"), (8,))


def jpeg_ls():
    every_depth = (8, 10, 12, 14, 16)
    lossless = by.by_dcmtk("dcmcjpls", "+el")
    yield from over(J + "80", lossless, HARD, every_depth, SIZES[:3])
    yield from over(J + "80", lossless, ("extremes", "noise"), (8, 12, 16), SIZES[:2], **SIGNED)
    custom = by.by_dcmtk("dcmcjpls", "+el", "+pc", "+t1", "5", "+t2", "9", "+t3", "30", "+rs", "32")
    yield from over(J + "80", custom, HARD, (8, 12), SIZES[:2])
    for interleave in ("+il", "+is", "+in"):
        colour = by.by_dcmtk("dcmcjpls", "+el", interleave)
        yield from over(J + "80", colour, HARD, (8,), SIZES[:3], **RGB)
    for near in (1, 2, 3, 7):
        lossy = by.by_dcmtk("dcmcjpls", "+en", "+md", str(near))
        yield from over(J + "81", lossy, HARD, (8, 12, 16), SIZES[:2], tolerance=near)
        for interleave in ("+il", "+is", "+in"):
            colour = by.by_dcmtk("dcmcjpls", "+en", "+md", str(near), interleave)
            yield from over(J + "81", colour, HARD[1:], (8,), SIZES[:1], tolerance=near, **RGB)
    for near, name in ((0, "left"), (1, "plane"), (2, "median")):
        other = by.by_ffmpeg("jpegls", "-pred", name)
        uid = J + ("81" if near else "80")
        yield from over(uid, other, HARD, (8, 10, 16), SIZES, tolerance=near)
        yield from over(uid, other, HARD, (8,), SIZES, tolerance=near, **RGB)


def jpeg_2000():
    for tiling in ((), ("-tile_width", "8", "-tile_height", "8")):
        for order in ("lrcp", "rlcp", "rpcl", "pcrl", "cprl"):
            options = ("-pred", "dwt53", "-prog", order, *tiling)
            other = by.by_ffmpeg("jpeg2000", "-format", "j2k", *options)
            yield from over(J + "90", other, HARD, (8, 12, 16), SIZES[:2])
            yield from over(J + "90", other, HARD[1:], (8,), SIZES[:2], **RGB)
    boxed = by.by_ffmpeg("jpeg2000", "-format", "jp2", "-pred", "dwt53", "-sop", "1", "-eph", "1")
    yield from over(J + "90", boxed, HARD, (8, 16), SIZES[:2])
    for options in (("-n", "1"), ("-n", "3"), ("-t", "8,8", "-n", "2"), ("-p", "RPCL", "-n", "4")):
        ours = by.by_openjpeg(*options)
        yield from over(J + "90", ours, HARD, (8, 10, 12, 14, 16), SIZES[:2])
        yield from over(J + "90", ours, ("extremes", "noise"), (8, 12, 16), SIZES[:1], **SIGNED)
    yield from over(J + "90", by.by_openjpeg("-mct", "1", "-n", "3"), HARD, (8, 12), **RGB)
    yield from over(
        J + "90", by.by_openjpeg("-n", "3", "-M", "63", "-SOP", "-EPH"), HARD, (8, 16), SIZES[:2]
    )
    yield from over(
        J + "91", by.by_openjpeg("-n", "3", "-I", "-q", "60"), ("smooth", "blocks"), (8, 16)
    )
    lossy = by.by_ffmpeg("jpeg2000", "-format", "j2k", "-pred", "dwt97int")
    yield from over(J + "91", lossy, ("smooth", "blocks"), (8,), SIZES[:2])
    components = by.by_openjpeg("-mct", "0", "-n", "3")
    for count, uid in itertools.product((2, 3, 5), ("92", "93")):
        yield from over(J + uid, components, HARD, (8, 12), SIZES[:2], frames=count)


def high_throughput():
    for uid, options in itertools.product(
        ("201", "202"), ({}, {"resolutions": 2}, {"tile": (8, 8)})
    ):
        packed = by.by_openjph(**options)
        yield from over(J + uid, packed, HARD, (8, 12, 16), SIZES[:3])
        yield from over(J + uid, packed, HARD, (8, 16), SIZES[:1], **SIGNED)
        yield from over(J + uid, packed, HARD, (8,), SIZES[:2], **RGB)
    lossless = by.by_openjph()
    yield from over(J + "203", lossless, HARD, (8, 12, 16), SIZES[:2])
    lossy = by.by_openjph(reversible=False, level=0.005)
    yield from over(J + "203", lossy, ("smooth", "extremes"), (8, 12, 16), SIZES[:2])


def jpeg_xl():
    for effort, box in itertools.product(("1", "3", "5"), ("0", "1")):
        packed = by.by_cjxl("-d", "0", "-e", effort, f"--container={box}")
        for uid in ("110", "112"):
            yield from over(J + uid, packed, HARD[1:], (8, 10, 12, 14, 16), SIZES[:2])
        yield from over(J + "110", packed, HARD[1:], (8, 12, 16), SIZES[:2], **RGB)
    for distance in ("0.5", "2"):
        lossy = by.by_cjxl("-d", distance, "-e", "3")
        yield from over(J + "112", lossy, ("smooth",), (8, 12), SIZES[:2])
    for jpeg in (by.by_cjpeg("-quality", "90"), by.by_cjpeg("-quality", "95", "-progressive")):
        packed = by.by_cjxl_from_jpeg(jpeg)
        yield from over(J + "111", packed, ("smooth", "blocks"), (8,), SIZES)


def videos():
    quiet = ("-bsf:v", "filter_units=remove_types=6")  # x264 and x265 tell their settings at length
    for suffix, options in itertools.product(("264", "mp4", "ts"), ((), ("-bf", "2", "-g", "4"))):
        shorter = () if suffix == "ts" else quiet
        avc = by.by_ffmpeg_video(by.X264, "libx264", suffix, "-crf", "8", *options, *shorter)
        yield from over(J + "102", avc, ("smooth",), (8,), ((32, 48), (48, 64)), frames=5, **RGB)
    for suffix in ("265", "mp4", "ts"):
        silent = ("-x265-params", "log-level=none:info=0:crf=8:ctu=16:pools=1")
        for uid, depth in (("107", ()), ("108", ("-pix_fmt", "yuv420p10le"))):
            hevc = by.by_ffmpeg_video(by.X265, "libx265", suffix, *silent, *depth)
            sizes = ((64, 64), (64, 96))
            yield from over(J + uid, hevc, ("smooth",), (8,), sizes, frames=5, **RGB)
    for suffix, options in itertools.product(("m2v", "mpg", "ts"), ((), ("-bf", "2", "-g", "4"))):
        mpeg = by.by_ffmpeg_video(by.FFMPEG, "mpeg2video", suffix, "-q:v", "2", *options)
        yield from over(J + "100", mpeg, ("smooth",), (8,), ((32, 48), (48, 64)), frames=5, **RGB)


def every_recipe():
    yield from whole_files()
    yield from plain_and_rle()
    yield from jpeg_lossless()
    yield from jpeg_lossy()
    yield from jpeg_ls()
    yield from jpeg_2000()
    yield from high_throughput()
    yield from jpeg_xl()
    yield from videos()
