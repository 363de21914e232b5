"""`readstation render`: one frame, or all stored frames, through the viewport's own pipeline."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.decode_workers import DecodeWorkers
from readstation.adapters.decode.file_frames import FileFrames
from readstation.app.rendering.render_file import RenderRequest, Stage, render_frame, stored_frames
from readstation.domain.errors import ReadStationError, RefusedInputError
from readstation.imaging.voi import VoiWindow, WindowError

EXIT_OK, EXIT_USAGE, EXIT_REFUSED = 0, 2, 3
MAX_SIDE_PX = 16_384
MAX_SIZE_PX = 64 * 1024**2
MAX_OUTPUT_BYTES = 4 * 1024**3
MAX_NAME = 150
FILE_SUFFIXES = frozenset({".npy", ".png"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder of them"
    )
    parser.add_argument(
        "--stage",
        choices=[s.value for s in Stage],
        default=Stage.DISPLAY.value,
        help="stored values; modality values (HU and the like); gray levels (the default)",
    )
    parser.add_argument(
        "--frame",
        type=int,
        metavar="N",
        help="frame number, counted from 1; without it the first, or all stored ones",
    )
    _add_window_arguments(parser)
    _add_drawing_arguments(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="X.npy|X.png|DIR",
        help="one file, or a folder that gets a .npy for each",
    )
    parser.add_argument("--json", action="store_true", help="one JSON line per file")


def _add_window_arguments(parser: argparse.ArgumentParser) -> None:
    voi = parser.add_mutually_exclusive_group()
    voi.add_argument(
        "--window",
        nargs=2,
        type=float,
        metavar=("CENTER", "WIDTH"),
        help="applied as LINEAR, whatever function the file names",
    )
    voi.add_argument(
        "--voi",
        type=int,
        metavar="INDEX",
        help="of the file's own windows and, after them, VOI LUTs, from 0",
    )
    parser.add_argument("--invert", action="store_true", help="swap black and white")
    parser.add_argument("--size", type=_size, metavar="WxH", help="fit into a viewport this large")
    parser.add_argument(
        "--depth", type=int, choices=[8, 10, 16], default=8, help="bits of a gray level"
    )
    parser.add_argument(
        "--pr", type=Path, metavar="PRESENTATION_STATE", help="show it as this state says"
    )


def _add_drawing_arguments(parser: argparse.ArgumentParser) -> None:
    yes_or_no = argparse.BooleanOptionalAction
    parser.add_argument("--overlays", action=yes_or_no, default=True, help="draw overlays 60xx")
    parser.add_argument(
        "--shutter",
        action=yes_or_no,
        help="apply display shutters; without a word on it only with --size, as in a viewport",
    )
    parser.add_argument(
        "--padding",
        choices=["black", "shown"],
        help="padding pixels; without a word on it black with --size, as in a viewport",
    )


def run(args: argparse.Namespace) -> int:
    """Render each file; a refused one is reported and the run goes on."""
    wrong = _wrong_usage(args)
    if wrong:
        print(f"readstation render: {wrong}", file=sys.stderr)
        return EXIT_USAGE
    request = RenderRequest(
        stage=Stage(args.stage),
        frame_number=args.frame or 1,
        window=VoiWindow(*args.window) if args.window else None,
        voi_index=args.voi or 0,
        is_inverted=args.invert,
        size_px=args.size,
        depth_bits=args.depth,
        presentation_state=_followed(args.pr) if args.pr else None,
        are_overlays_shown=args.overlays,
        is_shutter_applied=bool(args.size) if args.shutter is None else args.shutter,
        is_padding_black=(args.padding or ("black" if args.size else "shown")) == "black",
    )
    refused = 0
    with closing(DecodeWorkers(1)) as workers:
        frames = FileFrames(workers)
        for index, file in enumerate(_files_in(args.files)):
            refused += not _render_one(file, index, request, frames, args)
    return EXIT_REFUSED if refused else EXIT_OK


def _files_in(paths: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield the files named, and those in the folders named in the order of their names.

    Each with the file to open: a link is followed where it is named, not where it is found.
    """
    for path in paths:
        if not path.is_dir():
            yield path, _followed(path)
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            found = (Path(folder, name) for name in sorted(names))
            yield from ((file, file) for file in found if file.is_file())


def _render_one(
    file: tuple[Path, Path],
    index: int,
    request: RenderRequest,
    frames: FileFrames,
    args: argparse.Namespace,
) -> bool:
    path, opened = file
    try:
        rendered = _render(opened, request, frames, every=args.frame is None)
        written = _write(rendered, path, index, args)
    except ReadStationError as refused:
        code = refused.code if isinstance(refused, RefusedInputError) else "NOT_RENDERED"
        why = {"code": code, "reason": refused.message, "remedy": refused.remedy}
        _tell(args, path, {"refused": why})
        if not args.json:
            reason = f"{refused.message} {refused.remedy}".rstrip()
            print(f"{printable(path)}: {reason}", file=sys.stderr)
        return False
    facts = {
        "shape": list(rendered.shape),
        "dtype": rendered.dtype.name,
        "sha256": hashlib.sha256(_little_endian(rendered)).hexdigest(),
    }
    _tell(args, path, facts)
    if written and not args.json:
        shape = "x".join(map(str, rendered.shape))
        print(f"{printable(written)}: {shape} {rendered.dtype.name}")
    return True


