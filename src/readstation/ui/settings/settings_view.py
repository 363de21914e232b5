"""The settings page: one card per question, its answers all in sight."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from readstation.app.commands import Context
from readstation.app.jobs import JobContext, Lane
from readstation.app.settings.change_setting import change_setting
from readstation.domain.settings import (
    MEMORY_PERCENT,
    SETTINGS,
    Choice,
    Setting,
    SettingValue,
    SettingValues,
)
from readstation.ui import theme
from readstation.ui.command_binding import bind_commands
from readstation.ui.screens import ScreenContext
from readstation.ui.widgets.choice_row import ChoiceRow
from readstation.ui.widgets.text import PlainLabel

PAGE_WIDTH_PX = 760
GIB = 1024**3
FROM_NEXT_START = "Saved. It holds from the next start of the program on."
SAVING = "Saving…"


class SettingCard(QFrame):
    """One question: what it means, its answers, and what is in force."""

    def __init__(self, setting: Setting, in_use: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("role", "card")
        self.setAccessibleName(setting.title)
        self.answers = ChoiceRow(columns=len(setting.choices) + 1)
        self.state = PlainLabel(role="dim")
        self.problem = PlainLabel(role="warning")
        detail = PlainLabel(setting.detail, role="dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(8)
        self._in_use = in_use
        self._offered: tuple[Choice, ...] = ()
        self._chosen: SettingValue | None = None
        for label in (detail, self.state, self.problem):
            label.setWordWrap(True)
        column.addWidget(PlainLabel(setting.title, role="heading"))
        for part in (detail, self.answers, self.state, self.problem):
            column.addWidget(part)

    def show_values(self, values: SettingValues, *, is_new: bool = False) -> None:
        """Show what is stored; an answer that nobody offers gets a button of its own."""
        chosen = values.of(self.setting)
        offered = self.setting.choices
        if chosen not in {choice.value for choice in offered}:
            offered = (*offered, Choice(chosen, self.setting.words_for(chosen)))
        if offered != self._offered:
            self._offered = offered
            self.answers.set_choices([(choice.value, choice.words) for choice in offered])
        self._chosen = chosen
        self.answers.set_chosen(chosen)
        self.state.setText(FROM_NEXT_START if is_new else self._in_use)
        self.state.setVisible(bool(self.state.text()))
        self.problem.setText(values.problem_of(self.setting))
        self.problem.setVisible(bool(self.problem.text()))

    def focus_chosen(self) -> None:
        """Give the keys to the answer in force."""
        if self._chosen is not None:
            self.answers.button(self._chosen).setFocus()


class SettingsView(QScrollArea):
    """Reads and writes the settings of the station in the database lane, with their record."""

    def __init__(self, context: ScreenContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.problem = PlainLabel(role="warning")
        self.problem.setWordWrap(True)
        self.cards = {s.key: SettingCard(s, self._in_use(s)) for s in SETTINGS}
        self._values: SettingValues | None = None
        self._place()
        for card in self.cards.values():
            card.answers.chosen.connect(partial(self._change, card.setting))
        bind_commands(context.registry, Context.SETTINGS, self, self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read the settings again."""
        settings = self._context.station.settings
        handle = self._context.jobs.start(Lane.DATABASE, lambda _job: settings.values())
        handle.succeeded.connect(self._show)
        handle.failed.connect(self._context.errors.show)

    def step(self, steps: int) -> None:
        """Give the keys to the next or previous question."""
        cards = list(self.cards.values())
        here = next((i for i, c in enumerate(cards) if c.isAncestorOf(self.focusWidget())), 0)
        target = cards[min(max(here + steps, 0), len(cards) - 1)]
        target.focus_chosen()
        self.ensureWidgetVisible(target)

    def _change(self, setting: Setting, value: SettingValue) -> None:
        station, session = self._context.station, self._context.session
        self.cards[setting.key].state.setText(SAVING)
        self.cards[setting.key].state.show()

        def work(_job: JobContext) -> SettingValues:
            return change_setting(station, session, setting, value)

        handle = self._context.jobs.start(Lane.DATABASE, work)
        handle.succeeded.connect(partial(self._show_changed, setting))
        handle.failed.connect(self._fail)

    def _show(self, values: SettingValues) -> None:
        self._values = values
        self.problem.setText(values.failure)
        self.problem.setVisible(bool(values.failure))
        for card in self.cards.values():
            card.show_values(values)

    def _show_changed(self, setting: Setting, values: SettingValues) -> None:
        self._values = values
        self.cards[setting.key].show_values(values, is_new=True)

    def _fail(self, error: Exception) -> None:
        """Say why nothing was saved, and show what is still in force."""
        self._context.errors.show(error)
        if self._values is not None:
            self._show(self._values)

    def _in_use(self, setting: Setting) -> str:
        """Return what a setting comes to on this machine now."""
        if setting is not MEMORY_PERCENT:
            return ""
        memory = self._context.station.memory
        return f"In use now: at most {memory.size_bytes / GIB:.1f} GiB for images."

    def _place(self) -> None:
        content = theme.surface("scroll-content")
        column = QVBoxLayout(content)
        column.setContentsMargins(28, 22, 28, 22)
        column.setSpacing(14)
        heading = PlainLabel("Settings of this station", role="title")
        column.addWidget(heading)
        for part in (self.problem, *self.cards.values()):
            part.setMaximumWidth(PAGE_WIDTH_PX)
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
