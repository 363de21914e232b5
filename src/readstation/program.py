"""Joins an open workspace to its window. With `bootstrap`, all that knows every layer."""

from __future__ import annotations

import gc
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from readstation.app.demo.demo_accounts import DemoAccount, read_demo_accounts
from readstation.app.identity.log_in import log_in
from readstation.app.jobs import Lane
from readstation.app.station import Station
from readstation.bootstrap import Workspace, workspace_at
from readstation.ui import plain_imports  # noqa: F401 - first of ui: it makes the others cheap
from readstation.ui.job_runner import SWITCH_S, JobHandle, JobRunner

if TYPE_CHECKING:
    from readstation.ui.login.login_view import Account, LoginActions
    from readstation.ui.main_window import MainWindow


def login_actions(station: Station) -> LoginActions:
    """Return what the login page may do in this workspace."""
    # a session that begins without the login page needs none of this
    from readstation.app.identity.first_administrator import (  # noqa: PLC0415
        create_first_administrator,
        needs_first_administrator,
    )
    from readstation.ui.login.login_view import LoginActions  # noqa: PLC0415

    accounts = read_demo_accounts(station.resources) if station.is_demo else ()
    return LoginActions(
        log_in=partial(log_in, station),
        needs_administrator=partial(needs_first_administrator, station),
        create_administrator=partial(create_first_administrator, station),
        demo_accounts=tuple(_shown(account) for account in accounts),
    )


def open_window(
    workspace: Workspace, jobs: JobRunner, entering: JobHandle | None = None
) -> MainWindow:
    """Return the window of a workspace, at its login page unless `entering` logs somebody in.

    The application exists already.
    """
    from readstation.ui.start_window import make_window  # noqa: PLC0415 - see `run_program`

    station = workspace.station
    return make_window(
        station,
        partial(login_actions, station),
        jobs,
        entering=entering,
        warm_up=[
            _collect_garbage,
            partial(_start_worker, workspace, jobs),
            partial(_start_compiler, workspace, jobs),
        ],
    )


def _start_worker(workspace: Workspace, jobs: JobRunner) -> JobHandle:
    """Load the decoders and start the process that the first study needs."""
    return jobs.start(Lane.FILES, lambda _job: workspace.workers.start())


def _start_compiler(workspace: Workspace, jobs: JobRunner) -> JobHandle:
    """Let machine code for planes be made, by another process and once per installation."""
    return jobs.start(Lane.FILES, lambda _job: workspace.compiling.get().begin())


def _collect_garbage() -> None:
    """Let Python look for garbage again; what the start has made is none, and is left out."""
    gc.freeze()
    gc.enable()


def run_program(home: Path, *, log_in_as: str = "") -> int:
    """Open the window on `home` and return when it is closed.

    `log_in_as` enters a demo account without typing; elsewhere it only fills in the name.
    """
    sys.setswitchinterval(SWITCH_S)
    with workspace_at(home) as workspace:
        jobs = JobRunner()
        entering = _enter_as(log_in_as, workspace.station, jobs)
        # the password is checked while this is loaded and the window is made
        from readstation.ui.start_window import make_application, run_window  # noqa: PLC0415

        application = make_application()
        window = open_window(workspace, jobs, entering)
        if log_in_as and entering is None:
            window.login.fill_in_name(log_in_as)
        return run_window(window, application, jobs)


def _enter_as(user_id: str, station: Station, jobs: JobRunner) -> JobHandle | None:
    """Begin to log in an account of the demo; nobody else is let in without typing."""
    account = _demo_account(station, user_id)
    if account is None:
        return None
    return jobs.start(Lane.DATABASE, lambda _job: log_in(station, user_id, account.password))


def _demo_account(station: Station, user_id: str) -> DemoAccount | None:
    """Return an account whose password is no secret, None for anybody else."""
    if not user_id or not station.is_demo:
        return None
    accounts = read_demo_accounts(station.resources)
    return next((one for one in accounts if one.user.user_id == user_id), None)


def _shown(account: DemoAccount) -> Account:
    from readstation.ui.login.login_view import Account  # noqa: PLC0415 - as above

    user = account.user
    roles = ", ".join(sorted(role.value for role in user.roles))
    return Account(user.user_id, account.password, user.full_name, roles)