def _followed(path: Path) -> Path:
    """Return what a link points to."""
    return Path(os.path.realpath(path))


def printable(path: Path) -> str:
    """Return a path that does nothing to a terminal, whoever named the file."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(path))


def _render(path: Path, request: RenderRequest, frames: FileFrames, *, every: bool) -> NDArray[Any]:
    if request.stage is not Stage.STORED or not every:
        return render_frame(path, request, frames)
    count = frames.number_of_frames(path)
    if count == 1:
        return render_frame(path, request, frames)
    return _stacked(stored_frames(path, frames), count)


def _stacked(frames: Iterator[NDArray[Any]], count: int) -> NDArray[Any]:
    """Join frames to one array, allocated once the first is known."""
    first = next(frames)
    if first.nbytes * count > MAX_OUTPUT_BYTES:
        raise RefusedInputError(
            "TOO_LARGE", f"All {count} frames together are too large.", "Choose one with --frame."
        )
    whole = np.empty((count, *first.shape), first.dtype)
    whole[0] = first
    for index, frame in enumerate(frames, start=1):
        whole[index] = frame
    return whole


def _write(rendered: NDArray[Any], path: Path, index: int, args: argparse.Namespace) -> Path | None:
    out: Path | None = args.out
    if out is None:
        return None
    try:
        if _is_folder(args):
            out.mkdir(parents=True, exist_ok=True)
            out = out / f"{index:05d}_{path.name[:MAX_NAME]}.npy"
        if out.suffix.lower() == ".png":
            out.write_bytes(_png(rendered))
        else:
            with out.open("wb") as file:
                np.save(file, rendered, allow_pickle=False)
    except OSError as problem:
        raise RefusedInputError(
            "NOT_WRITTEN",
            f"The result cannot be written: {problem.strerror or type(problem).__name__}.",
            "Name another place with --out.",
        ) from problem
    return out


def _is_folder(args: argparse.Namespace) -> bool:
    is_file = args.out.suffix.lower() in FILE_SUFFIXES
    return bool(args.out.is_dir() or not is_file or _are_several(args))


def _are_several(args: argparse.Namespace) -> bool:
    return len(args.files) > 1 or any(path.is_dir() for path in args.files)


def _png(rendered: NDArray[Any]) -> bytes:
    if rendered.dtype not in (np.uint8, np.uint16) or rendered.ndim > 3 or min(rendered.shape) < 1:
        raise RefusedInputError(
            "NOT_A_PICTURE",
            "These values do not fit into a PNG picture.",
            "Write them to a .npy file, or use --stage display.",
        )
    if rendered.ndim == 3 and rendered.shape[-1] != 3:
        raise RefusedInputError(
            "NOT_A_PICTURE", "A PNG picture holds one frame.", "Choose one with --frame."
        )
    in_order = rendered[..., ::-1] if rendered.ndim == 3 else rendered
    done, packed = cv2.imencode(".png", np.ascontiguousarray(in_order))
    if not done:
        raise RefusedInputError("NOT_A_PICTURE", "The picture could not be written.")
    return packed.tobytes()


def _little_endian(rendered: NDArray[Any]) -> bytes:
    return rendered.astype(rendered.dtype.newbyteorder("<"), copy=False).tobytes()


def _tell(args: argparse.Namespace, path: Path, facts: dict[str, Any]) -> None:
    if args.json:
        print(json.dumps({"file": str(path), **facts}), flush=True)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        size = int(width), int(height)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(f"{text} is not like 800x600") from problem
    if not all(1 <= side <= MAX_SIDE_PX for side in size) or size[0] * size[1] > MAX_SIZE_PX:
        raise argparse.ArgumentTypeError(
            f"each side is 1 to {MAX_SIDE_PX} pixels, both together {MAX_SIZE_PX} pixels at most"
        )
    return size


def _wrong_usage(args: argparse.Namespace) -> str:
    """Return what is wrong with a combination of options, or ''."""
    is_display = args.stage == Stage.DISPLAY.value
    of_display = {
        "--window": args.window,
        "--voi": args.voi is not None,
        "--size": args.size,
        "--invert": args.invert,
        "--pr": args.pr,
    }
    misplaced = next((name for name, given in of_display.items() if given), "")
    is_one_file = args.out is not None and args.out.suffix.lower() in FILE_SUFFIXES
    rules = (
        (args.out is None and not args.json, "Say where to write with --out, or ask for --json."),
        (args.frame is not None and args.frame < 1, "Frames are counted from 1."),
        (args.voi is not None and args.voi < 0, "Windows are counted from 0."),
        (bool(misplaced) and not is_display, f"{misplaced} belongs to --stage display."),
        (args.pr and args.voi is not None, "A presentation state has its own window: no --voi."),
        (not _is_window(args.window), "A window has a finite level and a width of at least 1."),
        (is_one_file and _are_several(args), "Several files need a folder: --out DIR."),
    )
    return next((sentence for is_wrong, sentence in rules if is_wrong), "")


def _is_window(numbers: list[float] | None) -> bool:
    try:
        VoiWindow(*(numbers or (0.0, 1.0)))
    except WindowError:
        return False
    return True
