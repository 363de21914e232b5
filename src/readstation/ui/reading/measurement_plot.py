"""A small plot over the image box: histogram of a region, or profile along a line."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from readstation.app.reading.measurement_plots import Plot, plot_of_selected
from readstation.app.viewport.overlay_text import visible_text
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.ui import theme
from readstation.ui.widgets.text import PlainLabel

WIDTH_PX, HEIGHT_PX, MARGIN_PX = 420, 280, 12
NOTHING = "Select a region or a length first: its histogram or profile is shown."
HINT = "It follows the measurement. Shift+X closes it."


class MeasurementPlot(QFrame):
    """Follows the selected measurement of one viewport for as long as it is open."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._around = parent
        self._model: ViewportModel | None = None
        self._box: QWidget | None = None
        self._measured: object = None
        self.plot: Plot | None = None
        self._widget: Any = None
        self.title = PlainLabel(role="heading")
        self.told = PlainLabel(role="dim")
        self.told.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 8)
        self._column.setSpacing(6)
        self._column.addWidget(self.title)
        self._column.addWidget(self.told)
        self._column.addWidget(PlainLabel(HINT, role="dim"))
        self.hide()

    def toggle(self, model: ViewportModel, box: QWidget) -> None:
        """Open for the selected measurement, or close."""
        if self._model is not None:
            self.close_plot()
        elif plot_of_selected(model) is None:
            model.change(notice=NOTHING)
        else:
            self._model, self._box, self._measured = model, box, None
            self._make_room(box)
            self.show()
            self.raise_()
            self.follow(model)

    def follow(self, model: ViewportModel) -> None:
        """Draw anew what changed; with nothing selected the plot is empty."""
        if model is not self._model:
            return
        selected = model.measurements.find(model.state.selected_measurement_uid)
        measured = (selected, model.frame, model.state.value_scale)
        if measured == self._measured:
            return
        self._measured = measured
        plot = plot_of_selected(model)
        if plot is None:
            self._clear()
        else:
            self._draw(plot)

    def is_of(self, model: ViewportModel) -> bool:
        """Return True while a measurement of this viewport is plotted."""
        return self._model is model

    def close_plot(self) -> None:
        box, self._box, self._model, self.plot = self._box, None, None, None
        widget, self._widget = self._widget, None
        if widget is not None:
            widget.close()
            widget.deleteLater()
        self.hide()
        if box is not None:
            box.setFocus()

    def _clear(self) -> None:
        self.plot = None
        self.title.setText("Nothing selected")
        self.told.setText(NOTHING)
        if self._widget is not None:
            self._widget.getPlotItem().clear()

    def _draw(self, plot: Plot) -> None:
        import pyqtgraph as pg  # noqa: PLC0415  # half a second that only plots are worth

        self.plot = plot
        self.title.setText(plot.title)
        self.told.setText(visible_text(plot.told))
        if self._widget is None:
            self._widget = pg.PlotWidget(background=theme.colour("panel"), enableMenu=False)
            self._widget.hideButtons()
            self._widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._column.insertWidget(1, self._widget, 1)
        item, ink = self._widget.getPlotItem(), theme.colour("measurement")
        item.clear()
        item.setLabel("bottom", plot.across)
        item.setLabel("left", plot.up)
        fill = theme.colour("measurement")
        fill.setAlpha(90)
        item.plot(
            plot.x,
            plot.y,
            pen=pg.mkPen(ink, width=1.5),
            stepMode="center" if plot.is_bars else None,
            fillLevel=0 if plot.is_bars else None,
            brush=fill if plot.is_bars else None,
            connect="finite" if not plot.is_bars else "all",
        )

    def _make_room(self, box: QWidget) -> None:
        """Lie in the lower right corner of the box."""
        width = min(WIDTH_PX, box.width() - 2 * MARGIN_PX)
        height = min(HEIGHT_PX, box.height() - 2 * MARGIN_PX)
        corner = QPoint(box.width() - width - MARGIN_PX, box.height() - height - MARGIN_PX)
        at = box.mapTo(self._around, corner)
        self.setGeometry(at.x(), max(at.y(), 0), width, height)
