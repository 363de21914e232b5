"""`readstation render`: one frame, or all stored frames, through the viewport's own pipeline."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from readstation.adapters.decode.decode_workers import DecodeWorkers, FileFrames
from readstation.app.rendering.render_file import RenderRequest, Stage, render_frame, stored_frames
from readstation.domain.errors import RefusedInputError
from readstation.imaging.voi import VoiWindow

EXIT_OK, EXIT_USAGE, EXIT_REFUSED = 0, 2, 3
MAX_SIDE_PX = 16_384
MAX_OUTPUT_BYTES = 4 * 1024**3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--stage", choices=[s.value for s in Stage], default=Stage.DISPLAY.value)
    parser.add_argument("--frame", type=int, metavar="N", help="frame number, counted from 1")
    voi = parser.add_mutually_exclusive_group()
    voi.add_argument("--window", nargs=2, type=float, metavar=("CENTER", "WIDTH"))
    voi.add_argument(
        "--voi", type=int, default=0, metavar="INDEX", help="the file's own window, from 0"
    )
    parser.add_argument("--invert", action="store_true")
    yes_or_no = argparse.BooleanOptionalAction
    parser.add_argument("--overlays", action=yes_or_no, default=True, help="draw overlays 60xx")
    parser.add_argument("--shutter", action=yes_or_no, default=True, help="apply display shutters")
    parser.add_argument(
        "--padding", choices=["black", "shown"], help="padding pixels (with --size: black)"
    )
    parser.add_argument("--size", type=_size, metavar="WxH", help="fit into a viewport this large")
    parser.add_argument("--depth", type=int, choices=[8, 10, 16], default=8)
    parser.add_argument("--pr", metavar="PRESENTATION_STATE", help="not possible yet")
    parser.add_argument("--out", type=Path, metavar="X.npy|X.png|DIR")
    parser.add_argument("--json", action="store_true", help="one JSON line per file")


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
        voi_index=args.voi,
        is_inverted=args.invert,
        size_px=args.size,
        depth_bits=args.depth,
        are_overlays_shown=args.overlays,
        is_shutter_applied=args.shutter,
        is_padding_black=(args.padding or ("black" if args.size else "shown")) == "black",
    )
    refused = 0
    with closing(DecodeWorkers(1)) as workers:
        frames = FileFrames(workers)
        for index, path in enumerate(args.files):
            refused += not _render_one(path, index, request, frames, args)
    return EXIT_REFUSED if refused else EXIT_OK


def _render_one(
    path: Path, index: int, request: RenderRequest, frames: FileFrames, args: argparse.Namespace
) -> bool:
    try:
        rendered = _render(path, request, frames, every=args.frame is None)
        written = _write(rendered, path, index, args)
    except RefusedInputError as refused:
        _tell(args, path, {"refused": {"code": refused.code, "reason": refused.message}})
        if not args.json:
            print(f"{path}: {refused.message} {refused.remedy}".rstrip(), file=sys.stderr)
        return False
    facts = {
        "shape": list(rendered.shape),
        "dtype": rendered.dtype.name,
        "sha256": hashlib.sha256(_little_endian(rendered)).hexdigest(),
    }
    _tell(args, path, facts)
    if written and not args.json:
        print(f"{written}: {'x'.join(map(str, rendered.shape))} {rendered.dtype.name}")
    return True


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
    if len(args.files) > 1 or out.is_dir() or not out.suffix:
        out.mkdir(parents=True, exist_ok=True)
        out = out / f"{index:05d}_{path.name}.npy"
    if out.suffix.lower() == ".png":
        out.write_bytes(_png(rendered))
    else:
        with out.open("wb") as file:
            np.save(file, rendered, allow_pickle=False)
    return out


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
    if not all(1 <= side <= MAX_SIDE_PX for side in size):
        raise argparse.ArgumentTypeError(f"each side is 1 to {MAX_SIDE_PX} pixels")
    return size


def _wrong_usage(args: argparse.Namespace) -> str:
    """Return what is wrong with a combination of options, or ''."""
    stored = args.stage != Stage.DISPLAY.value
    rules = (
        (args.pr is not None, "Presentation states are not applied yet: leave --pr out."),
        (args.out is None and not args.json, "Say where to write with --out, or ask for --json."),
        (args.frame is not None and args.frame < 1, "Frames are counted from 1."),
        (args.voi < 0, "Windows are counted from 0."),
        (stored and bool(args.window), "--window belongs to --stage display."),
        (stored and args.size is not None, "--size belongs to --stage display."),
        (stored and args.invert, "--invert belongs to --stage display."),
        (args.size is not None and args.depth > 8, "A viewport of --size shows 8 bits."),
    )
    return next((sentence for is_wrong, sentence in rules if is_wrong), "")
