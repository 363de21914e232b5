"""Use case: learn at once that a study was taken over, and keep it while it is open."""

from __future__ import annotations

from readstation.app.session import Session
from readstation.app.station import Station
from readstation.app.worklist.claim_study import renew_claim
from readstation.domain.claim import CLAIM_LEASE, Claim

RENEW_BEFORE_END = CLAIM_LEASE - CLAIM_LEASE / 15
"""A claim is renewed when this much or less is left of its lease: once a minute."""


def keep_claim(station: Station, session: Session, claim: Claim) -> Claim:
    """Return the claim, renewed where it is time to.

    Raises
    ------
    ClaimLostError
        If somebody else has taken the study over, or the claim was ended.
    """
    now = station.clock.now()
    if claim.expires_at - now <= RENEW_BEFORE_END:
        return renew_claim(station, session, claim)
    with station.unit_of_work() as work:
        work.claims.require(claim, now)
    return claim
