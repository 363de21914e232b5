"""Frame times of the real widget: every paint is written down, nothing of any patient is."""

import io
import time

import pytest
from PySide6.QtCore import QTimer

from readstation.app.viewport.frame_times import Cause, parse_lines
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.cli.main import main
from readstation.imaging.voi import VoiWindow
from readstation.ui.viewport import viewport_view
from readstation.ui.viewport.frame_recorder import FrameRecorder, frame_recorder
from tests.benchmarks.scripted_reading import read
from tests.ui.viewport.box_states import description, phantom


@pytest.fixture
def recorded(qtbot, monkeypatch):
    """Return a shown view and what its recorder writes, with one paint behind it."""
    text = io.StringIO()
    recorder = FrameRecorder(text)
    monkeypatch.setattr(viewport_view, "frame_recorder", lambda: recorder)
    model = ViewportModel()
    model.on_frame_wanted(lambda token, _: model.show_frame(token, phantom()))
    model.set_display_set([description(sop_instance_uid=f"1.1.1.{n}") for n in range(9)])
    view = viewport_view.ViewportView(model)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: "frame\t" in text.getvalue())
    yield view, recorder, text
    recorder.deleteLater()


def frames_of(text):
    return parse_lines(text.getvalue().splitlines())[0]


def test_each_paint_is_written_with_its_cause_and_its_times(recorded, qtbot):
    view, _, text = recorded
    changes = [
        lambda: view.model.scroll(1),
        lambda: view.model.set_window(VoiWindow(80, 500)),
        lambda: view.model.zoom_by(1.5, 50, 50),
        lambda: view.model.set_transform(view.model.transform.panned(9, 3)),
        view.model.toggle_invert,
    ]
    before = len(frames_of(text))
    for count, change in enumerate(changes, start=before + 1):
        change()
        qtbot.waitUntil(lambda wanted=count: len(frames_of(text)) == wanted)
    frames = frames_of(text)[before:]
    causes = [Cause.SCROLL, Cause.WINDOW, Cause.ZOOM, Cause.PAN, Cause.WINDOW]
    assert [frame.cause for frame in frames] == causes
    for frame in frames:
        assert 0 < frame.image_ms <= frame.paint_ms <= frame.wait_ms
        assert (frame.width_px, frame.height_px) == view.model.viewport_size_px


def test_a_paint_without_a_change_has_no_wait(recorded):
    view, _, text = recorded
    view.repaint()
    assert frames_of(text)[-1].cause is Cause.OTHER
    assert frames_of(text)[-1].wait_ms == 0


def test_a_pause_of_the_event_loop_is_written(recorded, qtbot):
    _, _, text = recorded

    def stand_still():
        end = time.monotonic() + 0.15
        while time.monotonic() < end:
            pass

    QTimer.singleShot(0, stand_still)
    qtbot.waitUntil(lambda: any(line.startswith("gap") for line in text.getvalue().splitlines()))
    gaps = parse_lines(text.getvalue().splitlines())[1]
    assert max(gap.gap_ms for gap in gaps) >= 130


def test_no_name_and_no_uid_is_written(recorded):
    view, _, text = recorded
    view.model.scroll(2)
    view.repaint()
    for word in ("DEMO", "1.1.1", "AXIAL"):
        assert word not in text.getvalue()


def test_nothing_is_recorded_unless_asked_for(qapp, monkeypatch):
    monkeypatch.delenv("READSTATION_FRAMES", raising=False)
    frame_recorder.cache_clear()
    assert frame_recorder() is None
    frame_recorder.cache_clear()


def test_a_file_that_cannot_be_written_stops_nothing(qapp, monkeypatch, tmp_path):
    monkeypatch.setenv("READSTATION_FRAMES", str(tmp_path / "missing" / "frames.txt"))
    frame_recorder.cache_clear()
    assert frame_recorder() is None
    frame_recorder.cache_clear()


def test_the_file_ends_with_a_summary_that_the_command_prints_too(
    qapp, monkeypatch, tmp_path, capsys
):
    file = tmp_path / "frames.txt"
    monkeypatch.setenv("READSTATION_FRAMES", str(file))
    frame_recorder.cache_clear()
    recorder = frame_recorder()
    frame_recorder.cache_clear()
    recorder.end()
    recorder.end()
    assert main(["frames", str(file)]) == 0
    printed = capsys.readouterr().out.splitlines()
    written = file.read_text(encoding="utf-8").splitlines()
    assert [f"# {line}" for line in printed] == written[-len(printed) :]
    recorder.deleteLater()


def test_a_missing_recording_is_refused(tmp_path, capsys):
    assert main(["frames", str(tmp_path / "none.txt")]) == 3
    assert "cannot be read as a frame recording" in capsys.readouterr().err


def test_a_scripted_reading_prints_what_the_hand_did(qapp):
    lines = read(1.5)
    assert lines[0].startswith("all frames")
    assert any(line.startswith("scroll") for line in lines)
    assert lines[-1].startswith("pauses of the event loop")
