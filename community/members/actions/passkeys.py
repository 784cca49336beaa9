"""Passkeys: register one, remove one, sign in with one. Each answers one challenge of ours, which is used up by it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from community.core import audit_log
from community.core.crypto import passkeys as webauthn
from community.core.crypto.cipher import token_hash
from community.core.crypto.passkeys import Answer, PasskeySite
from community.core.errors import AppError, Conflict
from community.core.ids import new_id
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.members import access
from community.members.access import passkeys as passkey_access
from community.members.access.second_factors import member_of_pending
from community.members.actions import accounts as accounts_actions
from community.members.actions import second_factors, sign_in_throttle
from community.members.actions.pending_sign_ins import PendingEnded
from community.members.actions.sign_in import Caller, SignedIn, open_session
from community.members.events import PasskeyCopied
from community.members.models import Session
from community.members.models.passkeys import Passkey, PasskeyChallenge
from community.members.models.second_factors import RecoveryCode
from community.members.queries import second_factors as factor_queries
from community.members.queries.passkeys import PasskeyView, my_passkeys
from community.members.rules import accounts, passkeys


class PasskeyRefused(AppError):
    """The answer of a passkey is not right: for another challenge, used before, unknown, or not signed by the key."""

    code = "passkey_refused"
    message = "That passkey didn't work. Please try again."
    status = 422


class CopiedPasskey(AppError):
    """A passkey showed a sign count that it had passed before: there may be two of it. It signs in no more."""

    code = "passkey_copied"
    message = "This passkey may have been copied, so we stopped it. Sign in another way, and remove it in your account."
    status = 403


class TooManyPasskeys(Conflict):
    """The member has as many passkeys as one may have."""

    code = "too_many_passkeys"
    message = f"You have {passkeys.MAX_PASSKEYS} passkeys. Remove one first."


@dataclass(frozen=True)
class Registered:
    """A new passkey, and the recovery codes that were made with it, if it is the first second factor."""

    passkey: PasskeyView
    recovery_codes: tuple[str, ...]


def registration_options(uow: UnitOfWork, *, site: PasskeySite, secret: str, is_required: bool) -> Mapping[str, Any]:
    """Return the options to register a passkey with. Raises FactorLinkNeeded, TooManyPasskeys."""
    member = access.own_member(uow)
    existing = _may_register(uow, is_required=is_required)
    handle = bytes.fromhex(passkeys.user_handle(secret, member.id))
    return webauthn.creation_options(
        site,
        challenge=_new_challenge(uow, passkeys.REGISTER, member.id),
        user_handle=handle,
        user_name=member.handle,
        existing=existing,
    )


def register(
    uow: UnitOfWork, *, site: PasskeySite, credential: Answer, label: str, secret: str, is_required: bool
) -> Registered:
    """Add a passkey to the actor's account. The session counts as one with a second factor from now on.

    With the first second factor the member's other sessions end, and ten recovery codes are made. Raises
    FactorLinkNeeded, TooManyPasskeys, PasskeyRefused.
    """
    member = access.own_member(uow)
    existing = _may_register(uow, is_required=is_required)
    challenge = _used_challenge(uow, credential, passkeys.REGISTER, member.id)
    try:
        new = webauthn.check_registration(site, credential, challenge=challenge)
    except webauthn.InvalidPasskey as error:
        raise PasskeyRefused from error
    if new.credential_id in existing or passkey_access.passkey_by_credential(uow, new.credential_id) is not None:
        raise PasskeyRefused("This device already has a passkey here.")
    is_first = not factor_queries.kinds_of(uow, member.id)
    row = Passkey(
        id=new_id(),
        member_id=member.id,
        credential_id=new.credential_id,
        public_key=new.public_key,
        user_handle=passkeys.user_handle(secret, member.id),
        sign_count=new.sign_count,
        name=label[:60],
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    audit_log.record(uow, "factor.added", subject_id=member.id, member_id=member.id, kind=factor_queries.PASSKEY)
    _mark_session(uow)
    if not is_first:
        return Registered(PasskeyView.of(row), ())
    accounts_actions.end_sessions(uow, member.id, but=uow.actor.session_id)
    return Registered(PasskeyView.of(row), tuple(second_factors.renew_recovery_codes(uow, secret=secret)))


def remove(uow: UnitOfWork, *, passkey_id: UUID, is_required: bool) -> None:
    """Remove one of the actor's passkeys. Recovery codes go with the last factor.

    Raises NotFound, and Conflict for the last factor of staff who need one.
    """
    member = access.own_member(uow)
    row = passkey_access.own_passkey(uow, passkey_id)
    uow.session.delete(row)
    uow.session.flush()
    if not factor_queries.kinds_of(uow, member.id):
        if is_required and member.is_privileged:
            raise Conflict("Staff need two-step sign-in here. Add another passkey or an app first.")
        uow.session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    audit_log.record(uow, "factor.removed", subject_id=member.id, member_id=member.id, kind=factor_queries.PASSKEY)


def sign_in_options(store: UnitOfWorkFactory, *, site: PasskeySite, caller: Caller) -> Mapping[str, Any]:
    """Return the options to sign in with any passkey of this site. Raises TooManyTries by the caller's address."""
    with store.unit_of_work() as uow:
        sign_in_throttle.count_challenge(uow, caller.origin)
        return webauthn.request_options(site, challenge=_new_challenge(uow, passkeys.SIGN_IN, None))


