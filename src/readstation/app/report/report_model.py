"""What the report panel shows and what a reader can do to it. No Qt."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from readstation.app.report.stored_report import same_apart_from_calls
from readstation.domain.errors import ClaimLostError, ConflictError, ReadStationError
from readstation.domain.finding import Finding, MeasurementLink
from readstation.domain.report import (
    TRANSITIONS,
    Draft,
    ReportContent,
    ReportStatus,
    ReportStep,
    Section,
)
from readstation.domain.report_template import ReportTemplate

FIELD_OF_SECTION: dict[Section, str] = {
    Section.INDICATION: "indication",
    Section.TECHNIQUE: "technique",
    Section.COMPARISON: "comparison",
    Section.FINDINGS: "findings_text",
    Section.IMPRESSION: "impression",
}


class SaveState(Enum):
    """What the panel says about the safety of the text."""

    SAVED = "saved"
    TYPING = "typing"
    SAVING = "saving"
    NOT_SAVED = "NOT SAVED"


@dataclass(frozen=True, slots=True)
class ReportState:
    """`base` is what the database is known to hold, `content` what the editor holds."""

    base: Draft
    content: ReportContent
    is_saving: bool = False
    failure: ReadStationError | None = None
    read_only_reason: str = ""
    selected_finding_id: str = ""

    @property
    def is_dirty(self) -> bool:
        return not same_apart_from_calls(self.content, self.base.content)

    @property
    def is_read_only(self) -> bool:
        return bool(self.why_read_only)

    @property
    def why_read_only(self) -> str:
        """Why nothing can be typed; empty where it can."""
        if self.read_only_reason:
            return self.read_only_reason
        if (self.base.status, ReportStep.EDIT) in TRANSITIONS:
            return ""
        if self.base.status is ReportStatus.AWAITING_SECOND_READ:
            return "With the second reader. Recall the handoff to go on writing."
        return f"This report is {self.base.status.value}. Add an addendum to say more."

    @property
    def save_state(self) -> SaveState:
        if self.failure is not None and self.is_dirty:
            return SaveState.NOT_SAVED
        if self.is_saving:
            return SaveState.SAVING
        return SaveState.TYPING if self.is_dirty else SaveState.SAVED

    @property
    def saved_at(self) -> datetime:
        return self.base.saved_at

    @property
    def is_worth_retrying(self) -> bool:
        """Whether trying again may help: not if somebody else owns the study or the text."""
        return not isinstance(self.failure, ClaimLostError | ConflictError)

    def text_of(self, section: Section) -> str:
        return str(getattr(self.content, FIELD_OF_SECTION[section]))

    def finding(self, finding_id: str) -> Finding | None:
        return next((f for f in self.content.findings if f.finding_id == finding_id), None)


@dataclass(frozen=True, slots=True)
class SaveTicket:
    """One save: what is written over what. The newest content is taken at the next one."""

    base: Draft
    content: ReportContent


class ReportModel:
    """Holds one report for as long as it is on the screen; listeners hear every change."""

    def __init__(
        self, draft: Draft, template: ReportTemplate, *, read_only_reason: str = ""
    ) -> None:
        self.template = template
        self.state = ReportState(draft, draft.content, read_only_reason=read_only_reason)
        self._listeners: list[Callable[[ReportState], None]] = []

    def on_change(self, listener: Callable[[ReportState], None]) -> Callable[[], None]:
        """Call `listener` after every change; returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # What the reader does

    def set_section(self, section: Section, text: str) -> None:
        self._write(FIELD_OF_SECTION[section], text)

    def write_normal(self, section: Section) -> None:
        """Put the template's normal text in; what was typed stays in front of it."""
        normal = self.template.normal.get(section, "")
        present = self.state.text_of(section)
        if normal and normal not in present:
            is_untouched = present.strip() in ("", self.template.skeleton.get(section, "").strip())
            self.set_section(section, normal if is_untouched else f"{present}\n{normal}")

    def apply_template(self, template: ReportTemplate) -> None:
        """Change the template; sections in which something was typed are left alone."""
        if self.state.is_read_only:
            return
        content = replace(self.state.content, template_id=template.template_id)
        for section in (Section.TECHNIQUE, Section.FINDINGS, Section.IMPRESSION):
            before = self.template.skeleton.get(section, "")
            if self.state.text_of(section).strip() in ("", before.strip()):
                text: Any = template.skeleton.get(section, "")
                content = replace(content, **{FIELD_OF_SECTION[section]: text})
        self.template = template
        self._set(content=content)

    def add_finding(self) -> str:
        """Add an empty finding and return its id; empty if nothing may be written."""
        if self.state.is_read_only:
            return ""
        finding = Finding(uuid.uuid4().hex, "")
        self._set(
            content=replace(self.state.content, findings=(*self.state.content.findings, finding)),
            selected_finding_id=finding.finding_id,
        )
        return finding.finding_id

    def change_finding(self, changed: Finding) -> None:
        """Replace the finding of the same id."""
        self._write(
            "findings",
            tuple(
                changed if f.finding_id == changed.finding_id else f
                for f in self.state.content.findings
            ),
        )

    def remove_finding(self, finding_id: str) -> None:
        self._write(
            "findings",
            tuple(f for f in self.state.content.findings if f.finding_id != finding_id),
        )

    def select_finding(self, finding_id: str) -> None:
        self._set(selected_finding_id=finding_id)

    def insert_measurement(self, link: MeasurementLink) -> None:
        """Quote a measurement in the selected finding, or in a new one."""
        finding = self.state.finding(self.state.selected_finding_id)
        if finding is None:
            added = self.add_finding()
            finding = self.state.finding(added)
        if finding is None or link in finding.measurements:
            return
        self.change_finding(replace(finding, measurements=(*finding.measurements, link)))

    # What the saver does

    def begin_save(self) -> SaveTicket | None:
        """Return what is to be written now; None if nothing is, or a save is under way."""
        state = self.state
        if state.is_saving or not state.is_dirty or state.is_read_only:
            return None
        self._set(is_saving=True)
        return SaveTicket(state.base, state.content)

    def save_succeeded(self, stored: Draft) -> None:
        """Take note of a commit that returned."""
        content = replace(self.state.content, communications=stored.content.communications)
        self._set(base=stored, content=content, is_saving=False, failure=None)

    def save_failed(self, error: ReadStationError) -> None:
        """Keep the text and say that it is not saved."""
        self._set(is_saving=False, failure=error)

    def take_stored(self, stored: Draft) -> None:
        """Follow what another step has written: a call's statement, a new status.

        Text that is typed and not saved yet stays in the editor.
        """
        if stored.report_id != self.state.base.report_id:
            raise ValueError("that is another report")
        if stored.version <= self.state.base.version:
            return
        typed = self.state.content if self.state.is_dirty else stored.content
        content = replace(typed, communications=stored.content.communications)
        self._set(base=stored, content=content)

    def make_read_only(self, reason: str) -> None:
        self._set(read_only_reason=reason)

    def _write(self, field: str, value: Any) -> None:
        if not self.state.is_read_only:
            self._set(content=replace(self.state.content, **{field: value}))

    def _set(self, **changes: Any) -> None:
        new = replace(self.state, **changes)
        if new != self.state:
            self.state = new
            for listener in list(self._listeners):
                listener(new)
