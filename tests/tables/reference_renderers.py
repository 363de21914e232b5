"""Our gray levels against those of DCMTK's renderers, over every grayscale file of shared/data.

``python -m tests.tables.reference_renderers`` prints the table; a test asserts what it says. Each
combination is one file, one frame, one window, VOI LUT or presentation and one depth. What DCMTK
cannot decode, or reads from functional groups only, is written as a plain copy first: then it is
the pipeline alone that is compared, the decoder being the subject of other tests.

Where the rescale slope or intercept is a fraction DCMTK cuts modality values to whole numbers first
and we do not. There its level has to lie between ours of one modality unit less and one more, and
ours has to be that of the scalar reference, value for value.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.decode_workers import DecodeWorkers, FileFrames
from readstation.app.viewport.image_description import ImageDescription
from readstation.domain.errors import ReadStationError
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform, modality_values
from readstation.imaging.presentation import Rendering, display_values, is_shown_inverse
from readstation.imaging.voi import Voi, VoiLut, VoiLutFunction, VoiWindow
from tests.conftest import find_shared_data
from tests.dicom_files import save_image
from tests.imaging.scalar_reference import linear, sigmoid

LIMIT_S = 60
MOST_PIXELS = {10: 256 * 256, 16: 512 * 512}  # what takes these programs long in larger images
LIMITS = """
What DCMTK 3.6.7 cannot show, and how it is checked instead:

- LINEAR_EXACT is not offered: all stored values against the scalar reference.
- JPEG 2000, HTJ2K, JPEG XL and lossy JPEG (whose decoders differ by a level): plain copies.
- Functional groups of enhanced objects are not read: plain copies of single frames.
- Fractional rescale values are cut to whole numbers: see above, and the scalar reference.
- A VOI LUT with entries wider than its descriptor says has its upper bits cut off, one with less
  data than it says is used: we widen the one and leave the other out, with a note (unit tests).
