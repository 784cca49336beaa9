"""Password changes, by hand or by a mailed link: old links and other sessions end, weak passwords are refused."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from community.core.crypto.cipher import hash_password, in_seat, password_matches, token_hash
from community.core.errors import AppError, Gone, ValidationFailed
from community.core.ids import new_id
from community.core.shared_rates import SharedRate
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.members import access
from community.members.actions import accounts as accounts_actions
from community.members.actions import sign_in_throttle
from community.members.actions.sign_in import Caller
from community.members.events import PasswordChanged, PasswordResetRequested
from community.members.models import Member, PasswordReset
from community.members.rules import accounts, passwords

_password_changes = SharedRate("password_changes", 10, 600)


class WrongPassword(AppError):
    """The current password did not match."""

    code = "wrong_password"
    message = "That's not your current password."
    status = 422

    def __init__(self) -> None:
        super().__init__(errors={"current_password": ["That's not your current password."]})


class ResetEnded(Gone):
    """The link of a password reset was used, replaced, or has expired."""

    code = "reset_ended"
    message = "This link no longer works. Please ask for a new one."


def request_reset(store: UnitOfWorkFactory, *, email: str, caller: Caller) -> None:
    """Queue a mail with a link if the address is a member's and not throttled. The caller learns nothing either way.

    Ends earlier links. Raises TooManyTries only by the caller's own network address.
    """
    email = accounts.normal_email(email)
    account = sign_in_throttle.account_of(caller.secret, email)
    with store.unit_of_work() as uow:
        is_allowed = sign_in_throttle.count_reset(uow, account=account, origin=caller.origin)
        member = access.active_member_by_email(uow, email)
        if member is None or not is_allowed or access.locked_active_member(uow, member.id) is None:
            return
        accounts_actions.end_resets(uow, member.id)
        reset = PasswordReset(
            id=new_id(), member_id=member.id, created_at=uow.now, expires_at=uow.now + accounts.RESET_LASTS
        )
        reset.token_hash = token_hash(accounts.reset_token(caller.secret, reset.id))
        uow.session.add(reset)
        uow.record(PasswordResetRequested(reset_id=reset.id, member_id=member.id))


def reset_password(store: UnitOfWorkFactory, *, token: str, password: str, caller: Caller) -> str:
    """Set a new password by a link, and return the token of the device, which is known from now on.

    Ends every session and every other open link of the member. Failed sign-ins of their address are forgotten, because
    a person who reads their mail may sign in on a new device. Raises ResetEnded before it hashes, TooManyTries,
    ValidationFailed.
    """
    with store.read_context() as ctx:
        reset = access.open_reset(ctx, token)
        own = () if reset is None else (caller.service, *access.names_for_password(ctx, reset.member_id))
    if reset is None:
        sign_in_throttle.count_dead_link(store, caller.origin)
        raise ResetEnded
    hashed = hash_new_password(password, own=own)
    with store.unit_of_work() as uow:
        member = access.member_of_reset(uow, reset)
        if access.open_reset(uow, token, lock=True) is None:
            raise ResetEnded
        member.password_hash = hashed
        _password_changed(uow, member, but=None)
        sign_in_throttle.forget_failures(uow, account=sign_in_throttle.account_of(caller.secret, member.email))
        return accounts.device_token(caller.secret, member.id)


def change_password(
    store: UnitOfWorkFactory, actor: Actor, *, current_password: str, password: str, service: str
) -> None:
    """Replace the actor's password, and end their other sessions and open links.

    `service` is the name of this service, which no password may contain. Raises WrongPassword, TooManyTries,
    ValidationFailed.
    """
    _password_changes.take(actor.id, pubsub=store.pubsub, secret=store.secret)
    with store.read_context(actor) as ctx:
        hashed = access.own_password_hash(ctx)
        own = (service, *access.names_for_password(ctx, actor.id))
    if not password_matches(hashed, passwords.normal_password(current_password)):
        raise WrongPassword
    fresh = hash_new_password(password, own=own)
    with store.unit_of_work(actor) as uow:
        member = access.own_member(uow)
        if member.password_hash != hashed:  # a link changed it while we hashed
            raise WrongPassword
        member.password_hash = fresh
        _password_changed(uow, member, but=actor.session_id)


def hash_new_password(password: str, *, own: Iterable[str]) -> str:
    """Hash a new password unless it is easy to guess. `own` are the member's names. Raises ValidationFailed, Busy."""
    problems = password_problems(password, own=own)
    if problems:
        raise ValidationFailed(errors=problems)
    return hash_checked_password(password)


def password_problems(password: str, *, own: Iterable[str]) -> dict[str, list[str]]:
    """Return why a new password is easy to guess. `own` are the member's names. Raises Busy."""
    problem = in_seat(partial(passwords.password_problem, own=own), password)
    return {"password": [problem]} if problem else {}


def hash_checked_password(password: str) -> str:
    """Hash a new password that has no problems."""
    return hash_password(passwords.normal_password(password))


def _password_changed(uow: UnitOfWork, member: Member, *, but: UUID | None) -> None:
    accounts_actions.end_sessions(uow, member.id, but=but)
    accounts_actions.end_resets(uow, member.id)
    uow.record(PasswordChanged(member_id=member.id))
