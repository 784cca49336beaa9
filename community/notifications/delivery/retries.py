"""Retries of deliveries: each attempt is stored, and decides whether its delivery ends, is retried, or is in doubt."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, or_, select, update

from community.core.metrics import DELIVERIES, DELIVERY_SECONDS
from community.core.outbox.notification_kinds import kind_of
from community.core.settings import Settings
from community.core.unit_of_work import UnitOfWork
from community.members.events import MemberInvited
from community.members.models import Invitation, Member
from community.notifications.channels.result import Outcome
from community.notifications.delivery.send_checks import address_key, is_refused
from community.notifications.events import EmailBounced, InvitationUndelivered
from community.notifications.models import SENDING, Delivery, DeliveryAttempt, PushSubscription, SuppressedAddress
from community.notifications.preferences.delivery_preferences import PUSH

log = structlog.get_logger()

BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
MAX_PUSHES = 5
OUTAGES_LAST = timedelta(days=3)
JITTER = 0.2
FURTHEST = BACK_OFF[-1] * (1 + JITTER)
LEASE = timedelta(minutes=2)  # longer than sending can take
QUIET = "quiet"


class OutcomeRecorder:
    """A recorder of the outcomes of one worker's attempts."""

    def __init__(self, settings: Settings, *, jitter: random.Random) -> None:
        self._secret = settings.secret_key
        self._jitter = jitter

    def record_attempts(
        self,
        uow: UnitOfWork,
        delivery_id: UUID,
        token: UUID,
        outcome: Outcome,
        *,
        address: str = "",
        targets: Sequence[tuple[UUID, Outcome]] = (),
    ) -> None:
        """Store the attempt, and update the delivery if this worker still holds it."""
        delivery = uow.session.get(Delivery, delivery_id, with_for_update=True)
        for target, its in targets:
            self._note_device(uow, delivery_id, target, its)
        if delivery is None or delivery.lease_token != token:
            return
        if outcome.result == "sent":
            self.end(uow, delivery, "sent", None, detail=outcome.detail)
            _note_invited(uow, delivery)
            self._forget_refusal(uow, address)
        elif outcome.result == "gone":
            self.end(uow, delivery, "suppressed", "no_device", detail=outcome.detail)
        elif outcome.result == "permanent":
            self.end(uow, delivery, "dead", f"refused_{outcome.detail}"[:60], detail=outcome.detail)
            if outcome.refuses_address:
                suppress_address(uow, self._secret, address, delivery.recipient, detail=outcome.detail)
        elif outcome.result == "unknown" and not kind_of(delivery.kind).is_security:
            self.end(uow, delivery, "unknown", f"cut_off_{outcome.detail}"[:60], detail=outcome.detail)
        else:
            self._retry_or_give_up(uow, delivery, outcome)

    def end(self, uow: UnitOfWork, delivery: Delivery, state: str, reason: str | None, *, detail: str = "") -> None:
        """End a delivery as sent, suppressed, dead, or in doubt."""
        delivery.state, delivery.reason, delivery.lease_token, delivery.finished_at = state, reason, None, uow.now
        if state == "dead":
            mark_invitation_undelivered(uow, delivery)
        _note_attempt(uow, delivery.id, state, detail or reason or "")
        waited = (uow.now - delivery.created_at).total_seconds()
        kind, medium, delivery_id = delivery.kind, delivery.medium, delivery.id

        def count() -> None:
            DELIVERIES.labels(kind, medium, state).inc()
            if state == "sent":
                DELIVERY_SECONDS.labels(kind, medium).observe(max(0.0, waited))
            elif state in ("dead", "unknown"):
                log.warning("delivery.ended", delivery_id=str(delivery_id), kind=kind, state=state, reason=reason)

        uow.after_commit(count)

    def postpone(self, uow: UnitOfWork, delivery: Delivery, *, until: datetime) -> None:
        """Hold a delivery back until quiet hours end. This does not count as an attempt."""
        delivery.state, delivery.lease_token, delivery.due_at, delivery.reason = "due", None, until, QUIET
        kind, medium = delivery.kind, delivery.medium
        uow.after_commit(lambda: DELIVERIES.labels(kind, medium, "deferred").inc())

    def settle_crashed(self, uow: UnitOfWork, medium: str) -> None:
        """Settle deliveries whose worker ended while it sent them: pushes and security mail are repeated, others are in
        doubt.
        """
        crashed = (
            select(Delivery)
            .where(Delivery.medium == medium, SENDING)
            .where(or_(Delivery.due_at <= uow.now, Delivery.due_at > uow.now + LEASE))
            .with_for_update(skip_locked=True)
        )
        for delivery in uow.session.scalars(crashed):
            if medium == PUSH or kind_of(delivery.kind).is_security:
                self._retry_or_give_up(uow, delivery, Outcome(result="unknown", detail="WorkerEnded"))
            else:
                self.end(uow, delivery, "unknown", "worker_ended", detail="WorkerEnded")

    def _retry_or_give_up(self, uow: UnitOfWork, delivery: Delivery, outcome: Outcome) -> None:
        """Schedule the next attempt after the back-off or as the server asks, or end the delivery as dead after the
        last one.
        """
        if outcome.is_unreachable and uow.now - delivery.created_at < OUTAGES_LAST:
            delivery.attempts = max(1, delivery.attempts - 1)  # it was not about this one
            outcome = replace(outcome, retry_after=BACK_OFF[1] * self._jitter.uniform(1, 1 + JITTER))
        most = MAX_PUSHES if delivery.medium == PUSH else len(BACK_OFF) + 1
        if delivery.attempts >= most:
            self.end(uow, delivery, "dead", f"gave_up_{outcome.detail}"[:60], detail=outcome.detail)
            return
        wait = BACK_OFF[max(1, delivery.attempts) - 1] * self._jitter.uniform(1, 1 + JITTER)
        if outcome.retry_after is not None:
            wait = outcome.retry_after
        delivery.state, delivery.lease_token, delivery.due_at = "due", None, uow.now + wait
        delivery.reason = outcome.detail[:60]
        _note_attempt(uow, delivery.id, outcome.result, outcome.detail)
        kind, medium = delivery.kind, delivery.medium
        uow.after_commit(lambda: DELIVERIES.labels(kind, medium, outcome.result).inc())

    def _note_device(self, uow: UnitOfWork, delivery_id: UUID, target: UUID, outcome: Outcome) -> None:
        """Store the outcome of one device, and delete the subscription of one that is gone."""
        _note_attempt(uow, delivery_id, outcome.result, outcome.detail, target=target)
        subscription = PushSubscription.id == target
        if outcome.result == "gone":
            uow.session.execute(delete(PushSubscription).where(subscription))
        elif outcome.result == "sent":
            uow.session.execute(update(PushSubscription).where(subscription).values(last_delivered_at=uow.now))

    def _forget_refusal(self, uow: UnitOfWork, address: str) -> None:
        row = uow.session.get(SuppressedAddress, address_key(self._secret, address)) if address else None
        if row is not None:
            uow.session.delete(row)