- Presentation states: SIGMOID and LINEAR_EXACT are taken for LINEAR; no areas, shutters, graphics.
- Float and double float pixel data: against the table of the same whole numbers.
"""
SERIES_FOLDERS = ("01_", "03_")
SKIPPED_FOLDERS = ("15_malformed", "16_hl7_fhir_mrrt")
JPEG_LOSSLESS = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (57, 70))
JPEG_LS = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (80, 81))
PLAIN = frozenset(
    f"1.2.840.10008.1.2{ending}" for ending in ("", ".1", ".2", ".5", ".1.99", ".1.98")
)


@dataclass(frozen=True)
class Subject:
    """One frame as we decode and describe it, and the file that DCMTK reads it from."""

    name: str
    file: Path
    program: str
    frame_number: int
    frame: StoredFrame
    description: ImageDescription
    is_copy: bool


@dataclass(frozen=True)
class Combination:
    """How one frame is to be shown, for us and as options for DCMTK."""

    subject: Subject
    kind: str
    voi: Voi
    options: tuple[str, ...]
    is_inverse: bool
    maximum: int = 255


@dataclass(frozen=True)
class Outcome:
    combination: Combination
    differing: int
    within_a_unit: bool = True
    off_reference: int = 0
    refused: str = ""

    @property
    def is_fractional(self) -> bool:
        return has_fractions(self.combination.subject.description.modality_transform)


def has_fractions(transform: ModalityTransform) -> bool:
    """Return True where DCMTK rounds modality values to whole numbers and we do not."""
    numbers = (transform.rescale_slope, transform.rescale_intercept)
    return transform.lut is None and any(number != int(number) for number in numbers)


def grayscale_subjects(
    data: Path, scratch: Path, files: FileFrames, series_step: int
) -> Iterator[Subject]:
    """Yield first, middle and last frame of all we show in gray; of long series not every file."""
    of_series: Counter[Path] = Counter()
    for path in sorted(data.rglob("*")):
        top = path.relative_to(data).parts[0]
        if not path.is_file() or top in SKIPPED_FOLDERS:
            continue
        of_series[path.parent] += 1
        if top.startswith(SERIES_FOLDERS) and of_series[path.parent] % series_step:
            continue
        try:
            count = files.number_of_frames(path)
        except ReadStationError:
            continue
        for number in sorted({1, (count + 1) // 2, count}):
            subject = _subject(path, number, data, scratch, files)
            if subject is not None:
                yield subject


def _subject(
    path: Path, number: int, data: Path, scratch: Path, files: FileFrames
) -> Subject | None:
    try:
        frame, description = files.frame(path, number)
    except ReadStationError:
        return None
    if frame.is_colour or frame.stored_values.dtype.kind == "f":
        return None
    name = path.relative_to(data).as_posix()
    program = _program_for(description)
    if program is not None:
        return Subject(name, path, program, number, frame, description, False)
    copy = plain_copy(scratch / f"{len(list(scratch.iterdir())):05d}.dcm", frame, description)
    return Subject(name, copy, "dcm2pnm", 1, frame, description, True)


def _program_for(description: ImageDescription) -> str | None:
    """Return the program that reads the file itself; None if it needs a plain copy."""
    if description.sop_class_uid in FRAMES_HAVE_GROUPS:
        return None
    syntax = description.transfer_syntax_uid
    if syntax in JPEG_LOSSLESS:
        return "dcmj2pnm"
    if syntax in JPEG_LS:
        return "dcml2pnm"
    return "dcm2pnm" if syntax in PLAIN else None


FRAMES_HAVE_GROUPS = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{number}" for number in ("4.1", "2.1", "66.4", "130")
)


def plain_copy(file: Path, frame: StoredFrame, description: ImageDescription) -> Path:
    """Write one frame uncompressed, with what its functional groups say in the data set itself."""
    transform = description.modality_transform
    windows = [voi for voi in description.vois if isinstance(voi, VoiWindow)]
    shape = description.presentation_lut_shape
    rescale = {"RescaleSlope": transform.rescale_slope, "RescaleType": "US"}
    return save_image(
        file,
        np.ascontiguousarray(frame.stored_values),
        SOPClassUID="1.2.840.10008.5.1.4.1.1.7",
        Modality="OT",
        PhotometricInterpretation=frame.photometric_interpretation,
        BitsStored=frame.bits_stored,
        HighBit=frame.bits_stored - 1,
        WindowCenter=[voi.center for voi in windows] or None,
        WindowWidth=[voi.width for voi in windows] or None,
        PresentationLUTShape=shape.value if shape else None,
        **(
            {**rescale, "RescaleIntercept": transform.rescale_intercept}
            if transform.is_stated
            else {}
        ),
    )


def combinations(subject: Subject, *, is_rich: bool) -> Iterator[Combination]:
    """Yield how a frame is to be shown: always one way, many ways where `is_rich`."""
    inverse = is_shown_inverse(subject.frame, subject.description.presentation_lut_shape)
    own = list(_own(subject, inverse))
    given = list(_given(subject, inverse))
    if not is_rich:
        yield (own or given)[0]
        return
    yield from own
    yield from given
    first = own[0] if own else given[0]
    for bits, largest in MOST_PIXELS.items():
        if subject.frame.stored_values.size <= largest:
            yield replace(first, kind=f"{first.kind}, {bits} bit", maximum=(1 << bits) - 1)
    shape = ("+Pid",) if inverse else ("+Piv",)
    yield replace(
        given[1],
        kind="given window, inverted",
        options=(*given[1].options, *shape),
        is_inverse=not inverse,
    )


def _own(subject: Subject, inverse: bool) -> Iterator[Combination]:
    windows = tables = 0
    for voi in subject.description.vois:
        if isinstance(voi, VoiLut):
            tables += 1
            if subject.is_copy:
                continue
            options, kind = ("+Wl", str(tables)), "VOI LUT of the file"
        else:
            windows += 1
            if voi.function is VoiLutFunction.LINEAR_EXACT:
                continue
            options, kind = ("+Wi", str(windows)), "window of the file"
        yield Combination(subject, kind, voi, options, inverse)


def _given(subject: Subject, inverse: bool) -> Iterator[Combination]:
    values = modality_values(subject.frame.stored_values, subject.description.modality_transform)
    low, high = int(values.min()), int(values.max())
    span = max(high - low, 1)
    for center, width in (
        ((low + high) // 2, span + 1),
        (low + span // 3, max(span // 5, 1)),
        (low + span / 2 + 0.25, 2.5 + span // 50),
    ):
        window = VoiWindow(center, width)
        options = ("+Ww", repr(center), repr(width))
        yield Combination(subject, "given window", window, (*options, "+Wfl"), inverse)
    sigmoid = replace(window, width=float(max(span // 3, 1)), function=VoiLutFunction.SIGMOID)
    options = ("+Ww", repr(sigmoid.center), repr(sigmoid.width), "+Wfs")
    yield Combination(subject, "given sigmoid", sigmoid, options, inverse)


def run_dcmtk(c: Combination, folder: Path) -> NDArray[np.uint16] | str:
    """Return DCMTK's picture, or what it says against making one."""
    write, ending = {
        255: (("+op",), "pgm"),
        1023: (("+opn", "10"), "txt"),
        65_535: (("+on2", "-il"), "png"),
    }[c.maximum]
    picture = folder / f"{c.subject.file.stem}-{id(c)}.{ending}"
    frame = ("+F", str(c.subject.frame_number))
    command = [c.subject.program, "-O", *write, *frame, *c.options, c.subject.file, picture]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode or not picture.exists():
        return done.stderr.strip().splitlines()[-1][:100] if done.stderr else "no picture"
    shown = _read_ascii(picture) if ending == "txt" else cv2.imread(str(picture), -1)
    picture.unlink()
    return shown


def _read_ascii(picture: Path) -> NDArray[np.uint16]:
    """Read a P2 picture: lines of comment, then width, height, maximum and the levels."""
    lines = picture.read_text("ascii").splitlines()
    numbers = " ".join(line for line in lines[1:] if not line.startswith("#")).split()
    width, height = int(numbers[0]), int(numbers[1])
    return np.array(numbers[3:], np.uint16).reshape(height, width)


