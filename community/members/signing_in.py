"""Signing in and out, and passwords: throttled before anything is hashed, the same answer for known and unknown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete

from community.core.crypto import derived, hash_password, needs_rehash, new_token, password_matches, token_hash
from community.core.errors import Gone, Refusal, TooMany
from community.core.ids import new_id
from community.core.limits import Rate
from community.core.schemas import rfc3339
from community.core.unit_of_work import Actor, Store, UnitOfWork, utc_now
from community.members import access, identity, rules
from community.members.actions import membership
from community.members.events import PasswordChanged, PasswordResetAsked
from community.members.models import Attempt, Member, PasswordReset, Session

_password_changes = Rate(10, 600)


class WrongCredentials(Refusal):
    """E-mail and password do not fit together."""

    code = "wrong_credentials"
    status = 401


class Suspended(Refusal):
    """This account is suspended. Why, until when and how to disagree stands at the address."""

    code = "suspended"
    status = 403

    def __init__(self, *, path: str, ends_at: datetime | None) -> None:
        until = f"until {rfc3339(ends_at)}" if ends_at else "until a coordinator ends it"
        super().__init__(f"This account is suspended {until}. Why, and how to disagree: {path}")
        self.path = path


class WrongPassword(Refusal):
    """That is not your present password."""

    code = "wrong_password"
    status = 422

    def __init__(self) -> None:
        super().__init__(errors={"current_password": ["That is not your present password."]})


class ResetEnded(Gone):
    """This link no longer works. Ask for a new one."""

    code = "reset_ended"


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: its token, who it belongs to, how long a browser may keep it, and the device's mark."""

    token: str
    actor: Actor
    seconds: int
    device: str


def sign_in(store: Store, *, email: str, password: str, address: str, label: str, device: str, secret: str) -> SignedIn:
    """A session for who knows the password. Raises WrongCredentials, TooMany, Suspended.

    Three steps, so that nothing is locked while the password is hashed: the throttle, the hash, the session.
    `address` is the caller's network address, kept only as a keyed digest.
    """
    email = rules.normal_email(email)
    account, origin = derived(secret, "account", email), derived(secret, "address", address)
    with store.unit_of_work() as uow:
        member = access.member_coming_in(uow, email)
        known_device = member is not None and rules.is_known_device(secret, member.id, device)
        _count_attempt(uow, account=account, origin=origin, known_device=known_device)
    hashed = member.password_hash if member else None
    if not password_matches(hashed, rules.normal_password(password)) or member is None or hashed is None:
        raise WrongCredentials
    _refuse_suspended(store, member, account=account, origin=origin, secret=secret)
    better = hash_password(rules.normal_password(password)) if needs_rehash(hashed) else None
    with store.unit_of_work() as uow:
        present = access.member_signing_in(uow, member.id)
        if present is None or present.password_hash != hashed:  # suspended or changed while we hashed
            raise WrongCredentials
        present.password_hash = better or hashed
        uow.session.execute(delete(Attempt).where(Attempt.account == account, Attempt.address == origin))
        return open_session(uow, present, label=label, secret=secret)


def _refuse_suspended(store: Store, member: Member, *, account: str, origin: str, secret: str) -> None:
    """Tell who knows the password, and nobody else, that they are kept out, and where it says why. Raises Suspended."""
    with store.unit_of_work() as uow:
        held = access.suspension_of(uow, member.id)
        if held is None:
            return
        uow.session.execute(delete(Attempt).where(Attempt.account == account, Attempt.address == origin))
    raise Suspended(path=rules.measure_path(secret, held.id), ends_at=held.ends_at)


def _count_attempt(uow: UnitOfWork, *, account: str, origin: str, known_device: bool) -> None:
    """Count it as a failure until it was not one: no race gets past the throttle. Raises TooMany."""
    failures = access.failures(uow, account=account, address=origin, since=uow.now - rules.THROTTLE_WINDOW)
    if not rules.may_try(**failures, known_device=known_device):
        raise TooMany(retry_after=rules.THROTTLE_WINDOW.total_seconds())
    uow.session.execute(delete(Attempt).where(Attempt.at < uow.now - rules.ATTEMPTS_ARE_KEPT))
    uow.session.add(Attempt(kind="sign_in", account=account, address=origin, at=uow.now))


