"""Changing a page gives the keys to nobody in between."""

from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from readstation.ui.widgets.page_stack import PageStack


class Witness(QLineEdit):
    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        self.times += 1


def page_with(*fields) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    for field in fields:
        column.addWidget(field)
    return page


def test_what_stands_beside_the_pages_never_gets_the_keys_when_they_change(qtbot) -> None:
    window, stack, beside = QWidget(), PageStack(), Witness()
    question, answer = QLineEdit(), QLineEdit()
    pages = page_with(QLineEdit(), answer), page_with(question)
    for page in pages:
        stack.addWidget(page)
    row = QHBoxLayout(window)
    row.addWidget(stack)
    row.addWidget(beside)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    answer.setFocus()
    beside.times = 0
    stack.show_page(pages[1])
    assert pages[1].isAncestorOf(QApplication.focusWidget()) or pages[1].hasFocus()
    question.setFocus()
    stack.show_page(pages[0])
    assert answer.hasFocus()
    assert beside.times == 0


def test_keys_that_are_elsewhere_stay_there(qtbot) -> None:
    window, stack, beside = QWidget(), PageStack(), Witness()
    pages = page_with(QLineEdit()), page_with(QLineEdit())
    for page in pages:
        stack.addWidget(page)
    row = QHBoxLayout(window)
    row.addWidget(stack)
    row.addWidget(beside)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    beside.setFocus()
    stack.show_page(pages[1])
    assert beside.hasFocus()
    assert stack.currentWidget() is pages[1]
