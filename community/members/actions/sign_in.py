"""Sign-in and sign-out: throttled before anything is hashed, with one answer for known and unknown addresses."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from community.core.crypto.cipher import hash_password, needs_rehash, new_token, password_matches, token_hash
from community.core.errors import AppError
from community.core.ids import new_id
from community.core.schemas import rfc3339
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.members import access
from community.members.actions import accounts as accounts_actions
from community.members.actions import second_factors, session_auth, sign_in_throttle
from community.members.actions.known_devices import note_device
from community.members.actions.second_factors import FactorAsked
from community.members.models import Member, Session
from community.members.rules import accounts, passwords


class InvalidCredentials(AppError):
    """The e-mail address and the password do not belong to one member."""

    code = "wrong_credentials"
    message = "That e-mail and password don't match."
    status = 401


class Suspended(AppError):
    """The member is suspended. The error carries the path of the page that explains it."""

    code = "suspended"
    message = "This account is suspended. Open the link to read why, until when, and how to appeal."
    status = 403

    def __init__(self, *, path: str, ends_at: datetime | None) -> None:
        until = f"until {rfc3339(ends_at)}" if ends_at else "until a coordinator ends it"
        super().__init__(f"This account is suspended {until}. Read why, and how to appeal, at {path}")
        self.path = path


@dataclass(frozen=True)
class SignedIn:
    """A new session: its token, its member, how long a browser may keep it, and the device's token."""

    token: str
    actor: Actor
    seconds: int
    device: str


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The client that signs in: network address, user agent, the device's token and the session its browser had.

    The address is stored only as keyed digests. `replaces` is the token of the session that a new one replaces.
    `service` is the name of this service.
    """

    address: str
    label: str
    device: str
    replaces: str
    secret: str
    service: str = ""

    @property
    def origin(self) -> sign_in_throttle.Origin:
        """Return the origin under which attempts are counted."""
        return sign_in_throttle.origin_of(self.secret, self.address)


def sign_in(
    store: UnitOfWorkFactory, *, email: str, password: str, caller: Caller, link: str = ""
) -> SignedIn | FactorAsked:
    """Open a session for correct credentials, or ask a member who has a second factor for it.

    `link` is the token of an admin's link, which lets its member set up a second factor in this session. Raises
    InvalidCredentials, TooManyTries, Suspended. It has three steps, because nothing may be locked while the password is
    hashed: throttle, hash, session.
    """
    email = accounts.normal_email(email)
    account, origin = sign_in_throttle.account_of(caller.secret, email), caller.origin
    with store.unit_of_work() as uow:
        member = access.unclosed_member_by_email(uow, email)
        known_device = member is not None and accounts.is_known_device(caller.secret, member.id, caller.device)
        sign_in_throttle.count_sign_in(uow, account=account, origin=origin, known_device=known_device)
    hashed = member.password_hash if member else None
    if not password_matches(hashed, passwords.normal_password(password)) or member is None or hashed is None:
        raise InvalidCredentials
    _refuse_suspended(store, member, account=account, caller=caller)
    better = hash_password(passwords.normal_password(password)) if needs_rehash(hashed) else None
    with store.unit_of_work() as uow:
        present = access.locked_active_member(uow, member.id)
        if present is None or present.password_hash != hashed:  # suspended or changed while we hashed
            raise InvalidCredentials
        present.password_hash = better or hashed
        asked = second_factors.ask_for_factor(uow, present)
        if asked is not None:  # failures are forgotten with the code, or codes could be tried without end
            return asked
        sign_in_throttle.forget_failures(uow, account=account, origin=origin)
        may_enroll = second_factors.use_link(uow, present, link)
        return open_session(uow, present, caller=caller, may_enroll_factor=may_enroll)


def _refuse_suspended(store: UnitOfWorkFactory, member: Member, *, account: str, caller: Caller) -> None:
    """Raise Suspended for a caller who proved the password, and for no one else."""
    with store.unit_of_work() as uow:
        held = access.suspension_of(uow, member.id)
        if held is None:
            return
        sign_in_throttle.forget_failures(uow, account=account, origin=caller.origin)
    raise Suspended(path=accounts.sanction_path(caller.secret, held.id), ends_at=held.ends_at)


def open_session(
    uow: UnitOfWork,
    member: Member,
    *,
    caller: Caller,
    second_factor_at: datetime | None = None,
    may_enroll_factor: bool = False,
) -> SignedIn:
    """Open a session of a member who is locked.

    Ends the session that the browser had, whichever member's it was, and the oldest ones beyond MAX_SESSIONS. A session
    that begins with a second factor is stepped up.
    """
    token = new_token()
    lasts = accounts.session_limit(staff=member.is_privileged)
    _end_replaced(uow, caller.replaces)
    _end_oldest(uow, member.id)
    session = Session(
        id=new_id(),
        member_id=member.id,
        token_hash=token_hash(token),
        label=caller.label[:60],
        created_at=uow.now,
        last_used_at=uow.now,
        idle_seconds=int(accounts.idle_limit(staff=member.is_privileged).total_seconds()),
        expires_at=uow.now + lasts,
        second_factor_at=second_factor_at,
        stepped_up_at=second_factor_at,
        may_enroll_factor=may_enroll_factor,
    )
    uow.session.add(session)
    note_device(uow, member, session, has_cookie=accounts.is_known_device(caller.secret, member.id, caller.device))
    actor = session_auth.actor_of_session(session_auth.actor_for(member), session)
    return SignedIn(token, actor, int(lasts.total_seconds()), accounts.device_token(caller.secret, member.id))


def _end_replaced(uow: UnitOfWork, token: str) -> None:
    replaced = access.session_of_token(uow, token) if token else None
    if replaced is not None:
        uow.session.execute(delete(Session).where(Session.id == replaced.id))
        uow.notify_member(replaced.member_id)


def _end_oldest(uow: UnitOfWork, member_id: UUID) -> None:
    theirs = select(Session).where(Session.member_id == member_id)
    rows = uow.session.scalars(theirs.order_by(Session.created_at.desc(), Session.id.desc())).all()
    held = [
        row.id
        for row in rows
        if accounts.is_session_valid(
            uow.now, expires_at=row.expires_at, last_used_at=row.last_used_at, idle_seconds=row.idle_seconds
        )
    ]
    kept = set(held[: accounts.MAX_SESSIONS - 1])
    ending = [row.id for row in rows if row.id not in kept]
    if ending:
        uow.session.execute(delete(Session).where(Session.id.in_(ending)))
        uow.notify_member(member_id)


def sign_out(uow: UnitOfWork) -> None:
    """End the session of the request."""
    if uow.actor.session_id is not None:
        end_session(uow, session_id=uow.actor.session_id)


def end_other_sessions(uow: UnitOfWork) -> None:
    """End all of the actor's sessions but the one of the request. Their sockets close too. Idempotent."""
    accounts_actions.end_sessions(uow, uow.actor.id, but=uow.actor.session_id)


def end_session(uow: UnitOfWork, *, session_id: UUID) -> None:
    """End one of the actor's sessions. Its sockets close when the change is published. Raises NotFound."""
    ended = access.own_session(uow, session_id)
    uow.session.execute(delete(Session).where(Session.id == ended.id))
    uow.notify_member(uow.actor.id)