def suppress_address(uow: UnitOfWork, secret: str, address: str, member_id: UUID, *, detail: str) -> bool:
    """Send only security mail to an address from now on, and notify coordinators once. Return False when it was
    suppressed.
    """
    was_refused = is_refused(uow.session, secret, address, now=uow.now)
    uow.session.merge(SuppressedAddress(address=address_key(secret, address), detail=detail[:60], refused_at=uow.now))
    if not was_refused and uow.session.get(Member, member_id) is not None:
        uow.record(EmailBounced(member_id=member_id))
    return not was_refused


def _note_attempt(uow: UnitOfWork, delivery_id: UUID, result: str, detail: str, *, target: UUID | None = None) -> None:
    uow.session.add(
        DeliveryAttempt(delivery_id=delivery_id, target=target, at=uow.now, result=result, detail=detail[:60])
    )


def _invitation_of(uow: UnitOfWork, delivery: Delivery) -> Invitation | None:
    return uow.session.get(Invitation, delivery.recipient) if delivery.kind == MemberInvited.name else None


def _note_invited(uow: UnitOfWork, delivery: Delivery) -> None:
    invitation = _invitation_of(uow, delivery)
    if invitation is not None:
        invitation.sent_at = uow.now


def mark_invitation_undelivered(uow: UnitOfWork, delivery: Delivery) -> None:
    """Mark an invitation undelivered, and notify coordinators once for each of its links. Idempotent."""
    invitation = _invitation_of(uow, delivery)
    if invitation is None or delivery.subject_version not in (None, invitation.link_version):
        return  # a later link was made and mailed since
    if invitation.undelivered_at is not None or invitation.state_at(uow.now) in ("accepted", "revoked"):
        return
    invitation.undelivered_at = uow.now
    uow.record(InvitationUndelivered(invitation_id=invitation.id, link_version=invitation.link_version))
