"""Queries of second factors: which kinds a member has, and what their page shows."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from community.core.unit_of_work import ReadContext, Role
from community.members.access.second_factors import member_of_pending
from community.members.models import Member
from community.members.models.passkeys import Passkey
from community.members.models.second_factors import RecoveryCode, TotpFactor

TOTP, PASSKEY, RECOVERY = "totp", "passkey", "recovery"


@dataclass(frozen=True)
class SecondFactors:
    """A member's second factors: the kinds, and how many recovery codes are left."""

    kinds: tuple[str, ...]
    recovery_codes_left: int

    @property
    def has_totp(self) -> bool:
        """Return whether the member has an app that shows codes."""
        return TOTP in self.kinds

    @property
    def is_on(self) -> bool:
        """Return whether signing in asks for more than the password."""
        return bool(self.kinds)


def kinds_of(ctx: ReadContext, member_id: UUID) -> tuple[str, ...]:
    """Return the kinds of second factors that sign a member in, without kinds that the member lacks.

    Recovery codes count only beside another factor.
    """
    has_totp = exists().where(TotpFactor.member_id == member_id, TotpFactor.confirmed_at.is_not(None))
    has_passkey = exists().where(Passkey.member_id == member_id)
    has_codes = exists().where(RecoveryCode.member_id == member_id)
    found = ctx.session.execute(select(has_totp, has_passkey, has_codes)).one()
    kinds = tuple(kind for kind, there in zip((TOTP, PASSKEY, RECOVERY), found, strict=True) if there)
    return () if kinds == (RECOVERY,) else kinds


def kinds_of_pending(ctx: ReadContext, token: str) -> tuple[str, ...]:
    """Return the kinds of second factors that finish a sign-in that waits. Empty when it has ended."""
    member = member_of_pending(ctx, token)
    return kinds_of(ctx, member.id) if member else ()


def count_staff_without_factor(session: Session) -> int:
    """Return how many members of staff have neither an app that shows codes nor a passkey."""
    has_totp = exists().where(TotpFactor.member_id == Member.id, TotpFactor.confirmed_at.is_not(None))
    has_passkey = exists().where(Passkey.member_id == Member.id)
    staff = [role for role in Role if role.has_any_permission]
    where = (Member.role.in_(staff), Member.state == "active", ~has_totp, ~has_passkey)
    return session.scalar(select(func.count()).select_from(Member).where(*where)) or 0


def my_second_factors(ctx: ReadContext) -> SecondFactors:
    """Return the actor's own second factors."""
    left = ctx.session.scalar(select(func.count()).where(RecoveryCode.member_id == ctx.actor.id)) or 0
    return SecondFactors(kinds_of(ctx, ctx.actor.id), left)
