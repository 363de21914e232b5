"""Writing the structured report and flagging what is critical."""

from __future__ import annotations

from datetime import timedelta

from readstation.domain.critical_result import CriticalResult
from readstation.domain.finding import Urgency
from readstation.domain.report import Draft, Section
from readstation.ui.calls.critical_banner import CriticalBanner
from readstation.ui.report.finding_card import FindingCard
from readstation.ui.report.plain_editor import PlainEditor
from readstation.ui.tour.input_events import click, type_text
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require

FINDING = "Spiculated mass in the left upper lobe with ground-glass halo, abutting the aorta."
FINDINGS_TEXT = (
    "Lungs and airways: Mass in the left upper lobe, described below. Airways patent.\n"
    "Pleura: No effusion, no pneumothorax.\n"
    "Heart and great vessels: Heart not enlarged. The mass abuts the aorta.\n"
    "Mediastinum and hila: No enlarged nodes as far as can be judged without contrast.\n"
    "Chest wall and bones: No destruction.\n"
    "Upper abdomen: Nothing remarkable as far as included."
)
SITE = "left upper lobe"
IMPRESSION = (
    "Large left upper lobe mass with surrounding haemorrhage, larger than on the SIMULATED prior.\n"
    "Risk of massive haemoptysis: phoned to the emergency department."
)
LIMIT = timedelta(minutes=60)


class ReportSteps:
    """The reader writes beside the images; the text is saved as it is typed."""

    def __init__(self, stage: TourStage, reader_id: str) -> None:
        self._stage, self._reader_id = stage, reader_id

    def steps(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "finding",
                "A structured finding, with the measurement quoted from the image",
                self._write_finding,
                lambda: bool(self._card.finding.text and self._card.finding.measurements),
                self._check_finding,
            ),
            TourStep(
                "autosave",
                "The impression is typed and saved by itself; saved means committed",
                self._write_impression,
                lambda: stage.report.is_safe,
                self._check_saved,
            ),
            TourStep(
                "critical_flag",
                "Flagged critical: the 60 minutes start now and count down on every screen",
                self._flag,
                lambda: stage.is_visible(CriticalBanner) and stage.report.is_safe,
                self._check_flag,
            ),
        ]

    @property
    def _card(self) -> FindingCard:
        return self._stage.visible(FindingCard)

    def _editor(self, section: Section) -> PlainEditor:
        form = self._stage.report.form
        require(form is not None, "There is no report to write in.")
        assert form is not None  # noqa: S101 - for the type checker; required above
        return form.sections[section].editor

    def _write_finding(self) -> None:
        stage = self._stage
        stage.press("F7")
        self._replace_text(Section.FINDINGS, FINDINGS_TEXT)
        stage.press("Ctrl+Shift+F")
        card = self._card
        type_text(card.editor, FINDING)
        click(card.site)
        type_text(card.site, SITE)
        stage.press("Ctrl+M")

    def _check_finding(self) -> dict[str, str]:
        finding = self._card.finding
        require(finding.text == FINDING, f"The finding says something else: {finding.text}")
        require(finding.site == SITE, f"The site is {finding.site or 'empty'}.")
        link = finding.measurements[0]
        shown = self._stage.box(0).visible_measurements[0]
        said = self._stage.reading.model.measurements.say(shown)
        require(link.text == said, "The quoted measurement differs from the drawn one.")
        return {"finding": finding.text, "measurement": link.text}

    def _write_impression(self) -> None:
        self._replace_text(Section.IMPRESSION, IMPRESSION)

    def _replace_text(self, section: Section, text: str) -> None:
        editor = self._editor(section)
        click(editor.viewport())
        self._stage.press("Ctrl+A", "Delete")
        type_text(editor, text)

    def _check_saved(self) -> dict[str, str]:
        stored = self._draft()
        found = stored.content.findings_text
        require(found == FINDINGS_TEXT, f"The stored findings are others: {found!r}")
        require(stored.content.impression == IMPRESSION, "The stored impression is another.")
        require(stored.content.findings[0].text == FINDING, "The stored finding is another.")
        says = self._stage.report.header.saved_label.text()
        require(says.startswith("saved "), f"The panel says {says} although all is stored.")
        return {"panel": says, "stored version": str(stored.version)}

    def _flag(self) -> None:
        click(self._card.editor.viewport())
        self._stage.press("Ctrl+Shift+C")

    def _check_flag(self) -> dict[str, str]:
        result = critical_result(self._stage)
        require(result.urgency is Urgency.CRITICAL, "The stored result is not critical.")
        require(result.due_at - result.discovered_at == LIMIT, "The limit is not 60 minutes.")
        banner = self._stage.text_in(self._stage.banner)
        require("555-01" in banner, "The banner does not say whom to call.")
        return {"banner": banner, "due": result.due_at.isoformat(timespec="seconds")}

    def _draft(self) -> Draft:
        uid = self._stage.study.study_instance_uid
        draft = self._stage.stored(
            lambda work: work.reports.open_draft_of_study(uid, self._reader_id)
        )
        require(draft is not None, "No report is stored.")
        assert draft is not None  # noqa: S101 - for the type checker; required above
        return draft


def critical_result(stage: TourStage) -> CriticalResult:
    """Return the stored critical result of the study."""
    uid = stage.study.study_instance_uid
    results = stage.stored(lambda work: work.critical_results.of_study(uid, None))
    require(results, "No critical result is stored.")
    return results[0]
