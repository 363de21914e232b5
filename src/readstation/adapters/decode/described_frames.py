"""Descriptions of many frames on their way to the program: those that are alike travel once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from readstation.adapters.decode.plain_values import from_plain, to_plain
from readstation.adapters.dicom.pixel_geometry import MAX_FRAMES
from readstation.app.importing.refusals import refusal
from readstation.app.viewport.image_description import ImageDescription


def pack_frames(frames: list[ImageDescription]) -> dict[str, Any]:
    """Return JSON-ready descriptions; `alike` counts the last frames left out."""
    kept = len(frames)
    while kept > 1 and _numbered(frames[kept - 1], kept - 1) == frames[kept - 2]:
        kept -= 1
    return {"frames": to_plain(frames[:kept]), "alike": len(frames) - kept}


def unpack_frames(reply: dict[str, Any]) -> tuple[ImageDescription, ...]:
    """Return one description per frame."""
    frames: tuple[ImageDescription, ...] = from_plain(reply["frames"])
    count = len(frames) + int(reply["alike"])
    if not frames or not len(frames) <= count <= MAX_FRAMES:
        raise refusal("DECODER_DIED")
    alike = range(len(frames) + 1, count + 1)
    return (*frames, *(_numbered(frames[-1], number) for number in alike))


def _numbered(frame: ImageDescription, number: int) -> ImageDescription:
    return replace(frame, frame_number=number)
