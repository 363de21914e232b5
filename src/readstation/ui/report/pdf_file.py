"""Writes PDF files whose text layer gives back exactly the text that was put in.

What is seen is drawn as outlines. What is searched, copied and extracted is an invisible layer: one
run per line of text, each piece (`text_pieces`) a code of a font without glyphs whose ToUnicode map
names it (ISO 32000-1, 9.10.3), in a span with ActualText (14.9.4). No shaping, ligature, missing
glyph or line break of the page can change it. Empty lines are carried as line ends of the line
before. The same text is attached as a file, byte for byte.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from readstation.ui.report.text_pieces import text_pieces

A4_PT = (595.28, 841.89)
TEXT_NAME = "report.txt"
GLYPH_WIDTH = 500
"""Of every character of the invisible font, in thousandths of its size."""
CODES_PER_FONT = 60_000
CODES_PER_STRING = 8_000
RANGES_PER_BLOCK = 100


@dataclass(slots=True)
class TextRun:
    """One line of the text layer and the box it lies in, in points from the lower left corner."""

    text: str
    left_pt: float
    baseline_pt: float
    width_pt: float
    size_pt: float
    empty_lines_after: int = 0


@dataclass(slots=True)
class Page:
    """`drawing` is a content stream of outlines; `runs` are in reading order."""

    drawing: str = ""
    runs: list[TextRun] = field(default_factory=list)


def pdf_bytes(pages: Sequence[Page], text: str, *, title: str, created_at: datetime) -> bytes:
    """Return a PDF 1.7 file. The same arguments give the same bytes."""
    lines = {id(run): _pieces(run, page) for page in pages for run in page.runs}
    codes = _codes(lines.values())
    file = _Objects()
    fonts = {f"F{number}": _font(file, part) for number, part in enumerate(_parts(codes))}
    font_names = " ".join(f"/{name} {number} 0 R" for name, number in fonts.items())
    tree = file.reserve()
    kids = []
    for page in pages:
        content = file.stream(
            "", f"{_text_layer(page.runs, lines, codes)}\n{page.drawing}".encode("ascii")
        )
        kids.append(
            file.add(
                f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 {A4_PT[0]} {A4_PT[1]}]"
                f"/Resources<</Font<<{font_names}>>>>/Contents {content} 0 R>>"
            )
        )
    references = " ".join(f"{number} 0 R" for number in kids)
    file.put(tree, f"<</Type/Pages/Kids[{references}]/Count {len(kids)}>>")
    attached = _attachment(file, text, created_at)
    root = file.add(
        f"<</Type/Catalog/Pages {tree} 0 R/Lang(en)/MarkInfo<</Marked false>>"
        f"/Names<</EmbeddedFiles<</Names[({TEXT_NAME}) {attached} 0 R]>>>>/AF[{attached} 0 R]>>"
    )
    stamp = _date(created_at)
    info = file.add(
        f"<</Title{_text_string(title)}/Producer(ReadStation)/CreationDate{stamp}/ModDate{stamp}>>"
    )
    return file.finish(root, info)


class _Objects:
    """Numbered objects of one file, in the order they were made."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []

    def reserve(self) -> int:
        self._bodies.append(b"")
        return len(self._bodies)

    def put(self, number: int, body: str) -> None:
        self._bodies[number - 1] = body.encode("ascii")

    def add(self, body: str) -> int:
        self._bodies.append(body.encode("ascii"))
        return len(self._bodies)

    def stream(self, entries: str, content: bytes) -> int:
        packed = zlib.compress(content, 6)
        head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode("ascii")
        self._bodies.append(head + packed + b"\nendstream")
        return len(self._bodies)

    def finish(self, root: int, info: int) -> bytes:
        parts, offsets = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"], []
        length = len(parts[0])
        for number, body in enumerate(self._bodies, start=1):
            offsets.append(length)
            part = f"{number} 0 obj\n".encode("ascii") + body + b"\nendobj\n"
            parts.append(part)
            length += len(part)
        entries = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
        size = len(self._bodies) + 1
        name = hashlib.sha256(b"".join(parts)).hexdigest()[:32]
        parts.append(
            f"xref\n0 {size}\n0000000000 65535 f \n{entries}trailer\n<</Size {size}"
            f"/Root {root} 0 R/Info {info} 0 R/ID[<{name}><{name}>]>>\n"
            f"startxref\n{length}\n%%EOF\n".encode("ascii")
        )
        return b"".join(parts)


