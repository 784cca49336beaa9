"""Sending what is due: a few at a time, claimed and looked at once more, tried outside any transaction, written down.

What a mail says for many notices is worked out before that, in a look that keeps nobody from writing; a digest that
changed in between is left for the next round.

As many as are tried at once are marked `sending` in one transaction; so that is how many are in doubt when a worker
ends in the middle. A mail in doubt is shown and not repeated, unless it is about security; a push is repeated: the
browser shows the same topic once.
"""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import cache
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from community.core.ids import new_id
from community.core.outbox.notification_kinds import kind_of
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from community.members.queries.people import address_of
from community.notifications.channels.email import host_of
from community.notifications.channels.result import Outcome, together
from community.notifications.channels.smtp_transport import Maildir, SmtpServer, mailer
from community.notifications.channels.web_push import Pusher
from community.notifications.delivery import due, message_builder
from community.notifications.delivery.digests import Digest, digest_of, notices_in
from community.notifications.delivery.message_builder import Device
from community.notifications.delivery.outcomes import LEASE, Ledger
from community.notifications.delivery.send_checks import is_refused, skip_reason
from community.notifications.models import Delivery, Notification
from community.notifications.preferences import delivery_preferences
from community.notifications.preferences.delivery_preferences import EMAIL, PUSH
from community.notifications.rules.quiet_hours import seed_of

AT_ONCE = 8
TRIES = 3  # another worker may have claimed what was looked at
REST = timedelta(seconds=30)  # after the mail server could not be reached


@dataclass(frozen=True)
class Held:
    """A delivery that this worker is sending: its row says `sending` and is committed."""

    delivery_id: UUID
    token: UUID
    address: str = ""
    message: EmailMessage | None = None
    devices: Sequence[Device] = ()


@dataclass
class Tried:
    """What became of one that was held: the whole, and each device's own."""

    held: Held
    outcome: Outcome | None = None
    devices: list[tuple[UUID, Outcome]] = field(default_factory=list)


class Post:
    """Sends what is due for one worker."""

    def __init__(self, store: UnitOfWorkFactory, settings: Settings, *, pusher: Pusher | None = None) -> None:
        self._store = store
        self._settings = settings
        self._mailer: SmtpServer | Maildir = mailer(settings.mail_url, host_name=host_of(settings))
        self._pusher = pusher or Pusher(settings)
        self._ledger = Ledger(settings, jitter=random.Random())  # noqa: S311 - spreads retries, guards nothing
        self._mail_rests_until: datetime | None = None

    def send_some(self, *, now: datetime) -> int:
        """See to what is due, a few of each medium. How many were seen to; 0 when nothing is due now."""
        return self._send(EMAIL, now) + self._send(PUSH, now)

    def close(self) -> None:
        """Part from the mail server."""
        self._mailer.close()

    def _send(self, medium: str, now: datetime) -> int:
        if medium == EMAIL and self._mail_rests_until is not None and now < self._mail_rests_until:
            return 0
        for _ in range(TRIES):
            digests = self._digests(now) if medium == EMAIL else {}
            with self._store.unit_of_work(now=now) as uow:
                self._ledger.settle_crashed(uow, medium)
                claimed = claim(uow.session, medium, now=now, digests=digests)
                ready = [self._made_ready(uow, delivery, digests.get(delivery.id)) for delivery in claimed]
            if claimed or not digests:
                break
        held = [one for one in ready if one is not None]
        if not held:
            return len(claimed)
        tried = _at_once([(one.address or one.delivery_id, self._trier(one, now)) for one in held])
        with self._store.unit_of_work(now=now) as uow:
            for one in tried:
                assert one.outcome is not None
                self._ledger.record_attempts(
                    uow,
                    one.held.delivery_id,
                    one.held.token,
                    one.outcome,
                    address=one.held.address,
                    targets=one.devices,
                )
        is_away = any(one.outcome is not None and one.outcome.is_unreachable for one in tried)
        self._mail_rests_until = now + REST if is_away else None
        return len(claimed)

    def _digests(self, now: datetime) -> dict[UUID, Digest]:
        """Return what the mails that are due next and gather notices have to say, by delivery."""
        with self._store.read_context(now=now) as ctx:
            due_next = ctx.session.scalars(_next(EMAIL), due.moments(now)).all()
            return {one.id: digest_of(ctx, one) for one in due_next if one.gather is not None}

    def _made_ready(self, uow: UnitOfWork, delivery: Delivery, digest: Digest | None) -> Held | None:
        """What is handed over for one that is marked `sending`; or it is put off, or ended with the reason."""
        notification = _notification_of(uow.session, delivery)
        mine = delivery_preferences.load_preferences(uow.session, [delivery.recipient]).get(delivery.recipient)
        reason = skip_reason(uow, delivery, notification)
        if not reason and mine is not None:
            seed = seed_of(delivery.recipient, delivery.subject, otherwise=delivery.id)
            again = mine.plan(delivery.kind, uow.now, now=uow.now, seed=seed, worthless_at=delivery.worthless_at)
            if again.held:
                self._ledger.postpone(uow, delivery, until=again.at)
                return None
            reason = "too_late" if again.too_late else None
        if reason:
            self._ledger.end(uow, delivery, "suppressed", reason)
            return None
        delivery.attempts += 1
        if delivery.medium == EMAIL:
            return self._mail_of(uow, delivery, mine, digest)
        assert mine is not None
        assert delivery.token is not None
        devices = message_builder.pushes_for(uow, delivery, self._settings, reach=mine)
        return Held(delivery.id, delivery.token, devices=devices)

    def _mail_of(
        self,
        uow: UnitOfWork,
        delivery: Delivery,
        mine: delivery_preferences.DeliveryPreferences | None,
        digest: Digest | None,
    ) -> Held | None:
        assert delivery.token is not None
        address = address_of(uow.session, delivery.recipient) or ""
        reason = digest.reason if digest else None
        is_security = kind_of(delivery.kind).is_security
        if not is_security and is_refused(uow.session, self._settings.secret_key, address, now=uow.now):
            reason = "address_refused"
        message = None
        if not reason:
            message = message_builder.mail_for(
                uow, delivery, self._settings, address=address, reach=mine, digest=digest
            )
        if message is None:
            self._ledger.end(uow, delivery, "suppressed", reason or "bad_address")
            return None
        return Held(delivery.id, delivery.token, address, message)

    def _trier(self, held: Held, now: datetime) -> Callable[[], Tried]:
        def send() -> Tried:
            if held.message is not None:
                return Tried(held, self._mailer.send(held.message))
            devices = [(one.id, self._pusher.push(one.parcel, now=now)) for one in held.devices]
            return Tried(held, together([outcome for _, outcome in devices]), devices)

        return send


