"""Sending the mails that are due: claimed and committed one at a time, looked at once more, tried, and written down."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import structlog
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from community.core.ids import new_id
from community.core.metrics import DELIVERIES, DELIVERY_SECONDS
from community.core.settings import Settings
from community.core.subscribers import links
from community.core.unit_of_work import Store, UnitOfWork
from community.members.models import Invitation
from community.members.queries import address_of
from community.notifications.actions import unsubscribe_token
from community.notifications.kinds import kind_of
from community.notifications.media.email import Letter, compose, host_of
from community.notifications.media.transport import Maildir, Outcome, SmtpServer, mailer
from community.notifications.models import Delivery, DeliveryAttempt, Notification, RefusedAddress
from community.notifications.validity import address_key, is_refused, why_not

log = structlog.get_logger()

LEASE = timedelta(minutes=2)  # longer than a hand-over can take
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
JITTER = 0.2
FURTHEST = BACK_OFF[-1] * (1 + JITTER)


@dataclass(frozen=True)
class Held:
    """A mail that this worker is sending: its row says `sending` and is committed."""

    delivery_id: UUID
    token: UUID
    address: str
    message: EmailMessage


class Post:
    """Sends what is due for one worker."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._mailer: SmtpServer | Maildir = mailer(settings.mail_url, host_name=host_of(settings))
        self._jitter = random.Random()  # noqa: S311 - spreads retries, guards nothing

    def send_next(self, *, now: datetime) -> Outcome | None:
        """See to one mail that is due. What came of it, or nothing when none was due."""
        with self._store.unit_of_work(now=now) as uow:
            self._settle_crashed(uow)
            claimed = self._claim(uow)
        if not isinstance(claimed, Held):
            return claimed
        outcome = self._mailer.send(claimed.message)
        with self._store.unit_of_work(now=now) as uow:
            self._write_down(uow, claimed, outcome)
        return outcome

    def _claim(self, uow: UnitOfWork) -> Held | Outcome | None:
        """Take one due mail: made ready and marked `sending`, or suppressed with the reason."""
        delivery = uow.session.scalar(_due(uow.now))
        if delivery is None:
            return None
        notification = _notification_of(uow.session, delivery)
        reason = why_not(uow.session, delivery, notification, now=uow.now)
        address = address_of(uow.session, delivery.recipient) or ""
        is_security = kind_of(delivery.kind).is_security
        if not reason and not is_security and is_refused(uow.session, self._settings.secret_key, address, now=uow.now):
            reason = "address_refused"
        message = None if reason else self._message(uow, delivery, address)
        if message is None:
            return self._end(uow, delivery, "suppressed", reason or "bad_address")
        delivery.state, delivery.token, delivery.due_at = "sending", new_id(), uow.now + LEASE
        delivery.attempts += 1
        uow.session.flush()
        return Held(delivery.id, delivery.token, address, message)

    def _message(self, uow: UnitOfWork, delivery: Delivery, address: str) -> EmailMessage | None:
        secret = self._settings.secret_key
        secret_path = links.path_for(
            uow.session, kind=delivery.kind, secret=secret, recipient_id=delivery.recipient, subject=delivery.subject
        )
        # A neutral path: what it is about is known once they are signed in.
        open_path = f"/notifications/{delivery.notification_id}/open" if delivery.notification_id else delivery.path
        can_stop = not kind_of(delivery.kind).is_security and delivery.notification_id is not None
        token = unsubscribe_token(secret, member_id=delivery.recipient, kind=delivery.kind) if can_stop else ""
        letter = Letter(
            delivery_id=delivery.id,
            kind=delivery.kind,
            address=address,
            path=secret_path or open_path,
            unsubscribe_path=f"/unsubscribe/{token}" if token else "",
        )
        try:
            return compose(letter, self._settings, now=uow.now)
        except ValueError:
            return None

    def _write_down(self, uow: UnitOfWork, held: Held, outcome: Outcome) -> None:
        """Store the attempt and what follows from it, if the delivery is still ours."""
        delivery = uow.session.get(Delivery, held.delivery_id, with_for_update=True)
        if delivery is None or delivery.token != held.token:
            return
        result = outcome.result
        if result == "sent":
            self._end(uow, delivery, "sent", None, detail=outcome.detail)
            _note_sent(uow, delivery)
            self._forget_refusal(uow, held.address)
        elif result == "permanent":
            self._end(uow, delivery, "dead", f"refused_{outcome.detail}", detail=outcome.detail)
            if outcome.refuses_address:
                self._note_refusal(uow, held.address, outcome.detail)
        elif result == "unknown" and not kind_of(delivery.kind).is_security:
            self._end(uow, delivery, "unknown", f"cut_off_{outcome.detail}"[:60], detail=outcome.detail)
        else:
            self._later(uow, delivery, outcome)

    def _later(self, uow: UnitOfWork, delivery: Delivery, outcome: Outcome) -> None:
        """Back off; dead when the last wait is over too."""
        if delivery.attempts > len(BACK_OFF):
            self._end(uow, delivery, "dead", f"gave_up_{outcome.detail}"[:60], detail=outcome.detail)
            return
        wait = BACK_OFF[delivery.attempts - 1] * self._jitter.uniform(1, 1 + JITTER)
        delivery.state, delivery.token, delivery.due_at = "due", None, uow.now + wait
        delivery.reason = outcome.detail[:60]
        _note_attempt(uow, delivery, outcome.result, outcome.detail)
        uow.afterwards(lambda: DELIVERIES.labels(delivery.kind, "email", outcome.result).inc())

    def _settle_crashed(self, uow: UnitOfWork) -> None:
        """Mails whose worker ended while it sent them: security mail is repeated, the rest is shown as unknown."""
        crashed = (
            select(Delivery)
            .where(Delivery.medium == "email", Delivery.state == "sending")
            .where(or_(Delivery.due_at <= uow.now, Delivery.due_at > uow.now + LEASE))
            .with_for_update(skip_locked=True)
        )
        for delivery in uow.session.scalars(crashed):
            if kind_of(delivery.kind).is_security:
                self._later(uow, delivery, Outcome(result="unknown", detail="WorkerEnded"))
            else:
                self._end(uow, delivery, "unknown", "worker_ended", detail="WorkerEnded")

    def _end(self, uow: UnitOfWork, delivery: Delivery, state: str, reason: str | None, *, detail: str = "") -> Outcome:
        delivery.state, delivery.reason, delivery.token, delivery.finished_at = state, reason, None, uow.now
        _note_attempt(uow, delivery, state, detail or reason or "")
        waited = (uow.now - delivery.created_at).total_seconds()

        def count() -> None:
            DELIVERIES.labels(delivery.kind, "email", state).inc()
            if state == "sent":
                DELIVERY_SECONDS.labels(delivery.kind, "email").observe(max(0.0, waited))
            elif state in ("dead", "unknown"):
                log.warning(
                    "delivery.ended", delivery_id=str(delivery.id), kind=delivery.kind, state=state, reason=reason
                )

        uow.afterwards(count)
        return Outcome(result="sent" if state == "sent" else "permanent", detail=reason or state)

    def _note_refusal(self, uow: UnitOfWork, address: str, detail: str) -> None:
        key = address_key(self._settings.secret_key, address)
        uow.session.merge(RefusedAddress(address=key, detail=detail, refused_at=uow.now))

    def _forget_refusal(self, uow: UnitOfWork, address: str) -> None:
        row = uow.session.get(RefusedAddress, address_key(self._settings.secret_key, address))
        if row is not None:
            uow.session.delete(row)


