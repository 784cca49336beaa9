"""Throttle of sign-ins, password resets and links, counted in the database by keyed digests only.

Each count and the row that follows from it are made under advisory locks of what is counted, so concurrent attempts on
PostgreSQL see each other. SQLite has one writer anyway.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select

from community.core.crypto.cipher import keyed_digest
from community.core.db import lock_names
from community.core.errors import RateLimited
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.members.models import SignInAttempt
from community.members.rules import accounts
from community.members.rules.passkeys import MAX_CHALLENGES_PER_ADDRESS

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class TooManyTries(RateLimited):
    """The caller signed in, asked for a link or tried dead links too often.

    `next_step` is what they can do meanwhile.
    """

    def __init__(self, *, retry_after: float, next_step: str = "") -> None:
        super().__init__(retry_after=retry_after)
        self._next_step = next_step
        self.detail = self.text_with_clock("")

    def text_with_clock(self, clock: str) -> str:
        """Return the refusal, with the clock time from which it works again when one is given."""
        wait = accounts.wait_text(self.retry_after or 0)
        when = f"at {clock} ({wait})" if clock else wait
        return f"Too many tries. You can try again {when}{self._next_step}."


@dataclass(frozen=True)
class Origin:
    """The origin of an attempt: keyed digests of the caller's network address and of the wider network around it."""

    address: str
    network: str


def account_of(secret: str, email: str) -> str:
    """Return the digest under which the attempts on an address (normal form) are counted."""
    return keyed_digest(secret, "account", email)


def origin_of(secret: str, address: str) -> Origin:
    """Return the digests under which the attempts from a network address are counted."""
    near, wide = accounts.networks_of(address)
    return Origin(keyed_digest(secret, "address", near), keyed_digest(secret, "network", wide))


def count_sign_in(uow: UnitOfWork, *, account: str, origin: Origin, known_device: bool) -> None:
    """Count a sign-in as failed until it succeeds.

    Raises TooManyTries. Locks the account and the origin.
    """
    _lock(uow, origin, account)
    since = uow.now - accounts.THROTTLE_WINDOW
    theirs, near = SignInAttempt.account_digest == account, SignInAttempt.ip_digest == origin.address
    wide = SignInAttempt.network == origin.network
    counted: dict[str, tuple[ColumnElement[bool], ...]] = {
        "by_pair": (theirs, near),
        "by_wide_pair": (theirs, wide),
        "by_address": (near,),
        "by_network": (wide,),
        "by_account": (theirs,),
    }
    counts = {name: _count(uow, "sign_in", since, *where) for name, where in counted.items()}
    if not accounts.can_attempt_sign_in(**counts, known_device=known_device):
        waits = [
            _wait(uow, "sign_in", limit, *counted[name])
            for name, limit in accounts.SIGN_IN_LIMITS.items()
            if counts[name] >= limit and not (name == "by_account" and known_device)
        ]
        raise TooManyTries(retry_after=max(waits), next_step=", or get a link by e-mail")
    uow.session.execute(delete(SignInAttempt).where(SignInAttempt.at < uow.now - accounts.ATTEMPTS_ARE_KEPT))
    _add(uow, "sign_in", account, origin)


def forget_failures(uow: UnitOfWork, *, account: str, origin: Origin | None = None) -> None:
    """Forget the failed sign-ins of an account: those from one origin, or all."""
    theirs = and_(SignInAttempt.kind == "sign_in", SignInAttempt.account_digest == account)
    if origin is not None:
        theirs = and_(theirs, SignInAttempt.ip_digest == origin.address)
    uow.session.execute(delete(SignInAttempt).where(theirs))


def count_reset(uow: UnitOfWork, *, account: str, origin: Origin) -> bool:
    """Count a request for a password reset, and return whether a mail may be sent for the account.

    Raises TooManyTries by the caller's origin alone. Locks the account and the origin.
    """
    _lock(uow, origin, account)
    hour_ago = uow.now - HOUR
    if (
        _count(uow, "reset", hour_ago, SignInAttempt.ip_digest == origin.address) >= accounts.RESETS_PER_ADDRESS
        or _count(uow, "reset", hour_ago, SignInAttempt.network == origin.network) >= accounts.RESETS_PER_NETWORK
    ):
        raise TooManyTries(retry_after=HOUR.total_seconds())
    last_hour = _count(uow, "reset", hour_ago, SignInAttempt.account_digest == account)
    last_day = _count(uow, "reset", uow.now - DAY, SignInAttempt.account_digest == account)
    _add(uow, "reset", account, origin)
    return last_hour < accounts.RESETS_PER_HOUR and last_day < accounts.RESETS_PER_DAY


def count_dead_link(store: UnitOfWorkFactory, origin: Origin) -> None:
    """Count a link of an invitation or a reset that does not work.

    Raises TooManyTries when the origin tried many. Links that work are not counted, so many people may join from one
    address.
    """
    with store.unit_of_work() as uow:
        _lock(uow, origin)
        since = uow.now - accounts.THROTTLE_WINDOW
        if (
            _count(uow, "link", since, SignInAttempt.ip_digest == origin.address) >= accounts.DEAD_LINKS_PER_ADDRESS
            or _count(uow, "link", since, SignInAttempt.network == origin.network) >= accounts.DEAD_LINKS_PER_NETWORK
        ):
            raise TooManyTries(retry_after=accounts.THROTTLE_WINDOW.total_seconds())
        _add(uow, "link", "", origin)


def count_challenge(uow: UnitOfWork, origin: Origin) -> None:
    """Count a challenge for a passkey. Raises TooManyTries when the origin asked for very many."""
    _lock(uow, origin)
    near = SignInAttempt.ip_digest == origin.address
    if _count(uow, "passkey", uow.now - accounts.THROTTLE_WINDOW, near) >= MAX_CHALLENGES_PER_ADDRESS:
        raise TooManyTries(retry_after=accounts.THROTTLE_WINDOW.total_seconds())
    _add(uow, "passkey", "", origin)


def _lock(uow: UnitOfWork, origin: Origin, *names: str) -> None:
    lock_names(uow.session, origin.address, origin.network, *names)


def _count(uow: UnitOfWork, kind: str, since: datetime, *where: ColumnElement[bool]) -> int:
    return uow.session.scalars(
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.kind == kind, SignInAttempt.at > since, *where)
    ).one()


def _wait(uow: UnitOfWork, kind: str, limit: int, *where: ColumnElement[bool]) -> float:
    """Return the seconds until fewer than `limit` attempts are within the window."""
    newest_first = select(SignInAttempt.at).where(SignInAttempt.kind == kind, *where).order_by(SignInAttempt.at.desc())
    last_that_counts = uow.session.scalars(newest_first.offset(limit - 1).limit(1)).one()
    return (last_that_counts + accounts.THROTTLE_WINDOW - uow.now).total_seconds()


def _add(uow: UnitOfWork, kind: str, account: str, origin: Origin) -> None:
    uow.session.add(
        SignInAttempt(kind=kind, account_digest=account, ip_digest=origin.address, network=origin.network, at=uow.now)
    )
