"""Hanging protocols from TOML. README of `resources/hanging` shows every entry."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import replace
from enum import Enum
from typing import Any

from readstation.app.hanging.kernel_names import KERNEL_KINDS
from readstation.app.hanging.toml_place import (
    TomlPlace,
    UnusableValueError,
    between,
    codes,
    flag,
    names,
    one_of,
    phrases,
    text,
)
from readstation.domain.errors import SettingError
from readstation.domain.hanging import (
    MAX_BOXES,
    MAX_COLUMNS,
    MAX_ROWS,
    PLAIN_LOOK,
    WINDOW_OF_FILE,
    Anchor,
    BoxLook,
    HangingProtocol,
    ImageBox,
    Orientation,
    Quadrant,
    Scope,
    SetSelector,
    Stage,
    StudySelector,
    Window,
    Zoom,
)

AS_NEEDED = "as needed"
GRID = re.compile(r"([1-9]) ?x ?([1-9])")
PRIOR = re.compile(r"prior ([1-9])")
PROTOCOL_ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
MAX_ID, MAX_BYTES, MOST_IMAGES = 60, 256 * 1024, 100_000
SIDES = ("R", "L", "B")
PLANES = ("axial", "coronal", "sagittal", "oblique")
PRIOR_ROWS_AS_PREFERRED = "as preferred"


def parse_protocols(content: str, file_name: str, *, is_own: bool) -> tuple[HangingProtocol, ...]:
    """Read the protocols of one file.

    Raises
    ------
    SettingError
        Names the file, the place in it, and what may stand there.
    """
    try:
        table = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(
            f"{file_name} cannot be read: {error}.", "Correct that line, or remove the file."
        ) from error
    root = TomlPlace(table, file_name)
    protocols = tuple(
        _protocol(place, is_own=is_own) for place in root.tables("protocol", "protocol")
    )
    root.finish()
    _refuse_twins(protocols, root)
    return protocols


def _refuse_twins(protocols: tuple[HangingProtocol, ...], root: TomlPlace) -> None:
    seen: set[str] = set()
    for protocol in protocols:
        if protocol.protocol_id in seen:
            raise root.refusal(
                f"“{protocol.protocol_id}” is the id of two protocols.", "Give each its own id."
            )
        seen.add(protocol.protocol_id)


def _protocol(place: TomlPlace, *, is_own: bool) -> HangingProtocol:
    protocol_id = place.take("id", _protocol_id)
    place.place = f"protocol “{protocol_id}”"
    protocol = HangingProtocol(
        protocol_id,
        place.take("title", text),
        _study_selector(place.table("for")),
        tuple(_stage(each) for each in place.tables("stage", "stage")),
        is_own,
    )
    place.finish()
    return protocol


def _study_selector(place: TomlPlace) -> StudySelector:
    selector = StudySelector(
        modalities=place.take("modalities", codes, frozenset()),
        also=place.take("also", codes, frozenset()),
        regions=place.take("regions", names, frozenset()),
        laterality=place.take("laterality", one_of(SIDES, str), ""),
        description=place.take("description", phrases, ()),
        description_without=place.take("description_without", phrases, ()),
        views=place.take("views", codes, frozenset()),
        needs_prior=place.take("needs_prior", flag, default=False),
    )
    place.finish()
    return selector


def _stage(place: TomlPlace) -> Stage:
    title = place.take("title", text)
    rows, columns = place.take("layout", _grid)
    look = _look(place, PLAIN_LOOK)
    boxes = tuple(box for each in place.tables("boxes", "box") for box in _boxes(each, look))
    stage = Stage(
        title,
        rows,
        columns,
        boxes,
        needs_all=place.take("needs_all", flag, default=False),
        swaps_prior_rows=place.take("prior_rows", _prior_rows, default=False),
    )
    place.finish()
    most = rows * columns or MAX_BOXES
    if len(boxes) != most if rows else len(boxes) > most:
        held = f"{rows}x{columns} has {most} boxes" if rows else f"there are at most {most} boxes"
        raise place.refusal(
            f"{len(boxes)} boxes are stated.", f"State as many as the layout has: {held}."
        )
    _refuse_bad_likeness(boxes, place)
    return stage


def _refuse_bad_likeness(boxes: tuple[ImageBox, ...], place: TomlPlace) -> None:
    for number, box in enumerate(boxes, start=1):
        if box.like >= number:
            raise place.refusal(
                f"Box {number} is to be like box {box.like}, which comes after it.",
                "Let “like” name an earlier box, counted from 1.",
            )


def _boxes(place: TomlPlace, look: BoxLook) -> tuple[ImageBox, ...]:
    times = place.take("repeat", between(1, MAX_BOXES), 1)
    scope, prior_number = place.take("show", _scope, (Scope.CURRENT, 1))
    box = ImageBox(
        scope,
        prior_number,
        prefers=_preferences(place),
        like=place.take("like", between(1, MAX_BOXES), 0),
        is_again=place.take("again", flag, default=False),
        look=_look(place, look),
    )
    box = replace(box, wants=_set_selector(place))
    place.finish()
    return (box,) * times


def _preferences(place: TomlPlace) -> tuple[SetSelector, ...]:
    if not place.has("prefers"):
        return ()
    found = []
    for each in place.tables("prefers", "preference"):
        found.append(_set_selector(each))
        each.finish()
    return tuple(found)


def _set_selector(place: TomlPlace) -> SetSelector:
    count = between(0, MOST_IMAGES)
    return SetSelector(
        modalities=place.take("modality", codes, frozenset()),
        regions=place.take("region", names, frozenset()),
        laterality=place.take("laterality", one_of(SIDES, str), ""),
        views=place.take("view", codes, frozenset()),
        planes=place.take("plane", _planes, frozenset()),
        description=place.take("description", phrases, ()),
        description_without=place.take("description_without", phrases, ()),
        image_type=place.take("image_type", codes, frozenset()),
        image_type_without=place.take("image_type_without", codes, frozenset()),
        kernel=place.take("kernel", one_of(KERNEL_KINDS, str), ""),
        least_images=place.take("least_images", count, 0),
        most_images=place.take("most_images", count, 0),
    )


def _look(place: TomlPlace, default: BoxLook) -> BoxLook:
    return BoxLook(
        window=place.take("window", _window, default.window),
        zoom=place.take("zoom", one_of(Zoom, _value), default.zoom),
        orientation=place.take("orientation", one_of(Orientation, _value), default.orientation),
        anchor=place.take("anchor", one_of(Anchor, _value), default.anchor),
        quadrant=place.take("quadrant", one_of(Quadrant, _value), default.quadrant),
        link=place.take("link", flag, default=default.link),
    )


def _value(member: Enum) -> str:
    return str(member.value)


def _protocol_id(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_ID or not PROTOCOL_ID.fullmatch(value):
        raise UnusableValueError("small letters, digits and _ , such as ct_chest")
    return value


def _grid(value: Any) -> tuple[int, int]:
    if value == AS_NEEDED:
        return (0, 0)
    stated = GRID.fullmatch(value) if isinstance(value, str) else None
    rows, columns = (int(stated[1]), int(stated[2])) if stated else (0, 0)
    if not rows or rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_BOXES:
        raise UnusableValueError(
            f"rows x columns with at most {MAX_BOXES} boxes, such as 2x4, or “{AS_NEEDED}”"
        )
    return (rows, columns)


def _scope(value: Any) -> tuple[Scope, int]:
    if value == Scope.PRIOR.value:
        return (Scope.PRIOR, 1)
    for scope in (Scope.CURRENT, Scope.OLDEST_PRIOR):
        if value == scope.value:
            return (scope, 1)
    numbered = PRIOR.fullmatch(value) if isinstance(value, str) else None
    if numbered is None:
        raise UnusableValueError("current, prior, prior 2 (to 9) or oldest prior")
    return (Scope.PRIOR, int(numbered[1]))


def _planes(value: Any) -> frozenset[str]:
    found = names(value)
    if not found <= set(PLANES):
        raise UnusableValueError("some of: " + ", ".join(PLANES))
    return found


def _window(value: Any) -> Window:
    if value == "":
        return WINDOW_OF_FILE
    if isinstance(value, str):
        return Window(preset=text(value))
    numbers = value if isinstance(value, list) else []
    usable = [n for n in numbers if type(n) in (int, float) and math.isfinite(n)]
    if len(usable) != 2 or len(numbers) != 2 or usable[1] < 1:
        raise UnusableValueError(
            "the name of a preset, or [center, width] with a width of 1 or more"
        )
    return Window(center=float(usable[0]), width=float(usable[1]))


def _prior_rows(value: Any) -> bool:
    if value != PRIOR_ROWS_AS_PREFERRED:
        raise UnusableValueError(f"“{PRIOR_ROWS_AS_PREFERRED}”, or leave it out")
    return True
