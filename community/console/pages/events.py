"""Pages of failed events: state of the outbox, dead letters, and the deliveries of one event."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template

from community.console.actions import dead_letters
from community.console.pages import pages
from community.core.errors import NotFound
from community.core.outbox import dead_letters as outbox_dead_letters
from community.core.permissions import Permission
from community.core.web.forms import PageResponse
from community.core.web.request_context import audit_facts, read_context, unit_of_work
from community.core.web.template_context import paging
from community.notifications.queries import delivery_trace

CHANGES = {"replay": dead_letters.replay, "discard": dead_letters.discard}
SAID = {"replay": "We’ll try it again in a moment.", "discard": "Dismissed."}


@pages.get("/console/events")
def events() -> PageResponse:
    """Show waiting and dead events, and the last day by the hour."""
    with read_context() as ctx:
        _ = ctx.permitted(Permission.MEND_DELIVERY)
        seen = outbox_dead_letters.outlook(ctx.session, now=ctx.now)
        page = outbox_dead_letters.dead(ctx.session, **paging())
        sent = delivery_trace.sent_by_hour(ctx)
    audit_facts(count=len(page.items))
    charts = [("Events processed", bars(seen.hours)), ("Notifications sent", bars(sent))]
    return render_template(
        "console/events.html", overview=seen, dead_letters=page.items, next_cursor=page.next_cursor, charts=charts
    )


@pages.get("/console/events/<uuid:event_id>")
def event(event_id: UUID) -> PageResponse:
    """Show one event with each attempt and each delivery."""
    with read_context() as ctx:
        _ = ctx.permitted(Permission.MEND_DELIVERY)
        found = outbox_dead_letters.letter(ctx.session, event_id)
        deliveries = delivery_trace.deliveries_of(ctx, event_id)
    if found is None and not deliveries:
        raise NotFound
    return render_template("console/event.html", event=found, event_id=event_id, deliveries=deliveries)


@pages.post("/console/events/<uuid:event_id>/<any(replay, discard):what>")
def change_event(event_id: UUID, what: str) -> PageResponse:
    """Replay or discard a dead event."""
    with unit_of_work() as uow:
        CHANGES[what](uow, event_id=event_id)
    flash(SAID[what])
    return redirect("/console/events", code=303)


@pages.post("/console/events/replay")
def replay_all() -> PageResponse:
    """Replay all dead events."""
    with unit_of_work() as uow:
        count = dead_letters.replay_all(uow)
    flash(f"{count} events will be tried again in a moment.")
    return redirect("/console/events", code=303)


def bars(hours: Sequence[tuple[datetime, int]]) -> dict[str, object]:
    """Return a chart of hours: the bars with their positions in a picture of 340 by 150, the highest count, and the
    sum.
    """
    most = max((count for _, count in hours), default=0)
    shown = [
        {"hour": hour, "count": count, "x": 28 + 13 * place, "height": round(110 * count / most) if most else 0}
        for place, (hour, count) in enumerate(hours)
    ]
    return {"bars": shown, "most": most, "sum": sum(count for _, count in hours)}