def step_up_options(uow: UnitOfWork, *, site: PasskeySite) -> Mapping[str, Any]:
    """Return the options to confirm with one of the actor's passkeys that it is them."""
    allowed = passkey_access.own_credential_ids(uow)
    return webauthn.request_options(
        site, challenge=_new_challenge(uow, passkeys.STEP_UP, uow.actor.id), allowed=allowed
    )


def sign_in_with_passkey(
    store: UnitOfWorkFactory, *, site: PasskeySite, assertion: Answer, caller: Caller, pending: str = ""
) -> SignedIn:
    """Open a session for the member of a passkey, who needs no password, or finish the sign-in that waits for it.

    Counted like a password before the signature is looked at. Raises TooManyTries, PasskeyRefused, CopiedPasskey, and
    PendingEnded when the sign-in that waits has ended or is another member's.
    """
    with store.unit_of_work() as uow:
        member = passkey_access.member_of_credential(uow, assertion["id"])
        if member is not None:
            account = sign_in_throttle.account_of(caller.secret, member.email)
            is_known = accounts.is_known_device(caller.secret, member.id, caller.device)
            sign_in_throttle.count_sign_in(uow, account=account, origin=caller.origin, known_device=is_known)
    if member is None:
        sign_in_throttle.count_dead_link(store, caller.origin)
        raise PasskeyRefused
    signed_in = None
    with store.unit_of_work() as uow:
        present = access.locked_active_member(uow, member.id)
        if present is None:
            raise PasskeyRefused
        waiting = member_of_pending(uow, pending) if pending else present
        if waiting is None or waiting.id != present.id:
            raise PendingEnded
        if take_assertion(uow, present.id, site=site, assertion=assertion, purpose=passkeys.SIGN_IN):
            second_factors.end_pending(uow, present)
            sign_in_throttle.forget_failures(uow, account=account, origin=caller.origin)
            signed_in = open_session(uow, present, caller=caller, second_factor_at=uow.now)
    if signed_in is None:
        raise CopiedPasskey
    return signed_in


def take_assertion(uow: UnitOfWork, member_id: UUID, *, site: PasskeySite, assertion: Answer, purpose: str) -> bool:
    """Take the answer of a member's passkey. Returns False when the key may have been copied, which is noted.

    Call it with the member locked, and commit also when it returns False. Raises PasskeyRefused.
    """
    challenge = _used_challenge(uow, assertion, purpose, None if purpose == passkeys.SIGN_IN else member_id)
    row = passkey_access.passkey_by_credential(uow, assertion["id"])
    if row is None or row.member_id != member_id:
        raise PasskeyRefused
    try:
        shown = webauthn.check_assertion(site, assertion, challenge=challenge, public_key=row.public_key)
    except webauthn.InvalidPasskey as error:
        raise PasskeyRefused from error
    if row.copied_at is not None:
        return False
    if passkeys.was_copied(stored=row.sign_count, shown=shown):
        row.copied_at = uow.now
        uow.record(PasskeyCopied(member_id=member_id, passkey_id=row.id))
        return False
    row.sign_count, row.last_used_at = shown, uow.now
    return True


def _may_register(uow: UnitOfWork, *, is_required: bool) -> list[str]:
    second_factors.refuse_without_link(uow.actor, is_required=is_required)
    if len(my_passkeys(uow)) >= passkeys.MAX_PASSKEYS:
        raise TooManyPasskeys
    return passkey_access.own_credential_ids(uow)


def _mark_session(uow: UnitOfWork) -> None:
    uow.session.execute(
        update(Session)
        .where(Session.id == uow.actor.session_id)
        .values(second_factor_at=uow.now, stepped_up_at=uow.now, may_enroll_factor=False)
        .execution_options(synchronize_session=False)
    )


def _new_challenge(uow: UnitOfWork, purpose: str, member_id: UUID | None) -> bytes:
    uow.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= uow.now))
    challenge = secrets.token_bytes(32)
    ends_at = uow.now + passkeys.CHALLENGE_LASTS
    uow.session.add(
        PasskeyChallenge(
            challenge_hash=token_hash(challenge.hex()), purpose=purpose, member_id=member_id, expires_at=ends_at
        )
    )
    return challenge


def _used_challenge(uow: UnitOfWork, answer: Answer, purpose: str, member_id: UUID | None) -> bytes:
    """Return the challenge of an answer, which no other answer can use any more. Raises PasskeyRefused."""
    try:
        challenge = webauthn.challenge_of(answer)
    except webauthn.InvalidPasskey as error:
        raise PasskeyRefused from error
    row = passkey_access.open_challenge(uow, token_hash(challenge.hex()))
    if row is None or row.purpose != purpose or row.member_id != member_id:
        raise PasskeyRefused
    uow.session.delete(row)
    uow.session.flush()
    return challenge
