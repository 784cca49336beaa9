"""Second factors: set up an app that shows codes, take its codes, replace recovery codes, and turn it off."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import segno
from sqlalchemy import CursorResult, delete, update

from community.core import audit_log
from community.core.crypto.cipher import new_token, token_hash
from community.core.errors import AppError, Conflict, ValidationFailed
from community.core.permissions import Permission
from community.core.unit_of_work import Actor, UnitOfWork
from community.members import access
from community.members.access.second_factors import factor_link, totp_factor
from community.members.actions import accounts as accounts_actions
from community.members.models import Member, Session
from community.members.models.passkeys import Passkey
from community.members.models.second_factors import FactorLink, PendingSignIn, RecoveryCode, TotpFactor
from community.members.queries import second_factors as queries
from community.members.rules import second_factors as rules


class FactorLinkNeeded(AppError):
    """A member of staff without a second factor tried to set one up after signing in with a password alone."""

    code = "factor_link_needed"
    message = "Ask an admin for a link to set up two-step sign-in. A password alone can't do it."
    status = 403


class FactorIsOn(Conflict):
    """The member already has an app that shows codes."""

    code = "second_factor_on"
    message = "Two-step sign-in is already on. Turn it off first to set up another app."


class FactorIsNeeded(Conflict):
    """Staff may not turn off their last second factor where they need one."""

    code = "second_factor_needed_here"
    message = "Staff need two-step sign-in here. Set up another way first, or ask an admin for a new link."


class WrongCode(ValidationFailed):
    """The code is wrong, too old, or was used before."""

    code = "wrong_code"
    message = "That code doesn't work. Enter the newest one from your app."

    def __init__(self) -> None:
        super().__init__(errors={"code": [self.message]})


@dataclass(frozen=True)
class FactorAsked:
    """A sign-in that waits for a second factor: the kinds that finish it, and its token."""

    kinds: tuple[str, ...]
    pending: str


@dataclass(frozen=True)
class TotpSetup:
    """A shared secret to put into an app: as text, as an `otpauth:` address, and as a QR code in SVG."""

    secret: str
    uri: str
    svg: str


def start_totp(uow: UnitOfWork, *, service: str, is_required: bool) -> TotpSetup:
    """Make a new secret for the actor's app. It protects nothing until `confirm_totp`.

    `is_required` says that staff need a second factor. Raises FactorLinkNeeded, FactorIsOn.
    """
    refuse_without_link(uow.actor, is_required=is_required)
    member = access.own_member(uow)
    factor = totp_factor(uow, member.id)
    if factor is not None and factor.confirmed_at is not None:
        raise FactorIsOn
    factor = factor or TotpFactor(member_id=member.id)
    factor.created_at, factor.last_step = uow.now, 0
    secret = rules.new_totp_secret()
    uow.cipher.encrypt_column(factor, TotpFactor.secret, secret)
    uow.session.add(factor)
    return _setup(secret, account=member.handle, service=service)


def pending_totp(uow: UnitOfWork, *, service: str) -> TotpSetup | None:
    """Return the setup that the actor began and has not confirmed, if any, so that a typing error costs no new scan."""
    factor = totp_factor(uow, uow.actor.id)
    if factor is None or factor.confirmed_at is not None:
        return None
    secret = uow.cipher.decrypt_column(factor, TotpFactor.secret)
    return _setup(secret, account=uow.actor.handle, service=service)


def confirm_totp(uow: UnitOfWork, *, code: str, secret: str, is_required: bool) -> list[str]:
    """Turn the actor's app on with its first right code, and return ten recovery codes, which are shown once.

    The session counts as one with a second factor from now on, and the member's other sessions end. `secret` is the
    key of digests. Raises FactorLinkNeeded, WrongCode.
    """
    refuse_without_link(uow.actor, is_required=is_required)
    member = access.own_member(uow)
    factor = totp_factor(uow, member.id)
    if factor is None or factor.confirmed_at is not None or not _take_totp(uow, factor, code):
        raise WrongCode
    factor.confirmed_at = uow.now
    uow.session.execute(
        update(Session)
        .where(Session.id == uow.actor.session_id)
        .values(second_factor_at=uow.now, stepped_up_at=uow.now, may_enroll_factor=False)
        .execution_options(synchronize_session=False)
    )
    accounts_actions.end_sessions(uow, member.id, but=uow.actor.session_id)
    audit_log.record(uow, "factor.added", subject_id=member.id, member_id=member.id, kind=queries.TOTP)
    return _replace_recovery_codes(uow, member.id, secret)


def renew_recovery_codes(uow: UnitOfWork, *, secret: str) -> list[str]:
    """Replace the actor's recovery codes by ten new ones, which are shown once. Raises Conflict without a factor."""
    member = access.own_member(uow)
    if not queries.kinds_of(uow, member.id):
        raise Conflict("Turn on two-step sign-in first.")
    return _replace_recovery_codes(uow, member.id, secret)


