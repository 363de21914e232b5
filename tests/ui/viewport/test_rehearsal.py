"""The first image takes no longer than the next: what is set up once was set up before."""

from readstation.ui.viewport import image_canvas
from readstation.ui.viewport.overlay_painter import OverlayPainter
from readstation.ui.viewport.rehearsal import rehearse


def test_a_rehearsal_paints_pixels_and_words_the_way_that_a_box_does(qapp, monkeypatch) -> None:
    drawn, said = [], []
    memory_under, paint_words = image_canvas.memory_under, OverlayPainter.paint

    def noted(*what):
        found = memory_under(*what)
        drawn.append(found is not None)
        return found

    def heard(*what):
        said.append(what)
        return paint_words(*what)

    monkeypatch.setattr(image_canvas, "memory_under", noted)
    monkeypatch.setattr(OverlayPainter, "paint", heard)
    rehearse()
    assert drawn == [True]
    assert len(said) == 1
