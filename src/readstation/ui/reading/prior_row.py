"""The earlier studies in the header: the suggested ones in front, all others one click away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.prior_words import full_line, short_line, shown_first, why_lines
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.prior import RankedPrior
from readstation.domain.study import Study
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel, plain_action, plain_tooltip

MOST_CHIPS = 3
MOST_LETTERS = 120
SPACING_PX = 6


class PriorRow(QWidget):
    """A chip for each prior in front, a menu of all, and a mark for possible matches."""

    prior_asked = Signal(object)
    report_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACING_PX)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.chips: tuple[QPushButton, ...] = ()
        self._parts: list[list[QWidget]] = []
        self.all_button: QPushButton | None = None
        self.doubt: Badge | None = None

    def clear(self) -> None:
        self.chips, self.all_button, self.doubt = (), None, None
        self._parts.clear()
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def show_priors(self, opened: OpenedStudy) -> None:
        """Show the priors of a study; possible matches are named and never offered for hanging."""
        self.clear()
        self._row.addStretch(1)
        sure = [prior for prior in opened.priors if prior.may_be_hung]
        doubtful = [prior for prior in opened.priors if not prior.may_be_hung]
        if not sure:
            self._row.addWidget(PlainLabel("No priors", role="dim"))
        in_front = shown_first(opened.priors, MOST_CHIPS)
        self.chips = tuple(self._chip(prior, opened) for prior in in_front)
        if doubtful or len(sure) > 1:
            self.all_button = self._menu_button(sure, doubtful, opened.study)
            self._row.addWidget(self.all_button)
        if doubtful:
            self.doubt = Badge(f"{len(doubtful)} POSSIBLE MATCH", "warning")
            self.doubt.setToolTip(plain_tooltip(_doubts(doubtful, opened.study)))
            self._row.addWidget(self.doubt)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Room for the best prior and the way to all others."""
        first = self._parts[0] if self._parts else []
        always = [*first, *(w for w in (self.all_button, self.doubt) if w is not None)]
        return QSize(self._width(always), super().sizeHint().height())

    def sizeHint(self) -> QSize:
        """Room for all chips, also for those that are hidden for want of it."""
        always = [w for w in (self.all_button, self.doubt) if w is not None]
        wanted = self._width([*(w for part in self._parts for w in part), *always])
        hint = super().sizeHint()
        return QSize(max(hint.width(), wanted), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Hide the chips that there is no room for, the last first: the menu has them all."""
        others: list[QWidget] = [w for w in (self.all_button, self.doubt) if w is not None]
        for widget in others:
            widget.show()
        shown: list[QWidget] = list(others)
        for place, part in enumerate(self._parts):
            shown += part
            fits = place == 0 or self._width(shown) <= self.width()
            for widget in part:
                widget.setVisible(fits)
            if not fits:
                shown = shown[: -len(part)]

    def _width(self, widgets: Sequence[QWidget]) -> int:
        return sum(widget.sizeHint().width() + SPACING_PX for widget in widgets)

    def _chip(self, prior: RankedPrior, opened: OpenedStudy) -> QPushButton:
        chip = QPushButton(plain_action(visible_text(short_line(prior, opened.study))))
        chip.setProperty("role", "chip")
        chip.setProperty("prior", "true")
        chip.setToolTip(_why(prior))
        chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        chip.clicked.connect(partial(self.prior_asked.emit, prior.study))
        part: list[QWidget] = [chip]
        if prior.study.study_instance_uid in opened.prior_reports:
            part.append(self._report_button(prior.study))
        for widget in part:
            self._row.addWidget(widget)
        self._parts.append(part)
        return chip

    def _report_button(self, prior: Study) -> QToolButton:
        button = QToolButton()
        button.setIcon(theme.icon("list-checks", "prior_text"))
        button.setToolTip("Read the signed report of this prior")
        at = prior.study_date_time
        day = f"{at:%Y-%m-%d}" if at is not None else "of unknown date"
        button.setAccessibleName(f"Signed report of the prior {day}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self.report_asked.emit, prior))
        return button

    def _menu_button(
        self, sure: list[RankedPrior], doubtful: list[RankedPrior], current: Study
    ) -> QPushButton:
        """Return what lists every earlier study, the most relevant first."""
        button = QPushButton(f"All {len(sure)}" if sure else "Earlier")
        button.setProperty("role", "chip")
        button.setToolTip("All earlier studies, the most relevant first")
        button.setAccessibleName(f"All {len(sure)} priors and {len(doubtful)} possible matches")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        for prior in sure:
            action = menu.addAction(plain_action(_cut(full_line(prior, current))))
            action.setToolTip(_why(prior))
            action.triggered.connect(partial(self._ask, prior.study))
        if sure and doubtful:
            menu.addSeparator()
        for prior in doubtful:
            menu.addAction(_doubt_entry(prior, current, menu))
        button.setMenu(menu)
        return button

    def _ask(self, prior: Study, _is_checked: bool = False) -> None:
        self.prior_asked.emit(prior)


def _doubt_entry(prior: RankedPrior, current: Study, menu: QMenu) -> QWidgetAction:
    """Return a line that cannot be chosen, in another colour and with its reason."""
    label = PlainLabel(_cut(f"POSSIBLE MATCH · {full_line(prior, current)}"), role="warning")
    label.setContentsMargins(12, 5, 22, 5)
    entry = QWidgetAction(menu)
    entry.setDefaultWidget(label)
    entry.setEnabled(False)
    return entry


def _why(prior: RankedPrior) -> str:
    title = prior.study.study_description or "No description"
    return plain_tooltip(visible_text(f"{title}: {'; '.join(why_lines(prior))}. Click to hang it."))


def _doubts(doubtful: list[RankedPrior], current: Study) -> str:
    lines = (f"{full_line(prior, current)}" for prior in doubtful)
    return "Identity does not agree, so these are not hung. " + " | ".join(map(visible_text, lines))


def _cut(text: str) -> str:
    shown = visible_text(text)
    return shown if len(shown) <= MOST_LETTERS else f"{shown[: MOST_LETTERS - 1]}…"
