"""Pages of a room's settings, for coordinators."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from werkzeug.wrappers import Response

from community.core.unit_of_work import UnitOfWork
from community.core.web.forms import Form, PageResponse
from community.core.web.request_context import read_context, unit_of_work
from community.rooms import access
from community.rooms.actions import retention
from community.rooms.actions import settings as settings_actions
from community.rooms.pages import pages
from community.rooms.schemas.rooms import RoomChangeSchema

# Waits between two messages that the page offers, by seconds.
SPANS = {"0": "Off", "10": "10 seconds", "30": "30 seconds", "60": "1 minute", "300": "5 minutes"}


@pages.get("/rooms/<uuid:room_id>/settings")
def settings(room_id: UUID) -> str:
    """Show the name, topic, rules and retention of a room (coordinators)."""
    return _settings_page(room_id, Form())


@pages.post("/rooms/<uuid:room_id>/settings")
def change(room_id: UUID) -> PageResponse:
    """Save the settings. A retention that deletes messages is first confirmed, with their number."""
    form = Form(RoomChangeSchema())
    days = str(form.value("retention_days")).strip()
    values = {name: form.value(name) for name in ("name", "topic", "rules")} | {"retention_days": days or None}
    if "slow_seconds" in form.values:
        slow = str(form.value("slow_seconds"))
        values["slow_seconds"] = int(slow) if slow.isascii() and slow.isdigit() and len(slow) < 6 else slow

    def save(uow: UnitOfWork, **fields: Any) -> int:
        expiring_count = 0
        if fields["retention_days"] and form.value("sure") != days:
            expiring_count = retention.count_expiring(uow, room_id=room_id, days=fields["retention_days"])
        if not expiring_count:
            settings_actions.change_room(uow, room_id=room_id, **fields)
        return expiring_count

    if not form.submit(save, values=values) or form.result:
        return _settings_page(room_id, form, would_go=form.result or 0), form.status
    flash("Saved.")
    return redirect(f"/rooms/{room_id}/settings", code=303)


@pages.post("/rooms/<uuid:room_id>/close")
def close(room_id: UUID) -> Response:
    """Close a room for new messages."""
    with unit_of_work() as uow:
        settings_actions.close_room(uow, room_id=room_id)
    flash("Archived. Members can still read this room.")
    return redirect(f"/rooms/{room_id}/settings", code=303)


@pages.post("/rooms/<uuid:room_id>/reopen")
def reopen(room_id: UUID) -> Response:
    """Open a closed room for messages again."""
    with unit_of_work() as uow:
        settings_actions.reopen_room(uow, room_id=room_id)
    flash("Reopened. People can write here again.")
    return redirect(f"/rooms/{room_id}/settings", code=303)


def _settings_page(room_id: UUID, form: Form, *, would_go: int = 0) -> str:
    with read_context() as ctx:
        room = settings_actions.settings_of(access.room_to_oversee(ctx, room_id))
    return render_template("rooms/settings.html", room=room, form=form, would_go=would_go, spans=SPANS)
