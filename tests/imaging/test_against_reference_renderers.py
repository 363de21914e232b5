"""Every kind of grayscale file of shared/data has DCMTK's gray levels (oracle: dcm2pnm and kin)."""

import pytest

from tests.tables.reference_renderers import compare_all, table

SERIES_STEP = 16
FEWEST = 600

pytestmark = [pytest.mark.peer, pytest.mark.timeout(600)]


def test_no_pixel_differs_from_dcmtk(peer_program, shared_data):
    for program in ("dcm2pnm", "dcmj2pnm", "dcml2pnm", "dcmp2pgm"):
        peer_program(program)
    outcomes = compare_all(shared_data, SERIES_STEP)
    compared = [outcome for outcome in outcomes if not outcome.refused]
    whole = [outcome for outcome in compared if not outcome.is_fractional]
    fractional = [outcome for outcome in compared if outcome.is_fractional]
    told = table(outcomes)
    assert len(compared) >= FEWEST, told
    assert len(outcomes) - len(compared) <= 10, told
    assert sum(outcome.differing for outcome in whole) == 0, told
    assert fractional
    assert all(outcome.within_a_unit for outcome in fractional), told
    assert sum(outcome.off_reference for outcome in fractional) == 0, told
