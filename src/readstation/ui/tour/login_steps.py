"""Logging in, and the worklist."""

from __future__ import annotations

from readstation.ui.login.login_view import LoginView
from readstation.ui.tour.input_events import type_text
from readstation.ui.tour.tour_runner import TourStep
from readstation.ui.tour.tour_stage import TourStage, require
from readstation.ui.worklist.worklist_view import WorklistView

SEARCH = "mod:CT"


class LoginSteps:
    """The reader comes in, sees what waits, and looks for the STAT chest CT."""

    def __init__(self, stage: TourStage, user_id: str, password: str) -> None:
        self._stage = stage
        self._user_id, self._password = user_id, password

    def steps(self) -> list[TourStep]:
        return [
            TourStep(
                "login",
                "The program starts with the login page",
                lambda: None,
                self._stage.window.login.isVisible,
                self._check_login,
            ),
            TourStep(
                "worklist",
                "The reader logs in and sees the worklist in reading order",
                lambda: self._stage.log_in(self._user_id, self._password),
                lambda: self._stage.is_visible(WorklistView) and bool(self._list.model.rows),
                self._check_worklist,
            ),
            TourStep(
                "search",
                "A search shows how many studies it hides",
                self._search,
                lambda: self._list.model.hidden_count > 0,
                self._check_search,
            ),
            TourStep(
                "why_first",
                "The STAT chest CT is chosen: why it stands where it stands",
                self._choose,
                self._is_chosen,
                self._check_chosen,
            ),
        ]

    @property
    def _list(self) -> WorklistView:
        return self._stage.visible(WorklistView)

    def _check_login(self) -> dict[str, str]:
        words = self._stage.text_in(self._stage.visible(LoginView))
        require("Not for diagnostic use" in words, "The login page does not say what it is for.")
        return {"login page": words}

    def _check_worklist(self) -> dict[str, str]:
        now = self._stage.station.clock.now()
        stored = self._stage.stored(lambda work: work.worklist.items(now))
        shown = [row.study_instance_uid for row in self._list.model.rows]
        waiting = {item.study.study_instance_uid for item in stored}
        require(set(shown) == waiting, "The list does not show what the database says waits.")
        table = self._list.table
        first = [
            str(table.model().index(0, column).data() or "")
            for column in range(table.model().columnCount())
        ]
        return {"studies waiting": str(len(shown)), "first in the list": " | ".join(first)}

    def _search(self) -> None:
        self._stage.press("Ctrl+F")
        type_text(self._list.bar.search, SEARCH)

    def _check_search(self) -> dict[str, str]:
        model, hidden = self._list.model, self._list.bar.hidden.text()
        are_ct = ["CT" in row.item.study.modalities_in_study for row in model.rows]
        require(are_ct and all(are_ct), "The search for CT shows other modalities.")
        require(hidden.startswith(str(model.hidden_count)), "The number of hidden studies differs.")
        return {"shown": str(len(model.rows)), "says": hidden}

    def _choose(self) -> None:
        self._stage.press("Escape")
        uids = [row.study_instance_uid for row in self._list.model.rows]
        self._stage.click_row(self._list.table, uids.index(self._stage.study.study_instance_uid))

    def _is_chosen(self) -> bool:
        is_it = self._list.model.selected_uid == self._stage.study.study_instance_uid
        return is_it and self._list.model.hidden_count == 0

    def _check_chosen(self) -> dict[str, str]:
        words = self._stage.text_in(self._list.detail)
        require("STAT" in words, "The panel does not say that the order is STAT.")
        require("555-01" in words, "The panel does not show the referrer's number.")
        return {"detail": words}
