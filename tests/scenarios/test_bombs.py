"""Files that ask for far more than they are: refused at once, and the window does not grow (S2)."""

import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.domain.errors import RefusedInputError
from tests.dicom_files import declare_syntax, make_image, save_image
from tests.hostile.parts import UNDEFINED, Coding, encapsulate
from tests.hostile.seeds import written

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="measures the worker through /proc"),
]
MAX_S = 2.0  # of the processor, so that other work on the machine does not count
MAX_GROWTH_KIB = 64 * 1024
MAX_WORKER_KIB = 512 * 1024
CODING = Coding(is_implicit=False, order="<")
RLE, JPEG, JPEG_LS = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.80"
JPEG_2000 = "1.2.840.10008.1.2.4.90"
DEFLATED = "1.2.840.10008.1.2.1.99"
EIGHT_BITS = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
PIXELS = b"\xe0\x7f\x10\x00"
JPEG_SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
JPEG_LS_SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00"


def resident_kib(process_id, kind="VmRSS"):
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(kind))
    return int(line.split()[1])


def computed_s(process_id):
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    pool = DecodeWorkers(1)
    warm = save_image(tmp_path_factory.mktemp("warm") / "warm.dcm")
    pool.inspect(warm)
    pool.describe(warm)
    pool.decode(warm, 0, as_shown=True)
    yield pool
    pool.close()


def with_inserted(path, made):
    """Insert written elements where (0008,1140) belongs."""
    content = save_image(path).read_bytes()
    at = content.index(b"\x10\x00\x10\x00PN")
    path.write_bytes(content[:at] + made + content[at:])
    return path


def deflate_bomb(path):
    plain = save_image(path).read_bytes()
    declared = declare_syntax(path, DEFLATED).read_bytes()
    start = declared.index(b"\x08\x00\x05\x00CS")
    engine = zlib.compressobj(9, wbits=-15)
    body = plain[plain.index(b"\x08\x00\x05\x00CS") :]
    packed = engine.compress(body + bytes(512 * 1024**2)) + engine.flush()
    path.write_bytes(declared[:start] + packed)
    assert len(packed) < 1024**2
    return path


def encapsulated(path, uid, codestream, **attributes):
    image = make_image(np.zeros((8, 8), np.uint8), **attributes)
    image.PixelData = encapsulate([codestream])
    return compressed(path, uid, image)


def compressed(path, uid, image):
    image["PixelData"].VR = "OB"
    image["PixelData"].is_undefined_length = True
    path.write_bytes(written(image, uid))
    return path


def rle_of_lying_size(path):
    header = struct.pack("<16L", 1, 64, *[0] * 14)
    return encapsulated(path, RLE, header + b"\x81\x00" * 50, Rows=60_000, Columns=60_000)


def jpeg_of_lying_size(path):
    frame = b"\xff\xd8\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00\xff\xda\x00\x08\x01"
    return encapsulated(path, JPEG, frame + bytes(200))


def jpeg_that_agrees_on_a_giant_size(path):
    frame = b"\xff\xd8\xff\xc0\x00\x0b\x08\x50\x00\x50\x00\x01\x01\x11\x00" + JPEG_SCAN
    return encapsulated(path, JPEG, frame + bytes(200), Rows=0x5000, Columns=0x5000, **EIGHT_BITS)


def jpeg_ls_of_lying_size(path):
    frame = b"\xff\xd8\xff\xf7\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00\xff\xda\x00\x08\x01"
    return encapsulated(path, JPEG_LS, frame + bytes(200))


def jpeg_ls_that_agrees_on_a_giant_size(path):
    frame = b"\xff\xd8\xff\xf7\x00\x0b\x08\x50\x00\x50\x00\x01\x01\x11\x00" + JPEG_LS_SCAN
    return encapsulated(
        path, JPEG_LS, frame + bytes(200), Rows=0x5000, Columns=0x5000, **EIGHT_BITS
    )


def jpeg_2000_of_lying_size(path):
    size = struct.pack(">HHLLLLLLLLH", 41, 0, 60_000, 60_000, 0, 0, 1, 1, 0, 0, 1) + b"\x07\x01\x01"
    frame = b"\xff\x4f\xff\x51" + size + b"\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x05\x04\x04\x00\x01"
    return encapsulated(path, JPEG_2000, frame + bytes(100), Rows=60_000, Columns=60_000)


