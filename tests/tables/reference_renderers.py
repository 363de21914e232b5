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
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.file_frames import FileFrames
from readstation.app.rendering.render_file import RenderRequest, Stage, render_frame
from readstation.app.viewport.image_description import ImageDescription
from readstation.imaging.frame import StoredFrame
from readstation.imaging.modality_lut import ModalityTransform, modality_values
from readstation.imaging.presentation import Rendering, display_values, is_shown_inverse
from readstation.imaging.presentation_state import PresentationState
from readstation.imaging.voi import Voi, VoiLut, VoiLutFunction, VoiWindow
from tests.conftest import find_shared_data
from tests.dicom_files import save
from tests.imaging.scalar_reference import linear, sigmoid
from tests.presentation_files import item, make_state, window
from tests.presentation_files import table as lut
from tests.tables.reference_subjects import UNCOMPRESSED, Subject, grayscale_subjects

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
- Presentation states: SIGMOID and LINEAR_EXACT are taken for LINEAR; no areas, no graphics; images
  in RLE or with JPEG are not read: plain copies.
- Display shutters: their own tests, pixel by pixel.
- Float and double float pixel data: against the table of the same whole numbers.
"""
WRITE = {8: ("+op",), 10: ("+opn", "10"), 16: ("+on2", "-il")}
ENDINGS = {8: "pgm", 10: "txt", 16: "png"}


@dataclass(frozen=True)
class Combination:
    """How one frame is to be shown, for us and as options for DCMTK."""

    subject: Subject
    kind: str
    voi: Voi
    options: tuple[str, ...]
    is_inverted: bool = False
    bits: int = 8
    state: Path | None = None

    @property
    def maximum(self) -> int:
        return (1 << self.bits) - 1

    @property
    def is_inverse(self) -> bool:
        """Return True if the lowest value is white in the end."""
        subject = self.subject
        shape = subject.description.presentation_lut_shape
        return is_shown_inverse(subject.frame, shape) != self.is_inverted


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


def combinations(subject: Subject, *, is_rich: bool) -> Iterator[Combination]:
    """Yield how a frame is to be shown: always one way, many ways where `is_rich`."""
    own = list(_own(subject))
    given = list(_given(subject))
    if not is_rich:
        yield (own or given)[0]
        return
    yield from own
    yield from given
    first = own[0] if own else given[0]
    for bits, largest in MOST_PIXELS.items():
        if subject.frame.stored_values.size <= largest:
            yield replace(first, kind=f"{first.kind}, {bits} bit", bits=bits)
    shape = "+Pid" if first.is_inverse else "+Piv"
    inverted = (*given[1].options, shape)
    yield replace(given[1], kind="given window, inverted", options=inverted, is_inverted=True)


def _own(subject: Subject) -> Iterator[Combination]:
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
        yield Combination(subject, kind, voi, options)


def _given(subject: Subject) -> Iterator[Combination]:
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
        yield Combination(subject, "given window", window, (*options, "+Wfl"))
    sigmoid = replace(window, width=float(max(span // 3, 1)), function=VoiLutFunction.SIGMOID)
    options = ("+Ww", repr(sigmoid.center), repr(sigmoid.width), "+Wfs")
    yield Combination(subject, "given sigmoid", sigmoid, options)


def run_dcmtk(c: Combination, folder: Path) -> NDArray[np.uint16] | str:
    """Return DCMTK's picture, or what it says against making one."""
    picture = folder / f"{c.subject.file.stem}-{id(c)}.{ENDINGS[c.bits]}"
    command = [c.subject.program, *WRITE[c.bits], "+F", str(c.subject.frame_number), *c.options]
    if c.state is not None:
        command = ["dcmp2pgm", "-f", str(c.subject.frame_number), "-p", c.state]
    command += [c.subject.file, picture]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode or not picture.exists():
        return done.stderr.strip().splitlines()[-1][:100] if done.stderr else "no picture"
    shown = _read_ascii(picture) if c.bits == 10 else cv2.imread(str(picture), -1)
    picture.unlink()
    return shown


def _read_ascii(picture: Path) -> NDArray[np.uint16]:
    """Read a P2 picture: lines of comment, then width, height, maximum and the levels."""
    lines = picture.read_text("ascii").splitlines()
    numbers = " ".join(line for line in lines[1:] if not line.startswith("#")).split()
    width, height = int(numbers[0]), int(numbers[1])
    return np.array(numbers[3:], np.uint16).reshape(height, width)


