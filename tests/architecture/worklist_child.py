"""Starts the program on a workspace, logs in, and says what is loaded when the list can be used."""

import json
import os
import sys
from pathlib import Path

from readstation.ui import start_mark

USER_ID, PASSWORD = "reader", "correct horse battery"


def answer(stage: str) -> None:
    if stage == "worklist":
        print(json.dumps(sorted([*sys.modules, *classes_of_qt()])), flush=True)
        os._exit(0)


def classes_of_qt() -> list[str]:
    """Return the classes of Qt that have been made: PySide makes each when it is first wanted."""
    modules = ("PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets")
    return [f"{name}.{one}" for name in modules for one in vars(sys.modules[name])]


def main() -> None:
    start_mark.mark_start = answer
    # only what the program itself loads counts
    from PySide6.QtCore import QTimer  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from readstation import program  # noqa: PLC0415
    from readstation.ui.login.login_view import LoginView  # noqa: PLC0415

    def log_in() -> None:
        (login,) = (one for one in QApplication.allWidgets() if isinstance(one, LoginView))
        login.user_id.setText(USER_ID)
        login.password.setText(PASSWORD)
        login.submit()

    QTimer.singleShot(0, log_in)
    program.run_program(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
