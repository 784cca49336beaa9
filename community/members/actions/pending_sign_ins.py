"""Sign-ins that wait for a second factor: the password was right, and no session is open yet."""

from community.core.errors import AppError
from community.core.unit_of_work import UnitOfWorkFactory
from community.members import access
from community.members.access import second_factors as second_factor_access
from community.members.actions import second_factors, sign_in_throttle
from community.members.actions.sign_in import Caller, SignedIn, open_session
from community.members.rules import accounts


class PendingEnded(AppError):
    """The sign-in was finished already, or waited for longer than five minutes."""

    code = "sign_in_ended"
    message = "That took too long. Please sign in again."
    status = 401


def finish_with_code(store: UnitOfWorkFactory, *, pending: str, code: str, caller: Caller) -> SignedIn:
    """Open the session of a sign-in that waits, by a code of the member's app or a recovery code.

    Each try is counted like a password, before the code is looked at. Raises PendingEnded, TooManyTries, WrongCode.
    """
    with store.unit_of_work() as uow:
        member = second_factor_access.member_of_pending(uow, pending)
        if member is not None:
            account = sign_in_throttle.account_of(caller.secret, member.email)
            is_known = accounts.is_known_device(caller.secret, member.id, caller.device)
            sign_in_throttle.count_sign_in(uow, account=account, origin=caller.origin, known_device=is_known)
    if member is None:
        sign_in_throttle.count_dead_link(store, caller.origin)
        raise PendingEnded
    with store.unit_of_work() as uow:
        present = access.locked_active_member(uow, member.id)
        if present is None or second_factor_access.member_of_pending(uow, pending) is None:
            raise PendingEnded
        if not second_factors.take_code(uow, present.id, code=code, secret=caller.secret):
            raise second_factors.WrongCode
        second_factors.end_pending(uow, present)
        sign_in_throttle.forget_failures(uow, account=account, origin=caller.origin)
        return open_session(uow, present, caller=caller, second_factor_at=uow.now)
