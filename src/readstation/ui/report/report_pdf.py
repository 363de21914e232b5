"""The report on paper: A4 pages with the patient's identity on each of them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainterPath, QTextLayout, QTextLine, QTextOption, QTransform

from readstation.app.report.stored_report import require_untouched
from readstation.domain.report import ReportStatus, ReportVersion, Section
from readstation.domain.report_text import TITLES
from readstation.ui import theme
from readstation.ui.report.pdf_file import A4_PT, Page, TextRun, pdf_bytes

WIDTH_PT, HEIGHT_PT = A4_PT
MARGIN_PT, HEAD_PT, FOOT_PT = 54.0, 92.0, 56.0
SIZE_PT, LEADING_PT, EMPTY_LINE_PT, SMALL_PT = 9.5, 13.0, 7.0, 7.5
UNITS_PER_PT = 16
"""Lines are laid out this much larger and scaled down: no rounding to whole pixels."""
HEADINGS = frozenset({s.value.upper() for s in Section} | {"COMMUNICATIONS", "LIMITATIONS"})
POINTS_OF_A_CURVE = 3
NO_GLYPH = 0
INK, GREY, PALE = "0 g", "0.35 g", "0.9 g"
MISSING_NOTE = "An empty box stands for a character that no font here can draw."


@dataclass(frozen=True, slots=True)
class _Line:
    """One line on paper, as an outline whose baseline starts at (0, 0), y downwards."""

    outline: QPainterPath
    width_pt: float
    left_pt: float


@dataclass(frozen=True, slots=True)
class _Heading:
    """What every page repeats."""

    identity: str
    title: str
    mark: str
    seal: str


def report_pdf(version: ReportVersion) -> bytes:
    """Return one version of a report as a PDF file whose text layer is `version.text`.

    Needs a running Qt application with the theme applied: its fonts are used.

    Raises
    ------
    TamperedError
        If the text is not the one that was signed.
    """
    require_untouched(version)
    setter = _Setter()
    heading = _heading_of(version)
    pages = _pages(setter, version.text)
    for number, page in enumerate(pages, start=1):
        _furnish(setter, page, heading, f"Page {number} of {len(pages)}")
    return pdf_bytes(pages, version.text, title="Radiology report", created_at=version.created_at)


def _heading_of(version: ReportVersion) -> _Heading:
    lines = version.text.split("\n")
    wanted = ("Patient: ", "Patient ID: ", "Birth date: ", "Accession number: ")
    identity = [next((x for x in lines if x.startswith(w)), "") for w in wanted]
    is_preliminary = version.status is ReportStatus.PRELIMINARY
    return _Heading(
        identity="   ".join(p.replace("Accession number", "Accession") for p in identity if p),
        title=TITLES[version.status],
        mark="PRELIMINARY" if is_preliminary else "",
        seal=f"Version {version.version_number}, SHA-256 {version.text_sha256}",
    )


def _pages(setter: _Setter, text: str) -> list[Page]:
    """Break the text into lines and pages; each line of text is one run of the text layer."""
    pages, y_pt = [Page()], HEIGHT_PT - HEAD_PT
    last: TextRun | None = None
    for line in text.removesuffix("\n").split("\n"):
        weight = QFont.Weight.DemiBold if line in HEADINGS else QFont.Weight.Normal
        rows = setter.rows(line, SIZE_PT, WIDTH_PT - 2 * MARGIN_PT, weight)
        if not line and last is not None:
            last.empty_lines_after += 1
        for index, row in enumerate(rows):
            if y_pt < FOOT_PT:
                pages.append(Page())
                y_pt = HEIGHT_PT - HEAD_PT
            left_pt = MARGIN_PT + row.left_pt
            if index == 0 and line:
                last = TextRun(line, left_pt, y_pt, row.width_pt or 1.0, SIZE_PT)
                pages[-1].runs.append(last)
            pages[-1].drawing += _drawn(row.outline, left_pt, y_pt, INK)
            y_pt -= LEADING_PT if line else EMPTY_LINE_PT
    return pages


def _furnish(setter: _Setter, page: Page, heading: _Heading, number: str) -> None:
    """Draw what surrounds the text: identity, title, page number. It is no part of the text."""
    width_pt = WIDTH_PT - 2 * MARGIN_PT
    top_pt = HEIGHT_PT - 42
    bold = QFont.Weight.DemiBold
    if heading.mark:
        page.drawing = _watermark(setter, heading.mark) + page.drawing
    for index, row in enumerate(setter.rows(heading.identity, SMALL_PT + 1, width_pt, bold)[:2]):
        page.drawing += _drawn(row.outline, MARGIN_PT, top_pt - 11 * index, INK)
    (title, *_) = setter.rows(heading.title, SMALL_PT, width_pt)
    page.drawing += _drawn(title.outline, MARGIN_PT, top_pt - 24, GREY)
    page.drawing += f"{GREY} {MARGIN_PT} {top_pt - 31:.2f} {width_pt:.2f} 0.6 re f\n"
    (seal, *_) = setter.rows(heading.seal, SMALL_PT - 1, width_pt)
    page.drawing += _drawn(seal.outline, MARGIN_PT, 30, GREY)
    (shown, *_) = setter.rows(number, SMALL_PT, width_pt)
    page.drawing += _drawn(shown.outline, WIDTH_PT - MARGIN_PT - shown.width_pt, 30, INK)
    if setter.has_missing:
        (note, *_) = setter.rows(MISSING_NOTE, SMALL_PT - 1, width_pt)
        page.drawing += _drawn(note.outline, MARGIN_PT, 20, GREY)


def _watermark(setter: _Setter, mark: str) -> str:
    (row, *_) = setter.rows(mark, 74, 10 * WIDTH_PT, QFont.Weight.Bold)
    turned = QTransform().rotate(-52).map(row.outline)
    return _drawn(turned, 0.23 * WIDTH_PT, 0.2 * HEIGHT_PT, PALE)


class _Setter:
    """Sets lines of type as outlines; remembers whether a character could not be drawn."""

    def __init__(self) -> None:
        self.has_missing = False

    def rows(
        self,
        text: str,
        size_pt: float,
        width_pt: float,
        weight: QFont.Weight = QFont.Weight.Normal,
    ) -> list[_Line]:
        """Return `text`, which has no line break, as one or more lines on paper."""
        font = theme.font(weight=weight)
        font.setPixelSize(round(size_pt * UNITS_PER_PT))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        layout = QTextLayout(_drawable(text), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setTabStopDistance(4 * size_pt * UNITS_PER_PT)
        layout.setTextOption(option)
        layout.beginLayout()
        rows = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width_pt * UNITS_PER_PT)
            rows.append(line)
        layout.endLayout()
        return [self._outlined(row, size_pt) for row in rows]

    def _outlined(self, row: QTextLine, size_pt: float) -> _Line:
        path = QPainterPath()
        box = row.naturalTextRect()
        origin = QPointF(box.left(), row.y() + row.ascent())
        for run in row.glyphRuns():
            font = run.rawFont()
            for glyph, place in zip(run.glyphIndexes(), run.positions(), strict=True):
                outline = font.pathForGlyph(glyph)
                # A glyph that takes room without an outline is a coloured picture.
                is_picture = outline.isEmpty() and not font.boundingRect(glyph).isEmpty()
                if glyph == NO_GLYPH or is_picture:
                    self.has_missing = True
                    side = 0.6 * size_pt * UNITS_PER_PT
                    outline = QPainterPath()
                    outline.addRect(0.1 * side, -side, 0.8 * side, side)
                    outline.addRect(0.2 * side, -0.9 * side, 0.6 * side, 0.8 * side)
                path.addPath(outline.translated(place - origin))
        scale = 1 / UNITS_PER_PT
        return _Line(
            QTransform.fromScale(scale, scale).map(path), box.width() * scale, box.left() * scale
        )


def _drawable(text: str) -> str:
    """Return what is drawn for `text`: controls would break the line or vanish."""
    return "".join("\ufffd" if c in _BREAKING or (c < " " and c != "\t") else c for c in text)


_BREAKING = frozenset("\x7f\x85\u2028\u2029\ufdd0\ufdd1")


def _drawn(outline: QPainterPath, left_pt: float, baseline_pt: float, ink: str) -> str:
    """Return an outline as a PDF path, filled; PDF counts upwards."""
    if outline.isEmpty():
        return ""
    steps, curve = [ink], []
    for number in range(outline.elementCount()):
        element = outline.elementAt(number)
        point = f"{left_pt + element.x:.2f} {baseline_pt - element.y:.2f}"
        if element.type is QPainterPath.ElementType.MoveToElement:
            steps.append(f"{point} m")
        elif element.type is QPainterPath.ElementType.LineToElement:
            steps.append(f"{point} l")
        else:
            curve.append(point)
            if len(curve) == POINTS_OF_A_CURVE:
                steps.append(f"{' '.join(curve)} c")
                curve = []
    fill = "f*" if outline.fillRule() is Qt.FillRule.OddEvenFill else "f"
    return "\n".join([*steps, fill, ""])
