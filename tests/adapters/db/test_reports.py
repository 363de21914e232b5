import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readstation.adapters.db.content_json import content_from_json, content_to_json
from readstation.domain.errors import (
    ConflictError,
    NotFoundError,
    RefusedStepError,
    TamperedError,
)
from readstation.domain.handoff import HandoffStatus, Opinion
from readstation.domain.report import Addendum, ReportContent, ReportStatus, text_sha256
from tests.adapters.db.conftest import (
    CONTENT,
    FIRST,
    NOW,
    REVIEWER,
    SECOND,
    STUDY,
    a_draft,
    a_handoff,
    a_series,
    a_study,
    a_version,
    an_instance,
)

TORTURE = [
    "size < 5 mm and > 3 mm & <b>not bold</b> &amp; <50 %",
    "A^B~C|D\\E\\F\\.br\\ ~ ^ | \\",
    "e\u0301 versus é, a\u0308o\u0308, Z\u0335\u0327\u0301",
    "שלום עולם \u202e reversed \u202c عربى",
    "肝臓の腫瘤、한국어 보고서, 𠮷野家",
    "🩻👩🏽\u200d⚕️ \U0001f1ee\U0001f1ea",
    "line one\r\nline two\nline three\rtab\tend\x0b\x0c\x85\u2028\u2029",
    "NUL \0 inside, bell \x07, escape \x1b[31m, delete \x7f",
    "lone surrogates \ud800 and \udfff",
    "\ufeff byte order mark, no-break\u00a0space, soft\u00adhyphen, \ufffd",
    "'; DROP TABLE reports; -- \" %s %(x)s {} :name ?1",
    "  leading and trailing spaces  \n\n",
    "x" * 1_000_000 + "é",
    "",
]


@pytest.mark.parametrize("text", TORTURE, ids=range(len(TORTURE)))
def test_text_comes_back_as_typed_from_draft_and_version(with_study, text):
    content = ReportContent(indication=text, findings_text=text, impression=text)
    with with_study.unit_of_work() as work:
        work.reports.add_draft(a_draft(content=content))
        work.reports.add_version(
            a_version(content=content, text=text, text_sha256=text_sha256(text), reason=text)
        )
        work.commit()
    with with_study.unit_of_work() as work:
        draft = work.reports.draft("r1", FIRST)
        (version,) = work.reports.versions("r1", FIRST)
    assert draft.content == version.content == content
    assert (version.text, version.reason) == (text, text)
    assert text_sha256(version.text) == version.text_sha256


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_survives_the_content_column(text):
    addendum = Addendum(text, text, "a", text, NOW, 1)
    content = replace(CONTENT, findings_text=text, communications=(text,), addenda=(addendum,))
    stored = content_to_json(content)
    assert stored.isascii()
    assert content_from_json(stored) == content


def test_a_whole_report_comes_back_equal(with_version):
    with with_version.unit_of_work() as work:
        assert work.reports.versions("r1", FIRST) == (a_version(),)
        assert work.reports.versions_of_study(STUDY, FIRST) == (a_version(),)
        assert work.reports.latest_signed() == (a_version(),)
        assert work.reports.draft("r1", FIRST).status is ReportStatus.FINAL


def test_a_study_has_one_open_report(with_draft):
    with with_draft.unit_of_work() as work, pytest.raises(ConflictError):
        work.reports.add_draft(a_draft(report_id="r2", author_id=SECOND))


def test_after_signing_a_study_has_no_open_report(with_version):
    with with_version.unit_of_work() as work:
        assert work.reports.open_draft_of_study(STUDY, FIRST) is None
        assert work.reports.drafts_by(FIRST) == ()


def test_a_draft_is_saved_over_the_version_it_was_read_at_only(with_draft):
    newer = a_draft(version=2, content=replace(CONTENT, impression="newer"))
    with with_draft.unit_of_work() as work:
        work.reports.save_draft(newer, 1)
        work.commit()
    with with_draft.unit_of_work() as work:
        with pytest.raises(ConflictError, match="changed elsewhere"):
            work.reports.save_draft(a_draft(version=2), 1)
        assert work.reports.drafts_by(FIRST) == (newer,)


