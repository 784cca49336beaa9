"""The command `community events`: dead letters, for operators without a browser."""

from uuid import UUID

import click

from community.core.outbox import dead_letters
from community.core.unit_of_work import UnitOfWorkFactory

SHOWN = 200


def show(store: UnitOfWorkFactory) -> int:
    """Print the state of the outbox and its dead events. Return 1 when there are any."""
    with store.read_context() as ctx:
        seen = dead_letters.outlook(ctx.session, now=ctx.now)
        page = dead_letters.dead(ctx.session, cursor=None, limit=SHOWN)
    now = seen.now
    since = f" since {now.due_since:%Y-%m-%d %H:%M:%S}Z" if now.due_since else ""
    click.echo(f"due now {now.due}{since}, scheduled {now.planned}, dead {now.dead}")
    for type_, reason, count in seen.dead:
        click.echo(f"  {count} × {type_}: {reason}")
    for one in page.items:
        click.echo(f"{one.id} {one.type} tried {one.attempts}, {one.last_error}, {one.finished_at:%Y-%m-%d %H:%M:%S}Z")
    return 1 if now.dead else 0


def replay(store: UnitOfWorkFactory, *, event_id: UUID | None) -> int:
    """Have one dead event, or all, processed again. Return 1 when the named one is not dead."""
    with store.unit_of_work() as uow:
        count = dead_letters.replay(uow.session, now=uow.now, event_id=event_id)
    click.echo(f"{count} events will be tried again")
    return 0 if count or event_id is None else 1


def discard(store: UnitOfWorkFactory, *, event_id: UUID) -> int:
    """Give up one dead event. Return 1 when it is not dead."""
    with store.unit_of_work() as uow:
        count = dead_letters.discard(uow.session, now=uow.now, event_id=event_id)
    click.echo(f"{count} dismissed")
    return 0 if count else 1
