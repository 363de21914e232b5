"""Who and what is open: patient identity, study, order, priors and the due clock."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from readstation.app.reading.open_study import OpenedStudy
from readstation.app.reading.time_words import gap_in_words
from readstation.domain.order import Intent, Order, OrderPriority
from readstation.domain.patient import PatientMatch, shown_name
from readstation.domain.prior import RankedPrior
from readstation.domain.study import Completeness, Study
from readstation.ui import theme
from readstation.ui.widgets.badge import Badge
from readstation.ui.widgets.text import PlainLabel, plain_tooltip

MOST_PRIORS = 4
PRIORITY_BADGES = {OrderPriority.STAT: "stat", OrderPriority.URGENT: "urgent"}


class PatientHeader(QWidget):
    """Follows one `OpenedStudy`; drawn from the same object that the images came with."""

    prior_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        surface = theme.surface("toolbar")
        self.name = PlainLabel(role="title")
        self.identity = PlainLabel(role="dim")
        self.study = PlainLabel(role="heading")
        self.order = PlainLabel(role="dim")
        self._badges = QHBoxLayout()
        self._priors = QHBoxLayout()
        self.status = PlainLabel(role="warning")
        for label in (self.name, self.order, self.study):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(surface)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(18)
        row.addLayout(_column(self.name, self.identity), 3)
        row.addLayout(self._study_column(), 5)
        row.addLayout(self._prior_column(), 4)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(surface)
        self.setFixedHeight(surface.sizeHint().height() + 8)
        self.clear()

    def clear(self) -> None:
        """Name nobody: no study is open."""
        self.name.setText("No study open")
        for label in (self.identity, self.study, self.order, self.status):
            label.setText("")
        _empty(self._badges)
        _empty(self._priors)

    def show_study(self, opened: OpenedStudy) -> None:
        study, order = opened.study, opened.order
        self.name.setText(_name_line(study))
        identity = study.patient.identity
        issuer = f" ({identity.issuer_of_patient_id})" if identity.issuer_of_patient_id else ""
        accession = f" · ACC {study.accession_number}" if study.accession_number else ""
        self.identity.setText(f"ID {identity.patient_id}{issuer}{accession}")
        self.study.setText(_study_line(study, order))
        self.order.setText(_order_line(order))
        _empty(self._badges)
        for text, kind in _badges(study, order):
            self._badges.addWidget(Badge(text, kind))
        self._badges.addStretch(1)
        self._show_priors(opened)

    def show_status(self, text: str) -> None:
        """Say in one line why the study is read-only or incomplete, or what is loading."""
        self.status.setText(text)

    def _show_priors(self, opened: OpenedStudy) -> None:
        _empty(self._priors)
        self._priors.addStretch(1)
        same = [p for p in opened.priors if p.match is PatientMatch.SAME]
        doubtful = len(opened.priors) - len(same)
        if not same:
            self._priors.addWidget(PlainLabel("No priors", role="dim"))
        for prior in same[:MOST_PRIORS]:
            self._priors.addWidget(self._prior_button(prior, opened.study))
        if len(same) > MOST_PRIORS:
            self._priors.addWidget(PlainLabel(f"+{len(same) - MOST_PRIORS}", role="dim"))
        if doubtful:
            self._priors.addWidget(Badge(f"{doubtful} possible match, not hung", "warning"))

    def _prior_button(self, prior: RankedPrior, current: Study) -> QPushButton:
        study = prior.study
        when = ""
        if study.study_date_time and current.study_date_time:
            gap = gap_in_words(study.study_date_time.date(), current.study_date_time.date())
            when = f" {study.study_date_time:%Y-%m-%d} ({gap})"
        mark = " · SIMULATED" if study.is_simulated else ""
        button = QPushButton(f"{'/'.join(study.modalities_in_study)}{when}{mark}")
        button.setProperty("role", "chip")
        why = f"{study.study_description}: {'; '.join(prior.reasons)}"
        button.setToolTip(plain_tooltip(why))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self.prior_asked.emit, study))
        return button

    def _study_column(self) -> QVBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.study, 1)
        self._badges.setSpacing(4)
        line.addLayout(self._badges)
        column = _column(self.order)
        column.insertLayout(0, line)
        return column

    def _prior_column(self) -> QVBoxLayout:
        self._priors.setSpacing(6)
        self.status.setAlignment(Qt.AlignmentFlag.AlignRight)
        column = _column(self.status)
        column.insertLayout(0, self._priors)
        return column

    def sizeHint(self) -> QSize:
        return QSize(800, self.height())


def _name_line(study: Study) -> str:
    patient = study.patient
    age = None
    if study.study_date_time is not None:
        age = patient.age_on(study.study_date_time.date())
    born = patient.patient_birth_date
    facts = (
        patient.patient_sex,
        f"{age} y" if age is not None else "",
        f"born {born.isoformat()}" if born else "birth date unknown",
    )
    return " · ".join((shown_name(patient.patient_name), *(f for f in facts if f)))


def _study_line(study: Study, order: Order | None) -> str:
    title = order.requested_procedure_description if order else ""
    return title or study.study_description or "/".join(study.modalities_in_study)


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


def _empty(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
