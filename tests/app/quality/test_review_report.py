from dataclasses import replace

import pytest

from readstation.app.quality.review_report import review_report
from readstation.app.report.sign_report import send_preliminary
from readstation.domain.audit import AuditAction
from readstation.domain.errors import NotPermittedError, RefusedStepError
from readstation.domain.quality import RadpeerScore
from readstation.domain.reader import Role, User
from readstation.domain.report import ReportStatus
from tests.app.report.report_station import OTHER, PASSWORD, READER, SEEN

BOTH = frozenset({Role.READER, Role.QA_REVIEWER})


def score(day, version, value=RadpeerScore.CONCUR, comment="", user=None):
    session = day.review if user is None else day.desk.session(user)
    return review_report(day.station, session, version, value, comment)


def reviews(day):
    with day.station.unit_of_work() as work:
        return work.quality.all()


def test_a_score_is_kept_and_audited(day):
    version = day.read_and_sign()
    review = score(day, version, RadpeerScore.DISCREPANCY_USUAL, "Missed a nodule < 4 mm.")
    assert day.one().review == review
    assert day.desk.audit()[-1] is AuditAction.QUALITY_REVIEWED


@pytest.mark.parametrize("value", list(RadpeerScore))
def test_a_comment_is_required_for_2b_and_up_only(day, value):
    version = day.read_and_sign()
    if value.value in ("1", "2a"):
        score(day, version, value)
        return
    with pytest.raises(RefusedStepError, match=f"A score of {value.value} needs a comment"):
        score(day, version, value, "  \n")
    assert reviews(day) == ()


def test_the_signer_cannot_score_the_own_read_even_as_a_reviewer(day):
    version = day.read_and_sign()
    with pytest.raises(RefusedStepError, match="cannot review a report that you signed"):
        score(day, version, user=replace(READER, roles=BOTH))
    assert reviews(day) == ()
    assert AuditAction.QUALITY_REVIEWED not in day.desk.audit()


def test_who_wrote_a_preliminary_that_another_signed_cannot_score_it(day):
    session, claim, draft = day.write(user=OTHER)
    day.open(OTHER)
    send_preliminary(day.station, session, claim, draft, SEEN)
    with day.station.unit_of_work() as work:
        work.claims.release(claim, day.clock.now())
        work.commit()
    day.wait(minutes=1)
    first = day.desk.session(READER)
    taken = day.desk.claim(READER)
    version = day.sign((first, taken, draft))
    assert {s.signer_id for s in version.signatures} == {READER.user_id}
    with pytest.raises(RefusedStepError, match="that you signed"):
        score(day, version, user=replace(OTHER, roles=BOTH))


def test_one_version_has_one_score_and_its_addendum_another(day):
    version = day.read_and_sign()
    score(day, version)
    with pytest.raises(RefusedStepError, match="has a score already"):
        score(day, version, RadpeerScore.DISCREPANCY_HARD)
    second = User("qa2", "Dr. Review-Two", frozenset({Role.QA_REVIEWER}))
    with pytest.raises(RefusedStepError, match="has a score already"):
        score(day, version, user=second)
    added = day.add(version)
    assert day.one().review is None
    assert score(day, added).version_number == 2
    assert len(reviews(day)) == 2


@pytest.mark.parametrize("role", [Role.READER, Role.ADMINISTRATOR, Role.TECHNOLOGIST])
def test_only_reviewers_score(day, role):
    version = day.read_and_sign()
    with pytest.raises(NotPermittedError):
        score(day, version, user=User("x", "X", frozenset({role})))


def test_what_is_not_signed_is_not_scored(day):
    session, claim, draft = day.write()
    _draft, preliminary = send_preliminary(day.station, session, claim, draft, SEEN)
    assert preliminary.status is ReportStatus.PRELIMINARY
    with pytest.raises(RefusedStepError, match="not signed"):
        score(day, preliminary)


def test_passwords_of_the_desk_are_not_in_the_log(day):
    day.read_and_sign()
    with day.station.unit_of_work() as work:
        assert all(PASSWORD not in row.event.detail for row in work.audit.rows())
