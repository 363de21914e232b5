"""Joins an open workspace to its window. With `bootstrap`, all that knows every layer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from readstation.app.demo.demo_accounts import DemoAccount, read_demo_accounts
from readstation.app.identity.log_in import log_in
from readstation.app.jobs import Lane
from readstation.app.station import Station
from readstation.bootstrap import Workspace, workspace_at
from readstation.ui import plain_imports  # noqa: F401 - first of ui: it makes the others cheap
from readstation.ui.job_runner import JobHandle, JobRunner
from readstation.ui.main_window import MainWindow
from readstation.ui.start_window import make_application, make_window, run_window

if TYPE_CHECKING:
    from readstation.app.session import Session
    from readstation.ui.login.login_view import Account, LoginActions


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
    workspace: Workspace, jobs: JobRunner, begin: Callable[[], Session] | None = None
) -> MainWindow:
    """Return the window of a workspace, at its login page unless `begin` logs somebody in.

    The application exists already.
    """
    station = workspace.station
    return make_window(
        station,
        partial(login_actions, station),
        jobs,
        log_in=begin,
        warm_up=[
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


def run_program(home: Path, *, log_in_as: str = "") -> int:
    """Open the window on `home` and return when it is closed.

    `log_in_as` enters a demo account without typing; elsewhere it only fills in the name.
    """
    application = make_application()
    with workspace_at(home) as workspace:
        jobs = JobRunner()
        account = _demo_account(workspace.station, log_in_as)
        if account is None:
            window = open_window(workspace, jobs)
            if log_in_as:
                window.login.fill_in_name(log_in_as)
        else:
            begin = partial(log_in, workspace.station, log_in_as, account.password)
            window = open_window(workspace, jobs, begin)
        return run_window(window, application, jobs)


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
