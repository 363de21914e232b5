"""Joins an open workspace to its window. With `bootstrap`, all that knows every layer."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from readstation.app.demo.demo_accounts import DemoAccount, read_demo_accounts
from readstation.app.identity.first_administrator import (
    create_first_administrator,
    needs_first_administrator,
)
from readstation.app.identity.log_in import log_in
from readstation.app.jobs import Lane
from readstation.app.station import Station
from readstation.bootstrap import Workspace, workspace_at
from readstation.ui.job_runner import JobHandle, JobRunner
from readstation.ui.login.login_view import Account, LoginActions
from readstation.ui.main_window import MainWindow
from readstation.ui.start_window import make_application, make_window, run_window


def login_actions(station: Station) -> LoginActions:
    """Return what the login page may do in this workspace."""
    accounts = read_demo_accounts(station.resources) if station.is_demo else ()
    return LoginActions(
        log_in=partial(log_in, station),
        needs_administrator=partial(needs_first_administrator, station),
        create_administrator=partial(create_first_administrator, station),
        demo_accounts=tuple(_shown(account) for account in accounts),
    )


def open_window(workspace: Workspace, jobs: JobRunner) -> MainWindow:
    """Return the window of a workspace at its login page; the application exists already."""
    station = workspace.station
    return make_window(
        station, login_actions(station), jobs, [partial(_start_worker, workspace, jobs)]
    )


def _start_worker(workspace: Workspace, jobs: JobRunner) -> JobHandle:
    """Load the decoders and start the process that the first study needs."""
    return jobs.start(Lane.FILES, lambda _job: workspace.workers.start())


def run_program(home: Path, *, log_in_as: str = "") -> int:
    """Open the window on `home` and return when it is closed.

    `log_in_as` enters a demo account without typing; elsewhere it only fills in the name.
    """
    application = make_application()
    with workspace_at(home) as workspace:
        jobs = JobRunner()
        window = open_window(workspace, jobs)
        if log_in_as:
            window.login.enter_as(log_in_as)
        return run_window(window, application, jobs)


def _shown(account: DemoAccount) -> Account:
    user = account.user
    roles = ", ".join(sorted(role.value for role in user.roles))
    return Account(user.user_id, account.password, user.full_name, roles)
