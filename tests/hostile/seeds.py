"""The undamaged files: one per SOP class and transfer syntax of shared/data, and synthetic ones."""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite, write_dataset
from pydicom.uid import UID

from readstation.adapters.decode.golden_vectors import GoldenVector, golden_vectors
from readstation.adapters.dicom.attributes import quiet_parsing
from tests.conftest import find_shared_data
from tests.dicom_files import make_image
from tests.hostile.parts import Coding, Part, encapsulate, meta_length, take_apart

IMPLICIT, EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
NATIVE = {IMPLICIT, EXPLICIT, BIG, DEFLATED}
MAX_BYTES = 48 * 1024
MAX_PIXELS = 256 * 256
SIDE = 16
OTHER_FOLDERS = ("14_dicomdir_media", "15_malformed", "16_hl7_fhir_mrrt")
PIXEL_KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData", "ExtendedOffsetTable")
IMAGE_KEYWORDS = (
    "Rows",
    "Columns",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PlanarConfiguration",
    "NumberOfFrames",
    "PixelData",
)


@dataclass(frozen=True)
class Seed:
    """One undamaged file, taken apart. A deflated body is kept inflated."""

    name: str
    meta: bytes
    body: bytes
    transfer_syntax_uid: str
    coding: Coding
    parts: tuple[Part, ...] = field(repr=False)

    @property
    def is_encapsulated(self) -> bool:
        return self.transfer_syntax_uid not in NATIVE

    @property
    def pixels(self) -> Part | None:
        return next((p for p in self.parts if p.group == 0x7FE0), None)

    def part(self, tag: int) -> Part | None:
        return next((p for p in self.parts if p.tag == tag and p.depth == 0), None)

    def content(self) -> bytes:
        """Return the file as it was."""
        if self.transfer_syntax_uid == DEFLATED:
            return self.meta + deflate(self.body)
        return self.meta + self.body


def deflate(body: bytes) -> bytes:
    engine = zlib.compressobj(1, wbits=-15)
    return engine.compress(body) + engine.flush()


def seed_of(name: str, content: bytes) -> Seed:
    """Take a file with preamble and meta information apart."""
    start = meta_length(content)
    dataset = pydicom.dcmread(BytesIO(content), stop_before_pixels=True, specific_tags=[])
    uid = str(dataset.file_meta.TransferSyntaxUID)
    body = content[start:]
    if uid == DEFLATED:
        body = zlib.decompress(body, -15)
    coding = Coding(is_implicit=uid == IMPLICIT, order=">" if uid == BIG else "<")
    return Seed(name, content[:start], body, uid, coding, tuple(take_apart(body, coding)))


@cache
def all_seeds() -> tuple[Seed, ...]:
    """Return the seeds in a fixed order: the real ones behind the synthetic ones."""
    return (*synthetic_seeds(), *real_seeds())


@cache
def synthetic_seeds() -> tuple[Seed, ...]:
    named = {**_native_images(), **_golden_images(), **_images_with_more()}
    return tuple(seed_of(f"synthetic/{name}", content) for name, content in named.items())


@cache
def real_seeds() -> tuple[Seed, ...]:
    """Return the smallest file of each kind; large ones keep their header and get few pixels."""
    data = find_shared_data()
    if data is None:
        return ()
    found: dict[tuple[str, str], Path] = {}
    with (data / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["transfer_syntax"] and r["sop_class"]]
    for row in rows:
        path = data / row["path"]
        if not row["path"].startswith(OTHER_FOLDERS) and path.is_file():
            key = (row["sop_class"], row["transfer_syntax"])
            if key not in found or path.stat().st_size < found[key].stat().st_size:
                found[key] = path
    return tuple(_real(data, path) for _key, path in sorted(found.items()))


def _real(data: Path, path: Path) -> Seed:
    with quiet_parsing():  # real files break the rules here and there
        return _read_real(data, path)