def test_the_same_version_is_signed_once(with_version):
    with with_version.unit_of_work() as work, pytest.raises(RefusedStepError, match="meantime"):
        work.reports.add_version(a_version())


def test_versions_follow_each_other_without_gaps(with_version):
    with with_version.unit_of_work() as work:
        with pytest.raises(RefusedStepError):
            work.reports.add_version(a_version(version_number=3, supersedes_version=1))
        work.reports.add_version(a_version(version_number=2, supersedes_version=1))
        work.commit()
    with with_version.unit_of_work() as work:
        assert [v.version_number for v in work.reports.versions("r1", FIRST)] == [1, 2]
        assert [v.version_number for v in work.reports.latest_signed()] == [2]


FORBIDDEN = [
    "UPDATE report_versions SET text = 'changed'",
    "UPDATE report_versions SET created_at = 0",
    "DELETE FROM report_versions",
    "INSERT OR REPLACE INTO report_versions SELECT * FROM report_versions",
    "REPLACE INTO report_versions SELECT * FROM report_versions",
    "INSERT INTO report_versions SELECT * FROM report_versions WHERE true "
    "ON CONFLICT DO UPDATE SET text = 'changed'",
    "UPDATE OR REPLACE report_versions SET version_number = 9",
    "UPDATE signatures SET signer_name = 'Somebody'",
    "DELETE FROM signatures",
    "INSERT OR REPLACE INTO signatures SELECT * FROM signatures",
    "DELETE FROM reports",
    "INSERT OR REPLACE INTO reports SELECT * FROM reports",
    "UPDATE reports SET status = 'draft'",
    "UPDATE reports SET study_instance_uid = 'other'",
]


@pytest.mark.parametrize("rules", ["ours", "none"])
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_direct_sql_cannot_change_what_was_signed(with_version, statement, rules):
    """`none` is a foreign program: no foreign keys, no recursive triggers."""
    connection = sqlite3.connect(with_version.path)
    if rules == "ours":
        connection.executescript("PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()
    with with_version.unit_of_work() as work:
        assert work.reports.versions("r1", FIRST) == (a_version(),)


TAMPERING = [
    "UPDATE report_versions SET text = replace(text, 'No', 'A ')",
    "UPDATE report_versions SET content = replace(content, 'fall', 'Fall')",
    "UPDATE report_versions SET status = 'amended'",
    "UPDATE report_versions SET urgency = 'routine'",
    "UPDATE report_versions SET created_at = created_at + 1",
    "UPDATE report_versions SET image_count = 2",
    "UPDATE report_versions SET author_id = 'x'",
    "UPDATE signatures SET signer_name = 'Somebody' WHERE position = 1",
    "UPDATE signatures SET meaning = 'attested' WHERE position = 1",
    "DELETE FROM signatures WHERE position = 1",
    "INSERT INTO signatures VALUES ('r1', 1, 2, 'x', 'X', 'verified', 0)",
    "UPDATE signatures SET position = 1 - position + 10",
]


def drop_triggers(connection):
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in found:
        connection.execute(f"DROP TRIGGER {name}")


@pytest.mark.parametrize("statement", TAMPERING)
def test_a_change_past_the_triggers_is_noticed_on_reading(with_version, statement):
    connection = sqlite3.connect(with_version.path)
    drop_triggers(connection)
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()
    with with_version.unit_of_work() as work:
        with pytest.raises(TamperedError, match="signed report"):
            work.reports.versions("r1", FIRST)
        with pytest.raises(TamperedError):
            work.reports.latest_signed()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports SET content = replace(content, 'bleed', 'blood')",
        "UPDATE reports SET content = '{'",
        "UPDATE reports SET content = CAST(x'7bff' AS TEXT)",
        "UPDATE reports SET content = x'ff'",
        "UPDATE reports SET content = 7",
        "UPDATE reports SET saved_at = 'noon'",
        "UPDATE reports SET author_id = 'other'",
        "UPDATE reports SET saved_at = saved_at + 1",
    ],
)
def test_a_damaged_draft_is_noticed_on_reading(with_draft, statement):
    with with_draft.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with with_draft.unit_of_work() as work, pytest.raises(TamperedError):
        work.reports.draft("r1", FIRST)


