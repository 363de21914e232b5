"""Claims: each change of owner is one conditional statement."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from readstation.adapters.db.schema import claims, users
from readstation.adapters.db.statements import Statements
from readstation.domain.claim import Claim, ClaimTask
from readstation.domain.errors import ClaimLostError


class SqlClaimRepository:
    def __init__(self, statements: Statements) -> None:
        self._statements = statements

    def claim(
        self,
        study_instance_uid: str,
        task: ClaimTask,
        owner_id: str,
        now: datetime,
        lease: timedelta,
    ) -> Claim:
        wanted = insert(claims).values(
            study_instance_uid=study_instance_uid,
            task=task,
            owner_id=owner_id,
            token=1,
            claimed_at=now,
            expires_at=now + lease,
        )
        is_mine = claims.c.owner_id == wanted.excluded.owner_id
        is_over = claims.c.expires_at <= now
        is_renewal = and_(is_mine, claims.c.expires_at > now)
        taken = wanted.on_conflict_do_update(
            index_elements=["study_instance_uid", "task"],
            set_={
                "owner_id": wanted.excluded.owner_id,
                "token": case((is_renewal, claims.c.token), else_=claims.c.token + 1),
                "claimed_at": case(
                    (is_renewal, claims.c.claimed_at), else_=wanted.excluded.claimed_at
                ),
                "expires_at": wanted.excluded.expires_at,
            },
            where=or_(is_mine, is_over),
        ).returning(claims)
        row = self._statements.row(taken)
        if row is None:
            raise self._lost(study_instance_uid, task)
        return _claim(row)

    def current(self, study_instance_uid: str, task: ClaimTask) -> Claim | None:
        row = self._statements.row(select(claims).where(_is(study_instance_uid, task)))
        return None if row is None else _claim(row)

    def renew(self, claim: Claim, now: datetime, lease: timedelta) -> Claim:
        extended = update(claims).where(_is_still(claim)).values(expires_at=now + lease)
        row = self._statements.row(extended.returning(claims))
        if row is None:
            raise self._lost(claim.study_instance_uid, claim.task)
        return _claim(row)

    def release(self, claim: Claim, now: datetime) -> None:
        """End the claim; the token grows, so a late write or renewal under it is refused."""
        ended = update(claims).where(_is_still(claim))
        self._statements.run(ended.values(expires_at=now, token=claims.c.token + 1))

    def require(self, claim: Claim, now: datetime) -> None:  # noqa: ARG002 - the token decides
        if self._statements.row(select(claims.c.token).where(_is_still(claim))) is None:
            raise self._lost(claim.study_instance_uid, claim.task)

    def _lost(self, study_instance_uid: str, task: ClaimTask) -> ClaimLostError:
        named = select(claims.c.owner_id, claims.c.claimed_at, users.c.full_name).select_from(
            claims.outerjoin(users, users.c.user_id == claims.c.owner_id)
        )
        row = self._statements.row(named.where(_is(study_instance_uid, task)))
        if row is None:
            return ClaimLostError(
                "You have not claimed this study.", "Open it from the worklist to claim it."
            )
        name = row["full_name"] or row["owner_id"]
        return ClaimLostError(
            f"{name} has claimed this study since {row['claimed_at']:%H:%M} UTC.",
            "Open it read-only, or ask for a handoff. What you typed is kept.",
        )


def _is(study_instance_uid: str, task: ClaimTask) -> Any:
    return and_(claims.c.study_instance_uid == study_instance_uid, claims.c.task == task)


def _is_still(claim: Claim) -> Any:
    return and_(
        _is(claim.study_instance_uid, claim.task),
        claims.c.owner_id == claim.owner_id,
        claims.c.token == claim.token,
    )


def _claim(row: Any) -> Claim:
    return Claim(
        row["study_instance_uid"],
        row["task"],
        row["owner_id"],
        row["token"],
        row["claimed_at"],
        row["expires_at"],
    )