def jpeg_2000_of_a_billion_tiles(path):
    size = struct.pack(">HHLLLLLLLLH", 41, 0, 20_000, 20_000, 0, 0, 1, 1, 0, 0, 1) + b"\x07\x01\x01"
    frame = b"\xff\x4f\xff\x51" + size + b"\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x05\x04\x04\x00\x01"
    frame += b"\xff\x5c\x00\x13\x40" + b"\x40" * 16 + b"\xff\x90\x00\x0a" + bytes(8) + b"\xff\x93"
    return encapsulated(path, JPEG_2000, frame, Rows=20_000, Columns=20_000, **EIGHT_BITS)


def two_to_the_31_frames(path):
    return save_image(path, NumberOfFrames=2**31 - 1)


def largest_image(path):
    return save_image(path, Rows=65_535, Columns=65_535)


def sequences_nested_ten_thousand_deep(path):
    start = CODING.header(0x00081140, b"SQ", UNDEFINED) + CODING.header(0xFFFEE000, b"", UNDEFINED)
    end = CODING.header(0xFFFEE00D, b"", 0) + CODING.header(0xFFFEE0DD, b"", 0)
    return with_inserted(path, start * 10_000 + end * 10_000)


def a_million_elements(path):
    return with_inserted(path, CODING.element(0x00091001, b"LO", b"") * 1_000_000)


def a_million_items(path):
    item = CODING.header(0xFFFEE000, b"", 0)
    return with_inserted(path, CODING.header(0x00081140, b"SQ", 8_000_000) + item * 1_000_000)


def lengths_of_four_gigabytes(path):
    return with_inserted(path, CODING.header(0x00091001, b"OB", 0xFFFFFFFE) + b"x" * 100)


def pixels_of_four_gigabytes(path):
    content = save_image(path).read_bytes()
    at = content.index(PIXELS + b"OW")
    path.write_bytes(content[: at + 8] + struct.pack("<L", 0xFFFFFFFE) + content[at + 12 :])
    return declare_rows(path)


def declare_rows(path):
    content = bytearray(path.read_bytes())
    for tag in (b"\x28\x00\x10\x00US\x02\x00", b"\x28\x00\x11\x00US\x02\x00"):
        at = content.index(tag) + 8
        content[at : at + 2] = struct.pack("<H", 40_000)
    path.write_bytes(bytes(content))
    return path


def a_million_fragments(path):
    codestreams = encapsulate([b""] * 1_000_001, with_table=False)
    return compressed(path, RLE, make_image(np.zeros((8, 8), np.uint8), PixelData=codestreams))


BOMBS = (
    deflate_bomb,
    rle_of_lying_size,
    jpeg_of_lying_size,
    jpeg_that_agrees_on_a_giant_size,
    jpeg_ls_of_lying_size,
    jpeg_ls_that_agrees_on_a_giant_size,
    jpeg_2000_of_lying_size,
    jpeg_2000_of_a_billion_tiles,
    two_to_the_31_frames,
    largest_image,
    sequences_nested_ten_thousand_deep,
    a_million_elements,
    a_million_items,
    lengths_of_four_gigabytes,
    pixels_of_four_gigabytes,
    a_million_fragments,
)


@pytest.mark.parametrize("make", BOMBS, ids=lambda make: make.__name__)
def test_a_bomb_is_refused_at_once_and_the_window_does_not_grow(workers, tmp_path, make):
    path = make(tmp_path / "bomb.dcm")
    before = resident_kib("self")
    refused = {}
    for name, ask in {
        "inspect": lambda: workers.inspect(path),
        "describe": lambda: workers.describe(path),
        "decode": lambda: workers.decode(path, 0, as_shown=True),
    }.items():
        (worker,) = workers.process_ids
        computed = computed_s(worker)
        try:
            ask()
        except RefusedInputError as refusal:
            refused[name] = refusal.code
        assert workers.process_ids == [worker], f"{name} ended the worker: {refused}"
        assert computed_s(worker) - computed < MAX_S, (name, refused)
    print(make.__name__, refused, resident_kib(workers.process_ids[0], "VmHWM") // 1024, "MiB")
    assert "decode" in refused
    assert resident_kib("self") - before < MAX_GROWTH_KIB
    assert resident_kib(workers.process_ids[0], "VmHWM") < MAX_WORKER_KIB
    good = save_image(tmp_path / "good.dcm")
    assert workers.decode(good, 0, as_shown=True)[0].shape == (8, 8)