def hand_over(database, **changed):
    with database.unit_of_work() as work:
        work.handoffs.add(a_handoff(**changed))
        work.commit()


def seen_by(database, viewer):
    with database.unit_of_work() as work:
        try:
            draft = work.reports.draft("r1", viewer)
        except NotFoundError:
            draft = None
        return (
            draft is not None,
            work.reports.open_draft_of_study(STUDY, viewer) is not None,
            len(work.reports.versions("r1", viewer)) == 1,
            len(work.reports.versions_of_study(STUDY, viewer)) == 1,
        )


@pytest.fixture
def with_preliminary(with_draft):
    """A draft that was also sent out as a preliminary version."""
    with with_draft.unit_of_work() as work:
        preliminary = a_version(status=ReportStatus.PRELIMINARY)
        work.reports.add_version(preliminary)
        work.commit()
    return with_draft


ALL, NOTHING = (True,) * 4, (False,) * 4


def test_a_blind_second_reader_gets_no_part_of_the_first_read(with_preliminary):
    hand_over(with_preliminary)
    assert seen_by(with_preliminary, SECOND) == NOTHING
    assert seen_by(with_preliminary, FIRST) == ALL
    assert seen_by(with_preliminary, REVIEWER) == ALL


def test_an_open_handoff_hides_nothing(with_preliminary):
    hand_over(with_preliminary, handoff_type=a_handoff().handoff_type.OVER_READ, is_blind=False)
    assert seen_by(with_preliminary, SECOND) == ALL


@pytest.mark.parametrize("status", [HandoffStatus.ACCEPTED, HandoffStatus.IN_PROGRESS])
def test_blindness_lasts_until_the_opinion(with_preliminary, status):
    hand_over(with_preliminary)
    with with_preliminary.unit_of_work() as work:
        work.handoffs.save(a_handoff(status=status, version=2), 1)
        work.commit()
    assert seen_by(with_preliminary, SECOND) == NOTHING


@pytest.mark.parametrize(
    "changed",
    [
        {"status": HandoffStatus.RETURNED, "opinion": Opinion.EDIT, "returned_at": NOW},
        {"status": HandoffStatus.DECLINED},
        {"status": HandoffStatus.RECALLED},
        {"status": HandoffStatus.EXPIRED},
    ],
    ids=lambda changed: changed["status"].value,
)
def test_blindness_ends_with_the_opinion_or_the_handoff(with_preliminary, changed):
    hand_over(with_preliminary)
    with with_preliminary.unit_of_work() as work:
        work.handoffs.save(a_handoff(**changed, version=2), 1)
        work.commit()
    assert seen_by(with_preliminary, SECOND) == ALL


def test_blindness_holds_for_its_own_study_only(with_preliminary):
    with with_preliminary.unit_of_work() as work:
        uid = "1.2.4"
        work.studies.add_instance(a_study(uid), a_series(uid), an_instance(uid), NOW)
        work.handoffs.add(a_handoff(study_instance_uid=uid))
        work.commit()
    assert seen_by(with_preliminary, SECOND) == ALL


def test_direct_sql_cannot_lift_the_blindfold(with_preliminary):
    hand_over(with_preliminary)
    with with_preliminary.engine.connect() as connection:
        for change in ("is_blind = 0", "to_reader_id = 'x'", "handoff_type = 'over-read'"):
            with pytest.raises(Exception, match="keeps what it began with"):
                connection.exec_driver_sql(f"UPDATE handoffs SET {change}")
    assert seen_by(with_preliminary, SECOND) == NOTHING