def oldest_due(session: Session, *, now: datetime) -> datetime | None:
    """Since when the mail that waits longest has been due."""
    return session.scalar(
        select(func.min(Delivery.due_at)).where(
            Delivery.medium == "email", Delivery.state == "due", Delivery.due_at <= now
        )
    )


def _due(now: datetime) -> Select[Delivery]:
    was_set_back = (Delivery.attempts > 0) & (Delivery.due_at > now + FURTHEST)
    return (
        select(Delivery)
        .where(Delivery.medium == "email", Delivery.state == "due", or_(Delivery.due_at <= now, was_set_back))
        .order_by(Delivery.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _notification_of(session: Session, delivery: Delivery) -> Notification | None:
    return session.get(Notification, delivery.notification_id) if delivery.notification_id else None


def _note_attempt(uow: UnitOfWork, delivery: Delivery, result: str, detail: str) -> None:
    uow.session.add(DeliveryAttempt(delivery_id=delivery.id, at=uow.now, result=result, detail=detail[:60]))


def _note_sent(uow: UnitOfWork, delivery: Delivery) -> None:
    """An invitation whose mail has left is `sent`."""
    invitation = uow.session.get(Invitation, delivery.recipient) if delivery.kind == "member.invited" else None
    if invitation is not None:
        invitation.sent_at = uow.now
