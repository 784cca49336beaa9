"""Queries of second factors: which kinds a member has, and what their page shows."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select

from community.core.unit_of_work import ReadContext
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


def my_second_factors(ctx: ReadContext) -> SecondFactors:
    """Return the actor's own second factors."""
    left = ctx.session.scalar(select(func.count()).where(RecoveryCode.member_id == ctx.actor.id)) or 0
    return SecondFactors(kinds_of(ctx, ctx.actor.id), left)