def _read_real(data: Path, path: Path) -> Seed:
    name = path.relative_to(data).as_posix()
    dataset = pydicom.dcmread(path, force=True)
    pixels = int(dataset.get("Rows") or 0) * int(dataset.get("Columns") or 0)
    content = path.read_bytes()
    if len(content) <= MAX_BYTES and pixels <= MAX_PIXELS and content[128:132] == b"DICM":
        return seed_of(name, content)
    return seed_of(f"{name} made small", _made_small(dataset))


def _made_small(dataset: pydicom.FileDataset) -> bytes:
    """Keep the header of a large file; give it 16 x 16 pixels of the same transfer syntax."""
    uid = str(dataset.file_meta.TransferSyntaxUID)
    for keyword in PIXEL_KEYWORDS:
        if keyword in dataset:
            delattr(dataset, keyword)
    for element in list(dataset):  # rtss.dcm: half a million points
        if element.VR == "SQ" and len(element.value) > 4:
            element.value = element.value[:4]
    if "Rows" in dataset:
        vector = next((v for v in golden_vectors() if v.transfer_syntax_uid == uid), None)
        _put_pixels(dataset, vector)
    return written(dataset, uid)


def _put_pixels(dataset: Dataset, vector: GoldenVector | None) -> None:
    values = np.arange(SIDE * SIDE, dtype=np.uint16).reshape(SIDE, SIDE)
    plain = make_image(values, Rows=SIDE, Columns=SIDE)
    for keyword in ("PlanarConfiguration", "PixelPaddingValue", "NumberOfFrames"):
        if keyword in dataset:
            delattr(dataset, keyword)
    source = plain if vector is None else _golden_image(vector)
    for keyword in IMAGE_KEYWORDS:
        if keyword in source:
            setattr(dataset, keyword, getattr(source, keyword))
    dataset["PixelData"].VR = "OW" if vector is None else "OB"
    dataset["PixelData"].is_undefined_length = vector is not None


def written(dataset: Dataset, uid: str) -> bytes:
    """Write a data set with its preamble in any transfer syntax, without pydicom repairing it."""
    dataset.file_meta.TransferSyntaxUID = UID(uid)
    target = DicomBytesIO()
    if uid == DEFLATED:
        dataset.file_meta.TransferSyntaxUID = UID(EXPLICIT)
        plain = written(dataset, EXPLICIT)
        dataset.file_meta.TransferSyntaxUID = UID(DEFLATED)
        target.is_little_endian, target.is_implicit_VR = True, False
        pydicom.filewriter.write_file_meta_info(target, dataset.file_meta)
        head = bytes(128) + b"DICM" + target.getvalue()
        return head + deflate(plain[meta_length(plain) :])
    dataset.preamble = bytes(128)
    dcmwrite(
        target,
        dataset,
        implicit_vr=uid == IMPLICIT,
        little_endian=uid != BIG,
        enforce_file_format=False,
        force_encoding=True,
    )
    return target.getvalue()


def body_of(dataset: Dataset, coding: Coding) -> bytes:
    """Write a data set without meta information, for items of sequences."""
    target = DicomBytesIO()
    target.is_little_endian, target.is_implicit_VR = coding.order == "<", coding.is_implicit
    write_dataset(target, dataset)
    return target.getvalue()


def _native_images() -> dict[str, bytes]:
    rng = np.random.default_rng(1)
    kinds = {
        "u8": rng.integers(0, 256, (16, 16), np.uint8),
        "u16": rng.integers(0, 65536, (16, 16), np.uint16),
        "i16": rng.integers(-32768, 32767, (16, 16), np.int16),
        "u32": rng.integers(0, 1 << 32, (8, 8), np.uint32),
        "rgb": rng.integers(0, 256, (12, 10, 3), np.uint8),
    }
    images = {name: make_image(values) for name, values in kinds.items()}
    images["12 of 16"] = make_image(kinds["u16"] & 4095, BitsStored=12, HighBit=11)
    images["planar"] = make_image(kinds["rgb"], PlanarConfiguration=1)
    images["ybr 422"] = make_image(
        kinds["rgb"], PhotometricInterpretation="YBR_FULL_422", PixelData=bytes(240)
    )
    images["one bit"] = make_image(
        kinds["u8"], BitsAllocated=1, BitsStored=1, HighBit=0, PixelData=bytes(range(32))
    )
    images["three frames"] = make_image(
        kinds["u8"], NumberOfFrames=3, PixelData=bytes(range(256)) * 3
    )
    images["palette"] = make_image(kinds["u8"], **_palette())
    named = {f"{name} {EXPLICIT}": written(image, EXPLICIT) for name, image in images.items()}
    for uid in (IMPLICIT, BIG, DEFLATED):
        for name in ("u16", "i16", "rgb", "three frames"):
            image = make_image(kinds.get(name, kinds["u8"]))
            named[f"{name} {uid}"] = written(image, uid)
    return named


