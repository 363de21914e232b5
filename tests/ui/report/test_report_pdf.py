import io
import re
import subprocess
from dataclasses import replace

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readstation.domain.errors import TamperedError
from readstation.domain.report import (
    ReportStatus,
    ReportVersion,
    Signature,
    SignatureMeaning,
    text_sha256,
)
from readstation.domain.report_text import ReportSubject, report_text
from readstation.ui import theme
from readstation.ui.report.pdf_file import Page, TextRun, pdf_bytes
from readstation.ui.report.report_pdf import report_pdf
from readstation.ui.report.text_pieces import text_pieces
from tests.domain.report_examples import CONTENT, NOW, ORDER, STUDY, TORTURE

pytestmark = pytest.mark.qt_log_ignore("OpenType support missing")

SUBJECT = ReportSubject(STUDY, ORDER, "ReadStation demo site")
SIGNED = (Signature("r", "Dr. One", SignatureMeaning.AUTHORED, NOW),)
LONG = "A line that goes on and on until it has to be wrapped on paper. " * 9
TURNED = re.compile("\u202b([^\u202c]*)\u202c")


@pytest.fixture
def fonts(qapp):
    theme.apply(qapp)
    yield
    qapp.setStyleSheet("")


def version_of(findings_text, status=ReportStatus.FINAL):
    content = replace(CONTENT, findings_text=findings_text)
    text = report_text(SUBJECT, status, content, SIGNED)
    return ReportVersion(
        "r1", 1, STUDY.study_instance_uid, status, content, text, text_sha256(text),
        "ab" * 32, 2, content.urgency, "reader1", SIGNED, NOW,
    )  # fmt: skip


def extracted(pdf):
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return "\n".join(page.extract_text() for page in reader.pages) + "\n"


@pytest.mark.parametrize(
    "text",
    [TORTURE, LONG, f"{LONG}\n\n\n{TORTURE}\n\n{LONG}", "line\n" * 120, "\n" * 90 + "end"],
    ids=["torture", "wrapped", "mixed", "pages", "empty lines"],
)
def test_text_layer_gives_back_the_report(fonts, text):
    version = version_of(text)
    assert extracted(report_pdf(version)) == version.text


def test_text_is_attached_byte_for_byte(fonts):
    version = version_of(TORTURE)
    reader = pypdf.PdfReader(io.BytesIO(report_pdf(version)))
    assert reader.attachments["report.txt"] == [version.text.encode("utf-8")]


@pytest.mark.peer
def test_pdftotext_gives_back_the_report(fonts, tmp_path, peer_program):
    version = version_of(TORTURE)
    file = tmp_path / "report.pdf"
    file.write_bytes(report_pdf(version))
    command = [peer_program("pdftotext"), "-raw", "-enc", "UTF-8", file, "-"]
    made = subprocess.run(command, capture_output=True, check=True, timeout=30)
    assert made.stderr == b""
    shown = made.stdout.decode("utf-8").replace("\f", "")
    # pdftotext writes right-to-left stretches as they lie on a page, between marks of its own.
    logical = TURNED.sub(lambda found: found.group(1)[::-1], shown)
    assert logical == version.text


def test_same_version_gives_the_same_bytes(fonts):
    assert report_pdf(version_of(TORTURE)) == report_pdf(version_of(TORTURE))


def test_every_page_has_the_size_of_a4_and_outlines(fonts):
    reader = pypdf.PdfReader(io.BytesIO(report_pdf(version_of("line\n" * 150))))
    assert len(reader.pages) >= 3
    for page in reader.pages:
        assert tuple(round(float(side)) for side in page.mediabox) == (0, 0, 595, 842)
        assert b" c\n" in page.get_contents().get_data()


def test_preliminary_is_marked_across_the_page(fonts):
    final = report_pdf(version_of("x"))
    preliminary = report_pdf(version_of("x", ReportStatus.PRELIMINARY))
    pale = [
        pypdf.PdfReader(io.BytesIO(pdf)).pages[0].get_contents().get_data().count(b"0.9 g")
        for pdf in (final, preliminary)
    ]
    assert pale == [0, 1]


def test_text_that_does_not_match_its_hash_is_not_printed(fonts):
    version = version_of("x")
    with pytest.raises(TamperedError):
        report_pdf(replace(version, text=version.text.replace("x", "y")))


lines = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\x00"), min_size=1, max_size=40
)


@given(lines)
def test_pieces_of_a_line_give_the_line(line):
    assert "".join(text_pieces(line)) == line


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text("ab12 -.,<&אבגנزيف\u0301漢🧠", min_size=1, max_size=12), max_size=5))
def test_text_layer_gives_back_mixed_lines(texts):
    shown = [text for text in texts if text.strip()]
    page = Page("", [TextRun(t, 50, 700 - 14 * i, 200, 10) for i, t in enumerate(shown)])
    pdf = pdf_bytes([page], "\n".join(shown), title="t", created_at=NOW)
    assert extracted(pdf) == "\n".join(shown) + "\n"


def test_more_characters_than_one_font_can_number_come_back(fonts):
    codes = [c for c in range(0x3400, 0x20000) if not 0xD800 <= c < 0xE000]
    chars = "".join(map(chr, codes[:65_000]))
    rows = [chars[i : i + 500] for i in range(0, len(chars), 500)]
    runs = [TextRun(row, 20, 4000 - 14 * i, 500, 10) for i, row in enumerate(rows)]
    pdf = pdf_bytes([Page("", runs)], chars, title="t", created_at=NOW)
    assert pdf.count(b"/Subtype/Type0") == 2