def claim(
    session: Session, medium: str, *, now: datetime, digests: Mapping[UUID, Digest] | None = None
) -> list[Delivery]:
    """Mark what is most urgent and due as `sending`, so that what comes from now on begins anew, and only then look.

    A mail that gathers notices is claimed only when one of `digests` says what it gathers at this moment.
    """
    rows = session.scalars(_first(medium), due.moments(now)).all()
    if digests is not None and medium == EMAIL:
        rows = [one for one in rows if one.gather is None or _is_current(session, digests.get(one.id), one.id)]
    for delivery in rows:
        delivery.state, delivery.token, delivery.due_at = "sending", new_id(), now + LEASE
    session.flush()
    return list(rows)


def _is_current(session: Session, digest: Digest | None, delivery_id: UUID) -> bool:
    return digest is not None and digest.notices == notices_in(session, delivery_id)


@cache
def _next(medium: str) -> Select[Delivery]:
    return (
        select(Delivery)
        .where(Delivery.id.in_(due.first(medium, most=AT_ONCE * 4)), due.DUE)
        .order_by(Delivery.urgency, Delivery.due_at, Delivery.created_at, Delivery.id)
        .limit(AT_ONCE)
    )


@cache
def _first(medium: str) -> Select[Delivery]:
    return _next(medium).with_for_update(skip_locked=True)


def _at_once(triers: Sequence[tuple[object, Callable[[], Tried]]]) -> list[Tried]:
    """Try all at the same time, those to one recipient in their order: one that hangs keeps the others no longer."""
    chains: dict[object, list[Callable[[], Tried]]] = {}
    for recipient, trier in triers:
        chains.setdefault(recipient, []).append(trier)
    if len(chains) == 1:
        return [trier() for _, trier in triers]
    tried: list[Tried] = []

    def follow(chain: Sequence[Callable[[], Tried]]) -> None:
        tried.extend(trier() for trier in chain)

    threads = [threading.Thread(target=follow, args=(chain,), daemon=True) for chain in chains.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tried


def _notification_of(session: Session, delivery: Delivery) -> Notification | None:
    return session.get(Notification, delivery.notification_id) if delivery.notification_id else None
