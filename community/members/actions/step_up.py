"""Step-up: a member confirms that it is them, and their session gets a new token that may do more for ten minutes."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import delete

from community.core.crypto.cipher import new_token, password_matches, token_hash
from community.core.crypto.passkeys import Answer, PasskeySite
from community.core.errors import AppError, Unauthenticated
from community.core.ids import new_id
from community.core.unit_of_work import Actor, UnitOfWork, UnitOfWorkFactory
from community.members import access
from community.members.actions import session_auth, sign_in_throttle
from community.members.actions.passkeys import CopiedPasskey, take_assertion
from community.members.actions.second_factors import WrongCode, take_code
from community.members.actions.sign_in import Caller, SignedIn
from community.members.models import Session
from community.members.queries.second_factors import kinds_of
from community.members.rules import accounts, passwords
from community.members.rules.passkeys import STEP_UP

Move = Callable[[UnitOfWork, UUID, UUID], None]


class WrongStepUp(AppError):
    """The password is not the member's. Counted like a failed sign-in."""

    code = "wrong_password"
    message = "That's not your password."
    status = 422

    def __init__(self) -> None:
        super().__init__(errors={"password": [self.message]})


class FactorStepUpNeeded(AppError):
    """A member with a second factor gave the password only."""

    code = "code_needed"
    message = "Two-step sign-in is on. Use a code or a passkey."
    status = 422

    def __init__(self) -> None:
        super().__init__(errors={"code": [self.message]})


def step_up(
    store: UnitOfWorkFactory,
    actor: Actor,
    *,
    caller: Caller,
    moves: Sequence[Move],
    password: str = "",
    code: str = "",
    assertion: Answer | None = None,
    site: PasskeySite | None = None,
) -> SignedIn:
    """Step up the actor's session: with a passkey or a code where they have a second factor, else with the password.

    Throttled like a sign-in, before anything is looked at. `moves` take along what hangs on the session. Raises
    TooManyTries, WrongStepUp, FactorStepUpNeeded, WrongCode, PasskeyRefused, CopiedPasskey, Unauthenticated.
    """
    with store.unit_of_work(actor) as uow:
        member = access.own_member(uow)
        kinds = kinds_of(uow, member.id)
        account = sign_in_throttle.account_of(caller.secret, member.email)
        sign_in_throttle.count_sign_in(uow, account=account, origin=caller.origin, known_device=True)
    if not kinds and not password_matches(member.password_hash, passwords.normal_password(password)):
        raise WrongStepUp
    stepped_up = None
    with store.unit_of_work(actor) as uow:
        present = access.own_member(uow)
        if kinds:
            is_right = _take_factor(uow, code=code, assertion=assertion, site=site, secret=caller.secret)
        else:
            is_right = present.password_hash == member.password_hash and not kinds_of(uow, member.id)
        if is_right:
            sign_in_throttle.forget_failures(uow, account=account, origin=caller.origin)
            stepped_up = renew_session(uow, caller=caller, moves=moves, with_factor=bool(kinds))
    if stepped_up is None:
        raise CopiedPasskey if kinds else WrongStepUp  # else: the password was changed while we hashed
    return stepped_up


def _take_factor(
    uow: UnitOfWork, *, code: str, assertion: Answer | None, site: PasskeySite | None, secret: str
) -> bool:
    """Take a passkey's answer or a code of the actor. Returns False for a passkey that may have been copied."""
    if assertion is not None and site is not None:
        return take_assertion(uow, uow.actor.id, site=site, assertion=assertion, purpose=STEP_UP)
    if not code:
        raise FactorStepUpNeeded
    if not take_code(uow, uow.actor.id, code=code, secret=secret):
        raise WrongCode
    return True


def renew_session(uow: UnitOfWork, *, caller: Caller, moves: Sequence[Move], with_factor: bool = False) -> SignedIn:
    """Replace the actor's session by one that is stepped up. Its limits stay as they are.

    The old token and its sockets end. Call it with the member locked. Raises Unauthenticated when the session was
    replaced or ended meanwhile.
    """
    old = access.live_own_session(uow)
    if old is None:
        raise Unauthenticated
    token = new_token()
    new = Session(
        id=new_id(),
        member_id=old.member_id,
        token_hash=token_hash(token),
        label=old.label,
        created_at=old.created_at,
        last_used_at=uow.now,
        idle_seconds=old.idle_seconds,
        expires_at=old.expires_at,
        second_factor_at=uow.now if with_factor else old.second_factor_at,
        stepped_up_at=uow.now,
        may_enroll_factor=old.may_enroll_factor,
    )
    uow.session.add(new)
    uow.session.flush()
    for move in moves:
        move(uow, old.id, new.id)
    uow.session.execute(delete(Session).where(Session.id == old.id))
    uow.notify_member(new.member_id)
    actor = session_auth.actor_of_session(uow.actor, new)
    seconds = int((new.expires_at - uow.now).total_seconds())
    return SignedIn(token, actor, seconds, accounts.device_token(caller.secret, new.member_id))
