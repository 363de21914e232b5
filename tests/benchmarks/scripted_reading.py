"""A reader's hands without the reader: scroll, drag, zoom and switch in real windows, recorded.

python -m tests.benchmarks.scripted_reading [SECONDS]     # prints the recorder's summary

Everything goes through mouse and wheel events of the product's own image boxes, 60 times a
second. Frames are at hand at once: what is measured is the way from the hand to the screen.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from readstation.app.viewport.frame_times import parse_lines, summary_of
from readstation.app.viewport.linking import LinkGroup
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import Role
from readstation.app.viewport.window.window_presets import NO_PRESETS
from readstation.imaging.frame import StoredFrame
from readstation.imaging.plane import ImagePlane
from readstation.imaging.pyramid import with_half_sizes
from readstation.imaging.voi import VoiWindow
from readstation.ui import theme
from readstation.ui.viewport import viewport_view
from readstation.ui.viewport.frame_recorder import FrameRecorder
from tests.ui.viewport.box_states import description

STEP_MS = 16
SLICES = 60
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton)


def ct_model() -> ViewportModel:
    """Return a stack of noisy slices of 512 x 512."""
    chance = np.random.default_rng(1)
    values = chance.integers(900, 1200, (SLICES, 512, 512)).astype(np.int16)
    frames = [StoredFrame(v, "MONOCHROME2", 16, is_signed=True) for v in values]
    return _model(frames, VoiWindow(60, 350), modality="CT")


def mg_model() -> ViewportModel:
    """Return two mammograms of 4096 x 3328 with their half sizes made ahead."""
    values = np.random.default_rng(2).integers(0, 16_000, (2, 4096, 3328)).astype(np.uint16)
    frames = [with_half_sizes(StoredFrame(v, "MONOCHROME2", 14)) for v in values]
    return _model(frames, VoiWindow(8000, 16_000), modality="MG")


def _model(frames: list[StoredFrame], window: VoiWindow, *, modality: str) -> ViewportModel:
    model = ViewportModel(NO_PRESETS, Role.CURRENT)
    x, y = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)
    images = [
        description(
            rows=frame.rows,
            columns=frame.columns,
            modality=modality,
            vois=(window,),
            sop_instance_uid=f"1.1.1.{number}",
            plane=ImagePlane((0.0, 0.0, 2.0 * number), x, y, 0.7, 0.7, "9.9"),
        )
        for number, frame in enumerate(frames)
    ]
    by_uid = {d.sop_instance_uid: frame for d, frame in zip(images, frames, strict=True)}
    model.on_frame_wanted(lambda token, d: model.show_frame(token, by_uid[d.sop_instance_uid]))
    model.set_display_set(images)
    return model


def steps(views: list[viewport_view.ViewportView], sets: list[ViewportModel]) -> Iterator[None]:
    """Scroll, drag with each button, and change what the first box shows, for ever."""
    view = views[0]
    number = 0
    while True:
        for turn in range(50):
            _wheel(view, -1 if turn < 25 else 1)
            yield
        for button in BUTTONS:
            yield from _drag(view, button)
        number += 1
        shown = sets[number % len(sets)]
        view.model.set_display_set(shown.display_set)
        yield


def _wheel(view: QWidget, notches: int) -> None:
    middle = QPointF(view.rect().center())
    turn = QPoint(0, 120 * notches)
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        middle,
        view.mapToGlobal(middle),
        QPoint(),
        turn,
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.postEvent(view, event)


def _drag(view: QWidget, button: Qt.MouseButton) -> Iterator[None]:
    start = QPointF(view.rect().center())
    _mouse(view, QEvent.Type.MouseButtonPress, button, start)
    for step in range(50):
        away = 2 * (step if step < 25 else 50 - step)
        for part in range(4):  # a mouse tells more often than a screen shows
            _mouse(view, QEvent.Type.MouseMove, button, start + QPointF(away + part / 4, away / 2))
        yield
    _mouse(view, QEvent.Type.MouseButtonRelease, button, start)
    yield


def _mouse(view: QWidget, kind: QEvent.Type, button: Qt.MouseButton, at: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    changed = none if kind is QEvent.Type.MouseMove else button
    held = none if kind is QEvent.Type.MouseButtonRelease else button
    place = view.mapToGlobal(at)
    event = QMouseEvent(kind, at, place, changed, held, Qt.KeyboardModifier.NoModifier)
    QApplication.postEvent(view, event)


def read(seconds: float, meanwhile: Callable[[], None] | None = None) -> list[str]:
    """Read for a while; return the summary. `meanwhile` may start work in the background."""
    ct, mg, other = ct_model(), mg_model(), ct_model()
    sets = [ct, mg]
    first = _both(ct, mg)
    text = io.StringIO()
    recorder = FrameRecorder(text)
    original, viewport_view.frame_recorder = viewport_view.frame_recorder, lambda: recorder
    try:
        views = [viewport_view.ViewportView(model) for model in (first, other)]
    finally:
        viewport_view.frame_recorder = original
    window = QWidget()
    row = QHBoxLayout(window)
    row.setContentsMargins(0, 0, 0, 0)
    links = LinkGroup()
    for view in views:
        row.addWidget(view)
        links.add(view.model)
    window.resize(1600, 900)
    window.show()
    if meanwhile is not None:
        meanwhile()
    hand = steps(views, sets)
    beat = QTimer(interval=STEP_MS)
    beat.timeout.connect(lambda: next(hand))
    beat.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.0005)
    beat.stop()
    window.close()
    lines = summary_of(*parse_lines(text.getvalue().splitlines()))
    recorder.end()
    return lines


def _both(first: ViewportModel, second: ViewportModel) -> ViewportModel:
    """Let the first model answer for the frames of either, as a cache of both would."""
    given = {}
    for model in (first, second):
        for index, image in enumerate(model.display_set):
            model.go_to(index)
            given[image] = model.frame
    model = ViewportModel(NO_PRESETS, Role.CURRENT)
    model.on_frame_wanted(lambda token, d: model.show_frame(token, given[d]))
    model.set_display_set(first.display_set)
    return model


def main() -> None:
    """Read with nothing else going on."""
    application = QApplication.instance() or QApplication([])
    theme.apply(application)
    for line in read(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0):
        print(line)


if __name__ == "__main__":
    main()