def _palette() -> dict[str, object]:
    ramp = np.arange(256, dtype=np.uint16)
    found: dict[str, object] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for shift, colour in enumerate(("Red", "Green", "Blue")):
        found[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        table = (ramp * 257 >> shift).astype("<u2").tobytes()
        found[f"{colour}PaletteColorLookupTableData"] = table
    return found


def _golden_images() -> dict[str, bytes]:
    """Return one image per transfer syntax, depth, sign and colour that has a golden vector."""
    found = {}
    for vector in golden_vectors():
        sign = "signed" if vector.is_signed else "unsigned"
        shape = f"{vector.samples} x {vector.frames}"
        name = f"{vector.transfer_syntax_uid} {vector.bits} bits {sign} {shape}"
        if name not in found:
            found[name] = written(_golden_image(vector), vector.transfer_syntax_uid)
    return found


def _golden_image(vector: GoldenVector) -> pydicom.FileDataset:
    geometry = vector.geometry
    image = make_image(
        np.zeros((geometry.rows, geometry.columns), np.uint8),
        BitsAllocated=geometry.bits_allocated,
        BitsStored=geometry.bits_stored,
        HighBit=geometry.bits_stored - 1,
        PixelRepresentation=int(geometry.is_signed),
        SamplesPerPixel=geometry.samples_per_pixel,
        PlanarConfiguration=0 if geometry.samples_per_pixel > 1 else None,
        NumberOfFrames=geometry.number_of_frames if geometry.number_of_frames > 1 else None,
        PhotometricInterpretation=geometry.photometric_interpretation,
        PixelData=encapsulate([vector.codestream], with_table=geometry.number_of_frames == 1),
    )
    image["PixelData"].VR = "OB"
    image["PixelData"].is_undefined_length = True
    return image


def _images_with_more() -> dict[str, bytes]:
    """Return images whose headers hold what the window later works with."""
    values = np.arange(256, dtype=np.uint16).reshape(16, 16)
    window = {"WindowCenter": [40, 300], "WindowWidth": [400, 1500], "RescaleSlope": 1}
    ct = make_image(
        values,
        **window,
        RescaleIntercept=-1024,
        PixelSpacing=[0.5, 0.5],
        ImagePositionPatient=[0, 0, 0],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        PixelPaddingValue=0,
    )
    lut = Dataset()
    lut.LUTDescriptor = [256, 0, 16]
    lut.LUTData = values.astype("<u2").tobytes()
    with_luts = make_image(values, VOILUTSequence=[lut], ModalityLUTSequence=[lut])
    frames = make_image(
        values.astype(np.uint8),
        NumberOfFrames=2,
        PixelData=bytes(range(256)) * 2,
        SharedFunctionalGroupsSequence=[_groups(1)],
        PerFrameFunctionalGroupsSequence=[_groups(2), _groups(3)],
    )
    extra = {"ct": ct, "luts": with_luts, "functional groups": frames}
    return {f"{name} {EXPLICIT}": written(image, EXPLICIT) for name, image in extra.items()}


def _groups(number: int) -> Dataset:
    measures, position, window, groups = Dataset(), Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = [0.5, 0.25]
    position.ImagePositionPatient = [0, 0, number]
    window.WindowCenter, window.WindowWidth = 100 * number, 50
    groups.PixelMeasuresSequence = [measures]
    groups.PlanePositionSequence = [position]
    groups.FrameVOILUTSequence = [window]
    return groups
