"""Access to sign-ins that wait for a second factor, and to the links that let a member set one up."""

from uuid import UUID

from sqlalchemy import and_, select

from community.core.crypto.cipher import token_hash
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.models import Member
from community.members.models.second_factors import FactorLink, PendingSignIn, TotpFactor
from community.members.queries.active_members import is_active


def totp_factor(uow: UnitOfWork, member_id: UUID) -> TotpFactor | None:
    """Load a member's app that shows codes, confirmed or not."""
    return uow.session.get(TotpFactor, member_id)


def member_of_pending(ctx: ReadContext, token: str) -> Member | None:
    """Load the active member of a sign-in that waits for a second factor, by its token. None when it ended."""
    waits = and_(PendingSignIn.token_hash == token_hash(token), PendingSignIn.expires_at > ctx.now)
    query = select(Member).join(PendingSignIn, PendingSignIn.member_id == Member.id)
    return ctx.session.scalar(query.where(waits, is_active(ctx.now)))


def factor_link(uow: UnitOfWork, token: str) -> FactorLink | None:
    """Load the link of this token, locked. None when it was used or has expired."""
    query = select(FactorLink).where(FactorLink.token_hash == token_hash(token), FactorLink.used_at.is_(None))
    return uow.session.scalar(query.where(FactorLink.expires_at > uow.now).with_for_update())