def _pieces(run: TextRun, page: Page) -> list[str]:
    """Return the pieces of a run with the line ends that nothing else brings about."""
    pieces = text_pieces(run.text)
    is_last = run is page.runs[-1]
    line_ends = run.empty_lines_after + (bool(run.empty_lines_after) and not is_last)
    if run.text in pieces and not is_last:  # one letter or stretch: the next line must not turn
        pieces[-1] += "\n"
        line_ends = max(line_ends - 1, 0)
    return pieces + ["\n"] * line_ends


def _codes(lines: Iterable[Sequence[str]]) -> dict[str, int]:
    """Return a number for each piece, in the order in which they first appear."""
    codes: dict[str, int] = {}
    for pieces in lines:
        for piece in pieces:
            codes.setdefault(piece, len(codes))
    return codes


def _parts(codes: dict[str, int]) -> list[list[str]]:
    pieces = list(codes)
    return [pieces[i : i + CODES_PER_FONT] for i in range(0, max(len(pieces), 1), CODES_PER_FONT)]


def _font(file: _Objects, pieces: Sequence[str]) -> int:
    """Add a font that draws nothing and names every code."""
    to_unicode = file.stream("", _to_unicode(pieces).encode("ascii"))
    descriptor = file.add(
        "<</Type/FontDescriptor/FontName/ReadStationText/Flags 4/FontBBox[0 -200 500 800]"
        "/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>"
    )
    wide = "".join(
        f"{code}[{GLYPH_WIDTH * len(piece)}]"
        for code, piece in enumerate(pieces, start=1)
        if len(piece) > 1
    )
    descendant = file.add(
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/ReadStationText"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/DW {GLYPH_WIDTH}/W[{wide}]/FontDescriptor {descriptor} 0 R/CIDToGIDMap/Identity>>"
    )
    return file.add(
        "<</Type/Font/Subtype/Type0/BaseFont/ReadStationText/Encoding/Identity-H"
        f"/DescendantFonts[{descendant} 0 R]/ToUnicode {to_unicode} 0 R>>"
    )


def _to_unicode(pieces: Sequence[str]) -> str:
    pairs = [f"<{code:04X}> <{_utf16(piece)}>" for code, piece in enumerate(pieces, start=1)]
    blocks = []
    for start in range(0, len(pairs), RANGES_PER_BLOCK):
        block = pairs[start : start + RANGES_PER_BLOCK]
        blocks.append(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar")
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /ReadStation-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + "\n".join(blocks)
        + "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


def _text_layer(runs: Iterable[TextRun], lines: dict[int, list[str]], codes: dict[str, int]) -> str:
    """Return the content that carries the text: rendering mode 3 paints nothing."""
    parts = ["BT 3 Tr"]
    for run in runs:
        pieces = lines[id(run)]
        natural_pt = sum(map(len, pieces)) * GLYPH_WIDTH / 1000 * run.size_pt
        actual = _utf16(run.text + "\n" * run.empty_lines_after)
        parts.append(f"/Span<</ActualText<FEFF{actual}>>>BDC")
        parts.append(f"{100 * run.width_pt / natural_pt:.4f} Tz")
        parts.append(f"1 0 0 1 {run.left_pt:.2f} {run.baseline_pt:.2f} Tm")
        for number, shown in _strings(pieces, codes):
            parts.append(f"/F{number} {run.size_pt:g} Tf <{shown}> Tj")
        parts.append("EMC")
    parts.append("ET")
    return "\n".join(parts)


def _strings(pieces: Iterable[str], codes: dict[str, int]) -> Iterator[tuple[int, str]]:
    """Cut a run where the font changes or a string would get too long for old readers."""
    present, shown = 0, ""
    for piece in pieces:
        number, index = divmod(codes[piece], CODES_PER_FONT)
        if shown and (number != present or len(shown) >= 4 * CODES_PER_STRING):
            yield present, shown
            shown = ""
        present = number
        shown += f"{index + 1:04X}"
    if shown:
        yield present, shown


def _attachment(file: _Objects, text: str, created_at: datetime) -> int:
    content = text.encode("utf-8", "surrogatepass")
    stored = file.stream(
        f"/Type/EmbeddedFile/Subtype/text#2Fplain/Params<</Size {len(content)}"
        f"/ModDate{_date(created_at)}>>",
        content,
    )
    return file.add(
        f"<</Type/Filespec/F({TEXT_NAME})/UF({TEXT_NAME})/AFRelationship/Alternative"
        f"/EF<</F {stored} 0 R>>>>"
    )


def _date(moment: datetime) -> str:
    return f"(D:{moment.astimezone(UTC):%Y%m%d%H%M%S}Z)"


def _text_string(text: str) -> str:
    return f"<FEFF{_utf16(text)}>"


def _utf16(text: str) -> str:
    return text.encode("utf-16-be", "surrogatepass").hex().upper()