def open_session(uow: UnitOfWork, member: Member, *, label: str, secret: str) -> SignedIn:
    """A new session of a member, with a token of its own."""
    token = new_token()
    lasts = rules.session_limit(staff=member.is_staff)
    session = Session(
        id=new_id(),
        member_id=member.id,
        token_hash=token_hash(token),
        label=label[:60],
        created_at=uow.now,
        last_used_at=uow.now,
        idle_seconds=int(rules.idle_limit(staff=member.is_staff).total_seconds()),
        expires_at=uow.now + lasts,
    )
    uow.session.add(session)
    actor = identity.actor_for(member, session_id=session.id)
    return SignedIn(token, actor, int(lasts.total_seconds()), rules.device_token(secret, member.id))


def sign_out(uow: UnitOfWork) -> None:
    """End the session that asks."""
    if uow.actor.session_id is not None:
        end_session(uow, session_id=uow.actor.session_id)


def end_session(uow: UnitOfWork, *, session_id: UUID) -> None:
    """End one of the actor's sessions; its sockets close at the ring. Raises NotFound."""
    ended = access.own_session(uow, session_id)
    uow.session.execute(delete(Session).where(Session.id == ended.id))
    uow.ring_member(uow.actor.id)


def ask_for_reset(store: Store, *, email: str, address: str, secret: str) -> None:
    """Queue a mail with a link, if the address is a member's and they did not ask too often. Says nothing either way.

    Raises TooMany only by the caller's own network address.
    """
    email = rules.normal_email(email)
    account, origin = derived(secret, "account", email), derived(secret, "address", address)
    with store.unit_of_work() as uow:
        hour_ago, day_ago = uow.now - timedelta(hours=1), uow.now - timedelta(days=1)
        if access.resets_asked(uow, address=origin, since=hour_ago) >= rules.RESETS_PER_ADDRESS:
            raise TooMany(retry_after=3600)
        last_hour = access.resets_asked(uow, account=account, since=hour_ago)
        last_day = access.resets_asked(uow, account=account, since=day_ago)
        uow.session.add(Attempt(kind="reset", account=account, address=origin, at=uow.now))
        member = access.active_member_by_email(uow, email)
        if member is None or last_hour >= rules.RESETS_PER_HOUR or last_day >= rules.RESETS_PER_DAY:
            return
        reset = PasswordReset(
            id=new_id(), member_id=member.id, created_at=uow.now, expires_at=uow.now + rules.RESET_LASTS
        )
        reset.token_hash = token_hash(rules.reset_token(secret, reset.id))
        uow.session.add(reset)
        uow.record(PasswordResetAsked(reset_id=reset.id, member_id=member.id))


def reset_password(store: Store, *, token: str, password: str) -> None:
    """Choose a new password by a link; every session of the member ends. Raises ResetEnded before it hashes."""
    with store.reading() as look:
        if access.open_reset(look, token) is None:
            raise ResetEnded
    hashed = hash_password(rules.normal_password(password))
    with store.unit_of_work() as uow:
        reset = access.open_reset(uow, token, lock=True)
        if reset is None:
            raise ResetEnded
        reset.used_at = uow.now
        access.member_resetting(uow, reset).password_hash = hashed
        membership.end_sessions(uow, reset.member_id)
        uow.record(PasswordChanged(member_id=reset.member_id))


def change_password(store: Store, actor: Actor, *, current_password: str, password: str) -> None:
    """Replace the actor's password; their other sessions end. Raises WrongPassword, TooMany."""
    _password_changes.take(actor.id)
    with store.reading(actor) as look:
        hashed = access.own_password_hash(look)
    if not password_matches(hashed, rules.normal_password(current_password)):
        raise WrongPassword
    fresh = hash_password(rules.normal_password(password))
    with store.unit_of_work(actor, now=utc_now()) as uow:
        access.oneself(uow).password_hash = fresh
        membership.end_sessions(uow, actor.id, but=actor.session_id)
        uow.record(PasswordChanged(member_id=actor.id))
