"""Who and what is open: patient identity, study with its date, order and priors."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from readstation.app.reading.open_study import OpenedStudy
from readstation.app.viewport.overlay_text import visible_text
from readstation.domain.order import Intent, Order, OrderPriority
from readstation.domain.patient import shown_name
from readstation.domain.study import Completeness, Study
from readstation.ui import theme
from readstation.ui.reading.prior_row import PriorRow
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.elided_label import ElidedLabel
from readstation.ui.widgets.text import PlainLabel

IDENTITY_PX = 440
PRIORITY_BADGES = {OrderPriority.STAT: "stat", OrderPriority.URGENT: "urgent"}


class PatientHeader(QWidget):
    """Follows one `OpenedStudy`; drawn from the same object that the images came with."""

    prior_asked = Signal(object)
    prior_report_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        surface = theme.surface("toolbar")
        self.name = ElidedLabel(role="title")
        self.facts = PlainLabel(role="heading")
        self.identity = ElidedLabel()
        self.study = ElidedLabel(role="heading")
        self.when = PlainLabel(role="digits")
        self.order = ElidedLabel(role="dim")
        self._badges = QHBoxLayout()
        self._badge_widgets: list[Badge] = []
        self.priors = PriorRow()
        self.priors.prior_asked.connect(self.prior_asked)
        self.priors.report_asked.connect(self.prior_report_asked)
        self.status = ElidedLabel(role="warning")
        row = QHBoxLayout(surface)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(20)
        row.addLayout(self._patient_column())
        row.addLayout(self._study_column(), 1)
        row.addLayout(self._prior_column())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(surface)
        self.setFixedHeight(surface.sizeHint().height() + 8)
        self.clear()

    def clear(self) -> None:
        """Name nobody: no study is open."""
        self.name.say("No study open")
        for label in (self.facts, self.when):
            label.setText("")
        for label in (self.identity, self.study, self.order, self.status):
            label.say("")
        self._show_badges(())
        self.priors.clear()

    def show_study(self, opened: OpenedStudy) -> None:
        study, order = opened.study, opened.order
        self.name.say(visible_text(shown_name(study.patient.patient_name)))
        self.facts.setText(facts_line(study))
        self.identity.say(visible_text(identity_line(study)))
        width = self.identity.fontMetrics().horizontalAdvance(self.identity.text())
        self.identity.setMinimumWidth(min(width + 4, IDENTITY_PX))
        self.study.say(visible_text(study_line(study, order)))
        self.when.setText(when_line(study))
        self.order.say(visible_text(_order_line(order)))
        self._show_badges(tuple(_badges(study, order)))
        self.priors.show_priors(opened)

    def _show_badges(self, wanted: Sequence[tuple[str, str]]) -> None:
        """Show so many badges; those that are there already are used again."""
        for text, kind in wanted[len(self._badge_widgets) :]:
            self._badge_widgets.append(Badge(text, kind))
            self._badges.addWidget(self._badge_widgets[-1])
        for place, badge in enumerate(self._badge_widgets):
            if place < len(wanted):
                badge.set_badge(*wanted[place])
            badge.setVisible(place < len(wanted))

    def show_status(self, text: str) -> None:
        """Say in one line why the study is read-only or incomplete, or what is loading."""
        self.status.say(text)

    def _patient_column(self) -> QVBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.name)
        line.addWidget(self.facts)
        line.addStretch(1)
        column = _column(self.identity)
        column.insertLayout(0, line)
        return column

    def _study_column(self) -> QVBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.study)
        line.addWidget(self.when)
        self._badges.setSpacing(4)
        line.addLayout(self._badges)
        line.addStretch(1)
        column = _column(self.order)
        column.insertLayout(0, line)
        return column

    def _prior_column(self) -> QVBoxLayout:
        self.status.setAlignment(Qt.AlignmentFlag.AlignRight)
        column = _column(self.status)
        column.insertWidget(0, self.priors)
        return column

    def sizeHint(self) -> QSize:
        return QSize(800, self.height())


def facts_line(study: Study) -> str:
    """Return sex, and age on the day of the study."""
    patient = study.patient
    age = None
    if study.study_date_time is not None:
        age = patient.age_on(study.study_date_time.date())
    facts = (patient.patient_sex, f"{age} y" if age is not None else "")
    return " · ".join(fact for fact in facts if fact)


def identity_line(study: Study) -> str:
    """Birth date and ID come first: they are never cut off."""
    identity, born = study.patient.identity, study.patient.patient_birth_date
    issuer = f" ({identity.issuer_of_patient_id})" if identity.issuer_of_patient_id else ""
    accession = f" · ACC {study.accession_number}" if study.accession_number else ""
    birth = f"born {born.isoformat()}" if born else "birth date unknown"
    return f"{birth} · ID {identity.patient_id}{issuer}{accession}"


def study_line(study: Study, order: Order | None) -> str:
    """Name what was asked for, else what was done."""
    title = order.requested_procedure_description if order else ""
    return title or study.study_description or "/".join(study.modalities_in_study)


def when_line(study: Study) -> str:
    """Return the date and time of the study, which every prior is compared with."""
    moment = study.study_date_time
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else "date unknown"


def _order_line(order: Order | None) -> str:
    if order is None:
        return "No order: indication and referrer unknown"
    referrer = order.referring_physician
    indication = order.reason_for_the_requested_procedure
    return f"{indication} · ordered by {referrer.name}, {referrer.telephone_number}"


def _badges(study: Study, order: Order | None) -> list[tuple[str, str]]:
    badges = []
    if order is not None:
        kind = PRIORITY_BADGES.get(order.priority, "plain")
        badges += [(order.priority.value, kind), (order.patient_class.value, "plain")]
        if order.intent is Intent.SCREENING:
            badges.append(("SCREENING", "screening"))
        if order.technologist_concern:
            badges.append(("TECH CONCERN", "concern"))
    if study.is_simulated:
        badges.append(("SIMULATED", "warning"))
    if study.completeness is Completeness.INCOMPLETE:
        here, expected = study.number_of_study_related_instances, study.expected_instances
        badges.append((f"INCOMPLETE {here}/{expected}", "warning"))
    return badges


def _column(*widgets: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(2)
    for widget in widgets:
        column.addWidget(widget)
    return column
