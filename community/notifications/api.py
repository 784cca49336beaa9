"""Notifications' doors for programs."""

from typing import Any
from uuid import UUID

from community.core.db import Page
from community.core.schemas import PageArgs
from community.core.web import api_blueprint, reading, unit_of_work
from community.notifications import actions, queries
from community.notifications import schemas as shapes

api = api_blueprint("notifications", __name__, "What I was told, and how it reaches me.")


@api.get("/notifications")
@api.arguments(PageArgs, location="query")
@api.response(200, shapes.NotificationPage)
def get_notifications(page: dict[str, Any]) -> Page[queries.NotificationView]:
    """What I was told, newest first."""
    with reading() as look:
        return queries.notifications(look, **page)


@api.get("/notifications/<uuid:notification_id>")
@api.response(200, shapes.NotificationSchema)
def get_notification(notification_id: UUID) -> queries.NotificationView:
    """One thing I was told. Looking does not mark it read."""
    with reading() as look:
        return queries.notification(look, notification_id)


@api.put("/notifications/read-marker")
@api.arguments(shapes.ReadMarkerSchema, example={"id": "0193a1f0-7d1c-7c3e-9a53-3f2b8c1d4e5f"})
@api.response(200, shapes.UnreadSchema)
def put_read_marker(marker: dict[str, UUID | None]) -> dict[str, int]:
    """Mark everything up to and with one notification as read, on all devices; without `id`, everything."""
    with unit_of_work() as uow:
        return {"unread": actions.mark_read(uow, up_to_id=marker["id"])}


@api.get("/notification-preferences")
@api.response(200, shapes.PreferencesSchema)
def get_preferences() -> dict[str, Any]:
    """How each kind of notice reaches me."""
    with reading() as look:
        return {"items": queries.my_preferences(look)}


@api.put("/notification-preferences")
@api.arguments(shapes.PreferencesSchema, example={"items": [{"kind": "buddy.matched", "email": False}]})
@api.response(200, shapes.PreferencesSchema)
def put_preferences(chosen: dict[str, dict[str, bool]]) -> dict[str, Any]:
    """Say which kinds also come by e-mail."""
    with unit_of_work() as uow:
        return {"items": actions.choose(uow, **chosen)}