def remove_totp(uow: UnitOfWork, *, is_required: bool) -> None:
    """Turn the actor's app off. Their recovery codes go with the last factor. Idempotent.

    Raises FactorIsNeeded for the last factor of staff when they need one.
    """
    member = access.own_member(uow)
    factor = totp_factor(uow, member.id)
    if factor is None:
        return
    uow.session.delete(factor)
    uow.session.flush()
    if not queries.kinds_of(uow, member.id):
        if is_required and uow.actor.role.has_any_permission:
            raise FactorIsNeeded
        uow.session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    audit_log.record(uow, "factor.removed", subject_id=member.id, member_id=member.id, kind=queries.TOTP)


def take_code(uow: UnitOfWork, member_id: UUID, *, code: str, secret: str) -> bool:
    """Return whether a code of the member's app, or one of their recovery codes, is right. Each works once.

    The row changes with a condition, so of many at once one is taken. Count the try before.
    """
    factor = totp_factor(uow, member_id)
    if factor is not None and factor.confirmed_at is not None and _take_totp(uow, factor, code):
        return True
    digest = rules.recovery_code_digest(secret, member_id, code)
    used = delete(RecoveryCode).where(RecoveryCode.member_id == member_id, RecoveryCode.code_digest == digest)
    return bool(queries.kinds_of(uow, member_id)) and _changed(uow, used) == 1


def ask_for_factor(uow: UnitOfWork, member: Member) -> FactorAsked | None:
    """Let a sign-in of a member who is locked wait for a second factor. None when the member has none."""
    kinds = queries.kinds_of(uow, member.id)
    if not kinds:
        return None
    uow.session.execute(delete(PendingSignIn).where(PendingSignIn.expires_at <= uow.now))
    token, ends_at = new_token(), uow.now + rules.PENDING_LASTS
    uow.session.add(PendingSignIn(member_id=member.id, token_hash=token_hash(token), expires_at=ends_at))
    return FactorAsked(kinds, token)


def end_pending(uow: UnitOfWork, member: Member) -> None:
    """End every sign-in of a member that waits for a second factor."""
    uow.session.execute(delete(PendingSignIn).where(PendingSignIn.member_id == member.id))


def use_link(uow: UnitOfWork, member: Member, token: str) -> bool:
    """Use up an admin's link, and return whether it lets this member set up a second factor."""
    link = factor_link(uow, token) if token else None
    if link is None or link.member_id != member.id:
        return False
    link.used_at = uow.now
    return True


def reset_factors(uow: UnitOfWork, member: Member, *, created_by: UUID | None) -> str:
    """Remove all second factors of a member who is locked, end their sessions, and return the token of a new link.

    Earlier links end. The link works once within 24 hours.
    """
    for table in (TotpFactor, Passkey, RecoveryCode, PendingSignIn, FactorLink):
        uow.session.execute(delete(table).where(table.member_id == member.id))
    accounts_actions.end_sessions(uow, member.id)
    token, ends_at = new_token(), uow.now + rules.LINK_LASTS
    uow.session.add(
        FactorLink(
            member_id=member.id,
            created_by=created_by,
            token_hash=token_hash(token),
            created_at=uow.now,
            expires_at=ends_at,
        )
    )
    audit_log.record(uow, "factor.reset", subject_id=member.id, member_id=member.id)
    return token


def reset_factors_of(uow: UnitOfWork, *, member_id: UUID) -> str:
    """Reset another member's second factors for an admin, and return the token of the link.

    Raises Forbidden, NotFound, and Conflict for one's own.
    """
    admin = uow.permitted(Permission.MANAGE_STAFF)
    member = access.member_to_manage(uow, member_id)
    if member.id == admin.id:
        raise Conflict("Another admin has to reset yours. If there is none: community factor reset EMAIL.")
    return reset_factors(uow, member, created_by=admin.id)


def _take_totp(uow: UnitOfWork, factor: TotpFactor, code: str) -> bool:
    step = rules.matching_step(uow.cipher.decrypt_column(factor, TotpFactor.secret), code, now=uow.now)
    if step is None:
        return False
    taken = update(TotpFactor).where(TotpFactor.member_id == factor.member_id, TotpFactor.last_step < step)
    return _changed(uow, taken.values(last_step=step)) == 1


def _changed(uow: UnitOfWork, statement: Any) -> int:
    uow.session.flush()
    result = uow.session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount


def _replace_recovery_codes(uow: UnitOfWork, member_id: UUID, secret: str) -> list[str]:
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member_id))
    codes = rules.new_recovery_codes()
    digests = [rules.recovery_code_digest(secret, member_id, code) for code in codes]
    uow.session.add_all(RecoveryCode(member_id=member_id, code_digest=digest) for digest in digests)
    return codes


def refuse_without_link(actor: Actor, *, is_required: bool) -> None:
    """Raise FactorLinkNeeded unless the actor's session may set up a second factor."""
    needs_factor = is_required and actor.role.has_any_permission
    has_factor = actor.second_factor_at is not None
    if not rules.may_set_up(needs_factor=needs_factor, has_factor=has_factor, has_link=actor.may_enroll_factor):
        raise FactorLinkNeeded


def _setup(secret: str, *, account: str, service: str) -> TotpSetup:
    uri = rules.totp_uri(secret, account=account, service=service)
    return TotpSetup(secret, uri, segno.make(uri, error="m").svg_inline(scale=4))
