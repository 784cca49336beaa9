"""Actions on e-mail addresses: ask for a change, start one for a member, confirm it at the new address, stop it."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from community.core import audit_log
from community.core.crypto.cipher import token_hash
from community.core.errors import Conflict, Gone, RateLimited, ValidationFailed
from community.core.ids import new_id, random_id
from community.core.unit_of_work import UnitOfWork
from community.members import access
from community.members.actions.accounts import end_resets, end_sessions
from community.members.events import EmailChanged, EmailChangeRequested
from community.members.models import Member
from community.members.models.email_changes import EmailChange
from community.members.queries import email_changes as queries
from community.members.rules import accounts
from community.members.rules import email_changes as rules


class EmailLinkEnded(Gone):
    """The link of a change was used, stopped or replaced, or has expired."""

    code = "email_link_ended"
    message = "This link no longer works. Ask for the change again."


class AddressChanged(Conflict):
    """The change was confirmed before it was stopped."""

    code = "address_changed"
    message = "The address was already changed. Please contact the people who invited you."


def request_change(uow: UnitOfWork, *, email: str, secret: str) -> None:
    """Ask for another address for the actor's own account. The answer is the same for a taken address.

    Ends an earlier request. Raises ValidationFailed for the address it has, and RateLimited.
    """
    _request(uow, access.own_member(uow), email=email, secret=secret)


def start_change(uow: UnitOfWork, *, member_id: UUID, email: str, secret: str) -> None:
    """Start a change for a member, as staff. Both addresses get the same mails as when the member asks.

    Raises Forbidden, NotFound, ValidationFailed, RateLimited.
    """
    member = access.member_to_manage(uow, member_id)
    change_id = _request(uow, member, email=email, secret=secret)
    audit_log.record(uow, "email_change.started", subject_id=change_id, member_id=member.id)


def confirm_change(uow: UnitOfWork, *, token: str) -> None:
    """Change the address by the link to the new one, once. The member's other sessions and reset links end.

    Raises EmailLinkEnded, also when the address was taken meanwhile or the account is closed.
    """
    found = queries.open_change(uow, token)
    if found is None:
        raise EmailLinkEnded
    member, change = queries.locked_change(uow, found)
    if change.confirmed_at or change.stopped_at or member.state != "active" or member.email != change.old_email:
        raise EmailLinkEnded
    if access.member_by_email(uow, change.new_email) is not None:
        raise EmailLinkEnded
    member.email, change.confirmed_at = change.new_email, uow.now
    try:
        uow.session.flush()
    except IntegrityError as error:  # taken in this moment
        raise EmailLinkEnded from error
    own = uow.anyone.session_id if uow.anyone is not None and uow.anyone.id == member.id else None
    end_sessions(uow, member.id, but=own)
    end_resets(uow, member.id)
    uow.record(EmailChanged(member_id=member.id))
    audit_log.record(uow, "email.changed", subject_id=change.id, member_id=member.id)


def stop_change(uow: UnitOfWork, *, token: str) -> None:
    """Stop a change by the link to the old address, and end every session of the member. Idempotent.

    Raises EmailLinkEnded, and AddressChanged when it was confirmed before.
    """
    found = queries.stoppable_change(uow, token)
    if found is None:
        raise EmailLinkEnded
    member, change = queries.locked_change(uow, found)
    if change.confirmed_at:
        raise AddressChanged
    if change.stopped_at is None:
        change.stopped_at = uow.now
        end_sessions(uow, member.id)
        audit_log.record(uow, "email_change.stopped", subject_id=change.id, member_id=member.id)


def _request(uow: UnitOfWork, member: Member, *, email: str, secret: str) -> UUID:
    """Store the change. A new address that may get no more mail today gets a link that is over already."""
    email = accounts.normal_email(email)
    if email == member.email:
        raise ValidationFailed(errors={"email": ["This is already the address of this account."]})
    if queries.is_too_often(uow, member_id=member.id):
        raise RateLimited(retry_after=rules.WINDOW.total_seconds())
    for earlier in queries.open_changes_of(uow, member.id):
        earlier.stopped_at = uow.now
    for past in queries.past_changes(uow):
        uow.session.delete(past)
    lasts = rules.LASTS if not queries.is_address_asked_too_often(uow, email) else rules.LASTS * 0
    change = EmailChange(
        id=random_id(),
        notice_id=new_id(),
        member_id=member.id,
        old_email=member.email,
        new_email=email,
        created_at=uow.now,
        expires_at=uow.now + lasts,
    )
    change.confirm_hash = token_hash(rules.confirm_token(secret, change.id))
    change.stop_hash = token_hash(rules.stop_token(secret, change.id))
    uow.session.add(change)
    uow.session.flush()
    uow.record(EmailChangeRequested(change_id=change.id, member_id=member.id))
    return change.id
