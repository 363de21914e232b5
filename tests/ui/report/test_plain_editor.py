import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt

from readstation.ui.report.plain_editor import PlainEditor, escaped, unescaped
from tests.domain.report_examples import TORTURE

AWKWARD = (
    "\r\n \r \n \t \x00 \x0b \x0c \x85 \u00a0 \u2028 \u2029 \ufdd0 \ufdd1 \ufffc \ue000 \ue000r"
)

pytestmark = pytest.mark.qt_log_ignore("OpenType support missing")


@pytest.fixture
def editor(qtbot):
    editor = PlainEditor()
    qtbot.addWidget(editor)
    return editor


@pytest.mark.parametrize("text", ["", "a\n\nb\n", TORTURE, AWKWARD])
def test_editor_gives_back_what_was_put_in(editor, text):
    editor.set_text(text)
    assert editor.text() == text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_editor_gives_back_any_text(editor, text):
    editor.set_text(text)
    assert editor.text() == text


@given(st.text())
def test_escaping_is_undone_whatever_the_text(text):
    clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert unescaped(escaped(text)) == clean


def test_typing_into_awkward_text_leaves_the_rest_alone(qtbot, editor):
    editor.set_text(AWKWARD)
    qtbot.keyClicks(editor, "x")
    assert editor.text() == "x" + AWKWARD


def test_pasted_line_ends_of_other_systems_become_ours(editor):
    data = QMimeData()
    data.setText("a\r\nb\rc")
    editor.insertFromMimeData(data)
    assert editor.text() == "a\nb\nc"


def test_pasted_markup_stays_text(editor):
    data = QMimeData()
    data.setHtml("<b>bold</b>")
    data.setText("<b>bold</b>")
    editor.insertFromMimeData(data)
    assert editor.text() == "<b>bold</b>"


def test_box_grows_with_its_text(qtbot, editor):
    editor.show()
    before = editor.height()
    for _ in range(5):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.height() > before
