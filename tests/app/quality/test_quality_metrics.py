from datetime import timedelta

from readstation.app.quality.quality_metrics import quality_metrics
from readstation.app.quality.review_report import review_report
from readstation.domain.quality import RadpeerScore
from tests.app.quality.quality_desk import BLEEDING


def metrics(day):
    return quality_metrics(day.all(), day.clock.now())


def test_nothing_signed_is_not_a_hundred_per_cent(day):
    found = metrics(day)
    assert (found.report_count, found.stat_turnaround, found.open_median) == (0, None, None)
    assert found.critical_in_time == found.discrepancies == found.second_reads_agreed == (0, 0)


def test_stat_turnaround_is_exam_completion_to_signature(day):
    day.wait(minutes=20)
    day.read_and_sign(minutes=10)
    found = metrics(day)
    assert found.stat_turnaround == (timedelta(minutes=30), timedelta(minutes=30))
    assert found.open_median == timedelta(minutes=10)


def test_a_result_counts_once_it_is_called_or_overdue(day):
    day.open()
    day.display(1, 2)
    written = day.write(BLEEDING)
    day.flag(written)
    day.wait(minutes=5)
    day.sign(written)
    assert metrics(day).critical_in_time == (0, 0)
    day.wait(minutes=55)
    assert metrics(day).critical_in_time == (0, 1)


def test_discrepancies_are_scores_of_2b_and_up(day):
    version = day.read_and_sign()
    review_report(day.station, day.review, version, RadpeerScore.DISCREPANCY_HARD, "")
    assert metrics(day).discrepancies == (0, 1)
    added = day.add(version)
    score = RadpeerScore.DISCREPANCY_USUAL
    review_report(day.station, day.review, added, score, "Missed rib fracture.")
    assert metrics(day).discrepancies == (1, 1)
    assert metrics(day).addended == (1, 1)
