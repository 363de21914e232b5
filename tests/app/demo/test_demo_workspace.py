"""The bundled description reads as orders, people and accounts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.app.demo.demo_workspace import DemoWorkspace, read_demo_workspace
from readstation.domain.order import Intent, OrderPriority, PatientClass
from readstation.domain.patient import Patient, PatientIdentity
from readstation.domain.policy import Policy
from readstation.domain.reader import Permission, Role
from readstation.resource_files import resources


@pytest.fixture(scope="module")
def workspace() -> DemoWorkspace:
    return read_demo_workspace(resources())


def test_every_role_has_an_account_and_two_can_read(workspace: DemoWorkspace) -> None:
    users = [account.user for account in workspace.accounts]
    assert set(Role) == {role for user in users for role in user.roles}
    assert sum(user.may(Permission.SIGN_REPORT) for user in users) >= 2


def test_studies_come_oldest_first(workspace: DemoWorkspace) -> None:
    ages = [study.completed_before for study in workspace.studies_by_age()]
    assert ages == sorted(ages, reverse=True)
    assert min(ages) > timedelta(0)


@given(today=st.dates(date(2020, 1, 1), date(2100, 12, 31)))
def test_a_patient_is_as_old_as_described_on_any_day(today: date) -> None:
    for study in read_demo_workspace(resources()).studies:
        patient = Patient(PatientIdentity("x"), "x", study.birth_date(today))
        assert patient.age_on(today) == study.age


def test_some_orders_are_overdue_some_are_nearly_due_and_some_have_time(
    workspace: DemoWorkspace,
) -> None:
    policy = Policy()
    overdue, nearly, early = 0, 0, 0
    for study in workspace.studies:
        if study.reading is not None or study.order.intent is Intent.SCREENING:
            continue
        order = study.order
        is_stat = order.priority is OrderPriority.STAT
        of_class = policy.report_limits.get((order.patient_class, order.priority))
        limit = policy.stat_limit if is_stat else of_class
        overdue += study.completed_before > limit.due_after
        nearly += limit.warn_after < study.completed_before <= limit.due_after
        early += study.completed_before <= limit.warn_after
    assert overdue >= 2
    assert nearly >= 2
    assert early >= 2


def test_a_stat_study_from_the_emergency_department_waits(workspace: DemoWorkspace) -> None:
    assert any(
        study.order.priority is OrderPriority.STAT
        and study.order.patient_class is PatientClass.EMERGENCY
        for study in workspace.studies
    )


def test_what_is_old_is_signed_by_one_of_the_readers(
    workspace: DemoWorkspace,
) -> None:
    readers = {a.user.user_id for a in workspace.accounts if Role.READER in a.user.roles}
    for study in workspace.studies:
        assert study.reading is not None or study.completed_before < timedelta(days=5)
        assert study.reading is None or study.reading.reader_id in readers
