"""Pages of which one is seen; the keys go from the old one to the new one and nowhere else."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget


class PageStack(QStackedWidget):
    """When Qt hides a page that has the keys, they pass through the next widget of the window.

    Where that is an image box, it would become the active one. Here they never pass.
    """

    def show_page(self, page: QWidget) -> None:
        """Show one of the pages; it gets the keys if the page before it had them."""
        before, focused = self.currentWidget(), QApplication.focusWidget()
        if page is before:
            return
        has_keys = focused is not None and before is not None and before.isAncestorOf(focused)
        if has_keys:
            self.setFocus()  # the old page remembers where its keys were
        self.setCurrentWidget(page)
        if has_keys:
            last = page.focusWidget()
            (page if last is None or not last.isVisible() else last).setFocus()
