"""Use case: go on holding the study that is on the screen."""

from __future__ import annotations

from readstation.app.station import Station
from readstation.domain.claim import CLAIM_LEASE, Claim


def keep_claim(station: Station, claim: Claim) -> Claim:
    """Prolong the lease.

    Raises
    ------
    ClaimLostError
        If somebody else owns the study now.
    """
    with station.unit_of_work() as work:
        renewed = work.claims.renew(claim, station.clock.now(), CLAIM_LEASE)
        work.commit()
    return renewed
