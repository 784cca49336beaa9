"""Digests: one mail for many notifications, with what is still new when it is sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from community.core.kind_registries import still_new, still_true
from community.core.outbox.notification_kinds import kind_of
from community.core.unit_of_work import ReadContext
from community.notifications.delivery.send_checks import may_send, mutable_ids
from community.notifications.models import Delivery, Notification
from community.notifications.preferences.delivery_preferences import EMAIL, with_kind_enabled, without_mutes

NOTHING_NEW = "read"


@dataclass(frozen=True)
class Digest:
    """The content of a digest: how much is new, the labels of its kinds with counts, and the notification if there is
    only one.

    When nothing is new, `reason` says why. `notification_ids` are the unread notifications that it was made of.
    """

    total: int
    lines: tuple[tuple[str, int], ...]
    only: UUID | None
    reason: str | None
    notification_ids: frozenset[UUID] = frozenset()

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of its kinds, each with its number when there are several."""
        return tuple(f"{label} ({count})" if count > 1 else label for label, count in self.lines)


def unread_in_digest(session: Session, delivery_id: UUID) -> frozenset[UUID]:
    """Return the ids of the unread notifications that a delivery collects now."""
    unread = select(Notification.id).where(Notification.digest_id == delivery_id, Notification.read_at.is_(None))
    return frozenset(session.scalars(unread))


def build_digest(ctx: ReadContext, delivery: Delivery) -> Digest:
    """Return what a collecting delivery has to say now: nothing read, muted, switched off, forbidden or outdated."""
    session, now = ctx.session, ctx.now
    rows = session.scalars(
        select(Notification).where(Notification.digest_id == delivery.id, Notification.read_at.is_(None))
    ).all()
    if not rows:
        return Digest(0, (), None, NOTHING_NEW)
    counts: Counter[str] = Counter()
    unread_ids: list[UUID] = []
    reason = NOTHING_NEW
    for (kind, subject), group in _by_subject(rows).items():
        if not with_kind_enabled(session, kind=kind, medium=EMAIL, member_ids=[delivery.recipient]):
            reason = "switched_off"
        elif not (group := [one for one in group if not _is_muted(session, one, now=now)]):
            reason = "muted"
        elif not may_send(session, kind, group[-1]):
            reason = "only_buddy"
        else:
            count, skip_reason = _count_new(ctx, delivery.recipient, kind, subject, group)
            reason = skip_reason or reason
            counts[kind] += count
            unread_ids += [one.id for one in group] if count else []
    total = counts.total()
    lines = tuple((kind_of(kind).preview or kind_of(kind).label, count) for kind, count in counts.items() if count)
    only = unread_ids[0] if len(unread_ids) == 1 else None
    return Digest(total, lines, only, None if total else reason, frozenset(row.id for row in rows))


def _is_muted(session: Session, one: Notification, *, now: datetime) -> bool:
    concerns = mutable_ids(one, subject=one.subject)
    return not without_mutes(session, [one.member_id], concerns=concerns, now=now)


def _count_new(
    ctx: ReadContext, recipient: UUID, kind: str, subject: UUID | None, rows: Sequence[Notification]
) -> tuple[int, str | None]:
    """Return how many of these are new, and the reason of one that is not."""
    reasons = [
        still_true.skip_reason(
            ctx, kind=kind, recipient_id=recipient, subject=one.subject, subject_version=one.subject_version
        )
        for one in rows
    ]
    true_count = reasons.count(None)
    counted = still_new.count_unread(ctx, kind=kind, recipient_id=recipient, subject=subject) if true_count else None
    return true_count if counted is None else counted, next((reason for reason in reasons if reason), None)


def _by_subject(rows: Sequence[Notification]) -> dict[tuple[str, UUID | None], list[Notification]]:
    found: dict[tuple[str, UUID | None], list[Notification]] = {}
    for row in sorted(rows, key=lambda row: (row.created_at, row.id.bytes)):
        found.setdefault((row.kind, row.subject), []).append(row)
    return found
