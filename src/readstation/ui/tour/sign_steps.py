"""Signing: who, what, and the password again."""

from __future__ import annotations

from readstation.domain.report import ReportVersion, image_manifest_sha256, text_sha256
from readstation.ui.reading.reading_view import ReadingView
from readstation.ui.report.sign_view import SignView
from readstation.ui.tour.input_events import click, type_text
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require
from readstation.ui.worklist.worklist_view import WorklistView


class SignSteps:
    """The first reader signs what both have read."""

    def __init__(self, stage: TourStage, reader_id: str, password: str) -> None:
        self._stage, self._reader_id, self._password = stage, reader_id, password

    def steps(self) -> list[TourStep]:
        stage = self._stage
        return [
            TourStep(
                "sign_dialog",
                "Sign-off repeats patient, study, images and urgency, and asks for the password",
                lambda: stage.press("F12"),
                lambda: stage.is_visible(SignView),
                self._check_dialog,
            ),
            TourStep(
                "signed",
                "Signed: the version is final and cannot be changed",
                self._sign,
                lambda: not stage.is_visible(SignView),
                self._check_signed,
            ),
            TourStep(
                "list_after",
                "The study has left the list; the reader logs out",
                lambda: stage.press("Ctrl+1"),
                lambda: stage.is_visible(WorklistView) and not self._is_listed(),
                lambda: {"still waiting": str(len(stage.visible(WorklistView).model.rows))},
            ),
        ]

    def _check_dialog(self) -> dict[str, str]:
        words = self._stage.text_in(self._stage.visible(SignView))
        for needed in ("DEMO, Alpha", "DEMO-0001", self._stage.accession_number):
            require(needed in words, f"The dialog does not repeat {needed}.")
        return {"dialog": words}

    def _sign(self) -> None:
        view = self._stage.visible(SignView)
        type_text(view.password, self._password)
        click(view.sign_button)

    def _versions(self) -> tuple[ReportVersion, ...]:
        uid = self._stage.study.study_instance_uid
        versions = self._stage.stored(
            lambda work: work.reports.versions_of_study(uid, self._reader_id)
        )
        return tuple(v for v in versions if v.status.value == "final")

    def _check_signed(self) -> dict[str, str]:
        stage, versions = self._stage, self._versions()
        require(versions, "No final version is stored.")
        version = versions[-1]
        require(text_sha256(version.text) == version.text_sha256, "The text has another hash.")
        uid = stage.study.study_instance_uid
        series = stage.stored(lambda work: work.studies.series_of(uid))
        images = {i.sop_instance_uid: i.content_sha256 for s in series for i in s.instances}
        require(
            image_manifest_sha256(images) == version.image_manifest_sha256,
            "The manifest names other images.",
        )
        require(stage.is_visible(ReadingView), "The reading screen is gone.")
        names = ", ".join(f"{s.signer_name} ({s.meaning.value})" for s in version.signatures)
        require(len(version.signatures) == 2, f"Both names should stand on it, not {names}.")
        return {"status": version.status.value, "signatures": names, "hash": version.text_sha256}

    def _is_listed(self) -> bool:
        rows = self._stage.visible(WorklistView).model.rows
        return self._stage.study.study_instance_uid in [r.study_instance_uid for r in rows]