def compare(c: Combination, folder: Path) -> Outcome:
    """Count differing pixels; for fractional rescale values also see how far off they are."""
    theirs = run_dcmtk(c, folder)
    if isinstance(theirs, str):
        return Outcome(c, 0, refused=theirs)
    transform = c.subject.description.modality_transform
    rendering = Rendering(transform, c.voi, c.is_inverse)
    ours = display_values(c.subject.frame, rendering, maximum=c.maximum)
    differing = int(np.count_nonzero(ours != theirs))
    if not has_fractions(transform):
        return Outcome(c, differing, within_a_unit=not differing)
    off = int(np.count_nonzero(ours != scalar_levels(c)))
    return Outcome(c, differing, is_within_a_unit(c, theirs), off)


def scalar_levels(c: Combination) -> NDArray[np.int64]:
    """Return the levels of the scalar reference, asked once for each distinct stored value."""
    transform, voi = c.subject.description.modality_transform, c.voi
    assert isinstance(voi, VoiWindow)
    level_of = sigmoid if voi.function is VoiLutFunction.SIGMOID else linear
    ends = (c.maximum, 0) if c.is_inverse else (0, c.maximum)
    distinct, where = np.unique(c.subject.frame.stored_values, return_inverse=True)
    levels = [
        level_of(
            stored * transform.rescale_slope + transform.rescale_intercept,
            voi.center,
            voi.width,
            ends,
        )
        for stored in distinct.tolist()
    ]
    return np.array(levels)[where].reshape(c.subject.frame.stored_values.shape)


def is_within_a_unit(c: Combination, theirs: NDArray[np.uint16]) -> bool:
    """Return True if DCMTK's levels are ours of at most one modality unit less or more."""
    values = c.subject.frame.stored_values
    transform = c.subject.description.modality_transform
    ends = []
    for unit in (-1.0, 1.0):
        moved = replace(transform, rescale_intercept=transform.rescale_intercept + unit)
        frame = replace(c.subject.frame, stored_values=values)
        ends.append(display_values(frame, Rendering(moved, c.voi, c.is_inverse), maximum=c.maximum))
    return bool(((theirs >= np.minimum(*ends)) & (theirs <= np.maximum(*ends))).all())


def compare_all(data: Path, series_step: int = 1) -> list[Outcome]:
    """Compare every grayscale file; one of each folder and kind of pixel in many ways."""
    seen: set[tuple[object, ...]] = set()
    with tempfile.TemporaryDirectory() as folder, closing(DecodeWorkers(1)) as workers:
        copies, pictures = Path(folder, "copies"), Path(folder, "pictures")
        files = FileFrames(workers)
        copies.mkdir()
        pictures.mkdir()
        with ThreadPoolExecutor(2) as pool:
            waiting = []
            for subject in grayscale_subjects(data, copies, files, series_step):
                is_rich = subject_kind(subject) not in seen
                seen.add(subject_kind(subject))
                for combination in combinations(subject, is_rich=is_rich):
                    waiting.append(pool.submit(compare, combination, pictures))
            return [future.result() for future in waiting]


def subject_kind(subject: Subject) -> tuple[object, ...]:
    frame = subject.frame
    return (
        Path(subject.name).parent,
        subject.description.transfer_syntax_uid,
        frame.stored_values.dtype,
        frame.bits_stored,
        len(subject.description.vois),
        subject.frame_number > 1,
    )


def table(outcomes: Iterable[Outcome]) -> str:
    """Return the result as Markdown."""
    found = list(outcomes)
    compared = [o for o in found if not o.refused]
    heads = ["compared", "combinations", "files", "differing pixels", "off by more than a unit"]
    rows = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for group in sorted({_group(o) for o in compared}):
        rows.append(_row(group, [o for o in compared if _group(o) == group]))
    rows.append(_row("all", compared))
    rows.append(_row("all with whole rescale values", [o for o in compared if not o.is_fractional]))
    rows += ["", "Fractional rescale values, ours against the scalar reference: "]
    rows[-1] += f"{sum(o.off_reference for o in compared)} differing pixels."
    refused = Counter(o.refused for o in found if o.refused)
    rows += ["", *(f"- {count} not rendered by DCMTK: {why}" for why, count in refused.items())]
    return "\n".join(rows)


def _row(group: str, outcomes: list[Outcome]) -> str:
    files = len({o.combination.subject.name for o in outcomes})
    differing = sum(o.differing for o in outcomes)
    farther = sum(not o.within_a_unit for o in outcomes)
    return f"| {group} | {len(outcomes)} | {files} | {differing} | {farther} |"


def _group(outcome: Outcome) -> str:
    c = outcome.combination
    fractional = ", fractional rescale" if outcome.is_fractional else ""
    return f"{c.kind}{fractional}{', plain copy' if c.subject.is_copy else ''}"


def main() -> None:
    data = find_shared_data()
    if data is None:
        raise SystemExit("shared/data does not lie beside this checkout")
    print(table(compare_all(data)), LIMITS, sep="\n")


if __name__ == "__main__":
    main()
