"""Starts the program on a workspace, logs in, and says what is loaded when the list can be used."""

import json
import os
import sys
from pathlib import Path

from readstation.ui import start_mark

USER_ID, PASSWORD = "reader", "correct horse battery"


def answer(stage: str) -> None:
    if stage == "worklist":
        print(json.dumps(sorted(sys.modules)), flush=True)
        os._exit(0)


def main() -> None:
    start_mark.mark_start = answer
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - only what the program itself loads counts

    from readstation import program  # noqa: PLC0415
    from readstation.ui.login.login_view import LoginView  # noqa: PLC0415

    def log_in() -> None:
        (login,) = (
            one for one in program.make_application().allWidgets() if isinstance(one, LoginView)
        )
        login.user_id.setText(USER_ID)
        login.password.setText(PASSWORD)
        login.submit()

    QTimer.singleShot(0, log_in)
    program.run_program(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
