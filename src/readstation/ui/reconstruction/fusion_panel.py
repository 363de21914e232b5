"""What lies over the planes and how it is shown; or why nothing does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from readstation.app.reconstruction.fusion import Fusion
from readstation.app.reconstruction.layer import Layer, LayerLook
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.measurement.value_unit import shown_in
from readstation.ui.reconstruction.colour_bar import ColourBar
from readstation.ui.widgets.section import SectionHeader
from readstation.ui.widgets.text import PlainLabel

STEPS = 100
NOT_FUSED = "Nothing is laid over the planes."
LOADING = "Making the volume that is laid over them…"


class FusionPanel(QWidget):
    """Shows one `Fusion`; its sliders change it."""

    def __init__(self, fusion: Fusion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fusion = fusion
        self._state = PlainLabel(role="dim")
        self._series, self._rests_on = PlainLabel(), PlainLabel(role="dim")
        self._note = PlainLabel(role="warning")
        for label in (self._state, self._series, self._rests_on, self._note):
            label.setWordWrap(True)
        self.bar = ColourBar()
        self._bottom, self._top = PlainLabel(role="digits"), PlainLabel(role="digits")
        self._table = PlainLabel(role="dim")
        self._share = PlainLabel(role="digits")
        self.opacity, self.top = _slider("Opacity"), _slider("Highest value of the window")
        self.opacity.valueChanged.connect(lambda value: fusion.set_opacity(value / STEPS))
        self.top.valueChanged.connect(lambda value: fusion.set_top(value / STEPS * fusion.widest))
        self._controls = QWidget()
        self._place()
        fusion.on_change(self._show)
        self._show()

    @property
    def said(self) -> str:
        """What the panel says of the layer, or of why there is none."""
        labels = (self._state, self._series, self._rests_on, self._note, self._top)
        return " ".join(label.text() for label in labels if not label.isHidden())

    def show_state(self) -> None:
        """Show what became of the layer: planes are left without a word of it."""
        self._show()

    def _show(self) -> None:
        fusion = self._fusion
        layer, look = fusion.layer, fusion.look
        self._controls.setVisible(layer is not None)
        self._state.setVisible(layer is None)
        waiting = LOADING if fusion.is_waiting else NOT_FUSED
        over = f" with {visible_text(fusion.display_set.title)}" if fusion.display_set else ""
        self._state.setText(f"Not fused{over}. {fusion.refusal}" if fusion.refusal else waiting)
        if layer is not None and look is not None:
            self._show_layer(layer, look)

    def _show_layer(self, layer: Layer, look: LayerLook) -> None:
        middle = layer.source.middle
        self._series.setText(f"{layer.modality}: {visible_text(middle.series_description)}")
        self._rests_on.setText(layer.rests_on)
        self._note.setText(f"No SUV: {layer.no_suv}" if layer.no_suv else "")
        self._note.setVisible(bool(layer.no_suv))
        self.bar.show_table(look.table)
        self._table.setText(look.table.value)
        self._bottom.setText(shown_in(look.bottom, layer.unit))
        self._top.setText(f"{shown_in(look.top, layer.unit)} {layer.unit}")
        self._share.setText(f"{look.opacity * 100:.0f} %")
        _set(self.opacity, look.opacity)
        _set(self.top, look.top / self._fusion.widest)

    def _place(self) -> None:
        inside = QVBoxLayout(self._controls)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(6)
        inside.addWidget(self._series)
        inside.addWidget(self._rests_on)
        inside.addWidget(self._note)
        inside.addWidget(self.bar)
        inside.addLayout(_row(self._bottom, self._table, self._top))
        inside.addLayout(_row(PlainLabel("Window up to", role="dim"), self.top))
        inside.addLayout(_row(PlainLabel("Opacity", role="dim"), self.opacity, self._share))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(SectionHeader("Fusion"))
        column.addWidget(self._state)
        column.addWidget(self._controls)


def _slider(name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, STEPS)
    slider.setAccessibleName(name)
    slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys belong to the planes
    return slider


def _set(slider: QSlider, share: float) -> None:
    """Move a slider without being told of it."""
    blocked = slider.blockSignals(True)
    slider.setValue(round(share * STEPS))
    slider.blockSignals(blocked)


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for index, widget in enumerate(widgets):
        row.addWidget(widget, 1 if isinstance(widget, QSlider) or index == 1 else 0)
    return row
