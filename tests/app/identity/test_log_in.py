from dataclasses import replace
from datetime import timedelta

import pytest

from readstation.adapters.system.passwords import (
    Argon2Passwords,
    Cost,
    hash_public_password,
)
from readstation.app.identity.log_in import log_in, log_out, reenter_password
from readstation.domain.audit import AuditAction
from readstation.domain.errors import LoginError

PASSWORD = "several words in a row"


def actions(station):
    with station.unit_of_work() as work:
        return [(row.event.action, row.event.actor_id) for row in work.audit.rows()]


def state(station):
    with station.unit_of_work() as work:
        credentials = work.users.credentials("anna")
    return credentials.failed_logins, credentials.blocked_until


def fail(station, times=1):
    for _ in range(times):
        with pytest.raises(LoginError, match="do not belong together"):
            log_in(station, "anna", "wrong")


def test_the_right_password_begins_a_session_and_is_recorded(with_reader):
    session = log_in(with_reader, " anna ", PASSWORD)
    assert session.user.full_name == "Anna Reader"
    assert actions(with_reader) == [(AuditAction.LOGGED_IN, "anna")]


def test_every_login_has_its_own_epoch(with_reader):
    one, other = (log_in(with_reader, "anna", PASSWORD) for _ in range(2))
    assert one.epoch != other.epoch


def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(with_reader):
    with pytest.raises(LoginError) as wrong:
        log_in(with_reader, "anna", "wrong")
    with pytest.raises(LoginError) as unknown:
        log_in(with_reader, "nobody", PASSWORD)
    assert str(wrong.value) == str(unknown.value)


def test_an_unknown_name_costs_one_hash_like_a_known_one(with_reader):
    calls = []

    class Counting(Argon2Passwords):
        def hash(self, password):
            calls.append("hash")
            return super().hash(password)

        def verify(self, password_hash, password):
            calls.append("verify")
            return super().verify(password_hash, password)

    station = replace(with_reader, passwords=Counting(Cost(64, 1)))
    fail(station)
    assert calls == ["verify"]
    with pytest.raises(LoginError):
        log_in(station, "nobody", "wrong")
    assert calls == ["verify", "hash"]


def test_failures_are_recorded_without_what_was_typed(with_reader):
    fail(with_reader)
    with pytest.raises(LoginError):
        log_in(with_reader, "my secret in the wrong field", "x")
    assert actions(with_reader) == [
        (AuditAction.LOGIN_FAILED, "anna"),
        (AuditAction.LOGIN_FAILED, "unknown account"),
    ]
    with with_reader.unit_of_work() as work:
        assert not any("secret" in row.event.detail for row in work.audit.rows())


def test_five_failures_make_the_account_wait_and_doubling_ends_at_fifteen_minutes(
    with_reader, clock
):
    fail(with_reader, 4)
    assert state(with_reader) == (4, None)
    for failures, wait_s in ((5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900)):
        fail(with_reader)
        assert state(with_reader) == (failures, clock.now() + timedelta(seconds=wait_s))
        with pytest.raises(LoginError, match="Too many wrong passwords") as refused:
            log_in(with_reader, "anna", PASSWORD)
        assert refused.value.remedy == f"Wait {wait_s} seconds, then try again."
        clock.move(timedelta(seconds=wait_s))
    assert log_in(with_reader, "anna", PASSWORD)
    assert state(with_reader) == (0, None)


def test_a_clock_set_back_never_shows_a_longer_wait_than_the_longest(with_reader, clock):
    fail(with_reader, 5)
    clock.move(timedelta(days=-1))
    with pytest.raises(LoginError) as refused:
        log_in(with_reader, "anna", PASSWORD)
    assert refused.value.remedy == "Wait 900 seconds, then try again."


def test_a_closed_account_is_refused_even_with_its_password(with_reader):
    with with_reader.unit_of_work() as work:
        work.users.put(replace(work.users.get("anna"), is_active=False))
        work.commit()
    with pytest.raises(LoginError):
        log_in(with_reader, "anna", PASSWORD)


def test_a_hash_made_at_lower_cost_is_renewed_at_login(with_reader):
    dearer = replace(with_reader, passwords=Argon2Passwords(Cost(128, 1)))
    log_in(dearer, "anna", PASSWORD)
    with dearer.unit_of_work() as work:
        renewed = work.users.credentials("anna").password_hash
    assert "m=128," in renewed
    assert log_in(dearer, "anna", PASSWORD)


def test_signing_needs_the_password_of_the_person_who_logged_in(with_reader):
    session = log_in(with_reader, "anna", PASSWORD)
    reenter_password(with_reader, session, PASSWORD)
    with pytest.raises(LoginError):
        reenter_password(with_reader, session, "wrong")
    assert state(with_reader)[0] == 1
    assert [action for action, _ in actions(with_reader)] == [
        AuditAction.LOGGED_IN,
        AuditAction.LOGIN_FAILED,
    ]


def test_guessing_at_the_sign_off_dialog_waits_like_guessing_at_the_login(with_reader):
    session = log_in(with_reader, "anna", PASSWORD)
    for _ in range(5):
        with pytest.raises(LoginError, match="do not belong"):
            reenter_password(with_reader, session, "wrong")
    with pytest.raises(LoginError, match="Too many"):
        reenter_password(with_reader, session, PASSWORD)


def test_logging_out_is_recorded(with_reader):
    log_out(with_reader, log_in(with_reader, "anna", PASSWORD))
    assert actions(with_reader)[-1] == (AuditAction.LOGGED_OUT, "anna")


def test_a_password_with_any_characters_works(station):
    odd = "пароль \ud800 密码 🔑 é\n"
    passwords = station.passwords
    assert passwords.verify(passwords.hash(odd), odd)
    assert not passwords.verify(passwords.hash(odd), odd + " ")
    assert not passwords.verify("no hash at all", odd)


def test_a_public_account_of_the_demo_keeps_its_cheap_hash_and_others_get_the_full_cost():
    demo = Argon2Passwords(Cost(128, 1), has_public_accounts=True)
    cheap = hash_public_password("printed on the page")
    assert demo.verify(cheap, "printed on the page")
    assert not demo.needs_rehash(cheap)
    assert Argon2Passwords(Cost(128, 1)).needs_rehash(cheap)  # anywhere else it is made dearer
    assert "m=128,t=1" in demo.hash("my own")
