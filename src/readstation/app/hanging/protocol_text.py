"""A hanging protocol as TOML: what `protocol_toml` reads back as the same protocol."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from readstation.app.hanging.protocol_toml import AS_NEEDED, PRIOR_ROWS_AS_PREFERRED
from readstation.domain.hanging import (
    PLAIN_LOOK,
    BoxLook,
    HangingProtocol,
    ImageBox,
    Scope,
    SetSelector,
    Stage,
    StudySelector,
    Window,
)

HEADING = "# Saved by ReadStation. README of resources/hanging says what each entry means.\n"


def as_toml(protocol: HangingProtocol) -> str:
    """Return a file that holds one protocol."""
    lines = [
        HEADING,
        "[[protocol]]",
        f"id = {_value(protocol.protocol_id)}",
        f"title = {_value(protocol.title)}",
        f"for = {_table(_study(protocol.study))}",
    ]
    for stage in protocol.stages:
        lines += ["", *_stage(stage)]
    return "\n".join(lines) + "\n"


def _stage(stage: Stage) -> Iterable[str]:
    yield "[[protocol.stage]]"
    yield f"title = {_value(stage.title)}"
    yield f"layout = {_value(f'{stage.rows}x{stage.columns}' if stage.rows else AS_NEEDED)}"
    if stage.needs_all:
        yield "needs_all = true"
    if stage.swaps_prior_rows:
        yield f"prior_rows = {_value(PRIOR_ROWS_AS_PREFERRED)}"
    yield "boxes = ["
    for box in stage.boxes:
        yield f"  {_table(_box(box))},"
    yield "]"


def _study(selector: StudySelector) -> dict[str, Any]:
    return {
        "modalities": sorted(selector.modalities),
        "also": sorted(selector.also),
        "regions": sorted(selector.regions),
        "laterality": selector.laterality,
        "description": list(selector.description),
        "description_without": list(selector.description_without),
        "views": sorted(selector.views),
        "needs_prior": selector.needs_prior,
    }


def _box(box: ImageBox) -> dict[str, Any]:
    return {
        "show": _scope(box),
        **_set(box.wants),
        "prefers": [_set(each) for each in box.prefers],
        "like": box.like,
        "again": box.is_again,
        **_look(box.look),
    }


def _scope(box: ImageBox) -> str:
    if box.scope is Scope.PRIOR and box.prior_number > 1:
        return f"{box.scope.value} {box.prior_number}"
    return "" if box.scope is Scope.CURRENT else box.scope.value


def _set(selector: SetSelector) -> dict[str, Any]:
    return {
        "modality": sorted(selector.modalities),
        "region": sorted(selector.regions),
        "laterality": selector.laterality,
        "view": sorted(selector.views),
        "plane": sorted(selector.planes),
        "description": list(selector.description),
        "description_without": list(selector.description_without),
        "image_type": sorted(selector.image_type),
        "image_type_without": sorted(selector.image_type_without),
        "kernel": selector.kernel,
        "least_images": selector.least_images,
        "most_images": selector.most_images,
    }


def _look(look: BoxLook) -> dict[str, Any]:
    plain = PLAIN_LOOK
    found: dict[str, Any] = {"window": _window(look.window)}
    for name in ("zoom", "orientation", "anchor", "quadrant"):
        member = getattr(look, name)
        found[name] = "" if member is getattr(plain, name) else member.value
    return found if look.link else {**found, "link": "false"}


def _window(window: Window) -> Any:
    if window.center is not None and window.width is not None:
        return [window.center, window.width]
    return window.preset


def _table(entries: dict[str, Any]) -> str:
    """Return an inline table of what is stated; what is left at its default is left out."""
    stated = [f"{name} = {_entry(name, value)}" for name, value in entries.items() if value]
    return f"{{ {', '.join(stated)} }}" if stated else "{}"


def _entry(name: str, value: Any) -> str:
    if name == "link":
        return "false"
    if name == "prefers":
        return f"[{', '.join(_table(each) for each in value)}]"
    return _value(value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(_value(each) for each in value)}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
