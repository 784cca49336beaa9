"""Actions of coordinators on dead letters: replay and discard. Each is audited."""

from uuid import UUID

from community.core import audit_log
from community.core.errors import NotFound
from community.core.outbox import dead_letters
from community.core.permissions import Permission
from community.core.unit_of_work import UnitOfWork


def replay(uow: UnitOfWork, *, event_id: UUID) -> None:
    """Have one dead event processed again. Raises Forbidden, and NotFound when it is not dead."""
    _ = uow.permitted(Permission.MEND_DELIVERY)
    if not dead_letters.replay(uow.session, now=uow.now, event_id=event_id):
        raise NotFound
    audit_log.record(uow, "event.replayed", subject_id=event_id)


def replay_all(uow: UnitOfWork) -> int:
    """Have all dead events processed again and return how many there were. Raises Forbidden."""
    _ = uow.permitted(Permission.MEND_DELIVERY)
    count = dead_letters.replay(uow.session, now=uow.now)
    audit_log.record(uow, "event.all_replayed", count=count)
    return count


def discard(uow: UnitOfWork, *, event_id: UUID) -> None:
    """Give up one dead event. Raises Forbidden, and NotFound when it is not dead."""
    _ = uow.permitted(Permission.MEND_DELIVERY)
    if not dead_letters.discard(uow.session, now=uow.now, event_id=event_id):
        raise NotFound
    audit_log.record(uow, "event.discarded", subject_id=event_id)
