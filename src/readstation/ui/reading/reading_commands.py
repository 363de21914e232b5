"""Commands of the reading screen, live while typing too, and those live among the images."""

from __future__ import annotations

from collections.abc import Callable

from readstation.app.commands import Command, Context
from readstation.app.hanging.stages import step_stage
from readstation.app.reading.compare import alternate, swap
from readstation.app.reading.layout import Layout
from readstation.app.reading.reading_desk import ReadingDesk, Wish


def _wish(wish: Wish) -> Callable[[ReadingDesk], None]:
    def ask(desk: ReadingDesk) -> None:
        desk.wish(wish)

    return ask


def _layout(layout: Layout) -> Callable[[ReadingDesk], None]:
    def choose(desk: ReadingDesk) -> None:
        desk.set_layout(layout)

    return choose


def next_series(desk: ReadingDesk) -> None:
    desk.images.step_series(1)


def previous_series(desk: ReadingDesk) -> None:
    desk.images.step_series(-1)


def next_stage(desk: ReadingDesk) -> None:
    step_stage(desk.images, 1)


def previous_stage(desk: ReadingDesk) -> None:
    step_stage(desk.images, -1)


def alternate_prior(desk: ReadingDesk) -> None:
    alternate(desk.images)


def swap_prior(desk: ReadingDesk) -> None:
    swap(desk.images)


def next_box(desk: ReadingDesk) -> None:
    desk.images.step_box(1)


def previous_box(desk: ReadingDesk) -> None:
    desk.images.step_box(-1)


LAYOUT_KEYS = (
    (Layout.ONE, "one", "F2", "square"),
    (Layout.TWO, "two", "F3", "columns-2"),
    (Layout.FOUR, "four", "F4", "layout-grid"),
    (Layout(1, 3), "three", "Shift+F2", "columns-2"),
    (Layout(2, 3), "six", "Shift+F3", "layout-grid"),
    (Layout(2, 4), "eight", "Shift+F4", "layout-grid"),
)
FURTHER_LAYOUTS = (Layout(2, 1), Layout(3, 1), Layout(1, 4), Layout(3, 3), Layout(3, 4))
WISH_KEYS = (
    (Wish.LOOK_AT_IMAGES, "F6", "image"),
    (Wish.TYPE_REPORT, "F7", "pen-line"),
    (Wish.CALL, "F8", "phone-call"),
    (Wish.ASK_SECOND_READER, "F9", "arrow-left-right"),
    (Wish.SHOW_REPORT, "F10", "list-checks"),
    (Wish.INSERT_MEASUREMENT, "Ctrl+M", "ruler"),
    (Wish.INSERT_KEY_IMAGE, "Ctrl+Shift+J", "star"),
    (Wish.REFORMAT, "Ctrl+R", "crosshair"),
    (Wish.NEXT_STUDY, "Ctrl+N", "play"),
    (Wish.CLOSE, "Ctrl+W", "x"),
)
MEASUREMENT_KEYS = (
    (Wish.PLOT_MEASUREMENT, "Shift+X", "chart-column"),
    (Wish.COPY_MEASUREMENT, "Ctrl+C", ""),
    (Wish.SAME_LESION, "Ctrl+J", "link"),
    (Wish.LIST_MEASUREMENTS, "Shift+M", "list"),
    (Wish.SAVE_MEASUREMENTS, "Ctrl+Shift+M", "save"),
)
EXPORT_KEYS = (
    (Wish.EXPORT, "Ctrl+E", "download"),
    (Wish.EXPORT_KEY_IMAGES, "Ctrl+Shift+E", "download"),
)
KEY_IMAGE_KEYS = (
    (Wish.MARK_KEY_IMAGE, "Alt+K", "star"),
    (Wish.NEXT_KEY_IMAGE, "Alt+J", "star"),
    (Wish.SAVE_KEY_IMAGES, "Alt+Shift+K", "save"),
)

READING_COMMANDS: tuple[Command, ...] = (
    *(
        Command(
            f"reading.layout_{name}",
            f"Layout {layout.title}",
            Context.READING,
            _layout(layout),
            (key,),
            icon,
        )
        for layout, name, key, icon in LAYOUT_KEYS
    ),
    *(
        Command(
            f"reading.layout_{layout.code}",
            f"Layout {layout.title}",
            Context.READING,
            _layout(layout),
        )
        for layout in FURTHER_LAYOUTS
    ),
    *(
        Command(
            f"reading.{wish.name.lower()}", wish.value, Context.READING, _wish(wish), (key,), icon
        )
        for wish, key, icon in WISH_KEYS
    ),
    Command("images.next_series", "Next series", Context.IMAGES, next_series, ("PgDown",)),
    Command(
        "images.previous_series", "Previous series", Context.IMAGES, previous_series, ("PgUp",)
    ),
    Command(
        "images.next_study",
        Wish.NEXT_STUDY.value,
        Context.IMAGES,
        _wish(Wish.NEXT_STUDY),
        ("N",),
        "play",
    ),
    Command(
        "images.next_stage",
        "Next stage of the hanging protocol",
        Context.IMAGES,
        next_stage,
        (".",),
    ),
    Command(
        "images.previous_stage",
        "Previous stage of the hanging protocol",
        Context.IMAGES,
        previous_stage,
        (",",),
    ),
    Command("images.next_box", "Next image box", Context.IMAGES, next_box, ("Right",)),
    Command("images.previous_box", "Previous image box", Context.IMAGES, previous_box, ("Left",)),
    Command(
        "images.choose_window",
        Wish.CHOOSE_WINDOW.value,
        Context.IMAGES,
        _wish(Wish.CHOOSE_WINDOW),
        ("Shift+W",),
        "contrast",
    ),
    Command(
        "images.choose_presentation",
        Wish.CHOOSE_PRESENTATION.value,
        Context.IMAGES,
        _wish(Wish.CHOOSE_PRESENTATION),
        ("Shift+P",),
        "image",
    ),
    Command(
        "images.choose_hanging",
        Wish.CHOOSE_HANGING.value,
        Context.IMAGES,
        _wish(Wish.CHOOSE_HANGING),
        ("Shift+H",),
        "list-checks",
    ),
    Command(
        "images.save_hanging",
        Wish.SAVE_HANGING.value,
        Context.IMAGES,
        _wish(Wish.SAVE_HANGING),
        ("Ctrl+H",),
        "save",
    ),
    Command(
        "images.save_view",
        Wish.SAVE_VIEW.value,
        Context.IMAGES,
        _wish(Wish.SAVE_VIEW),
        ("Shift+S",),
        "save",
    ),
    Command(
        "images.information",
        Wish.SHOW_IMAGE_INFORMATION.value,
        Context.IMAGES,
        _wish(Wish.SHOW_IMAGE_INFORMATION),
        ("Shift+I",),
        "info",
    ),
    Command(
        "images.alternate_prior",
        "Current or prior in the same place",
        Context.IMAGES,
        alternate_prior,
        ("J",),
        "history",
    ),
    Command(
        "images.swap_prior",
        "Swap current and prior",
        Context.IMAGES,
        swap_prior,
        ("Shift+J",),
        "arrow-left-right",
    ),
    *(
        Command(
            f"images.{wish.name.lower()}", wish.value, Context.IMAGES, _wish(wish), (key,), icon
        )
        for wish, key, icon in (*MEASUREMENT_KEYS, *KEY_IMAGE_KEYS, *EXPORT_KEYS)
    ),
    Command("images.call", "Call and log", Context.IMAGES, _wish(Wish.CALL), ("C",), "phone-call"),
)
