"""The audit chain: any changed, removed, moved or cut-off row is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from readstation.domain.audit import (
    GENESIS_HASH,
    AuditAction,
    AuditAnchor,
    AuditEvent,
    AuditRow,
    chain_hash,
    verify_chain,
)

KEY = b"a key for tests"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LENGTH = 12


def a_chain(length: int = LENGTH) -> list[AuditRow]:
    rows, previous = [], GENESIS_HASH
    for number in range(1, length + 1):
        at = NOON + timedelta(seconds=number)
        event = AuditEvent(AuditAction.DRAFT_SAVED, "reader1", at, "1.2", "r1", "{}")
        row_hash = chain_hash(KEY, previous, number, event)
        rows.append(AuditRow(number, event, previous, row_hash))
        previous = row_hash
    return rows


def anchor_of(rows: list[AuditRow]) -> AuditAnchor:
    return AuditAnchor(rows[-1].sequence_number, rows[-1].row_hash)


def test_an_untouched_chain_holds() -> None:
    rows = a_chain()
    assert verify_chain(KEY, rows, anchor_of(rows)) == (LENGTH, None)
    assert verify_chain(KEY, [], None) == (0, None)


index = st.integers(0, LENGTH - 1)
changes = st.sampled_from(
    [
        {"actor_id": "reader2"},
        {"at": NOON - timedelta(days=1)},
        {"study_instance_uid": "1.3"},
        {"report_id": "r2"},
        {"detail": '{"x":1}'},
        {"action": AuditAction.REPORT_SIGNED},
    ]
)


@given(index, changes)
def test_a_changed_event_is_found_where_it_stands(where, change) -> None:
    rows = a_chain()
    anchor = anchor_of(rows)
    rows[where] = replace(rows[where], event=replace(rows[where].event, **change))
    checked, fault = verify_chain(KEY, rows, anchor)
    assert fault is not None
    assert (checked, fault.sequence_number) == (where, where + 1)


@given(index)
def test_a_removed_row_is_found_even_at_the_end(where) -> None:
    rows = a_chain()
    anchor = anchor_of(rows)
    del rows[where]
    assert verify_chain(KEY, rows, anchor)[1] is not None


@given(index, index)
def test_two_swapped_rows_are_found(one, other) -> None:
    rows = a_chain()
    anchor = anchor_of(rows)
    rows[one], rows[other] = rows[other], rows[one]
    assert (verify_chain(KEY, rows, anchor)[1] is None) == (one == other)


@given(st.integers(0, LENGTH - 1))
def test_a_cut_off_tail_is_found_by_the_anchor_alone(kept) -> None:
    rows = a_chain()
    anchor = anchor_of(rows)
    assert verify_chain(KEY, rows[:kept], None)[1] is None
    assert verify_chain(KEY, rows[:kept], anchor)[1] is not None


def test_a_chain_written_anew_with_another_key_is_found() -> None:
    rows = a_chain()
    assert verify_chain(b"another key", rows, anchor_of(rows))[1] is not None


def test_a_chain_rewritten_from_the_middle_is_found_by_the_anchor() -> None:
    rows, other = a_chain(), a_chain(LENGTH + 1)
    anchor = AuditAnchor(LENGTH, "0" * 64)
    assert verify_chain(KEY, rows, anchor)[1] is not None
    assert verify_chain(KEY, other, anchor_of(rows))[1] is None  # it has only grown