def presented(
    subject: Subject, files: FileFrames, folder: Path, number: int
) -> Iterator[Combination]:
    """Yield one presentation state over a frame: of four kinds in turn."""
    file, transform = subject.file, subject.description.modality_transform
    is_read = subject.is_copy or subject.description.transfer_syntax_uid in UNCOMPRESSED
    if not is_read or transform.lut is not None or has_fractions(transform):
        return
    image = dcmread(file, stop_before_pixels=True, force=True)
    if subject.frame.stored_values.size > MOST_PIXELS[16] or not image.get("StudyInstanceUID"):
        return
    if subject.is_copy:  # the state refers to the copy
        frame, description = files.frame(file, 1)
        subject = replace(subject, frame=frame, description=description)
    voi = list(_given(subject))[1].voi
    assert isinstance(voi, VoiWindow)
    parts: dict[str, Any] = {"SoftcopyVOILUTSequence": [window(voi.center, voi.width)]}
    kind = "presentation state, " + ("inverse", "presentation LUT", "VOI LUT", "turned")[number % 4]
    if number % 4 == 0:
        parts["PresentationLUTShape"] = "INVERSE"
    elif number % 4 == 1:
        entries = [(entry * entry) // 1023 for entry in range(1024)]
        parts |= {"PresentationLUTShape": None, "PresentationLUTSequence": [lut(0, 10, entries)]}
    elif number % 4 == 2:
        entries = [(entry * 5) % 4096 for entry in range(1500)]
        voi_lut = item(VOILUTSequence=[lut(-1 if _is_negative(subject) else 0, 12, entries)])
        parts["SoftcopyVOILUTSequence"] = [voi_lut]
    else:
        parts |= {"ImageRotation": 90, "ImageHorizontalFlip": "Y"}
    if transform.is_stated:
        parts |= {"RescaleSlope": transform.rescale_slope, "RescaleType": "US"}
        parts["RescaleIntercept"] = transform.rescale_intercept
    state = save(make_state(image, **PARENT, **parts), folder / f"{number:05d}.pr.dcm")
    yield Combination(subject, kind, voi, (), state=state)


PARENT = {"StudyID": "1", "AccessionNumber": "", "PatientSex": "", "PatientBirthDate": ""}
PARENT |= {"PatientName": "TEST^Synthetic"}


def _is_negative(subject: Subject) -> bool:
    values = subject.frame.stored_values
    return bool(modality_values(values, subject.description.modality_transform).min() < 0)


@dataclass(frozen=True)
class Decoded:
    """Hands one frame that is decoded already to the use case."""

    subject: Subject
    workers: DecodeWorkers

    def number_of_frames(self, _path: Path) -> int:
        return self.subject.description.number_of_frames

    def stored_values(self, _path: Path, _frame_number: int) -> NDArray[Any]:
        return self.subject.frame.stored_values

    def frame(self, _path: Path, _frame_number: int) -> tuple[StoredFrame, ImageDescription]:
        return self.subject.frame, self.subject.description

    def presentation_state(self, path: Path) -> PresentationState:
        return self.workers.presentation_state(path)


def render_ours(c: Combination, workers: DecodeWorkers) -> NDArray[Any]:
    """Return what `readstation render` gives for the same wishes."""
    vois = c.subject.description.vois
    is_own = any(c.voi is voi for voi in vois)
    request = RenderRequest(
        Stage.DISPLAY,
        window=None if is_own or c.state else c.voi,
        voi_index=[voi is c.voi for voi in vois].index(True) if is_own else 0,
        is_inverted=c.is_inverted,
        depth_bits=c.bits,
        presentation_state=c.state,
        are_overlays_shown=not c.subject.is_copy,
        is_shutter_applied=False,
    )
    return render_frame(c.subject.file, request, Decoded(c.subject, workers))


def compare(c: Combination, folder: Path, workers: DecodeWorkers) -> Outcome:
    """Count differing pixels; for fractional rescale values also see how far off they are."""
    theirs = run_dcmtk(c, folder)
    if isinstance(theirs, str):
        return Outcome(c, 0, refused=theirs)
    ours = render_ours(c, workers)
    differing = int(np.count_nonzero(ours != theirs))
    if not has_fractions(c.subject.description.modality_transform):
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
                wanted = [*combinations(subject, is_rich=is_rich)]
                if is_rich:
                    wanted += presented(subject, files, copies, len(seen))
                for combination in wanted:
                    waiting.append(pool.submit(compare, combination, pictures, workers))
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
