"""Sender of due deliveries: claim a few, check each again, send outside any transaction, store the outcomes.

Digests are built before the claim, in a read transaction that blocks no writer. A digest that changed in between is
left for the next round.

A batch is marked `sending` in one transaction, so at most one batch is in doubt when a worker ends in the middle. A
mail in doubt is shown and not repeated, unless it is security mail. A push is repeated, because the browser shows one
topic once.
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
from community.notifications.channels.result import Outcome, combine_outcomes
from community.notifications.channels.smtp_transport import Maildir, SmtpServer, mailer
from community.notifications.channels.web_push import Pusher
from community.notifications.delivery import due, message_builder
from community.notifications.delivery.digests import Digest, build_digest, unread_in_digest
from community.notifications.delivery.message_builder import DevicePush
from community.notifications.delivery.retries import LEASE, OutcomeRecorder
from community.notifications.delivery.send_checks import is_refused, skip_reason
from community.notifications.models import Delivery, Notification
from community.notifications.preferences import delivery_preferences
from community.notifications.preferences.delivery_preferences import EMAIL, PUSH
from community.notifications.rules.quiet_hours import jitter_seed

BATCH_SIZE = 8
DIGEST_ATTEMPTS = 3  # another worker may claim what a digest was built for
PAUSE = timedelta(seconds=30)  # after the mail server could not be reached


@dataclass(frozen=True)
class ClaimedDelivery:
    """A delivery that this worker is sending: its row says `sending` and is committed."""

    delivery_id: UUID
    token: UUID
    address: str = ""
    message: EmailMessage | None = None
    devices: Sequence[DevicePush] = ()


@dataclass
class SendResult:
    """The outcome of a claimed delivery, and of each of its devices."""

    delivery: ClaimedDelivery
    outcome: Outcome | None = None
    devices: list[tuple[UUID, Outcome]] = field(default_factory=list)


class DeliverySender:
    """The sender of one worker."""

    def __init__(self, store: UnitOfWorkFactory, settings: Settings, *, pusher: Pusher | None = None) -> None:
        self._store = store
        self._settings = settings
        self._mailer: SmtpServer | Maildir = mailer(settings.mail_url, host_name=host_of(settings))
        self._pusher = pusher or Pusher(settings)
        self._recorder = OutcomeRecorder(settings, jitter=random.Random())  # noqa: S311 - spreads retries, guards nothing
        self._mail_paused_until: datetime | None = None

    def send_some(self, *, now: datetime) -> int:
        """Send one batch of each channel. Return how many deliveries were claimed: 0 when nothing is due now."""
        return self._send(EMAIL, now) + self._send(PUSH, now)

    def close(self) -> None:
        """Close the connections to the mail server."""
        self._mailer.close()

    def _send(self, medium: str, now: datetime) -> int:
        if medium == EMAIL and self._mail_paused_until is not None and now < self._mail_paused_until:
            return 0
        for _ in range(DIGEST_ATTEMPTS):
            digests = self._digests(now) if medium == EMAIL else {}
            with self._store.unit_of_work(now=now) as uow:
                self._recorder.settle_crashed(uow, medium)
                claimed = claim_due_deliveries(uow.session, medium, now=now, digests=digests)
                ready = [self._prepare(uow, delivery, digests.get(delivery.id)) for delivery in claimed]
            if claimed or not digests:
                break
        prepared = [one for one in ready if one is not None]
        if not prepared:
            return len(claimed)
        results = _send_all([(one.address or one.delivery_id, self._attempt(one, now)) for one in prepared])
        with self._store.unit_of_work(now=now) as uow:
            for one in results:
                assert one.outcome is not None
                self._recorder.record_attempts(
                    uow,
                    one.delivery.delivery_id,
                    one.delivery.token,
                    one.outcome,
                    address=one.delivery.address,
                    targets=one.devices,
                )
        is_unreachable = any(one.outcome is not None and one.outcome.is_unreachable for one in results)
        self._mail_paused_until = now + PAUSE if is_unreachable else None
        return len(claimed)

    def _digests(self, now: datetime) -> dict[UUID, Digest]:
        """Return the digests of the mails that are due next, by delivery."""
        with self._store.read_context(now=now) as ctx:
            due_next = ctx.session.scalars(_next(EMAIL), due.clock_parameters(now)).all()
            return {one.id: build_digest(ctx, one) for one in due_next if one.batch_key is not None}

    def _prepare(self, uow: UnitOfWork, delivery: Delivery, digest: Digest | None) -> ClaimedDelivery | None:
        """Return the message of a claimed delivery, or postpone it, or end it with the reason."""
        notification = _notification_of(uow.session, delivery)
        mine = delivery_preferences.load_preferences(uow.session, [delivery.recipient]).get(delivery.recipient)
        reason = skip_reason(uow, delivery, notification)
        if not reason and mine is not None:
            seed = jitter_seed(delivery.recipient, delivery.subject, otherwise=delivery.id)
            plan = mine.plan(delivery.kind, uow.now, now=uow.now, seed=seed, expires_at=delivery.expires_at)
            if plan.held:
                self._recorder.postpone(uow, delivery, until=plan.at)
                return None
            reason = "too_late" if plan.too_late else None
        if reason:
            self._recorder.end(uow, delivery, "suppressed", reason)
            return None
        delivery.attempts += 1
        if delivery.medium == EMAIL:
            return self._prepare_mail(uow, delivery, mine, digest)
        assert mine is not None
        assert delivery.lease_token is not None
        devices = message_builder.build_pushes(uow, delivery, self._settings, preferences=mine)
        return ClaimedDelivery(delivery.id, delivery.lease_token, devices=devices)

    def _prepare_mail(
        self,
        uow: UnitOfWork,
        delivery: Delivery,
        mine: delivery_preferences.DeliveryPreferences | None,
        digest: Digest | None,
    ) -> ClaimedDelivery | None:
        assert delivery.lease_token is not None
        address = address_of(uow.session, delivery.recipient) or ""
        reason = digest.reason if digest else None
        is_security = kind_of(delivery.kind).is_security
        if not is_security and is_refused(uow.session, self._settings.secret_key, address, now=uow.now):
            reason = "address_refused"
        message = None
        if not reason:
            message = message_builder.build_email(
                uow, delivery, self._settings, address=address, preferences=mine, digest=digest
            )
        if message is None:
            self._recorder.end(uow, delivery, "suppressed", reason or "bad_address")
            return None
        return ClaimedDelivery(delivery.id, delivery.lease_token, address, message)

    def _attempt(self, delivery: ClaimedDelivery, now: datetime) -> Callable[[], SendResult]:
        def send() -> SendResult:
            if delivery.message is not None:
                return SendResult(delivery, self._mailer.send(delivery.message))
            devices = [(one.id, self._pusher.push(one.message, now=now)) for one in delivery.devices]
            return SendResult(delivery, combine_outcomes([outcome for _, outcome in devices]), devices)

        return send


def claim_due_deliveries(
    session: Session, medium: str, *, now: datetime, digests: Mapping[UUID, Digest] | None = None
) -> list[Delivery]:
    """Mark the most urgent due deliveries as `sending`, before any of them is read, so later notifications open new
    ones.

    A digest is claimed only when `digests` has its present content.
    """
    rows = session.scalars(_first(medium), due.clock_parameters(now)).all()
    if digests is not None and medium == EMAIL:
        rows = [one for one in rows if one.batch_key is None or _is_current(session, digests.get(one.id), one.id)]
    for delivery in rows:
        delivery.state, delivery.lease_token, delivery.due_at = "sending", new_id(), now + LEASE
    session.flush()
    return list(rows)


def _is_current(session: Session, digest: Digest | None, delivery_id: UUID) -> bool:
    return digest is not None and digest.notification_ids == unread_in_digest(session, delivery_id)


@cache
def _next(medium: str) -> Select[Delivery]:
    return (
        select(Delivery)
        .where(Delivery.id.in_(due.due_delivery_ids(medium, limit=BATCH_SIZE * 4)), due.DUE)
        .order_by(Delivery.priority, Delivery.due_at, Delivery.created_at, Delivery.id)
        .limit(BATCH_SIZE)
    )


@cache
def _first(medium: str) -> Select[Delivery]:
    return _next(medium).with_for_update(skip_locked=True)


def _send_all(attempts: Sequence[tuple[object, Callable[[], SendResult]]]) -> list[SendResult]:
    """Send in parallel, in order for each recipient, so one server that hangs does not delay the others."""
    chains: dict[object, list[Callable[[], SendResult]]] = {}
    for recipient, attempt in attempts:
        chains.setdefault(recipient, []).append(attempt)
    if len(chains) == 1:
        return [attempt() for _, attempt in attempts]
    results: list[SendResult] = []

    def follow(chain: Sequence[Callable[[], SendResult]]) -> None:
        results.extend(attempt() for attempt in chain)

    threads = [threading.Thread(target=follow, args=(chain,), daemon=True) for chain in chains.values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _notification_of(session: Session, delivery: Delivery) -> Notification | None:
    return session.get(Notification, delivery.notification_id) if delivery.notification_id else None
