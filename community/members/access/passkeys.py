"""Access to passkeys and their challenges, with permission checks."""

from uuid import UUID

from sqlalchemy import select

from community.core.errors import NotFound
from community.core.unit_of_work import ReadContext, UnitOfWork
from community.members.models import Member
from community.members.models.passkeys import Passkey, PasskeyChallenge


def own_passkey(uow: UnitOfWork, passkey_id: UUID) -> Passkey:
    """Load one of the actor's passkeys, locked. Raises NotFound."""
    row = uow.session.get(Passkey, passkey_id, with_for_update=True)
    if row is None or row.member_id != uow.actor.id:
        raise NotFound
    return row


def own_credential_ids(ctx: ReadContext) -> list[str]:
    """Return the ids by which authenticators know the actor's passkeys."""
    return list(ctx.session.scalars(select(Passkey.credential_id).where(Passkey.member_id == ctx.actor.id)))


def member_of_credential(ctx: ReadContext, credential_id: str) -> Member | None:
    """Load the member of a passkey, in any state."""
    theirs = select(Member).join(Passkey, Passkey.member_id == Member.id)
    return ctx.session.scalar(theirs.where(Passkey.credential_id == credential_id))


def passkey_by_credential(uow: UnitOfWork, credential_id: str) -> Passkey | None:
    """Load a passkey by the id that its authenticator names, locked. The signature is what proves anything."""
    return uow.session.scalar(select(Passkey).where(Passkey.credential_id == credential_id).with_for_update())


def open_challenge(uow: UnitOfWork, challenge_hash: str) -> PasskeyChallenge | None:
    """Load a challenge that an answer may still use, locked."""
    row = uow.session.get(PasskeyChallenge, challenge_hash, with_for_update=True)
    return row if row is not None and row.expires_at > uow.now else None
