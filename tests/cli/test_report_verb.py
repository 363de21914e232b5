import io
import json

import pypdf
import pytest

from readstation.app.report.export_report import find_report
from readstation.bootstrap import workspace_at
from readstation.cli.main import main
from readstation.domain.audit import AuditAction
from readstation.domain.errors import NotFoundError
from readstation.domain.report import ReportContent
from tests.app.report.report_station import UID, make_desk
from tests.app.report.test_sign_report import Reading
from tests.domain.report_examples import STUDY, TORTURE


@pytest.fixture
def signed(tmp_path):
    """A workspace with one signed report, and that version."""
    desk = make_desk(tmp_path / "home")
    return desk, Reading(desk, ReportContent(impression=TORTURE)).sign()


def call(desk, *arguments):
    return main(["--home", str(desk.station.home), "report", *map(str, arguments)])


def test_report_is_shown_by_any_of_its_names(signed, capsys):
    desk, version = signed
    for key in (version.report_id, STUDY.accession_number, UID):
        assert call(desk, "show", key) == 0
        assert capsys.readouterr().out == version.text


def test_report_for_programs_carries_hashes_and_signatures(signed, capsys):
    desk, version = signed
    assert call(desk, "show", UID, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["text"] == version.text
    assert shown["text_sha256"] == version.text_sha256
    assert [s["signer_id"] for s in shown["signatures"]] == ["reader1"]


def test_exported_text_is_the_signed_text_byte_for_byte_and_the_export_is_recorded(
    signed, tmp_path
):
    desk, version = signed
    out = tmp_path / "report.txt"
    assert call(desk, "export", UID, "--format", "text", "--out", out) == 0
    assert out.read_bytes() == version.text.encode("utf-8")
    assert desk.audit()[-1] is AuditAction.REPORT_EXPORTED


@pytest.mark.qt_log_ignore("OpenType support missing")
def test_exported_pdf_gives_the_signed_text_back(signed, tmp_path, qapp):
    desk, version = signed
    out = tmp_path / "report.pdf"
    assert call(desk, "export", UID, "--format", "pdf", "--out", out) == 0
    reader = pypdf.PdfReader(io.BytesIO(out.read_bytes()))
    assert "\n".join(page.extract_text() for page in reader.pages) + "\n" == version.text


def test_unknown_report_is_refused_with_a_sentence(signed, capsys):
    desk, _ = signed
    assert call(desk, "show", "9.9.9") == 3
    assert "No report has been sent or signed" in capsys.readouterr().err


def test_unknown_version_is_refused(signed, capsys):
    desk, _ = signed
    assert call(desk, "show", UID, "--version", "7") == 3
    assert "There is no version 7" in capsys.readouterr().err


def test_place_that_cannot_be_written_is_refused(signed, tmp_path, capsys):
    desk, _ = signed
    out = tmp_path / "nowhere" / "report.txt"
    assert call(desk, "export", UID, "--format", "text", "--out", out) == 3
    assert "cannot be written" in capsys.readouterr().err


def test_draft_is_no_report_to_show(tmp_path):
    desk = make_desk(tmp_path / "home")
    Reading(desk, ReportContent(impression="Not yet."))
    with workspace_at(desk.station.home) as workspace, pytest.raises(NotFoundError):
        find_report(workspace.station, None, UID)
